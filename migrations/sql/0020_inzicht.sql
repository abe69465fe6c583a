CREATE TABLE portal.begrotingspost (
  id UUID NOT NULL,
  party_id UUID NOT NULL,
  soort TEXT NOT NULL,
  naam TEXT NOT NULL,
  jaar INTEGER NOT NULL,
  bedrag NUMERIC(14, 2) NOT NULL,
  geboekt NUMERIC(14, 2) DEFAULT 0 NOT NULL,
  omschrijving TEXT NOT NULL,
  bron TEXT NOT NULL,
  vastgelegd_by UUID NOT NULL,
  vastgelegd_at TIMESTAMP WITH TIME ZONE DEFAULT portal.now() NOT NULL,
  CONSTRAINT pk_begrotingspost PRIMARY KEY (id),
  CONSTRAINT ck_begrotingspost_soort_bekend CHECK (soort IN ('krediet', 'bezuiniging')),
  CONSTRAINT uq_begrotingspost_party_id_naam_jaar UNIQUE (party_id, naam, jaar),
  CONSTRAINT uq_begrotingspost_party_id_id UNIQUE (party_id, id),
  CONSTRAINT ck_begrotingspost_boven_nul CHECK (bedrag > 0),
  CONSTRAINT ck_begrotingspost_binnen_bedrag CHECK (geboekt BETWEEN 0 AND bedrag),
  CONSTRAINT ck_begrotingspost_jaar_bekend CHECK (jaar BETWEEN 2000 AND 2100),
  CONSTRAINT ck_begrotingspost_met_bron CHECK (naam <> '' AND bron <> ''),
  CONSTRAINT fk_begrotingspost_party_id FOREIGN KEY(party_id) REFERENCES portal.gemeente (id),
  CONSTRAINT fk_begrotingspost_vastgelegd_by FOREIGN KEY(vastgelegd_by) REFERENCES portal.account (id)
);
CREATE INDEX ix_begrotingspost_jaar ON portal.begrotingspost (party_id, jaar, naam, id);
ALTER TABLE portal.begrotingspost ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.begrotingspost FORCE ROW LEVEL SECURITY;
CREATE POLICY begrotingspost_eigenaar ON portal.begrotingspost TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY begrotingspost_select ON portal.begrotingspost FOR SELECT TO portal_app USING (party_id = (SELECT portal.party()));
GRANT SELECT ON portal.begrotingspost TO portal_app;
CREATE POLICY begrotingspost_insert ON portal.begrotingspost FOR INSERT TO portal_app WITH CHECK (party_id = (SELECT portal.party()) AND vastgelegd_by = (SELECT portal.user_id()) AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())));
GRANT INSERT (id, party_id, soort, naam, jaar, bedrag, omschrijving, bron, vastgelegd_by) ON portal.begrotingspost TO portal_app;
CREATE POLICY begrotingspost_delete ON portal.begrotingspost FOR DELETE TO portal_app USING (party_id = (SELECT portal.party()));
GRANT DELETE ON portal.begrotingspost TO portal_app;

