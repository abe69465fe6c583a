-- What two parties do to one placement, kept in the database: nothing is accepted by itself, no place is given twice, and who has
-- no ground sees nothing.

-- A report that came from another gemeente: its timeline, and where somebody comes from.
ALTER TABLE portal.toegang ADD COLUMN traject_id UUID, ADD COLUMN herkomst_id UUID,
  ADD CONSTRAINT fk_toegang_herkomst_id_gemeente FOREIGN KEY (herkomst_id) REFERENCES portal.gemeente (id),
  ADD CONSTRAINT ck_toegang_kwam_mee CHECK ((traject_id IS NULL) = (herkomst_id IS NULL)),
  ADD CONSTRAINT uq_toegang_gemeente_id_traject_id UNIQUE (gemeente_id, traject_id);

-- A place gets its number here: the lowest that is free in the whole period, up to the capacity of each day in it. One at a time
-- per location; the exclusion constraint keeps two uses of one place apart whatever happens. An expired hold is free; what frees a
-- place asks nothing itself, or two holds that expired at one location would free each other without end.
CREATE FUNCTION portal.bezetting_plek() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE ruimte int;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(NEW.locatie_id::text, 31));
  -- Whose it is, changes only where portal.antwoord_telt laid a half ready: for the stay of that traject.
  IF TG_OP = 'UPDATE' AND NEW.verblijf_id IS DISTINCT FROM OLD.verblijf_id AND (OLD.verblijf_id IS NOT NULL OR NOT EXISTS (
      SELECT 1 FROM portal.overdracht o JOIN portal.plaatsing p ON p.traject_id = o.traject_id AND p.gemeente_id = NEW.party_id
      JOIN portal.verblijf v ON v.plaatsing_id = p.id AND v.locatie_id = NEW.locatie_id
      WHERE o.id = NEW.id AND o.ontvanger_id = NEW.party_id AND v.id = NEW.verblijf_id)) THEN
    RAISE EXCEPTION 'plek_van_ander' USING ERRCODE = 'PT409';
  END IF;
  -- Held no longer than the offer holds.
  IF NEW.soort = 'vastgehouden' AND (TG_OP = 'INSERT' OR NEW.verloopt_at IS DISTINCT FROM OLD.verloopt_at) AND NOT EXISTS (
      SELECT 1 FROM portal.verblijf v WHERE v.id = NEW.verblijf_id AND v.verloopt_at >= NEW.verloopt_at) THEN
    RAISE EXCEPTION 'vasthouden_te_lang' USING ERRCODE = 'PT409';
  END IF;
  -- Lived in is only a place that both sides said yes to.
  IF NEW.soort = 'bezet' AND (TG_OP = 'INSERT' OR OLD.soort <> 'bezet') AND NOT EXISTS (
      SELECT 1 FROM portal.dossier d WHERE (d.id = NEW.verblijf_id AND d.state IN ('gereserveerd', 'loopt', 'stil'))
        OR (NEW.verblijf_id IS NULL AND d.id = NEW.id AND d.soort = 'overdracht' AND d.state = 'aanvaard')) THEN
    RAISE EXCEPTION 'niet_beide_ja' USING ERRCODE = 'PT409';
  END IF;
  IF TG_OP = 'UPDATE' AND NEW.vrij_at IS NOT NULL THEN RETURN NEW; END IF;
  UPDATE portal.bezetting SET vrij_at = portal.clock_now() WHERE locatie_id = NEW.locatie_id AND soort = 'vastgehouden'
    AND vrij_at IS NULL AND verloopt_at <= portal.clock_now() AND id <> NEW.id;
  IF TG_OP = 'UPDATE' AND OLD.vrij_at IS NOT NULL THEN RAISE EXCEPTION 'plek_weer_vrij' USING ERRCODE = 'PT409'; END IF;
  IF TG_OP = 'UPDATE' AND OLD.verloopt_at <= portal.clock_now() THEN RAISE EXCEPTION 'plek_weer_vrij' USING ERRCODE = 'PT409'; END IF;
  SELECT CASE WHEN min(c.van) > lower(NEW.periode) THEN 0 ELSE min(c.aantal) END INTO ruimte FROM (
    SELECT k.van, k.aantal, daterange(k.van, lead(k.van) OVER (ORDER BY k.van)) AS dagen
    FROM portal.capaciteit k WHERE k.locatie_id = NEW.locatie_id) c WHERE c.dagen && NEW.periode;
  -- A use that lasts longer than its number is free goes on under another number.
  IF TG_OP = 'UPDATE' AND EXISTS (SELECT 1 FROM portal.bezetting b WHERE b.locatie_id = NEW.locatie_id AND b.plek = NEW.plek
      AND b.vrij_at IS NULL AND b.periode && NEW.periode AND b.id <> NEW.id) THEN NEW.plek := NULL; END IF;
  IF NEW.plek IS NULL THEN
    SELECT min(n) INTO NEW.plek FROM generate_series(1, coalesce(ruimte, 0)) n WHERE NOT EXISTS (
      SELECT 1 FROM portal.bezetting b WHERE b.locatie_id = NEW.locatie_id AND b.plek = n AND b.vrij_at IS NULL
        AND b.periode && NEW.periode AND b.id <> NEW.id);
  END IF;
  IF NEW.plek IS NULL OR NEW.plek > coalesce(ruimte, 0) THEN RAISE EXCEPTION 'plek_vol' USING ERRCODE = 'PT409'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER plek BEFORE INSERT OR UPDATE ON portal.bezetting FOR EACH ROW EXECUTE FUNCTION portal.bezetting_plek();

