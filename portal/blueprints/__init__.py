"""All pages, one module per subject."""

from importlib import import_module

MODULES = (
    "gezondheid", "start", "publiek", "account", "beheer", "werkvoorraad", "berichten", "documenten", "zoeken", "register",
    "organisatie", "inkoop", "inschrijving.routes",
)
ALL = []
for _name in MODULES:
    try:
        ALL.append(import_module(f"portal.blueprints.{_name}").bp)
    except ModuleNotFoundError as error:
        if "portal.blueprints" not in str(error):
            raise
