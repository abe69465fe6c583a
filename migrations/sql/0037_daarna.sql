-- Right to Challenge: what a person does from outside the wall, and what no application may decide by itself.

-- What somebody typed before there was a login: the link in their mail is the only way back to it, once, within a month.
CREATE FUNCTION portal.idee_bewaren(hash bytea, inhoud jsonb) RETURNS void LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF length(inhoud::text) > 40000 THEN RAISE EXCEPTION 'idee_te_lang' USING ERRCODE = 'PT422'; END IF;
  DELETE FROM portal.ideeconcept WHERE gemaakt_at < portal.now() - interval '30 days';
  INSERT INTO portal.ideeconcept (token_hash, gegevens) VALUES (hash, inhoud);
END $$;

CREATE FUNCTION portal.idee_ophalen(hash bytea) RETURNS jsonb LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ DELETE FROM portal.ideeconcept WHERE token_hash = hash AND gemaakt_at >= portal.now() - interval '30 days' RETURNING gegevens $$;

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
CREATE TRIGGER vervalt AFTER UPDATE OF vervallen_at ON portal.medeindiener FOR EACH ROW WHEN (NEW.vervallen_at IS NOT NULL)
  EXECUTE FUNCTION portal.medeindiener_vervalt();

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

-- Everybody reads the very words that the residents sent for it, and no others.
CREATE FUNCTION portal.pagina_tekst() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE gezegd jsonb;
BEGIN
  SELECT i.inhoud INTO gezegd FROM portal.inzending i JOIN portal.uitdaging u ON u.id = NEW.dossier_id
    WHERE i.id = NEW.inzending_id AND i.soort = 'pagina' AND i.gemeente_id = NEW.eigenaar_id
      AND i.dossier_id IN (u.initiatief_id, u.id);
  IF gezegd IS NULL OR coalesce(gezegd->>'titel', '') = '' OR coalesce(gezegd->>'samenvatting', '') = '' THEN
    RAISE EXCEPTION 'pagina_zonder_ja' USING ERRCODE = 'PT409';
  END IF;
  NEW.titel := gezegd->>'titel';
  NEW.samenvatting := gezegd->>'samenvatting';
  NEW.velden := coalesce(gezegd->'velden', '{}'::jsonb);
  RETURN NEW;
END $$;
CREATE TRIGGER tekst BEFORE INSERT OR UPDATE OF inzending_id ON portal.initiatiefpagina FOR EACH ROW
  EXECUTE FUNCTION portal.pagina_tekst();

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

-- Mail for everybody who follows, written by the gemeente that does not learn who they are: it gets the ids of the mails.
CREATE FUNCTION portal.volgers_inlichten(welke uuid, wat text) RETURNS SETOF uuid LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$ INSERT INTO portal.outbox (id, sleutel, soort, party_id, gegevens, pogingen)
      SELECT gen_random_uuid(), 'volg:' || p.id || ':' || wat || ':' || v.party_id, 'volgnieuws', v.party_id,
        jsonb_build_object('pagina_id', p.id, 'wat', wat), 0
      FROM portal.initiatiefpagina p JOIN portal.volger v ON v.pagina_id = p.id
      WHERE p.id = welke AND p.eigenaar_id = portal.party() AND p.gepubliceerd_at <= portal.now() AND p.verborgen_at IS NULL
      ON CONFLICT (sleutel) DO NOTHING RETURNING id $$;

-- To the gemeente that it was passed on to: it reads what was sent, and nothing else (Awb 2:3).
CREATE FUNCTION portal.initiatief_doorgeven(welke uuid) RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ INSERT INTO portal.dossier_deelnemer (id, dossier_id, eigenaar_id, party_id, hoedanigheid)
      SELECT gen_random_uuid(), i.id, i.eigenaar_id, u.doorgeleid_id, 'behandelaar'
      FROM portal.uitdaging u JOIN portal.dossier d ON d.id = u.id JOIN portal.dossier i ON i.id = u.initiatief_id
      WHERE u.id = welke AND d.eigenaar_id = portal.party() AND u.doorgeleid = 'andere_gemeente' AND u.doorgeleid_id <> d.eigenaar_id
      ON CONFLICT (dossier_id, party_id) DO UPDATE SET tot = NULL $$;

