"""What must be true of the catalogue's records; looked at before each save."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision
from flask_babel import gettext as _
from marshmallow import ValidationError
from sqlalchemy import select

from core.database import db, fold
from plugins.catalog.models import Category, PriceItem, PriceList, Product

MAX_DEPTH = 20
"""Levels that categories may stand below each other."""


def category(record: Category) -> None:
    """Fold the name for sorting; refuse a tree that would bite its tail."""
    record.name_key = fold(record.name)
    above = record.parent_id
    for _level in range(MAX_DEPTH):
        if above is None:
            return
        if above == record.id:
            raise ValidationError({"parent": [_("That would be a circle: it is itself a part of this one.")]})
        above = db.session.scalar(select(Category.parent_id).where(Category.id == above))
    raise ValidationError({"parent": [_("Categories can stand %(limit)d levels below each other, not more.",
                                        limit=MAX_DEPTH)]})


def product(record: Product) -> None:
    """Fold the name; refuse an SKU that another product has, and a product related to itself."""
    record.name_key = fold(record.name)
    errors: dict[str, Any] = {}
    with db.session.no_autoflush:
        other = db.session.execute(
            select(Product.id, Product.name).where(Product.sku == record.sku)).first() if record.sku else None
    if other is not None and other.id != record.id:
        errors["sku"] = [_("“%(name)s” has this SKU already.", name=other.name)]
    wrong: dict[int, Any] = {}
    seen = set()
    for index, row in enumerate(record.related):
        if record.id is not None and row.other_id == record.id:
            wrong[index] = {"other": [_("A product does not go with itself.")]}
        elif row.other_id in seen:
            wrong[index] = {"other": [_("This product is named above already.")]}
        seen.add(row.other_id)
    if wrong:
        errors["related"] = wrong
    if errors:
        raise ValidationError(errors)


def price_list(record: PriceList) -> None:
    """Fold the name; check whom the list is for, its days, and that each row says one price once."""
    record.name_key = fold(record.name)
    errors: dict[str, Any] = {}
    if record.contact_id is not None and record.customer_group is not None:
        errors["contact"] = [_("A list is for one client or for a group: choose one of the two.")]
    if record.valid_from and record.valid_until and record.valid_until < record.valid_from:
        errors["valid_until"] = [_("The last day lies before the first.")]
    wrong = {index: messages for index, row in enumerate(record.items)
             if (messages := _price(record, row, index))}
    if wrong:
        errors["items"] = wrong
    if errors:
        raise ValidationError(errors)


def _price(record: PriceList, row: PriceItem, index: int) -> Mapping[str, list[str]]:
    if (row.price is None) == (row.discount is None):
        return {"price": [_("Give a price or a discount, one of the two.")]}
    if row.price is not None and not _fits(row.price, record.currency):
        return {"price": [_("%(code)s has no fractions that small.", code=record.currency)]}
    if any((row.product_id, row.minimum) == (above.product_id, above.minimum) for above in record.items[:index]):
        return {"minimum": [_("There is a price from this quantity above already.")]}
    return {}


def _fits(amount: Decimal, currency: str) -> bool:
    minor = amount.scaleb(get_currency_precision(currency))
    return minor == minor.to_integral_value()
