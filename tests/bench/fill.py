"""Rows to measure on, written by the owner role: many dossiers with a term, a message and a contract each, spread over the
parties; and the same number of rows for the floor."""

import uuid
from collections.abc import Sequence

from sqlalchemy import Engine, text

# Every twentieth dossier is shared with the other members, as joint procurements are.
SHARED = 20

_PARTY = "(CAST(:gemeenten AS uuid[]))[1 + n % cardinality(CAST(:gemeenten AS uuid[]))]"

_STEPS = (
    f"""CREATE TEMP TABLE meting ON COMMIT DROP AS
        SELECT n, gen_random_uuid() AS id, {_PARTY} AS party_id
        FROM generate_series(CAST(:first AS int), CAST(:last AS int)) n""",
    """INSERT INTO portal.dossier (id, soort, reference, titel, state, eigenaar_id, gemaakt_at)
       SELECT id, 'inkoop', 'MEET-' || lpad(n::text, 7, '0'), 'Beschermd wonen, meting ' || n, 'gepland', party_id,
              portal.now() - n * interval '1 minute' FROM meting""",
    """INSERT INTO portal.inkoop (id, verband_id, methode, toegang, omschrijving, geraamde_waarde, begint_on, looptijd_jaren,
                                  terugval, aandachtspunten)
       SELECT id, :verband, 'sas', 'volgens de stukken', 'Wonen met begeleiding.', 1000000, DATE '2028-01-01', '{3,2,2}',
              'Verlengen.', '[]'
       FROM meting""",
    f"""INSERT INTO portal.dossier_deelnemer (id, dossier_id, eigenaar_id, party_id, hoedanigheid)
        SELECT gen_random_uuid(), m.id, m.party_id, g, 'deelnemer' FROM meting m CROSS JOIN unnest(CAST(:gemeenten AS uuid[])) g
        WHERE m.n % {SHARED} = 0 AND g <> m.party_id""",
    """INSERT INTO portal.termijn (id, dossier_id, eigenaar_id, party_id, kind, label, article, regel, started_on, due_on,
                                   extended, gevolg, taak, endpoint, wacht_op_permissions)
       SELECT gen_random_uuid(), id, party_id, party_id, 'meting', 'Meting', 'Samenwerkingsafspraken (voorbeeld), artikel 6',
              (SELECT regel FROM portal.termijn LIMIT 1), current_date - 30, current_date + (n % 400), 0,
              'De termijn loopt af.', 'Bekijk het plan', NULL, '{}'
       FROM meting""",
    """INSERT INTO portal.bericht (id, party_id, afzender_id, dossier_id, onderwerp, tekst, verzonden_at, geopend_at)
       SELECT gen_random_uuid(), party_id, (CAST(:gemeenten AS uuid[]))[1], id, 'Meting ' || n, 'Tekst van een bericht.',
              portal.now() - n * interval '1 minute', CASE WHEN n % 50 <> 0 THEN portal.now() END FROM meting""",
    """INSERT INTO portal.overeenkomst (id, dossier_id, eigenaar_id, party_id, nummer, aanbieder_id, perceel_naam, product,
                                        maximale_waarde, begint_on)
       SELECT id, id, party_id, party_id, 'MEET-OVK-' || lpad(n::text, 7, '0'), :aanbieder, 'Beschermd wonen',
              'beschermd wonen', 1000, DATE '2028-01-01' FROM meting WHERE n % 10 = 0""",
    """INSERT INTO portal.overeenkomst_periode (id, overeenkomst_id, volgnummer, soort, van, tot)
       SELECT gen_random_uuid(), id, 1, 'basis', DATE '2028-01-01', DATE '2031-01-01' FROM meting WHERE n % 10 = 0""",
    # Copies of what was really published, and bids of one provider on them.
    """INSERT INTO portal.publicatie (id, dossier_id, eigenaar_id, party_id, soort, inkoop_id, reference, titel, regelset,
                                      inhoud, gepubliceerd_at, sluit_at)
       SELECT gen_random_uuid(), m.id, m.party_id, m.party_id, 'aankondiging', m.id, 'MEET-' || lpad(n::text, 7, '0'), p.titel,
              p.regelset, p.inhoud, portal.now() - n * interval '1 minute', portal.now() + interval '30 days'
       FROM meting m, (SELECT * FROM portal.publicatie WHERE soort = 'aankondiging' LIMIT 1) p WHERE n % 10 = 0""",
    """INSERT INTO portal.dossier (id, soort, reference, titel, state, eigenaar_id)
       SELECT gen_random_uuid(), 'inschrijving', 'MEET-INS-' || lpad(n::text, 7, '0'), 'Meting ' || n, 'begonnen', :aanbieder
       FROM meting WHERE n % 10 = 0""",
    """INSERT INTO portal.inschrijving (id, inkoop_id, aanbieder_id)
       SELECT d.id, m.id, :aanbieder FROM meting m
       JOIN portal.dossier d ON d.reference = 'MEET-INS-' || lpad(n::text, 7, '0')""",
)

