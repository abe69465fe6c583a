-- Right to Challenge: what a person does from outside the wall, and what no application may decide by itself.

-- What somebody typed before there was a login: the link in their mail is the only way back to it, once, within a month.
CREATE FUNCTION portal.idee_bewaren(hash bytea, inhoud jsonb) RETURNS void LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF length(inhoud::text) > 40000 OR octet_length(hash) <> 32 THEN RAISE EXCEPTION 'idee_te_lang' USING ERRCODE = 'PT422'; END IF;
  DELETE FROM portal.ideeconcept WHERE gemaakt_at < portal.now() - interval '30 days';
  -- Anybody calls this: it fills no disk.
  IF (SELECT count(*) FROM portal.ideeconcept) >= 20000 THEN RAISE EXCEPTION 'idee_te_druk' USING ERRCODE = 'PT409'; END IF;
  INSERT INTO portal.ideeconcept (token_hash, gegevens) VALUES (hash, inhoud);
END $$;

CREATE FUNCTION portal.idee_ophalen(hash bytea) RETURNS jsonb LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ DELETE FROM portal.ideeconcept WHERE token_hash = hash AND gemaakt_at >= portal.now() - interval '30 days'
      AND portal.user_id() IS NOT NULL RETURNING gegevens $$;

-- Who holds the link confirms, once, in time, as a resident, and never who made it. From then on they read what was sent,
-- and where it stands at the gemeente.
CREATE FUNCTION portal.medeindiener_bevestigen(hash bytea) RETURNS uuid LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE m portal.medeindiener;
BEGIN
  UPDATE portal.medeindiener x SET inwoner_id = portal.party(), bevestigd_at = portal.clock_now()
    WHERE x.code_hash = hash AND x.inwoner_id IS NULL AND x.vervallen_at IS NULL AND x.code_tot_at > portal.clock_now()
      AND x.eigenaar_id <> portal.party()
      AND EXISTS (SELECT 1 FROM portal.partij p WHERE p.id = portal.party() AND p.soort = 'inwoner')
    RETURNING x.* INTO m;
  IF NOT FOUND THEN RETURN NULL; END IF;
  INSERT INTO portal.dossier_deelnemer (id, dossier_id, eigenaar_id, party_id, hoedanigheid)
    VALUES (gen_random_uuid(), m.dossier_id, m.eigenaar_id, m.inwoner_id, 'medeindiener')
    ON CONFLICT (dossier_id, party_id) DO UPDATE SET tot = NULL;
  INSERT INTO portal.dossier_deelnemer (id, dossier_id, eigenaar_id, party_id, hoedanigheid)
    SELECT gen_random_uuid(), d.id, d.eigenaar_id, m.inwoner_id, 'medeindiener'
    FROM portal.uitdaging u JOIN portal.dossier d ON d.id = u.id WHERE u.initiatief_id = m.dossier_id
    ON CONFLICT (dossier_id, party_id) DO UPDATE SET tot = NULL;
  -- Whoever has the plan too does not support it any more.
  DELETE FROM portal.steunbetuiging s USING portal.initiatiefpagina p JOIN portal.uitdaging u ON u.id = p.dossier_id
    WHERE s.pagina_id = p.id AND s.party_id = m.inwoner_id AND u.initiatief_id = m.dossier_id;
  RETURN m.dossier_id;
END $$;

-- What was ended stays ended; who was ended reads nothing any more.
CREATE FUNCTION portal.medeindiener_vervalt() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF OLD.vervallen_at IS NOT NULL THEN RAISE EXCEPTION 'medeindiener_vervallen' USING ERRCODE = 'PT409'; END IF;
  UPDATE portal.dossier_deelnemer d SET tot = greatest(d.van, portal.now())
    WHERE d.party_id = NEW.inwoner_id AND (d.dossier_id = NEW.dossier_id
      OR d.dossier_id IN (SELECT u.id FROM portal.uitdaging u WHERE u.initiatief_id = NEW.dossier_id));
  RETURN NULL;
END $$;
CREATE TRIGGER vervalt AFTER UPDATE OF vervallen_at ON portal.medeindiener FOR EACH ROW
  WHEN (OLD.vervallen_at IS NOT NULL OR NEW.vervallen_at IS NOT NULL) EXECUTE FUNCTION portal.medeindiener_vervalt();

-- Who joined before the gemeente took the plan in reads there where it stands, as who joins later does.
CREATE FUNCTION portal.uitdaging_medeindieners() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO portal.dossier_deelnemer (id, dossier_id, eigenaar_id, party_id, hoedanigheid)
    SELECT gen_random_uuid(), d.id, d.eigenaar_id, m.inwoner_id, 'medeindiener'
    FROM portal.medeindiener m JOIN portal.dossier d ON d.id = NEW.id
    WHERE m.dossier_id = NEW.initiatief_id AND m.bevestigd_at IS NOT NULL AND m.vervallen_at IS NULL
    ON CONFLICT (dossier_id, party_id) DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER medeindieners AFTER INSERT ON portal.uitdaging FOR EACH ROW WHEN (NEW.initiatief_id IS NOT NULL)
  EXECUTE FUNCTION portal.uitdaging_medeindieners();

-- Who sent a plan and who handles it keep seeing it: neither side shuts the other out.
CREATE FUNCTION portal.deelnemer_van_plan() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = OLD.dossier_id AND d.soort IN ('initiatief', 'uitdaging')) THEN
    RAISE EXCEPTION 'deelnemer_van_plan' USING ERRCODE = 'PT409';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER van_plan BEFORE UPDATE OF tot ON portal.dossier_deelnemer FOR EACH ROW
  WHEN (NEW.tot IS NOT NULL AND OLD.hoedanigheid IN ('behandelaar', 'indiener')) EXECUTE FUNCTION portal.deelnemer_van_plan();

