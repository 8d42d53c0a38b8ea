"""What the catalogue shows on the pages of contacts, products and categories."""

from datetime import datetime, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import ColumnElement, select

from core.contacts import Contact
from core.database import db
from core.plugin import Action, Card, Hit, Panel, PanelRow, TimelineEntry
from core.records import record_type
from core.users import visible
from core.web import format_number, render, when
from plugins.catalog import operations
from plugins.catalog.models import Category, Picture, PriceItem, PriceList, Product
from plugins.catalog.schemas import label_of

LIMIT, MANY = 10, 100
SOON = timedelta(days=30)
"""So long before its last day a price list is shown on the first page."""
CHECK = "catalog.price_check"


def prices(contact: Contact, user: Any) -> Panel:
    """The contact's group and the lists that apply to it today."""
    def body() -> list[PanelRow]:
        group = operations.group_of(contact)
        rows = [PanelRow(text=_("Customer group"), value=label_of("groups", group) or "—")]
        lists = operations.lists_for(contact, operations.today())[:LIMIT]
        names = record_type("catalog.price_list").titles((one.id for one in lists), user)
        return rows + [PanelRow(text=names.get(one.id, _("A price list")), note=operations.audience(one),
                                url=_url("price_list", one.id, user) if one.id in names else None, value=_until(one))
                       for one in lists]
    return Panel(key="prices", title=_l("Prices"), icon="tags", body=body, lazy=True, permission=CHECK,
                 url=url_for("catalog.price", contact=contact.id))


def expiring(user: Any) -> Card:
    """The price lists whose last day is near, the nearest first."""
    def body() -> list[PanelRow]:
        today = operations.today()
        found = db.session.scalars(
            select(PriceList).where(PriceList.active, PriceList.valid_until.between(today, today + SOON),
                                    visible(user, "catalog.price_list.view", PriceList))
            .order_by(PriceList.valid_until, PriceList.id).limit(LIMIT))
        return [PanelRow(text=one.name, url=_url("price_list", one.id, user), note=operations.audience(one),
                         value=_until(one)) for one in found]
    return Card(key="expiring", order=200, title=_l("Price lists that end soon"), icon="tags", lazy=True, body=body,
                permission="catalog.price_list.view",
                url=f'{url_for("catalog_price_list.index")}?f.valid_until.within=next_30_days',
                empty=_l("None ends within thirty days."))


def of_product(product: Product, user: Any) -> list[tuple[str, Panel]]:
    """A product's pictures, and the price lists that it stands in."""
    def pictures() -> Markup:
        found = db.session.scalars(select(Picture).where(Picture.product_id == product.id).order_by(Picture.id)).all()
        return Markup(render("catalog/pictures.html", product=product, pictures=found,  # noqa: S704 our own template
                             may_edit=user.may("catalog.product.edit")))

    def lists() -> list[PanelRow]:
        found = db.session.execute(
            select(PriceList, PriceItem).join(PriceItem, PriceItem.price_list_id == PriceList.id)
            .where(PriceItem.product_id == product.id, PriceList.active,
                   visible(user, "catalog.price_list.view", PriceList))
            .order_by(PriceList.name_key, PriceList.id, PriceItem.minimum).limit(LIMIT))
        return [PanelRow(text=price_list.name, url=_url("price_list", price_list.id, user),
                         note=_("from %(quantity)s", quantity=format_number(item.minimum)),
                         value=_said(price_list, item))
                for price_list, item in found]

    return [("catalog", Panel(key="pictures", title=_l("Pictures"), icon="photo", body=pictures)),
            ("catalog", Panel(key="lists", title=_l("In price lists"), icon="tags", body=lists, lazy=True,
                              permission="catalog.price_list.view"))]