# What stands under one dossier: its history and its documents.
_UNDER = (
    """INSERT INTO portal.case_event (id, dossier_id, eigenaar_id, party_id, kind, facts, occurred_on)
       SELECT gen_random_uuid(), d.id, d.eigenaar_id, d.eigenaar_id, 'inkoop:uitvragen', '{}', current_date
       FROM portal.dossier d, generate_series(1, CAST(:rows AS int)) WHERE d.id = :dossier""",
    """INSERT INTO portal.document (id, dossier_id, eigenaar_id, party_id, soort, titel, naam, media_type, grootte, sha256,
                                    opslag_key, scan, ontvangst_nummer, versie, gedeeld_at)
       SELECT gen_random_uuid(), d.id, d.eigenaar_id, d.eigenaar_id, 'stuk', 'Meting ' || n, 'meting.pdf', 'application/pdf',
              10, repeat('a', 64), gen_random_uuid()::text, 'schoon', 'OB-' || gen_random_uuid(), 1, portal.now()
       FROM portal.dossier d, generate_series(1, CAST(:rows AS int)) n WHERE d.id = :dossier""",
)

# People who live on a place or wait for one, every fourth; with the work that waits for it.
_PLACED = (
    f"""CREATE TEMP TABLE geplaatst ON COMMIT DROP AS
        SELECT n, gen_random_uuid() AS id, gen_random_uuid() AS persoon_id, {_PARTY} AS party_id, n % 4 = 0 AS wacht
        FROM generate_series(1, CAST(:last AS int)) n""",
    """INSERT INTO portal.persoon (id, party_id, naam, geboren_on, adres, contact, afgeschermd)
       SELECT persoon_id, party_id, 'Meting ' || n, DATE '1990-01-01', 'Dorpsweg 1', '', false FROM geplaatst""",
    """INSERT INTO portal.dossier (id, soort, reference, titel, state, eigenaar_id, gemaakt_at)
       SELECT id, 'plaatsing', 'MEET-BW-' || lpad(n::text, 7, '0'), 'Plaatsing',
              CASE WHEN wacht THEN 'wachtend' ELSE 'verblijf' END, party_id, portal.now() - n * interval '1 minute'
       FROM geplaatst""",
    """INSERT INTO portal.plaatsing (id, gemeente_id, persoon_id, traject_id, herkomst_id, product, doelgroep, gemeld_on, van,
                                     pgb_motief)
       SELECT id, party_id, persoon_id, gen_random_uuid(), party_id, 'beschermd_wonen', 'psychisch', current_date - n % 700,
              current_date, '' FROM geplaatst""",
    """INSERT INTO portal.wachtregel (id, dossier_id, eigenaar_id, party_id, kenmerk, product, doelgroep, leeftijd, nodig,
                                      gemeld_on, omstandigheden, versie, lot, afgeschermd, sinds_on, einde)
       SELECT gen_random_uuid(), id, party_id, party_id, 'MEET-BW-' || lpad(n::text, 7, '0'), 'beschermd_wonen', 'psychisch',
              35, '{}', current_date - n % 700, CASE WHEN n % 8 = 0 THEN '{dakloos}'::text[] ELSE '{}' END, '2026-1', n, false,
              current_date, '' FROM geplaatst WHERE wacht""",
    """INSERT INTO portal.termijn (id, dossier_id, eigenaar_id, party_id, kind, label, article, regel, started_on, due_on,
                                   extended, gevolg, taak, endpoint, wacht_op_permissions)
       SELECT gen_random_uuid(), id, party_id, party_id, 'werk_plek', 'Meting', 'Afspraak in de gemeente',
              (SELECT regel FROM portal.termijn LIMIT 1), current_date - 30, current_date + (n % 400), 0,
              'De inwoner wacht langer.', 'Zoek een plek voor wie wacht', 'plaatsing.plaatsing', '{toegang:behandelen}'
       FROM geplaatst""",
    """INSERT INTO portal.locatie (id, party_id, naam, gemeente_id, geheim, product, doelgroepen, kenmerken, begeleiding)
       SELECT gen_random_uuid(), :aanbieder, 'Meting ' || n, party_id, false, 'beschermd_wonen', '{psychisch}', '{}', ''
       FROM geplaatst WHERE n <= 100""",
)

