"""Pages of access and placement for the gemeenten: reports and what becomes of them (toegang), before a decision offered
elsewhere (afwegen), the decision (besluiten), who handles which task (taken), the plan of a household (huishouden), the
placement (plaatsingen), the way home (terugkeer), offers between gemeenten (overdragen), places and the waiting list (plekken),
the stay (verblijf), its plan (plan), what came of it (uitkomst), settlement between gemeenten (verrekenen), figures (cijfers),
messages with providers (berichten), the people around it (mensen), and what is kept of them (bewaren)."""

from importlib import import_module

from portal.web.blueprint import PortalBlueprint

bp = PortalBlueprint("plaatsing", __name__)

for _module in ("taken", "toegang", "besluiten", "huishouden", "plaatsingen", "terugkeer", "overdragen", "afwegen", "plekken",
                "verblijf", "plan", "uitkomst", "verrekenen", "cijfers", "berichten", "mensen", "bewaren"):
    import_module(f"portal.blueprints.plaatsing.{_module}")
