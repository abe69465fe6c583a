"""Fase: a milestone says which phase of the procurement it plans; its title may be any words."""

from alembic import op

revision = "0016"
down_revision = "0015"

# What a title was taken to mean until now, at the start of a word.
BEGIN = {"publicatie": "publica|publice|aankondig", "inschrijving": "inschrijv", "beoordeling": "beoordel",
         "gunning": "gunning|gunnen"}


def upgrade() -> None:
    """Milestones of before get the phase that the pages took them for; of a title with words of two phases, the first."""
    chosen = ", ".join(f"'{value}'" for value in BEGIN)
    op.execute("ALTER TABLE portal.mijlpaal ADD COLUMN fase text")
    op.execute(f"ALTER TABLE portal.mijlpaal ADD CONSTRAINT ck_mijlpaal_fase_bekend CHECK (fase IN ({chosen}))")
    # A gate that was decided is guarded: its row changes for nobody, and this once for its owner.
    op.execute("ALTER TABLE portal.mijlpaal DISABLE TRIGGER vast")
    for fase, words in BEGIN.items():
        op.execute(f"UPDATE portal.mijlpaal SET fase = '{fase}' WHERE fase IS NULL AND lower(titel) ~ '(^|\\s)({words})'")
    op.execute("ALTER TABLE portal.mijlpaal ENABLE TRIGGER vast")


def downgrade() -> None:
    """The titles say it again, as far as they did: a phase that was chosen against its title is lost."""
    op.execute("ALTER TABLE portal.mijlpaal DROP COLUMN fase")
