"""The page of one step in a case, and what follows when it is taken: the same for every step before the decision."""

from collections.abc import Callable
from functools import partial

from flask import g, url_for

from portal.domains.subsidies import queries
from portal.domains.subsidies.workflow import SUBSIDIE
from portal.web.blueprint import attempt, viewed
from portal.web.forms import Form
from portal.web.htmx import go, page_or_part
from portal.web.said import tell
from portal.web.taal import gettext as _

REDEN = 2000
# Reasons that the workflow does not know.
TOO_LATE_TO_DELAY = "De beslistermijn is al voorbij. Uitstel meldt u voordat hij voorbij is (Awb 4:14)."
TOO_LATE_TO_ASK = "De beslistermijn is al voorbij. Om een aanvulling vragen kan dan niet meer."
ALREADY_ASKED = "De aanvrager is al om een zienswijze gevraagd."
POINTS_ASKED = 8

try_ = partial(attempt, "subsidie")


def step_page(name: str, subsidie_id, step: str, *, status=200, errors=None, values=None, reasons=(), in_the_way=None,
              fill: Callable | None = None):
    """The page of one step: why it cannot be taken, or its form. `in_the_way`: a reason that the workflow does not know."""
    kop = queries.kop(g.db, subsidie_id)
    viewed(kop.subsidie)
    obstacles = SUBSIDIE.obstacles(kop.subsidie, step, g.actor, reden="-")
    if not obstacles and in_the_way and (reason := in_the_way(kop.subsidie)):
        obstacles = [reason]
    return page_or_part(f"subsidie/{name}.html", status=status, kop=kop, subsidie=kop.subsidie, errors=errors or {},
                        values=values or {}, reasons=reasons, obstacles=obstacles, **(fill(kop) if fill else {}))


def done(subsidie_id, words: str):
    """Back to the dossier, which says what was done."""
    return tell(go(url_for("subsidie.dossier", subsidie_id=subsidie_id)), words)


def laid_before(besluit):
    """To the page of a proposal, with who it waits for."""
    words = (_("Het voorstel ligt klaar. Een tweede persoon leest het eerst.") if besluit.tweede_lezer_nodig else
             _("Het voorstel ligt klaar. Het wacht op een handtekening."))
    return tell(go(url_for("subsidie.besluit", besluit_id=besluit.id)), words)


def with_reason(missing: str) -> tuple[Form, str | None]:
    """The form that was sent, with its reason; `missing` says that it lacks."""
    form = Form()
    return form, form.text("reden", missing, most=REDEN)