-- How many places of each location are lived in or held on some day of a period, and which numbers: for who looks for a place, and
-- for the provider of its own. Whose they are and which stay it is, is nobody else's.
CREATE FUNCTION portal.plekken_in_gebruik(dagen daterange, nu timestamptz) RETURNS TABLE (locatie_id uuid, bezet bigint, vast bigint,
  plekken int[]) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ SELECT b.locatie_id, count(*) FILTER (WHERE b.soort = 'bezet'), count(*) FILTER (WHERE b.soort = 'vastgehouden'),
        array_agg(DISTINCT b.plek)
      FROM portal.bezetting b JOIN portal.locatie l ON l.id = b.locatie_id
      WHERE b.vrij_at IS NULL AND b.periode && dagen AND (b.soort = 'bezet' OR b.verloopt_at > nu)
        AND (l.party_id = (SELECT portal.party()) OR EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())))
      GROUP BY b.locatie_id $$;

-- How many people of this gemeente live on a place in another one on a day, and how many of another one here.
CREATE FUNCTION portal.wonen_over_de_grens(op date) RETURNS TABLE (party_id uuid, gemeente_id uuid, aantal bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ SELECT b.party_id, l.gemeente_id, count(*) FROM portal.bezetting b JOIN portal.locatie l ON l.id = b.locatie_id
      WHERE b.soort = 'bezet' AND b.vrij_at IS NULL AND b.periode @> op AND b.party_id <> l.gemeente_id
        AND portal.party() IN (b.party_id, l.gemeente_id) GROUP BY b.party_id, l.gemeente_id $$;
REVOKE ALL ON FUNCTION portal.plekken_in_gebruik(daterange, timestamptz), portal.wonen_over_de_grens(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION portal.plekken_in_gebruik(daterange, timestamptz), portal.wonen_over_de_grens(date) TO portal_app;

-- A location never has fewer places than are in use from then on.
CREATE FUNCTION portal.capaciteit_past() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE einde date;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(NEW.locatie_id::text, 31));
  IF NEW.van < (portal.now() AT TIME ZONE 'Europe/Amsterdam')::date AND EXISTS (SELECT 1 FROM portal.capaciteit c
      WHERE c.locatie_id = NEW.locatie_id) THEN
    RAISE EXCEPTION 'capaciteit_achteraf' USING ERRCODE = 'PT422';
  END IF;
  SELECT min(c.van) INTO einde FROM portal.capaciteit c WHERE c.locatie_id = NEW.locatie_id AND c.van > NEW.van;
  IF EXISTS (SELECT 1 FROM portal.bezetting b WHERE b.locatie_id = NEW.locatie_id AND b.vrij_at IS NULL AND b.plek > NEW.aantal
      AND (b.verloopt_at IS NULL OR b.verloopt_at > portal.clock_now()) AND b.periode && daterange(NEW.van, einde)) THEN
    RAISE EXCEPTION 'capaciteit_te_klein' USING ERRCODE = 'PT409';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER past BEFORE INSERT ON portal.capaciteit FOR EACH ROW EXECUTE FUNCTION portal.capaciteit_past();

-- By which number others know who waits: of who is shielded by none. Since when somebody waits is of the placement.
CREATE FUNCTION portal.wachtregel_kenmerk() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.gemeld_on := (SELECT p.gemeld_on FROM portal.plaatsing p WHERE p.id = NEW.dossier_id);
  END IF;
  NEW.kenmerk := CASE WHEN NEW.afgeschermd THEN '' ELSE (SELECT d.reference FROM portal.dossier d WHERE d.id = NEW.dossier_id) END;
  RETURN NEW;
END $$;
CREATE TRIGGER kenmerk BEFORE INSERT OR UPDATE ON portal.wachtregel FOR EACH ROW EXECUTE FUNCTION portal.wachtregel_kenmerk();

-- With which gemeenten this one works together on sheltered living today, itself among them.
CREATE FUNCTION portal.samen_met(wie uuid) RETURNS SETOF uuid LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT b.gemeente_id FROM portal.deelname a JOIN portal.deelname b ON b.verband_id = a.verband_id
      JOIN portal.samenwerkingsverband v ON v.id = a.verband_id AND v.domein = 'beschermd_wonen' WHERE a.gemeente_id = wie
        AND daterange(a.van, a.tot) @> (portal.now() AT TIME ZONE 'Europe/Amsterdam')::date
        AND daterange(b.van, b.tot) @> (portal.now() AT TIME ZONE 'Europe/Amsterdam')::date $$;
REVOKE ALL ON FUNCTION portal.samen_met(uuid) FROM PUBLIC;

-- Who waits for this, of the own gemeente and of those it works together with: of who is shielded elsewhere neither the case nor
-- the gemeente, only what the order follows from.
CREATE FUNCTION portal.wachtlijst(wat text) RETURNS TABLE (id uuid, dossier_id uuid, eigenaar_id uuid, kenmerk text, product text,
  doelgroep text, leeftijd int, nodig text[], gemeld_on date, omstandigheden text[], lot int, afgeschermd boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ SELECT w.id, CASE WHEN z.open THEN w.dossier_id END, CASE WHEN z.open THEN w.eigenaar_id END, w.kenmerk, w.product, w.doelgroep,
        w.leeftijd, w.nodig, w.gemeld_on, w.omstandigheden, w.lot, w.afgeschermd
      FROM portal.wachtregel w CROSS JOIN LATERAL (SELECT w.eigenaar_id = portal.party() OR NOT w.afgeschermd AS open) z
      WHERE w.product = wat AND w.tot_on IS NULL
        AND (w.eigenaar_id = portal.party() OR w.eigenaar_id IN (SELECT portal.samen_met(portal.party()))) $$;
REVOKE ALL ON FUNCTION portal.wachtlijst(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION portal.wachtlijst(text) TO portal_app;

-- Nobody takes part in a stay or an offer without a ground that holds today, and never longer than it holds; in a place that is
-- only held no longer than that, and not again in what was declined or taken back. A dossier of access or of a placement itself is
-- not shared.
CREATE FUNCTION portal.deelnemer_met_grond() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE welk text; stand text; einde date; vandaag date := (portal.now() AT TIME ZONE 'Europe/Amsterdam')::date;
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.tot <= coalesce(OLD.tot, 'infinity') THEN RETURN NEW; END IF;
  SELECT d.soort, d.state INTO welk, stand FROM portal.dossier d WHERE d.id = NEW.dossier_id;
  IF welk IN ('toegang', 'plaatsing') THEN RAISE EXCEPTION 'persoonsdossier_dicht' USING ERRCODE = 'PT403'; END IF;
  IF welk NOT IN ('verblijf', 'overdracht') THEN RETURN NEW; END IF;
  IF stand IN ('geweigerd', 'verlopen', 'ingetrokken', 'gestaakt') THEN RAISE EXCEPTION 'zicht_voorbij' USING ERRCODE = 'PT409'; END IF;
  SELECT max(g.tot_on) INTO einde FROM portal.grond g WHERE g.dossier_id = NEW.dossier_id AND g.voor_id = NEW.party_id
    AND g.ingetrokken_at IS NULL AND vandaag BETWEEN g.van_on AND g.tot_on;
  IF einde IS NULL THEN RAISE EXCEPTION 'geen_grond' USING ERRCODE = 'PT403'; END IF;
  NEW.tot := least(coalesce(NEW.tot, 'infinity'), (einde + 1)::timestamp AT TIME ZONE 'Europe/Amsterdam', CASE stand
    WHEN 'aangeboden' THEN (SELECT v.verloopt_at FROM portal.verblijf v WHERE v.id = NEW.dossier_id) END);
  RETURN NEW;
END $$;
CREATE TRIGGER met_grond BEFORE INSERT OR UPDATE ON portal.dossier_deelnemer FOR EACH ROW EXECUTE FUNCTION portal.deelnemer_met_grond();

-- How long the other side sees what it was asked, follows what became of it. Declined, taken back or not answered: a provider and
-- who was offered too much see nothing from then on; a gemeente that said no (or nothing) a short while, because a no can be put to
-- dispute. How many days stands in config/plaatsingen.toml too; a test compares them. A dispute, and a place that both said yes to,
-- are seen as long as the ground holds.
CREATE FUNCTION portal.zicht_volgt() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE vandaag date := (portal.now() AT TIME ZONE 'Europe/Amsterdam')::date; einde timestamptz := portal.now();
BEGIN
  IF NEW.state IN ('geschil', 'gereserveerd') THEN
    UPDATE portal.dossier_deelnemer n SET tot = NULL WHERE n.dossier_id = NEW.id AND EXISTS (
      SELECT 1 FROM portal.grond g WHERE g.dossier_id = n.dossier_id AND g.voor_id = n.party_id AND g.ingetrokken_at IS NULL
        AND vandaag BETWEEN g.van_on AND g.tot_on);
    RETURN NULL;
  END IF;
  IF NEW.soort = 'overdracht' AND NEW.state <> 'ingetrokken' THEN
    einde := (vandaag + 14 + 1)::timestamp AT TIME ZONE 'Europe/Amsterdam';
  END IF;
  UPDATE portal.dossier_deelnemer n SET tot = greatest(n.van, einde) WHERE n.dossier_id = NEW.id AND (n.tot IS NULL OR n.tot > einde);
  RETURN NULL;
END $$;
CREATE TRIGGER zicht_volgt AFTER UPDATE OF state ON portal.dossier FOR EACH ROW
  WHEN (NEW.soort IN ('verblijf', 'overdracht') AND NEW.state IS DISTINCT FROM OLD.state
    AND NEW.state IN ('geweigerd', 'verlopen', 'ingetrokken', 'gestaakt', 'geschil', 'gereserveerd'))
  EXECUTE FUNCTION portal.zicht_volgt();

-- The bare fact of what was asked of this party and is over: of whom, when, what became of it and what it answered itself; nothing
-- of a person, and of who is shielded no number.
CREATE FUNCTION portal.mijn_voorbij(welk uuid, hoeveel int) RETURNS TABLE (id uuid, soort text, reference text, van_wie uuid,
  gevraagd_at timestamptz, state text, ja boolean, reden text, gegeven_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ SELECT d.id, d.soort, CASE WHEN n.afgeschermd THEN '' ELSE d.reference END, d.eigenaar_id, d.gemaakt_at, d.state, a.ja, a.reden, a.gegeven_at
      FROM (SELECT v.id, v.plaatsing_id, NULL::uuid AS toegang_id, v.verloopt_at FROM portal.verblijf v WHERE v.aanbieder_id = portal.party()
            UNION ALL SELECT o.id, o.plaatsing_id, o.toegang_id, NULL FROM portal.overdracht o WHERE o.ontvanger_id = portal.party()) z
      JOIN portal.dossier d ON d.id = z.id LEFT JOIN portal.plaatsing l ON l.id = z.plaatsing_id
      LEFT JOIN portal.toegang t ON t.id = z.toegang_id JOIN portal.persoon n ON n.id = coalesce(l.persoon_id, t.persoon_id)
      LEFT JOIN LATERAL (
        SELECT p.ja, p.reden, p.gegeven_at FROM portal.plaatsing_antwoord p WHERE p.dossier_id = z.id AND p.party_id = portal.party()
        ORDER BY p.gegeven_at DESC, p.id LIMIT 1) a ON true
      WHERE (welk IS NULL OR z.id = welk) AND (d.state IN ('geweigerd', 'verlopen', 'ingetrokken', 'gestaakt')
          OR d.state = 'aangeboden' AND z.verloopt_at <= portal.clock_now())
        AND NOT d.id = ANY ((SELECT portal.gedeelde_dossiers())::uuid[])
      ORDER BY d.gemaakt_at DESC, d.id LIMIT least(hoeveel, 100) $$;
REVOKE ALL ON FUNCTION portal.mijn_voorbij(uuid, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION portal.mijn_voorbij(uuid, int) TO portal_app;

-- A ground that is taken back ends the view, unless another one holds.
CREATE FUNCTION portal.grond_vervalt() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE vandaag date := (portal.now() AT TIME ZONE 'Europe/Amsterdam')::date;
BEGIN
  IF OLD.ingetrokken_at IS NOT NULL THEN RAISE EXCEPTION 'grond_al_ingetrokken' USING ERRCODE = 'PT409'; END IF;
  UPDATE portal.dossier_deelnemer n SET tot = greatest(n.van, portal.now()) WHERE n.dossier_id = NEW.dossier_id
    AND n.party_id = NEW.voor_id AND (n.tot IS NULL OR n.tot > portal.now()) AND NOT EXISTS (
      SELECT 1 FROM portal.grond g WHERE g.dossier_id = NEW.dossier_id AND g.voor_id = NEW.voor_id AND g.ingetrokken_at IS NULL
        AND vandaag BETWEEN g.van_on AND g.tot_on);
  RETURN NULL;
END $$;
CREATE TRIGGER vervalt AFTER UPDATE ON portal.grond FOR EACH ROW WHEN (NEW.ingetrokken_at IS NOT NULL)
  EXECUTE FUNCTION portal.grond_vervalt();

-- Responsibility only moves forward and to another gemeente: the first beginning is of who has the placement, or had the report
-- that another gemeente took over; each next one of an offer by the gemeente that has it until then, which its receiver accepted for that day.
CREATE FUNCTION portal.verantwoordelijkheid_volgt() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE laatste portal.verantwoordelijkheid;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(NEW.traject_id::text, 32));
  SELECT v.* INTO laatste FROM portal.verantwoordelijkheid v WHERE v.traject_id = NEW.traject_id ORDER BY v.van DESC LIMIT 1;
  IF laatste.id IS NULL THEN
    IF NEW.overdracht_id IS NOT NULL OR NOT EXISTS (SELECT 1 FROM portal.plaatsing p WHERE p.traject_id = NEW.traject_id
        AND p.gemeente_id = NEW.gemeente_id AND p.gemeld_on = NEW.van
        UNION ALL SELECT 1 FROM portal.overdracht o JOIN portal.toegang t ON t.id = o.toegang_id WHERE o.traject_id = NEW.traject_id
        AND t.gemeente_id = NEW.gemeente_id AND t.gemeld_on = NEW.van)
        OR EXISTS (SELECT 1 FROM portal.overdracht o WHERE o.traject_id = NEW.traject_id AND o.verzender_id <> NEW.gemeente_id) THEN
      RAISE EXCEPTION 'verantwoordelijkheid_zonder_plaatsing' USING ERRCODE = 'PT409';
    END IF;
    RETURN NEW;
  END IF;
  IF NEW.van <= laatste.van OR NEW.gemeente_id = laatste.gemeente_id THEN
    RAISE EXCEPTION 'verantwoordelijkheid_loopt_vooruit' USING ERRCODE = 'PT409';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM portal.overdracht o JOIN portal.plaatsing_antwoord a ON a.dossier_id = o.id AND a.ja
      AND a.ingaand_on = NEW.van AND a.party_id = o.ontvanger_id
      WHERE o.id = NEW.overdracht_id AND o.traject_id = NEW.traject_id AND o.ontvanger_id = NEW.gemeente_id
        AND o.verzender_id = laatste.gemeente_id) THEN
    RAISE EXCEPTION 'verantwoordelijkheid_zonder_aanvaarding' USING ERRCODE = 'PT409';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER volgt BEFORE INSERT ON portal.verantwoordelijkheid FOR EACH ROW EXECUTE FUNCTION portal.verantwoordelijkheid_volgt();

-- A traject is of who began it: another gemeente has a dossier of it only after it said yes to an offer of it. One at a time.
CREATE FUNCTION portal.traject_van(welk uuid, wie uuid) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(welk::text, 32));
  RETURN EXISTS (SELECT 1 FROM portal.overdracht o JOIN portal.plaatsing_antwoord a ON a.dossier_id = o.id AND a.ja
      AND a.party_id = o.ontvanger_id WHERE o.traject_id = welk AND o.ontvanger_id = wie)
    OR NOT EXISTS (SELECT 1 FROM portal.verantwoordelijkheid v WHERE v.traject_id = welk AND v.gemeente_id <> wie
      UNION ALL SELECT 1 FROM portal.overdracht o WHERE o.traject_id = welk AND o.verzender_id <> wie
      UNION ALL SELECT 1 FROM portal.plaatsing p WHERE p.traject_id = welk AND p.gemeente_id <> wie
      UNION ALL SELECT 1 FROM portal.toegang t WHERE t.traject_id = welk AND t.gemeente_id <> wie);
END $$;
REVOKE ALL ON FUNCTION portal.traject_van(uuid, uuid) FROM PUBLIC;

-- The terms go on from the day in the offer: who takes over does not report anew.
CREATE FUNCTION portal.traject_mag() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT portal.traject_van(NEW.traject_id, NEW.gemeente_id) THEN RAISE EXCEPTION 'traject_van_ander' USING ERRCODE = 'PT409'; END IF;
  IF EXISTS (SELECT 1 FROM portal.overdracht o JOIN portal.momentopname m ON m.dossier_id = o.id JOIN portal.plaatsing_antwoord a
      ON a.dossier_id = o.id AND a.ja WHERE o.traject_id = NEW.traject_id AND o.ontvanger_id = NEW.gemeente_id
      AND (m.inhoud ->> 'gemeld_on')::date <> NEW.gemeld_on) THEN
    RAISE EXCEPTION 'termijn_van_zaak' USING ERRCODE = 'PT409';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER traject BEFORE INSERT ON portal.plaatsing FOR EACH ROW EXECUTE FUNCTION portal.traject_mag();
CREATE TRIGGER traject BEFORE INSERT ON portal.toegang FOR EACH ROW WHEN (NEW.traject_id IS NOT NULL)
  EXECUTE FUNCTION portal.traject_mag();

-- An offer is of the traject of its own case; a report that never went to another gemeente has none yet, and begins one. Whether
-- somebody is shielded it says as it is now: the snapshot stays as it was (portal.persoon_afgeschermd carries on).
CREATE FUNCTION portal.overdracht_begint() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE melding portal.toegang;
BEGIN
  SELECT t.* INTO melding FROM portal.toegang t WHERE t.id = NEW.toegang_id;
  IF NOT portal.traject_van(NEW.traject_id, NEW.verzender_id) OR melding.traject_id <> NEW.traject_id
      OR melding.id IS NOT NULL AND melding.traject_id IS NULL AND EXISTS (
        SELECT 1 FROM portal.verantwoordelijkheid v WHERE v.traject_id = NEW.traject_id
        UNION ALL SELECT 1 FROM portal.plaatsing p WHERE p.traject_id = NEW.traject_id
        UNION ALL SELECT 1 FROM portal.toegang t WHERE t.traject_id = NEW.traject_id
        UNION ALL SELECT 1 FROM portal.overdracht o WHERE o.traject_id = NEW.traject_id AND o.toegang_id IS DISTINCT FROM melding.id) THEN
    RAISE EXCEPTION 'traject_van_ander' USING ERRCODE = 'PT409';
  END IF;
  NEW.afgeschermd := coalesce((SELECT n.afgeschermd FROM portal.persoon n WHERE n.id = coalesce(melding.persoon_id, (
    SELECT p.persoon_id FROM portal.plaatsing p WHERE p.id = NEW.plaatsing_id))), true);
  RETURN NEW;
END $$;
CREATE TRIGGER begint BEFORE INSERT ON portal.overdracht FOR EACH ROW EXECUTE FUNCTION portal.overdracht_begint();

-- Who was asked answers, in time, while it is open. After a dispute the receiver answers again once there is advice.
CREATE FUNCTION portal.antwoord_mag() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  zaak portal.dossier; aanbod portal.overdracht; plek portal.verblijf;
  vandaag date := (portal.clock_now() AT TIME ZONE 'Europe/Amsterdam')::date;
BEGIN
  SELECT d.* INTO zaak FROM portal.dossier d WHERE d.id = NEW.dossier_id FOR UPDATE;
  NEW.gegeven_at := portal.clock_now();
  -- Nobody says yes or no to what they offered themselves, also not under a mandate of who was asked.
  IF EXISTS (SELECT 1 FROM portal.case_event e WHERE e.dossier_id = zaak.id AND e.party_id = zaak.eigenaar_id
      AND e.actor_id = portal.user_id()
      UNION ALL SELECT 1 FROM portal.grond g WHERE g.dossier_id = zaak.id AND g.vastgelegd_by = portal.user_id()) THEN
    RAISE EXCEPTION 'antwoord_op_eigen_aanbod' USING ERRCODE = 'PT403';
  END IF;
  IF zaak.soort = 'overdracht' THEN
    SELECT o.* INTO aanbod FROM portal.overdracht o WHERE o.id = NEW.dossier_id;
    IF aanbod.ontvanger_id <> NEW.party_id THEN RAISE EXCEPTION 'antwoord_niet_gevraagd' USING ERRCODE = 'PT403'; END IF;
    IF zaak.state IN ('aangeboden', 'geschil') AND vandaag > aanbod.verloopt_on AND (zaak.state = 'aangeboden'
        OR aanbod.advies_on IS NOT NULL) THEN RAISE EXCEPTION 'aanbod_verlopen' USING ERRCODE = 'PT409'; END IF;
    IF zaak.state <> 'aangeboden' AND NOT (zaak.state = 'geschil' AND aanbod.advies_on IS NOT NULL) THEN
      RAISE EXCEPTION 'aanbod_beantwoord' USING ERRCODE = 'PT409';
    END IF;
    IF NEW.ja AND (NEW.ingaand_on IS NULL OR NEW.ingaand_on < greatest(aanbod.ingaand_on, vandaag)) THEN
      RAISE EXCEPTION 'ingaand_te_vroeg' USING ERRCODE = 'PT422';
    END IF;
    IF NEW.ja AND aanbod.richting = 'terug' AND NEW.aansluitend = '' THEN
      RAISE EXCEPTION 'aansluitend_nodig' USING ERRCODE = 'PT422';
    END IF;
  ELSIF zaak.soort = 'verblijf' THEN
    SELECT v.* INTO plek FROM portal.verblijf v WHERE v.id = NEW.dossier_id;
    IF plek.aanbieder_id <> NEW.party_id THEN RAISE EXCEPTION 'antwoord_niet_gevraagd' USING ERRCODE = 'PT403'; END IF;
    IF zaak.state <> 'aangeboden' OR EXISTS (SELECT 1 FROM portal.plaatsing_antwoord a WHERE a.dossier_id = NEW.dossier_id) THEN
      RAISE EXCEPTION 'aanbod_beantwoord' USING ERRCODE = 'PT409';
    END IF;
    IF plek.verloopt_at <= portal.clock_now() THEN RAISE EXCEPTION 'aanbod_verlopen' USING ERRCODE = 'PT409'; END IF;
  ELSE
    RAISE EXCEPTION 'antwoord_niet_gevraagd' USING ERRCODE = 'PT403';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER mag BEFORE INSERT ON portal.plaatsing_antwoord FOR EACH ROW EXECUTE FUNCTION portal.antwoord_mag();

-- An answer counts in the same act: the state of what was asked, the new beginning of responsibility, the place that goes along
-- (its second half is the receiver's from that day, under the id of the offer) or that is free again.
CREATE FUNCTION portal.antwoord_telt() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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
  -- A report has no timeline yet: it begins where somebody first reported.
  INSERT INTO portal.verantwoordelijkheid (id, party_id, traject_id, gemeente_id, van, grondslag)
    SELECT gen_random_uuid(), aanbod.verzender_id, aanbod.traject_id, aanbod.verzender_id, t.gemeld_on, 'melding'
    FROM portal.toegang t WHERE t.id = aanbod.toegang_id
      AND NOT EXISTS (SELECT 1 FROM portal.verantwoordelijkheid v WHERE v.traject_id = aanbod.traject_id);
  INSERT INTO portal.verantwoordelijkheid (id, party_id, traject_id, gemeente_id, van, grondslag, overdracht_id)
    VALUES (gen_random_uuid(), NEW.party_id, aanbod.traject_id, NEW.party_id, NEW.ingaand_on,
            CASE zaak.state WHEN 'geschil' THEN 'advies' ELSE aanbod.richting END, aanbod.id);
  UPDATE portal.dossier SET state = 'aanvaard' WHERE id = zaak.id;
  SELECT b.* INTO plek FROM portal.bezetting b WHERE b.verblijf_id = aanbod.verblijf_id AND b.vrij_at IS NULL FOR UPDATE;
  IF plek.id IS NOT NULL AND plek.periode @> NEW.ingaand_on AND lower(plek.periode) < NEW.ingaand_on THEN
    UPDATE portal.bezetting SET periode = daterange(lower(plek.periode), NEW.ingaand_on) WHERE id = plek.id;
    INSERT INTO portal.bezetting (id, locatie_id, plek, periode, soort, party_id)
      VALUES (aanbod.id, plek.locatie_id, plek.plek, daterange(NEW.ingaand_on, upper(plek.periode)), 'bezet', NEW.party_id);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER telt AFTER INSERT ON portal.plaatsing_antwoord FOR EACH ROW EXECUTE FUNCTION portal.antwoord_telt();

-- The work that an answer begins is in the words that were agreed, for who was agreed and until the day that was agreed; not as who
-- answered would have it. A test compares them with portal/domains/plaatsingen/work.py and config/plaatsingen.toml.
CREATE FUNCTION portal.termijn_na_antwoord() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE woorden text[];
BEGIN
  IF NEW.eigenaar_id = portal.party() THEN RETURN NEW; END IF;
  woorden := CASE NEW.kind
    WHEN 'werk_overnemen' THEN ARRAY['Neem het dossier over: uw gemeente wordt verantwoordelijk',
      'Uw gemeente is verantwoordelijk en heeft nog geen dossier.']
    WHEN 'werk_overdracht' THEN ARRAY['Rond de warme overdracht af',
      'De inwoner moet het verhaal opnieuw vertellen. Naasten weten niet waar zij aan toe zijn.']
    WHEN 'werk_weigering' THEN ARRAY['De andere gemeente neemt het niet over: kies wat u doet',
      'Uw gemeente blijft verantwoordelijk. De inwoner weet niet waar hij aan toe is.'] END;
  NEW.taak := woorden[1];
  NEW.gevolg := woorden[2];
  NEW.label := woorden[1];
  NEW.endpoint := 'plaatsing.overdracht';
  NEW.wacht_op_permissions := '{toegang:behandelen}';
  NEW.started_on := coalesce((SELECT a.ingaand_on FROM portal.plaatsing_antwoord a WHERE a.dossier_id = NEW.dossier_id
    ORDER BY a.gegeven_at DESC, a.id LIMIT 1), (portal.now() AT TIME ZONE 'Europe/Amsterdam')::date);
  NEW.due_on := NEW.started_on + 7 * CASE NEW.kind WHEN 'werk_overdracht' THEN 4 ELSE 1 END;
  NEW.due_at := NULL;
  NEW.extended := 0;
  NEW.met_on := NULL;
  RETURN NEW;
END $$;
CREATE TRIGGER na_antwoord BEFORE INSERT ON portal.termijn FOR EACH ROW
  WHEN (NEW.kind IN ('werk_overnemen', 'werk_overdracht', 'werk_weigering')) EXECUTE FUNCTION portal.termijn_na_antwoord();

-- The six weeks of access count from the day of the report, and no last day of a case of a person or a plan moves: only a suspension that was
-- written down moves it, or an extension that the rule of the term has (portal/kernel/dossier.py).
CREATE FUNCTION portal.termijn_van_zaak() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF portal.party() IS NULL THEN RETURN NEW; END IF;
  IF TG_OP = 'INSERT' AND EXISTS (SELECT 1 FROM portal.toegang t WHERE t.id = NEW.dossier_id AND (
      t.gemeld_on <> NEW.started_on OR NEW.due_on NOT BETWEEN t.gemeld_on + 42 AND t.gemeld_on + 49))
    OR TG_OP = 'UPDATE' AND EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = NEW.dossier_id
      AND d.soort IN ('toegang', 'plaatsing', 'verblijf', 'overdracht', 'uitdaging')) AND (NEW.extended <> OLD.extended
        AND jsonb_typeof(NEW.regel -> 'extension') IS DISTINCT FROM 'object' OR NEW.extended = OLD.extended
        AND NOT EXISTS (SELECT 1 FROM portal.opschorting o WHERE o.termijn_id = NEW.id)) THEN
    RAISE EXCEPTION 'termijn_van_zaak' USING ERRCODE = 'PT409';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER van_zaak BEFORE INSERT ON portal.termijn FOR EACH ROW WHEN (NEW.kind = 'onderzoek')
  EXECUTE FUNCTION portal.termijn_van_zaak();
CREATE TRIGGER van_zaak_verzet BEFORE UPDATE ON portal.termijn FOR EACH ROW
  WHEN ((NEW.due_on, NEW.extended) IS DISTINCT FROM (OLD.due_on, OLD.extended)) EXECUTE FUNCTION portal.termijn_van_zaak();

-- Two-sided: an offer is accepted, a place reserved and a handover closed only when both sides said so; also not by the owner.
CREATE FUNCTION portal.tweezijdig() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'aangeboden' THEN RAISE EXCEPTION 'niet_aanvaard' USING ERRCODE = 'PT409'; END IF;
    RETURN NEW;
  END IF;
  IF NEW.soort = 'overdracht' AND OLD.state = 'aanvaard' AND NEW.state NOT IN ('afgerond', 'gestaakt') THEN
    RAISE EXCEPTION 'aanvaard_vast' USING ERRCODE = 'PT409';
  END IF;
  IF NEW.soort = 'overdracht' AND NEW.state IN ('aanvaard', 'afgerond') AND NOT EXISTS (
      SELECT 1 FROM portal.plaatsing_antwoord a JOIN portal.overdracht o ON o.id = a.dossier_id AND o.ontvanger_id = a.party_id
      WHERE a.dossier_id = NEW.id AND a.ja) THEN
    RAISE EXCEPTION 'niet_aanvaard' USING ERRCODE = 'PT409';
  END IF;
  IF NEW.soort = 'overdracht' AND NEW.state = 'afgerond' AND (
      (SELECT count(DISTINCT t.party_id) FROM portal.overdrachtsteken t WHERE t.dossier_id = NEW.id) < 2
      OR NOT EXISTS (SELECT 1 FROM portal.overdrachtspunt p WHERE p.dossier_id = NEW.id AND p.code = 'naasten')) THEN
    RAISE EXCEPTION 'overdracht_niet_af' USING ERRCODE = 'PT409';
  END IF;
  IF NEW.soort = 'verblijf' AND NEW.state IN ('gereserveerd', 'loopt', 'stil', 'beeindigd')
      AND OLD.state NOT IN ('gereserveerd', 'loopt', 'stil', 'beeindigd') AND NOT EXISTS (
      SELECT 1 FROM portal.plaatsing_antwoord a JOIN portal.verblijf v ON v.id = a.dossier_id AND v.aanbieder_id = a.party_id
      WHERE a.dossier_id = NEW.id AND a.ja AND v.inwoner_ja) THEN
    RAISE EXCEPTION 'niet_beide_ja' USING ERRCODE = 'PT409';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER tweezijdig BEFORE UPDATE OF state ON portal.dossier FOR EACH ROW WHEN (NEW.state IS DISTINCT FROM OLD.state)
  EXECUTE FUNCTION portal.tweezijdig();
CREATE TRIGGER tweezijdig_begin BEFORE INSERT ON portal.dossier FOR EACH ROW WHEN (NEW.soort = 'overdracht')
  EXECUTE FUNCTION portal.tweezijdig();

-- An accepted offer that is stopped takes its beginning of responsibility back in the same act, and the half of the place that was
-- laid ready: only before its day, while nothing came after it, and before the receiver has a dossier that runs. Who was
-- responsible stays so: no gap, no overlap.
CREATE FUNCTION portal.overdracht_gestaakt() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE begin_op portal.verantwoordelijkheid; deel portal.bezetting;
  vandaag date := (portal.clock_now() AT TIME ZONE 'Europe/Amsterdam')::date;
BEGIN
  SELECT v.* INTO begin_op FROM portal.verantwoordelijkheid v WHERE v.overdracht_id = NEW.id;
  IF begin_op.id IS NULL THEN RAISE EXCEPTION 'staken_te_laat' USING ERRCODE = 'PT409'; END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended(begin_op.traject_id::text, 32));
  IF begin_op.van <= vandaag OR EXISTS (SELECT 1 FROM portal.verantwoordelijkheid v
      WHERE v.traject_id = begin_op.traject_id AND v.van > begin_op.van) THEN
    RAISE EXCEPTION 'staken_te_laat' USING ERRCODE = 'PT409';
  END IF;
  IF EXISTS (SELECT 1 FROM portal.plaatsing p JOIN portal.dossier d ON d.id = p.id WHERE p.traject_id = begin_op.traject_id
      AND p.gemeente_id = begin_op.gemeente_id AND d.state NOT IN ('overgedragen', 'beeindigd', 'afgesloten', 'vervallen')) THEN
    RAISE EXCEPTION 'staken_overgenomen' USING ERRCODE = 'PT409';
  END IF;
  DELETE FROM portal.verantwoordelijkheid WHERE id = begin_op.id;
  -- Of a report that never went elsewhere, the timeline began with this yes.
  DELETE FROM portal.verantwoordelijkheid v USING portal.overdracht o JOIN portal.toegang t ON t.id = o.toegang_id
    WHERE o.id = NEW.id AND t.traject_id IS NULL AND v.traject_id = o.traject_id AND v.overdracht_id IS NULL
      AND v.grondslag = 'melding' AND v.gemeente_id = o.verzender_id AND v.van = t.gemeld_on AND NOT EXISTS (
        SELECT 1 FROM portal.verantwoordelijkheid w WHERE w.traject_id = o.traject_id AND w.overdracht_id IS NOT NULL);
  SELECT b.* INTO deel FROM portal.bezetting b WHERE b.id = NEW.id AND b.vrij_at IS NULL FOR UPDATE;
  IF deel.id IS NOT NULL THEN
    UPDATE portal.bezetting SET vrij_at = portal.clock_now() WHERE id = deel.id;
    UPDATE portal.bezetting b SET periode = daterange(lower(b.periode), upper(deel.periode)) FROM portal.overdracht o
      WHERE o.id = NEW.id AND b.verblijf_id = o.verblijf_id AND b.vrij_at IS NULL AND upper(b.periode) = lower(deel.periode);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER gestaakt AFTER UPDATE OF state ON portal.dossier FOR EACH ROW
  WHEN (NEW.soort = 'overdracht' AND OLD.state = 'aanvaard' AND NEW.state = 'gestaakt') EXECUTE FUNCTION portal.overdracht_gestaakt();
