-- Reviewed SECURITY DEFINER functions: each does one named thing, with a fixed search_path. They run as the owner.

-- Dossiers that others share with this party, evaluated once per statement.
CREATE FUNCTION portal.gedeelde_dossiers() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$ SELECT coalesce(array_agg(dossier_id), '{}') FROM portal.dossier_deelnemer
      WHERE party_id = portal.party() AND van <= portal.clock_now() AND (tot IS NULL OR tot > portal.now()) $$;

CREATE FUNCTION portal.volgend_nummer(reeks text) RETURNS text LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog
AS $$ INSERT INTO portal.nummer AS n VALUES (reeks, extract(year FROM portal.now() AT TIME ZONE 'Europe/Amsterdam')::int, 1)
      ON CONFLICT (prefix, jaar) DO UPDATE SET laatste = n.laatste + 1
      RETURNING prefix || '-' || jaar || '-' || lpad(laatste::text, 4, '0') $$;

-- Full-text search under a policy does not use the index (@@ is not leakproof), so this one filters by party itself.
CREATE FUNCTION portal.zoek_dossiers(vraag text, hoeveel int) RETURNS TABLE (id uuid) LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog AS $$
DECLARE
  woorden tsquery; nummer text := lower(trim(vraag)); gedeeld uuid[] := portal.gedeelde_dossiers(); wie uuid := portal.party();
BEGIN
  SELECT coalesce(string_agg(quote_literal(w) || ':*', ' & '), '')::tsquery INTO woorden
    FROM unnest(tsvector_to_array(to_tsvector('portal.nl', vraag))) w;
  RETURN QUERY SELECT d.id FROM portal.dossier d
    WHERE (d.zoek @@ woorden OR lower(d.reference) = nummer OR starts_with(lower(d.reference), nummer))
      AND (d.eigenaar_id = wie OR d.id = ANY (gedeeld)) AND nummer <> ''
    ORDER BY (lower(d.reference) = nummer) DESC, d.gemaakt_at DESC, d.id LIMIT least(hoeveel, 100);
END $$;

-- Sessions -----------------------------------------------------------------------------------------------------------
CREATE FUNCTION portal.sessie_begin(hash bytea, wie uuid, voor uuid, uitgever text, ext_sid text, token text, toestel text,
  idle int, absoluut int, vers boolean) RETURNS uuid LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog
AS $$ INSERT INTO portal.sessie (id, token_hash, account_id, party_id, issuer, sid, id_token, apparaat, idle_seconden, eindigt_at,
        stepped_up_at)
      SELECT gen_random_uuid(), hash, wie, voor, uitgever, ext_sid, token, left(toestel, 200), idle,
        portal.now() + make_interval(secs => absoluut), CASE WHEN vers THEN portal.now() END
      WHERE EXISTS (SELECT 1 FROM portal.membership m WHERE m.account_id = wie AND m.party_id = voor AND m.beeindigd_at IS NULL)
      RETURNING id $$;

