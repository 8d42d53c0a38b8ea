"""The guard at the door: reads the mark of every view before it runs. What carries no mark answers nobody."""

from typing import Any

import structlog
from flask import Flask, Response, current_app, g, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, TooManyRequests, Unauthorized
from werkzeug.wrappers import Response as AnyResponse

from core.database import acts, only_looks
from core.journal import set_actor
from core.plugin import registry
from core.users import sessions, tokens
from core.users.access import grants, may
from core.web.access import PUBLIC, SIGNED_IN, mark_of
from core.web.addresses import safe_path
from core.web.errors import is_api
from core.web.security import is_bearer_request

log = structlog.get_logger()

UNPROVEN = frozenset({
    "users.two_factor_setup", "users.two_factor_confirm", "users.sign_out", "users.preferences"})
"""What answers a person who must set up a second factor first."""
FOR_EVERY_TOKEN = frozenset({"api.openapi"})
"""What answers any token, though it asks for no permission: what there is to call."""


def init_app(app: Flask) -> None:
    """Guard every view of the application."""
    app.before_request(check)


def forget() -> None:
    """An application context that outlives a request must not hand its person on to the next one."""
    for name in ("_login_user", "user_session", "two_factor_required", "token_scopes", "api_token", "token_guessing",
                 "eleven_grants"):
        g.pop(name, None)
    only_looks()


def check() -> AnyResponse | None:
    """Let the request pass (None), send the person to sign-in, or refuse it."""
    answer = _refusal()
    acts()
    return answer


def _refusal() -> AnyResponse | None:
    if request.endpoint is None:
        return None  # there is no such page, and Flask says so
    mark = _mark(current_app.view_functions[request.endpoint])
    if mark is None:
        log.error("a view without a mark was asked for", endpoint=request.endpoint)
        raise Forbidden
    if mark == PUBLIC:
        return None
    if not current_user.is_authenticated:
        return refuse()
    bearer = is_bearer_request()
    if bearer and not _for_programs(mark):
        raise Forbidden(_("An API token opens only what is under /api and needs one of its permissions. "
                          "This is for people who sign in."))
    tokens.touch(request.remote_addr or "") if bearer else sessions.touch()
    set_actor(current_user.id, "api" if bearer else "web")
    if sessions.second_factor_missing() and request.endpoint not in UNPROVEN:
        return redirect(url_for("users.two_factor_setup", next=_here()))
    if mark != SIGNED_IN and not may(current_user, mark):
        raise Forbidden(_lacking(mark))
    return None


def _for_programs(mark: str) -> bool:
    """Whether a token may knock: its permissions narrow nothing where a view asks for none."""
    return is_api() and (mark != SIGNED_IN or request.endpoint in FOR_EVERY_TOKEN)


def refuse() -> AnyResponse:
    """Answer somebody unknown: a program with 401, a person with the sign-in page, htmx with a way there."""
    if g.get("token_guessing"):
        raise TooManyRequests
    if is_bearer_request() or is_api():
        raise Unauthorized(_("Send “Authorization: Bearer” with a token that is neither revoked nor expired."),
                           www_authenticate=WWWAuthenticate("bearer"))
    url = url_for("users.sign_in", next=_here() or None)
    if request.headers.get("HX-Request") == "true":
        return Response(status=401, headers={"HX-Redirect": url})
    return redirect(url)


def _here() -> str:
    if request.headers.get("HX-Request") == "true":
        return safe_path(request.headers.get("HX-Current-URL", ""))
    if request.method == "GET":
        return safe_path(request.full_path.rstrip("?"))
    return safe_path(request.referrer or "")


def _lacking(permission: str) -> str:
    if g.get("token_scopes") is not None and (current_user.is_admin or permission in grants(current_user)):
        return _("This token was made without the permission “%(name)s”. Make one that has it.",
                 name=_spoken(permission))
    return _("This needs the permission “%(name)s”. Ask your administrator for it.", name=_spoken(permission))


def _spoken(permission: str) -> str:
    shelf = registry()
    label = shelf.permissions[permission].label if permission in shelf.permissions else permission
    kind = shelf.record_types.get(permission.rpartition(".")[0])
    return f"{kind.plural}: {label}" if kind else str(label)


def _mark(view: Any) -> str | None:
    cls = getattr(view, "view_class", None)
    method = getattr(cls, "get" if request.method == "HEAD" else request.method.lower(), None)
    return (mark_of(method) if method else None) or mark_of(view)
