"""Headers and CSRF: a strict content security policy with a nonce, and tokens on everything that changes."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, Response, g, request
from flask_login import current_user
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf
from markupsafe import Markup
from werkzeug.middleware.proxy_fix import ProxyFix

csrf = CSRFProtect()

POLICY = ("default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "
          "frame-ancestors 'none'; form-action 'self'")


def is_bearer_request() -> bool:
    """Whether the caller shows a token instead of a cookie: no browser sends one by itself, so CSRF cannot be."""
    return request.headers.get("Authorization", "").startswith("Bearer ")


def nonce() -> str:
    """This response's nonce, made when a template first asks for it."""
    if g.get("blanks"):
        return _NONCE
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    value: str = g.csp_nonce
    return value


@contextmanager
def blanks() -> Iterator[None]:
    """Leave the places of token and nonce open in what is rendered meanwhile, so that it can be kept for others."""
    g.blanks = True
    try:
        yield
    finally:
        g.blanks = False


def fill(part: Markup) -> Markup:
    """Put this reader's token and this response's nonce where their places were left open."""
    for place, value in ((_TOKEN, token), (_NONCE, nonce)):
        if place in part:
            part = part.replace(place, value())
    return part


_TOKEN, _NONCE = secrets.token_hex(), secrets.token_hex()
"""What stands in their places: nobody can write it into a text of his own."""


def token() -> str:
    """The reader's token against CSRF, as forms send it."""
    if g.get("blanks"):
        return _TOKEN
    known: str | None = g.get("csrf_token")  # where Flask-WTF keeps it
    return known or str(generate_csrf())


def init_app(app: Flask) -> None:
    """Protect every view; the token of a page lives as long as the session that it belongs to."""
    # checked by our own before_request, so that a Bearer request passes without one
    app.config.setdefault("WTF_CSRF_CHECK_DEFAULT", False)
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)
    csrf.init_app(app)
    app.before_request(_check_csrf)
    app.after_request(_headers)
    app.jinja_env.globals["csp_nonce"] = nonce
    app.jinja_env.globals["csrf_token"] = token
    proxies = app.config["TRUSTED_PROXIES"]
    if proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies, x_prefix=proxies)


def _check_csrf() -> None:
    if request.method in ("GET", "HEAD", "OPTIONS") or not request.endpoint or is_bearer_request():
        return
    if request.path.startswith("/api/") and not current_user.is_authenticated:
        return  # a stranger's program shall read 401 and not that it lacks a form's token; the guard says so
    csrf.protect()


def _headers(response: Response) -> Response:
    csp = POLICY
    if "csp_nonce" in g:
        csp += f"; script-src 'self' 'nonce-{g.csp_nonce}'; style-src 'self' 'nonce-{g.csp_nonce}'"
    headers = response.headers
    headers.setdefault("Content-Security-Policy", csp)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if response.mimetype == "text/html":
        headers.setdefault("Cache-Control", "no-store")
    return response


__all__ = ["CSRFError", "csrf", "init_app", "is_bearer_request", "nonce"]
