"""What people may do. Roles are data: a role is a name and the permissions it carries.

A permission is named after the step it allows (architecture.md section 3, rule 5): `inkoop:publiceren` is the step, the
use case, the URL and the event. Reading permissions end in `lezen`.
"""

from enum import StrEnum


class Permission(StrEnum):
    """One thing that can be allowed. The order is the order of the page /beheer/rollen."""

    INKOOP_LEZEN = "inkoop:lezen"
    INKOOP_PLANNEN = "inkoop:plannen"
    INKOOP_UITVRAGEN = "inkoop:uitvragen"
    INKOOP_DEELNAME = "inkoop:deelname"
    INKOOP_BESLISSEN = "inkoop:beslissen"
    INKOOP_PUBLICEREN = "inkoop:publiceren"
    INKOOP_OPENEN = "inkoop:openen"
    INKOOP_BEOORDELEN = "inkoop:beoordelen"
    INKOOP_VASTSTELLEN = "inkoop:vaststellen"
    INKOOP_GUNNEN = "inkoop:gunnen"
    INKOOP_MEELEZEN = "inkoop:meelezen"
    INKOOP_TEKENEN = "inkoop:tekenen"
    INKOOP_CONTRACTEREN = "inkoop:contracteren"
    INSCHRIJVING_LEZEN = "inschrijving:lezen"
    INSCHRIJVING_SCHRIJVEN = "inschrijving:schrijven"
    INSCHRIJVING_MEELEZEN = "inschrijving:meelezen"
    INSCHRIJVING_VERSTUREN = "inschrijving:versturen"
    SUBSIDIE_LEZEN = "subsidie:lezen"
    SUBSIDIE_REGELEN = "subsidie:regelen"
    SUBSIDIE_BEHANDELEN = "subsidie:behandelen"
    SUBSIDIE_MEELEZEN = "subsidie:meelezen"
    SUBSIDIE_TEKENEN = "subsidie:tekenen"
    SUBSIDIE_BETALEN = "subsidie:betalen"
    BEZWAAR_BEHANDELEN = "bezwaar:behandelen"
    TOEGANG_LEZEN = "toegang:lezen"
    TOEGANG_BEHANDELEN = "toegang:behandelen"
    TOEGANG_BEHEREN = "toegang:beheren"
    TOEGANG_TEKENEN = "toegang:tekenen"
    TAAK_WIJKTEAM = "taak:wijkteam"
    TAAK_CENTRALE_TOEGANG = "taak:centrale_toegang"
    VERREKENING_LEZEN = "verrekening:lezen"
    VERREKENING_AFSPREKEN = "verrekening:afspreken"
    CIJFERS_LEZEN = "cijfers:lezen"
    PLEK_LEZEN = "plek:lezen"
    PLEK_BEHEREN = "plek:beheren"
    ONDERSTEUNING_EIGEN = "ondersteuning:eigen"
    UITDAGING_LEZEN = "uitdaging:lezen"
    UITDAGING_BEHANDELEN = "uitdaging:behandelen"
    UITDAGING_BEOORDELEN = "uitdaging:beoordelen"
    UITDAGING_TOETSEN = "uitdaging:toetsen"
    UITDAGING_ADVISEREN = "uitdaging:adviseren"
    UITDAGING_TEKENEN = "uitdaging:tekenen"
    UITDAGING_EIGEN = "uitdaging:eigen"
    RAAD_LEZEN = "raad:lezen"
    RAAD_BEHEREN = "raad:beheren"
    AANVRAAG_LEZEN = "aanvraag:lezen"
    AANVRAAG_SCHRIJVEN = "aanvraag:schrijven"
    AANVRAAG_VERSTUREN = "aanvraag:versturen"
    ORGANISATIE_LEZEN = "organisatie:lezen"
    ORGANISATIE_BEHEREN = "organisatie:beheren"
    WERK_LEZEN = "werk:lezen"
    DOSSIER_ZOEKEN = "dossier:zoeken"
    BERICHT_LEZEN = "bericht:lezen"
    BERICHT_OPENEN = "bericht:openen"
    BERICHT_SCHRIJVEN = "bericht:schrijven"
    DOCUMENT_LEZEN = "document:lezen"
    REGISTER_LEZEN = "register:lezen"
    OVEREENKOMST_VERLENGEN = "overeenkomst:verlengen"
    TOEGANGSLOG_LEZEN = "toegangslog:lezen"
    HISTORIE_LEZEN = "historie:lezen"
    LEDEN_BEHEREN = "leden:beheren"
    MANDAAT_LEZEN = "mandaat:lezen"
    MANDAAT_BEHEREN = "mandaat:beheren"
    MANDAAT_INSTEMMEN = "mandaat:instemmen"
    MANDAAT_AANVAARDEN = "mandaat:aanvaarden"
    THEMA_BEHEREN = "thema:beheren"
    REGIO_BEHEREN = "regio:beheren"
    ACCOUNT_EIGEN = "account:eigen"


