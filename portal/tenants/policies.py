"""The wall, as data: which rows of which table a party may see, add, change or remove.

Migrations write it out: ENABLE + FORCE ROW LEVEL SECURITY, one policy per command, and a grant for exactly the commands that
have a policy; a test compares the database with these lines (tests/domains/test_muur.py). Every predicate calls
`portal.party()` once per statement (a subselect), so that a signed context can come later without touching the policies. A
table that is open to everybody stands in OPEN with the reason.
"""

from dataclasses import dataclass

APP, SEALER = "portal_app", "portal_zegel"

P = "(SELECT portal.party())"
ME = "(SELECT portal.user_id())"
SHARED = "((SELECT portal.gedeelde_dossiers())::uuid[])"
LOGGED_IN = f"{P} <> '00000000-0000-0000-0000-000000000000'"
SEES = f"(eigenaar_id = {P} OR dossier_id = ANY {SHARED})"
WRITES = f"party_id = {P} AND {SEES}"
SCANNED = "scan IN ('schoon', 'overgeslagen')"


@dataclass(frozen=True)
class Policy:
    """Predicates per command; None means the command is not granted at all."""

    select: str | None = None
    insert: str | None = None
    update: str | None = None
    delete: str | None = None
    # Columns the app may read, where not all of them (hashes of tokens, for instance).
    columns: tuple[str, ...] | None = None
    # Columns the app may change, where not all of them: what was sent or agreed stays as it was.
    changes: tuple[str, ...] | None = None
    # Columns the app may fill in a new row, where not all of them: the rest the database states itself.
    states: tuple[str, ...] | None = None


def _root(table: str, also: str, changes: tuple[str, ...] | None = None, begin: str = "") -> Policy:
    """A joined table of the dossier root: visible and writable exactly as its root row, which is of that kind; writing asks
    `also`, and a new row `begin`."""
    seen = f"EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = {table}.id)"
    own = (f"EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = {table}.id AND d.eigenaar_id = {P} AND d.soort = '{table}') "
           f"AND {also}")
    return Policy(select=seen, insert=own + begin, update=own, changes=changes)


def _under_case(table: str, changes: tuple[str, ...]) -> Policy:
    """What has a life of its own within a subsidie, of whom that case is too: policies do not guard the key that names it."""
    return _root(table, _IS_GEMEENTE, changes, begin=(
        f" AND EXISTS (SELECT 1 FROM portal.dossier s WHERE s.id = {table}.subsidie_id AND s.eigenaar_id = {P})"))


_OWNER_WRITES = f"eigenaar_id = {P} AND party_id = {P}"
_OWN = f"party_id = {P}"
_SIGNS_CONTRACTS = (f"getekend_by = {ME} AND EXISTS (SELECT 1 FROM portal.mandaat m WHERE m.id = mandaat_id "
                    f"AND m.party_id = {P} AND m.besluit_soort = 'overeenkomst' AND m.ingetrokken_at IS NULL)")
_IS_GEMEENTE = f"EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = {P})"
_IS_RESIDENT = f"EXISTS (SELECT 1 FROM portal.partij x WHERE x.id = {P} AND x.soort = 'inwoner')"


def _household(new: tuple[str, ...], changes: tuple[str, ...]) -> Policy:
    """What stands under a household: its gemeente's alone, in the name of who writes; only its end is filled in later."""
    return Policy(select=_OWN, insert=f"{_OWN} AND gemaakt_by = {ME}", update=_OWN, changes=changes,
                  states=("id", "party_id", "gemaakt_by", *new, *changes))


def _council() -> Policy:
    """What the council of one gemeente has: written by that gemeente alone, read by everybody from `openbaar_at` on."""
    return Policy(select=f"openbaar_at <= (SELECT portal.now()) OR {_OWN}",
                  insert=f"{_OWN} AND gewijzigd_by = {ME} AND {_IS_GEMEENTE}", update=_OWN)


# The perceel of this row is one of ours: we lead it, or recorded another answer than no.
_MINE = "((SELECT portal.percelen_met_deelname())::uuid[])"
_TAKES_PART = f"(eigenaar_id = {P} OR dossier_id = ANY {_MINE})"
# Whoever judges or reads a judgement sees the bid itself: only the gemeenten that take part in the perceel, after the opening.
_SEES_BID = f"{SEES} AND inschrijving_id = ANY {SHARED} AND {_TAKES_PART}"
# What was set aside stays as it was; only portal.beoordeling_terzijde sets aside.
_JUDGES = f"party_id = {P} AND {_SEES_BID} AND beoordelaar_id = {ME} AND terzijde_at IS NULL"
# A bid is shared by its opening (portal.opening_opent), and by nobody else.
_NO_BID = (f"eigenaar_id = {P} AND EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = dossier_deelnemer.dossier_id "
           "AND d.soort <> 'inschrijving')")
# What another than the owner of a dossier does in it, as its history calls that.
_GUEST_STEPS = ("inkoop:deelname", "inkoop:openen", "inkoop:proces-verbaal", "inkoop:belang", "perceel:openen",
                "perceel:toetsen", "perceel:scoren", "verblijf:antwoorden", "verblijf:uitwerken", "verblijf:voortgang",
                "verblijf:evalueren", "verblijf:melden", "overdracht:antwoorden", "overdracht:overnemen", "overdracht:punt",
                "overdracht:tekenen", "verrekening:antwoorden", "uitdaging:verslag", "uitdaging:ondertekenen")
# What a gemeente thinks of a plan before it answers, as the history calls that.
_THOUGHT = ("uitdaging:beoordelen", "uitdaging:toetsen", "uitdaging:adviseren", "uitdaging:belang", "uitdaging:voorstellen")
# What is nobody's but the owner's: an application that is being written, what a gemeente thinks before it decides.
_OWNERS = f"eigenaar_id = {P}"
# The gemeenten that work together on sheltered living today, the own one among them.
_PARTNERS = ("SELECT b.gemeente_id FROM portal.deelname a JOIN portal.deelname b ON b.verband_id = a.verband_id "
             "JOIN portal.samenwerkingsverband v ON v.id = a.verband_id AND v.domein = 'beschermd_wonen' "
             f"WHERE a.gemeente_id = {P} AND daterange(a.van, a.tot) @> (portal.now() AT TIME ZONE 'Europe/Amsterdam')::date "
             "AND daterange(b.van, b.tot) @> (portal.now() AT TIME ZONE 'Europe/Amsterdam')::date")
# A warm handover is worked on by both sides, from the acceptance until it is closed.
_HANDED = "EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = dossier_id AND d.state = 'aanvaard')"
# Who was offered the responsibility answered: the work that follows, at both gemeenten.
_AFTER_ANSWER = ("kind IN ('werk_overnemen', 'werk_overdracht', 'werk_weigering') AND EXISTS (SELECT 1 FROM "
                 "portal.overdracht o JOIN portal.dossier d ON d.id = o.id WHERE o.id = termijn.dossier_id "
                 f"AND o.ontvanger_id = {P} AND termijn.party_id IN (o.ontvanger_id, o.verzender_id) "
                 "AND d.state IN ('aanvaard', 'geweigerd', 'gestaakt'))")
# Roles are given by who manages the people of this party, and by nobody else: in person, by a link or by a group.
_GIVES_ROLES = "(SELECT portal.beheert_leden())"
# The row belongs to the provider that this stay is at, from the moment both said yes.
_LIVES_THERE = (f"EXISTS (SELECT 1 FROM portal.verblijf v JOIN portal.dossier d ON d.id = v.id WHERE v.id = dossier_id "
                f"AND v.aanbieder_id = {P} AND d.state IN ('gereserveerd', 'loopt', 'stil', 'beeindigd'))")
