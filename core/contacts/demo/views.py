"""Saved views of the contact list: some that everybody has, and some of one's own."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from flask import current_app
from werkzeug.datastructures import MultiDict

from core.contacts.demo.staff import Staff
from core.contacts.records import contacts
from core.records import saved
from core.records.query import ListState

# who | pinned | shared | name | name in Russian | the list's address
_VIEWS = """
admin    | yes | yes | Clients by last change | Клиенты: недавние изменения | f.status.is=client&sort=-updated_at
admin    | yes | no  | My contacts            | Мои контакты                | f.owner.is=me&sort=-updated_at
admin    | no  | yes | Organisations          | Организации                 | f.kind.is=organization&sort=name
admin    | no  | yes | New this quarter       | Новые за квартал            | f.created_at.within=this_quarter
admin    | no  | yes | Birthdays this month   | Дни рождения в этом месяце  | f.birthday.within=this_month
admin    | yes | yes | Funnel                 | Воронка                     | f.kind.is=organization&mode=board
director | yes | no  | Lost clients           | Ушедшие клиенты             | f.status.is=former&sort=-updated_at
"""


def keep_views(staff: Staff) -> None:
    """Keep the views, named in the company's language."""
    russian = current_app.config["LANGUAGE"] == "ru"
    keep: Callable[..., Any] | None = getattr(saved, "save", None)
    for line in _VIEWS.strip().splitlines() if keep else ():
        who, pinned, shared, *names, address = (cell.strip() for cell in line.split("|"))
        arguments = MultiDict(parse_qsl(address))
        if keep:
            keep(contacts, ListState.parse(contacts, arguments), names[russian], getattr(staff, who),
                 shared=shared == "yes", pinned=pinned == "yes")
