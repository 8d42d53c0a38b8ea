"""What the pages of this component share."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import request, url_for
from flask_babel import gettext as _
from marshmallow import ValidationError
from werkzeug.wrappers import Response

from core.database import Model, db
from core.plugin import setting
from core.users.forms import Form
from core.users.keys import Origin
from core.users.navigation import settings_navigation
from core.web import render
from core.web.addresses import base_url, safe_path
from core.web.errors import Problem
from core.web.i18n import locale

Row = TypeVar("Row", bound=Model)
Page = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]


def origin() -> Origin:
    """Where this request came from."""
    return Origin(request.remote_addr or "", request.user_agent.string[:200])


def company() -> str:
    """The company's name."""
    return str(setting("core", "company"))


def auth_page(template: str, **context: Any) -> str:
    """A page outside the frame."""
    return render(template, company=company(), locale=str(locale()), **context)


def settings_page(template: str, **context: Any) -> str:
    """A page of the settings, with their navigation."""
    return render(template, admin=settings_navigation(), **context)


def next_page() -> str:
    """The page that was asked for before sign-in, or the first one."""
    return safe_path(request.values.get("next", "")) or home()


def home() -> str:
    """The first page."""
    return url_for("records.home")


def saved(form: Form, act: Callable[[], object]) -> bool:
    """Run an operation and commit; on refusal put the reasons and what was typed into the form."""
    try:
        act()
    except ValidationError as error:
        db.session.rollback()
        form.typed(request.form).refused(error)
        return False
    db.session.commit()
    return True


def found(model: type[Row], number: int) -> Row:
    """The row of an id. Raises Problem 404."""
    row = db.session.get(model, number) if 0 < number < 2**31 else None
    if row is None:
        raise Problem(404, _("Nothing here"), _("It may have been deleted meanwhile."))
    return row


def number_or_none(text: str) -> int | None:
    """A choice of a form as an id; None for the empty one. An impossible one becomes 0, which nothing has."""
    if not text:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def mail_base() -> str:
    """The address that links in mails begin with.

    Somebody signed in asked, with a CSRF token: then the Host header is that of their own browser.
    """
    return base_url() or request.host_url.rstrip("/")
