"""First schema

Big tables: add, fill, then require, in three releases. No import from crm: define a light table here.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


SQLITE = (
    """
        CREATE TRIGGER activity_entries_no_update BEFORE UPDATE ON activity_entries BEGIN SELECT RAISE(ABORT, 'the activity record is never changed'); END
    """,
    """
        CREATE TRIGGER activity_entries_no_delete BEFORE DELETE ON activity_entries BEGIN SELECT RAISE(ABORT, 'the activity record is never changed'); END
    """,
    """
        CREATE TRIGGER activity_seals_no_update BEFORE UPDATE ON activity_seals BEGIN SELECT RAISE(ABORT, 'the activity record is never changed'); END
    """,
    """
        CREATE TRIGGER activity_seals_no_delete BEFORE DELETE ON activity_seals BEGIN SELECT RAISE(ABORT, 'the activity record is never changed'); END
    """,
    """
        CREATE VIRTUAL TABLE search_fts USING fts5(
          terms, content='search_documents', content_rowid='id', tokenize="ascii tokenchars '/'", prefix='2 3', detail='none', columnsize=0
        )
    """,
)

POSTGRESQL = (
    """
        CREATE OR REPLACE FUNCTION refuse_change_of_record() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the activity record is never changed' USING ERRCODE = 'restrict_violation'; END $$
    """,
    """
        CREATE TRIGGER activity_entries_no_change BEFORE UPDATE OR DELETE ON activity_entries FOR EACH ROW EXECUTE FUNCTION refuse_change_of_record()
    """,
    """
        CREATE TRIGGER activity_entries_no_truncate BEFORE TRUNCATE ON activity_entries FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_record()
    """,
    """
        CREATE TRIGGER activity_seals_no_change BEFORE UPDATE OR DELETE ON activity_seals FOR EACH ROW EXECUTE FUNCTION refuse_change_of_record()
    """,
    """
        CREATE TRIGGER activity_seals_no_truncate BEFORE TRUNCATE ON activity_seals FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_record()
    """,
    """
        CREATE FUNCTION search_vector(terms text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 1000 AS $$
        BEGIN
          RETURN array_to_tsvector(string_to_array(terms, ' '));
        END
        $$
    """,
    """
        CREATE INDEX ix_search_documents_terms ON search_documents USING gin (search_vector(terms))
          WITH (fastupdate = on, gin_pending_list_limit = 256)
    """,
)
KINDS = ("interaction", "meeting")


def upgrade() -> None:
    op.create_table(
        "activity_entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=True),
        sa.Column("verb", sa.String(length=60), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("request_id", sa.String(length=40), nullable=False),
        sa.Column("changes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("details", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_entries")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("activity_entries", schema=None) as batch_op:
        batch_op.create_index("ix_activity_entries_office", ["office_id", "id"], unique=False)
        batch_op.create_index("ix_activity_entries_subject", ["subject_kind", "subject_id", "id"], unique=False)

    op.create_table(
        "activity_seals",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("first_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("last_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entry_count", sa.Integer(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_seals")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "engagement_kinds",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_engagement_kinds")),
    )
    op.create_table(
        "form_receipts",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("endpoint", sa.String(length=120), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("location", sa.String(length=2000), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_form_receipts")),
    )
    with op.batch_alter_table("form_receipts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_form_receipts_created_at"), ["created_at"], unique=False)

    op.create_table(
        "holidays",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.CheckConstraint("kind IN ('national', 'collective-leave')", name=op.f("ck_holidays_kind_known")),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_holidays")),
    )
    op.create_table(
        "job_outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("arguments", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("office_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=500), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_outbox")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("job_outbox", schema=None) as batch_op:
        batch_op.create_index("ix_job_outbox_due", ["failed_at", "not_before"], unique=False)

    op.create_table(
        "offices",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("path", sa.String(length=500), nullable=False),
        sa.Column("timezone", sa.String(length=60), nullable=False),
        sa.Column("letterhead", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["offices.id"], name=op.f("fk_offices_parent_id_offices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offices")),
        sa.UniqueConstraint("code", name=op.f("uq_offices_code")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("offices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offices_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_offices_path"), ["path"], unique=False)

    op.create_table(
        "outbox_messages",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reference", sa.String(length=36), nullable=False),
        sa.Column("payload", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("eml", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_messages")),
        sa.UniqueConstraint("reference", name=op.f("uq_outbox_messages_reference")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "regions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["parent_id"], ["regions.id"], name=op.f("fk_regions_parent_id_regions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regions")),
        sa.UniqueConstraint("code", name=op.f("uq_regions_code")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("regions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_regions_name"), ["name"], unique=False)
        batch_op.create_index(batch_op.f("ix_regions_parent_id"), ["parent_id"], unique=False)

    op.create_table(
        "search_term_changes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("counts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_term_changes")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "search_terms",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("term", sa.String(length=40), nullable=False),
        sa.Column("use_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_terms")),
        sa.UniqueConstraint("term", name=op.f("uq_search_terms_term")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "sign_in_attempts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_hash", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempts")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("sign_in_attempts", schema=None) as batch_op:
        batch_op.create_index("ix_sign_in_attempts_account", ["account_hash", "at"], unique=False)
        batch_op.create_index("ix_sign_in_attempts_address", ["address", "at"], unique=False)

    op.create_table(
        "stored_files",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=120), nullable=False),
        sa.Column("byte_count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("storage_key", sa.String(length=64), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=True),
        sa.Column("uploaded_by_name", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_files")),
        sa.UniqueConstraint("storage_key", name=op.f("uq_stored_files_storage_key")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("stored_files", schema=None) as batch_op:
        batch_op.create_index("ix_stored_files_subject", ["subject_kind", "subject_id"], unique=False)

    op.create_table(
        "tags",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("name_match", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tags")),
        sa.UniqueConstraint("name_match", name=op.f("uq_tags_name_match")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "topics",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("name_match", sa.String(length=80), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topics")),
        sa.UniqueConstraint("name_match", name=op.f("uq_topics_name_match")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "mail_messages",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reference", sa.String(length=36), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("to_email", sa.String(length=254), nullable=False),
        sa.Column("to_name", sa.String(length=150), nullable=False),
        sa.Column("subject", sa.String(length=250), nullable=False),
        sa.Column("text_body", sa.Text(), nullable=False),
        sa.Column("html_body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("http_status", sa.Integer(), nullable=True),
        sa.Column("provider_id", sa.String(length=100), nullable=True),
        sa.Column("payload_sha256", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("in_doubt_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolution", sa.String(40), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_mail_messages_office_id_offices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_messages")),
        sa.UniqueConstraint("reference", name=op.f("uq_mail_messages_reference")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("mail_messages", schema=None) as batch_op:
        batch_op.create_index("ix_mail_messages_office", ["office_id", "id"], unique=False)
        batch_op.create_index("ix_mail_messages_state", ["state", "not_before"], unique=False)

    op.create_table(
        "programs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=150), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_programs_office_id_offices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programs")),
        sa.UniqueConstraint("office_id", "name", name=op.f("uq_programs_office_id_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "search_documents",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("subtitle", sa.String(length=300), nullable=False),
        sa.Column(
            "name_sort", sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_search_documents_office_id_offices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_documents")),
        sa.UniqueConstraint("kind", "subject_id", name=op.f("uq_search_documents_kind_subject_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("search_documents", schema=None) as batch_op:
        batch_op.create_index("ix_search_documents_name", ["kind", "name_sort", "id", "office_id", "is_shared"], unique=False)
        batch_op.create_index(batch_op.f("ix_search_documents_office_id"), ["office_id"], unique=False)

    op.create_table(
        "search_term_deletions",
        sa.Column("deletion", sa.String(length=40), nullable=False),
        sa.Column("term_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["term_id"], ["search_terms.id"], name=op.f("fk_search_term_deletions_term_id_search_terms")),
        sa.PrimaryKeyConstraint("deletion", "term_id", name=op.f("pk_search_term_deletions")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("search_term_deletions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_search_term_deletions_term_id"), ["term_id"], unique=False)

    op.create_table(
        "users",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=150), nullable=False),
        sa.Column("post", sa.String(length=150), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("language", sa.String(40), nullable=False),
        sa.Column("theme", sa.String(40), nullable=False),
        sa.Column("density", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("density IN ('comfortable', 'compact')", name=op.f("ck_users_density_known")),
        sa.CheckConstraint("language IN ('id', 'en')", name=op.f("ck_users_language_known")),
        sa.CheckConstraint("role IN ('viewer', 'officer', 'manager', 'administrator')", name=op.f("ck_users_role_known")),
        sa.CheckConstraint("theme IN ('auto', 'light', 'dark')", name=op.f("ck_users_theme_known")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_users_office_id_offices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_users_office_id"), ["office_id"], unique=False)

    op.create_table(
        "account_links",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("purpose", sa.String(40), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("purpose IN ('reset', 'invitation')", name=op.f("ck_account_links_purpose_known")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_account_links_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_account_links_token_hash")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("account_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_links_user_id"), ["user_id"], unique=False)

    op.create_table(
        "engagements",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("occurred_on", sa.Date(), nullable=True),
        sa.Column("sort_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("precision", sa.String(40), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("program_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_engagements_created_by_id_users")),
        sa.ForeignKeyConstraint(["kind"], ["engagement_kinds.code"], name=op.f("fk_engagements_kind_engagement_kinds")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_engagements_office_id_offices")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_engagements_owner_id_users")),
        sa.ForeignKeyConstraint(["program_id"], ["programs.id"], name=op.f("fk_engagements_program_id_programs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engagements")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("engagements", schema=None) as batch_op:
        batch_op.create_index(
            "ix_engagements_office_day", ["office_id", "occurred_on", "kind", "role", "precision", "owner_id"], unique=False
        )
        batch_op.create_index("ix_engagements_office_sort", ["office_id", "sort_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_engagements_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_engagements_program_id"), ["program_id"], unique=False)

    op.create_table(
        "exports",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("format", sa.String(length=20), nullable=False),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("filters", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("office_ids", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("zone", sa.String(length=40), nullable=False),
        sa.Column("has_private", sa.Boolean(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=True),
        sa.Column("path", sa.String(length=100), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_exports_created_by_id_users")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_exports_office_id_offices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exports")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("exports", schema=None) as batch_op:
        batch_op.create_index("ix_exports_expiry", ["state", "expires_at"], unique=False)
        batch_op.create_index("ix_exports_person", ["created_by_id", "id"], unique=False)

    op.create_table(
        "import_profiles",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=150), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_import_profiles_office_id_offices")),
        sa.ForeignKeyConstraint(["updated_by_id"], ["users.id"], name=op.f("fk_import_profiles_updated_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_profiles")),
        sa.UniqueConstraint("office_id", "key", name=op.f("uq_import_profiles_office_id_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "imports",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("profile_key", sa.String(length=80), nullable=False),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("row_count", sa.Integer(), nullable=True),
        sa.Column("rows_done", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("created", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("error", sa.String(length=200), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_imports_created_by_id_users")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_imports_office_id_offices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("imports", schema=None) as batch_op:
        batch_op.create_index("ix_imports_office", ["office_id", "id"], unique=False)

    op.create_table(
        "stakeholders",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "name_sort", sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "name_match", sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("tier", sa.SmallInteger(), nullable=True),
        sa.Column("influence", sa.SmallInteger(), nullable=True),
        sa.Column("interest", sa.SmallInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("private_note", sa.Text(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("influence BETWEEN 1 AND 5", name=op.f("ck_stakeholders_influence_known")),
        sa.CheckConstraint("interest BETWEEN 1 AND 5", name=op.f("ck_stakeholders_interest_known")),
        sa.CheckConstraint("tier BETWEEN 1 AND 3", name=op.f("ck_stakeholders_tier_known")),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_stakeholders_created_by_id_users")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_stakeholders_office_id_offices")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_stakeholders_owner_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stakeholders")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("stakeholders", schema=None) as batch_op:
        batch_op.create_index(
            "ix_stakeholders_office_archived",
            ["office_id", "archived_at"],
            unique=False,
            postgresql_where=sa.text("archived_at IS NOT NULL"),
            sqlite_where=sa.text("archived_at IS NOT NULL"),
        )
        batch_op.create_index("ix_stakeholders_office_match", ["office_id", "name_match"], unique=False)
        batch_op.create_index(
            "ix_stakeholders_office_name",
            ["office_id", "name_sort", "id", "tier", "kind", "created_at"],
            unique=False,
            postgresql_where=sa.text("archived_at IS NULL"),
            sqlite_where=sa.text("archived_at IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_stakeholders_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(
            "ix_stakeholders_shared_match",
            ["name_match"],
            unique=False,
            postgresql_where=sa.text("is_shared"),
            sqlite_where=sa.text("is_shared = 1"),
        )
        batch_op.create_index(
            "ix_stakeholders_shared_name",
            ["name_sort", "id"],
            unique=False,
            postgresql_where=sa.text("is_shared AND archived_at IS NULL"),
            sqlite_where=sa.text("is_shared = 1 AND archived_at IS NULL"),
        )

    op.create_table(
        "user_sessions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("agent", sa.String(length=300), nullable=False),
        sa.Column("office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_user_sessions_office_id_offices")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_user_sessions_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_user_sessions_token_hash")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("user_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_user_sessions_user_id"), ["user_id"], unique=False)

    op.create_table(
        "commitments",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("side", sa.String(40), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_precision", sa.String(40), nullable=False),
        sa.Column("is_urgent", sa.Boolean(), nullable=False),
        sa.Column("is_uncertain", sa.Boolean(), nullable=False),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("stakeholder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("organization_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("engagement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("side IN ('ours', 'theirs')", name=op.f("ck_commitments_side_known")),
        sa.CheckConstraint("state IN ('open', 'done', 'broken', 'withdrawn')", name=op.f("ck_commitments_state_known")),
        sa.ForeignKeyConstraint(["closed_by_id"], ["users.id"], name=op.f("fk_commitments_closed_by_id_users")),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_commitments_created_by_id_users")),
        sa.ForeignKeyConstraint(["engagement_id"], ["engagements.id"], name=op.f("fk_commitments_engagement_id_engagements")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_commitments_office_id_offices")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["stakeholders.id"], name=op.f("fk_commitments_organization_id_stakeholders")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_commitments_owner_id_users")),
        sa.ForeignKeyConstraint(["stakeholder_id"], ["stakeholders.id"], name=op.f("fk_commitments_stakeholder_id_stakeholders")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitments")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("commitments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_commitments_engagement_id"), ["engagement_id"], unique=False)
        batch_op.create_index("ix_commitments_office_state_due", ["office_id", "state", "due_on", "id"], unique=False)
        batch_op.create_index("ix_commitments_organization", ["organization_id", "state"], unique=False)
        batch_op.create_index("ix_commitments_owner_state_due", ["owner_id", "state", "due_on"], unique=False)
        batch_op.create_index("ix_commitments_stakeholder", ["stakeholder_id", "state"], unique=False)

    op.create_table(
        "contact_points",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("value", sa.String(length=254), nullable=False),
        sa.Column("network", sa.String(length=30), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("is_private", sa.Boolean(), nullable=False),
        sa.Column("has_whatsapp", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("stakeholder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["stakeholder_id"], ["stakeholders.id"], name=op.f("fk_contact_points_stakeholder_id_stakeholders")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_points")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("contact_points", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_points_stakeholder_id"), ["stakeholder_id"], unique=False)
        batch_op.create_index("ix_contact_points_value", ["kind", "value"], unique=False)

    op.create_table(
        "engagement_topics",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("engagement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("topic_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["engagement_id"], ["engagements.id"], name=op.f("fk_engagement_topics_engagement_id_engagements")
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name=op.f("fk_engagement_topics_topic_id_topics")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engagement_topics")),
        sa.UniqueConstraint("engagement_id", "topic_id", name=op.f("uq_engagement_topics_engagement_id_topic_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("engagement_topics", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_engagement_topics_engagement_id"), ["engagement_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_engagement_topics_topic_id"), ["topic_id"], unique=False)

    op.create_table(
        "external_ids",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("stakeholder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_external_ids_office_id_offices")),
        sa.ForeignKeyConstraint(
            ["stakeholder_id"], ["stakeholders.id"], name=op.f("fk_external_ids_stakeholder_id_stakeholders")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_external_ids")),
        sa.UniqueConstraint("office_id", "source", "value", name=op.f("uq_external_ids_office_id_source_value")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("external_ids", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_external_ids_stakeholder_id"), ["stakeholder_id"], unique=False)

    op.create_table(
        "import_changes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("record_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("field", sa.String(length=60), nullable=False),
        sa.Column("before", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("after", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name=op.f("fk_import_changes_import_id_imports")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_changes")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("import_changes", schema=None) as batch_op:
        batch_op.create_index("ix_import_changes_import", ["import_id", "id"], unique=False)

    op.create_table(
        "import_files",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("path", sa.String(length=500), nullable=False),
        sa.Column("byte_count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("overrides", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name=op.f("fk_import_files_import_id_imports")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_files")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("import_files", schema=None) as batch_op:
        batch_op.create_index("ix_import_files_import", ["import_id", "position"], unique=False)

    op.create_table(
        "import_records",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("record_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name=op.f("fk_import_records_import_id_imports")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_records")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("import_records", schema=None) as batch_op:
        batch_op.create_index("ix_import_records_import", ["import_id", "kind", "record_id"], unique=False)
        batch_op.create_index("ix_import_records_record", ["kind", "record_id"], unique=False)

    op.create_table(
        "interactions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("direction", sa.String(40), nullable=False),
        sa.Column("duration_minutes", sa.Integer(), nullable=True),
        sa.Column("private_note", sa.Text(), nullable=False),
        sa.Column("tone", sa.String(40), nullable=True),
        sa.Column("letter_number", sa.String(length=80), nullable=False),
        sa.Column("letter_on", sa.Date(), nullable=True),
        sa.Column("typed_line", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["engagements.id"], name=op.f("fk_interactions_id_engagements")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interactions")),
    )
    op.create_table(
        "meetings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("host_text", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["engagements.id"], name=op.f("fk_meetings_id_engagements")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meetings")),
    )
    op.create_table(
        "organizations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("category", sa.String(40), nullable=False),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("region_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("address", sa.String(length=500), nullable=False),
        sa.Column("website", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["stakeholders.id"], name=op.f("fk_organizations_id_stakeholders")),
        sa.ForeignKeyConstraint(["parent_id"], ["organizations.id"], name=op.f("fk_organizations_parent_id_organizations")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_organizations_region_id_regions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organizations")),
    )
    with op.batch_alter_table("organizations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_organizations_category"), ["category"], unique=False)
        batch_op.create_index(batch_op.f("ix_organizations_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_organizations_region_id"), ["region_id"], unique=False)

    op.create_table(
        "other_names",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_match", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("stakeholder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["stakeholder_id"], ["stakeholders.id"], name=op.f("fk_other_names_stakeholder_id_stakeholders")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_other_names")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("other_names", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_other_names_name_match"), ["name_match"], unique=False)
        batch_op.create_index(batch_op.f("ix_other_names_stakeholder_id"), ["stakeholder_id"], unique=False)

    op.create_table(
        "participations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("engagement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stakeholder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organization_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("was_invited", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.String(length=20), nullable=False),
        sa.Column("has_attended", sa.Boolean(), nullable=True),
        sa.Column("occurred_on", sa.Date(), nullable=True),
        sa.Column("sort_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["engagement_id"], ["engagements.id"], name=op.f("fk_participations_engagement_id_engagements")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_participations_office_id_offices")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["stakeholders.id"], name=op.f("fk_participations_organization_id_stakeholders")
        ),
        sa.ForeignKeyConstraint(
            ["stakeholder_id"], ["stakeholders.id"], name=op.f("fk_participations_stakeholder_id_stakeholders")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participations")),
        sa.UniqueConstraint("engagement_id", "stakeholder_id", name=op.f("uq_participations_engagement_id_stakeholder_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("participations", schema=None) as batch_op:
        batch_op.create_index(
            "ix_participations_office_day",
            ["office_id", "occurred_on", "stakeholder_id", "organization_id", "engagement_id", "role", "has_attended"],
            unique=False,
        )
        batch_op.create_index(
            "ix_participations_organization_time",
            ["organization_id", "sort_at", "engagement_id", "occurred_on", "office_id", "role", "has_attended"],
            unique=False,
        )
        batch_op.create_index(
            "ix_participations_stakeholder_time",
            ["stakeholder_id", "sort_at", "engagement_id", "occurred_on", "office_id", "role", "has_attended"],
            unique=False,
        )

    op.create_table(
        "people",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("titles_before", sa.String(length=80), nullable=False),
        sa.Column("titles_after", sa.String(length=120), nullable=False),
        sa.Column("salutation", sa.String(length=40), nullable=False),
        sa.Column("called", sa.String(length=80), nullable=False),
        sa.Column("preferred_channel", sa.String(40), nullable=True),
        sa.Column("preferred_language", sa.String(length=10), nullable=False),
        sa.Column("beat", sa.String(length=120), nullable=False),
        sa.Column("do_not_contact_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("do_not_contact_reason", sa.String(length=200), nullable=False),
        sa.Column("birth_on", sa.Date(), nullable=True),
        sa.Column("home_address", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["stakeholders.id"], name=op.f("fk_people_id_stakeholders")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
    )
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.create_index(
            "ix_people_do_not_contact",
            ["id"],
            unique=False,
            postgresql_where=sa.text("do_not_contact_at IS NOT NULL"),
            sqlite_where=sa.text("do_not_contact_at IS NOT NULL"),
        )

    op.create_table(
        "positions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organization_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.String(length=150), nullable=False),
        sa.Column("title_match", sa.String(length=150), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_positions_office_id_offices")),
        sa.ForeignKeyConstraint(["organization_id"], ["stakeholders.id"], name=op.f("fk_positions_organization_id_stakeholders")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_positions")),
        sa.UniqueConstraint(
            "organization_id", "office_id", "title_match", name=op.f("uq_positions_organization_id_office_id_title_match")
        ),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("positions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_positions_organization_id"), ["organization_id"], unique=False)

    op.create_table(
        "ratings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rated_on", sa.Date(), nullable=False),
        sa.Column("influence", sa.SmallInteger(), nullable=True),
        sa.Column("interest", sa.SmallInteger(), nullable=True),
        sa.Column("rated_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("stakeholder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["rated_by_id"], ["users.id"], name=op.f("fk_ratings_rated_by_id_users")),
        sa.ForeignKeyConstraint(["stakeholder_id"], ["stakeholders.id"], name=op.f("fk_ratings_stakeholder_id_stakeholders")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ratings")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("ratings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ratings_stakeholder_id"), ["stakeholder_id"], unique=False)

    op.create_table(
        "stakeholder_links",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("to_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["from_id"], ["stakeholders.id"], name=op.f("fk_stakeholder_links_from_id_stakeholders")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_stakeholder_links_office_id_offices")),
        sa.ForeignKeyConstraint(["to_id"], ["stakeholders.id"], name=op.f("fk_stakeholder_links_to_id_stakeholders")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stakeholder_links")),
        sa.UniqueConstraint(
            "from_id", "to_id", "kind", "office_id", name=op.f("uq_stakeholder_links_from_id_to_id_kind_office_id")
        ),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("stakeholder_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stakeholder_links_from_id"), ["from_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_stakeholder_links_to_id"), ["to_id"], unique=False)

    op.create_table(
        "stakeholder_tags",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tag_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stakeholder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["stakeholder_id"], ["stakeholders.id"], name=op.f("fk_stakeholder_tags_stakeholder_id_stakeholders")
        ),
        sa.ForeignKeyConstraint(["tag_id"], ["tags.id"], name=op.f("fk_stakeholder_tags_tag_id_tags")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stakeholder_tags")),
        sa.UniqueConstraint("stakeholder_id", "tag_id", name=op.f("uq_stakeholder_tags_stakeholder_id_tag_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("stakeholder_tags", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stakeholder_tags_stakeholder_id"), ["stakeholder_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_stakeholder_tags_tag_id"), ["tag_id"], unique=False)

    op.create_table(
        "stakeholder_topics",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("topic_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stakeholder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["stakeholder_id"], ["stakeholders.id"], name=op.f("fk_stakeholder_topics_stakeholder_id_stakeholders")
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name=op.f("fk_stakeholder_topics_topic_id_topics")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stakeholder_topics")),
        sa.UniqueConstraint("stakeholder_id", "topic_id", name=op.f("uq_stakeholder_topics_stakeholder_id_topic_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("stakeholder_topics", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stakeholder_topics_stakeholder_id"), ["stakeholder_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_stakeholder_topics_topic_id"), ["topic_id"], unique=False)

    op.create_table(
        "affiliations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organization_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("is_main", sa.Boolean(), nullable=False),
        sa.Column("office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_affiliations_office_id_offices")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["stakeholders.id"], name=op.f("fk_affiliations_organization_id_stakeholders")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["stakeholders.id"], name=op.f("fk_affiliations_person_id_stakeholders")),
        sa.ForeignKeyConstraint(["position_id"], ["positions.id"], name=op.f("fk_affiliations_position_id_positions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_affiliations")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("affiliations", schema=None) as batch_op:
        batch_op.create_index("ix_affiliations_organization", ["organization_id", "until_on"], unique=False)
        batch_op.create_index("ix_affiliations_person", ["person_id", "until_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_affiliations_position_id"), ["position_id"], unique=False)

    op.create_table(
        "import_rows",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("fate", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("identity", sa.String(length=64), nullable=True),
        sa.Column("subject_kind", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("verbatim", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("notes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["import_files.id"], name=op.f("fk_import_rows_file_id_import_files")),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name=op.f("fk_import_rows_import_id_imports")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_import_rows_office_id_offices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_rows")),
        sa.UniqueConstraint("office_id", "identity", name=op.f("uq_import_rows_office_id_identity")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("import_rows", schema=None) as batch_op:
        batch_op.create_index("ix_import_rows_fate", ["import_id", "fate"], unique=False)
        batch_op.create_index("ix_import_rows_import", ["import_id", "file_id", "row_number"], unique=False)
        batch_op.create_index("ix_import_rows_subject", ["subject_kind", "subject_id"], unique=False)

    op.bulk_insert(sa.table("engagement_kinds", sa.column("code", sa.String)), [{"code": code} for code in KINDS])
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.get_bind().exec_driver_sql("DROP TABLE search_fts")
    with op.batch_alter_table("import_rows", schema=None) as batch_op:
        batch_op.drop_index("ix_import_rows_subject")
        batch_op.drop_index("ix_import_rows_import")
        batch_op.drop_index("ix_import_rows_fate")

    op.drop_table("import_rows")
    with op.batch_alter_table("affiliations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_affiliations_position_id"))
        batch_op.drop_index("ix_affiliations_person")
        batch_op.drop_index("ix_affiliations_organization")

    op.drop_table("affiliations")
    with op.batch_alter_table("stakeholder_topics", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stakeholder_topics_topic_id"))
        batch_op.drop_index(batch_op.f("ix_stakeholder_topics_stakeholder_id"))

    op.drop_table("stakeholder_topics")
    with op.batch_alter_table("stakeholder_tags", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stakeholder_tags_tag_id"))
        batch_op.drop_index(batch_op.f("ix_stakeholder_tags_stakeholder_id"))

    op.drop_table("stakeholder_tags")
    with op.batch_alter_table("stakeholder_links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stakeholder_links_to_id"))
        batch_op.drop_index(batch_op.f("ix_stakeholder_links_from_id"))

    op.drop_table("stakeholder_links")
    with op.batch_alter_table("ratings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ratings_stakeholder_id"))

    op.drop_table("ratings")
    with op.batch_alter_table("positions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_positions_organization_id"))

    op.drop_table("positions")
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_people_do_not_contact",
            postgresql_where=sa.text("do_not_contact_at IS NOT NULL"),
            sqlite_where=sa.text("do_not_contact_at IS NOT NULL"),
        )

    op.drop_table("people")
    with op.batch_alter_table("participations", schema=None) as batch_op:
        batch_op.drop_index("ix_participations_stakeholder_time")
        batch_op.drop_index("ix_participations_organization_time")
        batch_op.drop_index("ix_participations_office_day")

    op.drop_table("participations")
    with op.batch_alter_table("other_names", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_other_names_stakeholder_id"))
        batch_op.drop_index(batch_op.f("ix_other_names_name_match"))

    op.drop_table("other_names")
    with op.batch_alter_table("organizations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_organizations_region_id"))
        batch_op.drop_index(batch_op.f("ix_organizations_parent_id"))
        batch_op.drop_index(batch_op.f("ix_organizations_category"))

    op.drop_table("organizations")
    op.drop_table("meetings")
    op.drop_table("interactions")
    with op.batch_alter_table("import_records", schema=None) as batch_op:
        batch_op.drop_index("ix_import_records_record")
        batch_op.drop_index("ix_import_records_import")

    op.drop_table("import_records")
    with op.batch_alter_table("import_files", schema=None) as batch_op:
        batch_op.drop_index("ix_import_files_import")

    op.drop_table("import_files")
    with op.batch_alter_table("import_changes", schema=None) as batch_op:
        batch_op.drop_index("ix_import_changes_import")

    op.drop_table("import_changes")
    with op.batch_alter_table("external_ids", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_external_ids_stakeholder_id"))

    op.drop_table("external_ids")
    with op.batch_alter_table("engagement_topics", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_engagement_topics_topic_id"))
        batch_op.drop_index(batch_op.f("ix_engagement_topics_engagement_id"))

    op.drop_table("engagement_topics")
    with op.batch_alter_table("contact_points", schema=None) as batch_op:
        batch_op.drop_index("ix_contact_points_value")
        batch_op.drop_index(batch_op.f("ix_contact_points_stakeholder_id"))

    op.drop_table("contact_points")
    with op.batch_alter_table("commitments", schema=None) as batch_op:
        batch_op.drop_index("ix_commitments_stakeholder")
        batch_op.drop_index("ix_commitments_owner_state_due")
        batch_op.drop_index("ix_commitments_organization")
        batch_op.drop_index("ix_commitments_office_state_due")
        batch_op.drop_index(batch_op.f("ix_commitments_engagement_id"))

    op.drop_table("commitments")
    with op.batch_alter_table("user_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_user_sessions_user_id"))

    op.drop_table("user_sessions")
    with op.batch_alter_table("stakeholders", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_stakeholders_shared_name",
            postgresql_where=sa.text("is_shared AND archived_at IS NULL"),
            sqlite_where=sa.text("is_shared = 1 AND archived_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_stakeholders_shared_match", postgresql_where=sa.text("is_shared"), sqlite_where=sa.text("is_shared = 1")
        )
        batch_op.drop_index(batch_op.f("ix_stakeholders_owner_id"))
        batch_op.drop_index(
            "ix_stakeholders_office_name",
            postgresql_where=sa.text("archived_at IS NULL"),
            sqlite_where=sa.text("archived_at IS NULL"),
        )
        batch_op.drop_index("ix_stakeholders_office_match")
        batch_op.drop_index(
            "ix_stakeholders_office_archived",
            postgresql_where=sa.text("archived_at IS NOT NULL"),
            sqlite_where=sa.text("archived_at IS NOT NULL"),
        )

    op.drop_table("stakeholders")
    with op.batch_alter_table("imports", schema=None) as batch_op:
        batch_op.drop_index("ix_imports_office")

    op.drop_table("imports")
    op.drop_table("import_profiles")
    with op.batch_alter_table("exports", schema=None) as batch_op:
        batch_op.drop_index("ix_exports_person")
        batch_op.drop_index("ix_exports_expiry")

    op.drop_table("exports")
    with op.batch_alter_table("engagements", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_engagements_program_id"))
        batch_op.drop_index(batch_op.f("ix_engagements_owner_id"))
        batch_op.drop_index("ix_engagements_office_sort")
        batch_op.drop_index("ix_engagements_office_day")

    op.drop_table("engagements")
    with op.batch_alter_table("account_links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_links_user_id"))

    op.drop_table("account_links")
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_users_office_id"))

    op.drop_table("users")
    with op.batch_alter_table("search_term_deletions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_search_term_deletions_term_id"))

    op.drop_table("search_term_deletions")
    with op.batch_alter_table("search_documents", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_search_documents_office_id"))
        batch_op.drop_index("ix_search_documents_name")

    op.drop_table("search_documents")
    op.drop_table("programs")
    with op.batch_alter_table("mail_messages", schema=None) as batch_op:
        batch_op.drop_index("ix_mail_messages_state")
        batch_op.drop_index("ix_mail_messages_office")

    op.drop_table("mail_messages")
    op.drop_table("topics")
    op.drop_table("tags")
    with op.batch_alter_table("stored_files", schema=None) as batch_op:
        batch_op.drop_index("ix_stored_files_subject")

    op.drop_table("stored_files")
    with op.batch_alter_table("sign_in_attempts", schema=None) as batch_op:
        batch_op.drop_index("ix_sign_in_attempts_address")
        batch_op.drop_index("ix_sign_in_attempts_account")

    op.drop_table("sign_in_attempts")
    op.drop_table("search_terms")
    op.drop_table("search_term_changes")
    with op.batch_alter_table("regions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_regions_parent_id"))
        batch_op.drop_index(batch_op.f("ix_regions_name"))

    op.drop_table("regions")
    op.drop_table("outbox_messages")
    with op.batch_alter_table("offices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_offices_path"))
        batch_op.drop_index(batch_op.f("ix_offices_parent_id"))

    op.drop_table("offices")
    with op.batch_alter_table("job_outbox", schema=None) as batch_op:
        batch_op.drop_index("ix_job_outbox_due")

    op.drop_table("job_outbox")
    op.drop_table("holidays")
    with op.batch_alter_table("form_receipts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_form_receipts_created_at"))

    op.drop_table("form_receipts")
    op.drop_table("engagement_kinds")
    op.drop_table("activity_seals")
    with op.batch_alter_table("activity_entries", schema=None) as batch_op:
        batch_op.drop_index("ix_activity_entries_subject")
        batch_op.drop_index("ix_activity_entries_office")

    op.drop_table("activity_entries")
    if op.get_bind().dialect.name != "sqlite":
        op.get_bind().exec_driver_sql("DROP FUNCTION refuse_change_of_record()")
        op.get_bind().exec_driver_sql("DROP FUNCTION search_vector(text)")