_FLOOR = (
    "CREATE SCHEMA floor",
    "CREATE TABLE floor.sessie (token text PRIMARY KEY, naam text NOT NULL, party_id uuid NOT NULL)",
    """CREATE TABLE floor.dossier AS SELECT d.id, d.reference, d.titel, d.state, d.eigenaar_id AS party_id, p.naam, d.gemaakt_at
       FROM portal.dossier d JOIN portal.partij p ON p.id = d.eigenaar_id WHERE d.soort = 'inkoop'""",
    "CREATE INDEX ON floor.dossier (party_id, gemaakt_at, id)",
    """CREATE TABLE floor.termijn AS SELECT t.id, t.due_on, t.taak, t.gevolg, t.label, t.party_id, d.reference, d.titel, d.state
       FROM portal.termijn t JOIN portal.dossier d ON d.id = t.dossier_id WHERE t.met_on IS NULL""",
    "CREATE INDEX ON floor.termijn (party_id, due_on, id)",
    """CREATE TABLE floor.verzending (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), sleutel text UNIQUE NOT NULL,
       party_id uuid NOT NULL, inhoud jsonb NOT NULL, verzonden_at timestamptz NOT NULL DEFAULT now())""",
)


def dossiers(owner: Engine, first: int, last: int, *, gemeenten: Sequence[uuid.UUID], verband: uuid.UUID,
             aanbieder: uuid.UUID) -> None:
    """Dossiers number `first` up to and including `last`, with what hangs on them."""
    values = {"first": first, "last": last, "gemeenten": list(gemeenten), "verband": verband, "aanbieder": aanbieder}
    with owner.begin() as connection:
        for step in _STEPS:
            connection.execute(text(step), values)
    _analyze(owner)


def placements(owner: Engine, last: int, *, gemeenten: Sequence[uuid.UUID], aanbieder: uuid.UUID) -> None:
    """This many placements over these gemeenten, and locations of one provider."""
    with owner.begin() as connection:
        for step in _PLACED:
            connection.execute(text(step), {"last": last, "gemeenten": list(gemeenten), "aanbieder": aanbieder})
    _analyze(owner)


def under(owner: Engine, dossier_ids: Sequence[uuid.UUID], rows: int) -> None:
    """More history and documents under these dossiers."""
    with owner.begin() as connection:
        for dossier_id in dossier_ids:
            for step in _UNDER:
                connection.execute(text(step), {"dossier": dossier_id, "rows": rows})
    _analyze(owner)


def floor(owner: Engine, sessions: Sequence[tuple[str, str, uuid.UUID]]) -> None:
    """The tables of the floor, as full as those of the portal; `sessions` = (token, name, party)."""
    with owner.begin() as connection:
        for step in _FLOOR:
            connection.execute(text(step))
        for token, naam, party_id in sessions:
            connection.execute(text("INSERT INTO floor.sessie VALUES (:t, :n, :p)"), {"t": token, "n": naam, "p": party_id})
    _analyze(owner)


def _analyze(owner: Engine) -> None:
    with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
