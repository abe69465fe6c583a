"""Pages for everybody: procurements, contracted providers, words, roles, and what a public body must tell."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal

from flask import Response, current_app, g, render_template, request, url_for
from markupsafe import Markup

import config
from portal.adapters.archief import Archief
from portal.domains.inkoop import public
from portal.domains.inkoop.model import Fase, PublicatieSoort
from portal.identity.permissions import BY_MANDATE, PERMISSION_WORDS, ROLES, Permission, roles_for
from portal.kernel import clock
from portal.kernel.documents import Document
from portal.kernel.errors import NotFound, Refused
from portal.kernel.filetypes import clean_name
from portal.kernel.money import bedrag_text
from portal.kernel.planning import parse
from portal.register import queries as register
from portal.tenants import theme
from portal.tenants.model import Grootteklasse, Identiteit, PartijSoort
from portal.web import navigation, uploads
from portal.web.blueprint import PUBLIC, PortalBlueprint
from portal.web.filters import datum_kort, gepland, grootte, in_taal, moment
from portal.web.grafiek import teken
from portal.web.htmx import page_or_part
from portal.web.links import around
from portal.web.security import limit
from portal.web.taal import current_lang, ngettext
from portal.web.taal import gettext as _

bp = PortalBlueprint("publiek", __name__)
# A day as a publication keeps it.
bp.add_app_template_filter(date.fromisoformat, "dag_van")


# Procurements ------------------------------------------------------------------------------------------------------------

@bp.route("/aanbestedingen", needs=PUBLIC)
def inkopen():
    """Every published procurement, newest first."""
    open_only = request.args.get("stand") == "open"
    part = public.announcements(g.db, after=request.args.get("na"), before=request.args.get("voor"), open_only=open_only)
    return render_template("publiek/inkopen.html", rows=part.rows, paging=around(part), open_only=open_only,
                           stand=public.stand, now=clock.now())


@bp.route("/aanbestedingen/<reference>", needs=PUBLIC)
def inkoop(reference):
    """Everything a provider wants to know before logging in, and the result once it is there."""
    found = _announcement(reference)
    uitslag, documenten = public.results(g.db, found.inkoop_id), public.documents(g.db, found)
    inhoud, gestopt = found.inhoud, uitslag.pop(str(found.inkoop_id), None)
    ended = Counter(result.soort for result in uitslag.values())
    return render_template(
        "publiek/inkoop.html", p=found, inhoud=inhoud, documenten=documenten, uitslag=uitslag,
        stukken=_entries(found, documenten), totaal=sum(d.grootte for d in documenten), geld=Decimal, dag=date.fromisoformat,
        planning=_planning(found), eisen_rows=_eisen, criteria_rows=_criteria,
        gestopt=gestopt, stand=public.stand(
            found.sluit_at, len(inhoud["percelen"]), ended[PublicatieSoort.GUNNING], clock.now(),
            vervallen=ended[PublicatieSoort.VERVALLEN], gestopt=gestopt is not None),
        regels=rules_in_words(found.regelset), mag_inschrijven=Permission.INSCHRIJVING_SCHRIJVEN)


@bp.route("/aanbestedingen/<reference>/stukken/<uuid:document_id>", needs=PUBLIC)
def document(reference, document_id):
    """One file of a publication."""
    found = next((d for d in public.documents(g.db, _announcement(reference)) if d.id == document_id), None)
    if found is None:
        raise NotFound(_("Dit document hoort niet bij deze inkoop, of het is nog niet openbaar."))
    return uploads.send(found.naam, found.media_type, found.grootte, stored(found))


@bp.route("/aanbestedingen/<reference>/stukken.zip", needs=PUBLIC)
def archief(reference):
    """All files of a publication as one archive, made while it is sent: memory does not grow with its size."""
    found = _announcement(reference)
    documents = public.documents(g.db, found)
    if not documents:
        raise NotFound(_("Bij deze inkoop zijn nog geen documenten openbaar."))
    limit("archief", request.remote_addr)
    response = uploads.send(f"{found.reference}-stukken.zip", "application/zip", 0, archive(documents, found))
    del response.headers["Content-Length"]  # known only at the end
    return response


def _entries(aankondiging, documenten) -> list[dict]:
    """Every file that the publication names; one that cannot be opened yet is named too."""
    there = {str(document.id): document for document in documenten}
    entries = []
    for entry in aankondiging.inhoud["documenten"]:
        document = there.get(entry["id"])
        url = url_for("publiek.document", reference=aankondiging.reference, document_id=document.id) if document else None
        about = f"{entry['naam']} · {grootte(entry['grootte'], current_lang())}"
        entries.append({"title": entry["titel"], "url": url, "meta": about if url else _("Dit stuk is nu niet te openen.")})
    return entries


def _planning(aankondiging) -> list[tuple[str, str]]:
    """What happened and what comes: the publication and the closing as they are, then the milestones after them."""
    lang, on = current_lang(), aankondiging.gepubliceerd_at.astimezone(clock.AMSTERDAM).date()
    rows = [(_("Gepubliceerd"), datum_kort(on, lang)), (_("Inschrijven kan tot"), moment(aankondiging.sluit_at, lang))]
    return rows + [(m["titel"], _planned(m["tekst"])) for m in aankondiging.inhoud["mijlpalen"]
                   if not m.get("besloten") and not _is_publication(m) and _is_ahead(m["tekst"], on)]


def _is_publication(milestone: Mapping) -> bool:
    """Was this the plan for what the reader looks at? What was published before milestones had a phase is told by its title."""
    if "fase" in milestone:
        return milestone["fase"] == Fase.PUBLICATIE
    return milestone["titel"].lower().startswith("publi")


def _is_ahead(text: str, on: date) -> bool:
    try:
        return parse(text).latest() >= on
    except ValueError:
        return True


def _planned(text: str) -> str:
    """The published words of a milestone, in the language of the reader where they name a moment."""
    try:
        return gepland(parse(text), current_lang())
    except ValueError:
        return text


def _eisen(eisen) -> list[tuple[str, str]]:
    return [(eis["code"], eis["tekst"] + (" " + _("Bewijs: %(bewijs)s", bewijs=eis["bewijs"]) if eis["bewijs"] else ""))
            for eis in eisen]


def _criteria(criteria) -> list[list[str]]:
    return [[c["code"], c["tekst"], _("%(n)s van 100", n=c["weging"])] for c in criteria]


def _announcement(reference):
    found = public.announcement(g.db, reference)
    if found is None:
        raise NotFound(_("Deze inkoop is niet gepubliceerd, of het nummer klopt niet."))
    return found


def stored(document: Document) -> Iterator[bytes]:
    """The bytes of a file; a store that fails is told before anything is sent."""
    try:
        return current_app.files.open(document.opslag_key)
    except OSError as error:
        current_app.logger.error("opslag", extra={"fields": {"document": str(document.id), "error": type(error).__name__}})
        raise Refused(_("Dit bestand is nu niet te openen. Probeer het over een minuut opnieuw."), status=503) from error


def archive(documents: list[Document], aankondiging) -> Iterator[bytes]:
    """The archive in pieces. The same publication always gives the same bytes: the times in it are of the publication."""
    # Opened here, all of them: a missing file refuses the request instead of breaking the archive halfway.
    streams = [stored(document) for document in documents]
    names = [f"{number:02d} {clean_name(document.naam)}" for number, document in enumerate(documents, 1)]
    sums = "".join(f"{document.sha256}  {name}\n" for document, name in zip(documents, names, strict=True))

    def pieces() -> Iterator[bytes]:
        with Archief(aankondiging.gepubliceerd_at) as out:
            for document, name, stream in zip(documents, names, streams, strict=True):
                yield from out.add(name, document.grootte, stream)
            out.add_text("sha256sums.txt", sums)
            yield out.close()

    return pieces()


# What each rule of a rule set says to a bidder; a rule that is not here shows its own words.
RULES = {
    "standstill": ("Standstill", "Na de gunning wachten de gemeenten %(dagen)s dagen met het tekenen van contracten."),
    "gunningsbericht": ("Bekendmaking", "De gemeenten maken de uitkomst bekend binnen %(dagen)s dagen na de gunning."),
    "punten": ("Punten", "Beoordelaars geven per criterium %(laagste)s tot en met %(hoogste)s punten, met uitleg."),
    "gelijke_score": ("Gelijke score", "%(tekst)s"),
    "deelname": ("Deelname", "Elke gemeente besloot zelf of zij meedoet. Zij had daarvoor %(weken)s weken."),
    "tweede_lezer": ("Tweede lezer", "Een tweede persoon leest elke gunning van € %(vanaf_bedrag)s of meer."),
    "drempel": ("Europese drempel", "De drempel voor deze procedure is € %(sas)s."),
    "inschrijftermijn": ("Inschrijftermijn", "Inschrijven kan ten minste %(minimum_dagen)s dagen."),
    "vragen": ("Vragen", "Vragen stellen kan tot %(dagen_voor_sluiting)s dagen voor de sluiting."),
    "rechtsbescherming": ("Niet eens met de uitkomst?", "%(tekst)s"),
}
_SOURCES = ("artikel", "bron")


def rules_in_words(regelset: dict) -> list[dict[str, str]]:
    """The rules that were frozen at publication, one by one: titel, tekst and the source each leans on."""
    lines = []
    for name, rule in regelset.items():
        if not isinstance(rule, dict) or name == "artikelen" or any(isinstance(value, dict) for value in rule.values()):
            continue  # a number of the set, the grounds of its steps, or the working terms of the gemeenten themselves
        title, sentence = RULES.get(name, (name.replace("_", " ").capitalize(), ""))
        if name == "tweede_lezer" and not Decimal(rule["vanaf_bedrag"]):
            sentence = "Een tweede persoon leest elke gunning."
        facts = {key: _plain(value) for key, value in rule.items()}
        try:
            text = _(sentence, **facts) if sentence else ""
        except KeyError:
            text = ""
        text = in_taal(text) or facts.get("tekst") or "; ".join(f"{k}: {v}" for k, v in facts.items() if k not in _SOURCES)
        source = ". ".join(facts[key].rstrip(".") for key in _SOURCES if key in facts)
        lines.append({"titel": _(title), "tekst": text, "bron": source})
    return lines


def _plain(value) -> str:
    """A value of the rule set for people: amounts with points, everything else as it is."""
    text = str(value)
    whole, point, cents = text.partition(".")
    return bedrag_text(Decimal(text)) if point and whole.isdecimal() and len(cents) == 2 and cents.isdecimal() else text


# Contracted providers ----------------------------------------------------------------------------------------------------

GROOTTE_WORDS = {
    Grootteklasse.MICRO: "Micro (minder dan 10 medewerkers)", Grootteklasse.KLEIN: "Klein (10 tot 50 medewerkers)",
    Grootteklasse.MIDDELGROOT: "Middelgroot (50 tot 250 medewerkers)", Grootteklasse.GROOT: "Groot (250 medewerkers of meer)",
}
IDENTITEIT_WORDS = {
    Identiteit.ALGEMEEN: "Algemeen", Identiteit.PROTESTANTS: "Protestants-christelijk",
    Identiteit.KATHOLIEK: "Rooms-katholiek", Identiteit.ISLAMITISCH: "Islamitisch", Identiteit.JOODS: "Joods",
    Identiteit.HINDOEISTISCH: "Hindoeïstisch", Identiteit.HUMANISTISCH: "Humanistisch",
    Identiteit.ANTROPOSOFISCH: "Antroposofisch",
}


@bp.route("/aanbieders", needs=PUBLIC)
def aanbieders():
    """Who has a contract, for which product; never how many people they help."""
    product, size = request.args.get("product", ""), request.args.get("grootte", "")
    size = size if size in set(Grootteklasse) else ""
    identity = request.args.get("identiteit", "")
    identity = identity if identity in set(Identiteit) else ""
    part, held = register.contracted(g.db, today=clock.today(), product=product, grootteklasse=size, identiteit=identity,
                                     after=request.args.get("na"), before=request.args.get("voor"))
    return page_or_part("publiek/aanbieders.html", "lijst", rows=part.rows, held=held, paging=around(part),
                        day=timedelta(days=1), product=product, grootte=size, products=register.products(g.db),
                        identiteit=identity, identities=IDENTITEIT_WORDS,
                        identity_options=[(str(value), _(words)) for value, words in IDENTITEIT_WORDS.items()],
                        sizes=GROOTTE_WORDS, size_options=[(str(value), _(words)) for value, words in GROOTTE_WORDS.items()])


# Words, roles, statements -------------------------------------------------------------------------------------------------

@bp.route("/begrippen", needs=PUBLIC)
def begrippen():
    """The one dictionary of the portal."""
    words = [entry | {"letter": entry["woord"][0].upper(), "anker": entry["woord"].lower().replace(" ", "-")}
             for entry in sorted(config.load("begrippen")["begrip"], key=lambda entry: entry["woord"].lower())]
    anchors = [(f"#letter-{letter}", letter) for letter in sorted({word["letter"] for word in words})]
    return render_template("publiek/begrippen.html", words=words, anchors=anchors)


# What somebody does who works on procurements, and on subsidies. Who signs does both, and stands with both.
BUYING, GRANTING, HELPING, CHALLENGED = (
    frozenset(p for p in Permission if p.startswith(steps)) - {Permission.INKOOP_LEZEN, Permission.SUBSIDIE_LEZEN}
    for steps in (("inkoop:", "overeenkomst:"), ("subsidie:", "bezwaar:"), ("toegang:", "taak:"), ("uitdaging:",)))


@bp.route("/rollen", needs=PUBLIC)
def rollen():
    """Which role may do what: the matrix, straight from the code that decides."""
    staff = roles_for(PartijSoort.GEMEENTE)
    # Who helps the council stands with the council, though work waits for them too.
    working = [role for role in staff if Permission.WERK_LEZEN in ROLES[role][2]
               and Permission.RAAD_BEHEREN not in ROLES[role][2]]
    groups = (
        ("inkopers", "Wie bij een gemeente aan inkopen werkt", [role for role in working if ROLES[role][2] & BUYING]),
        ("subsidies", "Wie bij een gemeente aan subsidies en bezwaren werkt",
         [role for role in working if ROLES[role][2] & GRANTING]),
        ("ondersteuning", "Wie bij een gemeente aan ondersteuning werkt",
         [role for role in working if ROLES[role][2] & HELPING]),
        ("uitdaagrecht", "Wie bij een gemeente aan plannen van bewoners werkt",
         [role for role in working if ROLES[role][2] & CHALLENGED]),
        ("controle", "Raad, controle en beheer", [role for role in staff if role not in working]),
        ("andere-gemeente", "Wie voor een andere gemeente tekent", roles_for(BY_MANDATE)),
        ("aanbieder", "Medewerkers van een aanbieder", roles_for(PartijSoort.AANBIEDER)),
        ("inwoner", "Inwoners", roles_for(PartijSoort.INWONER)),
    )
    tables = []
    for id_, title, roles in groups:
        rows = [(PERMISSION_WORDS[p], [p in ROLES[role][2] for role in roles]) for p in Permission]
        tables.append({"id": id_, "titel": title, "rollen": [ROLES[role][0] for role in roles],
                       "rijen": [row for row in rows if any(row[1])]})
    anchors = [(f"#{table['id']}", _(table["titel"])) for table in tables]
    return render_template("publiek/rollen.html", tables=tables, anchors=anchors)


@bp.route("/toegankelijkheid", needs=PUBLIC)
def toegankelijkheid():
    """The accessibility statement."""
    return render_template("publiek/toegankelijkheid.html", verklaring=config.load("toegankelijkheid"))


@bp.route("/privacy", needs=PUBLIC)
def privacy():
    """What we keep of people, why and how long: by the same numbers that the job cleans up with."""
    def length(rule: dict) -> Markup:
        words = (ngettext("%(num)s jaar", "%(num)s jaar", rule["jaren"]) if "jaren" in rule
                 else ngettext("%(num)s dag", "%(num)s dagen", rule["dagen"]))
        return Markup('<span class="u-nowrap">{}</span>').format(words)

    rows = [[in_taal(rule["wat"]), length(rule), in_taal(rule["waarom"])] for rule in config.load("bewaren").values()]
    return render_template("publiek/privacy.html", bewaren=rows)


@bp.route("/klacht", needs=PUBLIC)
def klacht():
    """Where to go with a complaint."""
    rows = [[row.naam, row.telefoon, row.postadres] for row in navigation.gemeenten().values()]
    return render_template("publiek/klacht.html", rows=rows)


@bp.route("/bouwstenen", needs=PUBLIC)
def bouwstenen():
    """Every component with an example."""
    return render_template("bouwstenen.html", grafiek=teken(
        [[24, 25, 23, 22, 21, 20, 19, 18, 18, 17], [39, 39, 40, 41, 42, 42, 43, 44, 45, 46]],
        ["feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov"]))


@bp.route("/thema/<slug>-<digest>.css", needs=PUBLIC)
def thema(slug, digest):
    """The colours of a gemeente, or of the region. The address holds a hash of the content, so it may be kept for ever."""
    colour = navigation.DEFAULT_COLOUR
    if slug != "regio":
        found = navigation.gemeenten().get(slug)
        colour = found.merkkleur if found else None
    if colour is None or navigation.theme_url(slug, colour) != request.path:
        raise NotFound
    return Response(theme.css(colour), content_type="text/css; charset=utf-8",
                    headers={"Cache-Control": "public, max-age=31536000, immutable"})
