-- A dossier closes when its outcome is there, also the part that is only known later.
CREATE FUNCTION portal.plaatsing_sluit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM portal.uitkomst u WHERE u.dossier_id = NEW.id AND u.nieuwe_start IS NOT NULL) THEN
    RAISE EXCEPTION 'uitkomst_ontbreekt' USING ERRCODE = 'PT409';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER sluit BEFORE UPDATE OF state ON portal.dossier FOR EACH ROW
  WHEN (NEW.soort = 'plaatsing' AND NEW.state = 'afgesloten' AND NEW.state IS DISTINCT FROM OLD.state)
  EXECUTE FUNCTION portal.plaatsing_sluit();
