"""Schema migrations: `upgrade(url)`, `downgrade(url, revision)`, `newest()`. Alembic is read when something moves: a web
worker only asks for the newest number."""

from pathlib import Path

FOLDER = Path(__file__).parent


def _config(url: str):
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["url"] = url
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database to this revision, as the owner role."""
    from alembic import command

    command.upgrade(_config(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Take migrations back to this revision (`base` removes everything)."""
    from alembic import command

    command.downgrade(_config(url), revision)


def callable_by(role: str, *signatures: str) -> None:
    """Let a role call functions that a migration made: without this nobody but the owner can (migration 0005)."""
    from alembic import op

    for signature in signatures:
        op.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO {role}")


def sql(name: str) -> str:
    """A frozen piece of SQL that belongs to one migration."""
    return (FOLDER / "sql" / name).read_text(encoding="utf-8")


def newest() -> str:
    """The revision this code was written for. Files are numbered, so the last name is the head."""
    return max(path.name for path in (FOLDER / "versions").glob("[0-9]*.py")).partition("_")[0]
