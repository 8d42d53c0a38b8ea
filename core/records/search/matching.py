"""Questions to the index, as conditions on a type's rows."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Text, and_, bindparam, cast, column, literal_column, table
from sqlalchemy.dialects.postgresql import TSQUERY

from core.database import db
from core.records.search.entries import Place, SearchEntry, place
from core.records.search.words import Clause, Term, clauses
from core.records.type import RecordType

START = 3
"""The letters of a term that PostgreSQL has an ordered index of."""
_FTS = table("fts_search", column("rowid"))
_STARTS = table("fts_start", column("start", Text), column("entry", BigInteger))


def matches(kind: RecordType, text: str, access: ColumnElement[bool]) -> ColumnElement[bool]:
    """The condition on a type's rows that hold all the words, or words that begin so; `access` cuts the same rows.

    It joins the index to the statement, at most one row to each record, and stands only where it is ANDed:
    as a subquery the database would collect every match before it returns the first.
    """
    home, entry = place(kind), newest(kind)
    asked = clauses(text)
    # what holds neither letter nor digit finds nothing: no entry is below 0
    return and_(home.joined(kind.model.id, entry, access), holds(asked, home) if asked else entry < 0)


def newest(kind: RecordType) -> Any:
    """The column to order matches by, descending: the newest records first, and the index can stop there."""
    return SearchEntry.id if db.engine.dialect.name == "postgresql" else _FTS.c.rowid


def holds(asked: Sequence[Clause], home: Place) -> ColumnElement[bool]:
    """The condition on the index that an entry of a type answers a question."""
    if db.engine.dialect.name == "postgresql":
        return and_(SearchEntry.id.between(home.first, home.last), _holds_postgresql(asked, home))
    match = " AND ".join(_either(clause, " OR ", " AND ", _token) for clause in asked)
    return and_(_FTS.c.rowid.between(home.first, home.last),
                literal_column("fts_search").bool_op("MATCH")(match))


def _holds_postgresql(asked: Sequence[Clause], home: Place) -> ColumnElement[bool]:
    if len(asked) == 1 and len(asked[0]) == 1 and len(asked[0][0][0].text) == START:
        return and_(_STARTS.c.start == asked[0][0][0].text, _STARTS.c.entry == SearchEntry.id,
                    _STARTS.c.entry.between(home.first, home.last))
    question = " & ".join(_either(clause, " | ", " & ", _lexeme) for clause in asked)
    # as a part of the statement: a plan made for any question would be a bad one for most
    written = bindparam("question", question, Text, literal_execute=True, unique=True)
    return SearchEntry.body.bool_op("@@")(cast(written, TSQUERY))


def _either(clause: Clause, either: str, both: str, write: Any) -> str:
    return "(" + either.join("(" + both.join(map(write, all_of)) + ")" for all_of in clause) + ")"


def _lexeme(term: Term) -> str:
    return f"'{term.text}'" + (":*" if term.prefix else "")


def _token(term: Term) -> str:
    return f'"{term.text}"' + ("*" if term.prefix else "")
