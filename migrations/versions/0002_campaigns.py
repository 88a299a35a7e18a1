"""Suppressions, mail events, bulletins, segments, campaigns

Big tables: add, fill, then require, in three releases. No import from crm: define a light table here.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "hook_posts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content_type", sa.String(length=200), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hook_posts")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("hook_posts", schema=None) as batch_op:
        batch_op.create_index("ix_hook_posts_kind", ["kind", "id"], unique=False)
        batch_op.create_index(
            "ix_hook_posts_waiting",
            ["id"],
            unique=False,
            postgresql_where=sa.text("done_at IS NULL"),
            sqlite_where=sa.text("done_at IS NULL"),
        )
        batch_op.create_index(
            "ix_hook_posts_wrong",
            ["id"],
            unique=False,
            postgresql_where=sa.text("error <> ''"),
            sqlite_where=sa.text("error <> ''"),
        )

    op.create_table(
        "instances",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instances")),
    )
    op.create_table(
        "mail_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_key", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rid", sa.String(length=36), nullable=False),
        sa.Column("bid", sa.String(length=36), nullable=False),
        sa.Column("is_machine", sa.Boolean(), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("details", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_events")),
        sa.UniqueConstraint("event_key", name=op.f("uq_mail_events_event_key")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("mail_events", schema=None) as batch_op:
        batch_op.create_index("ix_mail_events_at", ["at"], unique=False)
        batch_op.create_index("ix_mail_events_bid", ["bid"], unique=False)
        batch_op.create_index("ix_mail_events_rid", ["rid", "kind"], unique=False)

    op.create_table(
        "mail_facts",
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("value", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("error", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_mail_facts")),
    )
    op.create_table(
        "send_budgets",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("tokens", sa.Double(), nullable=False),
        sa.Column("refilled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("per_minute", sa.Integer(), nullable=True),
        sa.Column("is_blocked", sa.Boolean(), nullable=False),
        sa.Column("warm_up_from", sa.Date(), nullable=True),
        sa.Column("per_day", sa.Integer(), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("sent_today", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_send_budgets")),
    )
    op.create_table(
        "campaign_contents",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("draft", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False),
        sa.Column("variants", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False),
        sa.Column("tags", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False),
        sa.Column("links", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False),
        sa.Column("attachments", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_campaign_contents_office_id_offices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_contents")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "link_trials",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("url", sa.String(length=1000), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_link_trials_office_id_offices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_trials")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("link_trials", schema=None) as batch_op:
        batch_op.create_index("ix_link_trials_key", ["office_id", "key"], unique=True)

    op.create_table(
        "sign_ups",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("mailbox", sa.String(length=254), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("bulletin_ids", sa.String(length=400), nullable=False),
        sa.Column("name", sa.String(length=150), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("wording_version", sa.String(length=40), nullable=False),
        sa.Column("allows_clicks", sa.Boolean(), nullable=False),
        sa.Column("evidence", sa.String(length=1000), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("agent", sa.String(length=300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_sign_ups_office_id_offices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ups")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_ups_token_hash")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("sign_ups", schema=None) as batch_op:
        batch_op.create_index("ix_sign_ups_address", ["address", "created_at"], unique=False)
        batch_op.create_index("ix_sign_ups_created", ["created_at"], unique=False)
        batch_op.create_index("ix_sign_ups_mailbox", ["mailbox", "created_at"], unique=False)

    op.create_table(
        "suppressions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("address_key", sa.String(length=64), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("list_key", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("told_office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("synced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["told_office_id"], ["offices.id"], name=op.f("fk_suppressions_told_office_id_offices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suppressions")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("suppressions", schema=None) as batch_op:
        batch_op.create_index(
            "ix_suppressions_address",
            ["address_key", "list_key", "reason"],
            unique=True,
            postgresql_where=sa.text("lifted_at IS NULL"),
            sqlite_where=sa.text("lifted_at IS NULL"),
        )
        batch_op.create_index("ix_suppressions_email", ["email", "list_key"], unique=False)
        batch_op.create_index("ix_suppressions_office", ["told_office_id", "id"], unique=False)

    op.create_table(
        "bulletins",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("description", sa.String(length=500), nullable=False),
        sa.Column("description_en", sa.String(length=500), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("has_archive", sa.Boolean(), nullable=False),
        sa.Column("records_clicks", sa.Boolean(), nullable=False),
        sa.Column("records_opens", sa.Boolean(), nullable=False),
        sa.Column("feed_url", sa.String(length=1000), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_bulletins_created_by_id_users")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_bulletins_office_id_offices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulletins")),
        sa.UniqueConstraint("slug", name=op.f("uq_bulletins_slug")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("bulletins", schema=None) as batch_op:
        batch_op.create_index("ix_bulletins_office", ["office_id", "id"], unique=False)

    op.create_table(
        "segments",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("tree", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False),
        sa.Column("is_static", sa.Boolean(), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_segments_created_by_id_users")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_segments_office_id_offices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segments")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("segments", schema=None) as batch_op:
        batch_op.create_index("ix_segments_office", ["office_id", "id"], unique=False)

    op.create_table(
        "bulletin_feeds",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bulletin_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("url", sa.String(length=1000), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.String(40), nullable=True),
        sa.Column("etag", sa.String(length=200), nullable=False),
        sa.Column("modified", sa.String(length=60), nullable=False),
        sa.Column("office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["bulletin_id"], ["bulletins.id"], name=op.f("fk_bulletin_feeds_bulletin_id_bulletins")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_bulletin_feeds_office_id_offices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulletin_feeds")),
        sa.UniqueConstraint("bulletin_id", name=op.f("uq_bulletin_feeds_bulletin_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "campaigns",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=150), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("bulletin_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("segment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("state_reason", sa.String(length=300), nullable=False),
        sa.Column("draft", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False),
        sa.Column("content_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sender_name", sa.String(length=120), nullable=False),
        sa.Column("reply_to", sa.String(length=254), nullable=False),
        sa.Column("scheduled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hold_minutes", sa.Integer(), nullable=False),
        sa.Column("first_batch", sa.Integer(), nullable=False),
        sa.Column("rate_per_minute", sa.Integer(), nullable=True),
        sa.Column("is_guarded", sa.Boolean(), nullable=False),
        sa.Column("mark_key", sa.String(length=64), nullable=False),
        sa.Column("prepared_upto", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["bulletin_id"], ["bulletins.id"], name=op.f("fk_campaigns_bulletin_id_bulletins")),
        sa.ForeignKeyConstraint(["content_id"], ["campaign_contents.id"], name=op.f("fk_campaigns_content_id_campaign_contents")),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_campaigns_created_by_id_users")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_campaigns_office_id_offices")),
        sa.ForeignKeyConstraint(["segment_id"], ["segments.id"], name=op.f("fk_campaigns_segment_id_segments")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("campaigns", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_campaigns_bulletin_id"), ["bulletin_id"], unique=False)
        batch_op.create_index("ix_campaigns_due", ["state", "scheduled_at"], unique=False)
        batch_op.create_index("ix_campaigns_office", ["office_id", "state", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_campaigns_segment_id"), ["segment_id"], unique=False)

    op.create_table(
        "feed_items",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bulletin_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("url", sa.String(length=1000), nullable=False),
        sa.Column("summary", sa.String(length=500), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("picture_url", sa.String(length=1000), nullable=False),
        sa.Column("picture_file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["bulletin_id"], ["bulletins.id"], name=op.f("fk_feed_items_bulletin_id_bulletins")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_feed_items_office_id_offices")),
        sa.ForeignKeyConstraint(
            ["picture_file_id"], ["stored_files.id"], name=op.f("fk_feed_items_picture_file_id_stored_files")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_items")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("feed_items", schema=None) as batch_op:
        batch_op.create_index("ix_feed_items_dated", ["bulletin_id", "dated_at", "id"], unique=False)
        batch_op.create_index("ix_feed_items_key", ["bulletin_id", "key"], unique=True)

    op.create_table(
        "segment_members",
        sa.Column("segment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stakeholder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["segment_id"], ["segments.id"], name=op.f("fk_segment_members_segment_id_segments")),
        sa.ForeignKeyConstraint(
            ["stakeholder_id"], ["stakeholders.id"], name=op.f("fk_segment_members_stakeholder_id_stakeholders")
        ),
        sa.PrimaryKeyConstraint("segment_id", "stakeholder_id", name=op.f("pk_segment_members")),
    )
    with op.batch_alter_table("segment_members", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_segment_members_stakeholder_id"), ["stakeholder_id"], unique=False)

    op.create_table(
        "subscriptions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bulletin_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stakeholder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=150), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("refuses_clicks", sa.Boolean(), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_how", sa.String(length=40), nullable=False),
        sa.Column("office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["bulletin_id"], ["bulletins.id"], name=op.f("fk_subscriptions_bulletin_id_bulletins")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_subscriptions_office_id_offices")),
        sa.ForeignKeyConstraint(
            ["stakeholder_id"], ["stakeholders.id"], name=op.f("fk_subscriptions_stakeholder_id_stakeholders")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions")),
        sa.UniqueConstraint("token", name=op.f("uq_subscriptions_token")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("subscriptions", schema=None) as batch_op:
        batch_op.create_index("ix_subscriptions_active", ["bulletin_id", "state", "stakeholder_id"], unique=False)
        batch_op.create_index("ix_subscriptions_bulletin_email", ["bulletin_id", "email"], unique=True)
        batch_op.create_index("ix_subscriptions_email", ["email"], unique=False)
        batch_op.create_index("ix_subscriptions_list", ["bulletin_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_subscriptions_stakeholder_id"), ["stakeholder_id"], unique=False)

    op.create_table(
        "batches",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("mark", sa.String(length=36), nullable=False),
        sa.Column("variant", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("first_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("last_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("depth", sa.SmallInteger(), nullable=False),
        sa.Column("is_canary", sa.Boolean(), nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("http_status", sa.Integer(), nullable=True),
        sa.Column("provider_id", sa.String(length=100), nullable=True),
        sa.Column("guard_id", sa.String(length=100), nullable=True),
        sa.Column("send_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("payload_sha256", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("in_doubt_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolution", sa.String(40), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_batches_campaign_id_campaigns")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
        sa.UniqueConstraint("mark", name=op.f("uq_batches_mark")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("batches", schema=None) as batch_op:
        batch_op.create_index("ix_batches_campaign", ["campaign_id", "variant", "last_id"], unique=False)
        batch_op.create_index(
            "ix_batches_open",
            ["state", "campaign_id"],
            unique=False,
            postgresql_where=sa.text("state IN ('ready', 'sending', 'in-doubt')"),
            sqlite_where=sa.text("state IN ('ready', 'sending', 'in-doubt')"),
        )
        batch_op.create_index(
            "ix_batches_seen",
            ["posted_at"],
            unique=False,
            postgresql_where=sa.text("seen_at IS NOT NULL"),
            sqlite_where=sa.text("seen_at IS NOT NULL"),
        )

    op.create_table(
        "campaign_approvals",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("content_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bound_to", sa.String(length=64), nullable=False),
        sa.Column("recipient_count", sa.Integer(), nullable=False),
        sa.Column("sends", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["asked_by_id"], ["users.id"], name=op.f("fk_campaign_approvals_asked_by_id_users")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_campaign_approvals_campaign_id_campaigns")),
        sa.ForeignKeyConstraint(
            ["content_id"], ["campaign_contents.id"], name=op.f("fk_campaign_approvals_content_id_campaign_contents")
        ),
        sa.ForeignKeyConstraint(["decided_by_id"], ["users.id"], name=op.f("fk_campaign_approvals_decided_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_approvals")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("campaign_approvals", schema=None) as batch_op:
        batch_op.create_index("ix_campaign_approvals_campaign", ["campaign_id", "id"], unique=False)

    op.create_table(
        "campaign_breakdowns",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moves", sa.Integer(), nullable=False),
        sa.Column("took_ms", sa.Integer(), nullable=False),
        sa.Column("is_final", sa.Boolean(), nullable=False),
        sa.Column("domains", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False),
        sa.Column("links", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False),
        sa.Column("clicks", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False),
        sa.Column("half", sa.Integer(), nullable=True),
        sa.Column("most", sa.Integer(), nullable=True),
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_campaign_breakdowns_campaign_id_campaigns")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_breakdowns")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("campaign_breakdowns", schema=None) as batch_op:
        batch_op.create_index("ix_campaign_breakdowns_campaign", ["campaign_id"], unique=True)

    op.create_table(
        "campaign_comments",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("block_id", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_campaign_comments_campaign_id_campaigns")),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_campaign_comments_created_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_comments")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("campaign_comments", schema=None) as batch_op:
        batch_op.create_index("ix_campaign_comments_campaign", ["campaign_id", "id"], unique=False)

    op.create_table(
        "campaign_promises",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("answer", sa.String(40), nullable=False),
        sa.Column("sentence", sa.String(length=500), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("commitment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_campaign_promises_campaign_id_campaigns")),
        sa.ForeignKeyConstraint(
            ["commitment_id"], ["commitments.id"], name=op.f("fk_campaign_promises_commitment_id_commitments"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_campaign_promises_created_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_promises")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("campaign_promises", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_campaign_promises_commitment_id"), ["commitment_id"], unique=False)
        batch_op.create_index("ix_campaign_promises_key", ["campaign_id", "key"], unique=True)

    op.create_table(
        "campaign_site_uses",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("block_id", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_campaign_site_uses_campaign_id_campaigns")),
        sa.ForeignKeyConstraint(["item_id"], ["feed_items.id"], name=op.f("fk_campaign_site_uses_item_id_feed_items")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_site_uses")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("campaign_site_uses", schema=None) as batch_op:
        batch_op.create_index("ix_campaign_site_uses_campaign", ["campaign_id", "item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_campaign_site_uses_item_id"), ["item_id"], unique=False)

    op.create_table(
        "campaign_tallies",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_campaign_tallies_campaign_id_campaigns")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_tallies")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("campaign_tallies", schema=None) as batch_op:
        batch_op.create_index("ix_campaign_tallies_campaign", ["campaign_id", "key"], unique=True)

    op.create_table(
        "campaign_versions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("draft", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False),
        sa.Column("note", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_campaign_versions_campaign_id_campaigns")),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_campaign_versions_created_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_versions")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("campaign_versions", schema=None) as batch_op:
        batch_op.create_index("ix_campaign_versions_campaign", ["campaign_id", "id"], unique=False)

    op.create_table(
        "consent_receipts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subscription_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("stakeholder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("purpose", sa.String(length=120), nullable=False),
        sa.Column("basis", sa.String(40), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("wording_version", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("evidence", sa.String(length=1000), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("agent", sa.String(length=300), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_how", sa.String(length=40), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_consent_receipts_office_id_offices")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["users.id"], name=op.f("fk_consent_receipts_recorded_by_id_users")),
        sa.ForeignKeyConstraint(
            ["stakeholder_id"], ["stakeholders.id"], name=op.f("fk_consent_receipts_stakeholder_id_stakeholders")
        ),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscriptions.id"], name=op.f("fk_consent_receipts_subscription_id_subscriptions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_receipts")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("consent_receipts", schema=None) as batch_op:
        batch_op.create_index("ix_consent_receipts_email", ["email"], unique=False)
        batch_op.create_index(batch_op.f("ix_consent_receipts_stakeholder_id"), ["stakeholder_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_consent_receipts_subscription_id"), ["subscription_id"], unique=False)

    op.create_table(
        "deliveries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stakeholder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("subscription_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("variant", sa.String(length=10), nullable=False),
        sa.Column("values", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("processed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deferred_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("bounced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_hard_bounce", sa.Boolean(), nullable=False),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("complained_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unsubscribed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("machine_opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clicked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("machine_clicked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("click_count", sa.Integer(), nullable=False),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_deliveries_batch_id_batches")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_deliveries_campaign_id_campaigns")),
        sa.ForeignKeyConstraint(["stakeholder_id"], ["stakeholders.id"], name=op.f("fk_deliveries_stakeholder_id_stakeholders")),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscriptions.id"], name=op.f("fk_deliveries_subscription_id_subscriptions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.create_index(
            "ix_deliveries_apart",
            ["batch_id"],
            unique=False,
            postgresql_where=sa.text("state = 'pending' AND batch_id IS NOT NULL"),
            sqlite_where=sa.text("state = 'pending' AND batch_id IS NOT NULL"),
        )
        batch_op.create_index("ix_deliveries_campaign", ["campaign_id", "id"], unique=False)
        batch_op.create_index("ix_deliveries_campaign_email", ["campaign_id", "email"], unique=True)
        batch_op.create_index(
            "ix_deliveries_complained",
            ["campaign_id", "id"],
            unique=False,
            postgresql_where=sa.text("complained_at IS NOT NULL"),
            sqlite_where=sa.text("complained_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_deliveries_deferred",
            ["campaign_id", "id"],
            unique=False,
            postgresql_where=sa.text("deferred_at IS NOT NULL"),
            sqlite_where=sa.text("deferred_at IS NOT NULL"),
        )
        batch_op.create_index("ix_deliveries_email", ["email", "accepted_at", "campaign_id"], unique=False)
        batch_op.create_index(
            "ix_deliveries_ended",
            ["campaign_id", "id"],
            unique=False,
            postgresql_where=sa.text("unsubscribed_at IS NOT NULL OR replied_at IS NOT NULL"),
            sqlite_where=sa.text("unsubscribed_at IS NOT NULL OR replied_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_deliveries_left_out",
            ["campaign_id", "state", "reason", "id"],
            unique=False,
            postgresql_where=sa.text("state IN ('skipped', 'failed', 'cancelled')"),
            sqlite_where=sa.text("state IN ('skipped', 'failed', 'cancelled')"),
        )
        batch_op.create_index(
            "ix_deliveries_pending",
            ["campaign_id", "variant", "id"],
            unique=False,
            postgresql_where=sa.text("state = 'pending'"),
            sqlite_where=sa.text("state = 'pending'"),
        )
        batch_op.create_index(
            "ix_deliveries_refused",
            ["campaign_id", "id"],
            unique=False,
            postgresql_where=sa.text("bounced_at IS NOT NULL OR dropped_at IS NOT NULL"),
            sqlite_where=sa.text("bounced_at IS NOT NULL OR dropped_at IS NOT NULL"),
        )
        batch_op.create_index("ix_deliveries_stakeholder", ["stakeholder_id", "accepted_at"], unique=False)

    op.create_table(
        "campaign_clicks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("delivery_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("link_no", sa.SmallInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_machine", sa.Boolean(), nullable=False),
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_campaign_clicks_campaign_id_campaigns")),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name=op.f("fk_campaign_clicks_delivery_id_deliveries")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_clicks")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("campaign_clicks", schema=None) as batch_op:
        batch_op.create_index("ix_campaign_clicks_campaign", ["campaign_id", "link_no", "is_machine"], unique=False)
        batch_op.create_index(batch_op.f("ix_campaign_clicks_delivery_id"), ["delivery_id"], unique=False)

    op.create_table(
        "campaign_replies",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("delivery_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("stakeholder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("message_key", sa.String(length=100), nullable=False),
        sa.Column("from_email", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("checks", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_campaign_replies_campaign_id_campaigns")),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name=op.f("fk_campaign_replies_delivery_id_deliveries")),
        sa.ForeignKeyConstraint(
            ["stakeholder_id"], ["stakeholders.id"], name=op.f("fk_campaign_replies_stakeholder_id_stakeholders")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_replies")),
        sa.UniqueConstraint("message_key", name=op.f("uq_campaign_replies_message_key")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("campaign_replies", schema=None) as batch_op:
        batch_op.create_index("ix_campaign_replies_campaign", ["campaign_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_campaign_replies_delivery_id"), ["delivery_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_campaign_replies_stakeholder_id"), ["stakeholder_id"], unique=False)

    with op.batch_alter_table("contact_points", schema=None) as batch_op:
        batch_op.create_index(
            "ix_contact_points_first",
            ["stakeholder_id", "position", "id", "value"],
            unique=False,
            postgresql_where=sa.text("kind = 'email' AND is_private IS FALSE"),
            sqlite_where=sa.text("kind = 'email' AND is_private IS 0"),
        )

    with op.batch_alter_table("outbox_messages", schema=None) as batch_op:
        batch_op.add_column(sa.Column("subject", sa.String(length=250), server_default="", nullable=False))
        batch_op.add_column(sa.Column("recipients", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("from_office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        batch_op.add_column(sa.Column("hold", sa.String(length=100), nullable=True))
        batch_op.add_column(sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_outbox_messages_due_at"), ["due_at"], unique=False)
        batch_op.create_index("ix_outbox_messages_office", ["from_office_id", "id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_outbox_messages_from_office_id_offices"), "offices", ["from_office_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("outbox_messages", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_outbox_messages_from_office_id_offices"), type_="foreignkey")
        batch_op.drop_index("ix_outbox_messages_office")
        batch_op.drop_index(batch_op.f("ix_outbox_messages_due_at"))
        batch_op.drop_column("due_at")
        batch_op.drop_column("hold")
        batch_op.drop_column("from_office_id")
        batch_op.drop_column("recipients")
        batch_op.drop_column("subject")

    with op.batch_alter_table("contact_points", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_contact_points_first",
            postgresql_where=sa.text("kind = 'email' AND is_private IS FALSE"),
            sqlite_where=sa.text("kind = 'email' AND is_private IS 0"),
        )

    with op.batch_alter_table("campaign_replies", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_campaign_replies_stakeholder_id"))
        batch_op.drop_index(batch_op.f("ix_campaign_replies_delivery_id"))
        batch_op.drop_index("ix_campaign_replies_campaign")

    op.drop_table("campaign_replies")
    with op.batch_alter_table("campaign_clicks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_campaign_clicks_delivery_id"))
        batch_op.drop_index("ix_campaign_clicks_campaign")

    op.drop_table("campaign_clicks")
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_index("ix_deliveries_stakeholder")
        batch_op.drop_index(
            "ix_deliveries_refused",
            postgresql_where=sa.text("bounced_at IS NOT NULL OR dropped_at IS NOT NULL"),
            sqlite_where=sa.text("bounced_at IS NOT NULL OR dropped_at IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_deliveries_pending", postgresql_where=sa.text("state = 'pending'"), sqlite_where=sa.text("state = 'pending'")
        )
        batch_op.drop_index(
            "ix_deliveries_left_out",
            postgresql_where=sa.text("state IN ('skipped', 'failed', 'cancelled')"),
            sqlite_where=sa.text("state IN ('skipped', 'failed', 'cancelled')"),
        )
        batch_op.drop_index(
            "ix_deliveries_ended",
            postgresql_where=sa.text("unsubscribed_at IS NOT NULL OR replied_at IS NOT NULL"),
            sqlite_where=sa.text("unsubscribed_at IS NOT NULL OR replied_at IS NOT NULL"),
        )
        batch_op.drop_index("ix_deliveries_email")
        batch_op.drop_index(
            "ix_deliveries_deferred",
            postgresql_where=sa.text("deferred_at IS NOT NULL"),
            sqlite_where=sa.text("deferred_at IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_deliveries_complained",
            postgresql_where=sa.text("complained_at IS NOT NULL"),
            sqlite_where=sa.text("complained_at IS NOT NULL"),
        )
        batch_op.drop_index("ix_deliveries_campaign_email")
        batch_op.drop_index("ix_deliveries_campaign")
        batch_op.drop_index(
            "ix_deliveries_apart",
            postgresql_where=sa.text("state = 'pending' AND batch_id IS NOT NULL"),
            sqlite_where=sa.text("state = 'pending' AND batch_id IS NOT NULL"),
        )

    op.drop_table("deliveries")
    with op.batch_alter_table("consent_receipts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consent_receipts_subscription_id"))
        batch_op.drop_index(batch_op.f("ix_consent_receipts_stakeholder_id"))
        batch_op.drop_index("ix_consent_receipts_email")

    op.drop_table("consent_receipts")
    with op.batch_alter_table("campaign_versions", schema=None) as batch_op:
        batch_op.drop_index("ix_campaign_versions_campaign")

    op.drop_table("campaign_versions")
    with op.batch_alter_table("campaign_tallies", schema=None) as batch_op:
        batch_op.drop_index("ix_campaign_tallies_campaign")

    op.drop_table("campaign_tallies")
    with op.batch_alter_table("campaign_site_uses", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_campaign_site_uses_item_id"))
        batch_op.drop_index("ix_campaign_site_uses_campaign")

    op.drop_table("campaign_site_uses")
    with op.batch_alter_table("campaign_promises", schema=None) as batch_op:
        batch_op.drop_index("ix_campaign_promises_key")
        batch_op.drop_index(batch_op.f("ix_campaign_promises_commitment_id"))

    op.drop_table("campaign_promises")
    with op.batch_alter_table("campaign_comments", schema=None) as batch_op:
        batch_op.drop_index("ix_campaign_comments_campaign")

    op.drop_table("campaign_comments")
    with op.batch_alter_table("campaign_breakdowns", schema=None) as batch_op:
        batch_op.drop_index("ix_campaign_breakdowns_campaign")

    op.drop_table("campaign_breakdowns")
    with op.batch_alter_table("campaign_approvals", schema=None) as batch_op:
        batch_op.drop_index("ix_campaign_approvals_campaign")

    op.drop_table("campaign_approvals")
    with op.batch_alter_table("batches", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_batches_seen", postgresql_where=sa.text("seen_at IS NOT NULL"), sqlite_where=sa.text("seen_at IS NOT NULL")
        )
        batch_op.drop_index(
            "ix_batches_open",
            postgresql_where=sa.text("state IN ('ready', 'sending', 'in-doubt')"),
            sqlite_where=sa.text("state IN ('ready', 'sending', 'in-doubt')"),
        )
        batch_op.drop_index("ix_batches_campaign")

    op.drop_table("batches")
    with op.batch_alter_table("subscriptions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_subscriptions_stakeholder_id"))
        batch_op.drop_index("ix_subscriptions_list")
        batch_op.drop_index("ix_subscriptions_email")
        batch_op.drop_index("ix_subscriptions_bulletin_email")
        batch_op.drop_index("ix_subscriptions_active")

    op.drop_table("subscriptions")
    with op.batch_alter_table("segment_members", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_segment_members_stakeholder_id"))

    op.drop_table("segment_members")
    with op.batch_alter_table("feed_items", schema=None) as batch_op:
        batch_op.drop_index("ix_feed_items_key")
        batch_op.drop_index("ix_feed_items_dated")

    op.drop_table("feed_items")
    with op.batch_alter_table("campaigns", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_campaigns_segment_id"))
        batch_op.drop_index("ix_campaigns_office")
        batch_op.drop_index("ix_campaigns_due")
        batch_op.drop_index(batch_op.f("ix_campaigns_bulletin_id"))

    op.drop_table("campaigns")
    op.drop_table("bulletin_feeds")
    with op.batch_alter_table("segments", schema=None) as batch_op:
        batch_op.drop_index("ix_segments_office")

    op.drop_table("segments")
    with op.batch_alter_table("bulletins", schema=None) as batch_op:
        batch_op.drop_index("ix_bulletins_office")

    op.drop_table("bulletins")
    with op.batch_alter_table("suppressions", schema=None) as batch_op:
        batch_op.drop_index("ix_suppressions_office")
        batch_op.drop_index("ix_suppressions_email")
        batch_op.drop_index(
            "ix_suppressions_address", postgresql_where=sa.text("lifted_at IS NULL"), sqlite_where=sa.text("lifted_at IS NULL")
        )

    op.drop_table("suppressions")
    with op.batch_alter_table("sign_ups", schema=None) as batch_op:
        batch_op.drop_index("ix_sign_ups_mailbox")
        batch_op.drop_index("ix_sign_ups_created")
        batch_op.drop_index("ix_sign_ups_address")

    op.drop_table("sign_ups")
    with op.batch_alter_table("link_trials", schema=None) as batch_op:
        batch_op.drop_index("ix_link_trials_key")

    op.drop_table("link_trials")
    op.drop_table("campaign_contents")
    op.drop_table("send_budgets")
    op.drop_table("mail_facts")
    with op.batch_alter_table("mail_events", schema=None) as batch_op:
        batch_op.drop_index("ix_mail_events_rid")
        batch_op.drop_index("ix_mail_events_bid")
        batch_op.drop_index("ix_mail_events_at")

    op.drop_table("mail_events")
    op.drop_table("instances")
    with op.batch_alter_table("hook_posts", schema=None) as batch_op:
        batch_op.drop_index("ix_hook_posts_wrong", postgresql_where=sa.text("error <> ''"), sqlite_where=sa.text("error <> ''"))
        batch_op.drop_index(
            "ix_hook_posts_waiting", postgresql_where=sa.text("done_at IS NULL"), sqlite_where=sa.text("done_at IS NULL")
        )
        batch_op.drop_index("ix_hook_posts_kind")

    op.drop_table("hook_posts")