-- A task that gemeenten bought together, and about which the college of one decides for all: that one receives the plan itself, or
-- it was passed on. There it is about the same task of its own register, where that has it: by contract, else by name.
CREATE FUNCTION portal.uitdaging_regio() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE hier uuid := (SELECT d.eigenaar_id FROM portal.dossier d WHERE d.id = NEW.id); samen portal.gemeentetaak;
BEGIN
  SELECT t.* INTO samen FROM portal.gemeentetaak t WHERE t.id = NEW.taak_id AND t.party_id = hier AND t.bevoegd_id = hier;
  IF NOT FOUND THEN
    SELECT t.* INTO samen FROM portal.uitdaging u JOIN portal.dossier d ON d.id = u.id JOIN portal.gemeentetaak t ON t.id = u.taak_id
      WHERE u.initiatief_id = NEW.initiatief_id AND u.doorgeleid_id = hier AND d.state = 'doorgeleid' AND t.bevoegd_id = hier
      ORDER BY u.ontvangen_on DESC LIMIT 1;
    IF FOUND THEN
      NEW.taak_id := (SELECT t.id FROM portal.gemeentetaak t WHERE t.party_id = hier AND (t.overeenkomst_id = samen.overeenkomst_id
        OR lower(t.naam) = lower(samen.naam)) ORDER BY t.overeenkomst_id = samen.overeenkomst_id DESC NULLS LAST, t.naam LIMIT 1);
    END IF;
  END IF;
  NEW.regiotaak := coalesce(samen.naam, '');
  RETURN NEW;
END $$;
CREATE TRIGGER regio BEFORE INSERT ON portal.uitdaging FOR EACH ROW EXECUTE FUNCTION portal.uitdaging_regio();

-- A challenge begins with what residents sent to this gemeente, or what was passed on to it, on the day that they sent it. What it
-- says then and later is what they sent; a change is theirs to say yes to, and the outcome is that of a signed decision.
CREATE FUNCTION portal.uitdaging_vast() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE hier uuid := (SELECT d.eigenaar_id FROM portal.dossier d WHERE d.id = NEW.id); van uuid := coalesce(NEW.initiatief_id, NEW.id);
BEGIN
  IF portal.party() IS NULL THEN RETURN NEW; END IF;
  IF TG_OP = 'INSERT' AND NEW.initiatief_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM portal.inzending i
      WHERE i.dossier_id = van AND i.eigenaar_id = NEW.indiener_id AND i.soort IN ('vraag', 'uitdaging') AND i.inhoud = NEW.plan
        AND (i.verzonden_at AT TIME ZONE 'Europe/Amsterdam')::date = NEW.eerste_on
        AND ((i.gemeente_id = hier AND NEW.ontvangen_on = NEW.eerste_on) OR EXISTS (SELECT 1 FROM portal.uitdaging u
          JOIN portal.dossier d ON d.id = u.id WHERE u.initiatief_id = van AND u.doorgeleid_id = hier AND d.state = 'doorgeleid'))) THEN
    RAISE EXCEPTION 'uitdaging_niet_gestuurd' USING ERRCODE = 'PT403';
  END IF;
  -- A question that became a plan was received on the day that the plan was sent.
  IF TG_OP = 'UPDATE' AND (NEW.ontvangen_on, NEW.eerste_on) IS DISTINCT FROM (OLD.ontvangen_on, OLD.eerste_on) AND NOT EXISTS (
      SELECT 1 FROM portal.inzending i WHERE i.dossier_id = van AND i.soort = 'uitdaging' AND i.gemeente_id = hier AND i.inhoud = NEW.plan
        AND (i.verzonden_at AT TIME ZONE 'Europe/Amsterdam')::date = NEW.ontvangen_on AND NEW.eerste_on = NEW.ontvangen_on) THEN
    RAISE EXCEPTION 'plan_van_bewoners' USING ERRCODE = 'PT409';
  END IF;
  IF TG_OP = 'UPDATE' AND NEW.plan <> OLD.plan AND NOT EXISTS (SELECT 1 FROM portal.inzending i
      WHERE i.dossier_id = van AND i.soort IN ('uitdaging', 'aanvulling', 'plan') AND i.inhoud = NEW.plan) THEN
    RAISE EXCEPTION 'plan_van_bewoners' USING ERRCODE = 'PT409';
  END IF;
  IF NEW.aanpassing_ja IS NOT NULL AND NOT EXISTS (SELECT 1 FROM portal.inzending i WHERE i.dossier_id = van AND i.soort = 'instemming'
      AND i.inhoud->>'over' = 'aanpassing' AND i.inhoud->>'wat' = NEW.aanpassing AND (i.inhoud->>'ja')::boolean = NEW.aanpassing_ja) THEN
    RAISE EXCEPTION 'plan_van_bewoners' USING ERRCODE = 'PT409';
  END IF;
  IF NEW.route IS NOT NULL AND NOT EXISTS (SELECT 1 FROM portal.besluit b WHERE b.dossier_id = NEW.id AND b.soort = 'uitdaging'
      AND b.state IN ('getekend', 'verzonden') AND b.inhoud->>'route' = NEW.route) THEN
    RAISE EXCEPTION 'uitdaging_zonder_besluit' USING ERRCODE = 'PT409';
  END IF;
  IF NEW.uitkomst IS NOT NULL AND NOT EXISTS (SELECT 1 FROM portal.besluit b WHERE b.dossier_id = NEW.id AND b.soort = 'uitdaging'
      AND b.state IN ('getekend', 'verzonden') AND b.inhoud->>'uitkomst' = NEW.uitkomst) THEN
    RAISE EXCEPTION 'uitdaging_zonder_besluit' USING ERRCODE = 'PT409';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER vast BEFORE INSERT OR UPDATE ON portal.uitdaging FOR EACH ROW EXECUTE FUNCTION portal.uitdaging_vast();

