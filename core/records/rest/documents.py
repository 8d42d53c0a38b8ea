"""What the OpenAPI document says of a record type's resource."""

from collections.abc import Mapping
from typing import Any

from core.records.filters import EMPTY, RANGES, operators
from core.records.query import MAX_LIMIT, sortable
from core.records.rest import bulk, schemas, writing
from core.records.rest.reading import LIMIT
from core.records.type import RecordType
from core.web.api import Api, problems, reference
from core.web.fields import Choice, FieldUi, Relation

Document = dict[str, Any]

IF_MATCH: Document = {
    "name": "If-Match", "in": "header", "required": True, "schema": {"type": "string"},
    "description": "The ETag of the version that you have read, or * for any.", "example": '"1"'}
IF_NONE_MATCH: Document = {
    "name": "If-None-Match", "in": "header", "schema": {"type": "string"},
    "description": "The ETag that you have: answered with 304 while the record is the same.", "example": '"1"'}
IDEMPOTENCY_KEY: Document = {
    "name": "Idempotency-Key", "in": "header",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    "description": "A name of your own for this request, such as a UUID: sent again within 24 hours with the same "
                   "body it is answered the same and nothing is done twice."}
NUMBER: Document = {"type": "number", "exclusiveMinimum": -2**53, "exclusiveMaximum": 2**53}
TEXT: Document = {"type": "string", "minLength": 1}
DAY: Document = {"type": "string", "format": "date"}


def describe(kind: RecordType, api: Api) -> dict[str, Document]:
    """The operations of a type's resource by endpoint; its schemas are added to the document."""
    name = component(kind)
    parts = {
        name: schemas.answered(api, kind), f"{name}Item": schemas.listed(api, kind),
        f"{name}Input": schemas.received(api, kind), f"{name}Change": schemas.received(api, kind, partial=True),
        f"{name}List": _list(name), f"{name}Bulk": _bulk(name),
    }
    for key, schema in parts.items():
        api.spec.components.schema(key, schema)
    api.spec.tag({"name": name, "description": str(kind.plural)})
    operations = _operations(kind, name)
    return {endpoint: {"operationId": f"{kind.blueprint}_{endpoint}", "tags": [name]} | operation
            for endpoint, operation in operations.items()}


def component(kind: RecordType) -> str:
    """The name of a type in the document: `Contact`, `CatalogProduct`."""
    return "".join(part.capitalize() for part in kind.name.replace("_", ".").split("."))


def _operations(kind: RecordType, name: str) -> dict[str, Document]:
    saved = answered("The record as it is now.", name, "ETag")
    created = saved | {"headers": saved["headers"] | {"Location": reference("headers", "Location")}, "links": {
        endpoint: {"operationId": f"{kind.blueprint}_{endpoint}", "parameters": {"record_id": "$response.body#/id"}}
        for endpoint in ("show", "update", "delete")}}
    return {
        "index": {"parameters": _parameters(kind), "responses": {
            "200": answered("A page of the list.", f"{name}List", "Link") | {"links": {
                "next": {"operationId": f"{kind.blueprint}_index", "parameters": {"after": "$response.body#/next"}}}},
        } | problems(400, 401, 403, 429)},
        "create": {"parameters": [IDEMPOTENCY_KEY], "requestBody": body(f"{name}Input"), "responses": {
            "201": created} | problems(400, 401, 403, 409, 413, 415, 422, 429)},
        "show": {"parameters": [_fields(list(writing.own(kind))), IF_NONE_MATCH], "responses": {
            "200": answered("The record.", f"{name}Item", "ETag"),
            "304": {"description": "It is as you have it.", "headers": {"ETag": reference("headers", "ETag")}},
        } | problems(400, 401, 403, 404, 429)},
        "update": {"parameters": [IF_MATCH], "requestBody": body(f"{name}Change"), "responses": {
            "200": saved} | problems(400, 401, 403, 404, 409, 412, 413, 415, 422, 428, 429)},
        "delete": {"parameters": [IF_MATCH], "responses": {
            "204": {"description": "It is deleted.", "headers": _limits()},
        } | problems(400, 401, 403, 404, 409, 412, 428, 429)},
        "bulk": {"parameters": [IDEMPOTENCY_KEY], "requestBody": body(f"{name}Bulk"), "responses": {
            "200": answered("One result for each item, in their order.", "BulkResults"),
        } | problems(400, 401, 403, 409, 413, 415, 422, 429)},
    }


