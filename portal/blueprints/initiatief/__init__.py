"""The own plans of residents: write an idea, send it, follow it, answer what the gemeente asks; with others, and for everybody
to read; and what it becomes."""

from portal.web.blueprint import PortalBlueprint

bp = PortalBlueprint("initiatief", __name__)

from portal.blueprints.initiatief import (  # noqa: E402, F401
    bestanden,
    handelingen,
    openbaar,
    plan,
    plannen,
    samen,
    schrijven,
    vervolg,
)
