"""Events that become news."""

from collections.abc import Mapping
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from core.database import db
from core.events import emit
from core.inbox.operations import notify
from core.jobs import Work
from core.users.models import User
from core.web.i18n import speaking


def tell_finished(work: Work) -> None:
    """Work has ended: say so in the same transaction."""
    emit("work.finished", work_id=work.id, user_id=work.user_id, state=work.state)


def work_finished(payload: Mapping[str, Any]) -> None:
    """Background work that a person started has ended."""
    work = db.session.get(Work, payload["work_id"])
    user = db.session.get(User, work.user_id) if work is not None and work.user_id is not None else None
    if work is None or user is None:
        return
    with speaking(user):
        title = (_("Finished: %(title)s", title=work.title) if work.state == "done"
                 else _("Failed: %(title)s", title=work.title))
    urls = current_app.url_map.bind("unused")
    notify(user.id, "work", title, urls.build("work.show", {"uid": work.uid}), work.message, once=f"work:{work.uid}")
