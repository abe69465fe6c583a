"""Configuration as data: what a region may change without touching code."""

import tomllib
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent


@cache
def load(name: str) -> dict:
    """Read `config/<name>.toml`; the result is shared, so treat it as read-only."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