-- May this person act today for the gemeente that gave this mandate? In force, not withdrawn, with every consent that another
-- employer asks (Awb 10:4), and still working for that employer. The own gemeente needs no switch.
CREATE FUNCTION portal.mandaat_geldt(welk uuid, wie uuid, werkt_voor uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog
AS $$ SELECT EXISTS (SELECT 1 FROM portal.mandaat m
        JOIN portal.membership l ON l.account_id = m.gemachtigde_id AND l.party_id = m.werkgever_id
        WHERE m.id = welk AND m.gemachtigde_id = wie AND m.werkgever_id = werkt_voor AND m.party_id <> m.werkgever_id
          AND m.ingetrokken_at IS NULL AND daterange(m.van, m.tot) @> (portal.now() AT TIME ZONE 'Europe/Amsterdam')::date
          AND l.beeindigd_at IS NULL AND l.rollen <> '{}'
          AND (SELECT count(*) FROM portal.mandaat_instemming i WHERE i.mandaat_id = m.id
               AND i.van IN ('mandaatgever', 'gemachtigde', 'werkgever')) = 3) $$;
REVOKE ALL ON FUNCTION portal.mandaat_geldt(uuid, uuid, uuid) FROM PUBLIC;

-- The actor behind a cookie. Dead sessions, ended memberships and idle time give nothing, in this very request; nor does a
-- session under a mandate that no longer counts. Under a mandate the party is who gave it, and the role only the signer's.
CREATE FUNCTION portal.sessie_open(hash bytea) RETURNS TABLE (session_id uuid, account_id uuid, naam text, party_id uuid,
  party_soort text, party_naam text, party_slug text, rollen text[], stepped_up_at timestamptz, eindigt_at timestamptz,
  issuer text, id_token text, ongelezen bigint, mandaat_id uuid, mandaat_soort text, besluit_soort text, tot_bedrag numeric,
  werkgever_id uuid, werkgever text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE s portal.sessie; moment timestamptz := portal.now();
BEGIN
  SELECT x.* INTO s FROM portal.sessie x WHERE x.token_hash = hash AND x.ingetrokken_at IS NULL AND x.eindigt_at > moment
    AND x.laatst_at + make_interval(secs => x.idle_seconden) > moment;
  IF NOT FOUND THEN RETURN; END IF;
  IF s.mandaat_id IS NOT NULL AND NOT portal.mandaat_geldt(s.mandaat_id, s.account_id, s.party_id) THEN
    -- It ends for good, and both gemeenten read that it did.
    UPDATE portal.sessie x SET ingetrokken_at = moment WHERE x.id = s.id AND x.ingetrokken_at IS NULL;
    IF FOUND THEN
      INSERT INTO portal.beveiligingslog (party_id, account_id, handeling, object, resultaat, details)
        SELECT unnest(ARRAY[d.party_id, d.werkgever_id]), s.account_id, 'namens handelen', d.id::text, 'afgebroken', '{}'
        FROM portal.mandaat d WHERE d.id = s.mandaat_id;
    END IF;
    RETURN;
  END IF;
  IF s.laatst_at < moment - interval '1 minute' THEN
    UPDATE portal.sessie SET laatst_at = moment WHERE id = s.id;
  END IF;
  RETURN QUERY SELECT s.id, a.id, a.naam, p.id, p.soort, p.naam, p.slug,
      CASE WHEN d.id IS NULL THEN m.rollen ELSE ARRAY['gemachtigde'] END, s.stepped_up_at,
      least(s.eindigt_at, moment + make_interval(secs => s.idle_seconden)), s.issuer, s.id_token,
      (SELECT count(*) FROM portal.bericht b WHERE b.party_id = p.id AND b.geopend_at IS NULL),
      d.id, d.soort, d.besluit_soort, d.tot_bedrag, eigen.id, eigen.naam
    FROM portal.membership m JOIN portal.account a ON a.id = m.account_id JOIN portal.partij eigen ON eigen.id = m.party_id
    LEFT JOIN portal.mandaat d ON d.id = s.mandaat_id JOIN portal.partij p ON p.id = coalesce(d.party_id, m.party_id)
    WHERE m.account_id = s.account_id AND m.party_id = s.party_id AND m.beeindigd_at IS NULL;
END $$;

-- Act in one's own session for the gemeente that gave this mandate; NULL goes back to the own one.
CREATE FUNCTION portal.sessie_namens(hash bytea, welk uuid) RETURNS boolean LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog
AS $$ UPDATE portal.sessie s SET mandaat_id = welk
      WHERE s.token_hash = hash AND s.ingetrokken_at IS NULL AND s.eindigt_at > portal.now()
        AND s.laatst_at + make_interval(secs => s.idle_seconden) > portal.now()
        AND (welk IS NULL OR portal.mandaat_geldt(welk, s.account_id, s.party_id)) RETURNING true $$;

-- Only for the person whose session it is, as the same provider knows them.
CREATE FUNCTION portal.sessie_verhogen(hash bytea, nieuw bytea, uitgever text, onderwerp text) RETURNS boolean LANGUAGE sql VOLATILE
SECURITY DEFINER SET search_path = pg_catalog
AS $$ UPDATE portal.sessie s SET stepped_up_at = portal.now(), token_hash = nieuw, laatst_at = portal.now()
      WHERE s.token_hash = hash AND s.ingetrokken_at IS NULL AND s.eindigt_at > portal.now() AND s.issuer = uitgever
        AND EXISTS (SELECT 1 FROM portal.identiteit i WHERE i.issuer = uitgever AND i.subject = onderwerp AND i.account_id = s.account_id)
      RETURNING true $$;

-- Roles that may do much get a shorter idle time.
CREATE FUNCTION portal.sessie_kort(hash bytea, idle int) RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog
AS $$ UPDATE portal.sessie SET idle_seconden = least(idle_seconden, idle) WHERE token_hash = hash $$;

CREATE FUNCTION portal.sessie_uit(hash bytea) RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog
AS $$ UPDATE portal.sessie SET ingetrokken_at = portal.now() WHERE token_hash = hash AND ingetrokken_at IS NULL $$;

CREATE FUNCTION portal.sessie_intrekken(welke uuid) RETURNS boolean LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog
AS $$ UPDATE portal.sessie SET ingetrokken_at = portal.now() WHERE id = welke AND account_id = portal.user_id()
      AND ingetrokken_at IS NULL RETURNING true $$;

-- Who becomes an administrator gets the shorter idle time in the sessions that run already.
CREATE FUNCTION portal.lid_kort(wie uuid, idle int) RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog
AS $$ UPDATE portal.sessie SET idle_seconden = least(idle_seconden, idle) WHERE account_id = wie AND party_id = portal.party()
      AND ingetrokken_at IS NULL $$;

-- An administrator ends all sessions of a member (a stolen laptop); only those for the own party.
CREATE FUNCTION portal.lid_uitloggen(wie uuid) RETURNS bigint LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog
AS $$ WITH uit AS (UPDATE portal.sessie SET ingetrokken_at = portal.now() WHERE account_id = wie AND party_id = portal.party()
        AND ingetrokken_at IS NULL AND eindigt_at > portal.now() RETURNING 1) SELECT count(*) FROM uit $$;

-- Logging in ----------------------------------------------------------------------------------------------------------
CREATE FUNCTION portal.account_van(uitgever text, onderwerp text, hoe text, medewerker boolean) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE wie uuid;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(uitgever || ' ' || onderwerp, 3));
  SELECT account_id INTO wie FROM portal.identiteit WHERE issuer = uitgever AND subject = onderwerp;
  IF wie IS NULL THEN
    wie := gen_random_uuid();
    INSERT INTO portal.account (id, naam, is_medewerker) VALUES (wie, hoe, medewerker);
    INSERT INTO portal.identiteit (issuer, subject, account_id) VALUES (uitgever, onderwerp, wie);
  ELSE
    UPDATE portal.account SET naam = hoe WHERE id = wie AND naam <> hoe;
  END IF;
  RETURN wie;
END $$;
REVOKE ALL ON FUNCTION portal.account_van(text, text, text, boolean) FROM PUBLIC;

CREATE FUNCTION portal.rollen_uit_claims(voor uuid, claims jsonb) RETURNS text[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog
AS $$ SELECT coalesce(array_agg(DISTINCT c.rol), '{}') FROM portal.claim_rol c WHERE c.party_id = voor
      AND CASE jsonb_typeof(claims -> c.claim) WHEN 'array' THEN claims -> c.claim ? c.waarde
          ELSE claims ->> c.claim = c.waarde END $$;

-- One invitation, used once, by whoever holds the token and proves who they are with the right provider.
CREATE FUNCTION portal.uitnodiging_gebruiken(hash bytea, wie uuid, voor uuid) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE u portal.uitnodiging;
BEGIN
  UPDATE portal.uitnodiging SET aanvaard_at = portal.now(), aanvaard_by = wie
    WHERE token_hash = hash AND party_id = voor AND aanvaard_at IS NULL AND ingetrokken_at IS NULL AND verloopt_at > portal.now()
    RETURNING * INTO u;
  IF NOT FOUND THEN RETURN false; END IF;
  INSERT INTO portal.membership AS m (id, account_id, party_id, rollen, email, herkomst)
    VALUES (gen_random_uuid(), wie, voor, u.rollen, u.email, 'uitnodiging')
    ON CONFLICT (account_id, party_id) DO UPDATE SET rollen = excluded.rollen, email = excluded.email, herkomst = 'uitnodiging',
      beeindigd_at = NULL, beeindigd_by = NULL;
  RETURN true;
END $$;
REVOKE ALL ON FUNCTION portal.uitnodiging_gebruiken(bytea, uuid, uuid) FROM PUBLIC;

-- What the holder of an invitation needs before logging in: for which organisation, and whether it still counts.
CREATE FUNCTION portal.uitnodiging_bekijken(hash bytea) RETURNS TABLE (party_id uuid, soort text, naam text, slug text, kvk_nummer text,
  stand text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$ SELECT p.id, p.soort, p.naam, p.slug, a.kvk_nummer,
        CASE WHEN u.ingetrokken_at IS NOT NULL THEN 'ingetrokken' WHEN u.aanvaard_at IS NOT NULL THEN 'gebruikt'
             WHEN u.verloopt_at <= portal.now() THEN 'verlopen' ELSE 'open' END
      FROM portal.uitnodiging u JOIN portal.partij p ON p.id = u.party_id LEFT JOIN portal.aanbieder a ON a.id = p.id
      WHERE u.token_hash = hash $$;

-- A member of staff, through the provider of the own gemeente. Without invitation or mapped claim there is no membership.
CREATE FUNCTION portal.inloggen_medewerker(uitgever text, onderwerp text, hoe text, mail text, claims jsonb, uitnodiging bytea)
RETURNS TABLE (account_id uuid, party_id uuid) LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE voor uuid; wie uuid; uit_claims text[];
BEGIN
  SELECT i.party_id INTO voor FROM portal.inlogdienst i WHERE i.issuer = uitgever AND i.soort = 'gemeente';
  IF voor IS NULL THEN RETURN; END IF;
  wie := portal.account_van(uitgever, onderwerp, hoe, true);
  IF uitnodiging IS NOT NULL THEN PERFORM portal.uitnodiging_gebruiken(uitnodiging, wie, voor); END IF;
  uit_claims := portal.rollen_uit_claims(voor, claims);
  IF cardinality(uit_claims) > 0 THEN
    INSERT INTO portal.membership AS m (id, account_id, party_id, rollen, email, herkomst)
      VALUES (gen_random_uuid(), wie, voor, uit_claims, mail, 'claim')
      ON CONFLICT ON CONSTRAINT uq_membership_account_id_party_id DO UPDATE SET rollen = excluded.rollen
      WHERE m.herkomst = 'claim' AND m.beeindigd_at IS NULL;
  ELSE
    -- Roles that came from a claim go when the claim goes, in the sessions that still run too.
    UPDATE portal.membership m SET rollen = '{}' WHERE m.account_id = wie AND m.party_id = voor AND m.herkomst = 'claim';
  END IF;
  RETURN QUERY SELECT m.account_id, m.party_id FROM portal.membership m
    WHERE m.account_id = wie AND m.party_id = voor AND m.beeindigd_at IS NULL AND m.rollen <> '{}';
END $$;

-- A provider through eHerkenning. The first login with a number makes the aanbieder and its first administrator.
CREATE FUNCTION portal.inloggen_aanbieder(uitgever text, onderwerp text, hoe text, mail text, kvk text, organisatie text,
  uitnodiging bytea) RETURNS TABLE (account_id uuid, party_id uuid)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE voor uuid; wie uuid;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('kvk ' || kvk, 3));
  wie := portal.account_van(uitgever, onderwerp, hoe, false);
  SELECT a.id INTO voor FROM portal.aanbieder a WHERE a.kvk_nummer = kvk;
  IF voor IS NULL THEN
    voor := gen_random_uuid();
    INSERT INTO portal.partij (id, soort, naam) VALUES (voor, 'aanbieder', organisatie);
    INSERT INTO portal.aanbieder (id, naam, kvk_nummer) VALUES (voor, organisatie, kvk);
    INSERT INTO portal.membership (id, account_id, party_id, rollen, email, herkomst)
      VALUES (gen_random_uuid(), wie, voor, ARRAY['aanbiederbeheerder', 'verzender'], mail, 'registratie');
  ELSIF uitnodiging IS NOT NULL THEN
    PERFORM portal.uitnodiging_gebruiken(uitnodiging, wie, voor);
  END IF;
  RETURN QUERY SELECT m.account_id, m.party_id FROM portal.membership m
    WHERE m.account_id = wie AND m.party_id = voor AND m.beeindigd_at IS NULL;
END $$;

-- A resident, through DigiD or a mailed link; each has its own subject, nothing is merged.
CREATE FUNCTION portal.inloggen_inwoner(uitgever text, onderwerp text, hoe text, mail text)
RETURNS TABLE (account_id uuid, party_id uuid) LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE voor uuid; wie uuid;
BEGIN
  wie := portal.account_van(uitgever, onderwerp, hoe, false);
  IF NOT EXISTS (SELECT 1 FROM portal.membership m WHERE m.account_id = wie) THEN
    voor := gen_random_uuid();
    INSERT INTO portal.partij (id, soort, naam) VALUES (voor, 'inwoner', hoe);
    INSERT INTO portal.membership (id, account_id, party_id, rollen, email, herkomst)
      VALUES (gen_random_uuid(), wie, voor, ARRAY['inwoner'], mail, 'registratie');
  END IF;
  RETURN QUERY SELECT m.account_id, m.party_id FROM portal.membership m JOIN portal.partij p ON p.id = m.party_id
    WHERE m.account_id = wie AND p.soort = 'inwoner' AND m.beeindigd_at IS NULL;
END $$;

CREATE FUNCTION portal.inloglink_maken(hash bytea, mail text, seconden int) RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog
AS $$ INSERT INTO portal.inloglink (token_hash, email, verloopt_at) VALUES (hash, mail, portal.now() + make_interval(secs => seconden)) $$;

-- Gives the address once; scanners that follow links do not get here, because the page asks for a button.
CREATE FUNCTION portal.inloglink_gebruiken(hash bytea) RETURNS text LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog
AS $$ UPDATE portal.inloglink SET gebruikt_at = portal.now() WHERE token_hash = hash AND gebruikt_at IS NULL
      AND verloopt_at > portal.now() RETURNING email $$;

-- The subject of an address at the issuer portal:maillink: random, and the same at the next link.
CREATE FUNCTION portal.maillink_onderwerp(mail text) RETURNS uuid LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog
AS $$ INSERT INTO portal.mailadres AS m (adres, subject) VALUES (lower(mail), gen_random_uuid())
      ON CONFLICT (adres) DO UPDATE SET adres = excluded.adres RETURNING m.subject $$;

-- Journals and limits: they write in a transaction of their own, so that a refusal still leaves its trace. ---------------
CREATE FUNCTION portal.journaal(voor uuid, wie uuid, wat text, waarover text, uitkomst text, vandaan text, meer jsonb) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog
AS $$ INSERT INTO portal.beveiligingslog (party_id, account_id, handeling, object, resultaat, herkomst, details)
      VALUES (voor, wie, wat, waarover, uitkomst, vandaan, meer) $$;

CREATE FUNCTION portal.bekeken(wie uuid, voor uuid, welk uuid, waar text) RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog
AS $$ INSERT INTO portal.toegangslog (account_id, party_id, dossier_id, endpoint) VALUES (wie, voor, welk, waar) $$;

CREATE FUNCTION portal.limiet_teller(welke text, venster int) RETURNS int LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog
AS $$ INSERT INTO portal.limiet AS l VALUES (welke, portal.now(), 1) ON CONFLICT (sleutel) DO UPDATE SET
        aantal = CASE WHEN l.venster_at + make_interval(secs => venster) > portal.now() THEN l.aantal + 1 ELSE 1 END,
        venster_at = CASE WHEN l.venster_at + make_interval(secs => venster) > portal.now() THEN l.venster_at ELSE portal.now() END
      RETURNING aantal $$;

-- A login that succeeded does not count as an attempt.
CREATE FUNCTION portal.limiet_terug(welke text) RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog
AS $$ UPDATE portal.limiet SET aantal = greatest(aantal - 1, 0) WHERE sleutel = welke $$;

-- Who works for a gemeente: a mandate may go to staff of another employer (Awb 10:4), chosen by gemeente and name.
CREATE FUNCTION portal.medewerkers(voor uuid) RETURNS TABLE (account_id uuid, naam text) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog
AS $$ SELECT a.id, a.naam FROM portal.membership m JOIN portal.account a ON a.id = m.account_id AND a.is_medewerker
      WHERE m.party_id = voor AND m.beeindigd_at IS NULL
        AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = portal.party()) ORDER BY a.naam, a.id $$;

-- A mandate is given in writing: another one is another mandate. Only withdrawing it, once, changes the row.
CREATE FUNCTION portal.mandaat_vast() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF OLD.ingetrokken_at IS NOT NULL THEN RAISE EXCEPTION 'mandaat_ingetrokken' USING ERRCODE = 'PT409'; END IF;
  OLD.ingetrokken_at := NEW.ingetrokken_at;
  IF NEW IS DISTINCT FROM OLD THEN RAISE EXCEPTION 'mandaat_vast' USING ERRCODE = 'PT409'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER vast BEFORE UPDATE ON portal.mandaat FOR EACH ROW EXECUTE FUNCTION portal.mandaat_vast();

-- All file keys that any row still names, for the sweep of orphans.
CREATE FUNCTION portal.bekende_opslag(sleutels text[]) RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$ SELECT opslag_key FROM portal.document WHERE opslag_key = ANY (sleutels)
      UNION SELECT brief_key FROM portal.bericht WHERE brief_key = ANY (sleutels) $$;

-- Parties that have open terms or documents waiting: ids only, for jobs that loop with acting_for(party).
CREATE FUNCTION portal.partijen_met_werk() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$ SELECT party_id FROM portal.termijn WHERE met_on IS NULL UNION SELECT party_id FROM portal.document WHERE scan = 'wacht' $$;

-- Forget what ended a month ago: sessions, login links, form keys; and counters after a day. Nothing that is still good.
CREATE FUNCTION portal.opruimen() RETURNS bigint LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog
AS $$ WITH s AS (DELETE FROM portal.sessie WHERE eindigt_at < portal.now() - interval '1 month' RETURNING 1),
        l AS (DELETE FROM portal.inloglink WHERE verloopt_at < portal.now() - interval '1 month' RETURNING 1),
        i AS (DELETE FROM portal.idempotentie WHERE gemaakt_at < portal.now() - interval '1 month' RETURNING 1),
        t AS (DELETE FROM portal.limiet WHERE venster_at < portal.now() - interval '1 day' RETURNING 1)
      SELECT (SELECT count(*) FROM s) + (SELECT count(*) FROM l) + (SELECT count(*) FROM i) + (SELECT count(*) FROM t) $$;

-- Health, for anybody: the revision of the schema, and how long the oldest mail waits. Numbers only, of nobody in particular.
CREATE FUNCTION portal.gezondheid() RETURNS TABLE (revisie text, oudste_post interval) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog
AS $$ SELECT (SELECT string_agg(version_num, ',') FROM public.alembic_version),
        (SELECT portal.now() - min(gemaakt_at) FROM portal.outbox WHERE verzonden_at IS NULL AND fout IS NULL) $$;

-- Inkoop --------------------------------------------------------------------------------------------------------------
-- Before the opening the buyers see how many bids came and when, not from whom and not what.
CREATE FUNCTION portal.ontvangen_inschrijvingen(welke uuid) RETURNS TABLE (perceel_id uuid, verzonden_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$ SELECT v.perceel_id, v.verzonden_at FROM (
        SELECT DISTINCT ON (x.dossier_id, x.perceel_id) x.* FROM portal.verzending x WHERE x.inkoop_id = welke
        ORDER BY x.dossier_id, x.perceel_id, x.versie DESC) v
      WHERE v.soort = 'verzending' AND EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = welke
        AND (d.eigenaar_id = portal.party() OR d.id = ANY (portal.gedeelde_dossiers())))
      ORDER BY v.verzonden_at $$;

-- Who takes part: the lead, and every member that said yes (with or without a reservation) to at least one perceel.
CREATE FUNCTION portal.neemt_deel(welke uuid, wie uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$ SELECT EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = welke AND d.eigenaar_id = wie)
      OR EXISTS (SELECT 1 FROM portal.deelnamebesluit b JOIN portal.deelname_antwoord a ON a.besluit_id = b.id
        WHERE b.dossier_id = welke AND b.party_id = wie AND b.vastgelegd_at IS NOT NULL AND a.antwoord <> 'nee') $$;

-- Is this the last act of its perceel? Only that one counts. The policy of verzending asks it: it cannot ask its own table.
CREATE FUNCTION portal.is_laatste_verzending(welke uuid, perceel uuid, nummer int) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog
AS $$ SELECT NOT EXISTS (SELECT 1 FROM portal.verzending v WHERE v.dossier_id = welke AND v.perceel_id = perceel AND v.versie > nummer) $$;

CREATE FUNCTION portal.verzending_op_tijd() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE sluit timestamptz;
BEGIN
  -- Shared with other senders, exclusive against the opening: no bid can commit after the vault is opened.
  PERFORM pg_advisory_xact_lock_shared(hashtextextended(NEW.inkoop_id::text, 11));
  SELECT sluit_at INTO sluit FROM portal.publicatie WHERE inkoop_id = NEW.inkoop_id AND soort = 'aankondiging';
  IF sluit IS NULL THEN RAISE EXCEPTION 'niet_gepubliceerd' USING ERRCODE = 'PT404'; END IF;
  NEW.verzonden_at := portal.clock_now();
  IF NEW.verzonden_at >= sluit THEN
    RAISE EXCEPTION 'inschrijving_gesloten' USING ERRCODE = 'PT410', DETAIL = NEW.verzonden_at::text;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER op_tijd BEFORE INSERT ON portal.verzending FOR EACH ROW EXECUTE FUNCTION portal.verzending_op_tijd();

CREATE FUNCTION portal.opening_mag() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE sluit timestamptz; fase text;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(NEW.dossier_id::text, 11));
  NEW.at := portal.clock_now();
  SELECT sluit_at INTO sluit FROM portal.publicatie WHERE inkoop_id = NEW.dossier_id AND soort = 'aankondiging';
  SELECT state INTO fase FROM portal.dossier WHERE id = NEW.dossier_id FOR UPDATE;
  IF sluit IS NULL OR fase <> 'gepubliceerd' THEN RAISE EXCEPTION 'opening_niet_in_deze_fase' USING ERRCODE = 'PT409'; END IF;
  IF NEW.at < sluit THEN RAISE EXCEPTION 'opening_te_vroeg' USING ERRCODE = 'PT425'; END IF;
  IF NOT portal.neemt_deel(NEW.dossier_id, NEW.party_id) THEN
    RAISE EXCEPTION 'opening_niet_deelnemer' USING ERRCODE = 'PT403';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER mag BEFORE INSERT ON portal.opening FOR EACH ROW EXECUTE FUNCTION portal.opening_mag();

