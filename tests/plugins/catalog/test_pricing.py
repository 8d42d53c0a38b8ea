"""A client asks for a price: which list counts, and why."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask_babel import force_locale

from core.database import db
from plugins.catalog.operations import price
from tests.plugins.catalog.samples import client_in, price_list, product

DAY = date(2026, 6, 15)


def of(item, contact=None, quantity=1, on=DAY):
    return price(item, contact, Decimal(quantity), on)


def test_without_a_list_the_base_price_counts(app):
    found = of(product())
    assert (found.amount, found.currency) == (Decimal("100.00"), "EUR")
    assert "base price is €100.00" in found.explanation[0]
    assert "No price list applies" in found.explanation[-1]


def test_a_product_without_any_price_says_so(app):
    found = of(product(price=None))
    assert found.amount is None
    assert found.explanation[-1] == "No price list applies: there is no price."


def test_the_clients_own_list_goes_before_its_groups_and_that_before_everybodys(app):
    item, contact = product(), client_in("wholesale")
    price_list("Everybody", (item, 1, "80"), priority=50)
    assert of(item, contact).amount == 80
    price_list("Wholesale", (item, 1, "90"), customer_group="wholesale")
    assert of(item, contact).amount == 90
    price_list("Helios", (item, 1, "95"), contact=contact.id)
    found = of(item, contact)
    assert found.amount == 95
    assert found.explanation[-1] == ("“Helios” decides: a list for this client goes before a list for the group "
                                     "Wholesale.")
    assert of(item).amount == 80
    assert of(item, client_in("retail", "Sun")).amount == 80


def test_of_equal_lists_the_higher_priority_counts_and_then_the_lower_price(app):
    item = product()
    price_list("Summer", (item, 1, "90"))
    price_list("Sale", (item, 1, "85"))
    assert of(item).amount == 85
    assert "no other price is lower" in of(item).explanation[-1]
    price_list("Directors", (item, 1, "99"), priority=1)
    assert of(item).amount == 99
    assert "highest priority" in of(item).explanation[-1]


def test_a_quantity_takes_the_greatest_break_that_it_reaches(app):
    item = product()
    price_list("Breaks", (item, 1, "90"), (item, 10, "80"), (item, "2.5", "85"))
    assert [of(item, quantity=q).amount for q in ("1", "2.499", "2.5", "9", "10", "1000")] == [90, 90, 85, 85, 80, 80]


def test_a_quantity_below_the_first_break_does_not_get_the_list(app):
    item = product()
    price_list("Pallets", (item, 50, "70"))
    found = of(item, quantity=49)
    assert found.amount == 100
    assert "“Pallets”, for everybody: begins at 50 pcs." in found.explanation


def test_a_discount_is_taken_off_the_base_price_and_rounded_like_money(app):
    item = product(price={"amount": "9.99", "currency": "EUR"})
    price_list("Autumn", (item, 1, "12.5%"))
    found = of(item)
    assert found.amount == Decimal("8.74")
    assert "“Autumn”, for everybody: €8.74 from 1 pcs, a discount of 12.5%." in found.explanation


def test_a_discount_needs_a_base_price_in_its_currency(app):
    item = product()
    price_list("Roubles", (item, 1, "10%"), currency="RUB")
    found = of(item)
    assert found.amount == 100
    assert "gives a discount in RUB" in found.explanation[1]


def test_a_list_counts_from_its_first_day_until_its_last(app):
    item = product()
    price_list("June", (item, 1, "70"), valid_from="2026-06-01", valid_until="2026-06-30")
    days = {"2026-05-31": 100, "2026-06-01": 70, "2026-06-30": 70, "2026-07-01": 100}
    assert {day: of(item, on=date.fromisoformat(day)).amount for day in days} == days
    early, late = (of(item, on=date.fromisoformat(day)).explanation[1] for day in ("2026-05-31", "2026-07-01"))
    assert early.startswith("“June”, for everybody: valid only from ")
    assert late.startswith("“June”, for everybody: valid only until ")


def test_a_list_that_is_off_or_for_others_is_not_even_mentioned(app):
    item, contact = product(), client_in("retail")
    price_list("Off", (item, 1, "1"), active=False)
    price_list("Partners only", (item, 1, "2"), customer_group="partner")
    price_list("Another client", (item, 1, "3"), contact=client_in("retail", "Sun").id)
    found = of(item, contact)
    assert found.amount == 100
    assert len(found.explanation) == 2


def test_a_list_in_the_base_prices_currency_goes_before_one_in_another(app):
    item = product()
    price_list("Roubles", (item, 1, "50"), currency="RUB")
    assert (of(item).amount, of(item).currency) == (50, "RUB")
    price_list("Euros", (item, 1, "90"))
    assert (of(item).amount, of(item).currency) == (90, "EUR")


def test_an_inactive_product_is_named(app):
    assert any("not active" in step for step in of(product(active=False)).explanation)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_list_that_was_looked_at_is_named(app, language):
    item, contact = product(), client_in("wholesale")
    names = ["Applies", "Later", "Over", "Pallets", "Own", "Discount"]
    soon = {"valid_from": (DAY + timedelta(days=1)).isoformat()}
    past = {"valid_until": (DAY - timedelta(days=1)).isoformat()}
    price_list("Applies", (item, 1, "90"), customer_group="wholesale")
    price_list("Later", (item, 1, "90"), **soon)
    price_list("Over", (item, 1, "90"), **past)
    price_list("Pallets", (item, 100, "60"))
    price_list("Own", (item, 1, "91"), contact=contact.id)
    price_list("Discount", (item, 1, "5%"), currency="RUB")
    with force_locale(language):
        explanation = of(item, contact).explanation
    assert all(any(f"“{name}”" in step or f"«{name}»" in step for step in explanation) for name in names)
    db.session.rollback()
