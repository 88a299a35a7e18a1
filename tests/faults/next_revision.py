"""The migration after the newest, of tests: it adds a column to a big table, a table, rows and an index, and says where it stands.

It waits after each step for the file of that number, so that it can be killed there.
"""

import os
import time
from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "next"
down_revision = "newest"

PLACE = Path(os.environ["MIGRATION_STEPS"])


def stand(step):
    (PLACE / f"at-{step}").touch()
    until = time.monotonic() + 30
    while not (PLACE / f"go-{step}").exists():
        assert time.monotonic() < until
        time.sleep(0.01)


def upgrade():
    stand(1)
    with op.batch_alter_table("stakeholders") as batch:
        batch.add_column(sa.Column("nickname", sa.String(80)))
        batch.alter_column("name", existing_type=sa.String(200), type_=sa.String(250), existing_nullable=False)
    stand(2)
    op.create_table("nicknames", sa.Column("id", sa.Integer, primary_key=True), sa.Column("text", sa.String(80)))
    op.execute("insert into nicknames (text) select name from stakeholders")
    stand(3)
    op.execute("update stakeholders set nickname = 'x'")
    op.create_index("ix_nicknames_text", "nicknames", ["text"])
    stand(4)


def downgrade():
    op.drop_table("nicknames")
    with op.batch_alter_table("stakeholders") as batch:
        batch.drop_column("nickname")
