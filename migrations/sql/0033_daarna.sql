-- What a resident reads of the own support and does in it. Each function starts from the connection of this account that holds
-- today, and gives exactly what the page shows.

-- What was ended stays ended, in the name of who ended it.
CREATE FUNCTION portal.koppeling_vast() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF OLD.ingetrokken_at IS NOT NULL THEN RAISE EXCEPTION 'koppeling_ingetrokken' USING ERRCODE = 'PT409'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER vast BEFORE UPDATE ON portal.koppeling FOR EACH ROW EXECUTE FUNCTION portal.koppeling_vast();

-- What was answered stays as it was. On an objection decides who has the mandate for it today, and had no part in the decision.
CREATE FUNCTION portal.inwonervraag_vast() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF OLD.beantwoord_at IS NOT NULL THEN RAISE EXCEPTION 'vraag_beantwoord' USING ERRCODE = 'PT409'; END IF;
  IF NEW.soort = 'bezwaar' AND NEW.beantwoord_at IS NOT NULL THEN
    IF EXISTS (SELECT 1 FROM portal.besluit b WHERE b.id = NEW.besluit_id
        AND portal.user_id() IN (b.opgesteld_by, b.gelezen_by, b.getekend_by)) THEN
      RAISE EXCEPTION 'bezwaar_zelf_besloten' USING ERRCODE = 'PT403';
    END IF;
    IF NEW.beantwoord_by IS DISTINCT FROM portal.user_id() OR NOT portal.bevoegd(NEW.mandaat_id, NEW.vervanging_id,
        NEW.beantwoord_by, 'toegang', NEW.eigenaar_id, NULL) THEN
      RAISE EXCEPTION 'niet_bevoegd' USING ERRCODE = 'PT403';
    END IF;
  END IF;
  RETURN NEW;
END $$;

-- Who asks, is connected today to the person of this very case. An objection is against a decision of it that was sent, and by the
-- client or who represents one by law.
CREATE FUNCTION portal.inwonervraag_tegen() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM portal.koppeling k JOIN (
      SELECT t.id, t.persoon_id FROM portal.toegang t UNION ALL SELECT p.id, p.persoon_id FROM portal.plaatsing p) z
      ON z.persoon_id = k.persoon_id AND z.id = NEW.dossier_id WHERE k.id = NEW.koppeling_id AND k.inwoner_id = NEW.party_id
        AND k.ingetrokken_at IS NULL AND k.tot_on >= (portal.now() AT TIME ZONE 'Europe/Amsterdam')::date) THEN
    RAISE EXCEPTION 'koppeling_niet_van_dossier' USING ERRCODE = 'PT403';
  END IF;
  IF NEW.soort <> 'bezwaar' THEN RETURN NEW; END IF;
  IF NOT EXISTS (SELECT 1 FROM portal.besluit b WHERE b.id = NEW.besluit_id AND b.dossier_id = NEW.dossier_id
      AND b.state = 'verzonden' AND b.rechtsmiddel = 'bezwaar') THEN
    RAISE EXCEPTION 'bezwaar_zonder_besluit' USING ERRCODE = 'PT409';
  END IF;
  IF (SELECT k.hoedanigheid FROM portal.koppeling k WHERE k.id = NEW.koppeling_id) = 'mantelzorger' THEN
    RAISE EXCEPTION 'bezwaar_niet_voor_mantelzorger' USING ERRCODE = 'PT403';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER tegen BEFORE INSERT ON portal.inwonervraag FOR EACH ROW EXECUTE FUNCTION portal.inwonervraag_tegen();
CREATE TRIGGER vast BEFORE UPDATE ON portal.inwonervraag FOR EACH ROW EXECUTE FUNCTION portal.inwonervraag_vast();

-- Who has the code is connected: once, in time, as a resident, and never who made the code.
CREATE FUNCTION portal.koppeling_gebruiken(kenmerk bytea) RETURNS uuid LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ UPDATE portal.koppeling k SET inwoner_id = portal.party(), gekoppeld_at = portal.clock_now()
      WHERE k.code_kenmerk = kenmerk AND k.inwoner_id IS NULL AND k.ingetrokken_at IS NULL AND k.code_tot_at > portal.clock_now()
        AND k.tot_on >= (portal.now() AT TIME ZONE 'Europe/Amsterdam')::date AND k.vastgelegd_by <> portal.user_id()
        AND EXISTS (SELECT 1 FROM portal.partij p WHERE p.id = portal.party() AND p.soort = 'inwoner')
      RETURNING k.id $$;