P = Permission


class Role(StrEnum):
    """Roles a person can hold for a party."""

    REGIOBEHEERDER = "regiobeheerder"
    CONTRACTMANAGER = "contractmanager"
    BELEIDSADVISEUR = "beleidsadviseur"
    BEOORDELAAR = "beoordelaar"
    INKOOPJURIST = "inkoopjurist"
    SUBSIDIEADVISEUR = "subsidieadviseur"
    SUBSIDIEJURIST = "subsidiejurist"
    FINANCIEEL = "financieel"
    BEZWAARBEHANDELAAR = "bezwaarbehandelaar"
    CONSULENT = "consulent"
    MANDAATHOUDER = "mandaathouder"
    TOEGANGSMANDAAT = "toegangsmandaat"
    KWALITEIT_WIJKTEAM = "kwaliteit_wijkteam"
    KWALITEIT_CENTRALE_TOEGANG = "kwaliteit_centrale_toegang"
    RTC_COORDINATOR = "rtc_coordinator"
    VAKADVISEUR = "vakadviseur"
    PANELLID = "panellid"
    GEMACHTIGDE = "gemachtigde"
    RAADSLID = "raadslid"
    GRIFFIER = "griffier"
    AUDITOR = "auditor"
    BEHEERDER = "beheerder"
    AUTEUR = "auteur"
    MEELEZER = "meelezer"
    VERZENDER = "verzender"
    BEGELEIDER = "begeleider"
    AANBIEDERBEHEERDER = "aanbiederbeheerder"
    INWONER = "inwoner"


# Who only looks on: a message is sent in the name of a whole organisation.
_READER = {P.ACCOUNT_EIGEN, P.BERICHT_LEZEN, P.BERICHT_OPENEN, P.DOCUMENT_LEZEN, P.REGISTER_LEZEN}
_EVERYONE = _READER | {P.BERICHT_SCHRIJVEN}
# Whoever works for a gemeente can be given a mandate, and consents to it in person (Awb 10:4).
_OWN_MANDATE = {P.MANDAAT_LEZEN, P.MANDAAT_AANVAARDEN}
_STAFF = _EVERYONE | _OWN_MANDATE | {P.WERK_LEZEN, P.DOSSIER_ZOEKEN, P.INKOOP_LEZEN, P.SUBSIDIE_LEZEN}
# Who sits in the council, or helps it, reads and decides nothing of the college.
_COUNCIL = _READER | {P.INKOOP_LEZEN, P.SUBSIDIE_LEZEN, P.CIJFERS_LEZEN, P.DOSSIER_ZOEKEN, P.RAAD_LEZEN}
_PROVIDER = _EVERYONE | {P.WERK_LEZEN, P.DOSSIER_ZOEKEN, P.ORGANISATIE_LEZEN, P.INSCHRIJVING_LEZEN, P.AANVRAAG_LEZEN}

