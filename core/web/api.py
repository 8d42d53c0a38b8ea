"""The REST interface's frame: flask-smorest's document of what answers under /api, and the page that shows it.

The document is made of the blueprints that answer right now: what a disabled plugin brought is not in it.
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import flask_smorest
from flask import Blueprint, Flask, Response, current_app, json
from flask_smorest import Blueprint as SmorestBlueprint

from core.plugin.registry import registry
from core.web import api_page
from core.web.access import signed_in
from core.web.i18n import locale
from core.web.rendering import render

DESCRIPTION = """\
Everything that people see in the browser, for programs: one resource for each type of record.

**Signing in.** Send an API token, made on your Security page, as `Authorization: Bearer elv_…`. A token may do
what was chosen for it, and never more than its owner. A browser's session works too; requests that change
something then need the page's CSRF token in the header `X-CSRFToken`.

**Filters.** `f.<field>.<operator>=value` as listed at each resource; all of them must hold. Filters of one group,
`any1.<field>.<operator>=value` (any1 to any99), hold if one of them does. Several values are separated by commas.

**Pages.** A list gives `next` and `previous`; send them back as `after` or `before`. The same stands in the Link
header.

**Changes.** Every record has a version, its ETag. Changing and deleting need it in `If-Match`, so that nobody's
work is overwritten.

**Errors** are problem details (RFC 9457): `title` says what is wrong, `detail` how to mend it, and `errors` names
each field with a JSON pointer into what you sent.
"""

PROBLEM: dict[str, Any] = {
    "type": "object", "required": ["type", "status", "title", "detail"],
    "properties": {
        "type": {"type": "string"}, "status": {"type": "integer"}, "title": {"type": "string"},
        "detail": {"type": "string"},
        "errors": {"type": "object", "additionalProperties": {"type": "array", "items": {
            "type": "object", "required": ["pointer", "detail"],
            "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}}}}},
        "results": {"type": "array", "items": {"$ref": "#/components/schemas/BulkResult"}},
        "version": {"type": "integer"},
    },
}
RESULT: dict[str, Any] = {
    "type": "object", "required": ["status"],
    "properties": {
        "status": {"type": "integer", "description": "What the item alone would have been answered."},
        "index": {"type": "integer"}, "id": {"type": "integer"}, "version": {"type": "integer"},
        "title": {"type": "string"}, "detail": {"type": "string"}, "errors": PROBLEM["properties"]["errors"],
    },
}
STATUSES = (400, 401, 403, 404, 409, 412, 413, 415, 422, 428, 429)
"""What can go wrong, as far as it is the caller's to mend."""
HEADERS = {
    "ETag": ("The version of the record.", "string"),
    "Link": ("The next and the previous page (RFC 8288).", "string"),
    "Location": ("Where the record is.", "string"),
    "Retry-After": ("So many seconds to wait.", "string"),
    "X-RateLimit-Limit": ("So many requests are allowed in a period.", "integer"),
    "X-RateLimit-Remaining": ("So many are left in this one.", "integer"),
    "X-RateLimit-Reset": ("When the next one begins, in seconds since 1970.", "integer"),
}

Document = dict[str, Any]


class Api(flask_smorest.Api):
    """The document being made. Errors and pages of our own stand in for flask-smorest's."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        """Nothing: core.web.errors answers."""

    def _register_doc_blueprint(self) -> None:
        """Nothing: `blueprint` below serves the document."""

    def _register_responses(self) -> None:
        for status in STATUSES:
            headers = {"Retry-After": reference("headers", "Retry-After")} if status == 429 else {}
            self.spec.components.response(HTTPStatus(status).name, {
                "description": HTTPStatus(status).phrase, "headers": headers,
                "content": {"application/problem+json": {"schema": reference("schemas", "Problem")}}})


class ApiBlueprint(SmorestBlueprint):
    """A blueprint under /api whose operations `describe` documents, by endpoint."""

    def __init__(self, *args: Any, describe: Callable[[Api], Mapping[str, Document]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.describe = describe

    def register_views_in_doc(self, api: Api, app: Flask, spec: Any, *, name: str, parameters: Any) -> None:
        """Add the operations to the document: what flask-smorest knows of them, and what `describe` does."""
        for endpoint, operation in self.describe(api).items():
            for method, known in self._docs[endpoint].items():
                if method != "parameters":
                    known["manual_doc"] = operation
        super().register_views_in_doc(api, app, spec, name=name, parameters=parameters)


def reference(part: str, name: str) -> Document:
    """A reference to a component of the document."""
    return {"$ref": f"#/components/{part}/{name}"}


def problems(*statuses: int) -> Document:
    """Responses that are problem details, by status."""
    return {str(status): reference("responses", HTTPStatus(status).name) for status in statuses}


def document(app: Flask) -> Document:
    """The OpenAPI 3.1 document of what answers right now, in the language of the request."""
    shelf = registry()
    live = [found for found in app.blueprints.values() if isinstance(found, ApiBlueprint)
            and shelf.enabled(shelf.owners.get(found.name, "core"))]
    cache: dict[Any, Document] = app.extensions.setdefault("eleven_api_documents", {})
    key = (str(locale()), *(found.name for found in live))
    if key not in cache:
        cache[key] = _make(app, live)
    return cache[key]


def _make(app: Flask, blueprints: list[ApiBlueprint]) -> Document:
    api = Api(app, spec_kwargs={
        "title": "Eleven", "version": "1", "openapi_version": "3.1.0",
        "info": {"description": DESCRIPTION}, "security": [{"bearer": []}, {"cookie": []}],
    })
    components = api.spec.components
    components.security_scheme("bearer", {"type": "http", "scheme": "bearer", "description": "A personal API token."})
    components.security_scheme("cookie", {
        "type": "apiKey", "in": "cookie", "name": app.config["SESSION_COOKIE_NAME"],
        "description": "A browser's session; changes need the header X-CSRFToken too."})
    components.schema("Problem", PROBLEM)
    components.schema("BulkResult", RESULT)
    components.schema("BulkResults", {
        "type": "object", "required": ["results"],
        "properties": {"results": {"type": "array", "items": reference("schemas", "BulkResult")}}})
    for name, (description, kind) in HEADERS.items():
        components.header(name, {"description": description, "schema": {"type": kind}})
    for blueprint in blueprints:
        blueprint.register_views_in_doc(api, app, api.spec, name=blueprint.name, parameters=None)
    made: Document = api.spec.to_dict()
    return made


blueprint = Blueprint("api", __name__, url_prefix="/api")


@blueprint.get("/openapi.json")
@signed_in
def openapi() -> Response:
    """The document."""
    return Response(json.dumps(document(current_app), sort_keys=False), mimetype="application/json")


@blueprint.get("/docs")
@signed_in
def docs() -> str:
    """The document as a page."""
    found = document(current_app)
    return render("web/api.html", introduction=api_page.prose(found["info"]["description"]),
                  sections=api_page.sections(found))
