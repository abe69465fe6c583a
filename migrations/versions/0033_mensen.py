"""Mensen: who is connected to a person, what was spoken about, and what residents ask from their own page;
what is kept of people is destroyed by two, and every processing is logged."""

from alembic import op

from migrations import sql

revision = "0033"
down_revision = "0032"

FUNCTIONS = ("vernietiging_beslissen(uuid, text)", "mijn_wachtlijst(uuid)", "mijn_dossier(uuid)", "mijn_ondersteuning()", "toestemming_intrekken(uuid)",
             "koppeling_beeindigen(uuid)", "koppeling_gebruiken(bytea)", "bericht_over(uuid)", "sessie_ongelezen(bytea, text[])")


def upgrade() -> None:
    op.execute(sql("0033_voor.sql"))
    op.execute(sql("0033_mensen.sql"))
    op.get_bind().exec_driver_sql(sql("0033_daarna.sql").replace("%", "%%"))


def downgrade() -> None:
    op.execute("DROP TRIGGER verwerking ON portal.toegangslog")
    for name in FUNCTIONS:
        op.execute(f"DROP FUNCTION portal.{name}")
    for table in ("verwerking", "vernietiging", "inwonervraag", "contactnotitie", "koppeling"):
        op.drop_table(table, schema="portal")
    for name in ("verwerking_bij", "mijn_dossiers", "koppeling_vast", "inwonervraag_vast", "inwonervraag_tegen"):
        op.execute(f"DROP FUNCTION portal.{name}()")