-- Who is connected ends it, and the client ends what others have.
CREATE FUNCTION portal.koppeling_beeindigen(welk uuid) RETURNS uuid LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ UPDATE portal.koppeling k SET ingetrokken_at = portal.clock_now(), ingetrokken_by = portal.user_id()
      WHERE k.id = welk AND k.ingetrokken_at IS NULL AND portal.user_id() IS NOT NULL AND (k.inwoner_id = portal.party() OR EXISTS (
        SELECT 1 FROM portal.koppeling z WHERE z.persoon_id = k.persoon_id AND z.inwoner_id = portal.party() AND z.hoedanigheid = 'zelf'
          AND z.ingetrokken_at IS NULL AND z.tot_on >= (portal.now() AT TIME ZONE 'Europe/Amsterdam')::date))
      RETURNING k.party_id $$;

-- Consent is taken back by the client or who represents one by law; a mandate or a contract is not theirs to end.
CREATE FUNCTION portal.toestemming_intrekken(welk uuid) RETURNS uuid LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ UPDATE portal.grond g SET ingetrokken_at = portal.clock_now()
      WHERE g.id = welk AND g.soort = 'toestemming' AND g.ingetrokken_at IS NULL AND EXISTS (
        SELECT 1 FROM (SELECT p.id, p.persoon_id FROM portal.plaatsing p UNION ALL SELECT t.id, t.persoon_id FROM portal.toegang t) p
          JOIN portal.koppeling k ON k.persoon_id = p.persoon_id AND k.inwoner_id = portal.party()
          AND k.hoedanigheid <> 'mantelzorger' AND k.ingetrokken_at IS NULL
          AND k.tot_on >= (portal.now() AT TIME ZONE 'Europe/Amsterdam')::date
        WHERE p.id IN (SELECT v.plaatsing_id FROM portal.verblijf v WHERE v.id = g.dossier_id
                       UNION ALL SELECT coalesce(o.plaatsing_id, o.toegang_id) FROM portal.overdracht o WHERE o.id = g.dossier_id))
      RETURNING g.eigenaar_id $$;

