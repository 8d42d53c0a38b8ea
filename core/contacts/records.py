"""The contact record type: declared like any plugin's."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from core.contacts.aliases import ALIASES
from core.contacts.models import Contact, FormerContact
from core.contacts.rules import prepare
from core.contacts.schemas import ContactSchema
from core.database import db
from core.plugin import registry
from core.records import RecordType, Slots


def _objections(contact: Contact) -> list[str]:
    return [reason for _plugin, reason in registry().calls.decide("contact_delete_objections", contact=contact)]


def _columns(user: Any) -> list[Any]:
    return registry().calls.gather("contact_columns", user=user)


def _panels(contact: Contact, user: Any) -> list[Any]:
    return registry().calls.gather("contact_panels", contact=contact, user=user)


def _actions(contact: Contact, user: Any) -> list[Any]:
    return registry().calls.gather("contact_actions", contact=contact, user=user)


def _sections(contact: Contact | None, user: Any) -> list[Any]:
    return registry().calls.gather("contact_sections", contact=contact, user=user)


def _timeline(contact: Contact, user: Any, before: datetime, limit: int) -> list[Any]:
    return registry().calls.gather("contact_timeline", contact=contact, user=user, before=before, limit=limit)


def _head(contact: Contact, titles: Mapping[tuple[str, int], str]) -> dict[str, Any]:
    from core.contacts.related import head
    return head(contact, titles)


def _moved(number: int) -> int | None:
    """The contact that a former one was merged into."""
    if not 0 < number < 2**31:
        return None
    return db.session.scalar(select(FormerContact.contact_id).where(FormerContact.former_id == number))


contacts = RecordType(
    name="contact", path="contacts", model=Contact, schema=ContactSchema,
    label=_l("Contact"), plural=_l("Contacts"), icon="users",
    columns=("name", "kind", "status", "email", "phone", "owner", "updated_at"),
    search=("name", "nickname", "emails.address", "phones.number", "phones.e164", "links.value", "tags",
            "tax_number", "registry_number", "about", "addresses.city"),
    board="status", prepare=prepare, objections=_objections,
    slots=Slots(columns=_columns, panels=_panels, actions=_actions, sections=_sections,
                timeline=_timeline),
    sections={"": "", "reach": _l("How to reach"), "person": _l("Person"), "organization": _l("Organisation"),
              "more": _l("More")},
    head=_head,
    uploads=((_l("Import an address book…"), "address-book", "contact_cards.import_cards"),),
    downloads=((_l("Export to vCard"), "address-book", "contact_cards.choose"),),
    together=((_l("Merge…"), "git-merge", "contact_merging.chosen"),), moved=_moved,
    import_keys=("uid", "email", "tax_number", "name"), aliases=ALIASES,
)
