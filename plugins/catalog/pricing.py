"""The price that applies to a product, a client, a quantity and a day, and why.

Of the lists that apply (active, valid on the day, for the client, its group or everybody, with a price from at
most the quantity) the most specific wins: one for the client before one for its group before one for everybody.
Then the higher priority, then the lowest price; prices in the currency of the base price go first, since prices
in different currencies cannot be compared. Where no list applies, the base price counts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from babel.numbers import get_currency_precision
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, or_, select

from core.contacts import Contact
from core.database import db, now
from core.plugin import setting
from core.records import MoneyValue, record_type
from core.web import format_money, format_number, when, zone
from plugins.catalog.models import Customer, PriceItem, PriceList, Product
from plugins.catalog.schemas import label_of

EVERYBODY, GROUP, CLIENT = 0, 1, 2
"""How specific a list is."""


@dataclass(frozen=True)
class Price:
    """What one unit costs without tax; `amount` and `currency` are None where there is no price at all.

    `explanation` has a sentence for each list that was looked at, the last one says what decided; `price_list` is the
    one that did, if whoever asked may see it.
    """

    amount: Decimal | None
    currency: str | None
    explanation: tuple[str, ...]
    price_list: PriceList | None = None

    @property
    def text(self) -> str:
        """The price as people read it."""
        return money(self.amount, self.currency)


@dataclass(frozen=True)
class _Offer:
    """The price of a list that applies."""

    price_list: PriceList
    name: str
    amount: Decimal
    rank: tuple[int, int, bool]

    @property
    def order(self) -> tuple[int, int, bool, str, Decimal, int]:
        """The smallest wins."""
        return *self.rank, self.price_list.currency, self.amount, self.price_list.id


def price(product: Product, contact: Contact | None, quantity: Decimal, on: date, user: Any = None) -> Price:
    """The price of one unit, and the steps that lead to it. `quantity` is greater than nothing.

    Lists that the user may not see count, but are not named. Without a user all are.
    """
    base = product.price if product.price is not None and product.price.minor is not None else None
    steps = [_("The base price is %(price)s.", price=format_money(base.minor, base.currency or "")) if base
             else _("The product has no base price.")]
    if not product.active:
        steps.append(_("The product is not active: it is not sold any more."))
    offers = []
    candidates = list(_candidates(product, contact))
    names = _called((price_list for price_list, _rows in candidates), user)
    for price_list, rows in candidates:
        row = _break(rows, quantity)
        name = names.get(price_list.id, _("A price list"))
        refusal = _refusal(name, price_list, rows, row, base, on, product)
        if refusal or row is None:
            steps.append(refusal)
            continue
        offer = _Offer(price_list, name, _amount(price_list, row, base), (
            -_specificity(price_list), -price_list.priority, price_list.currency != _currency(base)))
        offers.append(offer)
        steps.append(_applies(offer, row, product))
    if not offers:
        steps.append(_("No price list applies: the base price counts.") if base
                     else _("No price list applies: there is no price."))
        return Price(base.amount if base else None, base.currency if base else None, tuple(steps))
    winner, *others = sorted(offers, key=lambda offer: offer.order)
    steps.append(_decision(winner, others))
    shown = winner.price_list if winner.price_list.id in names else None
    return Price(winner.amount, winner.price_list.currency, tuple(steps), shown)


def _called(price_lists: Iterable[PriceList], user: Any) -> dict[int, str]:
    """What lists are called in a sentence, by id; without those that the user may not see."""
    found = {price_list.id: price_list.name for price_list in price_lists}
    if user is not None:
        found = record_type("catalog.price_list").titles(found, user)
    return {number: _("“%(name)s”", name=name) for number, name in found.items()}


def lists_for(contact: Contact, on: date | None = None) -> Sequence[PriceList]:
    """The active lists for a contact, its group and everybody, the most specific first; valid on a day, or ever."""
    statement = select(PriceList).where(PriceList.active, _for(contact))
    if on is not None:
        statement = statement.where(or_(PriceList.valid_from.is_(None), PriceList.valid_from <= on),
                                    or_(PriceList.valid_until.is_(None), PriceList.valid_until >= on))
    found = db.session.scalars(statement.order_by(PriceList.priority.desc(), PriceList.name_key, PriceList.id)).all()
    return sorted(found, key=lambda price_list: -_specificity(price_list))


def audience(price_list: PriceList) -> str:
    """Whom a list is for, in words."""
    if price_list.contact_id is not None:
        return _("for this client")
    if price_list.customer_group is not None:
        return _("for the group %(group)s", group=label_of("groups", price_list.customer_group))
    return _("for everybody")


def _for(contact: Contact | None) -> ColumnElement[bool]:
    """Which lists are meant for a contact, or for nobody in particular."""
    everybody = and_(PriceList.contact_id.is_(None), PriceList.customer_group.is_(None))
    if contact is None:
        return everybody
    group = select(Customer.customer_group).where(Customer.contact_id == contact.id).scalar_subquery()
    return or_(everybody, PriceList.contact_id == contact.id, PriceList.customer_group == group)


def _candidates(product: Product, contact: Contact | None) -> Iterable[tuple[PriceList, list[PriceItem]]]:
    """The active lists that name the product and are for the contact, with its rows; in one statement."""
    rows = db.session.execute(
        select(PriceList, PriceItem).join(PriceItem, PriceItem.price_list_id == PriceList.id)
        .where(PriceItem.product_id == product.id, PriceList.active, _for(contact))
        .order_by(PriceList.priority.desc(), PriceList.name_key, PriceList.id, PriceItem.minimum))
    found: dict[int, tuple[PriceList, list[PriceItem]]] = {}
    for price_list, item in rows:
        found.setdefault(price_list.id, (price_list, []))[1].append(item)
    return sorted(found.values(), key=lambda pair: -_specificity(pair[0]))


def _specificity(price_list: PriceList) -> int:
    if price_list.contact_id is not None:
        return CLIENT
    return GROUP if price_list.customer_group is not None else EVERYBODY


def _break(rows: Iterable[PriceItem], quantity: Decimal) -> PriceItem | None:
    """The row of the greatest minimum that the quantity reaches."""
    reached = [row for row in rows if row.minimum <= quantity]
    return max(reached, key=lambda row: row.minimum) if reached else None


def _refusal(name: str, price_list: PriceList, rows: Sequence[PriceItem], row: PriceItem | None,
             base: MoneyValue | None, on: date, product: Product) -> str:
    """Why a list does not apply, as a sentence; empty if it does."""
    whose = {"list": name, "whom": audience(price_list)}
    if price_list.valid_from and on < price_list.valid_from:
        return _("%(list)s, %(whom)s: valid only from %(day)s.", day=when(price_list.valid_from), **whose)
    if price_list.valid_until and on > price_list.valid_until:
        return _("%(list)s, %(whom)s: valid only until %(day)s.", day=when(price_list.valid_until), **whose)
    if row is None:
        return _("%(list)s, %(whom)s: begins at %(quantity)s.", quantity=_quantity(rows[0].minimum, product), **whose)
    if row.discount is not None and (base is None or base.currency != price_list.currency):
        return _("%(list)s, %(whom)s: gives a discount in %(currency)s, but there is no base price in that currency.",
                 currency=price_list.currency, **whose)
    return ""


def _amount(price_list: PriceList, row: PriceItem, base: MoneyValue | None) -> Decimal:
    if row.price is not None:
        return row.price
    assert base is not None and base.amount is not None and row.discount is not None  # noqa: PT018, S101 _refusal has looked
    smallest = Decimal(1).scaleb(-get_currency_precision(price_list.currency))
    return (base.amount * (100 - row.discount) / 100).quantize(smallest, ROUND_HALF_UP)


def _applies(offer: _Offer, row: PriceItem, product: Product) -> str:
    parts = {"list": offer.name, "whom": audience(offer.price_list),
             "price": money(offer.amount, offer.price_list.currency), "quantity": _quantity(row.minimum, product)}
    if row.discount is not None:
        return _("%(list)s, %(whom)s: %(price)s from %(quantity)s, a discount of %(discount)s%%.",
                 discount=format_number(row.discount), **parts)
    return _("%(list)s, %(whom)s: %(price)s from %(quantity)s.", **parts)


def _decision(winner: _Offer, others: Sequence[_Offer]) -> str:
    name = winner.name
    if not others:
        return _("%(list)s decides: it is the only list that applies.", list=name)
    second = others[0]
    specific, priority, foreign = (a != b for a, b in zip(winner.rank, second.rank, strict=True))
    if specific:
        return _("%(list)s decides: a list %(whom)s goes before a list %(other)s.", list=name,
                 whom=audience(winner.price_list), other=audience(second.price_list))
    if priority:
        return _("%(list)s decides: it has the highest priority.", list=name)
    if foreign:
        return _("%(list)s decides: it is in the currency of the base price.", list=name)
    return _("%(list)s decides: no other price is lower.", list=name)


def _currency(base: MoneyValue | None) -> str:
    return base.currency or "" if base else str(setting("core", "currency"))


def money(amount: Decimal | None, currency: str | None) -> str:
    """An amount in major units as people read it; empty without one."""
    if amount is None or currency is None:
        return ""
    return format_money(int(amount.scaleb(get_currency_precision(currency))), currency)


def today() -> date:
    """This day, where the user is."""
    return now().astimezone(zone()).date()


def _quantity(quantity: Decimal, product: Product) -> str:
    return f"{format_number(quantity)} {label_of('units', product.unit)}"
