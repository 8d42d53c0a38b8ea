"""The inbox on the first page."""

from flask import url_for
from flask_babel import lazy_gettext as _l

from core.inbox.operations import entries
from core.plugin import Card, PanelRow
from core.users import User
from core.web.i18n import ago

SHOWN = 6


def news(user: User) -> Card:
    """The newest of what a person has not yet read."""
    def rows() -> list[PanelRow]:
        return [PanelRow(text=one.title, url=url_for("inbox.open_entry", number=one.id), value=ago(one.created_at))
                for one in entries(user.id, unread_only=True, limit=SHOWN)]
    return Card(key="news", order=10, title=_l("Unread"), icon="inbox", url=url_for("inbox.index"), body=rows,
                empty=_l("You have read everything."))
