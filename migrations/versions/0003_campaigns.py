"""What campaigns keep: indexes that sending does not move, and what was added since

Big tables: add, fill, then require, in three releases. No import from crm: define a light table here.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    with op.batch_alter_table("campaign_approvals", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "told",
                sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
                server_default="{}",
                nullable=False,
            )
        )

    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deliveries_email"))
        batch_op.create_index("ix_deliveries_email", ["email", "id"], unique=False)
        batch_op.drop_index(batch_op.f("ix_deliveries_stakeholder"))
        batch_op.create_index("ix_deliveries_stakeholder", ["stakeholder_id", "id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_index("ix_deliveries_stakeholder")
        batch_op.create_index(batch_op.f("ix_deliveries_stakeholder"), ["stakeholder_id", "accepted_at"], unique=False)
        batch_op.drop_index("ix_deliveries_email")
        batch_op.create_index(batch_op.f("ix_deliveries_email"), ["email", "accepted_at", "campaign_id"], unique=False)

    with op.batch_alter_table("campaign_approvals", schema=None) as batch_op:
        batch_op.drop_column("told")