# The cases of the person to whom this resident is connected today.
_MY_CASES = "((SELECT portal.mijn_dossiers())::uuid[])"
# An idea is of who has it.
_MY_IDEA = f"EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = initiatief.id AND d.eigenaar_id = {P})"
# What everybody may read now.
_SHOWN_PAGE = ("EXISTS (SELECT 1 FROM portal.initiatiefpagina p WHERE p.id = pagina_id "
               "AND p.gepubliceerd_at <= (SELECT portal.now()) AND p.verborgen_at IS NULL)")
_GUEST_DOCUMENT = (f"soort = 'deelnamebesluit' OR (soort = 'proces-verbaal' AND EXISTS (SELECT 1 FROM portal.opening o "
                   f"WHERE o.dossier_id = document.dossier_id AND o.party_id = {P}))")

POLICIES: dict[str, Policy] = {
    # parties
    "partij": Policy(select=f"soort IN ('gemeente', 'samenwerking') OR id = {P} "
                     "OR EXISTS (SELECT 1 FROM portal.aanbieder a WHERE a.id = partij.id)"),
    "gemeente": Policy(select="true", update=f"id = {P}", changes=("merkkleur", "kleur_gekozen_at", "register_openbaar")),
    "samenwerkingsverband": Policy(select="true"),
    "deelname": Policy(select="true"),
    # A provider shows itself by winning a contract, by a bid that has been opened to the reader, by an application to them, or
    # by places that it offers to the gemeenten.
    "aanbieder": Policy(
        select=f"id = {P} OR EXISTS (SELECT 1 FROM portal.overeenkomst o WHERE o.aanbieder_id = aanbieder.id) "
               "OR EXISTS (SELECT 1 FROM portal.inschrijving i WHERE i.aanbieder_id = aanbieder.id) "
               "OR EXISTS (SELECT 1 FROM portal.subsidie s WHERE s.aanvrager_id = aanbieder.id) "
               "OR EXISTS (SELECT 1 FROM portal.locatie l WHERE l.party_id = aanbieder.id)",
        update=f"id = {P}", changes=("grootteklasse", "omschrijving", "identiteit")),
    "aanbieder_contact": Policy(select=f"id = {P}", insert=f"id = {P}", update=f"id = {P}"),
    "mandaat": Policy(select=f"{P} IN (party_id, werkgever_id)", insert=f"{_OWN} AND vastgelegd_by = {ME}", update=_OWN),
    "mandaat_instemming": Policy(
        select="EXISTS (SELECT 1 FROM portal.mandaat m WHERE m.id = mandaat_id)",
        # The body and the employer never consent by the hand of the person who gets the mandate, and the body not by the
        # hand that recorded it.
        insert=f"party_id = {P} AND account_id = {ME} AND EXISTS (SELECT 1 FROM portal.mandaat m "
               "WHERE m.id = mandaat_instemming.mandaat_id AND m.ingetrokken_at IS NULL AND ("
               f"(mandaat_instemming.van = 'mandaatgever' AND m.party_id = {P} AND m.gemachtigde_id <> {ME} "
               f"AND m.vastgelegd_by IS DISTINCT FROM {ME}) "
               f"OR (mandaat_instemming.van = 'werkgever' AND m.werkgever_id = {P} AND m.gemachtigde_id <> {ME}) "
               f"OR (mandaat_instemming.van = 'gemachtigde' AND m.gemachtigde_id = {ME})))"),
    # Nobody makes oneself the replacement, or consents to it. Nobody signed under one that has not begun.
    "vervanging": Policy(select=_OWN,
                         insert=f"{_OWN} AND vastgelegd_by = {ME} AND vervanger_id <> {ME} AND ingestemd_at IS NULL",
                         update=f"{_OWN} AND vervanger_id <> {ME}", changes=("tot", "ingestemd_by", "ingestemd_at"),
                         delete=f"{_OWN} AND van > (portal.now() AT TIME ZONE 'Europe/Amsterdam')::date"),
    # people
    "account": Policy(
        select=f"id = {ME} OR (is_medewerker AND {LOGGED_IN}) "
               f"OR EXISTS (SELECT 1 FROM portal.membership m WHERE m.account_id = account.id AND m.party_id = {P})"),
    # portal.membership_vast: nobody adds a role to oneself, or brings back who left.
    "membership": Policy(select=_OWN, update=f"{_OWN} AND {_GIVES_ROLES}", changes=("rollen", "beeindigd_at", "beeindigd_by")),
    # In one's own name, from now, for a while. portal.uitnodiging_vast: the token is for who invited, or for the worker.
    "uitnodiging": Policy(
        select=_OWN, update=_OWN, changes=("token_hash", "ingetrokken_at"),
        insert=f"{_OWN} AND uitgenodigd_by = {ME} AND aanvaard_at IS NULL AND ingetrokken_at IS NULL "
               "AND gemaakt_at <= portal.now() AND verloopt_at <= portal.now() + interval '90 days' "
               f"AND {_GIVES_ROLES}"),
    # Only a proposal: portal.claim_rol_bevestigen makes it count.
    "claim_rol": Policy(
        select=_OWN, delete=f"{_OWN} AND {_GIVES_ROLES}",
        insert=f"{_OWN} AND voorgesteld_by = {ME} AND bevestigd_at IS NULL AND bevestigd_by IS NULL AND {_GIVES_ROLES}"),
    "inlogdienst": Policy(select="true"),
    "sessie": Policy(select=f"account_id = {ME}",
                     columns=("id", "account_id", "party_id", "apparaat", "begonnen_at", "laatst_at", "eindigt_at",
                              "stepped_up_at", "ingetrokken_at", "mandaat_id")),
    "toegangslog": Policy(select=_OWN),
    "beveiligingslog": Policy(select=_OWN),
    # kernel
    # portal.dossier_opent: nothing is open but by two opening acts.
    # Who works here under a mandate to handle reports sees of them what was given to the Centrale Toegang.
    "dossier": Policy(select=f"(eigenaar_id = {P} OR id = ANY {SHARED}) AND (soort NOT IN ('toegang', 'plaatsing', 'verblijf', "
                             "'overdracht') OR (SELECT portal.werkt_hier()) OR portal.gast_ziet(id))",
                      insert=f"eigenaar_id = {P}", update=f"eigenaar_id = {P}", changes=("titel", "state", "behandelaar_id")),
    "dossier_deelnemer": Policy(select=f"party_id = {P} OR {SEES}", insert=_NO_BID, update=_NO_BID, changes=("tot",)),
    # What was judged stands in the history too: not for gemeenten that do not take part in the perceel, nor for residents.
    # What is `intern` is the owner's alone.
    "case_event": Policy(select=f"{SEES} AND (kind NOT IN ('perceel:toetsen', 'perceel:scoren') OR {_TAKES_PART}) "
                         f"AND ((kind NOT LIKE 'intern:%' AND kind NOT IN {_THOUGHT}) OR eigenaar_id = {P})",
                         insert=f"{WRITES} AND actor_id IS NOT DISTINCT FROM {ME} AND (eigenaar_id = {P} "
                                f"OR kind IN {_GUEST_STEPS})",
                         # When, in which order and in which transaction: the database says so, or the seal proves nothing.
                         states=("id", "dossier_id", "eigenaar_id", "party_id", "actor_id", "kind", "state_from", "state_to",
                                 "facts", "occurred_on")),
    # The owner starts terms; whoever opened the bids starts those of the assessment, also for the others that take part,
    # and who answered an offer between gemeenten the work that follows.
    "termijn": Policy(select=f"party_id = {P} OR {SEES}",
                      insert=f"eigenaar_id = {P} OR (kind IN ('werk_beoordelen', 'werk_vaststellen', 'werk_vervallen') "
                             f"AND portal.opende(dossier_id, party_id)) OR ({_AFTER_ANSWER})",
                      # Who must act changes met_on only: portal.termijn_vast keeps the rest for the owner.
                      update=f"eigenaar_id = {P} OR party_id = {P}", changes=("due_on", "extended", "met_on")),
    "opschorting": Policy(select=SEES, insert=_OWNER_WRITES, update=_OWNER_WRITES),
    # Nobody but the sender opens a file that is not scanned, not shared, or both. Of a bid a buyer opens what a sending
    # names that it may read.
    "document": Policy(
        select=f"party_id = {P} OR ({SCANNED} AND gedeeld_at IS NOT NULL AND {SEES} AND (soort <> 'inschrijvingsstuk' "
               "OR EXISTS (SELECT 1 FROM portal.verzending v WHERE v.dossier_id = document.dossier_id AND v.inhoud @> "
               "jsonb_build_object('documenten', jsonb_build_array(jsonb_build_object('id', document.id)))))) "
               f"OR ({SCANNED} AND gepubliceerd_at <= (SELECT portal.now()))",
        insert=f"{WRITES} AND gepubliceerd_at IS NULL AND (eigenaar_id = {P} OR {_GUEST_DOCUMENT})", update=_OWN),
    # An award names scores: of those that were sent (and perhaps withdrawn), only whoever takes part in the perceel reads it.
    "besluit": Policy(
        select=f"party_id = {P} OR (state IN ('verzonden', 'ingetrokken') AND {SEES} "
               f"AND (soort <> 'gunning' OR {_TAKES_PART}))",
        insert=WRITES, update=_OWN),
    "aantekening": Policy(select=_OWNERS, insert=f"{_OWNER_WRITES} AND geschreven_by = {ME}"),
    "bericht": Policy(select=f"{P} IN (party_id, afzender_id)",
                      insert=f"afzender_id = {P} AND {LOGGED_IN}", update=f"party_id = {P}",
                      changes=("geopend_at", "geopend_by")),
    "outbox": Policy(select=_OWN, insert=LOGGED_IN, update=_OWN),
    "idempotentie": Policy(select=_OWN, insert=_OWN),
    "zegel": Policy(select=f"eigenaar_id = {P}"),
    "zegelkop": Policy(select=f"eigenaar_id = {P}"),
    # register
    # Under a volmacht for contracts that this gemeente gave and that is in force; portal.overeenkomst_mag asks the rest.
    "overeenkomst": Policy(select="true", insert=f"{_OWNER_WRITES} AND {_IS_GEMEENTE} AND {_SIGNS_CONTRACTS}"),
    "overeenkomst_periode": Policy(
        select="true",
        insert=f"EXISTS (SELECT 1 FROM portal.overeenkomst o WHERE o.id = overeenkomst_id AND o.eigenaar_id = {P})",
        # No option without a signed decision.
        update=f"EXISTS (SELECT 1 FROM portal.overeenkomst o WHERE o.id = overeenkomst_id AND o.eigenaar_id = {P}) "
               "AND EXISTS (SELECT 1 FROM portal.verlengingsbesluit v WHERE v.overeenkomst_id = "
               "overeenkomst_periode.overeenkomst_id AND v.volgnummer = overeenkomst_periode.volgnummer "
               "AND v.uitkomst = 'verlengd')",
        changes=("verlengd_on",)),
    "verlengingsbesluit": Policy(
        select=f"{SEES} OR EXISTS (SELECT 1 FROM portal.overeenkomst o WHERE o.id = overeenkomst_id "
               f"AND o.aanbieder_id = {P})",
        insert=f"{_OWNER_WRITES} AND {_SIGNS_CONTRACTS}"),
    # inkoop
    "inkoop": _root("inkoop", _IS_GEMEENTE),
    "perceel": _root("perceel", _IS_GEMEENTE),
    "inschrijving": _root("inschrijving", f"aanbieder_id = {P}", ("gewijzigd_by", "meegelezen_by", "meegelezen_at")),
    "eis": Policy(select=SEES, insert=_OWNER_WRITES, update=_OWNER_WRITES, delete=_OWNER_WRITES),
    "criterium": Policy(select=SEES, insert=_OWNER_WRITES, update=_OWNER_WRITES, delete=_OWNER_WRITES),
    "gevraagd_document": Policy(select=SEES, insert=_OWNER_WRITES, update=_OWNER_WRITES, delete=_OWNER_WRITES),
    "mijlpaal": Policy(select=SEES, insert=_OWNER_WRITES, update=_OWNER_WRITES, delete=_OWNER_WRITES),
    "deelname_cijfer": Policy(select=SEES, insert=_OWNER_WRITES, update=_OWNER_WRITES, delete=_OWNER_WRITES),
    "deelnamebesluit": Policy(select=f"party_id = {P} OR (vastgelegd_at IS NOT NULL AND {SEES})", insert=WRITES,
                              update=_OWN),
    "deelname_antwoord": Policy(
        select="EXISTS (SELECT 1 FROM portal.deelnamebesluit b WHERE b.id = besluit_id)",
        insert=f"party_id = {P}", delete=f"party_id = {P}"),
    # Only the owner of a procurement announces it or its result: the deadline of the bidders hangs on this row.
    "publicatie": Policy(
        select=f"gepubliceerd_at <= (SELECT portal.now()) OR eigenaar_id = {P}",
        insert=f"{_OWNER_WRITES} AND {_IS_GEMEENTE} AND EXISTS (SELECT 1 FROM portal.dossier d "
               f"WHERE d.id = publicatie.inkoop_id AND d.eigenaar_id = {P})"),
    "inschrijving_perceel": Policy(select=f"eigenaar_id = {P}", insert=_OWNER_WRITES, update=_OWNER_WRITES,
                                   delete=_OWNER_WRITES),
    "inschrijving_document": Policy(select=f"eigenaar_id = {P}", insert=_OWNER_WRITES, update=_OWNER_WRITES,
                                    delete=_OWNER_WRITES),
    # Buyers read what counts: the last act per perceel that they take part in. What was withdrawn or replaced stays unread.
    "verzending": Policy(
        select=f"eigenaar_id = {P} OR (dossier_id = ANY {SHARED} AND perceel_id = ANY {_MINE} "
               "AND portal.is_laatste_verzending(dossier_id, perceel_id, versie))",
        insert=_OWNER_WRITES),
    "opening": Policy(select=SEES, insert=f"{WRITES} AND account_id = {ME}"),
    "belangverklaring": Policy(select=f"{P} IN (party_id, eigenaar_id)", insert=f"{WRITES} AND account_id = {ME}"),
    "toets": Policy(select=_SEES_BID, insert=_JUDGES, update=_JUDGES),
    "score": Policy(select=_SEES_BID, insert=_JUDGES, update=_JUDGES),
    # subsidies
    # portal.regeling_vast: what was made public stays as it was.
    "regeling": _root("regeling", _IS_GEMEENTE),
    "regeling_publicatie": Policy(
        select=f"gepubliceerd_at <= (SELECT portal.now()) OR {_OWNERS}", insert=f"{_OWNER_WRITES} AND {_IS_GEMEENTE}",
        states=("id", "dossier_id", "eigenaar_id", "party_id", "versie", "reference", "titel", "inhoud", "opent_at",
                "sluit_at")),
    # Anybody leaves answers; they say who nobody is. Whoever has the code reads them.
    "geschiktheidscheck": Policy(select="true", insert="EXISTS (SELECT 1 FROM portal.regeling_publicatie p "
                                 "WHERE p.id = publicatie_id AND p.gepubliceerd_at <= (SELECT portal.now()))",
                                 states=("id", "publicatie_id", "code", "antwoorden", "geschikt")),
    # The amounts follow from the ledger: portal.plafond_boeken writes them, and nobody else.
    "plafond": Policy(
        select=f"bekendgemaakt_on <= (SELECT (portal.now() AT TIME ZONE 'Europe/Amsterdam')::date) OR {_OWNERS}",
        insert=f"{_OWNER_WRITES} AND {_IS_GEMEENTE}",
        states=("id", "dossier_id", "eigenaar_id", "party_id", "van", "tot", "orgaan", "vastgesteld_on", "bekendgemaakt_on",
                "vindplaats", "met_voorbehoud")),
    "plafond_boeking": Policy(
        select=_OWNERS, insert=f"{_OWNER_WRITES} AND {_IS_GEMEENTE}",
        states=("id", "dossier_id", "eigenaar_id", "party_id", "plafond_id", "soort", "bedrag", "subsidie_id", "besluit_id",
                "bekendgemaakt_on", "vindplaats", "peildag")),
    "maximum": Policy(select="true", insert=f"{_OWNER_WRITES} AND {_IS_GEMEENTE}", update=_OWNER_WRITES, changes=("tot",)),
    # Of an application the gemeente reads what was sent, never what is being written.
    "aanvraag": Policy(
        select=f"EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = aanvraag.id AND d.eigenaar_id = {P})",
        insert=f"EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = aanvraag.id AND d.eigenaar_id = {P} "
               "AND d.soort = 'aanvraag')",
        update=f"EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = aanvraag.id AND d.eigenaar_id = {P})",
        changes=("gegevens", "gewijzigd_by", "ondertekend_by", "ondertekend_at")),
    "aanvraag_document": Policy(select=_OWNERS, insert=_OWNER_WRITES, update=_OWNER_WRITES, delete=_OWNER_WRITES),
    # In one's own name, or as what came on paper to the gemeente itself. portal.indiening_op_tijd gives moment and order.
    "indiening": Policy(
        select=SEES,
        insert=f"{WRITES} AND ((verzonden_by = {ME} AND papier_on IS NULL) OR (verzonden_by IS NULL AND papier_on IS NOT NULL "
               f"AND eigenaar_id = {P} AND {_IS_GEMEENTE}))",
        states=("id", "dossier_id", "eigenaar_id", "party_id", "soort", "regeling_id", "inhoud", "vingerafdruk",
                "ontvangst_nummer", "verzonden_by", "papier_on")),
    "subsidie": _root("subsidie", _IS_GEMEENTE, ("compleet_on", "rang", "van", "tot", "aantal", "verleend", "maximum",
                                                 "vastgesteld", "steunregister")),
    "beoordeling": Policy(select=_OWNERS, insert=f"{_OWNER_WRITES} AND beoordelaar_id = {ME}",
                          update=f"{_OWNER_WRITES} AND beoordelaar_id = {ME}", delete=_OWNER_WRITES),
    "argument": Policy(select=_OWNERS, insert=_OWNER_WRITES, update=_OWNER_WRITES, changes=("antwoord", "beantwoord_by")),
    "voorstel": Policy(select=_OWNERS, insert=_OWNER_WRITES, update=_OWNER_WRITES, delete=_OWNER_WRITES),
    # A line of a proposal is the gemeente's; portal.subsidieregel_vast keeps what was sent as it was.
    "subsidieregel": Policy(select=f"{_OWNERS} OR (besluit_id IS NOT NULL AND {SEES})", insert=_OWNER_WRITES,
                            update=_OWNER_WRITES, delete=f"{_OWNER_WRITES} AND besluit_id IS NULL"),
    # Of an own case only: policies do not guard the key that names it.
    "rapportage": _under_case("rapportage", ("geleverd", "uiterlijk_on")),
    "bezwaar": _under_case("bezwaar", ("commissie", "verzuim_verlopen", "gehoord_on", "verslag", "niet_horen",
                                       "advies", "advies_uitkomst", "advies_on", "uitkomst", "beslissing_id")),
    "toestemming": _under_case("toestemming", ("niet_aangevuld", "uitkomst", "geldt_vanaf", "beslissing_id")),
    "bewaking": _root("bewaking", _IS_GEMEENTE, ("volgende_on", "toelichting", "gestopt_reden")),
    # portal.bewakingsperiode_vast: what came out of a period is written once.
    "bewakingsperiode": Policy(
        select=_OWNERS, insert=f"{_OWNER_WRITES} AND {_IS_GEMEENTE} AND afgerond_on IS NULL", update=_OWNER_WRITES,
        changes=("uitkomst", "afgerond_on", "afgerond_by")),
    "vordering": _under_case("vordering", ("kosten", "rente", "ontvangen", "gestuit_on")),
    "betalingsstop": _under_case("betalingsstop", ("geeindigd_on",)),
    # portal.betaling_mag keeps the sum within the grant, and each step to who takes it.
    "betaling": Policy(select=SEES, insert=f"{_OWNER_WRITES} AND {_IS_GEMEENTE}", update=_OWNER_WRITES,
                       changes=("stand", "klaargezet_by", "goedgekeurd_by", "goedgekeurd_at", "bestand_id", "betaald_on",
                                "melding", "gepland_on", "iban", "tenaamstelling")),
    # portal.subsidieregister_bij writes it, and nobody else. What rests on an exception of Awb 4:23 is reported every year,
    # also where a gemeente shows nothing more.
    "subsidieregister": Policy(
        select="grondslag IN ('spoed', 'incidenteel') OR EXISTS (SELECT 1 FROM portal.gemeente g "
               f"WHERE g.id = gemeente_id AND (g.register_openbaar OR g.id = {P}))"),
    "begrotingspost": Policy(
        select=_OWN, insert=f"{_OWN} AND vastgelegd_by = {ME} AND {_IS_GEMEENTE}", delete=_OWN,
        states=("id", "party_id", "soort", "naam", "jaar", "bedrag", "omschrijving", "bron", "vastgelegd_by")),
    # portal.begrotingspost_boeken keeps the sum within the item.
    "begrotingspost_boeking": Policy(
        select=_OWN, insert=f"{_OWN} AND geboekt_by = {ME} AND {_IS_GEMEENTE}",
        states=("id", "party_id", "begrotingspost_id", "bedrag", "omschrijving", "geboekt_on", "geboekt_by")),
    "betaalbestand": Policy(select=_OWN, insert=f"{_OWN} AND gemaakt_by = {ME} AND {_IS_GEMEENTE}"),
    # placements
    # Who somebody is knows only the gemeente that helps them; nobody else, also not by a shared dossier.
    "persoon": Policy(select=_OWN, insert=f"{_OWN} AND {_IS_GEMEENTE}", update=_OWN,
                      changes=("naam", "adres", "contact", "bsn_gesloten", "bsn_kenmerk", "bsn_bron", "bsn_gecontroleerd_on",
                               "afgeschermd")),
    "toegang": _root("toegang", f"{_IS_GEMEENTE} AND gemeente_id = {P}",
                     ("ondersteuning_on", "plan_on", "verslag_on", "aanvraag_on")),
    "onderzoek": Policy(select=_OWNERS, insert=f"{_OWNER_WRITES} AND {_IS_GEMEENTE}", update=_OWNER_WRITES,
                        changes=("antwoorden", "tijdelijk", "tijdelijk_van", "tijdelijk_tot", "tijdelijk_door", "tijdelijk_at",
                                 "gewijzigd_at", "gewijzigd_by")),
    "randvoorwaarde": Policy(select=_OWNERS, insert=f"{_OWNER_WRITES} AND {_IS_GEMEENTE}", update=_OWNER_WRITES,
                             changes=("stand", "toelichting", "sinds_on")),
    # Who handles a task: proposed and confirmed in one's own name. Only that it does not go through is filled in later, by
    # portal.taakoverdracht_eindigt.
    "taakoverdracht": Policy(select=_OWN, insert=f"{_OWN} AND gemaakt_by = {ME} AND einde IS NULL AND {_IS_GEMEENTE}",
                             update=_OWN, changes=("einde", "einde_at", "einde_by", "einde_reden"),
                             states=("id", "party_id", "taak", "van_wie", "naar_wie", "ingaand_on", "gemaakt_by", "einde",
                                     "einde_at", "einde_by", "einde_reden")),
    # For one's own side: whom the administrator gave that role, or, for the desk, who comes under a mandate of this gemeente.
    # portal.taakbevestiging_mag asks whether the mandate counts.
    "taakbevestiging": Policy(select=_OWN, insert=(
        f"{_OWN} AND account_id = {ME} AND (EXISTS (SELECT 1 FROM portal.membership m WHERE m.account_id = {ME} "
        f"AND m.party_id = {P} AND m.beeindigd_at IS NULL AND 'kwaliteit_' || kant = ANY (m.rollen)) "
        f"OR (kant = 'centrale_toegang' AND EXISTS (SELECT 1 FROM portal.mandaat g WHERE g.gemachtigde_id = {ME} "
        f"AND g.party_id = {P} AND g.werkgever_id <> {P} AND g.besluit_soort IN ('toegang', 'toegang_behandelen') "
        f"AND g.ingetrokken_at IS NULL "
        f"AND daterange(g.van, g.tot) @> (portal.now() AT TIME ZONE 'Europe/Amsterdam')::date)))"),
                              states=("overdracht_id", "kant", "party_id", "account_id", "verklaring")),
    # A household is its gemeente's alone.
    "huishouden": Policy(select=_OWN, insert=f"{_OWN} AND gemaakt_by = {ME} AND {_IS_GEMEENTE}",
                         states=("id", "party_id", "gemaakt_by")),
    "huishoudlid": _household(("huishouden_id", "persoon_id", "van"), ("tot",)),
    "huishoudplan": _household(("huishouden_id", "begonnen_on"), ("beeindigd_on",)),
    "planregel": _household(("plan_id", "soort", "tekst", "wie", "sinds_on"), ("tot_on",)),
    "regie": _household(("huishouden_id", "account_id", "van"), ("tot",)),
    "plaatsing": _root("plaatsing", f"{_IS_GEMEENTE} AND gemeente_id = {P}",
                       ("product", "doelgroep", "van", "tot", "pgb_motief", "indicatie_tot", "overgang_on"), begin=(
                           f" AND (toegang_id IS NULL OR EXISTS (SELECT 1 FROM portal.dossier t WHERE t.id = toegang_id "
                           f"AND t.eigenaar_id = {P}))")),
    # Who is responsible, knows who has or had this traject (portal.traject_mag), or was offered it.
    # portal.verantwoordelijkheid_volgt: no gap.
    "verantwoordelijkheid": Policy(
        select=f"gemeente_id = {P} OR EXISTS (SELECT 1 FROM portal.plaatsing p WHERE p.traject_id = "
               f"verantwoordelijkheid.traject_id AND p.gemeente_id = {P}) OR EXISTS (SELECT 1 FROM portal.overdracht o "
               f"WHERE o.traject_id = verantwoordelijkheid.traject_id AND {P} IN (o.verzender_id, o.ontvanger_id))",
        insert=f"{_OWN} AND gemeente_id = {P} AND overdracht_id IS NULL"),
    "plaatsvraag": Policy(select=_OWNERS, insert=_OWNER_WRITES, update=_OWNER_WRITES,
                          changes=("nodig", "gemeenten", "mijden", "overbrugging")),
    # Of who is shielded elsewhere only what portal.wachtlijst says.
    "wachtregel": Policy(select=f"{_OWNERS} OR (tot_on IS NULL AND NOT afgeschermd AND eigenaar_id IN ({_PARTNERS}))",
                         insert=_OWNER_WRITES,
                         update=_OWNER_WRITES, changes=("omstandigheden", "tot_on", "einde")),
    # Who was passed over, hears it from the own gemeente.
    "overgeslagen": Policy(
        select=f"{_OWNERS} OR EXISTS (SELECT 1 FROM portal.wachtregel w WHERE w.id = wachtregel_id AND w.eigenaar_id = {P})",
        insert=_OWNER_WRITES),
    "terugkeertoets": Policy(select=_OWNERS, insert=f"{_OWNER_WRITES} AND door = {ME}"),
    # Where there are places, is for the gemeenten that look for one; an address that is secret only for who has somebody there.
    "locatie": Policy(select=f"{_OWN} OR {_IS_GEMEENTE}", insert=_OWN, update=_OWN,
                      changes=("naam", "geheim", "doelgroepen", "kenmerken", "leeftijd_van", "leeftijd_tot", "begeleiding",
                               "gesloten_on")),
    "locatie_adres": Policy(
        select=f"{_OWN} OR ({_IS_GEMEENTE} AND (EXISTS (SELECT 1 FROM portal.locatie l WHERE l.id = locatie_id "
               "AND NOT l.geheim) OR EXISTS (SELECT 1 FROM portal.bezetting b WHERE b.locatie_id = locatie_adres.locatie_id "
               f"AND b.party_id = {P} AND b.soort = 'bezet' AND b.vrij_at IS NULL AND (upper_inf(b.periode) "
               "OR upper(b.periode) > (portal.now() AT TIME ZONE 'Europe/Amsterdam')::date))))",
        insert=_OWN, update=_OWN, changes=("adres",)),
    # portal.capaciteit_past: never fewer places than are in use.
    "capaciteit": Policy(select="EXISTS (SELECT 1 FROM portal.locatie l WHERE l.id = locatie_id)", insert=_OWN),
    # Numbers of homes, of nobody: the gemeenten plan them together.
    "woonafspraak": Policy(select=_IS_GEMEENTE, insert=f"{_OWN} AND {_IS_GEMEENTE} AND gewijzigd_by = {ME}", update=_OWN,
                           changes=("prognose", "afgesproken", "bron", "gewijzigd_at", "gewijzigd_by")),
    # Who has somebody where is of that gemeente: others read how many places are in use (portal.plekken_in_gebruik).
    # portal.bezetting_plek gives the place.
    "bezetting": Policy(
        select=_OWN,
        insert=f"{_OWN} AND EXISTS (SELECT 1 FROM portal.verblijf v JOIN portal.dossier d ON d.id = v.id "
               f"WHERE v.id = verblijf_id AND v.locatie_id = bezetting.locatie_id AND d.eigenaar_id = {P})",
        update=_OWN, changes=("periode", "soort", "verblijf_id", "verloopt_at", "vrij_at")),
    "verblijf": _root("verblijf", _IS_GEMEENTE, ("tot", "inwoner_ja", "inwoner_reden", "dagprijs", "begonnen_on",
                                                 "geeindigd_on", "betaald_tot"), begin=(
        f" AND EXISTS (SELECT 1 FROM portal.dossier p WHERE p.id = plaatsing_id AND p.eigenaar_id = {P}) "
        "AND EXISTS (SELECT 1 FROM portal.locatie l WHERE l.id = locatie_id AND l.party_id = aanbieder_id) "
        # An offer holds no longer than was agreed (config/plaatsingen.toml, [vasthouden]; a minute for clocks that differ).
        # A stay that came along with the responsibility runs already, on the place that portal.antwoord_telt laid ready.
        "AND EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = verblijf.id AND ((d.state = 'aangeboden' "
        "AND verblijf.verloopt_at <= portal.clock_now() + interval '5 days 1 minute') OR (d.state = 'loopt' "
        "AND EXISTS (SELECT 1 FROM portal.bezetting b JOIN portal.overdracht o ON o.id = b.id JOIN portal.plaatsing p "
        "ON p.traject_id = o.traject_id WHERE p.id = verblijf.plaatsing_id AND b.locatie_id = verblijf.locatie_id "
        f"AND b.party_id = {P} AND b.verblijf_id IS NULL AND b.vrij_at IS NULL))))")),
    "kandidaatkaart": Policy(select=SEES, insert=_OWNER_WRITES),
    "clientgegevens": Policy(select=f"{_OWNERS} OR {_LIVES_THERE}", insert=_OWNER_WRITES, update=_OWNER_WRITES,
                             changes=("naam", "contact")),
    "overdracht": _root("overdracht", f"{_IS_GEMEENTE} AND verzender_id = {P}", ("geschil_on", "advies", "advies_on",
                                                                                 "verloopt_on"), begin=(
        " AND (EXISTS (SELECT 1 FROM portal.toegang t JOIN portal.dossier d ON d.id = t.id WHERE t.id = toegang_id "
        f"AND d.eigenaar_id = {P}) OR EXISTS (SELECT 1 FROM portal.plaatsing p JOIN portal.dossier d ON d.id = p.id WHERE "
        f"p.id = plaatsing_id AND d.eigenaar_id = {P} AND p.traject_id = overdracht.traject_id)) AND (verblijf_id IS NULL OR "
        f"EXISTS (SELECT 1 FROM portal.verblijf v WHERE v.id = verblijf_id AND v.plaatsing_id = overdracht.plaatsing_id))")),
    "momentopname": Policy(select=SEES, insert=_OWNER_WRITES),
    # portal.grond_vervalt: who loses the ground, loses the view.
    "grond": Policy(select=f"{_OWNERS} OR (voor_id = {P} AND dossier_id = ANY {SHARED})",
                    insert=f"{_OWNER_WRITES} AND vastgelegd_by = {ME}", update=_OWNER_WRITES,
                    changes=("ingetrokken_at",)),
    # portal.antwoord_mag and portal.antwoord_telt: who was asked answers once, in time, and it counts at once.
    "plaatsing_antwoord": Policy(select=SEES, insert=f"{WRITES} AND eigenaar_id <> {P} AND gegeven_by = {ME}"),
    "overdrachtspunt": Policy(select=SEES, insert=f"{WRITES} AND door = {ME} AND {_HANDED}",
                              update=f"{WRITES} AND door = {ME} AND {_HANDED}",
                              changes=("antwoord", "toelichting", "klaar_on", "door")),
    "overdrachtsteken": Policy(select=SEES, insert=f"{WRITES} AND door = {ME} AND {_HANDED}"),
    # The gemeente says what, the provider how: two tables, each with one writer. Both read both.
    "clientresultaat": Policy(
        select=f"{_OWNERS} OR {_LIVES_THERE}", update=_OWNER_WRITES, changes=("vervallen_on",),
        insert=f"{_OWNER_WRITES} AND door = {ME} AND EXISTS (SELECT 1 FROM portal.verblijf v WHERE v.id = dossier_id)"),
    "uitwerking": Policy(
        select=f"{_OWNERS} OR {_LIVES_THERE}",
        insert=f"{_OWN} AND door = {ME} AND {_LIVES_THERE} AND EXISTS (SELECT 1 FROM portal.clientresultaat r "
               "WHERE r.id = resultaat_id AND r.dossier_id = uitwerking.dossier_id AND r.vervallen_on IS NULL)"),
    # Each side its own; only the gemeente confirms.
    "voortgang": Policy(
        select=f"{_OWNERS} OR {_LIVES_THERE}",
        insert=f"{_OWN} AND door = {ME} AND ((eigenaar_id = {P} AND bevestigd_by = {ME}) OR (bevestigd_by IS NULL "
               f"AND {_LIVES_THERE}))",
        update=f"eigenaar_id = {P} AND (bevestigd_by IS NULL OR bevestigd_by = {ME})",
        changes=("bevestigd_on", "bevestigd_by")),
    "voortgangscore": Policy(
        select=f"{_OWNERS} OR {_LIVES_THERE}",
        # What was confirmed stays as it was confirmed.
        insert=f"{_OWN} AND EXISTS (SELECT 1 FROM portal.voortgang g WHERE g.id = voortgang_id AND g.party_id = {P} "
               f"AND g.dossier_id = voortgangscore.dossier_id AND (g.eigenaar_id = {P} OR g.bevestigd_on IS NULL)) "
               "AND EXISTS (SELECT 1 FROM portal.clientresultaat r WHERE r.id = resultaat_id "
               "AND r.dossier_id = voortgangscore.dossier_id)"),
    "uitkomst": Policy(
        select=_OWNERS, update=_OWNER_WRITES,
        insert=f"{_OWNER_WRITES} AND door = {ME} AND EXISTS (SELECT 1 FROM portal.plaatsing p WHERE p.id = dossier_id)",
        changes=("doelrealisatie", "uitval", "uitval_reden", "tevredenheid", "tevredenheid_niet", "op_on", "opvolgen_on",
                 "nieuwe_start", "nieuwe_start_on", "nieuwe_start_reden", "door")),
    # portal.verrekening_verloop: who paid never agrees for the other. What was sent stays as it was.
    "verrekening": _root("verrekening", f"{_IS_GEMEENTE} AND betaler_id = {P}", ("ingetrokken_on",)),
    "verrekenregel": Policy(
        select=SEES,
        # portal.verrekenregel_klopt: of what is disputed, only days of a line that lapsed.
        insert=f"{_OWNER_WRITES} AND EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = dossier_id "
               "AND d.state IN ('opgesteld', 'betwist'))",
        update=f"{_OWNER_WRITES} AND EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = dossier_id AND d.state = 'betwist')",
        changes=("vervallen_on",)),
    "verrekening_antwoord": Policy(select=SEES, insert=f"{WRITES} AND eigenaar_id <> {P} AND gegeven_by = {ME}"),
    # Messages with providers: of the gemeente that sends and gets them, and of nobody else. What was sent or came in stays.
    "berichtpartner": Policy(select=_OWN, insert=f"{_OWN} AND {_IS_GEMEENTE}", update=_OWN, changes=("agb",)),
    "berichtenverkeer": Policy(select=_OWNERS, insert=f"{_OWNER_WRITES} AND {_IS_GEMEENTE} "
                                                      f"AND gemaakt_by IS NOT DISTINCT FROM {ME}",
                               update=_OWNER_WRITES, changes=("verzonden_at", "beantwoord_at", "vervallen_at", "termijn_id")),
    "toewijzing": Policy(
        select=_OWNERS,
        insert=f"{_OWNER_WRITES} AND {_IS_GEMEENTE} AND (verblijf_id IS NULL OR EXISTS (SELECT 1 FROM portal.verblijf v "
               "WHERE v.id = verblijf_id AND v.plaatsing_id = dossier_id AND v.aanbieder_id = toewijzing.aanbieder_id))"),
    "toewijzingversie": Policy(select=_OWNERS, insert=_OWNER_WRITES, update=_OWNER_WRITES, changes=("bericht_id",)),
    "levering": Policy(select=_OWNERS, insert=_OWNER_WRITES, update=_OWNER_WRITES,
                       changes=("einde_on", "reden", "verwijderd_at")),
    "zorgverzoek": Policy(select=_OWNERS, insert=f"{_OWNER_WRITES} AND {_IS_GEMEENTE}", update=_OWNER_WRITES,
                          changes=("antwoorden", "toegewezen", "termijn_id")),
    "prestatie": Policy(select=_OWNERS, insert=_OWNER_WRITES),
    # Who is connected to a person: the gemeente makes it and ends it, only the code connects (portal.koppeling_gebruiken).
    "koppeling": Policy(
        select=f"{_OWN} OR (inwoner_id = {P} AND ingetrokken_at IS NULL)",
        insert=f"{_OWN} AND {_IS_GEMEENTE} AND vastgelegd_by = {ME} AND inwoner_id IS NULL AND ingetrokken_at IS NULL",
        update=_OWN, changes=("ingetrokken_at", "ingetrokken_by")),
    "contactnotitie": Policy(select=_OWNERS, insert=f"{_OWNER_WRITES} AND {_IS_GEMEENTE} AND door = {ME}",
                             update=_OWNER_WRITES, changes=("klaar_on",)),
    # Of who asked, as long as they are connected, and of the gemeente. portal.inwonervraag_tegen: to the person of this case.
    "inwonervraag": Policy(
        select=f"{_OWNERS} OR ({_OWN} AND dossier_id = ANY {_MY_CASES})",
        insert=f"{_OWN} AND gesteld_by = {ME} AND antwoord = '' AND bevestigd_at IS NULL AND NOT commissie "
               f"AND verdaagd_reden = '' AND dossier_id = ANY {_MY_CASES} AND EXISTS (SELECT 1 FROM "
               f"portal.koppeling k WHERE k.id = koppeling_id AND k.inwoner_id = {P} AND k.party_id = eigenaar_id "
               "AND k.ingetrokken_at IS NULL)",
        update=_OWNERS, changes=("bevestigd_by", "bevestigd_at", "commissie", "verdaagd_reden", "uitkomst", "antwoord",
                                 "beantwoord_by", "beantwoord_at", "mandaat_id", "vervanging_id"),
        # When it was asked, the database says: terms begin there.
        states=("id", "dossier_id", "eigenaar_id", "party_id", "koppeling_id", "soort", "tekst", "gesteld_by", "besluit_id",
                "te_laat_reden", "bevestigd_by", "bevestigd_at", "commissie", "verdaagd_reden", "uitkomst", "antwoord",
                "beantwoord_by", "beantwoord_at", "mandaat_id", "vervanging_id")),
    # portal.vernietiging_beslissen: another than who proposed it.
    "vernietiging": Policy(
        select=_OWN, insert=f"{_OWN} AND {_IS_GEMEENTE} AND voorgesteld_by = {ME} AND stand = 'voorgesteld'"),
    "verwerking": Policy(select=_OWN),
    # Right to Challenge
    # What a gemeente does and what that costs, from the day it shows it.
    "gemeentetaak": Policy(
        select=f"openbaar_at <= (SELECT portal.now()) OR {_OWN}",
        insert=f"{_OWN} AND gewijzigd_by = {ME} AND {_IS_GEMEENTE}", update=_OWN,
        changes=("naam", "omschrijving", "product", "kosten", "kosten_jaar", "bron", "kwaliteit", "overeenkomst_id",
                 "subsidie_id", "contract_tot", "bevoegd_id", "uitdaagbaar", "reden", "openbaar_at", "gewijzigd_by",
                 "gewijzigd_at")),
    # Of an idea the gemeente reads what was sent, never what is being written.
    "initiatief": Policy(
        select=_MY_IDEA, insert=f"{_MY_IDEA} AND EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = initiatief.id "
                                "AND d.soort = 'initiatief')",
        update=_MY_IDEA, changes=("gemeente_id", "taak_id", "gegevens")),
    # portal.medeindiener_bevestigen: only who holds the link confirms, and in their own name.
    "medeindiener": Policy(
        select=f"{_OWNERS} OR inwoner_id = {P}", insert=f"{_OWNER_WRITES} AND inwoner_id IS NULL AND bevestigd_at IS NULL",
        update=_OWNER_WRITES, changes=("vervallen_at",),
        columns=("id", "dossier_id", "eigenaar_id", "party_id", "naam", "code_tot_at", "inwoner_id", "bevestigd_at",
                 "vervallen_at")),
    # In one's own name, under one's own dossier: what came on paper stands under the case of the gemeente, and only that. What
    # was sent to another gemeente is read of the plan alone, by whom it was passed on to.
    "inzending": Policy(
        select=f"{_OWNERS} OR (dossier_id = ANY {SHARED} AND (gemeente_id = {P} OR soort IN ('vraag', 'uitdaging', "
               f"'aanvulling') OR NOT {_IS_GEMEENTE}))",
        insert=f"{_OWNER_WRITES} AND verzonden_by = {ME} AND EXISTS (SELECT 1 FROM portal.dossier d LEFT JOIN "
               "portal.uitdaging u ON u.id = d.id WHERE d.id = dossier_id AND (d.soort = 'initiatief' OR (d.soort = "
               "'uitdaging' AND u.indiener_id IS NULL AND gemeente_id = inzending.party_id)))",
        states=("id", "dossier_id", "eigenaar_id", "party_id", "soort", "gemeente_id", "inhoud", "vingerafdruk",
                "ontvangst_nummer", "verzonden_by")),
    "uitdaging": _root("uitdaging", _IS_GEMEENTE, (
        "ontvangen_on", "eerste_on",
        "taak_id", "plan", "gevraagd", "doorgeleid", "doorgeleid_naar", "doorgeleid_id", "route",
        "aanpassing", "aanpassing_ja", "uitkomst")),
    "informatie": Policy(
        select=SEES, insert=f"{_OWNER_WRITES} AND {_IS_GEMEENTE} AND beantwoord_on IS NULL", update=_OWNER_WRITES,
        changes=("antwoord", "kosten", "kwaliteit", "contract", "achtergehouden", "achtergehouden_reden", "beantwoord_on",
                 "beantwoord_by")),
    "gesprek": Policy(select=SEES, insert=f"{_OWNER_WRITES} AND geschreven_by = {ME} AND {_IS_GEMEENTE}"),
    # Each side its own; who joined reads only.
    "verslagakkoord": Policy(select=SEES, insert=f"{WRITES} AND door = {ME} AND EXISTS (SELECT 1 FROM portal.gesprek t "
                             "WHERE t.id = gesprek_id AND t.dossier_id = verslagakkoord.dossier_id) AND (eigenaar_id = "
                             "party_id OR EXISTS (SELECT 1 FROM portal.uitdaging u WHERE u.id = verslagakkoord.dossier_id "
                             "AND u.indiener_id = verslagakkoord.party_id))"),
    # What is thought before it is decided is the gemeente's alone. portal.criteriumoordeel_mag: in time, in the own name.
    "criteriumoordeel": Policy(select=_OWNERS, insert=f"{_OWNER_WRITES} AND door = {ME} AND {_IS_GEMEENTE}",
                               update=_OWNER_WRITES, changes=("oordeel", "motivering", "door")),
    # portal.routetoets_mag: in time, in the own name.
    "routetoets": Policy(select=_OWNERS, insert=f"{_OWNER_WRITES} AND door = {ME} AND {_IS_GEMEENTE}",
                         update=_OWNER_WRITES, changes=("route", "toelichting", "door", "op_on")),
    # portal.paneladvies_mag: without an interest, and not by who judged it.
    "paneladvies": Policy(select=_OWNERS, insert=f"{_OWNER_WRITES} AND account_id = {ME} AND {_IS_GEMEENTE}"),
    # portal.pagina_tekst takes the words from what the residents sent.
    "initiatiefpagina": Policy(
        select=f"{SEES} OR (gepubliceerd_at <= (SELECT portal.now()) AND verborgen_at IS NULL)",
        insert=f"{_OWNER_WRITES} AND gemeente_id = {P} AND {_IS_GEMEENTE}", update=_OWNER_WRITES,
        changes=("taak_id", "inzending_id", "stand", "tijdlijn", "besluit", "uiterlijk_on", "tot_on", "contactpersoon",
                 "gepubliceerd_at", "verborgen_at", "verborgen_reden", "beroep", "beroep_antwoord")),
    # Who supports or follows is known to nobody else. portal.steun_mag: only where support is asked, and once.
    "steunbetuiging": Policy(select=_OWN, insert=f"{_OWN} AND {_SHOWN_PAGE}", delete=_OWN,
                             states=("id", "pagina_id", "party_id")),
    # News goes to everybody of the party that follows: only residents follow, for themselves.
    "volger": Policy(select=_OWN, insert=f"{_OWN} AND {_IS_RESIDENT} AND {_SHOWN_PAGE}", delete=_OWN,
                     states=("id", "pagina_id", "party_id")),
    "steunlijst": Policy(select=_OWNERS, insert=f"{_OWNER_WRITES} AND geteld_by = {ME} AND gecontroleerd_by IS NULL "
                                                f"AND {_IS_GEMEENTE}",
                         update=f"{_OWNER_WRITES} AND (gecontroleerd_by IS NULL OR gecontroleerd_by = {ME})",
                         changes=("gecontroleerd_by", "gecontroleerd_on")),
    # portal.afspraak_begint and portal.afspraak_vast: what counts was signed by both, and only what follows it ends it.
    "afspraak": Policy(select=SEES, insert=f"{_OWNER_WRITES} AND opgesteld_by = {ME} AND {_IS_GEMEENTE}",
                       update=_OWNER_WRITES, changes=("geldt_at", "vervallen_at")),
    # Each side its own; the gemeente under a volmacht or mandate of its own (portal.afspraakteken_mag).
    "afspraakteken": Policy(select=SEES, insert=f"{WRITES} AND door = {ME}",
                            states=("id", "dossier_id", "eigenaar_id", "party_id", "afspraak_id", "door", "mandaat_id")),
    "evaluatie": Policy(select=SEES, insert=f"{_OWNER_WRITES} AND door = {ME} AND {_IS_GEMEENTE}"),
    # Only to a dossier of the own gemeente: policies do not guard the key that names it.
    "vervolg": Policy(select=SEES, insert=f"{_OWNER_WRITES} AND {_IS_GEMEENTE} AND EXISTS (SELECT 1 FROM portal.dossier v "
                                          f"WHERE v.id = vervolg_id AND v.eigenaar_id = {P} AND v.soort = vervolg.soort)"),
    # portal.tegenspraak_vast: by who had no part in the answer, and once.
    "tegenspraak": Policy(
        select=SEES, insert=f"{_OWNER_WRITES} AND beantwoord_on IS NULL AND {_IS_GEMEENTE}", update=_OWNER_WRITES,
        changes=("uitkomst", "antwoord", "beantwoord_on", "beantwoord_by", "mandaat_id", "vervanging_id")),
    # The council: of one gemeente, and of everybody what has the flag. portal.toezegging_vast: what was settled stays so.
    "raadsstuk": _council(),
    "toezegging": _council(),
    "advies": _council(),
    # As far as one reads what it hangs on; the key keeps it within the gemeente.
    "beslispunt": Policy(select=f"{_OWN} OR EXISTS (SELECT 1 FROM portal.raadsstuk s WHERE s.id = stuk_id)", insert=_OWN,
                         delete=_OWN),
    "adviespunt": Policy(
        select=f"{_OWN} OR EXISTS (SELECT 1 FROM portal.advies a WHERE a.id = advies_id)",
        insert=f"{_OWN} AND gewijzigd_by = {ME}", update=_OWN,
        changes=("antwoord", "toelichting", "vervolg", "vervolg_on", "gewijzigd_by", "gewijzigd_at")),
    "raadssessie": Policy(select=_OWN, insert=f"{_OWN} AND gewijzigd_by = {ME} AND {_IS_GEMEENTE}", update=_OWN,
                     changes=("termijn_id", "gewijzigd_by", "gewijzigd_at")),
}

