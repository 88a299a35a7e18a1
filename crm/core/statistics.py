"""What SQLite knows of its tables, by which it chooses among indexes. PostgreSQL looks after this by itself.

Measured with 100,000 stakeholders: without it, fifty engagements by their ids were looked for through all engagements of the office, 12 ms
in place of 0.1.
"""

from crm.core.db import db, is_sqlite

# Looked at in each index, which takes some 20 ms. With 200 an office seemed so small that fifty entries were again looked for in all of it.
MOST_ROWS = 2000


def measure_tables() -> None:
    """Look at the indexes anew, within the present transaction. Connections that are open already learn of it when they are opened again."""
    if is_sqlite():
        connection = db.session.connection()
        connection.exec_driver_sql(f"pragma analysis_limit={MOST_ROWS}")
        connection.exec_driver_sql("analyze")
