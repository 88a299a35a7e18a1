"""What campaigns keep: indexes that sending does not move, and what was added since

Big tables: add, fill, then require, in three releases. No import from crm: define a light table here.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    # Whoever gets nothing has a reason, always: the indexes tell by it who is in line.
    op.execute("UPDATE deliveries SET reason = state WHERE reason = '' AND state IN ('skipped', 'failed', 'cancelled')")
    if op.get_bind().dialect.name == "postgresql":
        # Room for a second version of each row on its own page: then no index is written when a row is.
        op.execute("ALTER TABLE deliveries SET (fillfactor = 45)")
    with op.batch_alter_table("campaign_approvals", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "told",
                sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
                server_default="{}",
                nullable=False,
            )
        )

    with op.batch_alter_table("campaigns", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "kept_audience", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=True
            )
        )

    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deliveries_apart"), sqlite_where=sa.text("state = 'pending' AND batch_id IS NOT NULL"))
        batch_op.drop_index(batch_op.f("ix_deliveries_pending"), sqlite_where=sa.text("state = 'pending'"))
        batch_op.drop_index(batch_op.f("ix_deliveries_email"))
        batch_op.create_index("ix_deliveries_email", ["email", "id"], unique=False)
        batch_op.drop_index(
            batch_op.f("ix_deliveries_left_out"), sqlite_where=sa.text("state IN ('skipped', 'failed', 'cancelled')")
        )
        batch_op.create_index(
            "ix_deliveries_left_out",
            ["campaign_id", "reason", "id"],
            unique=False,
            postgresql_where=sa.text("reason <> ''"),
            sqlite_where=sa.text("reason <> ''"),
        )
        batch_op.drop_index(batch_op.f("ix_deliveries_stakeholder"))
        batch_op.create_index("ix_deliveries_stakeholder", ["stakeholder_id", "id"], unique=False)
        batch_op.create_index(
            "ix_deliveries_line",
            ["campaign_id", "variant", "id"],
            unique=False,
            postgresql_where=sa.text("reason = ''"),
            sqlite_where=sa.text("reason = ''"),
        )
        batch_op.create_index(
            "ix_deliveries_set_apart",
            ["batch_id"],
            unique=False,
            postgresql_where=sa.text("batch_id IS NOT NULL"),
            sqlite_where=sa.text("batch_id IS NOT NULL"),
        )

    with op.batch_alter_table("subscriptions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_subscriptions_active"))
        batch_op.create_index(
            "ix_subscriptions_state", ["bulletin_id", "state", "id", "stakeholder_id", "office_id"], unique=False
        )

    with op.batch_alter_table("suppressions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_suppressions_address"), sqlite_where=sa.text("lifted_at IS NULL"))
        batch_op.create_index(
            "ix_suppressions_told",
            ["address_key", "list_key", "reason", "told_office_id"],
            unique=True,
            postgresql_where=sa.text("lifted_at IS NULL"),
            sqlite_where=sa.text("lifted_at IS NULL"),
        )
        batch_op.create_index(
            "ix_suppressions_untold",
            ["address_key", "list_key", "reason"],
            unique=True,
            postgresql_where=sa.text("lifted_at IS NULL AND told_office_id IS NULL"),
            sqlite_where=sa.text("lifted_at IS NULL AND told_office_id IS NULL"),
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE deliveries RESET (fillfactor)")
    # One row for each address again: of what several offices were told the oldest goes on refusing, the others stay in the history.
    op.execute(
        "UPDATE suppressions SET lifted_at = created_at WHERE lifted_at IS NULL AND EXISTS (SELECT 1 FROM suppressions AS older"
        " WHERE older.address_key = suppressions.address_key AND older.list_key = suppressions.list_key"
        " AND older.reason = suppressions.reason AND older.lifted_at IS NULL AND older.id < suppressions.id)"
    )
    with op.batch_alter_table("suppressions", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_suppressions_untold",
            postgresql_where=sa.text("lifted_at IS NULL AND told_office_id IS NULL"),
            sqlite_where=sa.text("lifted_at IS NULL AND told_office_id IS NULL"),
        )
        batch_op.drop_index(
            "ix_suppressions_told", postgresql_where=sa.text("lifted_at IS NULL"), sqlite_where=sa.text("lifted_at IS NULL")
        )
        batch_op.create_index(
            batch_op.f("ix_suppressions_address"),
            ["address_key", "list_key", "reason"],
            unique=True,
            postgresql_where=sa.text("lifted_at IS NULL"),
            sqlite_where=sa.text("lifted_at IS NULL"),
        )

    with op.batch_alter_table("subscriptions", schema=None) as batch_op:
        batch_op.drop_index("ix_subscriptions_state")
        batch_op.create_index(batch_op.f("ix_subscriptions_active"), ["bulletin_id", "state", "stakeholder_id"], unique=False)

    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_deliveries_set_apart",
            postgresql_where=sa.text("batch_id IS NOT NULL"),
            sqlite_where=sa.text("batch_id IS NOT NULL"),
        )
        batch_op.drop_index("ix_deliveries_line", postgresql_where=sa.text("reason = ''"), sqlite_where=sa.text("reason = ''"))
        batch_op.drop_index("ix_deliveries_stakeholder")
        batch_op.create_index(batch_op.f("ix_deliveries_stakeholder"), ["stakeholder_id", "accepted_at"], unique=False)
        batch_op.drop_index(
            "ix_deliveries_left_out", postgresql_where=sa.text("reason <> ''"), sqlite_where=sa.text("reason <> ''")
        )
        batch_op.create_index(
            batch_op.f("ix_deliveries_left_out"),
            ["campaign_id", "state", "reason", "id"],
            unique=False,
            postgresql_where=sa.text("state IN ('skipped', 'failed', 'cancelled')"),
            sqlite_where=sa.text("state IN ('skipped', 'failed', 'cancelled')"),
        )
        batch_op.drop_index("ix_deliveries_email")
        batch_op.create_index(batch_op.f("ix_deliveries_email"), ["email", "accepted_at", "campaign_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_deliveries_pending"),
            ["campaign_id", "variant", "id"],
            unique=False,
            postgresql_where=sa.text("state = 'pending'"),
            sqlite_where=sa.text("state = 'pending'"),
        )
        batch_op.create_index(
            batch_op.f("ix_deliveries_apart"),
            ["batch_id"],
            unique=False,
            postgresql_where=sa.text("state = 'pending' AND batch_id IS NOT NULL"),
            sqlite_where=sa.text("state = 'pending' AND batch_id IS NOT NULL"),
        )

    with op.batch_alter_table("campaigns", schema=None) as batch_op:
        batch_op.drop_column("kept_audience")

    with op.batch_alter_table("campaign_approvals", schema=None) as batch_op:
        batch_op.drop_column("told")
