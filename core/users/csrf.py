"""The answer to a form whose CSRF token does not count: what to do, and what was typed."""

from urllib.parse import urlsplit

from flask import Flask, Response, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError

from core.web import render
from core.web.addresses import safe_path
from core.web.errors import answer, wants_problem
from core.web.i18n import locale

SECRET = ("password", "current", "code", "csrf_token")
KEPT = 100_000
"""Characters that are carried over at most."""


def init_app(app: Flask) -> None:
    """Answer refused tokens with a page of their own."""
    app.register_error_handler(CSRFError, refused)


def refused(error: CSRFError) -> Response:
    """Offer to send the form again, but only to the person who filled it in here.

    A form of another site is never offered: one click on a page of ours would then do what its author wanted.
    """
    if wants_problem() or request.headers.get("HX-Request") == "true":
        return answer(400, _("The security token of this page does not count any more"),
                      _("Reload the page and try again. Nothing was saved."))
    own = _from_here()
    kept = [(name, value) for name, value in request.form.items(multi=True) if name not in SECRET]
    whole = own and not request.files and sum(len(value) for _name, value in kept) <= KEPT
    page = render(
        "users/csrf.html", locale=str(locale()), stranger=not own, kept=kept if whole else [],
        action=request.full_path.rstrip("?") if whole else "", back_url=safe_path(request.referrer or "") or "/")
    return Response(page, 400, mimetype="text/html")


def _from_here() -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    source = request.headers.get("Origin") or request.referrer or ""
    return urlsplit(source).netloc == request.host
