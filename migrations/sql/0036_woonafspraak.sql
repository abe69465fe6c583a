CREATE TABLE portal.woonafspraak (
  party_id UUID NOT NULL,
  jaar INTEGER NOT NULL,
  soort TEXT NOT NULL,
  prognose INTEGER NOT NULL,
  afgesproken INTEGER NOT NULL,
  bron TEXT NOT NULL,
  gewijzigd_at TIMESTAMP WITH TIME ZONE DEFAULT portal.now() NOT NULL,
  gewijzigd_by UUID NOT NULL,
  CONSTRAINT pk_woonafspraak PRIMARY KEY (party_id, jaar, soort),
  CONSTRAINT ck_woonafspraak_soort_bekend CHECK (soort IN ('woning', 'tussenvoorziening')),
  CONSTRAINT ck_woonafspraak_jaar_kan CHECK (jaar BETWEEN 2000 AND 2100),
  CONSTRAINT ck_woonafspraak_aantal_kan CHECK (prognose BETWEEN 0 AND 10000 AND afgesproken BETWEEN 0 AND 10000),
  CONSTRAINT ck_woonafspraak_met_bron CHECK (bron <> ''),
  CONSTRAINT fk_woonafspraak_party_id FOREIGN KEY(party_id) REFERENCES portal.gemeente (id),
  CONSTRAINT fk_woonafspraak_gewijzigd_by FOREIGN KEY(gewijzigd_by) REFERENCES portal.account (id)
);

ALTER TABLE portal.woonafspraak ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.woonafspraak FORCE ROW LEVEL SECURITY;
CREATE POLICY woonafspraak_eigenaar ON portal.woonafspraak TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY woonafspraak_select ON portal.woonafspraak FOR SELECT TO portal_app USING (EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())));
GRANT SELECT ON portal.woonafspraak TO portal_app;
CREATE POLICY woonafspraak_insert ON portal.woonafspraak FOR INSERT TO portal_app WITH CHECK (party_id = (SELECT portal.party()) AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())) AND gewijzigd_by = (SELECT portal.user_id()));
GRANT INSERT ON portal.woonafspraak TO portal_app;
CREATE POLICY woonafspraak_update ON portal.woonafspraak FOR UPDATE TO portal_app USING (party_id = (SELECT portal.party())) WITH CHECK (party_id = (SELECT portal.party()));
GRANT UPDATE (prognose, afgesproken, bron, gewijzigd_at, gewijzigd_by) ON portal.woonafspraak TO portal_app;
