"""The fields of the catalogue's records, and its settings."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import marshmallow as ma
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as pgettext  # under this name pybabel finds it
from flask_babel.speaklater import LazyString
from marshmallow import ValidationError, validate

from core.plugin import setting
from core.records import (
    Boolean,
    Choice,
    Date,
    Integer,
    Money,
    Number,
    Option,
    RecordSchema,
    Relation,
    Rows,
    RowSchema,
    Text,
)
from plugins.catalog.models import PRICE_PLACES, QUANTITY_PLACES, RATE_PLACES

PRODUCT, SERVICE = "product", "service"
KINDS = (Option(PRODUCT, _l("Product"), "blue"), Option(SERVICE, pgettext("product", "Service"), "violet"))
RELATIONS = (Option("related", _l("Goes with it"), "blue"), Option("substitute", _l("Can stand in for it"), "amber"))


def _text(label: object, **more: Any) -> Text:
    return Text(label=label, load_default="", allow_none=False, **more)


class ListRow(RowSchema):
    """One entry of a list that the company keeps: what is stored, and what people read in their language."""

    value = Text(label=_l("Key"), required=True, max_length=40,
                 validate=validate.Regexp(r"^[a-z0-9_-]+$",
                                          error=_l("Small letters, digits, - and _ only.")))  # type: ignore[arg-type]
    label = Text(label=_l("Label"), required=True, max_length=60)
    label_ru = _text(_l("Label in Russian"), max_length=60)


class TaxRow(ListRow):
    """A tax rate."""

    rate = Number(label=_l("Rate, %"), required=True, places=RATE_PLACES, minimum=0, maximum=100)


def _list(*rows: tuple[str, str, str]) -> Any:
    return lambda: [{"value": value, "label": label, "label_ru": russian} for value, label, russian in rows]


def _taxes() -> list[dict[str, Any]]:
    rows = (("20", "20%", "20%", 20), ("10", "10%", "10%", 10), ("0", "0%", "0%", 0), ("none", "No VAT", "Без НДС", 0))
    return [{"value": value, "label": label, "label_ru": russian, "rate": Decimal(rate)}
            for value, label, russian, rate in rows]


class CatalogSettings(RecordSchema):
    """The company's lists: units, tax rates, groups of customers."""

    units = Rows(ListRow, label=_l("Units"), load_default=_list(
        ("pcs", "pcs", "шт"), ("set", "set", "компл"), ("pack", "pack", "упак"), ("kg", "kg", "кг"), ("m", "m", "м"),
        ("m2", "m²", "м²"), ("l", "l", "л"), ("h", "h", "ч"), ("day", "day", "дн"), ("month", "month", "мес")))
    taxes = Rows(TaxRow, label=_l("Tax rates"), load_default=_taxes)
    groups = Rows(ListRow, label=_l("Customer groups"), load_default=_list(
        ("retail", "Retail", "Розница"), ("wholesale", "Wholesale", "Опт"), ("partner", "Partners", "Партнёры")))

    @ma.validates_schema
    def unique(self, data: dict[str, Any], **_kwargs: Any) -> None:
        """A key stands once in a list."""
        for name, rows in data.items():
            keys = [row["value"] for row in rows]
            if len(set(keys)) != len(keys) or not keys:
                raise ValidationError(_("Give at least one entry, and each key once."), name)


def options(name: str) -> Sequence[Option]:
    """One of the company's lists, in the reader's language."""
    return [Option(row["value"], LazyString(_said, row)) for row in setting("catalog", name)]


def label_of(name: str, value: str | None) -> str:
    """What people read for a key of one of the lists; a key that was removed speaks for itself."""
    return next((str(option.label) for option in options(name) if option.value == value), value or "")


def _said(row: Mapping[str, Any]) -> str:
    locale = get_locale()
    russian = locale is not None and locale.language == "ru"
    return str((russian and row.get("label_ru")) or row["label"])


def _currencies() -> Sequence[Option]:
    return [Option(code, code) for code in setting("core", "currencies")]


class CategorySchema(RecordSchema):
    """A place in the tree of products."""

    name = Text(label=pgettext("product", "Name"), required=True, max_length=200, sort="name_key")
    parent = Relation("catalog.category", label=_l("Part of"))
    description = _text(_l("Description"), multiline=True)


class RelatedRow(RowSchema):
    """Another product that goes with one, or can stand in for it."""

    kind = Choice(RELATIONS, label=_l("Relation"), load_default="related", allow_none=False)
    other = Relation("catalog.product", label=_l("Product"), required=True)


class ProductSchema(RecordSchema):
    """A thing or a service that is sold."""

    name = Text(label=pgettext("product", "Name"), required=True, max_length=200, sort="name_key")
    sku = Text(label=_l("SKU"), required=True, max_length=60, sort=True)
    kind = Choice(KINDS, label=_l("Kind"), load_default=PRODUCT, allow_none=False)
    category = Relation("catalog.category", label=_l("Category"))
    unit = Choice(lambda: options("units"), label=_l("Unit"), allow_none=False,
                  load_default=lambda: options("units")[0].value)
    price = Money(label=_l("Base price"), sort=True, help=_l("Of one unit, without tax."))
    tax = Choice(lambda: options("taxes"), label=_l("Tax rate"))
    active = Boolean(label=_l("Active"), load_default=True)
    description = _text(_l("Description"), multiline=True)
    related = Rows(RelatedRow, filter_by=("kind", "other"), label=_l("Related products"), section="related")


class PriceRow(RowSchema):
    """What a product costs from a quantity on."""

    product = Relation("catalog.product", label=_l("Product"), required=True)
    minimum = Number(label=_l("From quantity"), places=QUANTITY_PLACES, minimum=0, load_default=Decimal(1),
                     allow_none=False)
    price = Number(label=_l("Price"), places=PRICE_PLACES, minimum=0, load_default=None)
    discount = Number(label=_l("Discount, %"), places=RATE_PLACES, minimum=0, maximum=100, load_default=None)


class PriceListSchema(RecordSchema):
    """Prices for one contact, a group or everybody."""

    name = Text(label=pgettext("product", "Name"), required=True, max_length=200, sort="name_key")
    currency = Choice(_currencies, label=_l("Currency"), allow_none=False,
                      load_default=lambda: setting("core", "currency"))
    customer_group = Choice(lambda: options("groups"), label=_l("For the group"),
                            help=_l("Without a group and a client the prices are for everybody."))
    contact = Relation("contact", label=_l("For the client"))
    valid_from = Date(label=_l("Valid from"))
    valid_until = Date(label=_l("Valid until"))
    active = Boolean(label=_l("Active"), load_default=True)
    priority = Integer(label=_l("Priority"), minimum=-1000, maximum=1000, load_default=0, allow_none=False,
                       help=_l("Of lists for the same customers, the one of the highest priority counts."))
    owner = Relation("user", label=_l("Owner"))
    items = Rows(PriceRow, filter_by=("product",), label=_l("Prices"), section="items", show=False)


class CustomerSchema(RecordSchema):
    """What the catalogue adds to the form of a contact."""

    customer_group = Choice(lambda: options("groups"), label=_l("Customer group"))