-- Everybody reads the very words that the residents sent for it, and no others; where it stands, what they said against hiding
-- it, and the decision as it was signed. Who hid it does not answer them.
CREATE FUNCTION portal.pagina_tekst() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE gezegd jsonb; was portal.initiatiefpagina; d portal.dossier; van uuid;
BEGIN
  IF TG_OP = 'UPDATE' THEN was := OLD; END IF;
  SELECT x.* INTO d FROM portal.dossier x WHERE x.id = NEW.dossier_id;
  SELECT coalesce(u.initiatief_id, u.id) INTO van FROM portal.uitdaging u WHERE u.id = NEW.dossier_id;
  IF NEW.inzending_id IS DISTINCT FROM was.inzending_id THEN
    SELECT i.inhoud INTO gezegd FROM portal.inzending i
      WHERE i.id = NEW.inzending_id AND i.soort = 'pagina' AND i.gemeente_id = NEW.eigenaar_id AND i.dossier_id = van;
    IF gezegd IS NULL OR coalesce(gezegd->>'titel', '') = '' OR coalesce(gezegd->>'samenvatting', '') = '' THEN
      RAISE EXCEPTION 'pagina_zonder_ja' USING ERRCODE = 'PT409';
    END IF;
    NEW.titel := gezegd->>'titel';
    NEW.samenvatting := gezegd->>'samenvatting';
    NEW.velden := coalesce(gezegd->'velden', '{}'::jsonb);
  END IF;
  IF portal.party() IS NOT NULL AND (NEW.reference <> d.reference
    OR (NEW.stand IS DISTINCT FROM was.stand AND NEW.stand <> d.state)
    OR (was.verborgen_at IS NOT NULL AND NEW.verborgen_at IS NOT NULL
      AND (NEW.verborgen_at, NEW.verborgen_reden) IS DISTINCT FROM (was.verborgen_at, was.verborgen_reden))
    OR (was.gepubliceerd_at IS NOT NULL AND NEW.gepubliceerd_at IS DISTINCT FROM was.gepubliceerd_at)
    OR (was.beroep <> '' AND NEW.beroep = '' AND was.beroep_antwoord = '' AND was.verborgen_at IS NOT NULL)
    OR (NEW.beroep <> '' AND NEW.beroep IS DISTINCT FROM was.beroep AND NOT EXISTS (SELECT 1 FROM portal.inzending i
      WHERE i.dossier_id = van AND i.soort = 'tegen_verbergen' AND i.inhoud->>'tekst' = NEW.beroep))
    OR (NEW.besluit <> '{}' AND NEW.besluit IS DISTINCT FROM was.besluit AND NOT EXISTS (SELECT 1 FROM portal.besluit b
      WHERE b.dossier_id = NEW.dossier_id AND b.soort = 'uitdaging' AND b.state IN ('getekend', 'verzonden')
        AND b.inhoud->'uitkomst' = NEW.besluit->'uitkomst' AND b.inhoud->'motivering' = NEW.besluit->'motivering'
        AND b.inhoud->'gronden' = NEW.besluit->'gronden'))
    OR (NEW.tot_on IS DISTINCT FROM was.tot_on AND NEW.tot_on IS NOT NULL AND NOT EXISTS (SELECT 1 FROM portal.afspraak a
      WHERE a.dossier_id = NEW.dossier_id AND a.tot = NEW.tot_on AND a.geldt_at IS NOT NULL AND a.vervallen_at IS NULL))) THEN
    RAISE EXCEPTION 'pagina_vast' USING ERRCODE = 'PT409';
  END IF;
  IF NEW.verborgen_at IS NOT NULL AND NEW.beroep_antwoord <> '' AND NEW.beroep_antwoord IS DISTINCT FROM was.beroep_antwoord
    AND portal.user_id() = (SELECT e.actor_id FROM portal.case_event e WHERE e.dossier_id = NEW.dossier_id
      AND e.kind = 'uitdaging:verbergen' ORDER BY e.volgnr DESC LIMIT 1) THEN
    RAISE EXCEPTION 'pagina_zelf_verborgen' USING ERRCODE = 'PT403';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER tekst BEFORE INSERT OR UPDATE ON portal.initiatiefpagina FOR EACH ROW EXECUTE FUNCTION portal.pagina_tekst();

-- A resident supports what is still open, once, and not what they sent themselves. Whether they are one person, says how they
-- proved who they are: a mailbox is not.
CREATE FUNCTION portal.steun_mag() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM portal.partij p WHERE p.id = NEW.party_id AND p.soort = 'inwoner') THEN
    RAISE EXCEPTION 'steun_alleen_inwoners' USING ERRCODE = 'PT403';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM portal.initiatiefpagina p JOIN portal.dossier d ON d.id = p.dossier_id WHERE p.id = NEW.pagina_id
      AND d.state IN ('ontvankelijkheidstoets', 'wacht_op_aanvulling', 'dialoog', 'bemiddeling', 'beoordeling')) THEN
    RAISE EXCEPTION 'steun_voorbij' USING ERRCODE = 'PT409';
  END IF;
  IF EXISTS (SELECT 1 FROM portal.initiatiefpagina p JOIN portal.uitdaging u ON u.id = p.dossier_id
      LEFT JOIN portal.medeindiener m ON m.dossier_id = u.initiatief_id AND m.vervallen_at IS NULL
      WHERE p.id = NEW.pagina_id AND NEW.party_id IN (u.indiener_id, m.inwoner_id)) THEN
    RAISE EXCEPTION 'steun_eigen' USING ERRCODE = 'PT409';
  END IF;
  NEW.persoon := EXISTS (SELECT 1 FROM portal.identiteit i JOIN portal.inlogdienst l ON l.issuer = i.issuer AND l.soort = 'digid'
    WHERE i.account_id = portal.user_id());
  RETURN NEW;
END $$;
CREATE TRIGGER mag BEFORE INSERT ON portal.steunbetuiging FOR EACH ROW EXECUTE FUNCTION portal.steun_mag();

