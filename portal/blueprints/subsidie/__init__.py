"""Pages of subsidies for the gemeenten: schemes with their ceiling (regelingen), the case of an application (zaken), proposal
and decision (besluiten)."""

from importlib import import_module

from portal.web.blueprint import PortalBlueprint

bp = PortalBlueprint("subsidie", __name__)

for _module in ("regelingen", "zaken", "opschorten", "besluiten", "uitvoering", "vaststellen", "vorderen", "rentevergoeding",
                "bezwaar", "toestemming", "bundel", "inzicht", "bewaken"):
    import_module(f"portal.blueprints.subsidie.{_module}")
