"""Forms: from a schema's fields to what a template draws, and from what a browser sends back to input data."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_login import current_user
from marshmallow import Schema
from werkzeug.datastructures import MultiDict

from core.plugin import registry, setting
from core.web.fields import NO_YEAR, Choice, FieldUi, Money, MoneyValue, Relation, Rows, Text
from core.web.i18n import local_to_utc

Values = Mapping[str, Any]


def build(fields: Mapping[str, FieldUi], values: Values, errors: Mapping[str, Any] | None = None,
          prefix: str = "") -> list[dict[str, Any]]:
    """The fields as the form template draws them; `values` are input data (as `parse` returns) by name."""
    errors = errors or {}
    return [_field(name, field, values.get(name), errors.get(name), prefix) for name, field in fields.items()]


def summary(fields: Mapping[str, FieldUi], errors: Mapping[str, Any]) -> list[dict[str, str]]:
    """The errors as a list to put above the form."""
    return [{"field": name, "label": str(fields[name].label) if name in fields else "",
             "message": _flat(messages)} for name, messages in errors.items()]


def values_of(fields: Mapping[str, FieldUi], record: Any) -> dict[str, Any]:
    """A record's present values as input data."""
    found: dict[str, Any] = {}
    for name, field in fields.items():
        value = getattr(record, getattr(field, "attribute", None) or name)
        if isinstance(field, Rows):
            inner = row_fields(field)
            found[name] = [{"id": row.id} | values_of(inner, row) for row in value]
        elif isinstance(value, MoneyValue):
            found[name] = {"amount": "" if value.amount is None else str(value.amount), "currency": value.currency}
        else:
            found[name] = value
    return found


def row_fields(field: Rows) -> Mapping[str, FieldUi]:
    """The fields of a child row that people write."""
    return _row_fields(field.schema_class)


@cache
def _row_fields(schema: type[Schema]) -> Mapping[str, FieldUi]:
    return {n: f for n, f in schema().fields.items() if isinstance(f, FieldUi) and not f.dump_only}


def parse(fields: Mapping[str, FieldUi], form: "MultiDict[str, str]", prefix: str = "") -> dict[str, Any]:
    """What a browser sent, as input data for the schema; only fields that the form had (`_fields`)."""
    present = set(form.get("_fields", "").split(",")) if not prefix else set(fields)
    data: dict[str, Any] = {}
    for name, field in fields.items():
        if name not in present:
            continue
        value = _parse(field, name, form, prefix)
        if value is None and not field.allow_none and not field.required:
            continue  # left empty: the schema's default holds
        data[name] = value
    return data


def _parse(field: FieldUi, name: str, form: "MultiDict[str, str]", prefix: str) -> Any:
    key = prefix + name
    if isinstance(field, Rows):
        return _parse_rows(field, key, form)
    if field.kind == "bool":
        return form.get(key, "false") not in ("", "false")
    if isinstance(field, Money):
        return {"amount": form.get(f"{key}.amount", ""), "currency": form.get(f"{key}.currency", "")}
    if field.kind == "tags":
        key = key if key in form else f"{key}.text"
        return [word.strip() for part in form.getlist(key) for word in part.split(",") if word.strip()]
    text = form.get(key, "")
    if isinstance(field, Text):
        return text.replace("\r\n", "\n")
    if text.strip() == "":
        return None
    if field.kind in ("relation", "number"):
        return _number(text.strip())
    if field.kind == "datetime" and len(text) == 16:
        return local_to_utc(text)
    return text.strip()


def _number(text: str) -> Any:
    plain = text.replace(" ", "").replace("\xa0", "").replace(",", ".")
    return int(plain) if plain.lstrip("-").isdigit() and len(plain) < 20 else plain


def _parse_rows(field: Rows, key: str, form: "MultiDict[str, str]") -> list[dict[str, Any]]:
    """Rows come as `emails-0-address`; a row in which nothing was typed is dropped."""
    inner = row_fields(field)
    indexes = []
    for name in form:
        if name.startswith(f"{key}-"):
            index = name.removeprefix(f"{key}-").split("-")[0]
            if index not in indexes and index.isdigit():
                indexes.append(index)
    rows = []
    for index in indexes[:500]:
        row = parse(inner, form, f"{key}-{index}-")
        typed = [v for n, v in row.items() if inner[n].kind not in ("choice", "bool") and v not in (None, "", [])]
        if typed:
            number = form.get(f"{key}-{index}-id", "")
            rows.append(row | ({"id": int(number)} if number.isdigit() and len(number) < 10 else {}))
    return rows


def _field(name: str, field: FieldUi, value: Any, error: Any, prefix: str) -> dict[str, Any]:
    key = prefix + name
    drawn: dict[str, Any] = {
        "name": key, "id": f"f-{key}", "label": field.label, "kind": field.kind, "help": field.help,
        "required": field.required, "error": _flat(error) if error and field.kind != "rows" else "",
        "value": "" if value is None else value, "choices": [], "lookup_url": "", "display": "", "multiple": False,
    }
    if isinstance(field, Choice):
        drawn["choices"] = [(o.value, field.form_label(o), o.color) for o in field.options]
        drawn["searchable"] = field.searchable
        drawn["required"] = drawn["required"] or not field.allow_none
    elif isinstance(field, Relation):
        target = registry().record_types[field.target]
        drawn["lookup_url"] = url_for("records.lookup", name=target.name)
        drawn["display"] = title_of(target.name, value)
    elif field.kind == "tags":
        drawn["value"] = value or []
    elif field.kind == "anniversary" and isinstance(value, date):
        drawn["value"] = f"{value:%m-%d}" if value.year == NO_YEAR else value.isoformat()
    elif field.kind in ("date", "datetime") and value is not None and not isinstance(value, str):
        drawn["value"] = value.isoformat()[:16 if field.kind == "datetime" else 10]
    elif isinstance(field, Money):
        drawn["value"] = value or {"amount": "", "currency": setting("core", "currency")}
        drawn["choices"] = [(code, code) for code in setting("core", "currencies")]
    elif isinstance(field, Rows):
        inner, rows = row_fields(field), value or []
        drawn["rows"] = [_row(inner, row, (error or {}).get(i) if isinstance(error, Mapping) else None, f"{key}-{i}-")
                         for i, row in enumerate(rows)]
        drawn["template"] = _row(inner, {}, None, f"{key}-__index__-")
        drawn["error"] = _flat(error) if isinstance(error, list) else ""
    return drawn


def _row(inner: Mapping[str, FieldUi], row: Values, errors: Any, prefix: str) -> list[dict[str, Any]]:
    hidden = {"name": f"{prefix}id", "kind": "hidden", "value": row.get("id") or "", "label": "", "id": f"f-{prefix}id"}
    defaults = {n: f.load_default for n, f in inner.items() if f.kind == "choice" and not row}
    return [hidden, *build(inner, defaults | dict(row), errors if isinstance(errors, Mapping) else None, prefix)]


def title_of(target: str, value: Any) -> str:
    """What the record of a type and an id is called, as far as the user may see it."""
    if not isinstance(value, int) or not 0 < value < 2**31:
        return ""
    return registry().record_types[target].title_for(value, current_user) or _("hidden")


def _flat(messages: Any) -> str:
    """Marshmallow's messages, however deep, as one text."""
    if isinstance(messages, Mapping):
        return " ".join(_flat(part) for part in messages.values())
    if isinstance(messages, Sequence) and not isinstance(messages, str):
        return " ".join(_flat(part) for part in messages)
    return str(messages)
