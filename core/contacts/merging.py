"""Merging contacts that are one and the same: one stays, takes over what the others hold, and they go."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from marshmallow import ValidationError
from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from core.contacts.models import PERSON, Contact, Employment, FormerContact
from core.contacts.records import contacts
from core.contacts.rules import PARTS, ancestors
from core.database import db, now
from core.events import emit
from core.journal import count_references, repoint
from core.plugin import registry
from core.records import operations as records
from core.records import saved
from core.records.operations import StaleError
from core.web.errors import Problem
from core.web.fields import Relation

MOST = 5
"""Contacts that are merged at once: as many as people can compare."""

NAMES = ("name", *PARTS)
"""Fields that belong together: a name is taken whole or not at all."""

IDENTITY = {
    "emails": ("address",), "phones": ("e164", "number"), "links": ("value",), "dates": ("label", "date"),
    "addresses": ("street", "city", "region", "postal_code", "country"),
    "employers": ("organization_id", "role", "started_on", "ended_on"),
}
"""What tells the rows of a contact from each other. One that says nothing new is not taken over."""


def merge(number: int, others: Sequence[int], values: Mapping[str, Any], user: Any,
          versions: Mapping[int, int] | None = None) -> Contact:
    """Merge the contacts `others` into the one of an id and return it.

    It keeps its values and takes from the others, in their order, what it has none of; `values` are input by field and
    count before both. Rows such as e-mails are united, and so are tags. Whatever refers to the others refers to it
    afterwards, also in tables of switched-off plugins. All of it is one step of the journal. `versions` are those that
    the user saw, by id.

    Raises Problem: 404 or 403 for a contact that the user may not see, change or delete, 409 when a plugin refuses;
    ValidationError with messages by field, `losers` among them; StaleError when another version was saved since.
    """
    winner, losers = find(number, others, user)
    _lock([winner, *losers], versions or {})
    data = _take_over(winner, losers, dict(values))
    former = [loser.id for loser in losers]
    for loser in losers:
        registry().calls.decide("contact_merging", winner=winner, loser=loser)
        _unite(winner, loser)
        _drop_double_work(winner, loser)
        _remember(loser, winner)
        repoint(Contact.__table__, loser.id, winner.id)  # type: ignore[arg-type]
        saved.rename(contacts, loser.id, winner.id)
    for loser in losers:
        records.delete(contacts, loser, user)
    winner.updated_at = now()  # a new version, whatever its own row says
    records.update(contacts, winner, data, user)
    emit("contact.merged", id=winner.id, losers=former)
    return winner


def find(number: int, others: Sequence[int], user: Any) -> tuple[Contact, list[Contact]]:
    """The contact that stays and those that go, if the user may merge them. Raises as `merge`."""
    winner = records.find(contacts, number, user, "edit")
    if not others:
        raise ValidationError({"losers": [_("Choose at least one other contact.")]})
    if len(others) >= MOST:
        raise ValidationError({"losers": [_("Merge %(limit)s contacts at once, not more.", limit=MOST)]})
    losers: list[Contact] = []
    errors: dict[int, list[str]] = {}
    for place, other in enumerate(others):
        if other in (number, *others[:place]):
            errors[place] = [_("Choose each contact once.")]
            continue
        loser = _loser(other, place, user)
        if loser.kind != winner.kind:
            errors[place] = [_("A person and an organisation cannot be one: %(name)s is of another kind.",
                               name=loser.name)]
        losers.append(loser)
    if errors:
        raise ValidationError({"losers": errors})
    return winner, losers


def _loser(number: int, place: int, user: Any) -> Contact:
    try:
        found: Contact = records.find(contacts, number, user, "delete")
    except Problem as problem:
        title = problem.title if problem.status == 404 else _("You may not delete a contact that would go")
        raise Problem(problem.status, title, problem.detail, errors={
            "losers": [{"pointer": f"/losers/{place}", "detail": title}]}) from None
    return found


def moving(losers: Sequence[Contact]) -> dict[str, int]:
    """How many rows of each table refer to contacts of one kind, without what they hold themselves."""
    own = {getattr(Contact, name).property.mapper.local_table.name for name in IDENTITY} | {FormerContact.__tablename__}
    if losers[0].kind != PERSON:
        own.remove(Employment.__tablename__)  # of an organisation these are its people
    counts = count_references(Contact.__tablename__, [loser.id for loser in losers])
    return {table: number for table, number in counts.items() if table not in own}


def united(name: str, *lists: Sequence[Any]) -> list[Any]:
    """The rows of a kind that several contacts hold, without those that say nothing new; all of the first list stay."""
    kept = list(lists[0])
    for rows in lists[1:]:
        for row in rows:
            if not any(_says_nothing_new(row, other, IDENTITY[name]) for other in kept):
                kept.append(row)
    return kept


def first_filled(name: str, found: Sequence[Contact]) -> Any:
    """The value of an attribute that stays when nobody chooses: of the first contact that has one."""
    values = [getattr(contact, name) for contact in found]
    return next((value for value in values if value not in (None, "")), values[0])


def _lock(found: Sequence[Contact], versions: Mapping[int, int]) -> None:
    """Have the rows to ourselves, always in the same order, and see that they are as the user saw them."""
    numbers = {contact.id for contact in found}
    there = db.session.scalars(select(Contact).where(Contact.id.in_(numbers)).order_by(Contact.id)
                               .with_for_update(of=Contact).execution_options(populate_existing=True)).all()
    if len(there) < len(numbers):
        raise records.not_here(contacts)
    for contact in there:
        if versions.get(contact.id, contact.version) != contact.version:
            raise StaleError(contact)


def _take_over(winner: Contact, losers: Sequence[Contact], data: dict[str, Any]) -> dict[str, Any]:
    """Give the winner what it has none of; returns the input that remains to be saved.

    A related record that one of them has may be taken over by those who may not see it.
    """
    everyone = [winner, *losers]
    for name, field in contacts.form_fields.items():
        attribute = field.attribute or name
        if name in (*NAMES, "kind", "tags") or name in IDENTITY:
            continue
        if name not in data:
            value = first_filled(attribute, everyone)
        elif isinstance(field, Relation) and data[name] in [getattr(one, attribute) for one in everyone]:
            value = data.pop(name)
        else:
            continue
        if name == "parent":
            value = _outside(value, {one.id for one in everyone})
        setattr(winner, attribute, value)
    winner.photo = first_filled("photo", everyone)
    winner.tags = list(dict.fromkeys(tag for one in everyone for tag in one.tags or ()))
    return data


def _outside(parent: int | None, merged: set[int]) -> int | None:
    """The organisation itself, or where it is below one of those that are merged, what that one is part of."""
    if parent is None:
        return None
    with db.session.no_autoflush:
        chain: list[int | None] = [row.id for row in ancestors(parent)]
    inside = [place for place, number in enumerate(chain) if number in merged]
    return [*chain, None][inside[-1] + 1] if inside else parent


def _remember(loser: Contact, winner: Contact) -> None:
    """Note who is to be found where the loser was; there is a note already if it came back from the trash."""
    former = db.session.scalar(select(FormerContact).where(FormerContact.former_id == loser.id))
    if former is None:
        former = FormerContact(former_id=loser.id, uid=loser.uid)
        db.session.add(former)
    former.contact_id = winner.id


def _unite(winner: Contact, loser: Contact) -> None:
    """Hand over the rows of the loser that say something new."""
    for name in IDENTITY:
        owner = next(iter(getattr(Contact, name).property.remote_side)).name
        mine, theirs = list(getattr(winner, name)), list(getattr(loser, name))
        kept = united(name, mine, theirs)
        for row in theirs:
            if row not in kept:
                db.session.delete(row)
        for place, row in enumerate(kept[len(mine):], len(mine)):
            setattr(row, owner, winner.id)
            row.position = place
            if any(getattr(other, "primary", False) for other in kept[:place]):
                row.primary = False
        db.session.flush()
        db.session.expire(winner, [name])
        db.session.expire(loser, [name])


def _drop_double_work(winner: Contact, loser: Contact) -> None:
    """Who is said to work at both organisations, in the same role and time, works at one."""
    mine, theirs = aliased(Employment), aliased(Employment)
    nothing_new = [or_(getattr(mine, name) == getattr(theirs, name), getattr(mine, name).is_(None))
                   for name in ("started_on", "ended_on")]
    doubles = select(mine).join(theirs, theirs.person_id == mine.person_id).where(
        mine.organization_id == loser.id, theirs.organization_id == winner.id,
        or_(mine.role == theirs.role, mine.role == ""), mine.left == theirs.left, *nothing_new).limit(200)
    while rows := db.session.scalars(doubles).unique().all():
        for row in rows:
            db.session.delete(row)
        db.session.flush()


def _says_nothing_new(row: Any, other: Any, identity: Sequence[str]) -> bool:
    said = [(_plain(getattr(row, name)), _plain(getattr(other, name))) for name in identity]
    if identity[0] == "e164" and said[0][0]:
        return said[0][0] == said[0][1]
    return all(mine in ("", theirs) for mine, theirs in said)


def _plain(value: Any) -> str:
    return "" if value is None else " ".join(str(value).casefold().split())
