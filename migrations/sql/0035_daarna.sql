-- What two gemeenten settle: every line is held against the timeline, and who paid never agrees for the other.

-- A line is true: a stay of who paid that began, at its price, on days on which the other was responsible, and no day of a traject
-- twice. Of who is shielded it has no number.
CREATE FUNCTION portal.verrekenregel_klopt() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE zaak portal.verrekening;
BEGIN
  -- What it follows from does not change while the line is put in (portal.verblijf_betaald).
  PERFORM 1 FROM portal.verblijf v WHERE v.id = NEW.verblijf_id FOR SHARE;
  PERFORM pg_advisory_xact_lock(hashtextextended(NEW.traject_id::text, 32));
  SELECT v.* INTO zaak FROM portal.verrekening v WHERE v.id = NEW.dossier_id;
  IF zaak.id IS NULL OR NEW.van < zaak.van OR NEW.tot > zaak.tot OR NOT EXISTS (
      SELECT 1 FROM portal.verblijf v JOIN portal.dossier d ON d.id = v.id JOIN portal.plaatsing p ON p.id = v.plaatsing_id
      WHERE v.id = NEW.verblijf_id AND d.eigenaar_id = NEW.eigenaar_id AND p.traject_id = NEW.traject_id
        AND v.dagprijs = NEW.dagprijs AND v.begonnen_on <= NEW.van
        AND (d.state IN ('loopt', 'stil') OR (d.state = 'beeindigd' AND v.geeindigd_on IS NOT NULL))
        AND coalesce(v.betaald_tot, v.geeindigd_on, 'infinity') >= NEW.tot)
      OR zaak.verantwoordelijk_id IS DISTINCT FROM (
        SELECT w.gemeente_id FROM portal.verantwoordelijkheid w WHERE w.traject_id = NEW.traject_id AND w.van <= NEW.van
        ORDER BY w.van DESC LIMIT 1)
      OR EXISTS (SELECT 1 FROM portal.verantwoordelijkheid w WHERE w.traject_id = NEW.traject_id AND w.van > NEW.van
        AND w.van <= NEW.tot AND w.gemeente_id <> zaak.verantwoordelijk_id)
      OR EXISTS (SELECT 1 FROM portal.verrekenregel l JOIN portal.dossier z ON z.id = l.dossier_id
        WHERE l.traject_id = NEW.traject_id AND l.eigenaar_id = NEW.eigenaar_id AND l.vervallen_on IS NULL
          AND z.state <> 'ingetrokken' AND l.van <= NEW.tot AND l.tot >= NEW.van) THEN
    RAISE EXCEPTION 'verrekenregel_klopt_niet' USING ERRCODE = 'PT409';
  END IF;
  -- After a dispute only what lapsed is made anew.
  IF (SELECT d.state FROM portal.dossier d WHERE d.id = NEW.dossier_id) <> 'opgesteld' AND NOT EXISTS (
      SELECT 1 FROM portal.verrekenregel l WHERE l.dossier_id = NEW.dossier_id AND l.verblijf_id = NEW.verblijf_id
        AND l.vervallen_on IS NOT NULL AND l.van <= NEW.van AND l.tot >= NEW.tot) THEN
    RAISE EXCEPTION 'verrekenregel_niet_vervallen' USING ERRCODE = 'PT409';
  END IF;
  SELECT n.afgeschermd, CASE WHEN n.afgeschermd THEN '' ELSE d.reference END INTO NEW.afgeschermd, NEW.kenmerk
    FROM portal.verblijf v JOIN portal.plaatsing p ON p.id = v.plaatsing_id JOIN portal.dossier d ON d.id = p.id
    JOIN portal.persoon n ON n.id = p.persoon_id WHERE v.id = NEW.verblijf_id;
  RETURN NEW;
END $$;
CREATE TRIGGER klopt BEFORE INSERT ON portal.verrekenregel FOR EACH ROW EXECUTE FUNCTION portal.verrekenregel_klopt();

-- A line that lapsed counts no more.
CREATE FUNCTION portal.verrekenregel_vervalt() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF OLD.vervallen_on IS NOT NULL AND NEW.vervallen_on IS DISTINCT FROM OLD.vervallen_on THEN
    RAISE EXCEPTION 'verrekenregel_vervallen' USING ERRCODE = 'PT409';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER vervalt BEFORE UPDATE ON portal.verrekenregel FOR EACH ROW EXECUTE FUNCTION portal.verrekenregel_vervalt();

