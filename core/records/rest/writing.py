"""Records as JSON: what to write of each field, found out once per type and choice of fields.

The answers are those of the schema's own `dump`, at a fraction of its time: a list writes the same fields
of every row.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any

from marshmallow import fields as ma

from core.records.type import RecordType
from core.web.fields import FieldUi, Money, MoneyValue, Rows
from core.web.forms import row_fields

Write = Callable[[Any], dict[str, Any]]

BASE = ("id", "uid", "version", "created_at", "updated_at")
"""What every record has beside its fields."""
_AS_IT_IS = {ma.String._serialize, ma.Number._serialize, ma.Boolean._serialize}


def own(kind: RecordType) -> dict[str, FieldUi]:
    """The fields of a type beside what every record has."""
    return {name: field for name, field in kind.fields.items() if name not in BASE}


def scalars(kind: RecordType) -> list[str]:
    """The names of the fields that lists write unless asked for others."""
    return [name for name, field in own(kind).items() if not isinstance(field, Rows)]


def nested(kind: RecordType) -> list[str]:
    """The names of the fields that hold child rows."""
    return [name for name, field in kind.fields.items() if isinstance(field, Rows)]


def shown_rows(field: Rows) -> dict[str, FieldUi]:
    """The fields of a child row."""
    return {name: f for name, f in field.row_fields.items() if isinstance(f, FieldUi)}


def written_rows(field: Rows) -> dict[str, FieldUi]:
    """The fields of a child row that programs may write."""
    return dict(row_fields(field))


@lru_cache(maxsize=1000)
def writer(kind: RecordType, names: tuple[str, ...], with_rows: bool = False) -> Write:
    """A function from a row of a list, or a record, to its JSON: `id`, `version` and the named fields.

    With rows it takes a record and writes its child rows too.
    """
    base = [name for name in BASE if name in names or name in ("id", "version")]
    chosen = {name: field for name, field in own(kind).items() if name in names}
    plain = compiled({name: f for name, f in chosen.items() if not isinstance(f, Rows)}, base)
    rows = {name: compiled(shown_rows(f), ["id"]) for name, f in chosen.items() if isinstance(f, Rows)}
    if not with_rows or not rows:
        return plain

    def write(record: Any) -> dict[str, Any]:
        return plain(record) | {name: [each(row) for row in getattr(record, name)] for name, each in rows.items()}
    return write


def compiled(fields: Mapping[str, FieldUi], base: Iterable[str]) -> Write:
    """A function that writes attributes and fields of anything that has them as attributes."""
    attributes: dict[str, str] = {name: name for name in base}
    convert: list[tuple[str, Callable[[Any], Any]]] = [
        (name, _iso) for name in attributes if name.endswith("_at")]
    money: list[tuple[str, Money, Callable[[Any], Any]]] = []
    for name, field in fields.items():
        if isinstance(field, Money):
            attributes[name] = f"{name}_minor"
            money.append((name, field, attrgetter(f"{name}_currency")))
            continue
        attributes[name] = getattr(field, "attribute", None) or name
        conversion = _conversion(name, field)
        if conversion:
            convert.append((name, conversion))
    keys = tuple(attributes)
    # a dummy second attribute, so that the getter gives a tuple for one field too
    get = attrgetter(*attributes.values(), next(iter(attributes.values())))

    def write(source: Any) -> dict[str, Any]:
        data = dict(zip(keys, get(source), strict=False))
        for name, conversion in convert:
            data[name] = conversion(data[name])
        for name, field, currency in money:
            data[name] = field._serialize(MoneyValue(data[name], currency(source)), name, source)
        return data
    return write


def _conversion(name: str, field: Any) -> Callable[[Any], Any] | None:
    serialize = type(field)._serialize
    if serialize in _AS_IT_IS and not getattr(field, "as_string", False):
        return None
    if serialize is ma.DateTime._serialize and field.format in (None, "iso"):
        return _iso
    if field.kind == "tags":
        return list_of
    return lambda value: field._serialize(value, name, None)


def list_of(value: Any) -> list[Any]:
    """A list, also where the column holds nothing."""
    return list(value or ())


def _iso(value: date | datetime | None) -> str | None:
    return None if value is None else value.isoformat()
