"""Fields as JSON Schema, for the OpenAPI document: what programs may send, and what they get."""

from collections.abc import Mapping
from typing import Any

from core.records.rest import writing
from core.records.type import RecordType
from core.web.api import Api
from core.web.fields import NO_YEAR, Choice, FieldUi, Money, Relation, Rows

Schema = dict[str, Any]

ID: Schema = {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}
DECIMAL = r"^-?[0-9]+(\.[0-9]+)?$"
BASE: dict[str, Schema] = {
    "id": ID,
    "uid": {"type": "string", "format": "uuid"},
    "version": {"type": "integer", "minimum": 1},
    "created_at": {"type": "string", "format": "date-time"},
    "updated_at": {"type": "string", "format": "date-time"},
}
_ONLY_SENT = ("readOnly", "writeOnly", "default", "maxLength", "minLength", "pattern", "minimum", "maximum",
              "minItems", "maxItems")
"""What a schema promises of input and not of what is stored."""


def received(api: Api, kind: RecordType, partial: bool = False) -> Schema:
    """What a program sends: all of a record, or the fields to change."""
    return _sent_object(api, kind.form_fields, partial)


def answered(api: Api, kind: RecordType) -> Schema:
    """A record as it is answered."""
    properties = BASE | {name: _answered(api, field) for name, field in writing.own(kind).items()}
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def listed(api: Api, kind: RecordType) -> Schema:
    """A record in a list: `id`, `version` and what the list was asked for."""
    return answered(api, kind) | {"required": ["id", "version"]}


def _sent_object(api: Api, fields: Mapping[str, FieldUi], partial: bool = False) -> Schema:
    required = [name for name, field in fields.items() if field.required and not partial]
    found: Schema = {"type": "object", "properties": {name: _sent(api, field) for name, field in fields.items()},
                     "additionalProperties": False}
    return found | ({"required": required} if required else {})


def _sent(api: Api, field: Any) -> Schema:
    shape: Schema = dict(api.ma_plugin.converter.field2property(field)) if not isinstance(field, Rows) else {}
    shape.pop("readOnly", None)
    null = ["null"] if field.allow_none else []
    if isinstance(field, Rows):
        inner = _sent_object(api, writing.written_rows(field))
        inner["properties"] = {"id": {"type": ["integer", "null"]}} | inner["properties"]
        shape = {"type": "array", "items": inner, "maxItems": 500}
    elif isinstance(field, Choice) and not field.asked:
        # an empty text stands for nothing where nothing is allowed
        shape["enum"] = [option.value for option in field.options] + (["", None] if field.allow_none else [])
    elif isinstance(field, Money):
        shape = {"type": ["object", *null], "additionalProperties": False, "properties": {
            "amount": {"type": ["string", "number", "null"], "pattern": DECIMAL},
            "currency": {"type": ["string", "null"], "pattern": "^[A-Z]{3}$"}}}
    elif getattr(field, "as_string", False):
        shape |= {"type": ["string", "number", *null], "pattern": DECIMAL}
    elif field.kind == "anniversary":
        # taken in several forms, answered in one
        del shape["format"]
        shape["description"] = f"2001-05-17, or 05-17 if the year is not known: then it is answered as {NO_YEAR}."
    elif field.kind == "email":
        shape["format"] = "email"
    elif field.kind == "url":
        shape |= {"format": "uri", "pattern": "^https?://"}
    if field.required and shape.get("minLength") == 1:
        shape["pattern"] = shape.get("pattern", r"\S")
    if callable(shape.get("default")) or isinstance(field, Rows):
        shape.pop("default", None)
    # a limit is a number in JSON Schema, also where the values are sent as texts
    shape |= {name: float(shape[name]) for name in ("minimum", "maximum") if isinstance(shape.get(name), str)}
    return _named(field, shape)


def _answered(api: Api, field: Any) -> Schema:
    null = ["null"] if field.allow_none else []
    if isinstance(field, Rows):
        properties = {"id": ID} | {name: _answered(api, f) for name, f in writing.shown_rows(field).items()}
        return _named(field, {"type": "array", "items": {
            "type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}})
    if isinstance(field, Money):
        shape: Schema = {"type": ["object", "null"], "additionalProperties": False, "required": ["amount", "currency"],
                         "properties": {"amount": {"type": "string", "pattern": DECIMAL},
                                        "currency": {"type": ["string", "null"]}}}
    elif getattr(field, "as_string", False):
        shape = {"type": ["string", *null]}
    else:
        shape = dict(api.ma_plugin.converter.field2property(field))
        for name in _ONLY_SENT:
            shape.pop(name, None)
        if field.kind == "tags":
            shape["items"] = {"type": "string"}
    return _named(field, shape)


def _named(field: Any, shape: Schema) -> Schema:
    found = shape | {"title": str(field.label)}
    notes = [str(field.help)] if field.help else []
    if isinstance(field, Relation):
        notes.append(f"The id of a {field.target}.")
    if isinstance(field, Choice) and field.asked:
        notes.append("One of the company's own list.")
    return found | ({"description": " ".join(notes)} if notes else {})
