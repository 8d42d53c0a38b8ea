"""What the catalogue adds: its table of contents."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from flask import Blueprint, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from core.database import db
from core.plugin import (
    Action,
    Card,
    Column,
    EventHandler,
    Hit,
    Job,
    NavItem,
    Panel,
    Permission,
    Section,
    TimelineEntry,
    hookimpl,
)
from core.records import RecordType
from plugins.catalog import commands as catalog_commands
from plugins.catalog import demo, handlers, operations, panels, records, views
from plugins.catalog import jobs as catalog_jobs
from plugins.catalog.models import PriceList
from plugins.catalog.schemas import CatalogSettings, CustomerSchema

if TYPE_CHECKING:
    import click

    from core.contacts import Contact
    from core.users import User


@hookimpl
def record_types() -> Iterable[RecordType]:
    """Products, price lists and categories."""
    return [records.products, records.price_lists, records.categories]


@hookimpl
def settings_schema() -> Iterable[type[CatalogSettings]]:
    """The company's lists: units, tax rates, groups of customers."""
    return [CatalogSettings]


@hookimpl
def permissions() -> Iterable[Permission]:
    """The price check, beside what the record types bring."""
    return [Permission(key=panels.CHECK, label=_l("Check prices"))]


@hookimpl
def blueprints() -> Iterable[Blueprint]:
    """The price check, for people and for programs, and the pictures of products."""
    return [views.blueprint, views.api]


@hookimpl
def nav_items(user: "User") -> Iterable[NavItem]:
    """The price check."""
    return [NavItem(key="price", label=_l("Price check"), url=url_for("catalog.price"), icon="receipt-tax",
                    permission=panels.CHECK)]


@hookimpl
def dashboard_cards(user: "User") -> Iterable[Card]:
    """The price lists that end soon."""
    return [panels.expiring(user)]


@hookimpl
def contact_panels(contact: "Contact", user: "User") -> Iterable[Panel]:
    """The client's group, and the price lists that apply to it."""
    return [panels.prices(contact, user)]


@hookimpl
def contact_actions(contact: "Contact", user: "User") -> Iterable[Action]:
    """From a client to its prices."""
    return [Action(key="price", label=_l("Prices for this client"), icon="receipt-tax", permission=panels.CHECK,
                   url=url_for("catalog.price", contact=contact.id))]


@hookimpl
def contact_columns(user: "User") -> Iterable[Column]:
    """The group of customers, in the list of contacts."""
    return [Column(key="customer_group", label=_l("Customer group"), values=operations.group_labels,
                   permission=panels.CHECK)]


@hookimpl
def contact_sections(contact: "Contact | None", user: "User") -> Iterable[Section]:
    """The group of customers, in the form of a contact: who keeps the price lists says who gets which."""
    return [Section(
        key="prices", label=_l("Prices"), schema=CustomerSchema, permission="catalog.price_list.edit",
        load=lambda contact: {"customer_group": operations.group_of(contact)},
        save=lambda contact, values: operations.put_into_group(contact, values["customer_group"]))]


@hookimpl
def contact_delete_objections(contact: "Contact") -> Iterable[str]:
    """A client with prices of its own stays, until somebody has decided what becomes of them."""
    names = db.session.scalars(select(PriceList.name).where(PriceList.contact_id == contact.id).limit(3))
    return [_("The price list “%(name)s” is for this client: delete it first, or choose whom it is for.", name=name)
            for name in names]


@hookimpl
def contact_merging(winner: "Contact", loser: "Contact") -> None:
    """A client is in one group: the winner's, or the loser's if the winner is in none. Price lists follow."""
    operations.merge_groups(winner, loser)


@hookimpl
def contact_timeline(contact: "Contact", user: "User", before: datetime, limit: int) -> Iterable[TimelineEntry]:
    """Since when a client has prices of its own."""
    return panels.agreements(contact, user, before, limit)


@hookimpl
def search(text: str, user: "User", limit: int) -> Iterable[Hit]:
    """A stock number typed whole leads to the product's price, not only to the product."""
    return panels.price_of_sku(text, user)


@hookimpl
def installed() -> None:
    """Two categories, so that the first product has a place."""
    operations.first_categories()


@hookimpl
def event_handlers() -> Iterable[EventHandler]:
    """Tell the owner of a price list that it has expired."""
    return [EventHandler(key="price_list_expired", event="catalog.price_list_expired",
                         run=handlers.price_list_expired)]


@hookimpl
def jobs() -> Iterable[Job]:
    """Each night: switch off what has expired."""
    return [Job(key="expire_price_lists", run=catalog_jobs.expire_price_lists, cron="5 0 * * *")]


@hookimpl
def commands() -> "Iterable[click.Command]":
    """`eleven catalog price SKU`."""
    return [catalog_commands.price]


@hookimpl
def demo_data(contacts: "Sequence[Contact]", users: "Sequence[User]", random: Any) -> None:
    """A distributor's products and price lists."""
    demo.fill(contacts, users, random)
