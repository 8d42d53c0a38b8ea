"""The folding of text in SQL: `folded(column)` is on both databases what `core.database.fold` is in Python.

SQLite calls that very function (see core.records.sqlite). PostgreSQL has a function of its own, made by core's first
revision: it takes the same steps, and what is a mark that combines it is told by Python.
"""

from itertools import groupby
from typing import Any
from unicodedata import combining

from sqlalchemy import Connection, MetaData, event
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import Text

from core.database import metadata


class folded(GenericFunction[str]):  # noqa: N801 the name of a SQL function
    """A text column as it is compared: lower case of every alphabet, ё as е, no accents."""

    type = Text()
    inherit_cache = True
    name = "eleven_fold"


_FUNCTION = """CREATE OR REPLACE FUNCTION eleven_fold(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN $1 ~ '^([!-~]+( [!-~]+)*)?$' THEN lower($1 COLLATE "C") COLLATE "default" ELSE
        btrim(regexp_replace(replace(regexp_replace(normalize(translate(replace({lower}, 'ß', 'ss'),
            'ёςй', 'еσ\uffff'), NFKD), '[{marks}]', '', 'g'), '\uffff', 'й'), '[{blanks}]+', ' ', 'g'))
    END $$"""
"""Plain ASCII has a short way. U+FFFF is no character: it stands for й, which must not lose its breve."""
_BLANKS = r" \t-\r\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"


def create(op: Any) -> None:
    """Make the function; `op` is alembic's."""
    _create(op.get_bind())


def drop(op: Any) -> None:
    """Take it away, after the last index that uses it."""
    if op.get_bind().dialect.name == "postgresql":
        op.get_bind().exec_driver_sql("DROP FUNCTION IF EXISTS eleven_fold(text)")


def _create(connection: Connection) -> None:
    if connection.dialect.name != "postgresql":
        return
    # the database's own collation may know the lower case of ASCII only
    known = connection.exec_driver_sql("SELECT 1 FROM pg_collation WHERE collname = 'und-x-icu'").first()
    lower = 'lower($1 COLLATE "und-x-icu") COLLATE "default"' if known else "lower($1)"
    connection.exec_driver_sql(_FUNCTION.format(lower=lower, marks=_marks(), blanks=_BLANKS))


def _marks() -> str:
    """The marks that combine, as ranges of a regular expression."""
    numbers = [number for number in range(0x110000) if combining(chr(number))]
    runs = [list(run) for _key, run in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0])]
    return "".join(f"\\U{run[0][1]:08x}-\\U{run[-1][1]:08x}" for run in runs)


@event.listens_for(metadata, "before_create")
def _with_tables(_metadata: MetaData, connection: Connection, **_: Any) -> None:
    """`metadata.create_all` makes the function, too: an index of a table may use it."""
    _create(connection)
