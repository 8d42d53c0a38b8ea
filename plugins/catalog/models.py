"""The tables of the catalogue."""

from datetime import date
from decimal import Decimal

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from core.contacts import Contact
from core.database import FixedPoint, Model, Owned, Record
from core.records import Attachment, MoneyValue

RATE_PLACES = 2
"""Places of a percentage: a rate is kept in basis points."""
PRICE_PLACES = 4
"""Places that a price in a list can have; its currency allows no more than its own."""
QUANTITY_PLACES = 3


class Category(Record, Model):
    """A place in the tree of products."""

    __tablename__ = "catalog_category"
    __table_args__ = (Index("ix_catalog_category_name_key_id", "name_key", "id"),)

    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(default="")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("catalog_category.id", ondelete="SET NULL"), index=True)
    description: Mapped[str] = mapped_column(default="")


class Product(Record, Model):
    """A thing or a service that is sold. `unit` and `tax` are keys of the lists in the settings.

    `price` is the base price of one unit without tax: what counts where no price list applies.
    """

    __tablename__ = "catalog_product"
    __table_args__ = (
        UniqueConstraint("sku"),
        Index("ix_catalog_product_name_key_id", "name_key", "id"),
        Index("ix_catalog_product_price_minor_id", "price_minor", "id"),
    )

    kind: Mapped[str] = mapped_column(String(12), default="product")
    sku: Mapped[str] = mapped_column(String(60))
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(default="")
    category_id: Mapped[int | None] = mapped_column(ForeignKey("catalog_category.id", ondelete="SET NULL"), index=True)
    unit: Mapped[str] = mapped_column(String(40))
    description: Mapped[str] = mapped_column(default="")
    price_minor: Mapped[int | None] = mapped_column(BigInteger)
    price_currency: Mapped[str | None] = mapped_column(String(3))
    price: Mapped[MoneyValue | None] = composite(MoneyValue, "price_minor", "price_currency")
    tax: Mapped[str | None] = mapped_column(String(40))
    active: Mapped[bool] = mapped_column(default=True)

    related: Mapped[list["RelatedProduct"]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="RelatedProduct.position",
        foreign_keys="RelatedProduct.product_id")


class RelatedProduct(Model):
    """Another product that goes with one, or can stand in for it."""

    __tablename__ = "catalog_related_product"

    id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(default=0)
    product_id: Mapped[int] = mapped_column(ForeignKey("catalog_product.id", ondelete="CASCADE"), index=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("catalog_product.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(12), default="related")


class Picture(Model):
    """A picture of a product; the file itself is kept as any attached one."""

    __tablename__ = "catalog_picture"

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("catalog_product.id", ondelete="CASCADE"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("record_file.id", ondelete="CASCADE"), index=True)

    file: Mapped[Attachment] = relationship()


class PriceList(Record, Owned, Model):
    """Prices for one contact, for a group of customers or for everybody, from a day until a day, both included.

    Of lists for the same customers the one of the higher `priority` counts. The owner hears when it expires.
    """

    __tablename__ = "catalog_price_list"
    __table_args__ = (
        Index("ix_catalog_price_list_name_key_id", "name_key", "id"),
        Index("ix_catalog_price_list_active_valid_until", "active", "valid_until"),
    )

    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(default="")
    currency: Mapped[str] = mapped_column(String(3))
    customer_group: Mapped[str | None] = mapped_column(String(40), index=True)
    # SET NULL would open a client's own prices to everybody
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), index=True)
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    active: Mapped[bool] = mapped_column(default=True)
    priority: Mapped[int] = mapped_column(default=0)

    items: Mapped[list["PriceItem"]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="PriceItem.position")


class PriceItem(Model):
    """What a product costs in a list from a quantity on: a price in the list's currency, or a discount in percent."""

    __tablename__ = "catalog_price_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(default=0)
    price_list_id: Mapped[int] = mapped_column(ForeignKey("catalog_price_list.id", ondelete="CASCADE"), index=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("catalog_product.id", ondelete="CASCADE"), index=True)
    minimum: Mapped[Decimal] = mapped_column(FixedPoint(QUANTITY_PLACES), default=Decimal(1))
    price: Mapped[Decimal | None] = mapped_column(FixedPoint(PRICE_PLACES))
    discount: Mapped[Decimal | None] = mapped_column(FixedPoint(RATE_PLACES))


class Customer(Model):
    """The group of customers that a contact belongs to."""

    __tablename__ = "catalog_customer"
    __table_args__ = (UniqueConstraint("contact_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"))
    customer_group: Mapped[str] = mapped_column(String(40), index=True)

    contact: Mapped[Contact] = relationship()
