"""Statements for revisions that only one of the two databases knows.

Give the objects names that begin with `fts_` (tables, triggers) or `trgm_` (indexes): those are left alone
when models and database are compared.
"""

from alembic import op


def on(dialect: str, *statements: str) -> None:
    """Run plain SQL on `sqlite` or on `postgresql`; on the other nothing happens."""
    if op.get_bind().dialect.name == dialect:
        for statement in statements:
            op.execute(statement)


def extension(name: str) -> None:
    """Make a PostgreSQL extension available, for example pg_trgm; the database's owner may do so."""
    on("postgresql", f"CREATE EXTENSION IF NOT EXISTS {name}")


def trigram_index(table: str, *columns: str) -> None:
    """An index for LIKE '%…%' and similarity on PostgreSQL, named trgm_<table>_<columns>."""
    on("postgresql", f"CREATE INDEX IF NOT EXISTS trgm_{table}_{'_'.join(columns)} ON \"{table}\" USING gin "
       f"({', '.join(f'{column} gin_trgm_ops' for column in columns)})")


def drop_trigram_index(table: str, *columns: str) -> None:
    """The inverse of `trigram_index`."""
    on("postgresql", f"DROP INDEX IF EXISTS trgm_{table}_{'_'.join(columns)}")
