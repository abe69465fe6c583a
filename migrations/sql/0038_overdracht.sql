-- As in 0030, but the place that goes along carries the id of the offer.
CREATE OR REPLACE FUNCTION portal.antwoord_telt() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  zaak portal.dossier; aanbod portal.overdracht; plek portal.bezetting;
  vandaag date := (portal.clock_now() AT TIME ZONE 'Europe/Amsterdam')::date;
BEGIN
  SELECT d.* INTO zaak FROM portal.dossier d WHERE d.id = NEW.dossier_id;
  UPDATE portal.termijn SET met_on = vandaag WHERE dossier_id = NEW.dossier_id AND party_id = NEW.party_id AND met_on IS NULL
    AND kind IN ('aanbod', 'werk_antwoorden');
  IF zaak.soort = 'verblijf' THEN
    IF NOT NEW.ja THEN
      UPDATE portal.dossier SET state = 'geweigerd' WHERE id = zaak.id;
      UPDATE portal.bezetting SET vrij_at = portal.clock_now() WHERE verblijf_id = zaak.id AND vrij_at IS NULL;
    ELSIF (SELECT v.inwoner_ja FROM portal.verblijf v WHERE v.id = zaak.id) THEN
      -- Reserved is no longer held: it does not expire.
      UPDATE portal.dossier SET state = 'gereserveerd' WHERE id = zaak.id;
      UPDATE portal.bezetting SET soort = 'bezet', verloopt_at = NULL WHERE verblijf_id = zaak.id AND vrij_at IS NULL;
    END IF;
    RETURN NULL;
  END IF;
  SELECT o.* INTO aanbod FROM portal.overdracht o WHERE o.id = zaak.id;
  IF NOT NEW.ja THEN
    UPDATE portal.dossier SET state = CASE zaak.state WHEN 'geschil' THEN 'gestaakt' ELSE 'geweigerd' END WHERE id = zaak.id;
    RETURN NULL;
  END IF;
  INSERT INTO portal.verantwoordelijkheid (id, party_id, traject_id, gemeente_id, van, grondslag, overdracht_id)
    VALUES (gen_random_uuid(), NEW.party_id, aanbod.traject_id, NEW.party_id, NEW.ingaand_on,
            CASE zaak.state WHEN 'geschil' THEN 'advies' ELSE aanbod.richting END, aanbod.id);
  UPDATE portal.dossier SET state = 'aanvaard' WHERE id = zaak.id;
  SELECT b.* INTO plek FROM portal.bezetting b WHERE b.verblijf_id = aanbod.verblijf_id AND b.vrij_at IS NULL FOR UPDATE;
  IF plek.id IS NOT NULL AND plek.periode @> NEW.ingaand_on AND lower(plek.periode) < NEW.ingaand_on THEN
    UPDATE portal.bezetting SET periode = daterange(lower(plek.periode), NEW.ingaand_on) WHERE id = plek.id;
    INSERT INTO portal.bezetting (id, locatie_id, plek, periode, soort, party_id)
      -- Its id is that of the offer: the receiver finds the place by it, and no other.
      VALUES (aanbod.id, plek.locatie_id, plek.plek, daterange(NEW.ingaand_on, upper(plek.periode)), 'bezet', NEW.party_id);
  END IF;
  RETURN NULL;
END $$;