-- How many support and follow it, never who: for everybody who may read the page.
CREATE FUNCTION portal.pagina_telling(welke uuid) RETURNS TABLE (mailboxen bigint, personen bigint, papier bigint, volgers bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ SELECT (SELECT count(*) FROM portal.steunbetuiging s WHERE s.pagina_id = p.id AND NOT s.persoon),
        (SELECT count(*) FROM portal.steunbetuiging s WHERE s.pagina_id = p.id AND s.persoon),
        (SELECT coalesce(sum(l.aantal), 0) FROM portal.steunlijst l WHERE l.dossier_id = p.dossier_id AND l.gecontroleerd_by IS NOT NULL),
        (SELECT count(*) FROM portal.volger v WHERE v.pagina_id = p.id)
      FROM portal.initiatiefpagina p WHERE p.id = welke
        AND (p.eigenaar_id = portal.party() OR (p.gepubliceerd_at <= portal.now() AND p.verborgen_at IS NULL)) $$;

-- The same for who has the plan and who decides on it: support on paper needs no page, and a page that is hidden takes no support
-- away.
CREATE FUNCTION portal.zaak_telling(welke uuid) RETURNS TABLE (mailboxen bigint, personen bigint, papier bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ SELECT (SELECT count(*) FROM portal.steunbetuiging s JOIN portal.initiatiefpagina p ON p.id = s.pagina_id WHERE p.dossier_id = u.id AND NOT s.persoon),
        (SELECT count(*) FROM portal.steunbetuiging s JOIN portal.initiatiefpagina p ON p.id = s.pagina_id WHERE p.dossier_id = u.id AND s.persoon),
        (SELECT coalesce(sum(l.aantal), 0) FROM portal.steunlijst l WHERE l.dossier_id = u.id AND l.gecontroleerd_by IS NOT NULL)
      FROM portal.uitdaging u JOIN portal.dossier d ON d.id = u.id
      WHERE u.id = welke AND portal.party() IN (d.eigenaar_id, u.indiener_id) $$;

-- Mail for everybody who follows, written by the gemeente that does not learn who they are: it gets the ids of the mails. Of
-- where it stands now, and once for each: nobody's mailbox is filled.
CREATE FUNCTION portal.volgers_inlichten(welke uuid, wat text) RETURNS SETOF uuid LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$ INSERT INTO portal.outbox (id, sleutel, soort, party_id, gegevens, pogingen)
      SELECT gen_random_uuid(), 'volg:' || p.id || ':' || wat || ':' || v.party_id, 'volgnieuws', v.party_id,
        jsonb_build_object('pagina_id', p.id, 'wat', wat), 0
      FROM portal.initiatiefpagina p JOIN portal.volger v ON v.pagina_id = p.id
      WHERE p.id = welke AND p.stand = wat AND p.eigenaar_id = portal.party() AND p.gepubliceerd_at <= portal.now() AND p.verborgen_at IS NULL
      ON CONFLICT (sleutel) DO NOTHING RETURNING id $$;

-- Every other gemeente hears of a plan about what was bought together: that it came in, and what was decided. The number, the name
-- and the task of it, and nothing else; nobody sees the dossier itself. Once for each; the ids of the mails.
CREATE FUNCTION portal.regio_melden(welke uuid) RETURNS SETOF uuid LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE z record; g uuid; bericht uuid; post uuid; eens text;
BEGIN
  SELECT d.reference, u.regiotaak, p.naam, u.uitkomst, (SELECT b.id FROM portal.besluit b WHERE b.dossier_id = d.id
      AND b.getekend_at IS NOT NULL AND u.uitkomst IS NOT NULL ORDER BY b.getekend_at DESC LIMIT 1) AS besluit_id INTO z
    FROM portal.uitdaging u JOIN portal.dossier d ON d.id = u.id JOIN portal.partij p ON p.id = d.eigenaar_id
    WHERE u.id = welke AND d.eigenaar_id = portal.party() AND u.regiotaak <> '' AND (d.state = 'ontvangen' OR u.uitkomst IS NOT NULL);
  IF NOT FOUND THEN RETURN; END IF;
  FOR g IN SELECT x.id FROM portal.gemeente x WHERE x.id <> portal.party() ORDER BY x.id LOOP
    eens := 'regio:' || welke || ':' || coalesce(z.besluit_id::text, 'ontvangen') || ':' || g;
    CONTINUE WHEN EXISTS (SELECT 1 FROM portal.outbox o WHERE o.sleutel = eens);
    bericht := gen_random_uuid(); post := gen_random_uuid();
    INSERT INTO portal.bericht (id, party_id, afzender_id, geschreven_by, dossier_id, onderwerp, tekst) VALUES (bericht, g,
      portal.party(), portal.user_id(), welke,
      CASE WHEN z.uitkomst IS NULL THEN 'Een plan van bewoners over een taak die wij samen inkochten'
        ELSE 'Beslist over een plan van bewoners, over een taak die wij samen inkochten' END,
      'Het nummer is ' || z.reference || '. Het gaat over de taak: ' || z.regiotaak || '. ' || CASE z.uitkomst
        WHEN 'toewijzen' THEN 'Gemeente ' || z.naam || ' zei ja, voor alle gemeenten.'
        WHEN 'aanpassen' THEN 'Gemeente ' || z.naam || ' zei ja, met een aanpassing, voor alle gemeenten.'
        WHEN 'proef' THEN 'Gemeente ' || z.naam || ' zei ja, als proef, voor alle gemeenten.'
        WHEN 'afwijzen' THEN 'Gemeente ' || z.naam || ' zei nee, voor alle gemeenten.'
        WHEN 'niet_ontvankelijk' THEN 'Gemeente ' || z.naam || ' neemt het niet in behandeling.'
        ELSE 'Gemeente ' || z.naam || ' beslist daarover voor alle gemeenten. U hoeft niets te doen. U hoort wat er is besloten.' END);
    INSERT INTO portal.outbox (id, sleutel, soort, party_id, gegevens, pogingen)
      VALUES (post, eens, 'bericht', g, jsonb_build_object('bericht_id', bericht), 0);
    RETURN NEXT post;
  END LOOP;
END $$;

-- To the gemeente that it was passed on to: it reads what was sent, and nothing else (Awb 2:3).
CREATE FUNCTION portal.initiatief_doorgeven(welke uuid) RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ INSERT INTO portal.dossier_deelnemer (id, dossier_id, eigenaar_id, party_id, hoedanigheid)
      SELECT gen_random_uuid(), i.id, i.eigenaar_id, u.doorgeleid_id, 'behandelaar'
      FROM portal.uitdaging u JOIN portal.dossier d ON d.id = u.id JOIN portal.dossier i ON i.id = u.initiatief_id
      WHERE u.id = welke AND d.eigenaar_id = portal.party() AND u.doorgeleid = 'andere_gemeente' AND u.doorgeleid_id <> d.eigenaar_id
        AND d.state = 'doorgeleid'
      ON CONFLICT (dossier_id, party_id) DO UPDATE SET tot = NULL $$;

-- What the department thinks, it says while it judges, whoever says it last in the own name.
CREATE FUNCTION portal.criteriumoordeel_mag() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF portal.party() IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = NEW.dossier_id AND d.state = 'beoordeling') THEN
    RAISE EXCEPTION 'oordeel_voorbij' USING ERRCODE = 'PT409';
  END IF;
  NEW.door := coalesce(portal.user_id(), NEW.door);
  RETURN NEW;
END $$;
CREATE TRIGGER mag BEFORE INSERT OR UPDATE ON portal.criteriumoordeel FOR EACH ROW EXECUTE FUNCTION portal.criteriumoordeel_mag();

-- By which way it can be done, the lawyer says while that is looked at, whoever says it last in the own name.
CREATE FUNCTION portal.routetoets_mag() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF portal.party() IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = NEW.dossier_id AND d.state = 'juridische_toets') THEN
    RAISE EXCEPTION 'toets_voorbij' USING ERRCODE = 'PT409';
  END IF;
  NEW.door := coalesce(portal.user_id(), NEW.door);
  RETURN NEW;