# Readable by everybody, with the reason. They still have row level security for writing.
OPEN: dict[str, str] = {
    "gemeente": "De gemeenten en hun kleuren zijn openbaar.",
    "samenwerkingsverband": "Wie samenwerkt is openbaar (gemeenschappelijke regelingen zijn bekendgemaakt).",
    "deelname": "Wie aan welk samenwerkingsverband deelneemt is openbaar.",
    "geschiktheidscheck": "Antwoorden van niemand in het bijzonder; wie de code heeft, leest ze terug.",
    "inlogdienst": "Het adres van een inlogdienst is openbaar; het geheim staat niet in de database.",
    "maximum": "Wat het college ten hoogste subsidieert is een openbaar besluit.",
    "overeenkomst": "Gegunde overeenkomsten zijn openbaar (aankondiging van de gegunde opdracht).",
    "overeenkomst_periode": "De looptijd van een gegunde overeenkomst is openbaar.",
}

# No grant at all for the app role: only reviewed functions reach these tables.
CLOSED: dict[str, str] = {
    "identiteit": "Hoe iemand bewijst wie hij is; alleen portal.inloggen_* leest dit.",
    "inloglink": "Hashes van inloglinks; alleen portal.inloglink_* leest dit.",
    "mailadres": "Welk willekeurig onderwerp bij een mailadres hoort; alleen portal.maillink_onderwerp leest dit.",
    "limiet": "Tellers tegen misbruik; alleen portal.limiet_teller schrijft dit.",
    "ideeconcept": "Wat iemand typte voor het inloggen; alleen wie de link uit de mail heeft, haalt het op (portal.idee_*).",
    "nummer": "Nummerreeksen; alleen portal.volgend_nummer schrijft dit.",
    "klok": "De proefklok; alleen de eigenaar zet hem.",
}