# In place of a party kind: nobody gives this role by hand, it comes with a mandate of another gemeente and goes with it.
BY_MANDATE = "mandaat"
# What signing asks, per kind of decision that the mandate is for, and nothing more: no lists, bids, messages, members, mandates
# or search of the other gemeente. A mandate for another kind opens only what waits.
_MANDATE = frozenset({P.WERK_LEZEN, P.ACCOUNT_EIGEN})
_SIGNS = {
    "gunning": frozenset({P.INKOOP_TEKENEN}),
    "overeenkomst": frozenset({P.INKOOP_CONTRACTEREN, P.OVEREENKOMST_VERLENGEN, P.REGISTER_LEZEN}),
    "subsidie": frozenset({P.SUBSIDIE_TEKENEN}),
    "voorschot": frozenset({P.SUBSIDIE_TEKENEN}),
    "vaststelling": frozenset({P.SUBSIDIE_TEKENEN}),
    "terugvordering": frozenset({P.SUBSIDIE_TEKENEN}),
    "bezwaar": frozenset({P.SUBSIDIE_TEKENEN}),
    "dwangsom": frozenset({P.SUBSIDIE_TEKENEN}),
    "rente": frozenset({P.SUBSIDIE_TEKENEN}),
    "rentevergoeding": frozenset({P.SUBSIDIE_TEKENEN}),
    "kwijtschelding": frozenset({P.SUBSIDIE_TEKENEN}),
    "toestemming": frozenset({P.SUBSIDIE_TEKENEN}),
    "toegang": frozenset({P.TOEGANG_TEKENEN}),
    "uitdaging": frozenset({P.UITDAGING_LEZEN, P.UITDAGING_TEKENEN}),
    # Not a signature but the work before it, by the Centrale Toegang in the name of a gemeente (Awb 10:12).
    "toegang_behandelen": frozenset({P.TOEGANG_LEZEN, P.TOEGANG_BEHANDELEN}),
}