END $$;
CREATE TRIGGER mag BEFORE INSERT OR UPDATE ON portal.routetoets FOR EACH ROW EXECUTE FUNCTION portal.routetoets_mag();

-- Who advises has no interest in it, said so, and did not judge it for the department, also not what a colleague judged after them.
CREATE FUNCTION portal.paneladvies_mag() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT coalesce((SELECT NOT b.heeft_belang FROM portal.belangverklaring b WHERE b.dossier_id = NEW.dossier_id
      AND b.account_id = NEW.account_id ORDER BY b.verklaard_at DESC, b.id DESC LIMIT 1), false) THEN
    RAISE EXCEPTION 'panel_belang' USING ERRCODE = 'PT403';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = NEW.dossier_id AND d.state = 'panel') THEN
    RAISE EXCEPTION 'panel_voorbij' USING ERRCODE = 'PT409';
  END IF;
  IF EXISTS (SELECT 1 FROM portal.criteriumoordeel c WHERE c.dossier_id = NEW.dossier_id AND c.door = NEW.account_id)
    OR EXISTS (SELECT 1 FROM portal.case_event e WHERE e.dossier_id = NEW.dossier_id AND e.kind = 'uitdaging:beoordelen'
      AND e.actor_id = NEW.account_id) THEN
    RAISE EXCEPTION 'panel_oordeelde_al' USING ERRCODE = 'PT403';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER mag BEFORE INSERT ON portal.paneladvies FOR EACH ROW EXECUTE FUNCTION portal.paneladvies_mag();

-- Both sides say yes to one agreement that still counts: the gemeente under a mandate, the residents themselves.
CREATE FUNCTION portal.afspraakteken_mag() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE a portal.afspraak;
BEGIN
  SELECT x.* INTO a FROM portal.afspraak x WHERE x.id = NEW.afspraak_id AND x.dossier_id = NEW.dossier_id FOR SHARE;
  IF NOT FOUND OR a.vervallen_at IS NOT NULL THEN RAISE EXCEPTION 'afspraak_vervallen' USING ERRCODE = 'PT409'; END IF;
  -- What was not signed before the last day of what counts, changes nothing.
  IF EXISTS (SELECT 1 FROM portal.afspraak x WHERE x.dossier_id = a.dossier_id AND x.geldt_at IS NOT NULL AND x.vervallen_at IS NULL
      AND x.tot < (portal.clock_now() AT TIME ZONE 'Europe/Amsterdam')::date) THEN
    RAISE EXCEPTION 'afspraak_voorbij' USING ERRCODE = 'PT409';
  END IF;
  IF NEW.party_id = a.eigenaar_id THEN
    IF NEW.door = a.opgesteld_by THEN RAISE EXCEPTION 'afspraak_zelf_opgesteld' USING ERRCODE = 'PT403'; END IF;
    IF NOT portal.bevoegd(NEW.mandaat_id, NULL, NEW.door, 'uitdaging', a.eigenaar_id, a.budget) THEN
      RAISE EXCEPTION 'niet_bevoegd' USING ERRCODE = 'PT403';
    END IF;
  ELSIF NOT EXISTS (SELECT 1 FROM portal.uitdaging u WHERE u.id = NEW.dossier_id AND u.indiener_id = NEW.party_id) THEN
    RAISE EXCEPTION 'niet_bevoegd' USING ERRCODE = 'PT403';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER mag BEFORE INSERT ON portal.afspraakteken FOR EACH ROW EXECUTE FUNCTION portal.afspraakteken_mag();

-- An agreement begins on the table: the first after a yes, the next while the residents do the task, in time, and with a later
-- last day.
CREATE FUNCTION portal.afspraak_begint() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE stand text := (SELECT d.state FROM portal.dossier d WHERE d.id = NEW.dossier_id); nu portal.afspraak;
BEGIN
  IF portal.party() IS NULL THEN RETURN NEW; END IF;
  SELECT x.* INTO nu FROM portal.afspraak x WHERE x.dossier_id = NEW.dossier_id AND x.geldt_at IS NOT NULL AND x.vervallen_at IS NULL;
  IF NEW.geldt_at IS NOT NULL OR NEW.vervallen_at IS NOT NULL OR NOT coalesce(CASE stand WHEN 'toegewezen' THEN nu.id IS NULL
      WHEN 'uitvoering' THEN NEW.van = nu.van AND NEW.tot > nu.tot
        AND nu.tot >= (portal.clock_now() AT TIME ZONE 'Europe/Amsterdam')::date END, false) THEN
    RAISE EXCEPTION 'afspraak_nu_niet' USING ERRCODE = 'PT409';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER begint BEFORE INSERT ON portal.afspraak FOR EACH ROW EXECUTE FUNCTION portal.afspraak_begint();

-- What every side signed counts, and takes the place of what counted before; nothing else ends that. What both sides signed is not
-- taken back by one of them, and what was taken back does not return.
CREATE FUNCTION portal.afspraak_vast() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE kanten uuid[] := (SELECT array_remove(ARRAY[OLD.eigenaar_id, u.indiener_id], NULL) FROM portal.uitdaging u WHERE u.id = OLD.dossier_id);
  tekens int := (SELECT count(*) FROM portal.afspraakteken t WHERE t.afspraak_id = OLD.id AND t.party_id = ANY (kanten));
