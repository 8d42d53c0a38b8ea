"""What programs send: JSON of the right shape, with each fault named by its place."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask import request
from flask_babel import gettext as _
from marshmallow import ValidationError
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from core.records.rest import writing
from core.records.type import RecordType
from core.web.errors import Problem
from core.web.fields import FieldUi, Rows

MAX_BODY = 8 * 1024 * 1024
"""Bytes of a request; a longer text than this fits no field."""


def received() -> dict[str, Any]:
    """The request's JSON object. Raises Problem or an HTTP error: 400, 413, 415."""
    request.max_content_length = MAX_BODY
    try:
        data = request.get_json()
    except UnsupportedMediaType:
        raise Problem(415, _("The body must be JSON."), _("Send it as Content-Type: application/json.")) from None
    except (RecursionError, BadRequest):
        raise Problem(400, _("The body is no JSON that can be read."),
                      _("Send one JSON object, in UTF-8.")) from None
    if not isinstance(data, dict):
        raise Problem(422, _("The body must be a JSON object."), _("Send {\"field\": value, …}."))
    return data


def checked(kind: RecordType, data: Any) -> dict[str, Any]:
    """Data for an operation, after a look at what a schema forgives: unknown names, and texts for yes or no.

    Raises ValidationError with messages by field.
    """
    if not isinstance(data, dict):
        raise ValidationError({"": [_("Give an object with the record's fields.")]})
    errors = _faults(kind.form_fields, data)
    if errors:
        raise ValidationError(errors)
    return data


def _faults(fields: Mapping[str, FieldUi], data: Mapping[str, Any], more: tuple[str, ...] = ()) -> dict[str, Any]:
    errors: dict[str, Any] = {}
    for name, value in data.items():
        field = fields.get(name)
        if field is None and name not in more:
            errors[name] = [_("There is no field of this name to write. There are %(known)s.",
                              known=", ".join((*more, *fields)))]
        elif isinstance(field, Rows) and isinstance(value, list):
            inner = writing.written_rows(field)
            rows = {number: _faults(inner, row, ("id",)) for number, row in enumerate(value) if isinstance(row, dict)}
            rows = {number: messages for number, messages in rows.items() if messages}
            if rows:
                errors[name] = rows
        elif field is not None and field.kind == "bool" and value is not None and not isinstance(value, bool):
            errors[name] = [_("Give true or false.")]
    return errors


def problem_fields(error: ValidationError, below: str = "") -> dict[str, list[dict[str, str]]]:
    """The messages of a ValidationError by field, each with the JSON pointer (RFC 6901) to its place in the body.

    `below` is the pointer to the record's own data. Faults of the whole record stand under "".
    """
    messages: dict[Any, Any] = error.normalized_messages()
    found: dict[str, list[dict[str, str]]] = {}
    for field, faults in messages.items():
        name = "" if field == "_schema" else str(field)
        start = f"{below}/{_escaped(name)}" if name else below
        found[name] = [{"pointer": pointer, "detail": detail} for pointer, detail in _flat(faults, start)]
    return found


def _flat(messages: Any, pointer: str) -> Iterator[tuple[str, str]]:
    if isinstance(messages, Mapping):
        for key, value in messages.items():
            yield from _flat(value, pointer if key == "_schema" else f"{pointer}/{_escaped(str(key))}")
    elif isinstance(messages, list | tuple):
        for value in messages:
            yield from _flat(value, pointer)
    else:
        yield pointer, str(messages)


def _escaped(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")