-- What a stay cost, when it began and until when it was paid: none changes where it was settled; and when it ended, never. Paid on
-- is only after a handover, on days that passed, and until the gemeente is responsible again itself: from then on its own next stay
-- counts.
CREATE FUNCTION portal.verblijf_betaald() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  wie uuid; traject uuid; eind date := coalesce(NEW.betaald_tot, NEW.geeindigd_on);
  oud date := coalesce(OLD.betaald_tot, OLD.geeindigd_on);
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.dagprijs IS DISTINCT FROM OLD.dagprijs AND EXISTS (
      SELECT 1 FROM portal.verrekenregel l JOIN portal.dossier z ON z.id = l.dossier_id
      WHERE l.verblijf_id = NEW.id AND l.vervallen_on IS NULL AND z.state <> 'ingetrokken') THEN
    RAISE EXCEPTION 'dagprijs_verrekend' USING ERRCODE = 'PT409';
  END IF;
  IF TG_OP = 'UPDATE' AND OLD.geeindigd_on IS NOT NULL AND NEW.geeindigd_on IS DISTINCT FROM OLD.geeindigd_on THEN
    RAISE EXCEPTION 'verblijf_geeindigd' USING ERRCODE = 'PT409';
  END IF;
  IF TG_OP = 'UPDATE' AND NEW.begonnen_on IS DISTINCT FROM OLD.begonnen_on AND EXISTS (
      SELECT 1 FROM portal.verrekenregel l JOIN portal.dossier z ON z.id = l.dossier_id
      WHERE l.verblijf_id = NEW.id AND l.vervallen_on IS NULL AND z.state <> 'ingetrokken') THEN
    RAISE EXCEPTION 'betaald_verrekend' USING ERRCODE = 'PT409';
  END IF;
  IF NEW.betaald_tot IS NOT DISTINCT FROM OLD.betaald_tot THEN RETURN NEW; END IF;
  SELECT d.eigenaar_id, p.traject_id INTO wie, traject FROM portal.dossier d, portal.plaatsing p
    WHERE d.id = NEW.id AND p.id = NEW.plaatsing_id;
  IF NEW.betaald_tot IS NOT NULL THEN
    IF NOT EXISTS (SELECT 1 FROM portal.case_event e WHERE e.dossier_id = NEW.id AND e.kind = 'verblijf:overdragen') THEN
      RAISE EXCEPTION 'betaald_zonder_overdracht' USING ERRCODE = 'PT409';
    END IF;
    IF NEW.betaald_tot > (portal.clock_now() AT TIME ZONE 'Europe/Amsterdam')::date THEN
      RAISE EXCEPTION 'betaald_te_ver' USING ERRCODE = 'PT422';
    END IF;
    IF EXISTS (SELECT 1 FROM portal.verantwoordelijkheid w WHERE w.traject_id = traject AND w.gemeente_id = wie
        AND w.van > NEW.geeindigd_on AND w.van <= NEW.betaald_tot) THEN
      RAISE EXCEPTION 'betaald_weer_verantwoordelijk' USING ERRCODE = 'PT422';
    END IF;
  END IF;
  -- Fewer days than were settled, or more days in a period that was; not days that its own lines have already.
  IF EXISTS (SELECT 1 FROM portal.verrekenregel l JOIN portal.dossier z ON z.id = l.dossier_id
      WHERE l.verblijf_id = NEW.id AND l.vervallen_on IS NULL AND z.state <> 'ingetrokken' AND l.tot > eind)
    OR EXISTS (SELECT 1 FROM generate_series(oud + 1, eind, interval '1 day') dag
      JOIN portal.verrekening z ON z.betaler_id = wie AND z.ingetrokken_on IS NULL AND dag BETWEEN z.van AND z.tot
      WHERE z.verantwoordelijk_id = (SELECT w.gemeente_id FROM portal.verantwoordelijkheid w WHERE w.traject_id = traject
        AND w.van <= dag ORDER BY w.van DESC LIMIT 1) AND NOT EXISTS (
          SELECT 1 FROM portal.verrekenregel l WHERE l.dossier_id = z.id AND l.verblijf_id = NEW.id AND l.vervallen_on IS NULL
            AND dag BETWEEN l.van AND l.tot)) THEN
    RAISE EXCEPTION 'betaald_verrekend' USING ERRCODE = 'PT409';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER betaald BEFORE INSERT OR UPDATE OF dagprijs, betaald_tot, begonnen_on, geeindigd_on ON portal.verblijf FOR EACH ROW
  EXECUTE FUNCTION portal.verblijf_betaald();