BEGIN
  IF OLD.vervallen_at IS NOT NULL THEN RAISE EXCEPTION 'afspraak_vervallen' USING ERRCODE = 'PT409'; END IF;
  IF NEW.geldt_at IS DISTINCT FROM OLD.geldt_at THEN
    IF OLD.geldt_at IS NOT NULL OR NEW.vervallen_at IS NOT NULL OR tekens < cardinality(kanten) THEN
      RAISE EXCEPTION 'afspraak_ongetekend' USING ERRCODE = 'PT409';
    END IF;
    NEW.geldt_at := portal.clock_now();
    UPDATE portal.afspraak x SET vervallen_at = NEW.geldt_at
      WHERE x.dossier_id = NEW.dossier_id AND x.geldt_at IS NOT NULL AND x.vervallen_at IS NULL;
  ELSIF (CASE WHEN OLD.geldt_at IS NULL THEN tekens > 1 ELSE pg_trigger_depth() = 1 END) THEN
    RAISE EXCEPTION 'afspraak_getekend' USING ERRCODE = 'PT409';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER vast BEFORE UPDATE ON portal.afspraak FOR EACH ROW EXECUTE FUNCTION portal.afspraak_vast();

-- The answer is the gemeente's: a no names its ground, and a change is what the residents said yes to.
CREATE FUNCTION portal.uitdagingsbesluit_klopt() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE welk text := (SELECT d.soort FROM portal.dossier d WHERE d.id = NEW.dossier_id);
BEGIN
  IF portal.party() IS NULL OR welk NOT IN ('uitdaging', 'initiatief') AND NEW.soort <> 'uitdaging' THEN RETURN NEW; END IF;
  IF welk <> 'uitdaging' OR NEW.soort <> 'uitdaging' OR NEW.party_id <> NEW.eigenaar_id THEN
    RAISE EXCEPTION 'niet_bevoegd' USING ERRCODE = 'PT403';
  END IF;
  IF TG_OP = 'INSERT' AND NOT EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = NEW.dossier_id
      AND d.state IN ('beslissen', 'ontvankelijkheidstoets', 'wacht_op_aanvulling')) THEN
    RAISE EXCEPTION 'uitdaging_verloop' USING ERRCODE = 'PT409';
  END IF;
  IF NEW.inhoud->>'uitkomst' IN ('afwijzen', 'niet_ontvankelijk') AND coalesce(jsonb_array_length(NEW.inhoud->'gronden'), 0) = 0 THEN
    RAISE EXCEPTION 'nee_zonder_grond' USING ERRCODE = 'PT422';
  END IF;
  IF NEW.inhoud->>'route' = 'niet_mogelijk' AND NEW.inhoud->>'uitkomst' IN ('toewijzen', 'aanpassen', 'proef') THEN
    RAISE EXCEPTION 'route_niet_mogelijk' USING ERRCODE = 'PT422';
  END IF;
  -- Nobody is refused for what they were not asked, or may still send (Awb 4:5).
  IF NEW.state IN ('opgesteld', 'getekend') AND NEW.inhoud->'gronden' ? 'informatie_ontbreekt' AND (EXISTS (
      SELECT 1 FROM portal.uitdaging u WHERE u.id = NEW.dossier_id AND u.indiener_id IS NOT NULL AND cardinality(u.gevraagd) = 0) OR EXISTS (
      SELECT 1 FROM portal.termijn t WHERE t.dossier_id = NEW.dossier_id AND t.kind = 'aanvulling' AND t.met_on IS NULL
        AND t.due_on >= (portal.now() AT TIME ZONE 'Europe/Amsterdam')::date)) THEN
    RAISE EXCEPTION 'aanvulling_loopt' USING ERRCODE = 'PT409';
  END IF;
  IF NEW.state IN ('opgesteld', 'getekend') AND NEW.inhoud->>'uitkomst' = 'aanpassen' AND NOT EXISTS (SELECT 1 FROM portal.uitdaging u
      WHERE u.id = NEW.dossier_id AND u.aanpassing_ja AND u.aanpassing = NEW.inhoud->>'aanpassing') THEN
    RAISE EXCEPTION 'plan_van_bewoners' USING ERRCODE = 'PT409';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER klopt_uitdaging BEFORE INSERT OR UPDATE ON portal.besluit FOR EACH ROW EXECUTE FUNCTION portal.uitdagingsbesluit_klopt();

-- Nothing is granted or refused but by a decision that somebody signed, and that no objection undid.
CREATE FUNCTION portal.uitdaging_besluit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM portal.besluit b WHERE b.dossier_id = NEW.id AND b.soort = 'uitdaging'
      AND b.state IN ('getekend', 'verzonden') AND (b.inhoud->>'uitkomst' IN ('toewijzen', 'aanpassen', 'proef'))
        = (NEW.state = 'toegewezen') AND NOT EXISTS (SELECT 1 FROM portal.tegenspraak t WHERE t.besluit_id = b.id AND t.uitkomst = 'gegrond')) THEN
    RAISE EXCEPTION 'uitdaging_zonder_besluit' USING ERRCODE = 'PT409';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER uitdaging_besluit AFTER UPDATE OF state ON portal.dossier FOR EACH ROW
  WHEN (NEW.soort = 'uitdaging' AND NEW.state IN ('toegewezen', 'afgewezen') AND OLD.state <> NEW.state)
  EXECUTE FUNCTION portal.uitdaging_besluit();

