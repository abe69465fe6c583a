-- The cases of the person to whom this resident is connected today: what the own pages may show.
CREATE FUNCTION portal.mijn_dossiers() RETURNS uuid[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE personen uuid[];
BEGIN
  SELECT array_agg(k.persoon_id) INTO personen FROM portal.koppeling k WHERE k.inwoner_id = portal.party() AND k.ingetrokken_at IS NULL
    AND k.tot_on >= (portal.now() AT TIME ZONE 'Europe/Amsterdam')::date;
  IF personen IS NULL THEN RETURN '{}'; END IF;
  RETURN (SELECT coalesce(array_agg(z.id), '{}') FROM (
    SELECT t.id FROM portal.toegang t WHERE t.persoon_id = ANY (personen)
    UNION ALL SELECT p.id FROM portal.plaatsing p WHERE p.persoon_id = ANY (personen)) z);
END $$;
