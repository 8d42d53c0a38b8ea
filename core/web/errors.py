"""Errors that people and programs can act on: a page with a way back, or RFC 9457 problem details under /api."""

from typing import Any

import structlog
from flask import Flask, Response, current_app, json, request
from flask_babel import gettext as _
from flask_login import current_user
from marshmallow import ValidationError
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from werkzeug.exceptions import HTTPException, InternalServerError

from core.database import db
from core.plugin.calls import DecisionError
from core.plugin.registry import registry
from core.web.addresses import safe_path
from core.web.rendering import render
from core.web.security import is_bearer_request

log = structlog.get_logger()


class Problem(Exception):
    """An answer with a status that says what is wrong, where and how to mend it.

    `status` is the HTTP status, `title` a sentence, `detail` what to do; `more` joins the problem details.
    """

    def __init__(self, status: int, title: str, detail: str = "", **more: Any) -> None:
        super().__init__(title)
        self.status, self.title, self.detail, self.more = status, title, detail, more


def is_api() -> bool:
    """Whether the address is one for programs; the page that documents them is for people."""
    return request.path.startswith("/api/") and request.path != "/api/docs"


def wants_problem() -> bool:
    """Whether a program asks (the API, whoever shows a token, or a script that wants JSON) rather than a person."""
    return is_api() or is_bearer_request() or (
        request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json")


def answer(status: int, title: str, detail: str = "", **more: Any) -> Response:
    """The error in the form that the caller reads."""
    if wants_problem():
        body = {"type": "about:blank", "status": status, "title": title, "detail": detail or title} | more
        return Response(json.dumps(body), status, mimetype="application/problem+json")
    return Response(_page(status, title, detail), status, mimetype="text/html")


def _page(status: int, title: str, detail: str) -> str:
    # a link would open the form anew and empty: where something was typed, the browser's own way back keeps it
    back = "" if status == 413 else safe_path(request.referrer or "")
    given = {"status": status, "title": title, "message": detail, "back_url": back}
    if status < 500 and current_user.is_authenticated:
        try:
            return render("error.html", inside=True, **given)
        except Exception as error:  # a template that a plugin or the company has replaced, a table that is gone
            log.error("the frame cannot be drawn", exc_info=error)
    return render("error.html", inside=False, **given)


def _titles(status: int) -> tuple[str, str]:
    known = {
        400: (_("That request cannot be understood"), _("Check the address, or go back and try again.")),
        401: (_("Please sign in"), ""),
        403: (_("You may not do that"), _("Ask your administrator for the permission.")),
        404: (_("Nothing here"), _("It may have been deleted, or you may not see it.")),
        405: (_("That address does not take this kind of request"), ""),
        409: (_("Somebody else changed this first"), _("Reload and try again.")),
        413: (_("That is too large"), _too_large()),
        429: (_("Too many requests"), _("Wait a little and try again.")),
        500: (_("Something went wrong on our side"),
              _("The fault has been logged. See whether your change is there before you try again.")),
    }
    return known.get(status, (_("That did not work"), ""))


def _too_large() -> str:
    text = _("Nothing was saved. Send less at once, or a smaller file: %(limit)s MB at most.",
             limit=current_app.config["UPLOAD_LIMIT_MB"])
    return text if wants_problem() else text + " " + _("Go back with your browser: what you typed is still there.")


def _http_error(error: HTTPException) -> Response:
    if error.response is not None and error.code is not None and error.code < 400:
        return error.response  # type: ignore[return-value]
    status = error.code or 500
    title, detail = _titles(status)
    spoken = error.description if error.description and error.description != type(error).description else ""
    response = answer(status, title, str(spoken or detail))
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    return response


def _problem(error: Problem) -> Response:
    db.session.rollback()
    return answer(error.status, error.title, error.detail, **error.more)


def _invalid(error: ValidationError) -> Response:
    db.session.rollback()
    return answer(422, _("Some fields need attention"), _("Each is named with what is wrong."),
                  errors=error.normalized_messages())


def _integrity(error: IntegrityError) -> Response:
    db.session.rollback()
    log.warning("integrity error", error=str(error.orig))
    return answer(409, _("That contradicts what is already there"),
                  _("A value must be unique or points to something that is gone. Reload and check."))


def _data(error: DataError) -> Response:
    db.session.rollback()
    return answer(422, _("A value does not fit"), _("A number is too large or a text holds a forbidden character."))


def _database(error: OperationalError) -> Response:
    db.session.rollback()
    log.error("database error", exc_info=error)
    return answer(503, _("The database does not answer"), _("Nothing was saved. Try again in a moment."))


def _undecided(error: DecisionError) -> Response:
    db.session.rollback()
    return answer(503, _("%(plugin)s has a say in this and could not be asked", plugin=str(
        registry().titles.get(error.plugin, error.plugin))), _("Nothing was saved. The fault is on the Plugins page."))


def _unforeseen(error: Exception) -> Response:
    db.session.rollback()
    if current_app.testing:
        raise error
    owner = registry().owners.get(request.blueprints[-1]) if request.blueprints else None
    if owner is None or owner.startswith("core"):
        log.error("unforeseen error", path=request.path, exc_info=error)
    else:
        registry().calls.failed(owner, f"view {request.endpoint}", error)
    return _http_error(InternalServerError())


def init_app(app: Flask) -> None:
    """Answer every error in the caller's form."""
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Problem, _problem)
    app.register_error_handler(ValidationError, _invalid)
    app.register_error_handler(IntegrityError, _integrity)
    app.register_error_handler(DataError, _data)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(DecisionError, _undecided)
    app.register_error_handler(Exception, _unforeseen)
