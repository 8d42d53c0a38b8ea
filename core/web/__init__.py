"""The page shell: access marks, security headers, languages, navigation, templates and static files."""

from flask import Flask

from core.web import addresses, assets, errors, hooks, i18n, rendering, security, shell
from core.web.access import mark_of, public, requires, signed_in
from core.web.api import ApiBlueprint, problems
from core.web.errors import Problem
from core.web.flashes import flash_undo
from core.web.forms import build as build_form
from core.web.forms import parse as parse_form
from core.web.forms import summary as form_errors
from core.web.i18n import format_money, format_number, speaking, when, zone
from core.web.rendering import is_htmx, render

__all__ = [
    "ApiBlueprint", "Problem", "build_form", "flash_undo", "form_errors", "format_money", "format_number", "hooks",
    "init_app", "is_htmx", "mark_of", "parse_form", "problems", "public", "render", "requires", "signed_in",
    "speaking", "when", "zone",
]


def init_app(app: Flask) -> None:
    """Add what every page shares."""
    for part in (addresses, security, i18n, assets, errors, shell, rendering):
        part.init_app(app)
