"""The front door: which way is mine, what is open now."""

from flask import g, render_template, url_for

from portal.domains.inkoop import public
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.errors import NotFound
from portal.register import queries as register
from portal.tenants.region import regio
from portal.web import navigation
from portal.web.blueprint import PUBLIC, PortalBlueprint
from portal.web.taal import gettext as _

bp = PortalBlueprint("start", __name__)

SHOWN = 3


@bp.route("/", needs=PUBLIC)
def home():
    """The home of the region."""
    return _home()


@bp.route("/gemeente/<slug>", needs=PUBLIC)
def gemeente(slug):
    """The home in the colours of one gemeente, with what it takes part in."""
    found = navigation.gemeenten().get(slug)
    if found is None:
        raise NotFound(_("Deze gemeente doet niet mee aan dit portaal."))
    g.gemeente_slug = slug
    return _home(found)


def _doors(gemeente) -> list[tuple]:
    """Arguments of `ui.door` per kind of visitor. Who is logged in gets the pages of their own kind that they may open: what
    is behind a login stays off the doors of others, and a door with nothing else is not there."""
    actor = g.get("actor")
    kind = actor.party_soort if actor else None

    def private(soort, *pages):
        return [(words, url_for(endpoint)) for words, endpoint, needs in pages
                if actor is None or (kind == soort and actor.may(needs))]

    staff = _("U werkt bij de gemeente %(naam)s en logt in met uw werkaccount.", naam=gemeente.naam) if gemeente else _(
        "U werkt bij een van de %(aantal)s gemeenten en logt in met uw werkaccount.",
        aantal=navigation.number_words(regio().aantal))
    inside = navigation.landing(actor) if kind == "gemeente" else (
        _("Inloggen"), url_for("account.inloggen", gemeente=gemeente.slug if gemeente else None))
    doors = [
        ("deur-inwoner", _("Ik ben inwoner"), "house",
         _("U wilt weten welke zorg er is, een bericht lezen, of zelf iets doen voor uw buurt."),
         [(_("Begrippen in gewone woorden"), url_for("publiek.begrippen")),
          (_("Zelf een taak overnemen van de gemeente"),
           url_for("uitdagen.gemeente", slug=gemeente.slug) if gemeente else url_for("uitdagen.start")),
          *private("inwoner", (_("Mijn ondersteuning"), "ondersteuning.overzicht", P.ONDERSTEUNING_EIGEN),
                   (_("Mijn plannen"), "initiatief.lijst", P.UITDAGING_EIGEN),
                   (_("Mijn berichten"), "berichten.lijst", P.BERICHT_LEZEN))],
         (_("Bekijk wie zorg geeft"), url_for("publiek.aanbieders"))),
        ("deur-aanbieder", _("Ik ben aanbieder"), "briefcase",
         _("U biedt zorg of ondersteuning en wilt inschrijven op een inkoop, of subsidie aanvragen."),
         [(_("Subsidies aanvragen"), url_for("regelingen.lijst")),
          *private("aanbieder", (_("Mijn inschrijvingen"), "inschrijving.lijst", P.INSCHRIJVING_LEZEN),
                   (_("Mijn organisatie"), "organisatie.overzicht", P.ORGANISATIE_LEZEN))],
         (_("Bekijk de inkopen"), url_for("publiek.inkopen"))),
        ("deur-medewerker", _("Ik ben medewerker"), "building", staff,
         private("gemeente", (_("Mijn werk"), "werkvoorraad.mijn_werk", P.WERK_LEZEN),
                 (_("Contracten"), "register.contracten", P.REGISTER_LEZEN)), inside),
    ]
    return doors if kind in (None, "gemeente") else doors[:2]


def _home(gemeente=None):
    inkopen = public.announcements(g.db, size=SHOWN, gemeente=gemeente.slug if gemeente else "")
    bought = public.percelen_van(g.db, gemeente) if gemeente else []
    contracten = register.latest(g.db, SHOWN, eigenaar_id=gemeente.id if gemeente else None, dossiers=bought)
    towns = [(row.naam, url_for("start.gemeente", slug=row.slug)) for row in navigation.gemeenten().values()]
    return render_template(
        "start/home.html", gemeente=gemeente, doors=_doors(gemeente), inkopen=inkopen.rows, more=inkopen.last is not None,
        towns=towns, contracten=contracten, stand=public.stand, now=clock.now())
