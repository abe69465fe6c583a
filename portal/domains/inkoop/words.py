"""What happened, in words: one sentence per kind of event, for the history on a page. Other modules may add lines.

A sentence may use the facts of its event and `%(gemeente)s`, the name of the party that acted. Where the sentence depends
on the facts, the entry is a function that picks it.
"""

from collections.abc import Callable, Mapping
from functools import partial

from portal.domains.inkoop.model import Antwoord
from portal.kernel import events

ORGANEN = {"college": "College van burgemeester en wethouders", "raad": "Gemeenteraad"}
ORGANEN_KORT = {"college": "College", "raad": "Raad"}
ANTWOORD_WORDS = {Antwoord.JA: "Ja", Antwoord.VOORBEHOUD: "Voorbehoud", Antwoord.NEE: "Nee"}
ANTWOORD_KIND = {Antwoord.JA: "ok", Antwoord.VOORBEHOUD: "warn", Antwoord.NEE: "err"}

NUMBERS = ("geen", "één", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien", "elf", "twaalf")


def telwoord(number: int) -> str:
    """A small number in words, a larger one in figures."""
    return NUMBERS[number] if 0 <= number < len(NUMBERS) else str(number)


def _deelname(facts: Mapping) -> str:
    if not facts["ja"]:
        return "%(gemeente)s doet niet mee"
    if facts["voorbehoud"]:
        return "%(gemeente)s doet mee met een voorbehoud"
    return "%(gemeente)s doet mee, maar niet met alle percelen" if facts["nee"] else "%(gemeente)s doet mee met alle percelen"


def _openen(facts: Mapping) -> str:
    return ("%(gemeente)s opende als tweede: de inschrijvingen zijn open" if facts.get("tweede")
            else "%(gemeente)s opende als eerste")


def _belang(facts: Mapping) -> str:
    if facts.get("later"):
        return "Een beoordelaar van %(gemeente)s meldde later een belang"
    return ("Een beoordelaar van %(gemeente)s meldde een belang" if facts.get("heeft_belang")
            else "Een beoordelaar van %(gemeente)s verklaarde geen belang te hebben")


# How a case ends so that the award may stand: `einde` in the history.
ZAAK_EINDE = {"uitspraak": "De rechter besloot dat de gunning mag blijven", "ingetrokken": "De aanbieder trok de zaak in",
              "schikking": "De gemeenten en de aanbieder werden het eens"}


ZAAK_VOORBIJ = {"uitspraak": "De zaak bij de rechter is voorbij: de gunning mag blijven",
                "ingetrokken": "De zaak bij de rechter is voorbij: de aanbieder trok haar in",
                "schikking": "De zaak bij de rechter is voorbij: de gemeenten en de aanbieder werden het eens"}


def _dagvaarding(facts: Mapping) -> str:
    if facts.get("ontvangen_on"):
        return "Dagvaarding ontvangen op %(ontvangen_on)s"
    if (einde := facts.get("einde")) in ZAAK_VOORBIJ:
        return ZAAK_VOORBIJ[einde]
    # Who did this before the end had to be told.
    return "De zaak bij de rechter is voorbij"


# What changed in the plan after the members were asked for the first time; `erbij` says whether it was added or removed.
PLAN_WORDS = {
    ("eis", True): "Plan veranderd: eis %(code)s toegevoegd bij perceel %(perceel)s",
    ("eis", None): "Plan veranderd: eis %(code)s aangepast bij perceel %(perceel)s",
    ("eis", False): "Plan veranderd: eis %(code)s weggehaald bij perceel %(perceel)s",
    ("criterium", True): "Plan veranderd: criterium %(code)s toegevoegd bij perceel %(perceel)s",
    ("criterium", None): "Plan veranderd: criterium %(code)s aangepast bij perceel %(perceel)s",
    ("criterium", False): "Plan veranderd: criterium %(code)s weggehaald bij perceel %(perceel)s",
    ("gevraagd", True): "Plan veranderd: gevraagd document %(code)s toegevoegd",
    ("gevraagd", None): "Plan veranderd: gevraagd document %(code)s aangepast",
    ("gevraagd", False): "Plan veranderd: gevraagd document %(code)s weggehaald",
    ("mijlpaal", True): "Plan veranderd: mijlpaal %(code)s toegevoegd",
    ("mijlpaal", False): "Plan veranderd: mijlpaal %(code)s weggehaald",
    ("cijfer", None): "Plan veranderd: cijfers aangepast bij perceel %(perceel)s",
    ("gegevens", None): "Plan veranderd: gegevens van de inkoop aangepast",
}


def _plan(facts: Mapping) -> str:
    return PLAN_WORDS[facts["onderdeel"], facts.get("erbij")]


def _poort(facts: Mapping) -> str:
    return ("Besloten over mijlpaal %(nummer)s: go" if facts["uitkomst"] == "go"
            else "Besloten over mijlpaal %(nummer)s: no-go")


EVENT_WORDS: dict[str, str | Callable[[Mapping], str]] = {
    "inkoop:plannen": "Plan gemaakt",
    "inkoop:perceel": "Perceel %(nummer)s toegevoegd",
    "inkoop:perceel-gewijzigd": "Perceel %(nummer)s aangepast",
    "inkoop:stuk": "Stuk toegevoegd, versie %(versie)s",
    "inkoop:stuk-gedeeld": "Stuk gedeeld met de gemeenten, versie %(versie)s",
    "inkoop:stuk-weg": "Stuk weggehaald, versie %(versie)s",
    "inkoop:uitvragen": "De gemeenten zijn gevraagd om te besluiten",
    "inkoop:terughalen": "De vraag aan de gemeenten is teruggehaald. Het plan wordt aangepast",
    "inkoop:plan": _plan,
    "inkoop:poort_beslissen": _poort,
    "inkoop:deelname": _deelname,
    "inkoop:herinneren": "Herinnering gestuurd, aantal gemeenten: %(aantal)s",
    "inkoop:doorzetten": "Besloten: de inkoop gaat door (go). Gemeenten die meedoen: %(doet_mee)s",
    "inkoop:stoppen": "Besloten: de inkoop stopt (no-go)",
    "inkoop:publiceren": "Gepubliceerd. Inschrijven kan tot %(sluit_at)s",
    "inkoop:openen": _openen,
    "inkoop:proces-verbaal": "Proces-verbaal van de opening toegevoegd",
    "inkoop:belang": _belang,
    "inkoop:afronden": "Alle contracten zijn gesloten. De inkoop is afgerond",
    "perceel:weghalen": "Perceel %(nummer)s weggehaald uit het plan: %(naam)s",
    "perceel:afvallen": "Perceel %(nummer)s vervallen: geen gemeente doet mee",
    "perceel:toetsen": "Eis %(eis)s getoetst bij %(inschrijver)s",
    "perceel:scoren": "Punten gegeven voor criterium %(criterium)s aan %(inschrijver)s",
    "perceel:openen": "De inschrijvingen op dit perceel zijn open",
    "perceel:terzijde_leggen": "Beoordelingen terzijde gelegd: een beoordelaar meldde later een belang",
    "perceel:vaststellen": "Beoordeling vastgesteld",
    "perceel:gunning-opgesteld": "Voorstel voor de gunning opgesteld",
    "perceel:meelezen": "Voorstel voor de gunning gelezen door een tweede persoon",
    "perceel:terugsturen": "Voorstel voor de gunning teruggestuurd",
    "perceel:tekenen": "Gunning getekend. Brieven verstuurd: %(brieven)s",
    "perceel:gunnen": "Gunning getekend. Brieven verstuurd: %(brieven)s",  # what signing was called before
    "perceel:dagvaarding": _dagvaarding,
    "perceel:contracteren": "Contracten gesloten",
    "perceel:vervallen": "Perceel vervallen",
    "perceel:gunning_intrekken": "Gunning ingetrokken. De gemeenten besluiten opnieuw",
    "perceel:niet_gunnen": "Gunning ingetrokken. Niemand krijgt dit perceel",
    "overeenkomst:verlengen": "Contract %(nummer)s verlengd, tot en met %(tot_on)s",
    "overeenkomst:laten-eindigen": "Besloten dat contract %(nummer)s niet wordt verlengd. Het loopt tot en met %(tot_on)s",
}


sentence = partial(events.sentence, EVENT_WORDS)