CREATE TABLE portal.begrotingspost_boeking (
  id UUID NOT NULL,
  party_id UUID NOT NULL,
  begrotingspost_id UUID NOT NULL,
  bedrag NUMERIC(14, 2) NOT NULL,
  omschrijving TEXT NOT NULL,
  geboekt_on DATE NOT NULL,
  geboekt_by UUID NOT NULL,
  geboekt_at TIMESTAMP WITH TIME ZONE DEFAULT portal.now() NOT NULL,
  CONSTRAINT pk_begrotingspost_boeking PRIMARY KEY (id),
  CONSTRAINT fk_begrotingspost_boeking_party_id_begrotingspost_id FOREIGN KEY(party_id, begrotingspost_id) REFERENCES portal.begrotingspost (party_id, id),
  CONSTRAINT ck_begrotingspost_boeking_niet_nul CHECK (bedrag <> 0),
  CONSTRAINT ck_begrotingspost_boeking_met_omschrijving CHECK (omschrijving <> ''),
  CONSTRAINT fk_begrotingspost_boeking_geboekt_by FOREIGN KEY(geboekt_by) REFERENCES portal.account (id)
);
CREATE INDEX ix_begrotingspost_boeking_post ON portal.begrotingspost_boeking (begrotingspost_id, geboekt_at, id);
ALTER TABLE portal.begrotingspost_boeking ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.begrotingspost_boeking FORCE ROW LEVEL SECURITY;
CREATE POLICY begrotingspost_boeking_eigenaar ON portal.begrotingspost_boeking TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY begrotingspost_boeking_select ON portal.begrotingspost_boeking FOR SELECT TO portal_app USING (party_id = (SELECT portal.party()));
GRANT SELECT ON portal.begrotingspost_boeking TO portal_app;
CREATE POLICY begrotingspost_boeking_insert ON portal.begrotingspost_boeking FOR INSERT TO portal_app WITH CHECK (party_id = (SELECT portal.party()) AND geboekt_by = (SELECT portal.user_id()) AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())));
GRANT INSERT (id, party_id, begrotingspost_id, bedrag, omschrijving, geboekt_on, geboekt_by) ON portal.begrotingspost_boeking TO portal_app;

CREATE TABLE portal.subsidieregister (
  id UUID NOT NULL,
  gemeente_id UUID NOT NULL,
  nummer TEXT NOT NULL,
  regeling_nummer TEXT NOT NULL,
  regeling TEXT NOT NULL,
  ontvanger_soort TEXT NOT NULL,
  ontvanger TEXT NOT NULL,
  kvk_nummer TEXT NOT NULL,
  doel TEXT NOT NULL,
  grondslag TEXT NOT NULL,
  van DATE NOT NULL,
  tot DATE NOT NULL,
  verleend_on DATE NOT NULL,
  eerst_verleend NUMERIC(14, 2) NOT NULL,
  besluit_on DATE NOT NULL,
  verleend NUMERIC(14, 2) NOT NULL,
  hoogste NUMERIC(14, 2),
  vastgesteld NUMERIC(14, 2),
  vastgesteld_on DATE,
  ingetrokken_on DATE,
  CONSTRAINT pk_subsidieregister PRIMARY KEY (id),
  CONSTRAINT ck_subsidieregister_ontvanger_soort_bekend CHECK (ontvanger_soort IN ('organisatie', 'natuurlijk_persoon')),
  CONSTRAINT ck_subsidieregister_persoon_zonder_naam CHECK (ontvanger_soort = 'organisatie' OR (ontvanger = '' AND kvk_nummer = '')),
  CONSTRAINT ck_subsidieregister_vastgesteld_met_dag CHECK ((vastgesteld IS NULL) = (vastgesteld_on IS NULL)),
  CONSTRAINT fk_subsidieregister_id FOREIGN KEY(id) REFERENCES portal.subsidie (id),
  CONSTRAINT fk_subsidieregister_gemeente_id FOREIGN KEY(gemeente_id) REFERENCES portal.gemeente (id),
  CONSTRAINT uq_subsidieregister_nummer UNIQUE (nummer)
);
CREATE INDEX ix_subsidieregister_gemeente ON portal.subsidieregister (gemeente_id, verleend_on, id);
CREATE INDEX ix_subsidieregister_regeling ON portal.subsidieregister (regeling_nummer);
CREATE INDEX ix_subsidieregister_verleend ON portal.subsidieregister (verleend_on, id);
ALTER TABLE portal.subsidieregister ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.subsidieregister FORCE ROW LEVEL SECURITY;
CREATE POLICY subsidieregister_eigenaar ON portal.subsidieregister TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY subsidieregister_select ON portal.subsidieregister FOR SELECT TO portal_app USING (grondslag IN ('spoed', 'incidenteel') OR EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = gemeente_id AND (g.register_openbaar OR g.id = (SELECT portal.party()))));
GRANT SELECT ON portal.subsidieregister TO portal_app;

