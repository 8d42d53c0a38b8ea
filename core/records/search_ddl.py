"""What the index needs of each database beyond a table: called by core's first revision, and by tests.

SQLite has two FTS5 tables over `search_entry`, kept by triggers: `fts_search` of the terms, with an index
for beginnings of each length that people pause at, and `fts_title` of the title's trigrams, for typing errors.
PostgreSQL has a GIN index of the terms, and one of trigrams where pg_trgm can be had. GIN knows no order: it
collects every match before the first, so a table of the terms' first three letters, kept by triggers, gives
the newest matches of what people type first.
"""

from typing import Any

import structlog
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import DBAPIError

from core.records.search.entries import SearchEntry

log = structlog.get_logger()

_SQLITE = (
    # the terms are made in Python: blanks part them, and nothing is to be folded again
    """CREATE VIRTUAL TABLE fts_search USING fts5(body, content='search_entry', content_rowid='id',
        tokenize='ascii', prefix='1 2 3 4 5', detail='none')""",
    """CREATE VIRTUAL TABLE fts_title USING fts5(title, content='search_entry', content_rowid='id',
        tokenize='trigram', detail='none')""",
    """CREATE TRIGGER fts_search_insert AFTER INSERT ON search_entry BEGIN
        INSERT INTO fts_search(rowid, body) VALUES (new.id, new.body);
        INSERT INTO fts_title(rowid, title) VALUES (new.id, new.title);
    END""",
    """CREATE TRIGGER fts_search_delete AFTER DELETE ON search_entry BEGIN
        INSERT INTO fts_search(fts_search, rowid, body) VALUES ('delete', old.id, old.body);
        INSERT INTO fts_title(fts_title, rowid, title) VALUES ('delete', old.id, old.title);
    END""",
    """CREATE TRIGGER fts_search_body AFTER UPDATE ON search_entry WHEN old.body <> new.body BEGIN
        INSERT INTO fts_search(fts_search, rowid, body) VALUES ('delete', old.id, old.body);
        INSERT INTO fts_search(rowid, body) VALUES (new.id, new.body);
    END""",
    """CREATE TRIGGER fts_search_title AFTER UPDATE ON search_entry WHEN old.title <> new.title BEGIN
        INSERT INTO fts_title(fts_title, rowid, title) VALUES ('delete', old.id, old.title);
        INSERT INTO fts_title(rowid, title) VALUES (new.id, new.title);
    END""",
)
_POSTGRESQL = (
    "CREATE INDEX fts_search_entry_body ON search_entry USING gin (body)",
    # how often a term occurs decides between GIN and reading the newest entries; the usual sample knows too few
    "ALTER TABLE search_entry ALTER COLUMN body SET STATISTICS 1000",
    """CREATE TABLE fts_start (start text COLLATE "C" NOT NULL, entry bigint NOT NULL, PRIMARY KEY (start, entry))""",
    """CREATE FUNCTION fts_start_follow() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'TRUNCATE' THEN
            TRUNCATE fts_start;
            RETURN NULL;
        END IF;
        IF TG_OP IN ('UPDATE', 'DELETE') THEN
            DELETE FROM fts_start USING (
                SELECT id, left(term.lexeme, 3) AS start FROM gone, unnest(gone.body) AS term) AS was
            WHERE fts_start.start = was.start AND fts_start.entry = was.id;
        END IF;
        IF TG_OP IN ('UPDATE', 'INSERT') THEN
            INSERT INTO fts_start SELECT DISTINCT left(term.lexeme, 3), id FROM come, unnest(come.body) AS term
            WHERE length(term.lexeme) >= 3;
        END IF;
        RETURN NULL;
    END $$""",
    """CREATE TRIGGER fts_start_insert AFTER INSERT ON search_entry REFERENCING NEW TABLE AS come
        FOR EACH STATEMENT EXECUTE FUNCTION fts_start_follow()""",
    """CREATE TRIGGER fts_start_update AFTER UPDATE ON search_entry REFERENCING OLD TABLE AS gone NEW TABLE AS come
        FOR EACH STATEMENT EXECUTE FUNCTION fts_start_follow()""",
    """CREATE TRIGGER fts_start_delete AFTER DELETE ON search_entry REFERENCING OLD TABLE AS gone
        FOR EACH STATEMENT EXECUTE FUNCTION fts_start_follow()""",
    """CREATE TRIGGER fts_start_truncate AFTER TRUNCATE ON search_entry
        FOR EACH STATEMENT EXECUTE FUNCTION fts_start_follow()""",
)
_TRIGRAMS = "CREATE INDEX trgm_search_entry_title ON search_entry USING gin (title gin_trgm_ops)"
_DROP = {
    "sqlite": (*(f"DROP TRIGGER IF EXISTS fts_search_{name}" for name in ("insert", "delete", "body", "title")),
               "DROP TABLE IF EXISTS fts_search", "DROP TABLE IF EXISTS fts_title"),
    "postgresql": (*(f"DROP TRIGGER IF EXISTS fts_start_{name} ON search_entry"
                     for name in ("insert", "update", "delete", "truncate")),
                   "DROP FUNCTION IF EXISTS fts_start_follow", "DROP TABLE IF EXISTS fts_start",
                   "DROP INDEX IF EXISTS fts_search_entry_body", "DROP INDEX IF EXISTS trgm_search_entry_title"),
}


def create(op: Any) -> None:
    """Add the full-text indexes to the table `search_entry`; `op` is alembic's."""
    _create(op.get_bind())


def drop(op: Any) -> None:
    """Take them away again, before the table is dropped."""
    _drop(op.get_bind())


def trigrams(connection: Connection) -> bool:
    """Whether this database can look for words with typing errors."""
    if connection.dialect.name != "postgresql":
        return True
    return bool(connection.scalar(text("SELECT to_regclass('trgm_search_entry_title') IS NOT NULL")))


def _create(connection: Connection) -> None:
    postgresql = connection.dialect.name == "postgresql"
    for statement in _POSTGRESQL if postgresql else _SQLITE:
        connection.exec_driver_sql(statement)
    if postgresql and not _pg_trgm(connection):
        log.warning("search will not forgive typing errors: this role may not create the extension pg_trgm. "
                    "Let the database's owner run these, then start Eleven anew",
                    statements=f"CREATE EXTENSION pg_trgm; {_TRIGRAMS}")


def _pg_trgm(connection: Connection) -> bool:
    """Make the index of trigrams; False if this role may not have the extension."""
    try:
        with connection.begin_nested():
            connection.execute(text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
            connection.execute(text(_TRIGRAMS))
    except DBAPIError:
        return False
    return True


def _drop(connection: Connection) -> None:
    for statement in _DROP[connection.dialect.name]:
        connection.exec_driver_sql(statement)


@event.listens_for(SearchEntry.__table__, "after_create")
def _with_table(_table: Any, connection: Connection, **_: Any) -> None:
    """`metadata.create_all` makes a whole index, too."""
    _create(connection)


@event.listens_for(SearchEntry.__table__, "before_drop")
def _before_table(_table: Any, connection: Connection, **_: Any) -> None:
    _drop(connection)
