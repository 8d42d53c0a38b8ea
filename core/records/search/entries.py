"""The index itself: one row a record, of its title and of all its terms."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from zlib import crc32

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Dialect,
    Index,
    Integer,
    Select,
    String,
    Text,
    TypeDecorator,
    bindparam,
    cast,
    delete,
    literal,
    literal_column,
    not_,
    or_,
    select,
    text,
    true,
    union_all,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Model, db
from core.records.search.words import MAX_TERMS, terms, words
from core.records.type import RecordType
from core.web.fields import FieldUi, Rows

CHUNK = 500
MAX_TITLE = 200
_IDS = 2**31
"""Ids of records are below this, so that a type's places are one range of numbers."""


class Terms(TypeDecorator[str]):
    """A set of terms: a tsvector on PostgreSQL, else their words separated by blanks for FTS5."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """Text, or a tsvector that no parser has touched."""
        return dialect.type_descriptor(TSVECTOR() if dialect.name == "postgresql" else Text())


class SearchEntry(Model):
    """What can be found of a record. `id` tells the type and the record (see `Place`)."""

    __tablename__ = "search_entry"
    __journal__ = False
    __table_args__: Any = (Index("ix_search_entry_title", "record_type", "title"),)

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True,
                                    autoincrement=False)
    record_type: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(Text().with_variant(Text(collation="C"), "postgresql"))
    """The words of the title; compared by code points on both databases."""
    body: Mapped[str] = mapped_column(Terms)


class Place:
    """The range of entry ids that belongs to a record type: one number tells type and record.

    A full-text index knows rows by one integer, and in a range of its own a type's newest records come first.
    """

    def __init__(self, name: str) -> None:
        self.first = crc32(name.encode()) * _IDS
        self.last = self.first + _IDS - 1

    def of(self, record_id: int) -> int:
        """The entry of a record."""
        return self.first + record_id

    def record(self, entry_id: Any) -> Any:
        """The record of an entry: of a number, or as an expression of a column."""
        return entry_id - self.first

    def joined(self, record_id: Any, entry_id: Any, access: ColumnElement[bool]) -> Any:
        """The condition that an entry is a record's, of those that `access` leaves.

        A database finds by its key only what stands alone on its side: the record, when one goes through what was
        found. Where a person sees some records of many, PostgreSQL may rather begin with those, and with nothing but
        the records' key would go through all that was found once for each.
        """
        if db.engine.dialect.name == "postgresql" and access is not true():
            return entry_id == literal(self.first, BigInteger) + record_id
        return record_id == self.record(entry_id)


def place(kind: RecordType) -> Place:
    """The place of a record type in the index."""
    return Place(kind.name)


def refresh(kind: RecordType, ids: Iterable[int]) -> None:
    """Bring the index up to date for records that were saved or deleted; in the caller's transaction."""
    numbers = sorted(set(ids))
    for start in range(0, len(numbers), CHUNK):
        _refresh(kind, numbers[start:start + CHUNK])


def _refresh(kind: RecordType, ids: Sequence[int]) -> None:
    home = place(kind)
    entries = [{"id": home.of(number), "record_type": kind.name, "title": title, "body": body}
               for number, title, body in _contents(kind, ids)]
    gone = {home.of(number) for number in ids} - {entry["id"] for entry in entries}
    if gone:
        db.session.execute(delete(SearchEntry).where(SearchEntry.id.in_(gone)),
                           execution_options={"synchronize_session": False})
    if entries:
        db.session.connection().execute(_upsert(db.engine.dialect.name), entries)


@lru_cache
def _upsert(dialect: str) -> Any:
    statement: Any = (postgresql if dialect == "postgresql" else sqlite).insert(SearchEntry)
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=["id"], set_={"title": new.title, "body": new.body},
        where=or_(SearchEntry.title != new.title, SearchEntry.body != new.body))


