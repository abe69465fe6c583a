"""The term to decide stands still for another reason than a supplement (Awb 4:15, lid 1, onder b, and lid 2).

On an application, on a request for consent, and on an objection as far as Awb 7:14 and 7:10, lid 4 allow.

Days that do not count, written down with their ground: never a new deadline. Who asked hears it at once, and again with the new
day when the term runs on (Awb 4:15, lid 3 and 4; 7:10, lid 5). What was over before somebody wrote it down, stays over: a
consent that is there by law stays there (Awb 4:20b).
"""

from collections.abc import Mapping
from datetime import date, timedelta

from portal.domains.subsidies import queries
from portal.domains.subsidies.beschikking import zonder_belang
from portal.domains.subsidies.model import Bezwaar, Subsidie, Toestemming
from portal.domains.subsidies.usecases import met_zaak, own_case
from portal.domains.subsidies.workflow import BEZWAAR, SUBSIDIE, TOESTEMMING
from portal.kernel import clock, terms
from portal.kernel.aantekening import noteer
from portal.kernel.dossier import Dossier, load, resume_term, suspend_term
from portal.kernel.errors import NotFound, Refused
from portal.kernel.holidays import day_text
from portal.kernel.outbox import send_message
from portal.kernel.sentences import settle
from portal.kernel.terms import Due

DAY = timedelta(days=1)
# What a person of the gemeente can write down: code -> the row of config/termijnen.toml.
GRONDEN: Mapping[str, dict] = {row["code_keuze"]: row for row in terms.suspension_grounds().values() if "code_keuze" in row}
_WET = {"subsidie": SUBSIDIE, "bezwaar": BEZWAAR, "toestemming": TOESTEMMING}
# How who asked knows what it is about.
_UW = {"subsidie": "uw aanvraag", "bezwaar": "uw bezwaar", "toestemming": "uw verzoek om toestemming"}


def gronden(soort: str) -> dict[str, dict]:
    """The grounds for a dossier of this kind, by code, each with the article that holds there."""
    return {code: row | {"article": row["article_bezwaar"]} if soort == "bezwaar" and "article_bezwaar" in row else row
            for code, row in GRONDEN.items() if soort in row["voor"]}


def eerste_dag(grond: str, van: date | None) -> date:
    """The first day that does not count. Information from abroad: the day after the applicant is told (lid 1, onder b)."""
    if GRONDEN[grond]["na_bericht"]:
        return clock.today() + DAY
    if van is None:
        raise Refused("Vul in vanaf welke dag de beslistermijn stilstaat.")
    return van


def _zaak(session, actor, dossier_id) -> tuple[Dossier, Subsidie]:
    """The dossier in which a decision waits, with its case, both locked; refused for who has an interest in it."""
    dossier = load(session, Dossier, dossier_id)
    match dossier:
        case Subsidie():
            subsidie = own_case(session, actor, dossier_id)
            return subsidie, subsidie  # its own steps ask about an interest
        case Bezwaar() | Toestemming():
            dossier, subsidie = met_zaak(session, type(dossier), dossier_id)
        case _:
            raise NotFound()
    if dossier.eigenaar_id != actor.party_id:
        raise NotFound()
    zonder_belang(subsidie, actor)
    return dossier, subsidie


def opschorten(session, actor, dossier_id, *, grond: str, reden: str, van: date | None = None, tot_en_met: date | None = None
               ) -> Due:
    """Let the term to decide stand still from `van` on, up to and with `tot_en_met` (None: open), on a key of `gronden`. Only
    what was agreed lies ahead; the other grounds last as long as they last."""
    dossier, subsidie = _zaak(session, actor, dossier_id)
    row = gronden(dossier.soort).get(grond)
    if row is None:
        raise Refused("Kies waarom de beslistermijn stilstaat.")
    if obstacles := _WET[dossier.soort].obstacles(dossier, "opschorten", actor, reden=reden):
        raise Refused(*obstacles, status=409 if reden.strip() else 422)
    van, today = eerste_dag(grond, van), clock.today()
    termijn, _halted = queries.te_beslissen(session, dossier.id)
    if van < termijn.started_on:
        if termijn.started_on > today:
            raise Refused(f"De beslistermijn begint op {termijn.started_on:%d-%m-%Y}. Daarvoor is er niets op te schorten.")
        raise Refused(f"De beslistermijn begon op {termijn.started_on:%d-%m-%Y}. Daarvoor is er niets op te schorten.")
    if van > termijn.due_on + DAY:
        raise Refused(f"De beslistermijn loopt tot en met {termijn.due_on:%d-%m-%Y}. Later is er niets op te schorten.")
    if not row["vooraf"] and van > today + (DAY if row["na_bericht"] else timedelta(0)):
        raise Refused("Deze dag ligt in de toekomst. Leg de opschorting vast als zij er is.")
    if tot_en_met is not None and tot_en_met < van:
        raise Refused("De laatste dag ligt voor de eerste dag.")
    if tot_en_met is not None and not row["vooraf"] and tot_en_met >= today:
        raise Refused("Dat deze reden voorbij is, weet u pas daarna. Laat de laatste dag leeg, en laat de termijn later weer "
                      "lopen.")
    van = max(van, termijn.started_on + DAY)  # the day it began on never counted
    due = suspend_term(session, termijn, actor, on=van - DAY, ground=row["ground"], article=row["article"])
    if tot_en_met is not None:
        due = resume_term(session, termijn, on=tot_en_met + DAY)
    facts = {"reden": reden, "beslissen": (termijn, False),
             "record": {"grond": grond, "vanaf_on": van, "laatste_on": tot_en_met}}
    match dossier:
        case Bezwaar():
            BEZWAAR.perform(dossier, "opschorten", actor, **facts)
        case Toestemming():
            TOESTEMMING.perform(dossier, "opschorten", actor, **facts)
        case _:
            SUBSIDIE.perform(dossier, "opschorten", actor, **facts)
    noteer(session, actor, dossier, "opschorten", reden)
    _bericht(session, actor, dossier, subsidie, f"De beslistermijn staat stil: {subsidie.titel}",
             f"{_waarom(row, reden)}\n\n{_begint(due, van, tot_en_met)}")
    settle(session)
    return due