-- It begins at its beginning; what was decided, passed on, ended or taken back stays so; nobody begins what both sides did not sign,
-- and what is the residents' to say, they said. An objection that holds opens the answer again, with no agreement on it; a proposal
-- that nobody will sign any more waits for nobody. Looked at when all of the step is written.
CREATE FUNCTION portal.uitdaging_verloop() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE u portal.uitdaging; van uuid; gegrond boolean;
BEGIN
  IF portal.party() IS NULL THEN RETURN NULL; END IF;
  SELECT x.* INTO u FROM portal.uitdaging x WHERE x.id = NEW.id;
  van := coalesce(u.initiatief_id, u.id);
  gegrond := (SELECT EXISTS (SELECT 1 FROM portal.tegenspraak t WHERE t.besluit_id = b.id AND t.uitkomst = 'gegrond')
    FROM portal.besluit b WHERE b.dossier_id = NEW.id AND b.getekend_at IS NOT NULL ORDER BY b.getekend_at DESC LIMIT 1);
  IF NOT coalesce(CASE
      WHEN TG_OP = 'INSERT' THEN NEW.state IN ('infoverzoek', 'ontvangen')
      WHEN OLD.state = NEW.state THEN true
      WHEN OLD.state = 'toegewezen' AND NEW.state = 'beslissen' THEN gegrond
        AND NOT EXISTS (SELECT 1 FROM portal.afspraak a WHERE a.dossier_id = NEW.id AND a.vervallen_at IS NULL)
      WHEN OLD.state = 'toegewezen' THEN NEW.state = 'uitvoering' AND EXISTS (
        SELECT 1 FROM portal.afspraak a WHERE a.dossier_id = NEW.id AND a.geldt_at IS NOT NULL AND a.vervallen_at IS NULL)
      WHEN OLD.state = 'uitvoering' THEN NEW.state IN ('beeindigd', 'teruggenomen')
      WHEN OLD.state = 'afgewezen' THEN NEW.state IN ('beslissen', 'ontvankelijkheidstoets') AND gegrond
      WHEN OLD.state IN ('doorgeleid', 'beeindigd', 'teruggenomen', 'ingetrokken') THEN false
      WHEN NEW.state = 'doorgeleid' THEN OLD.state IN ('ontvangen', 'ontvankelijkheidstoets') AND u.doorgeleid IS NOT NULL AND (
        u.indiener_id IS NULL OR u.doorgeleid IN ('andere_gemeente', 'ander_orgaan') OR EXISTS (SELECT 1 FROM portal.inzending i
          WHERE i.dossier_id = van AND i.soort = 'instemming' AND i.inhoud->>'over' = 'doorgeleiden'
            AND i.inhoud->>'wat' = u.doorgeleid AND (i.inhoud->>'ja')::boolean))
      WHEN NEW.state = 'ingetrokken' THEN EXISTS (SELECT 1 FROM portal.inzending i
        WHERE i.dossier_id = van AND i.soort = 'intrekking')
      -- Step by step, as the workflow has it.
      ELSE (OLD.state, NEW.state) IN (('infoverzoek', 'beantwoord'), ('infoverzoek', 'ontvangen'), ('beantwoord', 'ontvangen'),
        ('ontvangen', 'ontvankelijkheidstoets'), ('ontvankelijkheidstoets', 'wacht_op_aanvulling'), ('ontvankelijkheidstoets', 'dialoog'),
        ('ontvankelijkheidstoets', 'afgewezen'), ('wacht_op_aanvulling', 'ontvankelijkheidstoets'), ('wacht_op_aanvulling', 'dialoog'),
        ('wacht_op_aanvulling', 'afgewezen'), ('dialoog', 'bemiddeling'), ('dialoog', 'beoordeling'), ('bemiddeling', 'dialoog'),
        ('bemiddeling', 'beoordeling'), ('beoordeling', 'juridische_toets'), ('juridische_toets', 'panel'),
        ('juridische_toets', 'beslissen'), ('panel', 'beslissen'), ('beslissen', 'toegewezen'), ('beslissen', 'afgewezen')) END, false) THEN
    RAISE EXCEPTION 'uitdaging_verloop' USING ERRCODE = 'PT409';
  END IF;
  IF NEW.state NOT IN ('beslissen', 'ontvankelijkheidstoets', 'wacht_op_aanvulling') AND EXISTS (SELECT 1 FROM portal.besluit b
      WHERE b.dossier_id = NEW.id AND b.soort = 'uitdaging' AND b.state IN ('opgesteld', 'gelezen')) THEN
    RAISE EXCEPTION 'voorstel_open' USING ERRCODE = 'PT409';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER uitdaging_verloop AFTER INSERT OR UPDATE OF state ON portal.dossier DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.soort = 'uitdaging') EXECUTE FUNCTION portal.uitdaging_verloop();

-- What the residents agreed to, what a talk was, what was answered: none of it changes afterwards.
CREATE FUNCTION portal.informatie_vast() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF OLD.beantwoord_on IS NOT NULL THEN RAISE EXCEPTION 'informatie_beantwoord' USING ERRCODE = 'PT409'; END IF;
  IF NEW.beantwoord_by IS NOT NULL AND NEW.beantwoord_by IS DISTINCT FROM portal.user_id() THEN
    RAISE EXCEPTION 'niet_in_eigen_naam' USING ERRCODE = 'PT403';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER vast BEFORE UPDATE ON portal.informatie FOR EACH ROW EXECUTE FUNCTION portal.informatie_vast();

-- A letter on paper is made known on the day that somebody posts it (Awb 3:41). What was asked of the letter about a subsidy, is
-- asked of the answer to a plan: of who has no login, and no other day once somebody objected to it.
CREATE OR REPLACE FUNCTION portal.posten_mag() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  brief portal.besluit;
  op date := (NEW.facts ->> 'gepost_on')::date;
  eerder text;
