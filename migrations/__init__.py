"""Schema migrations: `upgrade(url)`, `downgrade(url, revision)`."""

from pathlib import Path

from alembic import command
from alembic.config import Config

FOLDER = Path(__file__).parent


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["url"] = url
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database to this revision, as the owner role."""
    command.upgrade(_config(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Take migrations back to this revision (`base` removes everything)."""
    command.downgrade(_config(url), revision)


def sql(name: str) -> str:
    """A frozen piece of SQL that belongs to one migration."""
    return (FOLDER / "sql" / name).read_text(encoding="utf-8")
