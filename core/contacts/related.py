"""Who belongs to a contact: people of an organisation, the tree it stands in, employers, birthdays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from sqlalchemy import and_, func, literal, select
from sqlalchemy.orm import aliased

from core.contacts import photos
from core.contacts.models import Contact, ContactAddress, Employment
from core.contacts.names import initials
from core.contacts.records import contacts
from core.contacts.rules import ancestors, today
from core.database import db
from core.plugin import PanelRow
from core.records.query import access

SOON = 14
"""Days before which a birthday is announced."""
LEVELS, BRANCHES = 4, 60


def link(number: int) -> str:
    """The address of a contact's page."""
    return url_for("contact.show", record_id=number)


def people_of(organization: Contact, user: Any, limit: int) -> list[PanelRow]:
    """Those who work at an organisation, then those who did, by name."""
    statement = (
        select(Contact.id, Contact.name, Employment.role, Employment.left, Employment.ended_on)
        .join(Employment, Employment.person_id == Contact.id)
        .where(Employment.organization_id == organization.id, access(contacts, user))
        .order_by(Employment.left, Contact.name_key, Employment.id).limit(limit))
    return [PanelRow(text=row.name, url=link(row.id), note=row.role, value=_left(row) if row.left else "")
            for row in db.session.execute(statement)]


def _left(row: Any) -> str:
    if row.ended_on is None:
        return _("left")
    return _("left %(when)s", when=format_date(row.ended_on, "MMM y", rebase=False))


@dataclass(frozen=True)
class Node:
    """An organisation in the tree of its group; `url` is empty where the reader may not go."""

    id: int
    name: str
    url: str
    parts: list["Node"] = field(default_factory=list)


@dataclass(frozen=True)
class Structure:
    """What an organisation is part of, the topmost first, and its own parts; `more` if not all are shown."""

    above: list[Node]
    parts: list[Node]
    more: bool


def structure_of(organization: Contact, user: Any) -> Structure:
    """The organisations above and below one, as far as the user sees them. Three statements."""
    chain = ancestors(organization.parent_id)[::-1] if organization.parent_id else []
    readable = set(db.session.scalars(
        select(Contact.id).where(Contact.id.in_([row.id for row in chain]), access(contacts, user)))) if chain else ()
    above = [Node(row.id, row.name, link(row.id)) if row.id in readable else Node(row.id, _("hidden"), "")
             for row in chain]
    rows = _below(organization.id, user)
    nodes = {organization.id: Node(organization.id, organization.name, "")}
    for row in rows[:BRANCHES]:
        if row.parent_id in nodes:
            nodes[row.id] = Node(row.id, row.name, link(row.id))
            nodes[row.parent_id].parts.append(nodes[row.id])
    return Structure(above, nodes[organization.id].parts, len(rows) > BRANCHES)


def _below(number: int, user: Any) -> Sequence[Any]:
    """Rows of the parts of an organisation and of their parts, level by level, each level by name."""
    tree = select(Contact.id, literal(1).label("level")).where(Contact.parent_id == number).cte("parts", recursive=True)
    child = aliased(Contact)
    tree = tree.union_all(select(child.id, tree.c.level + 1).where(
        and_(child.parent_id == tree.c.id, tree.c.level < LEVELS)))
    return db.session.execute(
        select(Contact.id, Contact.name, Contact.parent_id).join(tree, tree.c.id == Contact.id)
        .where(access(contacts, user)).order_by(tree.c.level, Contact.name_key).limit(BRANCHES + 1)).all()


def present_work(person: Contact, user: Any) -> list[tuple[Employment, str]]:
    """A person's employments that go on, each with the organisation's name, as far as the user may see it."""
    rows = [row for row in person.employers if not row.left]
    names = contacts.titles((row.organization_id for row in rows), user)
    return [(row, names[row.organization_id]) for row in rows if row.organization_id in names]


def head(contact: Contact, titles: Mapping[tuple[str, int], str]) -> dict[str, Any]:
    """The head of a contact's page: the picture, and what a person does where."""
    work = [(row.role, titles.get((contacts.name, row.organization_id), ""))
            for row in contact.employers if not row.left]
    return {
        "avatar": {"name": contact.name, "initials": initials(contact.name),
                   "photo_url": photos.url(contact.id, contact.photo, photos.SIZES[-1])},
        "subtitle": " · ".join(", ".join(part for part in parts if part) for parts in work),
    }


def employer_names(numbers: Sequence[int], user: Any) -> dict[int, str]:
    """Where some people work, as one text each. One statement."""
    found: dict[int, list[str]] = {}
    statement = (
        select(Employment.person_id, Contact.name).join(Contact, Contact.id == Employment.organization_id)
        .where(Employment.person_id.in_(numbers), Employment.left.is_(False), access(contacts, user))
        .order_by(Employment.person_id, Employment.position))
    for person, name in db.session.execute(statement):
        found.setdefault(person, []).append(name)
    return {person: ", ".join(names) for person, names in found.items()}


def cities(numbers: Sequence[int]) -> dict[int, str]:
    """The cities of the primary addresses of some contacts."""
    rows = db.session.execute(
        select(ContactAddress.contact_id, func.max(ContactAddress.city).label("city"))
        .where(ContactAddress.contact_id.in_(numbers), ContactAddress.primary.is_(True))
        .group_by(ContactAddress.contact_id))
    return {row.contact_id: row.city for row in rows}


def next_birthday(birthday: date, day: date) -> date:
    """The first return of a birthday on a day or later; who was born on 29 February celebrates on 1 March."""
    for year in (day.year, day.year + 1):
        try:
            found = birthday.replace(year=year)
        except ValueError:
            found = date(year, 3, 1)
        if found >= day:
            break
    return found


def birthday_rows(contact: Contact) -> list[PanelRow]:
    """A birthday that is near, and nothing else."""
    if contact.birthday is None:
        return []
    day = next_birthday(contact.birthday, today())
    left = (day - today()).days
    if left > SOON:
        return []
    words = {0: _("today"), 1: _("tomorrow")}.get(left) or ngettext("in %(num)d day", "in %(num)d days", left)
    return [PanelRow(text=format_date(day, "EEEE, d MMMM", rebase=False), value=words,
                     color="green" if left == 0 else "blue")]
