"""Werk: which gemeenten have somebody with one of these roles.

An opening needs two people of two gemeenten. Who plans it cannot see the members of the others; whether there is anybody at
all is what has to be known in time, and nothing more than that.
"""

from alembic import op

from migrations import callable_by

revision = "0010"
down_revision = "0009"

# For people of a gemeente: a provider or a visitor gets no answer.
HAVE = """CREATE FUNCTION portal.hebben_rol(gemeenten uuid[], gevraagd text[]) RETURNS uuid[] LANGUAGE sql STABLE
    SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT coalesce(array_agg(DISTINCT m.party_id), '{}') FROM portal.membership m
    WHERE m.party_id = ANY(gemeenten) AND m.rollen && gevraagd AND m.beeindigd_at IS NULL
      AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = portal.party()) $$"""


def upgrade() -> None:
    op.execute(HAVE)
    callable_by("portal_app", "portal.hebben_rol(uuid[], text[])")


def downgrade() -> None:
    op.execute("DROP FUNCTION portal.hebben_rol(uuid[], text[])")
