"""Pages of access and placement for the gemeenten: reports and what becomes of them (toegang), the decision (besluiten),
messages with providers (berichten)."""

from importlib import import_module

from portal.web.blueprint import PortalBlueprint

bp = PortalBlueprint("plaatsing", __name__)

for _module in ("toegang", "besluiten", "berichten"):
    import_module(f"portal.blueprints.plaatsing.{_module}")
