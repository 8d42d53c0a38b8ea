"""The catalogue's record types, declared once."""

from typing import Any

from flask_babel import lazy_gettext as _l

from core.records import RecordType, Slots
from plugins.catalog import rules
from plugins.catalog.models import Category, PriceList, Product
from plugins.catalog.schemas import CategorySchema, PriceListSchema, ProductSchema


def _product_panels(product: Product, user: Any) -> list[Any]:
    from plugins.catalog import panels
    return panels.of_product(product, user)


def _product_actions(product: Product, user: Any) -> list[Any]:
    from plugins.catalog import panels
    return panels.product_actions(product, user)


def _category_panels(category: Category, user: Any) -> list[Any]:
    from plugins.catalog import panels
    return panels.of_category(category, user)


def _price_list_panels(price_list: PriceList, user: Any) -> list[Any]:
    from plugins.catalog import panels
    return panels.of_price_list(price_list, user)


def _product_head(product: Product, _given: Any) -> dict[str, Any]:
    from plugins.catalog import panels
    return panels.head(product)


products = RecordType(
    name="catalog.product", path="products", model=Product, schema=ProductSchema,
    label=_l("Product"), plural=_l("Products"), icon="package",
    columns=("name", "sku", "kind", "category", "unit", "price", "active"),
    search=("sku", "name", "description"), prepare=rules.product, import_keys=("sku",),
    slots=Slots(panels=_product_panels, actions=_product_actions), head=_product_head,
    sections={"": "", "related": _l("Related products")},
    aliases={
        "sku": ("code", "article", "item number", "артикул", "код", "код товара"),
        "name": ("product", "title", "наименование", "товар", "номенклатура", "название"),
        "unit": ("uom", "ед. изм.", "единица измерения", "ед"),
        "price": ("price", "list price", "цена", "цена без ндс", "розничная цена"),
        "price:currency": ("currency", "валюта"),
        "category": ("group", "группа", "раздел", "категория товара"),
        "kind": ("type", "вид", "тип"), "description": ("details", "описание"), "active": ("активен", "в продаже"),
        "tax": ("vat", "ндс", "ставка ндс"),
    },
)

categories = RecordType(
    name="catalog.category", path="categories", model=Category, schema=CategorySchema,
    label=_l("Category"), plural=_l("Categories"), icon="category",
    columns=("name", "parent", "description"), search=("name", "description"), prepare=rules.category,
    import_keys=("name",), slots=Slots(panels=_category_panels),
)

price_lists = RecordType(
    name="catalog.price_list", path="price-lists", model=PriceList, schema=PriceListSchema,
    label=_l("Price list"), plural=_l("Price lists"), icon="tags",
    columns=("name", "currency", "customer_group", "contact", "valid_from", "valid_until", "priority", "active"),
    search=("name",), prepare=rules.price_list, import_keys=("name",), slots=Slots(panels=_price_list_panels),
    sections={"": "", "items": _l("Prices")},
)
