"""Rendering: pages, fragments for htmx, and the values that all templates know."""

from collections.abc import Hashable, Iterable, Mapping
from typing import Any

from flask import Flask, current_app, render_template, request
from flask_babel import get_locale
from flask_login import current_user
from jinja2 import Template
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from core.web import i18n, overridden, security

KEPT = 500
"""Parts of pages that a process keeps: some kilobytes each."""


def is_htmx() -> bool:
    """Whether htmx asks for a fragment (a boosted link asks for a whole page)."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"


def render(template: str | list[str | Template], **context: Any) -> str:
    """Render a template; the first of several that exists, so that a plugin or the company may give its own.

    If that one fails, the fault is kept and the page is drawn with what it stands in for.
    """
    names: list[str | Template] = template if isinstance(template, list) else [template]
    with i18n.one_language():
        try:
            return render_template(_first(names) if len(names) > 1 else names[0], **context)
        except HTTPException:
            raise
        except Exception as error:
            return overridden.instead(names, error, context)


def once(template: str, **values: Any) -> Markup:
    """A part of pages that depends on nothing but the language and the values given: rendered once for each.

    The values are made of dictionaries, lists, texts, numbers and whatever can be hashed; the template knows nothing
    else, neither the user nor the request. Token and nonce are the reader's all the same.
    """
    kept: dict[Hashable, Markup] = current_app.extensions.setdefault("eleven.once", {})
    key = (template, str(get_locale()), request.script_root, _frozen(values))
    part = kept.get(key)
    if part is None or current_app.config["TEMPLATES_AUTO_RELOAD"]:
        if len(kept) >= KEPT:
            kept.clear()
        with security.blanks():
            part = Markup(current_app.jinja_env.get_template(template).render(values))  # noqa: S704 templates escape
        kept[key] = part
    return security.fill(part)


def _frozen(value: Any) -> Hashable:
    if isinstance(value, dict):
        return tuple([(key, _frozen(one)) for key, one in value.items()])
    if isinstance(value, list | tuple):
        return tuple([_frozen(one) for one in value])
    frozen: Hashable = value
    return frozen


def fill(rows: Iterable[Mapping[str, Any]], pattern: str) -> Markup:
    """The pattern once for each row, its {name}s filled in: ten times faster than a loop of a template.

    What fills it must be escaped already.
    """
    return Markup("".join([str.format_map(pattern, row) for row in rows]))  # noqa: S704 see above


def _first(names: list[str | Template]) -> str | Template:
    """The first of several templates that exists, looked for only once."""
    known: dict[tuple[str | Template, ...], str] = current_app.extensions.setdefault("eleven.templates", {})
    key = tuple(names)
    if key not in known or current_app.config["TEMPLATES_AUTO_RELOAD"]:
        known[key] = str(current_app.jinja_env.select_template(names).name)
    return known[key]


def init_app(app: Flask) -> None:
    """Let templates ask what the user may."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["once"] = once
    app.jinja_env.filters["fill"] = fill

    @app.template_global()
    def may(permission: str) -> bool:
        return bool(getattr(current_user, "is_authenticated", False) and current_user.may(permission))
