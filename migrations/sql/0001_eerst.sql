-- What tables and policies lean on: who acts, what time it is.
CREATE SCHEMA IF NOT EXISTS portal;
GRANT USAGE ON SCHEMA portal TO portal_app, portal_zegel;

CREATE TEXT SEARCH DICTIONARY portal.nl_stam (TEMPLATE = snowball, Language = dutch, StopWords = dutch);
CREATE TEXT SEARCH CONFIGURATION portal.nl (COPY = pg_catalog.dutch);
ALTER TEXT SEARCH CONFIGURATION portal.nl
  ALTER MAPPING FOR hword, hword_part, word, asciiword, asciihword, hword_asciipart WITH public.unaccent, portal.nl_stam;

-- The party this transaction acts for; nothing set is nobody, never everybody.
CREATE FUNCTION portal.party() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT nullif(current_setting('portal.party_id', true), '')::uuid $$;
CREATE FUNCTION portal.user_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT nullif(current_setting('portal.user_id', true), '')::uuid $$;

-- The clock. One row, an offset for demo and tests that only the owner can set.
CREATE TABLE portal.klok (een boolean PRIMARY KEY DEFAULT true CHECK (een), verschil interval NOT NULL DEFAULT '0');
INSERT INTO portal.klok VALUES (true, '0');
CREATE FUNCTION portal.klok_verschil() RETURNS interval LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog AS $$ SELECT verschil FROM portal.klok $$;
CREATE FUNCTION portal.now() RETURNS timestamptz LANGUAGE sql STABLE
  AS $$ SELECT now() + portal.klok_verschil() $$;
CREATE FUNCTION portal.clock_now() RETURNS timestamptz LANGUAGE sql VOLATILE
  AS $$ SELECT clock_timestamp() + portal.klok_verschil() $$;

CREATE TABLE portal.nummer (prefix text, jaar int, laatste int NOT NULL, PRIMARY KEY (prefix, jaar));
