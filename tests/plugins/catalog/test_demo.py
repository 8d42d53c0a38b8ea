"""The demo company has a catalogue that tells a story, the same every time."""

import random

from sqlalchemy import func, select

from core.contacts import Contact
from core.database import db
from core.testing import factories
from plugins.catalog import demo, operations
from plugins.catalog.models import Customer, PriceList, Product


def filled(admin):
    companies = [factories.contact(f"Company {number}", status="client") for number in range(6)]
    demo.fill(companies, [admin], random.Random(11))
    db.session.commit()
    return companies


def test_the_demo_company_has_products_lists_and_groups(app, client, admin):
    companies = filled(admin)
    assert db.session.scalar(select(func.count()).select_from(Product)) >= 60
    assert db.session.scalar(select(func.count()).select_from(Customer)) == len(companies)
    assert db.session.scalar(select(func.count()).select_from(PriceList)) == 3
    laptop = db.session.scalars(select(Product).where(Product.sku == "NB-1401")).one()
    owner = db.session.get(Contact, db.session.scalars(
        select(PriceList.contact_id).where(PriceList.contact_id.is_not(None))).one())
    agreed = operations.price(laptop, owner, 1, operations.today())
    assert agreed.amount < laptop.price.amount
    page = client.get(f"/catalog/products/{laptop.id}").text
    assert "Docking station, USB-C" in page
    assert "Ультрабук" in client.get("/catalog/products/?q=ультрабуки&columns=name,description").text


def test_a_list_of_products_costs_few_statements(app, client, admin, statements):
    filled(admin)
    client.get("/catalog/products/")
    statements.clear()
    assert client.get("/catalog/products/").status_code == 200
    assert len(statements) <= 8, statements
    product = db.session.scalars(select(Product).where(Product.sku == "NB-1401")).one().id
    statements.clear()
    assert client.get(f"/catalog/products/{product}").status_code == 200
    assert len(statements) <= 15, statements
