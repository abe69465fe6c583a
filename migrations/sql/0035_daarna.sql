-- What two gemeenten settle: every line is held against the timeline, and who paid never agrees for the other.

-- A line is true: a stay of who paid, at its price, on days on which the other was responsible.
CREATE FUNCTION portal.verrekenregel_klopt() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE zaak portal.verrekening;
BEGIN
  SELECT v.* INTO zaak FROM portal.verrekening v WHERE v.id = NEW.dossier_id;
  IF zaak.id IS NULL OR NEW.van < zaak.van OR NEW.tot > zaak.tot OR NOT EXISTS (
      SELECT 1 FROM portal.verblijf v JOIN portal.dossier d ON d.id = v.id JOIN portal.plaatsing p ON p.id = v.plaatsing_id
      WHERE v.id = NEW.verblijf_id AND d.eigenaar_id = NEW.eigenaar_id AND p.traject_id = NEW.traject_id
        AND v.dagprijs = NEW.dagprijs AND v.begonnen_on <= NEW.van AND coalesce(v.geeindigd_on, 'infinity') >= NEW.tot)
      OR zaak.verantwoordelijk_id IS DISTINCT FROM (
        SELECT w.gemeente_id FROM portal.verantwoordelijkheid w WHERE w.traject_id = NEW.traject_id AND w.van <= NEW.van
        ORDER BY w.van DESC LIMIT 1)
      OR EXISTS (SELECT 1 FROM portal.verantwoordelijkheid w WHERE w.traject_id = NEW.traject_id AND w.van > NEW.van
        AND w.van <= NEW.tot AND w.gemeente_id <> zaak.verantwoordelijk_id) THEN
    RAISE EXCEPTION 'verrekenregel_klopt_niet' USING ERRCODE = 'PT409';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER klopt BEFORE INSERT ON portal.verrekenregel FOR EACH ROW EXECUTE FUNCTION portal.verrekenregel_klopt();

-- Who was responsible answers, while it is asked; a no names lines that count, each with a reason.
CREATE FUNCTION portal.verrekening_mag() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE stand text;
BEGIN
  SELECT d.state INTO stand FROM portal.dossier d WHERE d.id = NEW.dossier_id FOR UPDATE;
  NEW.gegeven_at := portal.clock_now();
  IF NOT EXISTS (SELECT 1 FROM portal.verrekening v WHERE v.id = NEW.dossier_id AND v.verantwoordelijk_id = NEW.party_id) THEN
    RAISE EXCEPTION 'verrekening_niet_gevraagd' USING ERRCODE = 'PT403';
  END IF;
  IF stand <> 'verstuurd' THEN RAISE EXCEPTION 'verrekening_beantwoord' USING ERRCODE = 'PT409'; END IF;
  IF EXISTS (SELECT 1 FROM jsonb_each_text(NEW.redenen) r WHERE trim(r.value) = '' OR NOT EXISTS (
      SELECT 1 FROM portal.verrekenregel l WHERE l.dossier_id = NEW.dossier_id AND l.volgnummer::text = r.key
        AND l.vervallen_on IS NULL)) THEN
    RAISE EXCEPTION 'verrekening_onbekende_regel' USING ERRCODE = 'PT422';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER mag BEFORE INSERT ON portal.verrekening_antwoord FOR EACH ROW EXECUTE FUNCTION portal.verrekening_mag();

-- The answer counts in the same act.
CREATE FUNCTION portal.verrekening_telt() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE portal.termijn SET met_on = (portal.clock_now() AT TIME ZONE 'Europe/Amsterdam')::date
    WHERE dossier_id = NEW.dossier_id AND party_id = NEW.party_id AND met_on IS NULL AND kind = 'werk_verrekenen';
  UPDATE portal.dossier SET state = CASE WHEN NEW.ja THEN 'akkoord' ELSE 'betwist' END WHERE id = NEW.dossier_id;
  RETURN NULL;
END $$;
CREATE TRIGGER telt AFTER INSERT ON portal.verrekening_antwoord FOR EACH ROW EXECUTE FUNCTION portal.verrekening_telt();

-- The way of a settlement: agreed or disputed is the last answer of the other, and what both agreed on only becomes final.
CREATE FUNCTION portal.verrekening_verloop() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE laatste boolean;
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'opgesteld' THEN RAISE EXCEPTION 'verrekening_niet_akkoord' USING ERRCODE = 'PT409'; END IF;
    RETURN NEW;
  END IF;
  IF (OLD.state, NEW.state) NOT IN (('opgesteld', 'verstuurd'), ('opgesteld', 'ingetrokken'), ('verstuurd', 'akkoord'),
      ('verstuurd', 'betwist'), ('verstuurd', 'ingetrokken'), ('betwist', 'verstuurd'), ('betwist', 'ingetrokken'),
      ('akkoord', 'vastgesteld')) THEN
    RAISE EXCEPTION 'verrekening_niet_akkoord' USING ERRCODE = 'PT409';
  END IF;
  SELECT a.ja INTO laatste FROM portal.verrekening_antwoord a JOIN portal.verrekening v ON v.id = a.dossier_id
    AND v.verantwoordelijk_id = a.party_id WHERE a.dossier_id = NEW.id ORDER BY a.gegeven_at DESC, a.id LIMIT 1;
  IF NEW.state IN ('akkoord', 'vastgesteld') AND laatste IS NOT TRUE OR NEW.state = 'betwist' AND laatste IS NOT FALSE THEN
    RAISE EXCEPTION 'verrekening_niet_akkoord' USING ERRCODE = 'PT409';
  END IF;
  IF NEW.state = 'verstuurd' AND NOT EXISTS (SELECT 1 FROM portal.verrekenregel l WHERE l.dossier_id = NEW.id
      AND l.vervallen_on IS NULL) THEN
    RAISE EXCEPTION 'verrekening_leeg' USING ERRCODE = 'PT409';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER verrekening_verloop BEFORE UPDATE OF state ON portal.dossier FOR EACH ROW
  WHEN (NEW.soort = 'verrekening' AND NEW.state IS DISTINCT FROM OLD.state) EXECUTE FUNCTION portal.verrekening_verloop();
CREATE TRIGGER verrekening_begin BEFORE INSERT ON portal.dossier FOR EACH ROW WHEN (NEW.soort = 'verrekening')
  EXECUTE FUNCTION portal.verrekening_verloop();

-- The period is free again only when the settlement was withdrawn.
CREATE FUNCTION portal.verrekening_vast() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.ingetrokken_on IS DISTINCT FROM OLD.ingetrokken_on AND (OLD.ingetrokken_on IS NOT NULL OR NOT EXISTS (
      SELECT 1 FROM portal.dossier d WHERE d.id = NEW.id AND d.state = 'ingetrokken')) THEN
    RAISE EXCEPTION 'verrekening_vast' USING ERRCODE = 'PT409';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER vast BEFORE UPDATE ON portal.verrekening FOR EACH ROW EXECUTE FUNCTION portal.verrekening_vast();

-- Nobody else than the gemeente that was responsible reads a settlement.
CREATE FUNCTION portal.verrekening_gedeeld() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM portal.verrekening v WHERE v.id = NEW.dossier_id AND v.verantwoordelijk_id <> NEW.party_id) THEN
    RAISE EXCEPTION 'verrekening_niet_gevraagd' USING ERRCODE = 'PT403';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER verrekening_gedeeld BEFORE INSERT OR UPDATE ON portal.dossier_deelnemer FOR EACH ROW
  EXECUTE FUNCTION portal.verrekening_gedeeld();
