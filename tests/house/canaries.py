"""Canaries: each private field says in itself who may read it, so that a crawl needs no second truth.

`KANARIE:<field>:<party,party>:<n>`: only these parties may ever see it on a page.
"""

import itertools
import json

from sqlalchemy import text

CANARY = r"KANARIE:[a-z_.]+:(?:ieder|[0-9a-f,-]+):[0-9]+"
_numbers = itertools.count(1)


def canary(field: str, *parties) -> str:
    """One canary for these parties."""
    return f"KANARIE:{field}:{','.join(sorted(str(p) for p in set(parties)))}:{next(_numbers)}"


def plant(owner) -> None:
    """Put a canary into the private fields of every row, as the owner. Who may read it is worked out here from the facts
    (owner, sharing, opening), not from the policies."""
    with owner.begin() as c:
        # What was published or sent does not change, says the database; a test may, for the length of this transaction.
        guarded = c.execute(text("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal "
                                 "AND tgrelid::regclass::text LIKE 'portal.%'")).scalars().all()
        for table in guarded:
            c.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))

        def rows(sql):
            return c.execute(text(sql)).mappings().all()

        shared: dict = {}
        for row in rows("SELECT dossier_id, party_id FROM portal.dossier_deelnemer"):
            shared.setdefault(row["dossier_id"], []).append(row["party_id"])

        def put(table, column, id_, value, cast=""):
            c.execute(text(f"UPDATE portal.{table} SET {column} = {cast or ':v'} WHERE id = :i"), {"v": value, "i": id_})

        for row in rows("SELECT id, eigenaar_id, soort FROM portal.dossier WHERE soort = 'inkoop'"):
            readers = (row["eigenaar_id"], *shared.get(row["id"], []))
            if not rows(f"SELECT 1 FROM portal.publicatie WHERE inkoop_id = '{row['id']}'"):
                put("inkoop", "omschrijving", row["id"], canary("inkoop.omschrijving", *readers))
            put("inkoop", "terugval", row["id"], canary("inkoop.terugval", *readers))
        for row in rows("SELECT id, party_id FROM portal.deelnamebesluit WHERE vastgelegd_at IS NULL"):
            put("deelnamebesluit", "voorbehoud", row["id"], canary("deelnamebesluit.concept", row["party_id"]))
        for row in rows("SELECT id, eigenaar_id, antwoorden FROM portal.inschrijving_perceel"):
            answers = {k: v | {"toelichting": canary("inschrijving.concept", row["eigenaar_id"])}
                       for k, v in row["antwoorden"].items()}
            put("inschrijving_perceel", "antwoorden", row["id"], json.dumps(answers), "CAST(:v AS jsonb)")
        for row in rows("SELECT id, dossier_id, eigenaar_id, inhoud FROM portal.verzending"):
            inhoud = row["inhoud"]
            for answer in inhoud.get("antwoorden", []):
                answer["toelichting"] = canary("verzending.inhoud", row["eigenaar_id"], *shared.get(row["dossier_id"], []))
            put("verzending", "inhoud", row["id"], json.dumps(inhoud), "CAST(:v AS jsonb)")
        for row in rows("SELECT id, party_id, dossier_id, eigenaar_id, gedeeld_at, gepubliceerd_at FROM portal.document"):
            readers = ["ieder"] if row["gepubliceerd_at"] else [row["party_id"]]
            if row["gedeeld_at"] and not row["gepubliceerd_at"]:
                readers += [row["eigenaar_id"], *shared.get(row["dossier_id"], [])]
            put("document", "naam", row["id"], canary("document.naam", *readers) + ".pdf")
        for table, column in (("raadsstuk", "gevraagd"), ("toezegging", "tekst")):
            for row in rows(f"SELECT id, party_id, openbaar_at FROM portal.{table}"):
                readers = ["ieder"] if row["openbaar_at"] else [row["party_id"]]
                put(table, column, row["id"], canary(f"{table}.{column}", *readers))
        for row in rows("SELECT i.id, d.eigenaar_id, i.gegevens FROM portal.initiatief i JOIN portal.dossier d ON d.id = i.id"):
            gegevens = row["gegevens"] | {"waarom": canary("initiatief.concept", row["eigenaar_id"])}
            put("initiatief", "gegevens", row["id"], json.dumps(gegevens), "CAST(:v AS jsonb)")
        # What was sent, whoever got it reads, and whoever it was passed on to; what joins in, too.
        for row in rows("SELECT id, dossier_id, eigenaar_id, gemeente_id, inhoud FROM portal.inzending "
                        "WHERE inhoud ? 'gegevens'"):
            inhoud = row["inhoud"]
            inhoud["gegevens"]["wie"] = canary("inzending.inhoud", row["eigenaar_id"], row["gemeente_id"],
                                               *shared.get(row["dossier_id"], []))
            put("inzending", "inhoud", row["id"], json.dumps(inhoud), "CAST(:v AS jsonb)")
        # What is thought before it is decided is the gemeente's alone; what was answered, also of who asked.
        for table in ("criteriumoordeel", "paneladvies"):
            for row in rows(f"SELECT id, eigenaar_id FROM portal.{table}"):
                put(table, "motivering", row["id"], canary(f"{table}.motivering", row["eigenaar_id"]))
        for row in rows("SELECT id, eigenaar_id FROM portal.routetoets"):
            put("routetoets", "toelichting", row["id"], canary("routetoets.toelichting", row["eigenaar_id"]))
        for table, column in (("informatie", "vraag"), ("tegenspraak", "tekst")):
            for row in rows(f"SELECT id, dossier_id, eigenaar_id FROM portal.{table}"):
                put(table, column, row["id"], canary(f"{table}.{column}", row["eigenaar_id"],
                                                     *shared.get(row["dossier_id"], [])))
        for row in rows("SELECT id, party_id, afzender_id FROM portal.bericht"):
            put("bericht", "tekst", row["id"], canary("bericht.tekst", row["party_id"], row["afzender_id"]))
        for row in rows("SELECT id, party_id, werkgever_id FROM portal.mandaat"):
            put("mandaat", "vindplaats", row["id"], canary("mandaat.vindplaats", row["party_id"], row["werkgever_id"]))
        for row in rows("SELECT id FROM portal.aanbieder_contact"):
            put("aanbieder_contact", "email", row["id"], canary("aanbieder.contact", row["id"]))
        for row in rows("SELECT id, party_id FROM portal.membership"):
            put("membership", "email", row["id"], canary("membership.email", row["party_id"]))
        for row in rows("SELECT a.id, m.party_id FROM portal.account a JOIN portal.membership m ON m.account_id = a.id "
                        "WHERE NOT a.is_medewerker"):
            put("account", "naam", row["id"], canary("account.naam", row["party_id"]))
        for row in rows("SELECT id FROM portal.partij WHERE soort = 'inwoner'"):
            put("partij", "naam", row["id"], canary("inwoner.naam", row["id"]))
        for row in rows("SELECT s.id, s.eigenaar_id, s.dossier_id FROM portal.score s"):
            put("score", "motivering", row["id"], canary("score.motivering", row["eigenaar_id"],
                                                        *shared.get(row["dossier_id"], [])))
        for row in rows("SELECT id, party_id, inhoud FROM portal.besluit WHERE state <> 'verzonden'"):
            inhoud = row["inhoud"]
            if "motivering" in inhoud:
                inhoud["motivering"] = canary("besluit.motivering", row["party_id"])
            else:
                for regel in inhoud["regels"]:
                    regel["reden"] = canary("besluit.reden", row["party_id"])
            put("besluit", "inhoud", row["id"], json.dumps(inhoud), "CAST(:v AS jsonb)")
        for row in rows("SELECT a.id, d.eigenaar_id, a.gegevens FROM portal.aanvraag a JOIN portal.dossier d ON d.id = a.id"):
            gegevens = row["gegevens"] | {"omschrijving": canary("aanvraag.concept", row["eigenaar_id"])}
            put("aanvraag", "gegevens", row["id"], json.dumps(gegevens), "CAST(:v AS jsonb)")
        for row in rows("SELECT id, dossier_id, eigenaar_id, party_id, inhoud FROM portal.indiening WHERE inhoud ? 'gegevens'"):
            inhoud, readers = row["inhoud"], (row["eigenaar_id"], row["party_id"], *shared.get(row["dossier_id"], []))
            inhoud["gegevens"]["omschrijving"] = canary("indiening.inhoud", *readers)
            put("indiening", "inhoud", row["id"], json.dumps(inhoud), "CAST(:v AS jsonb)")
        for table, column, where in (("voorstel", "motivering", "true"), ("beoordeling", "motivering", "true"),
                                     ("argument", "tekst", "true"), ("subsidieregel", "tekst", "besluit_id IS NULL"),
                                     ("plafond_boeking", "vindplaats", "true")):
            for row in rows(f"SELECT id, eigenaar_id FROM portal.{table} WHERE {where}"):
                put(table, column, row["id"], canary(f"{table}.{column}", row["eigenaar_id"]))
        for row in rows("SELECT id, dossier_id, eigenaar_id, party_id, inhoud FROM portal.indiening WHERE inhoud ?| "
                        "ARRAY['toelichting', 'tekst', 'omschrijving'] AND NOT inhoud ? 'gegevens'"):
            told = canary("indiening.daarna", row["eigenaar_id"], row["party_id"], *shared.get(row["dossier_id"], []))
            inhoud = {key: told if key in ("toelichting", "tekst", "omschrijving") else value
                      for key, value in row["inhoud"].items()}
            put("indiening", "inhoud", row["id"], json.dumps(inhoud), "CAST(:v AS jsonb)")
        for table, column in (("betalingsstop", "reden"), ("bewaking", "toelichting")):
            for row in rows(f"SELECT t.id, d.eigenaar_id FROM portal.{table} t JOIN portal.dossier d USING (id)"):
                readers = (row["eigenaar_id"], *shared.get(row["id"], []))
                put(table, column, row["id"], canary(f"{table}.{column}", *readers))
        for row in rows("SELECT p.id, p.party_id, array_agg(k.inwoner_id) FILTER (WHERE k.inwoner_id IS NOT NULL) AS kijken "
                        "FROM portal.persoon p LEFT JOIN portal.koppeling k ON k.persoon_id = p.id GROUP BY p.id"):
            put("persoon", "naam", row["id"], canary("persoon.naam", row["party_id"], *(row["kijken"] or ())))
        for row in rows("SELECT id, party_id FROM portal.planregel"):
            put("planregel", "tekst", row["id"], canary("planregel.tekst", row["party_id"]))
        for row in rows("SELECT overdracht_id AS id, party_id FROM portal.taakbevestiging"):
            c.execute(text("UPDATE portal.taakbevestiging SET verklaring = :v WHERE overdracht_id = :i"),
                      {"v": canary("taakbevestiging.verklaring", row["party_id"]), "i": row["id"]})
        for row in rows("SELECT id, eigenaar_id FROM portal.onderzoek"):
            put("onderzoek", "hulpvraag", row["id"], canary("onderzoek.hulpvraag", row["eigenaar_id"]))
        # Who comes to live somewhere, the provider reads from the moment both said yes.
        for table, column, where in (
                ("kandidaatkaart", "toelichting", ""),
                ("clientgegevens", "naam", "AND d.state NOT IN ('aangeboden', 'geweigerd', 'verlopen', 'ingetrokken')")):
            for row in rows(f"SELECT t.id, t.dossier_id, t.eigenaar_id, d.id IS NOT NULL AS open FROM portal.{table} t "
                            f"LEFT JOIN portal.dossier d ON d.id = t.dossier_id {where}"):
                readers = shared.get(row["dossier_id"], []) if row["open"] else []
                put(table, column, row["id"], canary(f"{table}.{column}", row["eigenaar_id"], *readers))
        for row in rows("SELECT id, eigenaar_id FROM portal.plaatsvraag"):
            put("plaatsvraag", "overbrugging", row["id"], canary("plaatsvraag.overbrugging", row["eigenaar_id"]))
        for row in rows("SELECT id, party_id FROM portal.begrotingspost"):
            put("begrotingspost", "omschrijving", row["id"], canary("begrotingspost.omschrijving", row["party_id"]))

        for table in guarded:
            c.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