-- Who advises has no interest in it, said so, and did not judge it for the department.
CREATE FUNCTION portal.paneladvies_mag() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT coalesce((SELECT NOT b.heeft_belang FROM portal.belangverklaring b WHERE b.dossier_id = NEW.dossier_id
      AND b.account_id = NEW.account_id ORDER BY b.verklaard_at DESC, b.id DESC LIMIT 1), false) THEN
    RAISE EXCEPTION 'panel_belang' USING ERRCODE = 'PT403';
  END IF;
  IF EXISTS (SELECT 1 FROM portal.criteriumoordeel c WHERE c.dossier_id = NEW.dossier_id AND c.door = NEW.account_id) THEN
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

-- Nothing is granted or refused but by a decision that somebody signed.
CREATE FUNCTION portal.uitdaging_besluit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM portal.besluit b WHERE b.dossier_id = NEW.id AND b.soort = 'uitdaging'
      AND b.state IN ('getekend', 'verzonden') AND (b.inhoud->>'uitkomst' IN ('toewijzen', 'aanpassen', 'proef'))
        = (NEW.state = 'toegewezen')) THEN
    RAISE EXCEPTION 'uitdaging_zonder_besluit' USING ERRCODE = 'PT409';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER uitdaging_besluit AFTER UPDATE OF state ON portal.dossier FOR EACH ROW
  WHEN (NEW.soort = 'uitdaging' AND NEW.state IN ('toegewezen', 'afgewezen') AND OLD.state <> NEW.state)
  EXECUTE FUNCTION portal.uitdaging_besluit();

-- What the residents agreed to, what a talk was, what was answered: none of it changes afterwards.
CREATE FUNCTION portal.informatie_vast() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF OLD.beantwoord_on IS NOT NULL THEN RAISE EXCEPTION 'informatie_beantwoord' USING ERRCODE = 'PT409'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER vast BEFORE UPDATE ON portal.informatie FOR EACH ROW EXECUTE FUNCTION portal.informatie_vast();

-- On an objection decides who has the mandate for it, and on both who had no part in the answer.
CREATE FUNCTION portal.tegenspraak_vast() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF OLD.beantwoord_on IS NOT NULL THEN RAISE EXCEPTION 'tegenspraak_beantwoord' USING ERRCODE = 'PT409'; END IF;
  IF NEW.beantwoord_by IS DISTINCT FROM portal.user_id() OR EXISTS (SELECT 1 FROM portal.besluit b WHERE b.dossier_id = NEW.dossier_id
      AND portal.user_id() IN (b.opgesteld_by, b.gelezen_by, b.getekend_by)) THEN
    RAISE EXCEPTION 'tegenspraak_zelf_besloten' USING ERRCODE = 'PT403';
  END IF;
  IF NEW.soort = 'bezwaar' AND NOT portal.bevoegd(NEW.mandaat_id, NEW.vervanging_id, NEW.beantwoord_by, 'uitdaging', NEW.eigenaar_id,
      NULL) THEN
    RAISE EXCEPTION 'niet_bevoegd' USING ERRCODE = 'PT403';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER vast BEFORE UPDATE ON portal.tegenspraak FOR EACH ROW EXECUTE FUNCTION portal.tegenspraak_vast();

GRANT EXECUTE ON FUNCTION portal.idee_bewaren(bytea, jsonb), portal.idee_ophalen(bytea), portal.medeindiener_bevestigen(bytea),
  portal.pagina_telling(uuid), portal.volgers_inlichten(uuid, text), portal.initiatief_doorgeven(uuid) TO portal_app;
