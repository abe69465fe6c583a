-- What frees a place asks nothing: two holds that expired at one location freed each other without end.
CREATE OR REPLACE FUNCTION portal.bezetting_plek() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE ruimte int;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(NEW.locatie_id::text, 31));
  IF TG_OP = 'UPDATE' AND NEW.vrij_at IS NOT NULL THEN RETURN NEW; END IF;
  UPDATE portal.bezetting SET vrij_at = portal.clock_now() WHERE locatie_id = NEW.locatie_id AND soort = 'vastgehouden'
    AND vrij_at IS NULL AND verloopt_at <= portal.clock_now() AND id <> NEW.id;
  IF TG_OP = 'UPDATE' AND OLD.vrij_at IS NOT NULL THEN RAISE EXCEPTION 'plek_weer_vrij' USING ERRCODE = 'PT409'; END IF;
  IF TG_OP = 'UPDATE' AND OLD.verloopt_at <= portal.clock_now() THEN RAISE EXCEPTION 'plek_weer_vrij' USING ERRCODE = 'PT409'; END IF;
  SELECT CASE WHEN min(c.van) > lower(NEW.periode) THEN 0 ELSE min(c.aantal) END INTO ruimte FROM (
    SELECT k.van, k.aantal, daterange(k.van, lead(k.van) OVER (ORDER BY k.van)) AS dagen
    FROM portal.capaciteit k WHERE k.locatie_id = NEW.locatie_id) c WHERE c.dagen && NEW.periode;
  IF NEW.plek IS NULL THEN
    SELECT min(n) INTO NEW.plek FROM generate_series(1, coalesce(ruimte, 0)) n WHERE NOT EXISTS (
      SELECT 1 FROM portal.bezetting b WHERE b.locatie_id = NEW.locatie_id AND b.plek = n AND b.vrij_at IS NULL
        AND b.periode && NEW.periode AND b.id <> NEW.id);
  END IF;
  IF NEW.plek IS NULL OR NEW.plek > coalesce(ruimte, 0) THEN RAISE EXCEPTION 'plek_vol' USING ERRCODE = 'PT409'; END IF;
  RETURN NEW;
END $$;