-- The second act, by another gemeente, opens: from here on the taking-part gemeenten see what was sent in time.
CREATE FUNCTION portal.opening_opent() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  opent boolean := (SELECT count(DISTINCT party_id) FROM portal.opening WHERE dossier_id = NEW.dossier_id) >= 2;
  vandaag date := (portal.now() AT TIME ZONE 'Europe/Amsterdam')::date;
BEGIN
  -- Who opened is done; the second act ends the waiting for all gemeenten.
  UPDATE portal.termijn SET met_on = vandaag WHERE kind = 'werk_openen' AND dossier_id = NEW.dossier_id AND met_on IS NULL
    AND (opent OR party_id = NEW.party_id);
  IF NOT opent THEN RETURN NULL; END IF;
  INSERT INTO portal.dossier_deelnemer (id, dossier_id, eigenaar_id, party_id, hoedanigheid)
    SELECT gen_random_uuid(), i.id, i.eigenaar_id, g.gemeente_id, 'inkoper'
    FROM portal.dossier i JOIN portal.inschrijving n ON n.id = i.id AND n.inkoop_id = NEW.dossier_id
    CROSS JOIN (SELECT NEW.eigenaar_id AS gemeente_id UNION SELECT b.party_id FROM portal.deelnamebesluit b
                WHERE b.dossier_id = NEW.dossier_id AND portal.neemt_deel(NEW.dossier_id, b.party_id)) g
    WHERE EXISTS (SELECT 1 FROM (SELECT DISTINCT ON (x.perceel_id) x.soort FROM portal.verzending x WHERE x.dossier_id = i.id
                  ORDER BY x.perceel_id, x.versie DESC) v WHERE v.soort = 'verzending')
    ON CONFLICT (dossier_id, party_id) DO NOTHING;
  UPDATE portal.dossier SET state = 'geopend' WHERE id = NEW.dossier_id;
  UPDATE portal.dossier SET state = 'geopend' WHERE id IN (SELECT p.id FROM portal.perceel p WHERE p.inkoop_id = NEW.dossier_id)
    AND state = 'gepland';
  -- A draft that was never sent waits no more.
  UPDATE portal.termijn SET met_on = vandaag WHERE kind = 'werk_versturen' AND met_on IS NULL
    AND dossier_id IN (SELECT n.id FROM portal.inschrijving n WHERE n.inkoop_id = NEW.dossier_id);
  RETURN NULL;
