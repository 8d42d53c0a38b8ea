"""How values read: in a list's cell, on a record's page, in an export."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup, escape

from core.records.type import RecordType, record_type
from core.web.fields import Choice, FieldUi, Money, MoneyValue, Relation
from core.web.i18n import day_of_year, format_money, format_number, when


def value_of(name: str, field: FieldUi, row: Any) -> Any:
    """A field's value in a row of a list or in a record."""
    if isinstance(field, Money):
        return MoneyValue(getattr(row, f"{name}_minor"), getattr(row, f"{name}_currency"))
    return getattr(row, field.attribute or name)


def text(field: FieldUi, value: Any, title: str | None = None) -> str:
    """A value as plain text in the reader's language; `title` is a relation's."""
    if value is None or value == "" or value == []:
        return ""
    if isinstance(field, Choice):
        option = field.option(value)
        return str(option.label) if option else ""
    if isinstance(field, Relation):
        return title or _("hidden")
    return str(_WRITERS.get(field.kind, str)(value))


_WRITERS: Mapping[str, Any] = {
    "money": lambda v: format_money(v.minor, v.currency or "EUR"), "number": format_number, "date": when,
    "datetime": when, "anniversary": day_of_year, "bool": lambda v: _("yes") if v else _("no"), "tags": ", ".join,
}


def html(field: FieldUi, value: Any, title: str | None = None) -> Markup:
    """A value as markup, everything in it escaped; `title` is a relation's."""
    if value is None or value == "" or value == []:
        return Markup("")
    draw = _DRAWN.get(field.kind)
    return draw(field, value, title) if draw else escape(text(field, value, title))


def _choice(field: Any, value: Any, _title: str | None) -> Markup:
    option = field.option(value)
    if option is None or not option.color:
        return escape(text(field, value))
    return Markup('<span class="choice"><span class="dot" data-color="{}"></span>{}</span>').format(
        option.color, option.label)


def _relation(field: Any, value: Any, title: str | None) -> Markup:
    return _link(record_type(field.target), value, title)


# f-strings of what is escaped here: format() takes ten times as long, and lists have hundreds of these

def _email(_field: FieldUi, value: Any, _title: str | None) -> Markup:
    safe = escape(value)
    return Markup(f'<a href="mailto:{safe}">{safe}</a>')  # noqa: S704


def _phone(_field: FieldUi, value: Any, _title: str | None) -> Markup:
    digits = "".join([c for c in value if c in "+0123456789"])
    return Markup(f'<a href="tel:{digits}">{escape(value)}</a>')  # noqa: S704


def _url(_field: FieldUi, value: Any, _title: str | None) -> Markup:
    safe = escape(value)
    return Markup(f'<a href="{safe}" rel="noopener noreferrer" target="_blank">{safe}</a>')  # noqa: S704


def _moment(_field: FieldUi, value: Any, _title: str | None) -> Markup:
    return moment(value, when)


def moment(value: datetime, tell: Callable[[datetime], str]) -> Markup:
    """A moment with what `tell` says of it; `core.web.i18n.teller` tells of many."""
    return Markup(f'<time datetime="{value.isoformat()}">{escape(tell(value))}</time>')  # noqa: S704


def _tags(_field: FieldUi, value: Any, _title: str | None) -> Markup:
    return Markup(" ").join(Markup('<span class="tag">{}</span>').format(word) for word in value)


def _lines(_field: FieldUi, value: Any, _title: str | None) -> Markup:
    return Markup("<br>").join(escape(line) for line in value.splitlines())


_DRAWN: Mapping[str, Callable[[Any, Any, str | None], Markup]] = {
    "choice": _choice, "relation": _relation, "email": _email, "phone": _phone, "url": _url, "datetime": _moment,
    "tags": _tags, "textarea": _lines}
"""How the kinds of fields look that are more than their text."""


def _link(target: RecordType, number: int, title: str | None) -> Markup:
    if title is None:
        return Markup('<span class="mute">{}</span>').format(_("hidden"))
    if not target.surfaces:
        return escape(title)
    return Markup('<a href="{}">{}</a>').format(url_for(f"{target.blueprint}.show", record_id=number), title)
