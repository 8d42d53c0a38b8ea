"""What the catalogue does beyond keeping records: groups of customers, pictures, price lists that expire."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import IO

from flask_babel import gettext as _
from marshmallow import ValidationError
from sqlalchemy import func, select

from core.contacts import Contact
from core.database import db, fold
from core.events import emit
from core.journal import delete_with_dependents
from core.plugin import setting
from core.records import store_file
from plugins.catalog.models import Category, Customer, Picture, PriceList, Product
from plugins.catalog.pricing import Price, audience, lists_for, money, price, today
from plugins.catalog.schemas import label_of

__all__ = ["Price", "add_picture", "audience", "expire_price_lists", "first_categories", "group_labels", "group_of",
           "lists_for", "merge_groups", "money", "price", "put_into_group", "remove_picture", "tax_rate", "today"]


def group_of(contact: Contact) -> str | None:
    """The key of the group of customers that a contact belongs to."""
    return db.session.scalar(select(Customer.customer_group).where(Customer.contact_id == contact.id))


def put_into_group(contact: Contact, group: str | None) -> None:
    """Put a contact into a group of customers, or with None into no group."""
    row = db.session.scalar(select(Customer).where(Customer.contact_id == contact.id))
    if row is None and group is not None:
        db.session.add(Customer(contact_id=contact.id, customer_group=group))
    elif row is not None and group is None:
        db.session.delete(row)
    elif row is not None and group is not None:
        row.customer_group = group
    db.session.flush()


def merge_groups(winner: Contact, loser: Contact) -> None:
    """Take a contact out of its group if the one that it is merged into is in a group already."""
    if group_of(winner) is not None:
        put_into_group(loser, None)


def group_labels(contact_ids: Sequence[int]) -> Mapping[int, str]:
    """What the groups of some contacts are called, by the contact's id; one statement."""
    rows = db.session.execute(
        select(Customer.contact_id, Customer.customer_group).where(Customer.contact_id.in_(contact_ids)))
    return {contact_id: label_of("groups", group) for contact_id, group in rows}


def tax_rate(product: Product) -> int | None:
    """The product's tax rate in basis points (20 % is 2000), None if it has none or the rate is gone."""
    return next((int(row["rate"] * 100) for row in setting("catalog", "taxes") if row["value"] == product.tax), None)


def add_picture(product: Product, stream: IO[bytes], filename: str) -> Picture:
    """Keep a picture of a product. Raises ValidationError for what is no picture that browsers show."""
    file = store_file(stream, filename)
    if file.inline_type is None:
        raise ValidationError({"picture": [_("“%(name)s” is no picture. Take a PNG, JPEG, GIF or WebP file.",
                                             name=file.name)]})
    picture = Picture(product_id=product.id, file=file)
    db.session.add(picture)
    db.session.flush()
    return picture


def remove_picture(picture: Picture) -> None:
    """Take a picture off its product; undo brings it back."""
    delete_with_dependents(picture.file)


def expire_price_lists(on: date) -> Sequence[PriceList]:
    """Switch off the price lists whose last day lies before a day, and tell each: catalog.price_list_expired."""
    expired = db.session.scalars(
        select(PriceList).where(PriceList.active, PriceList.valid_until < on).order_by(PriceList.id)).all()
    for price_list in expired:
        price_list.active = False
    db.session.flush()
    for price_list in expired:
        emit("catalog.price_list_expired", id=price_list.id)
    return expired


def first_categories() -> None:
    """Make the categories that an empty catalogue begins with."""
    if db.session.scalar(select(func.count()).select_from(Category)):
        return
    for name in (_("Products"), _("Services")):
        db.session.add(Category(name=name, name_key=fold(name)))
    db.session.flush()