END $$;
CREATE TRIGGER opent AFTER INSERT ON portal.opening FOR EACH ROW EXECUTE FUNCTION portal.opening_opent();

-- Who opened starts the terms of the assessment, for those who take part, while the perceel is open; the policy of termijn asks it.
CREATE FUNCTION portal.opende(welk uuid, voor uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$ SELECT EXISTS (SELECT 1 FROM portal.perceel p JOIN portal.dossier d ON d.id = p.id AND d.state = 'geopend'
        JOIN portal.opening o ON o.dossier_id = p.inkoop_id AND o.party_id = portal.party()
        WHERE p.id = welk AND portal.neemt_deel(p.inkoop_id, voor)) $$;

-- A deelnamebesluit counts only before the deadline, and never changes after it was recorded.
CREATE FUNCTION portal.deelnamebesluit_op_tijd() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE uiterlijk timestamptz; fase text;
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.vastgelegd_at IS NOT NULL THEN
    RAISE EXCEPTION 'deelnamebesluit_vastgelegd' USING ERRCODE = 'PT409';
  END IF;
  SELECT i.deelname_uiterlijk_at, d.state INTO uiterlijk, fase FROM portal.inkoop i JOIN portal.dossier d ON d.id = i.id
    WHERE i.id = NEW.dossier_id FOR SHARE OF d;
  IF fase <> 'uitgevraagd' THEN RAISE EXCEPTION 'deelname_niet_in_deze_fase' USING ERRCODE = 'PT409'; END IF;
  IF NEW.vastgelegd_at IS NOT NULL THEN
    NEW.vastgelegd_at := portal.clock_now();
    IF NEW.vastgelegd_at >= uiterlijk THEN RAISE EXCEPTION 'deelname_te_laat' USING ERRCODE = 'PT410'; END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER op_tijd BEFORE INSERT OR UPDATE ON portal.deelnamebesluit FOR EACH ROW EXECUTE FUNCTION portal.deelnamebesluit_op_tijd();

CREATE FUNCTION portal.antwoord_vast() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM portal.deelnamebesluit b WHERE b.id = coalesce(NEW.besluit_id, OLD.besluit_id) AND b.vastgelegd_at IS NOT NULL) THEN
    RAISE EXCEPTION 'deelnamebesluit_vastgelegd' USING ERRCODE = 'PT409';
  END IF;
  RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER vast BEFORE INSERT OR UPDATE OR DELETE ON portal.deelname_antwoord FOR EACH ROW EXECUTE FUNCTION portal.antwoord_vast();