def answered(description: str, schema: str, *headers: str) -> Document:
    """A response that holds a schema of the document."""
    return {"description": description,
            "headers": {name: reference("headers", name) for name in headers} | _limits(),
            "content": {"application/json": {"schema": reference("schemas", schema)}}}


def _limits() -> Document:
    return {f"X-RateLimit-{name}": reference("headers", f"X-RateLimit-{name}")
            for name in ("Limit", "Remaining", "Reset")}


def body(schema: str) -> Document:
    """A request's body that holds a schema of the document."""
    return {"required": True, "content": {"application/json": {"schema": reference("schemas", schema)}}}


def _list(name: str) -> Document:
    cursor = {"type": ["string", "null"]}
    return {"type": "object", "required": ["items", "next", "previous"], "additionalProperties": False, "properties": {
        "items": {"type": "array", "items": reference("schemas", f"{name}Item")},
        "next": cursor | {"description": "The `after` of the next page, null on the last."},
        "previous": cursor | {"description": "The `before` of the previous page, null on the first."}}}


def _bulk(name: str) -> Document:
    version = {"type": "integer", "minimum": 1, "maximum": 2**31 - 1,
               "description": "Refuse the item if the record has another version."}
    parts = {"id": schemas.ID, "version": version}
    data = {"create": reference("schemas", f"{name}Input"), "update": reference("schemas", f"{name}Change")}
    return {"oneOf": [{
        "title": action, "type": "object", "required": ["action", "items"], "additionalProperties": False,
        "properties": {
            "action": {"const": action},
            "atomic": {"type": "boolean", "default": True,
                       "description": "All or nothing; false: each item for itself."},
            "items": {"type": "array", "minItems": 1, "maxItems": bulk.MAX_ITEMS, "items": {
                "type": "object", "additionalProperties": False,
                "properties": {key: data[action] if key == "data" else parts[key] for key in shape},
                "required": [key for key in shape if key != "version"]}},
        }} for action, shape in bulk.SHAPES.items()]}


def _parameters(kind: RecordType) -> list[Document]:
    keys = [sign + key for key in dict.fromkeys(sortable(kind)) for sign in ("", "-")]
    found = [
        _query("q", {"type": "string"}, "Only records that hold these words."),
        _query("sort", _several({"enum": keys}), "Sort by these, - for descending."),
        _query("limit", {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": LIMIT},
               "So many records at most."),
        _query("after", {"type": "string"}, "The page after this cursor, from `next`."),
        _query("before", {"type": "string"}, "The page before this cursor, from `previous`; not with `after`."),
        _fields([*writing.scalars(kind), *writing.nested(kind)]),
    ]
    for name, field in kind.filter_fields.items():
        found += [_query(f"f.{name}.{operator}", _filter(field, operator), f"{kind.filter_label(name)} {words}")
                  for operator, words in operators(field).items()]
    return found


def _query(name: str, schema: Document, description: str) -> Document:
    style = {"style": "form", "explode": False} if schema.get("type") == "array" else {}
    return {"name": name, "in": "query", "description": description, "schema": schema} | style


def _fields(names: list[str]) -> Document:
    return _query("fields", _several({"enum": [*writing.BASE, *names]}),
                  "Answer only these fields, with `id` and `version`.")


def _filter(field: FieldUi, operator: str) -> Document:
    """The values that a filter takes; several are separated by commas."""
    if operator in EMPTY:
        return TEXT | {"description": "1, or any other value."}
    if operator == "within":
        return {"enum": list(RANGES)}
    if isinstance(field, Choice):
        return _several({"type": "string", "pattern": "^[^,]+$"} if field.asked
                        else {"enum": [o.value for o in field.options]})
    if isinstance(field, Relation):
        return _several({"anyOf": [schemas.ID, {"const": "me"}]} if field.target == "user" else schemas.ID)
    if field.kind == "tags":
        return _several({"type": "string", "pattern": r"^[^,\s]+$"})
    by_kind: dict[str, Document] = {
        "number": NUMBER, "money": NUMBER, "date": DAY, "datetime": DAY, "anniversary": DAY,
        "bool": {"enum": ["true", "false", "1", "0"]}}
    return by_kind.get(field.kind, TEXT)


def _several(items: Mapping[str, Any]) -> Document:
    return {"type": "array", "minItems": 1, "items": dict(items)}
