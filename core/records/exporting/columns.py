"""What an export holds: its columns, and each record's values in them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from core.database import db
from core.records import lists, query
from core.records.addresses import Address, label
from core.records.query import ListState
from core.records.type import RecordType, record_type
from core.records.words import join_words
from core.web.fields import NO_YEAR, Choice, FieldUi, Money, MoneyValue, Relation, Rows
from core.web.forms import row_fields

Value = Any
"""What a cell holds: str, int, Decimal, bool, date, aware datetime or None."""


@dataclass(frozen=True)
class Column:
    """One column of the file; `extra` names a plugin's column instead of an address."""

    label: str
    address: Address
    extra: str = ""


@dataclass(frozen=True)
class Lines:
    """A piece of the records with all that their columns need, read in a bounded number of statements."""

    rows: Sequence[Any]
    children: Mapping[str, Mapping[int, Sequence[Any]]]
    related: Mapping[tuple[str, int], tuple[str, str]]
    uids: Mapping[int, str]
    extra: Mapping[str, Mapping[int, str]]


def choose(kind: RecordType, state: ListState, user: Any, whole: bool) -> list[Column]:
    """The columns that the list shows, or all that there is (`whole`) in a form that can be imported again."""
    if not whole:
        extra = lists.extra_columns(kind, user)
        names = lists.chosen_columns(kind, state, user)
        return [Column(str(extra[name]["label"]), Address(name), name) if name in extra
                else Column(str(kind.fields[name].label), Address(name)) for name in names
                if name in extra or kind.fields[name].kind != "rows"]
    addresses = [Address("uid")]
    for name, field in kind.fields.items():
        if isinstance(field, Rows):
            addresses += _of_rows(field, name, _most_rows(kind, state, user, name))
        else:
            addresses += _of_field(field, Address(name))
    return [Column(label(kind, address), address) for address in addresses]


def _of_field(field: FieldUi, address: Address) -> list[Address]:
    aspect = {"money": "currency", "relation": "uid"}.get(field.kind)
    more = [Address(address.field, address.number, address.part, aspect)] if aspect else []
    return [address, *more]


def _of_rows(field: Rows, name: str, most: int) -> list[Address]:
    return [address for number in range(1, most + 1) for part, inner in row_fields(field).items()
            for address in _of_field(inner, Address(name, number, part))]


def _most_rows(kind: RecordType, state: ListState, user: Any, name: str) -> int:
    """How many rows the record with the most of them has."""
    remote = _parent_column(kind, name)
    inner = select(func.count().label("n")).where(remote.in_(query.ids(kind, state, user))).group_by(remote).subquery()
    return db.session.scalar(select(func.max(inner.c.n))) or 0


def _parent_column(kind: RecordType, name: str) -> Any:
    (_local, remote), = getattr(kind.model, name).property.local_remote_pairs
    return remote


def needed(kind: RecordType, columns: Iterable[Column]) -> list[str]:
    """The fields of the records themselves that the columns read."""
    names = (column.address.field for column in columns if not column.extra)
    return list(dict.fromkeys([kind.title, *(n for n in names if n in kind.fields and kind.fields[n].kind != "rows")]))


def gather(kind: RecordType, user: Any, columns: Sequence[Column], rows: Sequence[Any]) -> Lines:
    """What the columns need beside the rows: child rows, titles of related records, plugins' columns."""
    numbers = [row.id for row in rows]
    children = {name: _children(kind, name, numbers)
                for name in dict.fromkeys(c.address.field for c in columns if c.address.number)}
    wanted: dict[str, set[int]] = defaultdict(set)
    for column in columns:
        field = _field(kind, column)
        if isinstance(field, Relation):
            sources: Iterable[Any] = rows
            if column.address.number:
                sources = [child for group in children[column.address.field].values() for child in group]
            wanted[field.target].update(filter(None, (getattr(s, field.attribute or "") for s in sources)))
    related = {(target, number): found for target, ids in wanted.items()
               for number, found in _titles(record_type(target), ids, user).items()}
    extra = lists.extra_columns(kind, user)
    uids: dict[int, str] = {}
    if any(column.address.field == "uid" for column in columns):
        statement = select(kind.model.id, kind.model.uid).where(kind.model.id.in_(numbers))
        uids = {row.id: row.uid for row in db.session.execute(statement)}
    return Lines(rows, children, related, uids,
                 {c.extra: extra[c.extra]["values"](numbers) for c in columns if c.extra in extra and numbers})


def _children(kind: RecordType, name: str, numbers: Sequence[int]) -> Mapping[int, Sequence[Any]]:
    relationship = getattr(kind.model, name).property
    remote = _parent_column(kind, name)
    parent = relationship.mapper.get_property_by_column(remote).key
    found: dict[int, list[Any]] = defaultdict(list)
    order = relationship.order_by or [relationship.mapper.class_.id]
    for child in db.session.scalars(select(relationship.mapper.class_).where(remote.in_(numbers)).order_by(*order)):
        found[getattr(child, parent)].append(child)
    return found


def _titles(target: RecordType, numbers: Iterable[int], user: Any) -> dict[int, tuple[str, str]]:
    model = target.model
    statement = select(model.id, getattr(model, target.title), model.uid).where(
        model.id.in_(list(numbers)), query.access_to_title(target, model, user))
    return {number: (str(title or ""), uid) for number, title, uid in db.session.execute(statement)}


def _field(kind: RecordType, column: Column) -> FieldUi | None:
    field = kind.fields.get(column.address.field)
    return row_fields(field).get(column.address.part) if isinstance(field, Rows) else field


def values(kind: RecordType, columns: Sequence[Column], lines: Lines) -> Iterable[list[Value]]:
    """The lines of the file."""
    fields = [_field(kind, column) for column in columns]
    for row in lines.rows:
        yield [_value(column, field, row, lines) for column, field in zip(columns, fields, strict=True)]


def _value(column: Column, field: FieldUi | None, row: Any, lines: Lines) -> Value:
    address = column.address
    if column.extra:
        return lines.extra.get(column.extra, {}).get(row.id, "")
    if field is None:
        return lines.uids.get(row.id, "")
    source = row
    if address.number:
        children = lines.children[address.field].get(row.id, ())
        if len(children) < address.number:
            return None
        source = children[address.number - 1]
    if isinstance(field, Money):
        minor, currency = (getattr(source, f"{field.name}_{part}") for part in ("minor", "currency"))
        return currency if address.aspect else MoneyValue(minor, currency).amount
    value = getattr(source, field.attribute or str(field.name))
    if isinstance(field, Relation):
        title, uid = lines.related.get((field.target, value), ("", ""))
        return uid if address.aspect else title
    if isinstance(field, Choice):
        return _choice(field, value)
    if field.kind == "anniversary" and value is not None and value.year == NO_YEAR:
        return f"--{value:%m-%d}"
    return join_words(value or []) if field.kind == "tags" else value


def _choice(field: Choice, value: str | None) -> str | None:
    """The option's words, or its stored value where another option has the same words."""
    option = field.option(value)
    if option is None:
        return None
    words = str(option.label)
    return words if sum(str(other.label) == words for other in field.options) == 1 else value