-- What was published does not change underneath the bidders.
CREATE FUNCTION portal.is_gepubliceerd(VARIADIC welke uuid[]) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog
AS $$ SELECT EXISTS (SELECT 1 FROM portal.publicatie b WHERE b.soort = 'aankondiging' AND (b.inkoop_id = ANY (welke)
        OR b.inkoop_id IN (SELECT p.inkoop_id FROM portal.perceel p WHERE p.id = ANY (welke)))) $$;

CREATE FUNCTION portal.na_publicatie_vast() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  -- Both sides: a row does not leave a published dossier either.
  IF portal.is_gepubliceerd(NEW.dossier_id, OLD.dossier_id) THEN RAISE EXCEPTION 'na_publicatie_vast' USING ERRCODE = 'PT409'; END IF;
  RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER vast BEFORE INSERT OR UPDATE OR DELETE ON portal.eis FOR EACH ROW EXECUTE FUNCTION portal.na_publicatie_vast();
CREATE TRIGGER vast BEFORE INSERT OR UPDATE OR DELETE ON portal.criterium FOR EACH ROW EXECUTE FUNCTION portal.na_publicatie_vast();
CREATE TRIGGER vast BEFORE INSERT OR UPDATE OR DELETE ON portal.gevraagd_document FOR EACH ROW EXECUTE FUNCTION portal.na_publicatie_vast();

