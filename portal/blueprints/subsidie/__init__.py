"""Pages of subsidies for the gemeenten: schemes with their ceiling (regelingen), the case of an application (zaken) and its
steps until the decision (behandelen, opschorten, beoordelen, horen), proposal and decision (besluiten), and what follows, each
under the word of its domain module. `items`, `meter`, `soorten` and `termijnen` draw what several pages show; `steps` is the
page of one step."""

from importlib import import_module

from portal.web.blueprint import PortalBlueprint

bp = PortalBlueprint("subsidie", __name__)

for _module in ("regelingen", "zaken", "behandelen", "opschorten", "beoordelen", "horen", "besluiten", "steunregister",
                "uitvoering", "vaststellen", "vorderen", "rentevergoeding", "bezwaar", "ingebreke", "toestemming", "bundel",
                "inzicht", "bewaken"):
    import_module(f"portal.blueprints.subsidie.{_module}")
