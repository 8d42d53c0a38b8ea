"""What people hear of: who mentioned them, what was assigned to them. Each may come twice and tells once."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from core.database import db
from core.inbox import notify
from core.plugin import registry
from core.records.notes import Note
from core.records.query import access
from core.users import User
from core.web.i18n import speaking


def mentioned(payload: Mapping[str, Any]) -> None:
    """Somebody was named in a note."""
    note = db.session.get(Note, payload["note_id"])
    if note is not None:
        _tell(payload["user_id"], payload, "mention", _mentioned, note.text[:300], f"note:{note.id}")


def assigned(payload: Mapping[str, Any]) -> None:
    """A record was given to somebody."""
    _tell(payload["owner_id"], payload, "assigned", _assigned, "",
          f"assigned:{payload['type']}:{payload['id']}:{payload['at']}")


def _mentioned(who: str, title: str) -> str:
    return _("%(who)s mentioned you on %(title)s", who=who, title=title)


def _assigned(who: str, title: str) -> str:
    return _("%(who)s gave you %(title)s", who=who, title=title)


def _tell(user_id: int, payload: Mapping[str, Any], kind: str, sentence: Any, body: str, once: str) -> None:
    """Put an entry into a person's inbox, in the person's language, if the person may see the record."""
    person = db.session.get(User, user_id)
    type_ = registry().record_types.get(payload["type"])
    if person is None or not person.active or type_ is None:
        return
    record = db.session.scalars(db.select(type_.model).where(
        type_.model.id == payload["id"], access(type_, person))).first()
    if record is None:
        return
    by = db.session.get(User, payload["by"])
    with speaking(person):
        title = str(sentence(by.name if by else "Eleven", type_.title_of(record)))
    notify(user_id, kind, title, type_.url("show", record_id=record.id), body=body, actor_id=payload["by"], once=once)