CREATE FUNCTION portal.inkoop_vast() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NEW IS DISTINCT FROM OLD AND portal.is_gepubliceerd(OLD.id) THEN RAISE EXCEPTION 'na_publicatie_vast' USING ERRCODE = 'PT409'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER vast BEFORE UPDATE ON portal.inkoop FOR EACH ROW EXECUTE FUNCTION portal.inkoop_vast();

CREATE FUNCTION portal.perceel_vast() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF (NEW.inkoop_id, NEW.naam, NEW.product, NEW.omschrijving, NEW.waarde, NEW.max_contracten, NEW.minimale_score, NEW.nummer)
     IS DISTINCT FROM (OLD.inkoop_id, OLD.naam, OLD.product, OLD.omschrijving, OLD.waarde, OLD.max_contracten, OLD.minimale_score,
                       OLD.nummer)
     AND portal.is_gepubliceerd(NEW.inkoop_id, OLD.inkoop_id) THEN
    RAISE EXCEPTION 'na_publicatie_vast' USING ERRCODE = 'PT409';
  END IF;
  -- Nobody finalises in the name of another.
  IF NEW.vastgesteld_by IS DISTINCT FROM OLD.vastgesteld_by AND NEW.vastgesteld_by IS DISTINCT FROM portal.user_id() THEN
    RAISE EXCEPTION 'niet_in_eigen_naam' USING ERRCODE = 'PT403';
  END IF;
  -- A second person finalises: whoever scored or tested does not (by person, not by role).
  IF NEW.vastgesteld_by IS DISTINCT FROM OLD.vastgesteld_by AND EXISTS (
      SELECT 1 FROM portal.score s WHERE s.dossier_id = NEW.id AND s.beoordelaar_id = NEW.vastgesteld_by
      UNION ALL SELECT 1 FROM portal.toets t WHERE t.dossier_id = NEW.id AND t.beoordelaar_id = NEW.vastgesteld_by) THEN
    RAISE EXCEPTION 'vaststeller_beoordeelde' USING ERRCODE = 'PT403';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER vast BEFORE INSERT OR UPDATE ON portal.perceel FOR EACH ROW EXECUTE FUNCTION portal.perceel_vast();