def rebuild(kind: RecordType, progress: Callable[[int], None] = lambda number: None) -> None:
    """Make a type's index anew, in transactions of a chunk each; `progress` is told how many more are done."""
    model, last = kind.model, 0
    while ids := db.session.scalars(
            select(model.id).where(model.id > last).order_by(model.id).limit(CHUNK)).all():
        _refresh(kind, ids)
        db.session.commit()
        last = ids[-1]
        progress(len(ids))
    home = place(kind)
    orphans = delete(SearchEntry).where(
        SearchEntry.id.between(home.first, home.last),
        not_(select(model.id).where(model.id == home.record(SearchEntry.id)).exists()))
    db.session.execute(orphans, execution_options={"synchronize_session": False})
    db.session.commit()


def settle() -> None:
    """Let the database put the index in order after a rebuild; until then it only answers more slowly."""
    if db.engine.dialect.name == "sqlite":
        for table in ("fts_search", "fts_title"):
            db.session.execute(text(f"INSERT INTO {table}({table}) VALUES ('optimize')"))  # noqa: S608
    db.session.execute(text("ANALYZE search_entry"))
    db.session.commit()


def _contents(kind: RecordType, ids: Sequence[int]) -> Iterator[tuple[int, str, str]]:
    """(id, title, body) of the records that are there."""
    told = _statements(kind)
    connection = db.session.connection()
    rows = connection.execute(told.own, {"ids": ids}).all()
    parts: dict[int, list[tuple[Any, str]]] = defaultdict(list)
    for record, number, value in connection.execute(told.parts, {"ids": ids}) if told.parts is not None else ():
        parts[record].append((told.part_fields[number], value))
    for number, title, *values in rows:
        called, found = terms(str(title or "")), set()
        for field, value in zip(told.own_fields, values, strict=True):
            found |= _terms(field, value)
        for field, value in parts.get(number, ()):
            found |= _terms(field, value)
        body = [*sorted(called), *sorted(found - called)][:MAX_TERMS]
        yield number, " ".join(words(str(title or "")))[:MAX_TITLE], " ".join(body)


@dataclass(frozen=True)
class _Statements:
    """What asks for the texts of some records (`ids`): of their own columns, and of all child rows in one."""

    own: Select[Any]
    own_fields: list[Any]
    parts: CompoundSelect[Any] | None
    part_fields: list[Any]


@lru_cache(1000)
def _statements(kind: RecordType) -> _Statements:
    """The same for each save, so they are put together once."""
    model = kind.model
    ids: BindParameter[Any] = bindparam("ids", expanding=True)
    own = {name: kind.fields.get(name) for name in kind.search if "." not in name}
    columns = [_column(model, name, field) for name, field in own.items()]
    selects: list[Any] = []
    fields: list[Any] = []
    for relation, inner in (name.split(".") for name in kind.search if "." in name):
        part, parent = child(kind, relation)
        rows, column = kind.fields.get(relation), getattr(part, inner)
        selects.append(select(parent.label("record"), literal_column(str(len(fields))).label("field"),
                              cast(column, Text).label("value")).where(parent.in_(ids), column.is_not(None)))
        fields.append(rows.row_fields.get(inner) if isinstance(rows, Rows) else None)
    return _Statements(select(model.id, getattr(model, kind.title), *columns).where(model.id.in_(ids)),
                       list(own.values()), union_all(*selects) if selects else None, fields)


def _column(model: type[Any], name: str, field: FieldUi | None) -> Any:
    return field.column(model) if field is not None else getattr(model, name)


def child(kind: RecordType, relation: str) -> tuple[type[Any], ColumnElement[int]]:
    """The model of a type's child rows, and their column that names the record."""
    property_ = getattr(kind.model, relation).property
    (_own, theirs), *_rest = property_.local_remote_pairs
    return property_.mapper.class_, theirs


def _terms(field: Any, value: Any) -> set[str]:
    if not value:
        return set()
    if isinstance(value, list):
        return set().union(*(terms(str(part)) for part in value))
    return terms(str(value), phone=getattr(field, "kind", "") == "phone")