-- The cases of whom this account is connected to, one line each.
CREATE FUNCTION portal.mijn_ondersteuning() RETURNS TABLE (koppeling_id uuid, hoedanigheid text, tot_on date, gemeente text, naam text,
  dossier_id uuid, soort text, reference text, state text, gemeld_on date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ SELECT k.id, k.hoedanigheid, k.tot_on, g.naam, n.naam, d.id, d.soort, d.reference, d.state, z.gemeld_on
      FROM portal.koppeling k JOIN portal.gemeente g ON g.id = k.party_id JOIN portal.persoon n ON n.id = k.persoon_id
      LEFT JOIN (SELECT t.id, t.persoon_id, t.gemeld_on FROM portal.toegang t
                 UNION ALL SELECT p.id, p.persoon_id, p.gemeld_on FROM portal.plaatsing p) z ON z.persoon_id = k.persoon_id
      LEFT JOIN portal.dossier d ON d.id = z.id
      WHERE k.inwoner_id = portal.party() AND k.ingetrokken_at IS NULL
        AND k.tot_on >= (portal.now() AT TIME ZONE 'Europe/Amsterdam')::date
      ORDER BY n.naam, k.id, d.gemaakt_at DESC NULLS LAST, d.id $$;

-- One case, as the client or a representative may read it: no notes, no reasons, no texts of others. A carer reads no
-- investigation; where somebody is stays hidden for who looks along with a person that is shielded, or whose place is secret.
CREATE FUNCTION portal.mijn_dossier(welk uuid) RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  zaak portal.dossier; wie portal.persoon; als portal.koppeling; plek_zien boolean;
  vandaag date := (portal.now() AT TIME ZONE 'Europe/Amsterdam')::date; kinderen uuid[];
BEGIN
  SELECT d.* INTO zaak FROM portal.dossier d WHERE d.id = welk AND d.id = ANY (portal.mijn_dossiers());
  IF zaak.id IS NULL THEN RETURN NULL; END IF;
  SELECT n.* INTO wie FROM portal.persoon n WHERE n.id = coalesce(
    (SELECT t.persoon_id FROM portal.toegang t WHERE t.id = welk), (SELECT p.persoon_id FROM portal.plaatsing p WHERE p.id = welk));
  SELECT k.* INTO als FROM portal.koppeling k WHERE k.persoon_id = wie.id AND k.inwoner_id = portal.party()
    AND k.ingetrokken_at IS NULL AND k.tot_on >= vandaag ORDER BY k.hoedanigheid = 'zelf' DESC, k.hoedanigheid = 'mantelzorger', k.id LIMIT 1;
  plek_zien := als.hoedanigheid = 'zelf' OR NOT (wie.afgeschermd OR EXISTS (SELECT 1 FROM portal.verblijf v
    JOIN portal.locatie l ON l.id = v.locatie_id JOIN portal.dossier d ON d.id = v.id
    WHERE v.plaatsing_id = welk AND l.geheim AND d.state IN ('aangeboden', 'gereserveerd', 'loopt', 'stil')));
  SELECT coalesce(array_agg(c.id), '{}') INTO kinderen FROM (
    SELECT v.id FROM portal.verblijf v WHERE v.plaatsing_id = welk
    UNION ALL SELECT o.id FROM portal.overdracht o WHERE welk IN (o.plaatsing_id, o.toegang_id)) c;
  RETURN jsonb_build_object(
    'id', zaak.id, 'soort', zaak.soort, 'reference', zaak.reference, 'state', zaak.state, 'gemeente_id', zaak.eigenaar_id,
    'gemeente', (SELECT g.naam FROM portal.gemeente g WHERE g.id = zaak.eigenaar_id), 'naam', wie.naam,
    'afgeschermd', NOT plek_zien, 'koppeling_id', als.id, 'hoedanigheid', als.hoedanigheid, 'tot_on', als.tot_on,
    'gemeld_on', coalesce((SELECT t.gemeld_on FROM portal.toegang t WHERE t.id = welk),
                          (SELECT p.gemeld_on FROM portal.plaatsing p WHERE p.id = welk)),
    'contact', (SELECT a.naam FROM portal.account a WHERE a.id = zaak.behandelaar_id),
    'gebeurd', (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', e.kind, 'on', e.occurred_on) ORDER BY e.volgnr DESC), '[]')
                FROM portal.case_event e WHERE e.dossier_id = welk AND e.kind NOT LIKE 'intern:%'),
    'termijnen', (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', t.kind, 'label', t.label, 'due_on', t.due_on) ORDER BY t.due_on, t.kind), '[]')
                  FROM portal.termijn t WHERE t.dossier_id = welk AND t.met_on IS NULL AND t.kind NOT LIKE 'werk%'),
    'besluiten', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', b.id, 'onderwerp', b.onderwerp, 'gepost_on',
                    (SELECT max(t.started_on) FROM portal.termijn t WHERE t.dossier_id = welk AND t.kind = 'bezwaartermijn'
                       AND t.started_on >= (b.verzonden_at AT TIME ZONE 'Europe/Amsterdam')::date), 'uitkomst', b.inhoud ->> 'uitkomst',
                    'on', (b.verzonden_at AT TIME ZONE 'Europe/Amsterdam')::date, 'product', b.inhoud ->> 'product',
                    'vorm', b.inhoud ->> 'vorm', 'van', b.inhoud ->> 'van', 'tot', b.inhoud ->> 'tot',
                    'waarom', CASE WHEN als.hoedanigheid <> 'mantelzorger' THEN b.inhoud ->> 'motivering' END)
                    ORDER BY b.verzonden_at DESC), '[]')
                  FROM portal.besluit b WHERE b.dossier_id = welk AND b.state = 'verzonden'),
    'plek', CASE WHEN plek_zien THEN (SELECT jsonb_build_object('naam', l.naam, 'aanbieder', a.naam, 'gemeente', g.naam, 'state', d.state,
                'van', coalesce(v.begonnen_on, v.van), 'tot', v.tot) FROM portal.verblijf v JOIN portal.dossier d ON d.id = v.id
                JOIN portal.locatie l ON l.id = v.locatie_id JOIN portal.gemeente g ON g.id = l.gemeente_id
                JOIN portal.aanbieder a ON a.id = v.aanbieder_id
                WHERE v.plaatsing_id = welk AND d.state IN ('aangeboden', 'gereserveerd', 'loopt', 'stil')
                ORDER BY d.gemaakt_at DESC LIMIT 1) END,
    'plan', CASE WHEN als.hoedanigheid <> 'mantelzorger' THEN (
      SELECT coalesce(jsonb_agg(jsonb_build_object('domein', r.domein, 'wat', r.wat, 'sinds_on', r.sinds_on, 'hoe', CASE WHEN plek_zien THEN (
          SELECT u.hoe FROM portal.uitwerking u WHERE u.resultaat_id = r.id ORDER BY u.versie DESC LIMIT 1) END,
        'voortgang', CASE WHEN plek_zien THEN (SELECT jsonb_build_object('score', s.score, 'woorden', s.woorden, 'on', m.op_on)
          FROM portal.voortgangscore s JOIN portal.voortgang m ON m.id = s.voortgang_id WHERE s.resultaat_id = r.id AND m.bevestigd_on IS NOT NULL
          ORDER BY m.op_on DESC, m.gemaakt_at DESC, m.id LIMIT 1) END) ORDER BY r.gemaakt_at, r.id), '[]')
      FROM portal.clientresultaat r JOIN portal.dossier d ON d.id = r.dossier_id
      WHERE r.dossier_id = ANY (kinderen) AND r.vervallen_on IS NULL AND d.state IN ('gereserveerd', 'loopt', 'stil', 'beeindigd')) END,
    'gedeeld', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'met', CASE WHEN plek_zien THEN m.naam END, 'soort', r.soort,
                  'van_on', r.van_on, 'tot_on', r.tot_on, 'wat', d.soort,
                  'ingetrokken_on', (r.ingetrokken_at AT TIME ZONE 'Europe/Amsterdam')::date) ORDER BY r.van_on DESC, r.id), '[]')
                FROM portal.grond r JOIN portal.dossier d ON d.id = r.dossier_id JOIN portal.partij m ON m.id = r.voor_id
                WHERE r.dossier_id = ANY (kinderen)),
    'gekeken', (SELECT coalesce(jsonb_agg(q.rij ORDER BY q.at DESC), '[]') FROM (
                  SELECT i.at, jsonb_build_object('at', i.at, 'organisatie', CASE WHEN plek_zien OR i.party_id = zaak.eigenaar_id THEN m.naam END,
                    'wie', CASE WHEN i.party_id = zaak.eigenaar_id THEN a.naam END, 'inwoner', m.soort = 'inwoner', 'u', i.party_id = portal.party()) AS rij
                  FROM portal.toegangslog i LEFT JOIN portal.partij m ON m.id = i.party_id LEFT JOIN portal.account a ON a.id = i.account_id
                  WHERE i.dossier_id = welk OR i.dossier_id = ANY (kinderen) ORDER BY i.at DESC LIMIT 100) q),
    'vragen', (SELECT coalesce(jsonb_agg(jsonb_build_object('soort', q.soort, 'tekst', q.tekst, 'at', q.gesteld_at, 'antwoord', q.antwoord,
                 'beantwoord_at', q.beantwoord_at, 'besluit_id', q.besluit_id, 'te_laat_reden', q.te_laat_reden, 'bevestigd_at',
                 q.bevestigd_at, 'commissie', q.commissie, 'verdaagd_reden', q.verdaagd_reden, 'uitkomst', q.uitkomst) ORDER BY q.gesteld_at DESC), '[]')
               FROM portal.inwonervraag q WHERE q.dossier_id = welk AND q.party_id = portal.party()),
    'mensen', CASE WHEN als.hoedanigheid = 'zelf' THEN (
      SELECT coalesce(jsonb_agg(jsonb_build_object('id', k.id, 'naam', k.naam, 'hoedanigheid', k.hoedanigheid, 'tot_on', k.tot_on,
        'sinds', k.gekoppeld_at) ORDER BY k.naam, k.id), '[]') FROM portal.koppeling k
      WHERE k.persoon_id = wie.id AND k.id <> als.id AND k.ingetrokken_at IS NULL AND k.tot_on >= vandaag
        AND (k.inwoner_id IS NOT NULL OR k.code_tot_at > portal.now())) END,
    'gegevens', CASE WHEN als.hoedanigheid <> 'mantelzorger' THEN jsonb_build_object(
      'naam', wie.naam, 'geboren_on', wie.geboren_on, 'adres', CASE WHEN plek_zien THEN wie.adres END,
      'contact', CASE WHEN plek_zien THEN wie.contact END, 'burgerservicenummer_bekend', wie.bsn_gesloten IS NOT NULL,
      'hulpvraag', (SELECT o.hulpvraag FROM portal.onderzoek o WHERE o.dossier_id = welk),
      'onderzoek', (SELECT o.antwoorden FROM portal.onderzoek o WHERE o.dossier_id = welk)) END);
