"""A price list of a Russian accounting program becomes products: `;`, Windows-1251, decimal commas."""

from pathlib import Path

import pytest
from sqlalchemy import select

from core.database import db
from core.journal import undo
from core.records import importing
from core.records.importing.refusals import first
from core.testing import factories
from plugins.catalog.models import Product
from plugins.catalog.records import products

FILE = Path(__file__).parents[2] / "data" / "products.csv"


@pytest.fixture
def brought(app, admin):
    for name in ("Ноутбуки", "Мебель", "Канцтовары", "Услуги"):
        factories.record("catalog.category", name=name)
    with FILE.open("rb") as file:
        found = importing.receive(products, file, FILE.name, admin)
    importing.choose(found, {int(index): address for index, address in found.columns.items()}, "sku", "both", admin,
                     remember=True)
    db.session.commit()
    importing.run(found, admin)
    return found


def test_every_column_is_understood_by_its_header(brought):
    assert brought.delimiter == ";"
    assert list(brought.columns.values()) == [
        "sku", "name", "kind", "category", "unit", "price", "price:currency", "tax", "active", "description"]


def test_rows_become_products_and_what_is_wrong_is_said(brought):
    assert brought.counts == {"create": 6, "update": 0, "same": 0, "refused": 3}
    found = {product.sku: product for product in db.session.scalars(select(Product))}
    laptop, assembly, cable = found["НБ-1401"], found["УС-0001"], found["КБ-0006"]
    assert (laptop.name, laptop.price.minor, laptop.price.currency) == ("Ноутбук «Вега» 14, 16 ГБ", 7499000, "RUB")
    assert (laptop.unit, laptop.tax, laptop.active) == ("pcs", "20", True)
    assert laptop.description == "Экран 14 дюймов; корпус из алюминия"
    assert (assembly.kind, assembly.unit, assembly.tax) == ("service", "h", "none")
    assert (cable.active, cable.price.minor) == (False, 8990)
    unit, price, sku = first(importing.folder() / f"{brought.uid}-refused.csv")
    assert "“бочка” is not in the list" in unit["reason"]
    assert "“много” is no number" in price["reason"]
    assert (sku["field"], sku["reason"]) == ("SKU", "Fill this in.")


def test_the_same_file_again_changes_nothing_and_the_import_is_undone_in_one_step(brought, admin):
    with FILE.open("rb") as file:
        again = importing.receive(products, file, FILE.name, admin)
    assert again.key == "sku"
    importing.run(again, admin)
    assert again.counts == {"create": 0, "update": 0, "same": 6, "refused": 3}
    undo(brought.transaction_id)
    db.session.commit()
    assert not db.session.scalars(select(Product)).all()