# Label (people read this), party kind the role belongs to, permissions.
ROLES: dict[Role, tuple[str, str, frozenset[Permission]]] = {
    Role.REGIOBEHEERDER: ("regiobeheerder", "gemeente", frozenset(_STAFF | {
        P.REGIO_BEHEREN, P.INKOOP_PLANNEN, P.INKOOP_UITVRAGEN, P.CIJFERS_LEZEN})),
    Role.CONTRACTMANAGER: ("contractmanager", "gemeente", frozenset(_STAFF | {
        P.INKOOP_PLANNEN, P.INKOOP_UITVRAGEN, P.INKOOP_PUBLICEREN, P.INKOOP_BESLISSEN, P.INKOOP_OPENEN, P.INKOOP_GUNNEN,
        P.INKOOP_CONTRACTEREN, P.OVEREENKOMST_VERLENGEN, P.CIJFERS_LEZEN})),
    Role.BELEIDSADVISEUR: ("beleidsadviseur", "gemeente", frozenset(_STAFF | {P.INKOOP_DEELNAME, P.CIJFERS_LEZEN})),
    Role.BEOORDELAAR: ("beoordelaar", "gemeente", frozenset(_STAFF | {P.INKOOP_BEOORDELEN})),
    Role.INKOOPJURIST: ("inkoopjurist", "gemeente", frozenset(_STAFF | {
        P.INKOOP_OPENEN, P.INKOOP_VASTSTELLEN, P.INKOOP_MEELEZEN, P.HISTORIE_LEZEN, P.UITDAGING_LEZEN, P.UITDAGING_TOETSEN})),
    Role.SUBSIDIEADVISEUR: ("subsidieadviseur", "gemeente", frozenset(_STAFF | {P.SUBSIDIE_REGELEN, P.SUBSIDIE_BEHANDELEN})),
    Role.SUBSIDIEJURIST: ("subsidiejurist", "gemeente", frozenset(_STAFF | {
        P.SUBSIDIE_MEELEZEN, P.HISTORIE_LEZEN, P.UITDAGING_LEZEN, P.UITDAGING_TOETSEN})),
    Role.BEZWAARBEHANDELAAR: ("behandelaar van bezwaren", "gemeente", frozenset(_STAFF | {P.BEZWAAR_BEHANDELEN})),
    Role.FINANCIEEL: ("financieel medewerker", "gemeente", frozenset(_STAFF | {
        P.SUBSIDIE_BETALEN, P.VERREKENING_LEZEN, P.VERREKENING_AFSPREKEN, P.CIJFERS_LEZEN})),
    Role.MANDAATHOUDER: ("mandaathouder", "gemeente", frozenset(_STAFF | {
        P.INKOOP_TEKENEN, P.INKOOP_CONTRACTEREN, P.OVEREENKOMST_VERLENGEN, P.MANDAAT_INSTEMMEN, P.SUBSIDIE_TEKENEN,
        P.UITDAGING_LEZEN, P.UITDAGING_TEKENEN})),
    # Who works with personal files, or decides on them, has no other view of the portal by that.
    Role.CONSULENT: ("consulent", "gemeente", frozenset(_EVERYONE | _OWN_MANDATE | {
        P.WERK_LEZEN, P.DOSSIER_ZOEKEN, P.TOEGANG_LEZEN, P.TOEGANG_BEHANDELEN, P.TOEGANG_BEHEREN, P.VERREKENING_LEZEN,
        P.CIJFERS_LEZEN})),
    Role.TOEGANGSMANDAAT: ("mandaathouder voor ondersteuning", "gemeente", frozenset(_EVERYONE | _OWN_MANDATE | {
        P.WERK_LEZEN, P.DOSSIER_ZOEKEN, P.TOEGANG_LEZEN, P.TOEGANG_TEKENEN, P.CIJFERS_LEZEN})),
    # The administrator names, beforehand, who speaks for the quality of each side when a task goes over.
    Role.KWALITEIT_WIJKTEAM: ("kwaliteitsverantwoordelijke wijkteam", "gemeente", frozenset(_EVERYONE | _OWN_MANDATE | {
        P.WERK_LEZEN, P.TAAK_WIJKTEAM})),
    Role.KWALITEIT_CENTRALE_TOEGANG: (
        "kwaliteitsverantwoordelijke Centrale Toegang", "gemeente", frozenset(_EVERYONE | _OWN_MANDATE | {
            P.WERK_LEZEN, P.TAAK_CENTRALE_TOEGANG})),
    # Plans of residents: who answers, who knows the task, who looks from outside.
    Role.RTC_COORDINATOR: ("coördinator uitdaagrecht", "gemeente", frozenset(_STAFF | {
        P.UITDAGING_LEZEN, P.UITDAGING_BEHANDELEN})),
    Role.VAKADVISEUR: ("vakadviseur", "gemeente", frozenset(_STAFF | {P.UITDAGING_LEZEN, P.UITDAGING_BEOORDELEN})),
    Role.PANELLID: ("panellid uitdaagrecht", "gemeente", frozenset(_EVERYONE | _OWN_MANDATE | {
        P.WERK_LEZEN, P.UITDAGING_LEZEN, P.UITDAGING_ADVISEREN})),
    # At most; one session has what its mandate is for (`under_mandate`).
    Role.GEMACHTIGDE: ("gemachtigde van een andere gemeente", BY_MANDATE, _MANDATE.union(*_SIGNS.values())),
    Role.RAADSLID: ("raadslid", "gemeente", frozenset(_COUNCIL)),
    Role.GRIFFIER: ("griffier", "gemeente", frozenset(_COUNCIL | {P.WERK_LEZEN, P.RAAD_BEHEREN})),
    Role.AUDITOR: ("auditor", "gemeente", frozenset(_READER | {
        P.INKOOP_LEZEN, P.SUBSIDIE_LEZEN, P.CIJFERS_LEZEN, P.DOSSIER_ZOEKEN, P.TOEGANGSLOG_LEZEN, P.RAAD_LEZEN,
        P.HISTORIE_LEZEN} | _OWN_MANDATE)),
    Role.BEHEERDER: ("beheerder van de gemeente", "gemeente", frozenset(_EVERYONE | {
        P.LEDEN_BEHEREN, P.MANDAAT_BEHEREN, P.MANDAAT_INSTEMMEN, P.THEMA_BEHEREN, P.TOEGANGSLOG_LEZEN} | _OWN_MANDATE)),
    Role.AUTEUR: ("schrijver", "aanbieder", frozenset(_PROVIDER | {
        P.INSCHRIJVING_SCHRIJVEN, P.AANVRAAG_SCHRIJVEN})),
    Role.MEELEZER: ("meelezer", "aanbieder", frozenset(_PROVIDER | {P.INSCHRIJVING_MEELEZEN})),
    Role.VERZENDER: ("gemachtigde verzender", "aanbieder", frozenset(_PROVIDER | {
        P.INSCHRIJVING_SCHRIJVEN, P.INSCHRIJVING_VERSTUREN, P.AANVRAAG_SCHRIJVEN, P.AANVRAAG_VERSTUREN, P.UITDAGING_EIGEN})),
    # Who works with residents reads no bids or applications, and who writes those reads nothing of residents.
    Role.BEGELEIDER: ("begeleider", "aanbieder", frozenset(_EVERYONE | {
        P.WERK_LEZEN, P.ORGANISATIE_LEZEN, P.PLEK_LEZEN, P.PLEK_BEHEREN})),
    Role.AANBIEDERBEHEERDER: ("beheerder van de organisatie", "aanbieder", frozenset(_PROVIDER | {
        P.ORGANISATIE_BEHEREN, P.LEDEN_BEHEREN})),
    Role.INWONER: ("inwoner", "inwoner", frozenset(_EVERYONE | {
        P.ONDERSTEUNING_EIGEN, P.UITDAGING_EIGEN, P.AANVRAAG_LEZEN, P.AANVRAAG_SCHRIJVEN, P.AANVRAAG_VERSTUREN})),
}