-- Assessment: only while the perceel is open, only by someone who declared to have no interest.
CREATE FUNCTION portal.beoordeling_mag() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE fase text; welke uuid;
BEGIN
  SELECT d.state, p.inkoop_id INTO fase, welke FROM portal.dossier d JOIN portal.perceel p ON p.id = d.id WHERE d.id = NEW.dossier_id FOR SHARE OF d;
  IF fase IS DISTINCT FROM 'geopend' THEN RAISE EXCEPTION 'beoordeling_niet_in_deze_fase' USING ERRCODE = 'PT409'; END IF;
  IF NOT EXISTS (SELECT 1 FROM portal.belangverklaring b WHERE b.dossier_id = welke AND b.account_id = NEW.beoordelaar_id AND NOT b.heeft_belang) THEN
    RAISE EXCEPTION 'eerst_belang_verklaren' USING ERRCODE = 'PT403';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER mag BEFORE INSERT OR UPDATE ON portal.toets FOR EACH ROW EXECUTE FUNCTION portal.beoordeling_mag();
CREATE TRIGGER mag BEFORE INSERT OR UPDATE ON portal.score FOR EACH ROW EXECUTE FUNCTION portal.beoordeling_mag();

-- A decision that was sent is what it is; a signed one keeps its content. Drafting, reading, returning and signing are
-- done in one's own name.
CREATE FUNCTION portal.besluit_vast() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF (NEW.opgesteld_by IS DISTINCT FROM OLD.opgesteld_by AND NEW.opgesteld_by IS DISTINCT FROM portal.user_id())
     OR (NEW.gelezen_by IS DISTINCT FROM OLD.gelezen_by AND NEW.gelezen_by IS DISTINCT FROM portal.user_id())
     OR (NEW.teruggestuurd_by IS DISTINCT FROM OLD.teruggestuurd_by AND NEW.teruggestuurd_by IS DISTINCT FROM portal.user_id())
     OR (NEW.getekend_by IS DISTINCT FROM OLD.getekend_by AND NEW.getekend_by IS DISTINCT FROM portal.user_id()) THEN
    RAISE EXCEPTION 'niet_in_eigen_naam' USING ERRCODE = 'PT403';
  END IF;
  IF TG_OP = 'INSERT' THEN RETURN NEW; END IF;
  IF OLD.state = 'verzonden' OR (OLD.state = 'getekend' AND (NEW.inhoud, NEW.bedrag, NEW.onderwerp, NEW.getekend_by,
        NEW.getekend_at, NEW.mandaat_id, NEW.vervanging_id, NEW.gelezen_by, NEW.aard, NEW.rechtsmiddel, NEW.orgaan, NEW.soort)
      IS DISTINCT FROM (OLD.inhoud, OLD.bedrag, OLD.onderwerp, OLD.getekend_by,
        OLD.getekend_at, OLD.mandaat_id, OLD.vervanging_id, OLD.gelezen_by, OLD.aard, OLD.rechtsmiddel, OLD.orgaan, OLD.soort)) THEN
    RAISE EXCEPTION 'besluit_vast' USING ERRCODE = 'PT409';
  END IF;
  IF (NEW.inhoud, NEW.bedrag, NEW.opgesteld_by) IS DISTINCT FROM (OLD.inhoud, OLD.bedrag, OLD.opgesteld_by) AND OLD.gelezen_by IS NOT NULL THEN
    RAISE EXCEPTION 'besluit_gelezen' USING ERRCODE = 'PT409';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER vast BEFORE INSERT OR UPDATE ON portal.besluit FOR EACH ROW EXECUTE FUNCTION portal.besluit_vast();

