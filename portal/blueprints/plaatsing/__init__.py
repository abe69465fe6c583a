"""Pages of access and placement for the gemeenten: reports and what becomes of them (toegang), the decision (besluiten),
settlement between gemeenten (verrekenen), figures (cijfers)."""

from importlib import import_module

from portal.web.blueprint import PortalBlueprint

bp = PortalBlueprint("plaatsing", __name__)

for _module in ("toegang", "besluiten", "verrekenen", "cijfers"):
    import_module(f"portal.blueprints.plaatsing.{_module}")
