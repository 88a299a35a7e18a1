"""Backups: one archive with everything, and how each database is copied out of the middle of its work and put back.

PostgreSQL is copied by COPY of all tables in one REPEATABLE READ transaction and not by pg_dump: pg_dump must be at least as new as the
server and is often not installed where Mitra runs, pg_restore must fit both; the schema is made by our own migrations anyway, so the rows
are all that has to be kept. The same archive then goes into any server version that Mitra runs on.
"""
