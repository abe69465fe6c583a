"""Pages of access and placement for the gemeenten: reports and what becomes of them (toegang), the decision (besluiten), the
people around it (mensen), and what is kept of them (bewaren)."""

from importlib import import_module

from portal.web.blueprint import PortalBlueprint

bp = PortalBlueprint("plaatsing", __name__)

for _module in ("toegang", "besluiten", "mensen", "bewaren"):
    import_module(f"portal.blueprints.plaatsing.{_module}")
