"""Reading: a list's page and one record, in a bounded number of statements and without model instances."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, bindparam, inspect, select
from werkzeug.datastructures import MultiDict

from core.database import db
from core.records import parameters, query
from core.records.query import MAX_LIMIT, ListState
from core.records.rest import writing
from core.records.type import RecordType
from core.web.errors import Problem
from core.web.fields import Money, Rows

LIMIT = 50
PARAMETERS = ("q", "sort", "limit", "after", "before", "fields")
SEVERAL = ("sort", "fields")


@dataclass(frozen=True)
class Wanted:
    """What a list was asked for: its state, how many records, and which fields of them."""

    state: ListState
    limit: int
    names: tuple[str, ...]

    @classmethod
    def parse(cls, kind: RecordType, args: "MultiDict[str, str]") -> "Wanted":
        """Read an address. Raises Problem (400) naming what it does not know."""
        _check(args, PARAMETERS, filters=True)
        if args.get("after") and args.get("before"):
            raise Problem(400, _("A page is either after a place or before it."), _("Give only one of the two."))
        text = args.get("limit", str(LIMIT))
        if not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= MAX_LIMIT):
            raise Problem(400, _("“%(value)s” is no limit.", value=text[:40]),
                          _("Give a number from 1 to %(limit)s.", limit=MAX_LIMIT))
        return cls(ListState.parse(kind, args), int(text), _names(kind, args, writing.scalars(kind)))


def chosen(kind: RecordType, args: "MultiDict[str, str]") -> tuple[str, ...]:
    """The fields that a single record was asked for, all of them by default. Raises Problem (400)."""
    _check(args, ("fields",))
    return _names(kind, args, list(writing.own(kind)))


def _check(args: "MultiDict[str, str]", known: Sequence[str], filters: bool = False) -> None:
    for name, values in args.lists():
        parameters.check(name, known, filters)
        if name in known and len(values) > 1:
            raise Problem(400, _("The parameter “%(name)s” is there more than once.", name=name),
                          _("Give it once."))
        if name in SEVERAL and "" in values[0].split(","):
            raise Problem(400, _("The parameter “%(name)s” names nothing, or has a comma too many.", name=name),
                          _("Name one or several, with a comma between them, or leave the parameter out."))
        if name not in known and "" in values:
            # in a browser's form this is an input left empty; a program that sends it has lost a value
            raise Problem(400, _("The filter “%(name)s” has no value.", name=name[:60]),
                          _("Give one, or leave the filter out."))
        if any("\0" in value for value in values):
            raise Problem(400, _("The parameter “%(name)s” holds a NUL byte.", name=name[:60]),
                          _("Remove it and try again."))


def _names(kind: RecordType, args: "MultiDict[str, str]", default: Iterable[str]) -> tuple[str, ...]:
    if "fields" not in args:
        return (*writing.BASE, *default)
    names = tuple(dict.fromkeys(args["fields"].split(",")))
    known = (*writing.BASE, *writing.own(kind))
    for name in names:
        if name not in known:
            raise Problem(400, _("%(plural)s have no field “%(name)s”.", plural=str(kind.plural), name=name[:60]),
                          _("They have %(known)s.", known=", ".join(known)))
    return names


def many(kind: RecordType, wanted: Wanted, user: Any) -> tuple[list[dict[str, Any]], query.Page]:
    """A page of a list: its records as JSON, and the page with the cursors of its neighbours."""
    page = query.page(kind, wanted.state, user, statement(kind, wanted.names), wanted.limit)
    write = writing.writer(kind, wanted.names)
    records = [write(row) for row in page.rows]
    _add_children(kind, wanted.names, records)
    return records, page


def one(kind: RecordType, record_id: int, names: tuple[str, ...], user: Any) -> dict[str, Any] | None:
    """One record as JSON, None if there is none that the user may see."""
    if not 0 < record_id < 2**31:
        return None
    found = statement(kind, names).where(kind.model.id == record_id, query.access(kind, user))
    row = db.session.execute(found).first()
    if row is None:
        return None
    record = writing.writer(kind, names)(row)
    _add_children(kind, names, [record])
    return record


def version_of(kind: RecordType, record_id: int, user: Any) -> int | None:
    """The version of a record, None if there is none that the user may see."""
    if not 0 < record_id < 2**31:
        return None
    found: int | None = db.session.scalar(
        select(kind.model.version).where(kind.model.id == record_id, query.access(kind, user)))
    return found


@lru_cache(maxsize=1000)
def statement(kind: RecordType, names: tuple[str, ...]) -> Select[Any]:
    """A statement of id, version and the named fields but for child rows."""
    model = kind.model
    columns = {"id": model.id, "version": model.version}
    for name in names:
        field = kind.fields.get(name)
        if field is None:
            columns[name] = getattr(model, name)
        elif isinstance(field, Money):
            columns[name], columns[f"{name}_currency"] = field.column(model), field.currency_column(model)
        elif not isinstance(field, Rows):
            columns[name] = field.column(model)
    return select(*dict.fromkeys(columns.values()))


def _add_children(kind: RecordType, names: Iterable[str], records: Sequence[dict[str, Any]]) -> None:
    """Add the named child rows to records, in one statement for each name."""
    for name in names:
        field = kind.fields.get(name)
        if isinstance(field, Rows):
            found = _children(kind, name, field, [record["id"] for record in records]) if records else {}
            for record in records:
                record[name] = found.get(record["id"], [])


def _children(kind: RecordType, name: str, field: Rows, ids: Sequence[int]) -> Mapping[int, list[dict[str, Any]]]:
    found_by, write = _children_of(kind, name, field)
    found: dict[int, list[dict[str, Any]]] = {}
    for row in db.session.execute(found_by, {"ids": ids}):
        found.setdefault(row.parent_of_row, []).append(write(row))
    return found


@lru_cache(maxsize=1000)
def _children_of(kind: RecordType, name: str, field: Rows) -> tuple[Select[Any], writing.Write]:
    """The statement of the child rows of records with some `ids`, and what writes them."""
    relationship = inspect(kind.model).relationships[name]
    (_local, parent), *_rest = relationship.local_remote_pairs
    model = relationship.mapper.class_
    fields = writing.shown_rows(field)
    columns: list[Any] = [model.id]
    for inner in fields.values():
        columns.append(inner.column(model))
        if isinstance(inner, Money):
            columns.append(inner.currency_column(model))
    found = (select(*dict.fromkeys(columns), parent.label("parent_of_row"))
             .where(parent.in_(bindparam("ids", expanding=True)))
             .order_by(*(relationship.order_by or ()), model.id))
    return found, writing.compiled(fields, ["id"])
