"""Register: an extension option of a contract is used, or not, by one signed decision."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

OWNS = ("EXISTS (SELECT 1 FROM portal.overeenkomst o WHERE o.id = overeenkomst_id AND o.eigenaar_id = "
        "(SELECT portal.party()))")
DECIDED = ("EXISTS (SELECT 1 FROM portal.verlengingsbesluit v WHERE v.overeenkomst_id = "
           "overeenkomst_periode.overeenkomst_id AND v.volgnummer = overeenkomst_periode.volgnummer "
           "AND v.uitkomst = 'verlengd')")

# Before the end, in the order of the options, and of a contract that is not let go already. The clock is read here, as late
# as can be.
GUARD = """CREATE FUNCTION portal.verlengingsbesluit_mag() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE begint date;
BEGIN
  SELECT van INTO begint FROM portal.overeenkomst_periode
    WHERE overeenkomst_id = NEW.overeenkomst_id AND volgnummer = NEW.volgnummer;
  IF (portal.clock_now() AT TIME ZONE 'Europe/Amsterdam')::date >= begint THEN
    RAISE EXCEPTION 'contract_geeindigd' USING ERRCODE = 'PT409';
  END IF;
  IF EXISTS (SELECT 1 FROM portal.overeenkomst_periode WHERE overeenkomst_id = NEW.overeenkomst_id
             AND volgnummer < NEW.volgnummer AND soort = 'optie' AND verlengd_on IS NULL) THEN
    RAISE EXCEPTION 'eerst_vorige_optie' USING ERRCODE = 'PT409';
  END IF;
  RETURN NEW;
END $$"""

POLICIES = [
    "ALTER TABLE portal.verlengingsbesluit ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE portal.verlengingsbesluit FORCE ROW LEVEL SECURITY",
    "CREATE POLICY verlengingsbesluit_eigenaar ON portal.verlengingsbesluit TO portal_owner USING (true) WITH CHECK (true)",
    "CREATE POLICY verlengingsbesluit_select ON portal.verlengingsbesluit FOR SELECT TO portal_app USING "
    "((eigenaar_id = (SELECT portal.party()) OR dossier_id = ANY ((SELECT portal.gedeelde_dossiers())::uuid[])) "
    "OR EXISTS (SELECT 1 FROM portal.overeenkomst o WHERE o.id = overeenkomst_id "
    "AND o.aanbieder_id = (SELECT portal.party())))",
    "GRANT SELECT ON portal.verlengingsbesluit TO portal_app",
    "CREATE POLICY verlengingsbesluit_insert ON portal.verlengingsbesluit FOR INSERT TO portal_app WITH CHECK "
    "(eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()) "
    "AND getekend_by = (SELECT portal.user_id()) AND EXISTS (SELECT 1 FROM portal.mandaat m WHERE m.id = mandaat_id "
    "AND m.party_id = (SELECT portal.party()) AND m.besluit_soort = 'overeenkomst' AND m.ingetrokken_at IS NULL))",
    "GRANT INSERT ON portal.verlengingsbesluit TO portal_app",
]


def _may_extend(predicate: str) -> None:
    op.execute("DROP POLICY overeenkomst_periode_update ON portal.overeenkomst_periode")
    op.execute("CREATE POLICY overeenkomst_periode_update ON portal.overeenkomst_periode FOR UPDATE TO portal_app "
               f"USING ({predicate}) WITH CHECK ({predicate})")


def upgrade() -> None:
    op.create_table(
        "verlengingsbesluit",
        sa.Column("overeenkomst_id", sa.Uuid(), nullable=False),
        sa.Column("volgnummer", sa.Integer(), nullable=False),
        sa.Column("uitkomst", sa.Text(), nullable=False),
        sa.Column("reden", sa.Text(), nullable=True),
        sa.Column("besloten_on", sa.Date(), nullable=False),
        sa.Column("besloten_at", sa.DateTime(timezone=True), server_default=sa.text("portal.now()"), nullable=False),
        sa.Column("getekend_by", sa.Uuid(), nullable=False),
        sa.Column("mandaat_id", sa.Uuid(), nullable=False),
        sa.Column("vervanging_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("eigenaar_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("uitkomst IN ('verlengd', 'niet_verlengd')",
                           name=op.f("ck_verlengingsbesluit_uitkomst_bekend")),
        sa.CheckConstraint("volgnummer > 1", name=op.f("ck_verlengingsbesluit_alleen_een_optie")),
        sa.CheckConstraint("(uitkomst = 'niet_verlengd') = (reden IS NOT NULL)",
                           name=op.f("ck_verlengingsbesluit_niet_verlengd_met_reden")),
        sa.ForeignKeyConstraint(["eigenaar_id", "dossier_id"], ["portal.dossier.eigenaar_id", "portal.dossier.id"],
                                name=op.f("fk_verlengingsbesluit_eigenaar_id_dossier_id")),
        sa.ForeignKeyConstraint(["eigenaar_id", "overeenkomst_id"],
                                ["portal.overeenkomst.eigenaar_id", "portal.overeenkomst.id"],
                                name=op.f("fk_verlengingsbesluit_eigenaar_id_overeenkomst_id")),
        sa.ForeignKeyConstraint(["overeenkomst_id", "volgnummer"], ["portal.overeenkomst_periode.overeenkomst_id",
                                                                    "portal.overeenkomst_periode.volgnummer"],
                                name=op.f("fk_verlengingsbesluit_overeenkomst_id_volgnummer")),
        sa.ForeignKeyConstraint(["party_id"], ["portal.partij.id"], name=op.f("fk_verlengingsbesluit_party_id")),
        sa.ForeignKeyConstraint(["getekend_by"], ["portal.account.id"], name=op.f("fk_verlengingsbesluit_getekend_by")),
        sa.ForeignKeyConstraint(["mandaat_id"], ["portal.mandaat.id"], name=op.f("fk_verlengingsbesluit_mandaat_id")),
        sa.ForeignKeyConstraint(["vervanging_id"], ["portal.vervanging.id"],
                                name=op.f("fk_verlengingsbesluit_vervanging_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verlengingsbesluit")),
        sa.UniqueConstraint("overeenkomst_id", "volgnummer", name=op.f("uq_verlengingsbesluit_overeenkomst_id_volgnummer")),
        schema="portal",
    )
    op.create_index("ix_verlengingsbesluit_dossier", "verlengingsbesluit", ["dossier_id"], schema="portal")
    for statement in POLICIES:
        op.execute(statement)
    op.execute(GUARD)
    op.execute("CREATE TRIGGER mag BEFORE INSERT ON portal.verlengingsbesluit FOR EACH ROW "
               "EXECUTE FUNCTION portal.verlengingsbesluit_mag()")
    _may_extend(f"{OWNS} AND {DECIDED}")


def downgrade() -> None:
    # An option that was used stays used: the day stands with the period. Who signed goes with the table.
    _may_extend(OWNS)
    op.drop_table("verlengingsbesluit", schema="portal")
    op.execute("DROP FUNCTION portal.verlengingsbesluit_mag()")
