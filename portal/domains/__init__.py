"""The kinds of work that the portal knows, each with a law of its own. A new domain adds its name here, once."""

from importlib import import_module

# With a workflow.py of its own; `beheer` has members and powers, and no dossiers.
DOMAINS = ("inkoop", "plaatsingen", "subsidies", "uitdaagrecht")


def workflows() -> tuple:
    """Every workflow of every domain."""
    return tuple(found for name in DOMAINS for found in import_module(f"portal.domains.{name}.workflow").WORKFLOWS)