END $$;

-- Who waits for the same, without a name: to tell somebody the own place in the row, and nothing else.
CREATE FUNCTION portal.mijn_wachtlijst(welk uuid) RETURNS TABLE (id uuid, gemeld_on date, lot int, omstandigheden text[], eigen boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ SELECT w.id, w.gemeld_on, w.lot, w.omstandigheden, w.id = m.id FROM portal.wachtregel m
      JOIN portal.wachtregel w ON w.product = m.product AND w.tot_on IS NULL AND (w.eigenaar_id = m.eigenaar_id
        OR w.eigenaar_id IN (SELECT portal.samen_met(m.eigenaar_id)))
      WHERE m.dossier_id = welk AND m.tot_on IS NULL AND welk = ANY (portal.mijn_dossiers()) $$;

-- What is kept of one person is emptied, by another than who proposed it, and only when no case of this person runs. After the term
-- (fifteen years from the last change, Wmo 2015, 5.3.4), or on request (5.3.5). Decisions and their letters follow the Archiefwet.
CREATE FUNCTION portal.vernietiging_beslissen(welk uuid, grond text) RETURNS text LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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
  -- Who complains or objects, gets an answer first.
  IF EXISTS (SELECT 1 FROM portal.inwonervraag q WHERE q.dossier_id = ANY (zaken) AND q.soort <> 'vraag'
      AND q.beantwoord_at IS NULL) THEN
    RAISE EXCEPTION 'vernietiging_vraag_open' USING ERRCODE = 'PT409';
  END IF;
  -- What goes over to another gemeente, is not destroyed on the way.
  IF EXISTS (SELECT 1 FROM portal.overdracht o JOIN portal.dossier d ON d.id = o.id WHERE coalesce(o.plaatsing_id, o.toegang_id) = ANY (zaken)
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
    UNION ALL SELECT o.id FROM portal.overdracht o WHERE coalesce(o.plaatsing_id, o.toegang_id) = ANY (zaken)) c;
  UPDATE portal.berichtenverkeer SET inhoud_gesloten = '', feiten = '{}', bevindingen = '[]' WHERE dossier_id = ANY (alles);
  UPDATE portal.zorgverzoek SET bsn_kenmerk = '' WHERE dossier_id = ANY (alles);
  -- Of the plan of a household: what was written from a case of this person or names them, and everything once nobody else is left.
  -- What stands there of the others stays.
  UPDATE portal.planregel r SET tekst = 'Vernietigd', wie = '' FROM portal.huishoudplan h
    WHERE h.id = r.plan_id AND (
      r.id IN (SELECT (e.facts ->> 'regel')::uuid FROM portal.case_event e WHERE e.dossier_id = ANY (zaken) AND e.kind = 'toegang:planregel')
      OR EXISTS (SELECT 1 FROM portal.huishoudlid l JOIN portal.persoon n ON n.id = l.persoon_id
        WHERE l.huishouden_id = h.huishouden_id AND l.persoon_id = v.persoon_id AND (
          strpos(lower(r.tekst || ' ' || r.wie), lower(n.naam)) > 0
          OR split_part(lower(n.naam), ' ', 1) = ANY (regexp_split_to_array(lower(r.tekst || ' ' || r.wie), '[^[:alpha:]]+'))
          OR NOT EXISTS (SELECT 1 FROM portal.huishoudlid a WHERE a.huishouden_id = h.huishouden_id
            AND a.persoon_id <> v.persoon_id AND NOT EXISTS (SELECT 1 FROM portal.vernietiging w WHERE w.persoon_id = a.persoon_id
              AND w.stand = 'vernietigd')))));
  -- A letter with a decision follows the Archiefwet.
  UPDATE portal.bericht SET onderwerp = 'Vernietigd', tekst = 'Vernietigd'
    WHERE dossier_id = ANY (alles) AND besluit_id IS NULL AND brief_key IS NULL;
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

-- Who opens a case of a person, processes what is kept of that person: one line, without who it was.
CREATE FUNCTION portal.verwerking_bij() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE welk text; van uuid; wie uuid;
BEGIN
  SELECT d.soort, d.eigenaar_id INTO welk, van FROM portal.dossier d WHERE d.id = NEW.dossier_id;
  IF welk IS NULL OR welk NOT IN ('toegang', 'plaatsing', 'verblijf', 'overdracht') THEN RETURN NULL; END IF;
  SELECT coalesce(t.persoon_id, p.persoon_id) INTO wie FROM (SELECT coalesce(
      (SELECT b.plaatsing_id FROM portal.verblijf b WHERE b.id = NEW.dossier_id),
      (SELECT coalesce(o.plaatsing_id, o.toegang_id) FROM portal.overdracht o WHERE o.id = NEW.dossier_id), NEW.dossier_id) AS id) z
    LEFT JOIN portal.toegang t ON t.id = z.id LEFT JOIN portal.plaatsing p ON p.id = z.id;
  IF wie IS NULL THEN RETURN NULL; END IF;
  INSERT INTO portal.verwerking (id, party_id, trace_id, operation_id, status_code, naam, begin_at, einde_at, activiteit, betrokkene_id,
      toegangslog_id)
    VALUES (gen_random_uuid(), van, decode(replace(gen_random_uuid()::text, '-', ''), 'hex'),
            substring(decode(replace(gen_random_uuid()::text, '-', ''), 'hex') FROM 1 FOR 8), 1, NEW.endpoint, portal.clock_now(),
            portal.clock_now(), welk, wie, NEW.id);
  RETURN NULL;
END $$;
CREATE TRIGGER verwerking AFTER INSERT ON portal.toegangslog FOR EACH ROW EXECUTE FUNCTION portal.verwerking_bij();

-- What a message of this party is about, also where the party no longer sees the dossier: a message about a person is not for every
-- role. Empty: about no dossier.
CREATE FUNCTION portal.bericht_over(welk uuid) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ SELECT d.soort FROM portal.bericht b JOIN portal.dossier d ON d.id = b.dossier_id
      WHERE b.id = welk AND portal.party() IN (b.party_id, b.afzender_id) $$;

-- How many messages wait unread for who is behind a cookie, without those about dossiers of these kinds.
CREATE FUNCTION portal.sessie_ongelezen(hash bytea, verborgen text[]) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$ SELECT count(*) FROM portal.sessie s LEFT JOIN portal.mandaat m ON m.id = s.mandaat_id
      JOIN portal.bericht b ON b.party_id = coalesce(m.party_id, s.party_id) AND b.geopend_at IS NULL
      LEFT JOIN portal.dossier d ON d.id = b.dossier_id
      WHERE s.token_hash = hash AND s.ingetrokken_at IS NULL AND s.eindigt_at > portal.now()
        AND (d.id IS NULL OR NOT d.soort = ANY (verborgen)) $$;

DO $$ DECLARE f text; BEGIN
  FOREACH f IN ARRAY ARRAY['bericht_over(uuid)', 'sessie_ongelezen(bytea, text[])', 'mijn_dossiers()', 'koppeling_gebruiken(bytea)', 'koppeling_beeindigen(uuid)', 'toestemming_intrekken(uuid)',
    'mijn_ondersteuning()', 'mijn_dossier(uuid)', 'mijn_wachtlijst(uuid)', 'vernietiging_beslissen(uuid, text)'] LOOP
    EXECUTE 'GRANT EXECUTE ON FUNCTION portal.' || f || ' TO portal_app';
  END LOOP;
END $$;
