"""All pages, one module per subject."""

from importlib import import_module

MODULES = (
    "gezondheid", "start", "publiek", "account", "beheer", "werkvoorraad", "berichten", "documenten", "zoeken", "register",
    "organisatie", "inkoop", "inschrijving.routes", "plaatsing", "plekken", "plekken_plan", "subsidie", "regelingen",
    "subsidieregister", "aanvraag", "ontvanger", "invoer", "ondersteuning", "uitdagen", "initiatief",
    "uitdaging", "raad",
)
ALL = [import_module(f"portal.blueprints.{name}").bp for name in MODULES]
