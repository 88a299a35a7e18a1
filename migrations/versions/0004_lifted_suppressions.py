"""An index of who was let in again: what is to be taken off SendGrid's lists is looked for at each of these, and every hour

Big tables: add, fill, then require, in three releases. No import from crm: define a light table here.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    with op.batch_alter_table("suppressions", schema=None) as batch_op:
        batch_op.create_index(
            "ix_suppressions_lifted",
            ["reason", "synced_at"],
            unique=False,
            postgresql_where=sa.text("lifted_at IS NOT NULL"),
            sqlite_where=sa.text("lifted_at IS NOT NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("suppressions", schema=None) as batch_op:
        batch_op.drop_index("ix_suppressions_lifted")
