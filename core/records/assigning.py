"""Telling people that many records became theirs: one piece of news each, not one a record."""

from collections.abc import Mapping

from flask_babel import ngettext

from core.database import db
from core.inbox import notify
from core.records.type import RecordType
from core.users import User
from core.web.i18n import speaking


def tell_owners(kind: RecordType, assigned: Mapping[int, int], by: User) -> None:
    """Tell each new owner how many records `by` has given them; `assigned` is the number by user id."""
    for number, records in assigned.items():
        owner = db.session.get(User, number)
        if owner is None or owner.id == by.id:
            continue
        with speaking(owner):
            title = ngettext("%(who)s assigned you %(num)d record: %(what)s",
                             "%(who)s assigned you %(num)d records: %(what)s", records, who=by.name,
                             what=str(kind.plural).lower())
        url = kind.url("index", **{"f.owner.is": "me", "sort": "-updated_at"})
        notify(owner.id, "assigned", title, url, actor_id=by.id)
