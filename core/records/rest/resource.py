"""The endpoints of a record type under /api/v1."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from flask import Response, request
from flask_babel import gettext as _
from flask_login import current_user
from marshmallow import ValidationError

from core.database import db
from core.records import idempotency, operations
from core.records.operations import StaleError
from core.records.rest import body, bulk, documents, reading, writing
from core.records.type import RecordType
from core.users.limits import limit_api
from core.web import requires
from core.web.api import ApiBlueprint
from core.web.errors import Problem, answer

View = Callable[..., Response]


def route(rule: str, verb: str, method: str) -> Callable[[View], View]:
    """Say where an endpoint of Resource stands, and which of the type's permissions it needs."""
    def add(view: View) -> View:
        view.__dict__["route"] = (rule, verb, method)
        return view
    return add


class Resource:
    """One record type for programs; each method is an endpoint."""

    def __init__(self, kind: RecordType) -> None:
        self.kind = kind

    def blueprint(self) -> ApiBlueprint:
        """The blueprint that serves them, every endpoint marked and documented."""
        blueprint = ApiBlueprint(f"{self.kind.blueprint}_api", __name__, url_prefix=f"/api/v1/{self.kind.url_path}",
                                 describe=lambda api: documents.describe(self.kind, api))
        for name, method in vars(type(self)).items():
            if "route" in getattr(method, "__dict__", {}):
                rule, verb, http = method.__dict__["route"]
                view = requires(self.kind.permission(verb))(self._view(method, name))
                blueprint.add_url_rule(rule, name, view, methods=[http])
        blueprint.register_error_handler(ValidationError, _invalid)
        blueprint.register_error_handler(StaleError, stale)
        limit_api(blueprint)
        return blueprint

    def _view(self, method: View, name: str) -> View:
        def view(**arguments: Any) -> Response:
            return method(self, **arguments)
        view.__name__, view.__doc__ = name, method.__doc__
        return view

    @route("", "view", "GET")
    def index(self) -> Response:
        """List records.

        Filtered, sorted and cut into pages as in the browser. Child rows are left out unless `fields` names them.
        """
        wanted = reading.Wanted.parse(self.kind, request.args)
        items, page = reading.many(self.kind, wanted, current_user)
        response = _json({"items": items, "next": page.next or None, "previous": page.previous or None})
        links = [_link(rel, name, cursor) for rel, name, cursor in (
            ("next", "after", page.next), ("prev", "before", page.previous)) if cursor]
        if links:
            response.headers["Link"] = ", ".join(links)
        return response

    @route("", "create", "POST")
    def create(self) -> Response:
        """Create a record.

        With an Idempotency-Key the request can be sent again without making a second record.
        """
        def act() -> Response:
            record = operations.create(self.kind, body.checked(self.kind, body.received()), current_user)
            response = saved(self.kind, record, 201)
            response.headers["Location"] = self._url(record.id)
            return response
        return idempotency.once(current_user.id, act)

    @route("/<int:record_id>", "view", "GET")
    def show(self, record_id: int) -> Response:
        """Read a record.

        The ETag is the record's version: send it as If-None-Match to read only what has changed.
        """
        names = reading.chosen(self.kind, request.args)
        if request.if_none_match:
            version = reading.version_of(self.kind, record_id, current_user)
            if version is not None and request.if_none_match.contains_weak(str(version)):
                unchanged = Response(status=304)
                unchanged.set_etag(str(version))
                return unchanged
        record = reading.one(self.kind, record_id, names, current_user)
        if record is None:
            raise operations.not_here(self.kind)
        response = _json(record)
        response.set_etag(str(record["version"]))
        return response

    @route("/<int:record_id>", "edit", "PATCH")
    def update(self, record_id: int) -> Response:
        """Change fields of a record.

        What is not named stays. Child rows are replaced as a whole; those with their `id` stay the same rows.
        """
        record = operations.find(self.kind, record_id, current_user, "edit")
        match(record)
        data = body.checked(self.kind, body.received())
        record = operations.update(self.kind, record, data, current_user)
        response = saved(self.kind, record)
        db.session.commit()
        return response

    @route("/<int:record_id>", "delete", "DELETE")
    def delete(self, record_id: int) -> Response:
        """Delete a record.

        It and what hangs on it can be brought back from the trash.
        """
        record = operations.find(self.kind, record_id, current_user, "delete")
        db.session.refresh(record, ["version"], with_for_update=True)
        match(record)
        operations.delete(self.kind, record, current_user)
        db.session.commit()
        return Response(status=204)

    @route("/bulk", "view", "POST")
    def bulk(self) -> Response:
        """Create, update or delete many records.

        All or nothing by default; with `"atomic": false` each for itself. The answer has one result for each item.
        """
        return idempotency.once(current_user.id, lambda: _json(bulk.run(self.kind, body.received(), current_user)))

    def _url(self, record_id: int) -> str:
        return f"/api/v1/{self.kind.url_path}/{record_id}"


def saved(kind: RecordType, record: Any, status: int = 200) -> Response:
    """The answer with a record that was saved."""
    write = writing.writer(kind, (*writing.BASE, *writing.own(kind)), with_rows=True)
    response = _json(write(record), status)
    response.set_etag(str(record.version))
    return response


def ask_for_version() -> None:
    """Raise Problem (428) if a request does not say which version it is about."""
    if "If-Match" not in request.headers:
        raise Problem(428, _("Say which version you change."),
                      _("Send the ETag that you have read as If-Match, or * for any."))


def match(record: Any) -> None:
    """Demand the version that the program has seen. Raises Problem 428 without one, StaleError for another."""
    ask_for_version()
    # a proxy that compresses makes ETags weak, so those count too
    if not request.if_match.contains_weak(str(record.version)):
        raise StaleError(record)


def _json(data: Any, status: int = 200) -> Response:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status, mimetype="application/json")


def _link(rel: str, name: str, cursor: str) -> str:
    pairs = [(key, value) for key, value in request.args.items(multi=True) if key not in ("after", "before")]
    return f'<{request.path}?{urlencode([*pairs, (name, cursor)])}>; rel="{rel}"'


def _invalid(error: ValidationError) -> Response:
    db.session.rollback()
    return answer(422, _("Some fields need attention"), _("Each is named with what is wrong."),
                  errors=body.problem_fields(error))


def stale(error: StaleError) -> Response:
    """The answer to a change of a version that is not the present one."""
    version = error.record.version
    db.session.rollback()
    response = answer(412, _("If-Match names another version than the present one"),
                      _("Somebody else may have changed this first. Read it again, make your change once more and "
                        "send the new ETag as If-Match."),
                      version=version)
    response.set_etag(str(version))
    return response