-- Who gets shielded, is so at once in everything that others read: the waiting list, an offer to another gemeente and what was
-- settled.
CREATE FUNCTION portal.persoon_afgeschermd() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE portal.wachtregel w SET afgeschermd = NEW.afgeschermd FROM portal.plaatsing p
    WHERE p.id = w.dossier_id AND p.persoon_id = NEW.id AND w.tot_on IS NULL;
  UPDATE portal.verrekenregel r SET afgeschermd = NEW.afgeschermd, kenmerk = CASE WHEN NEW.afgeschermd THEN '' ELSE d.reference END
    FROM portal.verblijf v JOIN portal.plaatsing p ON p.id = v.plaatsing_id JOIN portal.dossier d ON d.id = p.id
    WHERE r.verblijf_id = v.id AND p.persoon_id = NEW.id;
  UPDATE portal.overdracht SET afgeschermd = NEW.afgeschermd WHERE id IN (
    SELECT o.id FROM portal.overdracht o JOIN portal.plaatsing p ON p.id = o.plaatsing_id WHERE p.persoon_id = NEW.id
    UNION ALL SELECT o.id FROM portal.overdracht o JOIN portal.toegang t ON t.id = o.toegang_id WHERE t.persoon_id = NEW.id);
  RETURN NULL;
END $$;
CREATE TRIGGER afgeschermd AFTER UPDATE OF afgeschermd ON portal.persoon FOR EACH ROW
  WHEN (NEW.afgeschermd IS DISTINCT FROM OLD.afgeschermd) EXECUTE FUNCTION portal.persoon_afgeschermd();

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

