"""Plans of residents at the gemeente: the list and one plan (zaken), what it is (triage), the talks and the support
(gesprekken), the judgement and the panel (beoordelen), the answer and what is said against it (besluiten), what comes after a
yes (uitvoering), the register of tasks (taken), and what everybody reads (openbaar). How one step is asked: stappen."""

from importlib import import_module

from portal.web.blueprint import PortalBlueprint

bp = PortalBlueprint("uitdaging", __name__)

for _module in ("zaken", "triage", "gesprekken", "beoordelen", "besluiten", "uitvoering", "taken", "openbaar"):
    import_module(f"portal.blueprints.uitdaging.{_module}")
