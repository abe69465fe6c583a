-- What is kept of one person is emptied, by another than who proposed it, and only when no case of this person runs. After the term
-- (fifteen years from the last change, Wmo 2015, 5.3.4), or on request (5.3.5). Decisions and their letters follow the Archiefwet.
CREATE OR REPLACE FUNCTION portal.vernietiging_beslissen(welk uuid, grond text) RETURNS text LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE v portal.vernietiging; zaken uuid[]; alles uuid[]; laatste date;
  vandaag date := (portal.now() AT TIME ZONE 'Europe/Amsterdam')::date; jaren int;
BEGIN
  SELECT n.* INTO v FROM portal.vernietiging n WHERE n.id = welk AND n.party_id = portal.party() FOR UPDATE;
  IF v.id IS NULL OR portal.user_id() IS NULL THEN RETURN NULL; END IF;
  IF v.stand <> 'voorgesteld' THEN RAISE EXCEPTION 'vernietiging_besloten' USING ERRCODE = 'PT409'; END IF;
  IF v.voorgesteld_by = portal.user_id() THEN RAISE EXCEPTION 'vernietiging_twee_mensen' USING ERRCODE = 'PT403'; END IF;
  IF grond <> '' THEN
    IF v.verzoek_on IS NULL THEN RAISE EXCEPTION 'vernietiging_geen_verzoek' USING ERRCODE = 'PT422'; END IF;
    UPDATE portal.vernietiging SET stand = 'geweigerd', weigering = grond, beslist_by = portal.user_id(), beslist_at = portal.clock_now()
      WHERE id = welk;
    RETURN 'geweigerd';
  END IF;
  SELECT coalesce(array_agg(d.id), '{}') INTO zaken FROM portal.dossier d WHERE d.id IN (
    SELECT t.id FROM portal.toegang t WHERE t.persoon_id = v.persoon_id
    UNION ALL SELECT p.id FROM portal.plaatsing p WHERE p.persoon_id = v.persoon_id);
  IF EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = ANY (zaken) AND d.state NOT IN ('toegekend', 'afgewezen', 'geen_aanvraag',
      'ingetrokken', 'vervallen', 'beeindigd', 'overgedragen', 'afgesloten')) THEN
    RAISE EXCEPTION 'vernietiging_zaak_loopt' USING ERRCODE = 'PT409';
  END IF;
  -- What goes over to another gemeente, is not destroyed on the way.
  IF EXISTS (SELECT 1 FROM portal.overdracht o JOIN portal.dossier d ON d.id = o.id WHERE o.plaatsing_id = ANY (zaken)
      AND d.state IN ('aangeboden', 'geschil', 'aanvaard')) THEN
    RAISE EXCEPTION 'vernietiging_overdracht_loopt' USING ERRCODE = 'PT409';
  END IF;
  SELECT max(e.occurred_on) INTO laatste FROM portal.case_event e WHERE e.dossier_id = ANY (zaken);
  -- Of who was a minor then, as youth (Jeugdwet, 7.3.8).
  SELECT CASE WHEN n.geboren_on + interval '18 years' > laatste THEN 20 ELSE 15 END INTO jaren FROM portal.persoon n WHERE n.id = v.persoon_id;
  IF v.verzoek_on IS NULL AND laatste + make_interval(years => jaren) > vandaag THEN
    RAISE EXCEPTION 'vernietiging_te_vroeg' USING ERRCODE = 'PT409';
  END IF;
  SELECT zaken || coalesce(array_agg(c.id), '{}') INTO alles FROM (
    SELECT b.id FROM portal.verblijf b WHERE b.plaatsing_id = ANY (zaken)
    UNION ALL SELECT o.id FROM portal.overdracht o WHERE o.plaatsing_id = ANY (zaken)) c;
  UPDATE portal.berichtenverkeer SET inhoud_gesloten = '', feiten = '{}', bevindingen = '[]' WHERE dossier_id = ANY (alles);
  UPDATE portal.zorgverzoek SET bsn_kenmerk = '' WHERE dossier_id = ANY (alles);
  UPDATE portal.persoon SET naam = 'Vernietigd', geboren_on = '1900-01-01', adres = '', contact = '', bsn_gesloten = NULL,
    bsn_kenmerk = NULL, bsn_bron = NULL, bsn_gecontroleerd_on = NULL WHERE id = v.persoon_id;
  UPDATE portal.onderzoek SET hulpvraag = '', antwoorden = '{}', tijdelijk = '', tijdelijk_van = NULL, tijdelijk_tot = NULL,
    tijdelijk_door = '', tijdelijk_at = NULL WHERE dossier_id = ANY (zaken);
  UPDATE portal.randvoorwaarde SET toelichting = '' WHERE dossier_id = ANY (zaken);
  UPDATE portal.plaatsvraag SET overbrugging = '' WHERE dossier_id = ANY (zaken);
  UPDATE portal.terugkeertoets SET reden = 'Vernietigd' WHERE dossier_id = ANY (zaken) AND reden <> '';
  UPDATE portal.clientgegevens SET naam = 'Vernietigd', geboren_on = '1900-01-01', contact = '' WHERE dossier_id = ANY (alles);
  UPDATE portal.kandidaatkaart SET toelichting = '' WHERE dossier_id = ANY (alles);
  UPDATE portal.clientresultaat SET wat = 'Vernietigd' WHERE dossier_id = ANY (alles);
  UPDATE portal.uitwerking SET hoe = 'Vernietigd', met_wie = 'Vernietigd' WHERE dossier_id = ANY (alles);
  UPDATE portal.voortgang SET besproken = 'Vernietigd' WHERE dossier_id = ANY (alles);
  UPDATE portal.voortgangscore SET woorden = 'Vernietigd' WHERE dossier_id = ANY (alles);
  -- What counts in the figures stays, without words.
  UPDATE portal.uitkomst SET tevredenheid_niet = CASE tevredenheid_niet WHEN '' THEN '' ELSE 'Vernietigd' END,
    nieuwe_start_reden = CASE nieuwe_start_reden WHEN '' THEN '' ELSE 'Vernietigd' END WHERE dossier_id = ANY (zaken);
  UPDATE portal.momentopname SET inhoud = '{"vernietigd": true}' WHERE dossier_id = ANY (alles);
  UPDATE portal.overdrachtspunt SET toelichting = 'Vernietigd' WHERE dossier_id = ANY (alles) AND toelichting <> '';
  UPDATE portal.plaatsing_antwoord SET toelichting = '', aansluitend = CASE aansluitend WHEN '' THEN '' ELSE 'Vernietigd' END
    WHERE dossier_id = ANY (alles);
  UPDATE portal.overdracht SET advies = CASE advies WHEN '' THEN '' ELSE 'Vernietigd' END WHERE id = ANY (alles);
  UPDATE portal.grond SET vindplaats = 'Vernietigd' WHERE dossier_id = ANY (alles);
  UPDATE portal.wachtregel SET omstandigheden = '{}', nodig = '{}' WHERE dossier_id = ANY (zaken);
  UPDATE portal.overgeslagen SET reden = 'Vernietigd'
    WHERE wachtregel_id IN (SELECT w.id FROM portal.wachtregel w WHERE w.dossier_id = ANY (zaken));
  DELETE FROM portal.contactnotitie WHERE dossier_id = ANY (alles);
  DELETE FROM portal.aantekening WHERE dossier_id = ANY (alles);
  DELETE FROM portal.inwonervraag WHERE dossier_id = ANY (zaken);
  DELETE FROM portal.koppeling WHERE persoon_id = v.persoon_id;
  UPDATE portal.vernietiging SET stand = 'vernietigd', beslist_by = portal.user_id(), beslist_at = portal.clock_now() WHERE id = welk;
  RETURN 'vernietigd';
END $$;