def opschorting_eindigen(session, actor, dossier_id, *, vanaf: date, reden: str) -> Due:
    """The term runs again: `vanaf` is the first day that counts. Who asked hears the new day (Awb 4:15, lid 4)."""
    dossier, subsidie = _zaak(session, actor, dossier_id)
    if obstacles := _WET[dossier.soort].obstacles(dossier, "opschorting_eindigen", actor, reden=reden):
        raise Refused(*obstacles, status=409 if reden.strip() else 422)
    if vanaf > clock.today():
        raise Refused("Deze dag ligt in de toekomst. Laat de termijn pas lopen als het zover is.")
    termijn, _halted = queries.te_beslissen(session, dossier.id)
    ground = queries.lopende_opschorting(session, termijn.id).ground
    due = resume_term(session, termijn, on=vanaf)
    facts = {"reden": reden, "beslissen": (termijn, True), "record": {"vanaf_on": vanaf, "uiterlijk_on": due.last_day}}
    match dossier:
        case Bezwaar():
            BEZWAAR.perform(dossier, "opschorting_eindigen", actor, **facts)
        case Toestemming():
            TOESTEMMING.perform(dossier, "opschorting_eindigen", actor, **facts)
        case _:
            SUBSIDIE.perform(dossier, "opschorting_eindigen", actor, **facts)
    noteer(session, actor, dossier, "opschorting_eindigen", reden)
    _bericht(session, actor, dossier, subsidie, f"De beslistermijn loopt weer: {subsidie.titel}",
             f"Vanaf {day_text(vanaf)} tellen de dagen weer mee. Wij beslissen uiterlijk {day_text(due.last_day)} ("
             f"{terms.suspension_grounds()[ground]['einde']}).\n\nDit komt door: {reden.strip()}")
    settle(session)
    return due


def artikel(row: Mapping) -> str:
    """The article of a ground, short: Awb 4:15, lid 2, onder c."""
    return row["article"].replace("Algemene wet bestuursrecht, artikel", "Awb")


def _waarom(row: Mapping, reden: str) -> str:
    return (f"De termijn om te beslissen staat stil. De grond is: {row['ground']} ({artikel(row)}). De reden is: "
            f"{reden.strip()}")


def _begint(due: Due, van: date, tot_en_met: date | None) -> str:
    """Which days do not count, and when there is a decision: the day, or how many days are left (Awb 4:15, lid 3)."""
    if tot_en_met is not None:
        return (f"De dagen van {day_text(van)} tot en met {day_text(tot_en_met)} tellen niet mee. Wij beslissen uiterlijk "
                f"{day_text(due.last_day)}.")
    left = (due.raw - max(van, clock.today())).days + 1
    return (f"Vanaf {day_text(van)} tellen de dagen niet mee. Wij laten het u weten zodra de termijn weer loopt. Daarna hebben "
            f"wij nog {'1 dag' if left == 1 else f'{left} dagen'} om te beslissen.")


def _bericht(session, actor, dossier: Dossier, subsidie: Subsidie, onderwerp: str, tekst: str) -> None:
    if subsidie.aanvrager_id:
        send_message(session, actor, to=subsidie.aanvrager_id, dossier_id=dossier.id, onderwerp=onderwerp,
                     tekst=f"Het gaat over {_UW[dossier.soort]} {dossier.reference}. {tekst}")