def agreements(contact: Contact, user: Any, before: datetime, limit: int) -> list[TimelineEntry]:
    """The price lists that were made for the contact before a moment, newest first."""
    if not user.may("catalog.price_list.view"):
        return []
    found = db.session.scalars(
        select(PriceList).where(PriceList.contact_id == contact.id, PriceList.created_at < before,
                                visible(user, "catalog.price_list.view", PriceList))
        .order_by(PriceList.created_at.desc()).limit(limit))
    return [TimelineEntry(at=one.created_at, kind="price", icon="tags", title=_("Prices of its own"), body=one.name,
                          url=_url("price_list", one.id, user)) for one in found]


def price_of_sku(text: str, user: Any) -> list[Hit]:
    """The price of the product whose stock number was typed."""
    if not user.may(CHECK):
        return []
    product = db.session.scalars(select(Product).where(
        Product.sku == text.strip().upper(), visible(user, "catalog.product.view", Product))).first()
    if product is None:
        return []
    return [Hit(title=_("Price of %(name)s", name=product.name), kind=_("Price check"), icon="receipt-tax",
                url=url_for("catalog.price", product=product.id), hint=product.sku)]


def product_actions(product: Product, user: Any) -> list[tuple[str, Action]]:
    """From a product to its price."""
    return [("catalog", Action(key="price", label=_l("Check the price"), icon="receipt-tax", permission=CHECK,
                               url=url_for("catalog.price", product=product.id)))]


def of_category(category: Category, user: Any) -> list[tuple[str, Panel]]:
    """What stands in a category: categories below it, and products."""
    def below() -> list[PanelRow]:
        return _titles(Category, Category.parent_id == category.id, "category", user)

    def inside() -> list[PanelRow]:
        return _titles(Product, Product.category_id == category.id, "product", user)

    return [("catalog", Panel(key="below", title=_l("Categories in it"), icon="sitemap", body=below)),
            ("catalog", Panel(key="products", title=_l("Products"), icon="package", body=inside,
                              permission="catalog.product.view",
                              url=f'{url_for("catalog_product.index")}?f.category.is={category.id}'))]


def head(product: Product) -> dict[str, Any]:
    """A product's first picture, for the head of its page."""
    number = db.session.scalar(select(Picture.id).where(Picture.product_id == product.id).order_by(Picture.id).limit(1))
    return {"avatar": {"name": product.name, "photo_url": url_for("catalog.picture", picture_id=number)}} if number \
        else {}


def of_price_list(price_list: PriceList, user: Any) -> list[tuple[str, Panel]]:
    """The prices of a list, as far as a panel goes; the form has all."""
    def body() -> list[PanelRow]:
        rows = db.session.execute(
            select(PriceItem, Product.name).join(Product, Product.id == PriceItem.product_id)
            .where(PriceItem.price_list_id == price_list.id, visible(user, "catalog.product.view", Product))
            .order_by(PriceItem.position, PriceItem.id).limit(MANY))
        return [PanelRow(text=name, url=_url("product", item.product_id, user), value=_said(price_list, item),
                         note=_("from %(quantity)s", quantity=format_number(item.minimum))) for item, name in rows]

    may_edit = user.may("catalog.price_list.edit")
    return [("catalog", Panel(key="prices", title=_l("Prices"), icon="tags", body=body, url=url_for(
        "catalog_price_list.edit", record_id=price_list.id, _anchor="f-items") if may_edit else None))]


def _titles(model: type[Any], condition: ColumnElement[bool], noun: str, user: Any) -> list[PanelRow]:
    rows = db.session.execute(select(model.id, model.name).where(
        condition, visible(user, f"catalog.{noun}.view", model)).order_by(model.name_key, model.id).limit(LIMIT))
    return [PanelRow(text=name, url=_url(noun, number, user)) for number, name in rows]


def _url(noun: str, number: int, user: Any) -> str | None:
    may = user.may(f"catalog.{noun}.view")
    return url_for(f"catalog_{noun}.show", record_id=number) if may else None


def _until(price_list: PriceList) -> str:
    return _("until %(day)s", day=when(price_list.valid_until)) if price_list.valid_until else ""


def _said(price_list: PriceList, item: PriceItem) -> str:
    if item.discount is not None:
        return f"−{format_number(item.discount)}%"
    return operations.money(item.price, price_list.currency)
