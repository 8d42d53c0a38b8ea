"""The OpenAPI document as a page shows it: its operations under their tags, references followed."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from markupsafe import Markup, escape

Document = Mapping[str, Any]

METHODS = ("get", "post", "put", "patch", "delete")


def sections(document: Document) -> list[dict[str, Any]]:
    """One section for each tag: {name, description, operations}, in the order of the document."""
    return [{"name": tag["name"], "description": tag.get("description", ""),
             "operations": list(_operations(document, tag["name"]))} for tag in document.get("tags", ())]


def prose(text: str) -> list[Markup]:
    """The paragraphs of a description."""
    return [marked(paragraph) for paragraph in text.strip().split("\n\n")]


def marked(text: str) -> Markup:
    """A text with its **strong** words and `names` marked."""
    strong = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", str(escape(text)))
    return Markup(re.sub(r"`(.+?)`", r"<code>\1</code>", strong))  # noqa: S704 escaped above


def _operations(document: Document, tag: str) -> Iterator[dict[str, Any]]:
    for path, operations in document["paths"].items():
        for method in METHODS:
            operation = operations.get(method)
            if operation and tag in operation.get("tags", ()):
                parameters = [*operations.get("parameters", ()), *operation.get("parameters", ())]
                yield {
                    "id": operation["operationId"], "method": method.upper(), "path": path,
                    "summary": operation.get("summary", ""), "description": marked(operation.get("description", "")),
                    "parameters": [_parameter(document, p) for p in parameters if not p["name"].startswith("f.")],
                    "filters": _filters(parameters), "body": _body(document, operation),
                    "responses": [_response(document, status, r) for status, r in operation["responses"].items()],
                }


def _parameter(document: Document, parameter: Document) -> dict[str, Any]:
    return {"name": parameter["name"], "place": parameter["in"], "required": parameter.get("required", False),
            "type": type_text(document, parameter["schema"]), "description": marked(parameter.get("description", ""))}


def _filters(parameters: list[Document]) -> list[dict[str, Any]]:
    """The filters by field: {name, operators}."""
    found: dict[str, list[str]] = {}
    for parameter in parameters:
        if parameter["name"].startswith("f."):
            name, _dot, operator = parameter["name"].removeprefix("f.").rpartition(".")
            found.setdefault(name, []).append(operator)
    return [{"name": name, "operators": operators} for name, operators in found.items()]


def _body(document: Document, operation: Document) -> list[dict[str, Any]]:
    if "requestBody" not in operation:
        return []
    schema = followed(document, operation["requestBody"]["content"]["application/json"]["schema"])
    return [{"title": part.get("title", ""), "fields": fields(document, part)}
            for part in schema.get("oneOf", [schema])]


def _response(document: Document, status: str, response: Document) -> dict[str, Any]:
    found = followed(document, response)
    contents = [content["schema"] for content in found.get("content", {}).values()]
    return {"status": status, "description": found["description"],
            "type": type_text(document, contents[0]) if contents else ""}


def fields(document: Document, schema: Document) -> list[dict[str, Any]]:
    """The properties of an object, those of objects in lists below them as `list[].name`."""
    found = []
    schema = followed(document, schema)
    for name, part in schema.get("properties", {}).items():
        inner = followed(document, part)
        notes = [str(note) for note in (inner.get("title"), inner.get("description")) if note]
        found.append({"name": name, "required": name in schema.get("required", ()),
                      "type": type_text(document, part), "description": marked(". ".join(notes))})
        items = followed(document, inner.get("items", {}))
        found += [row | {"name": f"{name}[].{row['name']}"} for row in fields(document, items)]
    return found


def type_text(document: Document, schema: Document) -> str:
    """What a value is, in a few words: `string, null`, `one of a, b`, `list of integer`, or a schema's name."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "const" in schema:
        return f"“{schema['const']}”"
    if "enum" in schema:
        return ", ".join("null" if value is None else str(value) or "“”" for value in schema["enum"])
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " | ".join(type_text(document, part) for part in schema[several])
    kinds = schema.get("type", "")
    kind = kinds if isinstance(kinds, str) else ", ".join(kinds)
    if kind == "array":
        inner = followed(document, schema.get("items", {}))
        return "list of " + (type_text(document, schema["items"]) if inner.get("type") != "object" else "object")
    return f"{kind} ({schema['format']})" if "format" in schema else kind


def followed(document: Document, schema: Document) -> Document:
    """What a reference leads to, or the schema itself."""
    if "$ref" not in schema:
        return schema
    found: Any = document
    for part in schema["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return found  # type: ignore[no-any-return]
