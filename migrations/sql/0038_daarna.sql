-- What was settled, and with which paper, stays: so does the day until which it was promised. Only who reads it may change.
CREATE FUNCTION portal.toezegging_vast() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF (NEW.soort, NEW.nummer, NEW.op_on, NEW.titel, NEW.tekst, NEW.van, NEW.over_id, NEW.uiterlijk_on, NEW.afgedaan_on, NEW.afgedaan_id)
     IS DISTINCT FROM
     (OLD.soort, OLD.nummer, OLD.op_on, OLD.titel, OLD.tekst, OLD.van, OLD.over_id, OLD.uiterlijk_on, OLD.afgedaan_on, OLD.afgedaan_id) THEN
    RAISE EXCEPTION 'toezegging_afgedaan' USING ERRCODE = 'PT409';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER vast BEFORE UPDATE ON portal.toezegging FOR EACH ROW WHEN (OLD.afgedaan_on IS NOT NULL)
  EXECUTE FUNCTION portal.toezegging_vast();
