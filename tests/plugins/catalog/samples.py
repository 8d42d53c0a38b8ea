"""Products, lists and clients for the stories."""

from core.testing import factories
from plugins.catalog import operations


def product(sku="NB-1", by=None, **data):
    given = {"name": f"Product {sku}", "sku": sku, "price": {"amount": "100.00", "currency": "EUR"}} | data
    return factories.record("catalog.product", by, **given)


def price_list(name, *rows, by=None, **data):
    """`rows` are (product, minimum, price) or, with a text that ends in %, (product, minimum, discount)."""
    items = []
    for item, minimum, price in rows:
        what = {"discount": price[:-1]} if price.endswith("%") else {"price": price}
        items.append({"product": item.id, "minimum": str(minimum)} | what)
    return factories.record("catalog.price_list", by, **({"name": name, "currency": "EUR", "items": items} | data))


def client_in(group, name="Helios Energy"):
    contact = factories.contact(name)
    operations.put_into_group(contact, group)
    return contact
