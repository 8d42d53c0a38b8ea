"""A record's form: its fields under their headings."""

from collections.abc import Mapping
from typing import Any

from marshmallow import missing
from werkzeug.datastructures import MultiDict

from core.records.type import RecordType
from core.web.fields import FieldUi
from core.web.forms import Values, build, parse, row_fields, summary, title_of, values_of

__all__ = ["build", "defaults", "given", "parse", "row_fields", "sections", "summary", "title_of", "values_of"]


def sections(kind: RecordType, values: Values, errors: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    """A record's form, its fields under their headings."""
    headings = dict(kind.sections) or {"": ""}
    parts: dict[str, dict[str, FieldUi]] = {key: {} for key in headings}
    for name, field in kind.form_fields.items():
        parts.setdefault(field.section if field.section in headings else "", {})[name] = field
    return [{"key": key, "label": headings[key], "fields": build(part, values, errors)}
            for key, part in parts.items() if part]


def given(kind: RecordType, args: "MultiDict[str, str]") -> dict[str, Any]:
    """What an address says of a new record: `?status=client&employers-0-organization=5`."""
    named = {key.partition("-")[0].partition(".")[0] for key in args}
    fields = {name: field for name, field in kind.form_fields.items() if name in named}
    pairs = MultiDict(args)
    pairs["_fields"] = ",".join(fields)
    return parse(fields, pairs)


def defaults(kind: RecordType) -> dict[str, Any]:
    """What a new record's form begins with."""
    found = {}
    for name, field in kind.form_fields.items():
        value = field.load_default
        found[name] = None if value is missing else value() if callable(value) else value
    return found