-- A stored file is what was received: another file is another row. Sharing and publishing are never taken back, but for the
-- files of a bid until its deadline: what was withdrawn or replaced is not for the buyers.
CREATE FUNCTION portal.document_vast() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF (NEW.dossier_id, NEW.eigenaar_id, NEW.party_id, NEW.soort, NEW.titel, NEW.naam, NEW.media_type, NEW.grootte, NEW.sha256,
      NEW.opslag_key, NEW.ontvangst_nummer, NEW.ontvangen_at, NEW.ontvangen_by, NEW.versie, NEW.vervangt_id)
     IS DISTINCT FROM (OLD.dossier_id, OLD.eigenaar_id, OLD.party_id, OLD.soort, OLD.titel, OLD.naam, OLD.media_type, OLD.grootte,
      OLD.sha256, OLD.opslag_key, OLD.ontvangst_nummer, OLD.ontvangen_at, OLD.ontvangen_by, OLD.versie, OLD.vervangt_id)
     OR NEW.gepubliceerd_at IS DISTINCT FROM OLD.gepubliceerd_at AND OLD.gepubliceerd_at IS NOT NULL
     OR NEW.vervallen_at IS DISTINCT FROM OLD.vervallen_at AND OLD.gepubliceerd_at IS NOT NULL AND NEW.scan <> 'besmet' THEN
    RAISE EXCEPTION 'document_vast' USING ERRCODE = 'PT409';
  END IF;
  IF NEW.gedeeld_at IS DISTINCT FROM OLD.gedeeld_at THEN
    IF OLD.soort <> 'inschrijvingsstuk' AND OLD.gedeeld_at IS NOT NULL THEN
      RAISE EXCEPTION 'document_vast' USING ERRCODE = 'PT409';
    END IF;
    IF OLD.soort = 'inschrijvingsstuk' AND EXISTS (SELECT 1 FROM portal.inschrijving i JOIN portal.publicatie b
        ON b.inkoop_id = i.inkoop_id AND b.soort = 'aankondiging' WHERE i.id = OLD.dossier_id AND b.sluit_at <= portal.now()) THEN
      RAISE EXCEPTION 'inschrijving_gesloten' USING ERRCODE = 'PT410';
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER vast BEFORE UPDATE ON portal.document FOR EACH ROW EXECUTE FUNCTION portal.document_vast();

GRANT USAGE ON ALL SEQUENCES IN SCHEMA portal TO portal_app;
