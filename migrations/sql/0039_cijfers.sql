-- The figures as they were (0035), counted in one walk over each table; and for a page that shows only those of the own gemeente,
-- only those.
CREATE FUNCTION portal.cijfers_plaatsingen(alleen_eigen boolean DEFAULT false) RETURNS TABLE (bereik text, onderwerp text, gemeente_id uuid, dag date, aantal bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH mij AS (
    SELECT g.id, (portal.now() AT TIME ZONE 'Europe/Amsterdam')::date AS vandaag FROM portal.gemeente g WHERE g.id = portal.party()),
  leden AS (
    SELECT mij.id FROM mij
    UNION SELECT b.gemeente_id FROM mij JOIN portal.deelname a ON a.gemeente_id = mij.id
      JOIN portal.samenwerkingsverband v ON v.id = a.verband_id AND v.domein = 'beschermd_wonen'
      JOIN portal.deelname b ON b.verband_id = a.verband_id
    WHERE NOT alleen_eigen AND daterange(a.van, a.tot) @> mij.vandaag AND daterange(b.van, b.tot) @> mij.vandaag),
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
  -- Who was responsible from when until when.
  beurten AS (
    SELECT v.traject_id, v.gemeente_id, v.van, lead(v.van) OVER (PARTITION BY v.traject_id ORDER BY v.van) AS tot
    FROM portal.verantwoordelijkheid v),
  -- People, not dossiers; and on each day only at the gemeente that is responsible then, so that who goes to another gemeente counts
  -- once, whenever the two did their paperwork. Every table is read once, and not once for every gemeente and day.
  geteld (onderwerp, gemeente_id, dag, n) AS (
    SELECT 'wacht', w.eigenaar_id, d.dag, count(DISTINCT p.persoon_id)
    FROM portal.wachtregel w JOIN leden l ON l.id = w.eigenaar_id JOIN portal.plaatsing p ON p.id = w.dossier_id
    JOIN beurten v ON v.traject_id = p.traject_id AND v.gemeente_id = w.eigenaar_id
    JOIN dagen d ON w.sinds_on <= d.dag AND (w.tot_on IS NULL OR w.tot_on > d.dag) AND v.van <= d.dag AND (v.tot IS NULL OR v.tot > d.dag)
    GROUP BY w.eigenaar_id, d.dag
    UNION ALL SELECT 'woont', z.eigenaar_id, d.dag, count(DISTINCT p.persoon_id)
    FROM portal.verblijf v JOIN portal.dossier z ON z.id = v.id JOIN leden l ON l.id = z.eigenaar_id
    JOIN portal.plaatsing p ON p.id = v.plaatsing_id
    JOIN dagen d ON v.begonnen_on <= d.dag AND coalesce(v.geeindigd_on, 'infinity') >= d.dag
    GROUP BY z.eigenaar_id, d.dag
    UNION ALL SELECT k.wat, p.eigenaar_id, d.dag, count(DISTINCT p.persoon_id)
    FROM pgb p JOIN beurten v ON v.traject_id = p.traject_id AND v.gemeente_id = p.eigenaar_id
    JOIN dagen d ON p.begin_on <= d.dag AND (p.einde_on IS NULL OR p.einde_on > d.dag) AND v.van <= d.dag AND (v.tot IS NULL OR v.tot > d.dag)
    JOIN (VALUES ('pgb', ARRAY[true, false]), ('pgb_wachtlijst', ARRAY[true]), ('pgb_anders', ARRAY[false])) k (wat, motieven)
      ON p.om_wachtlijst = ANY (k.motieven)
    GROUP BY k.wat, p.eigenaar_id, d.dag),
  standen (onderwerp, gemeente_id, dag, n) AS (
    SELECT o.wat, l.id, d.dag, coalesce(g.n, 0)
    FROM leden l CROSS JOIN dagen d CROSS JOIN (VALUES ('wacht'), ('woont'), ('pgb'), ('pgb_wachtlijst'), ('pgb_anders')) o (wat)
    LEFT JOIN geteld g ON g.onderwerp = o.wat AND g.gemeente_id = l.id AND g.dag = d.dag),
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
REVOKE ALL ON FUNCTION portal.cijfers_plaatsingen(boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION portal.cijfers_plaatsingen(boolean) TO portal_app;
