"""Contacts on the first page."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, select

from core.contacts.models import Contact
from core.contacts.records import contacts
from core.database import db
from core.plugin import Card, PanelRow
from core.records.query import access
from core.web.i18n import ago

SHOWN = 6


def own(user: Any) -> Card:
    """The contacts that a person answers for, changed last."""
    return Card(key="own", order=20, title=_l("My contacts"), icon="user", permission=contacts.permission("view"),
                url=contacts.url("index", **{"f.owner.is": user.id, "sort": "-updated_at"}),
                body=lambda: _rows(user, Contact.updated_at, Contact.owner_id == user.id),
                empty=_l("Contacts that you answer for appear here, changed last."))


def added(user: Any) -> Card:
    """The contacts that were added last, by anybody."""
    return Card(key="added", order=30, title=_l("New contacts"), icon="user-plus",
                permission=contacts.permission("view"), url=contacts.url("index", sort="-created_at"),
                body=lambda: _rows(user, Contact.created_at), empty=_l("There is no contact yet."))


def _rows(user: Any, moment: Any, *further: ColumnElement[bool]) -> Sequence[PanelRow]:
    found = db.session.execute(
        select(Contact.id, Contact.name, moment.label("at")).where(access(contacts, user), *further)
        .order_by(moment.desc(), Contact.id.desc()).limit(SHOWN))
    return [PanelRow(text=row.name, url=contacts.url("show", record_id=row.id), value=ago(row.at)) for row in found]
