"""Who a card is about: the same uid, or an address or number together with a name that agrees."""

from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import ColumnElement, or_, select

from core.contacts.data import ContactData
from core.contacts.models import ORGANIZATION, Contact, ContactEmail, ContactPhone, FormerContact
from core.contacts.phones import normalize
from core.contacts.records import contacts
from core.database import db, fold
from core.plugin import setting
from core.records.query import access


def uid_of(card: ContactData) -> str | None:
    """The uid as Eleven keeps it: a UUID as it is, any other text as the UUID that it always gives."""
    if not card.uid:
        return None
    try:
        return str(UUID(card.uid))
    except ValueError:
        return str(uuid5(NAMESPACE_URL, f"vcard:{card.uid}"))


def free_uid(uid: str | None) -> str | None:
    """The uid, unless a record has it already, perhaps one that the user may not see."""
    taken = uid and db.session.execute(select(Contact.id).where(or_(Contact.uid == uid, _formerly(uid)))).first()
    return None if taken else uid


def match(card: ContactData, user: Any) -> Contact | None:
    """The contact that a card is about, locked for a change, among those that the user may see.

    An e-mail address or a phone alone does not tell: families and front desks share them.
    """
    uid = uid_of(card)
    if uid and (found := _found(Contact.uid == uid, user) or _found(_formerly(uid), user)):
        return found[0]
    region = setting("contacts", "region")
    reached: list[ColumnElement[bool]] = []
    if addresses := {text for email in card.emails for text in (email.address, email.address.lower())}:
        reached.append(Contact.id.in_(select(ContactEmail.contact_id).where(ContactEmail.address.in_(addresses))))
    if numbers := {e164 for phone in card.phones if (e164 := normalize(phone.number, region)[0])}:
        reached.append(Contact.id.in_(select(ContactPhone.contact_id).where(ContactPhone.e164.in_(numbers))))
    if card.kind == ORGANIZATION:
        reached.append(Contact.name_key == fold(card.name))
    if not reached:
        return None
    return next((one for one in _found((Contact.kind == card.kind) & or_(*reached), user) if _agree(one, card)), None)


def _formerly(uid: str) -> ColumnElement[bool]:
    """The condition that a contact which had a uid was merged into this one."""
    return Contact.id.in_(select(FormerContact.contact_id).where(FormerContact.uid == uid))


def _found(condition: ColumnElement[bool], user: Any) -> list[Contact]:
    return list(db.session.scalars(
        select(Contact).where(condition, access(contacts, user)).order_by(Contact.id).limit(20)
        .with_for_update(of=Contact)))


def _agree(contact: Contact, card: ContactData) -> bool:
    mine = set(contact.name_key.split())
    parts = f"{card.family_name} {card.given_name} {card.patronymic}".strip()
    theirs = set(fold(parts or card.name).split())
    return bool(mine and theirs) and (mine <= theirs or theirs <= mine)


def organization_named(name: str, user: Any) -> int | None:
    """The id of the organisation of a name, the oldest of several."""
    return db.session.scalar(
        select(Contact.id).where(Contact.kind == ORGANIZATION, Contact.name_key == fold(name), access(contacts, user))
        .order_by(Contact.id).limit(1))