BEGIN
  SELECT b.* INTO brief FROM portal.besluit b
    WHERE b.id = (NEW.facts ->> 'besluit')::uuid AND b.dossier_id = NEW.dossier_id AND b.state = 'verzonden' FOR UPDATE;
  IF brief.id IS NULL OR op IS NULL THEN RAISE EXCEPTION 'gepost_zonder_brief' USING ERRCODE = 'PT409'; END IF;
  IF op < (brief.getekend_at AT TIME ZONE 'Europe/Amsterdam')::date THEN
    RAISE EXCEPTION 'gepost_voor_tekening' USING ERRCODE = 'PT422';
  END IF;
  IF op > (portal.clock_now() AT TIME ZONE 'Europe/Amsterdam')::date THEN
    RAISE EXCEPTION 'gepost_in_de_toekomst' USING ERRCODE = 'PT422';
  END IF;
  SELECT e.facts ->> 'gepost_on' INTO eerder FROM portal.case_event e
    WHERE e.dossier_id = NEW.dossier_id AND e.kind = NEW.kind AND e.facts ->> 'besluit' = NEW.facts ->> 'besluit'
    ORDER BY e.volgnr DESC LIMIT 1;
  IF eerder IS DISTINCT FROM (NEW.facts ->> 'was_on') OR eerder = (NEW.facts ->> 'gepost_on') THEN
    RAISE EXCEPTION 'gepost_staat_vast' USING ERRCODE = 'PT409';
  END IF;
  IF NEW.kind = 'uitdaging:posten' THEN
    IF EXISTS (SELECT 1 FROM portal.uitdaging u WHERE u.id = NEW.dossier_id AND u.indiener_id IS NOT NULL) THEN
      RAISE EXCEPTION 'gepost_zonder_brief' USING ERRCODE = 'PT409';
    END IF;
    IF eerder IS NOT NULL AND EXISTS (SELECT 1 FROM portal.tegenspraak t WHERE t.besluit_id = brief.id) THEN
      RAISE EXCEPTION 'gepost_staat_vast' USING ERRCODE = 'PT409';
    END IF;
  ELSIF eerder IS NOT NULL AND EXISTS (SELECT 1 FROM portal.bezwaar z JOIN portal.dossier d ON d.id = z.id
      WHERE z.besluit_id = brief.id AND d.state <> 'ingetrokken') THEN
    RAISE EXCEPTION 'gepost_staat_vast' USING ERRCODE = 'PT409';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER posten_mag_uitdaging BEFORE INSERT ON portal.case_event FOR EACH ROW WHEN (NEW.kind = 'uitdaging:posten')
  EXECUTE FUNCTION portal.posten_mag();

-- An objection says what was sent, on the day it was sent (on paper: came in), against the answer of this case. Nobody is late
-- within six weeks after that answer was made known: sent, or on paper posted (Awb 6:7 and 6:8).
CREATE FUNCTION portal.tegenspraak_klopt() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE bekend date;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM portal.uitdaging u JOIN portal.inzending i ON i.dossier_id = coalesce(u.initiatief_id, u.id)
      WHERE u.id = NEW.dossier_id AND i.id = NEW.inzending_id AND i.soort = NEW.soort AND i.inhoud->>'tekst' = NEW.tekst
        AND NEW.ontvangen_on = CASE WHEN u.initiatief_id IS NULL THEN (i.inhoud->>'binnen_on')::date
          ELSE (i.verzonden_at AT TIME ZONE 'Europe/Amsterdam')::date END
        AND NEW.ontvangen_on <= (portal.clock_now() AT TIME ZONE 'Europe/Amsterdam')::date)
    OR NOT EXISTS (SELECT 1 FROM portal.besluit b WHERE b.dossier_id = NEW.dossier_id AND b.id = coalesce(NEW.besluit_id, b.id)) THEN
    RAISE EXCEPTION 'plan_van_bewoners' USING ERRCODE = 'PT409';
  END IF;
  SELECT CASE WHEN u.indiener_id IS NOT NULL THEN (b.verzonden_at AT TIME ZONE 'Europe/Amsterdam')::date ELSE
      (SELECT (e.facts->>'gepost_on')::date FROM portal.case_event e WHERE e.dossier_id = u.id AND e.kind = 'uitdaging:posten'
        AND e.facts->>'besluit' = b.id::text ORDER BY e.volgnr DESC LIMIT 1) END
    INTO bekend FROM portal.besluit b JOIN portal.uitdaging u ON u.id = b.dossier_id WHERE b.id = NEW.besluit_id;
  IF NEW.te_laat AND NOT coalesce(NEW.ontvangen_on > bekend + 42, false) THEN
    RAISE EXCEPTION 'tegenspraak_op_tijd' USING ERRCODE = 'PT409';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER klopt BEFORE INSERT ON portal.tegenspraak FOR EACH ROW EXECUTE FUNCTION portal.tegenspraak_klopt();

-- On an objection decides who has the mandate for it, and on both who had no part in the answer.
CREATE FUNCTION portal.tegenspraak_vast() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF OLD.beantwoord_on IS NOT NULL THEN RAISE EXCEPTION 'tegenspraak_beantwoord' USING ERRCODE = 'PT409'; END IF;
  IF NEW.beantwoord_by IS DISTINCT FROM portal.user_id() OR EXISTS (SELECT 1 FROM portal.besluit b WHERE b.dossier_id = NEW.dossier_id
      AND portal.user_id() IN (b.opgesteld_by, b.gelezen_by, b.getekend_by)) OR NEW.soort = 'klacht' AND EXISTS (
      SELECT 1 FROM portal.dossier d WHERE d.id = NEW.dossier_id AND d.behandelaar_id = portal.user_id()) THEN
    RAISE EXCEPTION 'tegenspraak_zelf_besloten' USING ERRCODE = 'PT403';
  END IF;
  IF NEW.soort = 'bezwaar' AND NOT portal.bevoegd(NEW.mandaat_id, NEW.vervanging_id, NEW.beantwoord_by, 'uitdaging', NEW.eigenaar_id,
      NULL) THEN
    RAISE EXCEPTION 'niet_bevoegd' USING ERRCODE = 'PT403';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER vast BEFORE UPDATE ON portal.tegenspraak FOR EACH ROW EXECUTE FUNCTION portal.tegenspraak_vast();

-- Who changed a task last, stands with it.
CREATE FUNCTION portal.gemeentetaak_door() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.gewijzigd_by := coalesce(portal.user_id(), NEW.gewijzigd_by);
  RETURN NEW;
END $$;
CREATE TRIGGER door BEFORE UPDATE ON portal.gemeentetaak FOR EACH ROW EXECUTE FUNCTION portal.gemeentetaak_door();

GRANT EXECUTE ON FUNCTION portal.idee_bewaren(bytea, jsonb), portal.idee_ophalen(bytea), portal.medeindiener_bevestigen(bytea),
  portal.pagina_telling(uuid), portal.zaak_telling(uuid), portal.volgers_inlichten(uuid, text),
  portal.initiatief_doorgeven(uuid), portal.regio_melden(uuid) TO portal_app;