-- Figures, and nothing of a person: of who asks as they are; of each gemeente of the samenwerkingsverband, and of them together,
-- only what nobody can be found in. A count of 1 to 4 is not told, nor a sum from which one could be computed: of the hidden
-- parts there are none, or at least two that can each still be more than one number. That holds with and without the own part,
-- which who asks may know. The smallest group stands in config/plaatsingen.toml too; a test compares them.
CREATE FUNCTION portal.cijfers_plaatsingen() RETURNS TABLE (bereik text, onderwerp text, gemeente_id uuid, dag date, aantal bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH mij AS (
    SELECT g.id, (portal.now() AT TIME ZONE 'Europe/Amsterdam')::date AS vandaag FROM portal.gemeente g WHERE g.id = portal.party()),
  leden AS (
    SELECT mij.id FROM mij
    UNION SELECT b.gemeente_id FROM mij JOIN portal.deelname a ON a.gemeente_id = mij.id
      JOIN portal.samenwerkingsverband v ON v.id = a.verband_id AND v.domein = 'beschermd_wonen'
      JOIN portal.deelname b ON b.verband_id = a.verband_id
    WHERE daterange(a.van, a.tot) @> mij.vandaag AND daterange(b.van, b.tot) @> mij.vandaag),
  dagen AS (
    SELECT vandaag AS dag FROM mij
    UNION ALL SELECT (date_trunc('month', vandaag) - make_interval(months => n))::date - 1 FROM mij, generate_series(0, 10) n),
  -- A pgb ends at the first end after it began; an older end was of another time.
  pgb AS (
    SELECT d.eigenaar_id, p.persoon_id, p.traject_id, p.pgb_motief = 'wachtlijst' AS om_wachtlijst,
      coalesce(b.gekozen_on, p.van) AS begin_on,
      (SELECT min(e.occurred_on) FROM portal.case_event e WHERE e.dossier_id = p.id
        AND e.kind IN ('plaatsing:beeindigen', 'plaatsing:overdragen') AND e.occurred_on >= coalesce(b.gekozen_on, '-infinity')) AS einde_on
    FROM portal.plaatsing p JOIN portal.dossier d ON d.id = p.id JOIN leden l ON l.id = d.eigenaar_id
    CROSS JOIN LATERAL (SELECT max(w.tot_on) AS gekozen_on FROM portal.wachtregel w WHERE w.dossier_id = p.id AND w.einde = 'pgb') b
    WHERE p.pgb_motief <> ''),
  -- People, not dossiers; and on each day only at the gemeente that is responsible then, so that who goes to another gemeente counts
  -- once, whenever the two did their paperwork.
  standen (onderwerp, gemeente_id, dag, n) AS (
    SELECT 'wacht', l.id, d.dag, (SELECT count(DISTINCT p.persoon_id) FROM portal.wachtregel w JOIN portal.plaatsing p ON p.id = w.dossier_id
      WHERE w.eigenaar_id = l.id AND w.sinds_on <= d.dag AND (w.tot_on IS NULL OR w.tot_on > d.dag) AND l.id = (
        SELECT v.gemeente_id FROM portal.verantwoordelijkheid v WHERE v.traject_id = p.traject_id AND v.van <= d.dag
        ORDER BY v.van DESC LIMIT 1)) FROM leden l, dagen d
    UNION ALL SELECT 'woont', l.id, d.dag, (SELECT count(DISTINCT p.persoon_id) FROM portal.verblijf v JOIN portal.dossier z
      ON z.id = v.id JOIN portal.plaatsing p ON p.id = v.plaatsing_id WHERE z.eigenaar_id = l.id AND v.begonnen_on <= d.dag AND coalesce(v.geeindigd_on, 'infinity') >= d.dag)
      FROM leden l, dagen d
    UNION ALL SELECT k.wat, l.id, d.dag, (SELECT count(DISTINCT p.persoon_id) FROM pgb p WHERE p.eigenaar_id = l.id
      AND p.begin_on <= d.dag AND (p.einde_on IS NULL OR p.einde_on > d.dag) AND p.om_wachtlijst = ANY (k.motieven) AND l.id = (
        SELECT v.gemeente_id FROM portal.verantwoordelijkheid v WHERE v.traject_id = p.traject_id AND v.van <= d.dag
        ORDER BY v.van DESC LIMIT 1))
      FROM leden l, dagen d, (VALUES ('pgb', ARRAY[true, false]), ('pgb_wachtlijst', ARRAY[true]), ('pgb_anders', ARRAY[false]))
        k (wat, motieven)),
  samen AS (
    SELECT s.onderwerp, s.dag, sum(s.n)::bigint AS n, count(*) AS leden,
      count(*) FILTER (WHERE s.n BETWEEN 1 AND 4) AS k, coalesce(sum(s.n) FILTER (WHERE s.n BETWEEN 1 AND 4), 0) AS klein,
      count(*) FILTER (WHERE s.n BETWEEN 1 AND 4 AND s.gemeente_id <> mij.id) AS k_ander,
      coalesce(sum(s.n) FILTER (WHERE s.n BETWEEN 1 AND 4 AND s.gemeente_id <> mij.id), 0) AS klein_ander
    FROM standen s, mij GROUP BY s.onderwerp, s.dag),
  veilig AS (
    SELECT m.onderwerp, m.dag, m.n, (m.n = 0 OR m.n >= 5) AND (m.k = 0 OR (m.k >= 2 AND m.klein > m.k AND m.klein < 4 * m.k))
      AND (m.k_ander = 0 OR (m.k_ander >= 2 AND m.klein_ander > m.k_ander AND m.klein_ander < 4 * m.k_ander)) AS mag
    FROM samen m WHERE m.leden > 1)
  SELECT 'eigen', s.onderwerp, s.gemeente_id, s.dag, s.n FROM standen s, mij WHERE s.gemeente_id = mij.id
  UNION ALL SELECT 'gemeente', s.onderwerp, s.gemeente_id, s.dag, CASE WHEN s.n BETWEEN 1 AND 4 THEN NULL ELSE s.n END
    FROM standen s, mij WHERE s.dag = mij.vandaag AND s.onderwerp IN ('wacht', 'woont', 'pgb')
  UNION ALL SELECT 'regio', v.onderwerp, NULL, v.dag, CASE WHEN v.mag AND (v.onderwerp <> 'pgb_wachtlijst' OR EXISTS (
      SELECT 1 FROM veilig a WHERE a.onderwerp = 'pgb_anders' AND a.dag = v.dag AND a.mag)) THEN v.n END
    FROM veilig v WHERE v.onderwerp <> 'pgb_anders'
$$;
REVOKE ALL ON FUNCTION portal.cijfers_plaatsingen() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION portal.cijfers_plaatsingen() TO portal_app;
