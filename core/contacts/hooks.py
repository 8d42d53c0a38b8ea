"""What contacts contribute: everything that a plugin could contribute too."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from core.contacts import cards, related
from core.contacts.models import PERSON, Contact
from core.contacts.records import contacts
from core.contacts.settings import ContactSettings
from core.plugin import Action, Card, Column, Job, Panel, hookimpl
from core.records import RecordType

SHOWN = 20
"""People of an organisation that its page shows; the list shows them all."""


@hookimpl
def record_types() -> Iterable[RecordType]:
    """People and organisations."""
    return [contacts]


@hookimpl
def settings_schema() -> Iterable[type[ContactSettings]]:
    """The company's own lists: statuses and sources; and its country."""
    return [ContactSettings]


@hookimpl
def blueprints() -> Iterable[Blueprint]:
    """Photos, cards and QR codes of a contact; address books in and out; merging, for people and for programs."""
    from core.contacts import rest, views, views_cards, views_merging
    return [views.blueprint, views_cards.blueprint, views_merging.blueprint, rest.blueprint]


@hookimpl
def jobs() -> Iterable[Job]:
    """Address books come in in the background; those that nobody went on with go at night."""
    from core.contacts import incoming, uploads
    return [Job(key="import_cards", run=incoming.job, limit=6 * 3600),
            Job(key="forget_cards", run=uploads.forget, cron="23 3 * * *")]


@hookimpl
def dashboard_cards(user: Any) -> Iterable[Card]:
    """A person's own contacts, changed last, and those that were added last."""
    return [cards.own(user), cards.added(user)]


@hookimpl
def contact_panels(contact: Contact, user: Any) -> Iterable[Panel]:
    """Whose birthday is near; the people of an organisation and its place among others."""
    birthday = related.birthday_rows(contact)
    if birthday:
        yield Panel(key="birthday", order=10, title=_l("Birthday soon"), icon="cake", body=lambda: birthday)
    if contact.kind == PERSON:
        return
    yield Panel(key="people", order=20, title=_l("People"), icon="users", lazy=True,
                url=contacts.url("index") + f"?f.employers.organization.is={contact.id}",
                body=lambda: related.people_of(contact, user, SHOWN))
    yield Panel(key="structure", order=30, title=_l("Structure"), icon="sitemap", lazy=True,
                url=_parts_url(contact), body=lambda: _structure(contact, user))


def _parts_url(contact: Contact) -> str:
    return contacts.url("index") + f"?f.parent.is={contact.id}"


def _structure(contact: Contact, user: Any) -> Markup:
    found = related.structure_of(contact, user)
    if not found.above and not found.parts:
        return Markup("")
    return Markup(render_template("contact/structure.html", name=contact.name, structure=found,  # noqa: S704
                                  url=_parts_url(contact)))


@hookimpl
def contact_actions(contact: Contact, user: Any) -> Iterable[Action]:
    """A person who works here, a photo, the card, merging, and the end of an employment."""
    if contact.kind == PERSON:
        for number, (row, name) in enumerate(related.present_work(contact, user)):
            yield Action(key=f"leave_{row.id}", order=20 + number, label=_("Left %(name)s", name=name), icon="logout",
                         url=url_for("contact_pages.leave", contact_id=contact.id, employment_id=row.id),
                         method="POST", permission=contacts.permission("edit"))
    else:
        yield Action(key="new_person", order=10, label=_l("New person here"), icon="user-plus",
                     url=contacts.url("new", kind=PERSON, **{"employers-0-organization": contact.id}),
                     permission=contacts.permission("create"))
    yield Action(key="photo", order=30, label=_l("Photo…") if contact.kind == PERSON else _l("Logo…"), icon="photo",
                 url=url_for("contact_pages.photo", contact_id=contact.id), permission=contacts.permission("edit"))
    yield Action(key="qr", order=40, label=_l("QR code"), icon="qrcode",
                 url=url_for("contact_pages.qr_page", contact_id=contact.id))
    yield Action(key="card", order=50, label=_l("Download vCard"), icon="address-book",
                 url=url_for("contact_pages.card", contact_id=contact.id))
    if user.may(contacts.permission("delete")):
        yield Action(key="merge", order=60, label=_l("Merge…"), icon="git-merge",
                     url=url_for("contact_merging.merge", contact_id=contact.id),
                     permission=contacts.permission("edit"))


@hookimpl
def contact_columns(user: Any) -> Iterable[Column]:
    """Where people work, and the city."""
    yield Column(key="employer", order=10, label=_l("Works at"),
                 values=lambda numbers: related.employer_names(numbers, user))
    yield Column(key="city", order=20, label=_l("City"), values=related.cities)