# What each permission means, in the words of the page /rollen.
PERMISSION_WORDS: dict[Permission, str] = {
    P.INKOOP_LEZEN: "Inkopen lezen",
    P.INKOOP_PLANNEN: "Een inkoop plannen",
    P.INKOOP_UITVRAGEN: "De gemeenten om een besluit vragen",
    P.INKOOP_DEELNAME: "Vastleggen of de eigen gemeente meedoet",
    P.INKOOP_BESLISSEN: "Een inkoop doorzetten of stoppen",
    P.INKOOP_PUBLICEREN: "Een inkoop publiceren",
    P.INKOOP_OPENEN: "Inschrijvingen openen, samen met een andere gemeente",
    P.INKOOP_BEOORDELEN: "Inschrijvingen beoordelen",
    P.INKOOP_VASTSTELLEN: "De beoordeling vaststellen",
    P.INKOOP_GUNNEN: "Het gunningsbesluit opstellen en versturen",
    P.INKOOP_MEELEZEN: "Het gunningsbesluit lezen als tweede persoon",
    P.INKOOP_TEKENEN: "Het gunningsbesluit tekenen",
    P.INKOOP_CONTRACTEREN: "Contracten sluiten",
    P.INSCHRIJVING_LEZEN: "Eigen inschrijvingen lezen",
    P.INSCHRIJVING_SCHRIJVEN: "Een inschrijving schrijven",
    P.INSCHRIJVING_MEELEZEN: "Een inschrijving nalezen",
    P.INSCHRIJVING_VERSTUREN: "Een inschrijving versturen of intrekken",
    P.SUBSIDIE_LEZEN: "Subsidies en regelingen lezen",
    P.SUBSIDIE_REGELEN: "Regelingen, plafonds en maxima vastleggen",
    P.SUBSIDIE_BEHANDELEN: "Subsidieaanvragen behandelen en een besluit voorstellen",
    P.SUBSIDIE_MEELEZEN: "Een subsidiebesluit lezen als tweede persoon",
    P.SUBSIDIE_TEKENEN: "Subsidiebesluiten tekenen",
    P.BEZWAAR_BEHANDELEN: "Bezwaren behandelen en een beslissing voorstellen",
    P.SUBSIDIE_BETALEN: "Betalingen goedkeuren en betaalbestanden maken",
    P.TOEGANG_LEZEN: "Meldingen en besluiten over ondersteuning lezen",
    P.TOEGANG_BEHANDELEN: "Meldingen onderzoeken en een besluit over ondersteuning voorstellen",
    P.TOEGANG_BEHEREN: "Zaken van een collega overdragen, mensen laten meekijken, en gegevens vernietigen",
    P.TOEGANG_TEKENEN: "Besluiten over ondersteuning tekenen",
    P.TAAK_WIJKTEAM: "Voor het wijkteam bevestigen dat een taak goed overgaat",
    P.TAAK_CENTRALE_TOEGANG: "Voor de Centrale Toegang bevestigen dat een taak goed overgaat",
    P.VERREKENING_LEZEN: "Verrekeningen tussen gemeenten lezen",
    P.VERREKENING_AFSPREKEN: "Verrekeningen tussen gemeenten opstellen, beantwoorden en vaststellen",
    P.CIJFERS_LEZEN: "Cijfers over beschermd wonen lezen",
    P.PLEK_LEZEN: "Eigen plekken en wie er woont lezen",
    P.PLEK_BEHEREN: "Plekken bijhouden, en antwoorden of iemand er kan wonen",
    P.ONDERSTEUNING_EIGEN: "Eigen ondersteuning volgen, of die van iemand met wie u meekijkt",
    P.UITDAGING_LEZEN: "Plannen van bewoners lezen",
    P.UITDAGING_BEHANDELEN: "Plannen van bewoners behandelen en een antwoord voorstellen",
    P.UITDAGING_BEOORDELEN: "Plannen van bewoners beoordelen als vakafdeling",
    P.UITDAGING_TOETSEN: "Kiezen langs welke weg bewoners een taak kunnen overnemen",
    P.UITDAGING_ADVISEREN: "In het panel adviseren over plannen van bewoners",
    P.UITDAGING_TEKENEN: "Antwoorden op plannen van bewoners tekenen",
    P.UITDAGING_EIGEN: "Een eigen plan schrijven en indienen (uitdaagrecht)",
    P.RAAD_LEZEN: "Stukken, moties en toezeggingen van de raad lezen",
    P.RAAD_BEHEREN: "De registers van de raad bijhouden",
    P.AANVRAAG_LEZEN: "Eigen subsidieaanvragen en subsidies lezen",
    P.AANVRAAG_SCHRIJVEN: "Een subsidieaanvraag schrijven",
    P.AANVRAAG_VERSTUREN: "Een subsidieaanvraag ondertekenen, versturen of intrekken",
    P.ORGANISATIE_LEZEN: "Gegevens van de eigen organisatie lezen",
    P.ORGANISATIE_BEHEREN: "Gegevens van de eigen organisatie wijzigen",
    P.WERK_LEZEN: "Mijn werk: zien wat er wacht",
    P.DOSSIER_ZOEKEN: "Dossiers zoeken",
    P.BERICHT_LEZEN: "Berichten lezen",
    P.BERICHT_OPENEN: "Berichten openen, zodat de afzender weet dat ze zijn gezien",
    P.BERICHT_SCHRIJVEN: "Berichten schrijven",
    P.DOCUMENT_LEZEN: "Gedeelde documenten openen",
    P.REGISTER_LEZEN: "De contractkalender lezen",
    P.OVEREENKOMST_VERLENGEN: "Besluiten over het verlengen van een contract",
    P.TOEGANGSLOG_LEZEN: "Zien wie welk dossier bekeek",
    P.HISTORIE_LEZEN: "Controleren of de historie niet is veranderd",
    P.LEDEN_BEHEREN: "Mensen uitnodigen en rollen geven",
    P.MANDAAT_LEZEN: "Mandaten en volmachten lezen",
    P.MANDAAT_BEHEREN: "Mandaten en volmachten vastleggen",
    P.MANDAAT_INSTEMMEN: "Instemmen met een mandaat namens de gemeente",
    P.MANDAAT_AANVAARDEN: "Zelf instemmen met een mandaat dat u krijgt",
    P.THEMA_BEHEREN: "De kleur van de gemeente kiezen",
    P.REGIO_BEHEREN: "Zien hoe de regio is ingericht, en regels van gemeenten bevestigen",
    P.ACCOUNT_EIGEN: "Het eigen account bekijken",
}

# A session of these roles ends sooner when nobody touches it (quality.md S8).
SHORT_IDLE_ROLES = frozenset({Role.REGIOBEHEERDER, Role.BEHEERDER, Role.AANBIEDERBEHEERDER})


def permissions_of(roles) -> frozenset[Permission]:
    """All permissions that these role names carry; an unknown name carries nothing."""
    known = [ROLES[Role(r)][2] for r in roles if r in set(Role)]
    return frozenset().union(*known)


def under_mandate(besluit_soort: str) -> frozenset[Permission]:
    """What somebody may who acts for another gemeente under a mandate for this kind of decision."""
    return _MANDATE | _SIGNS.get(besluit_soort, frozenset())


def roles_for(party_soort: str) -> list[Role]:
    """Roles that people of such a party can be given."""
    return [role for role, (_, soort, _) in ROLES.items() if soort == party_soort]
