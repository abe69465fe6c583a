"""Pages of access and placement for the gemeenten: reports and what becomes of them (toegang), the decision (besluiten), who
handles which task (taken), the plan of a household (huishouden)."""

from importlib import import_module

from portal.web.blueprint import PortalBlueprint

bp = PortalBlueprint("plaatsing", __name__)

for _module in ("taken", "toegang", "besluiten", "huishouden", "plaatsingen", "terugkeer", "overdragen", "plekken", "verblijf",
                "plan", "uitkomst"):
    import_module(f"portal.blueprints.plaatsing.{_module}")
