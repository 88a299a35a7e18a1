"""What makes the record append-only in the database itself, on both databases. Migrations carry a copy of these statements."""

import sqlalchemy as sa
from sqlalchemy import event

REFUSAL = "the activity record is never changed"


def sqlite_statements(table: str) -> list[str]:
    return [
        f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        for act in ("UPDATE", "DELETE")
    ]


def postgres_statements(table: str) -> list[str]:
    """A row trigger for UPDATE and DELETE and a statement trigger for TRUNCATE, which row triggers don't see."""
    return [
        (
            "CREATE OR REPLACE FUNCTION refuse_change_of_record() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation'; END $$"
        ),
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change_of_record()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_record()",
    ]


def guard(table: sa.Table) -> None:
    """Make the triggers whenever the table is made."""
    for dialect, statements in (("sqlite", sqlite_statements(table.name)), ("postgresql", postgres_statements(table.name))):
        for statement in statements:
            event.listen(table, "after_create", sa.DDL(statement).execute_if(dialect=dialect))
