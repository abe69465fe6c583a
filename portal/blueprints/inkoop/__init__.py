"""Pages of a procurement for the gemeenten: plan, deelname and publicatie (plannen), opening and assessment (beoordelen),
award and contract (gunnen)."""

from importlib import import_module

from portal.web.blueprint import PortalBlueprint

bp = PortalBlueprint("inkoop", __name__)

for _module in ("plannen", "beoordelen", "gunnen"):
    try:
        import_module(f"portal.blueprints.inkoop.{_module}")
    except ModuleNotFoundError as error:
        if "portal.blueprints.inkoop" not in str(error):
            raise
