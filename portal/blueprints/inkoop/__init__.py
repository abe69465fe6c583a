"""Pages of a procurement for the gemeenten: list and dossier (overzicht), plan and publicatie (plannen), the own decision
(deelname), opening and assessment (beoordelen), award and contract (gunnen)."""

from importlib import import_module

from portal.web.blueprint import PortalBlueprint

bp = PortalBlueprint("inkoop", __name__)

for _module in ("overzicht", "plannen", "deelname", "beoordelen", "gunnen"):
    import_module(f"portal.blueprints.inkoop.{_module}")
