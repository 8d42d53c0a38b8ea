"""What holds of every set of price lists, looked for by hypothesis."""

from contextlib import contextmanager
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.database import db
from plugins.catalog.models import PriceItem, PriceList, Product
from plugins.catalog.operations import price
from tests.plugins.catalog.samples import client_in, product

DAY = date(2026, 6, 15)
# every example lays its lists into a savepoint and rolls it back, so they may share the product and the clients
EXAMPLES = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
CENTS = st.integers(1, 50_000).map(lambda cents: Decimal(cents) / 100)
QUANTITIES = st.integers(1, 100_000).map(lambda n: Decimal(n) / 1000)


@st.composite
def breaks(draw, falling=False):
    """(minimum, price) or (minimum, discount) by minimum, and which of the two; falling: more is never dearer."""
    minimums = sorted(draw(st.sets(QUANTITIES, min_size=1, max_size=4)))
    discount = draw(st.booleans())
    values = draw(st.lists(st.integers(0, 10_000).map(lambda n: Decimal(n) / 100) if discount else CENTS,
                           min_size=len(minimums), max_size=len(minimums)))
    if falling:
        minimums[0] = Decimal("0.001")
        minimums = sorted(set(minimums))
        values = sorted(values[:len(minimums)], reverse=not discount)
    return discount, list(zip(minimums, values, strict=False))


@st.composite
def lists(draw, falling=False):
    """Lists as (audience, priority, active, first day, last day, breaks)."""
    one = st.tuples(st.sampled_from(["everybody", "group", "client", "other"]), st.sampled_from([0, 0, 1]),
                    st.sampled_from([True, True, False]),
                    st.sampled_from([None, None, date(2026, 1, 1), date(2027, 1, 1)]),
                    st.sampled_from([None, None, date(2025, 1, 1), date(2026, 12, 31)]), breaks(falling))
    return draw(st.lists(one, max_size=10))


@pytest.fixture
def market(app):
    """A product, a client of the wholesale group, another client."""
    return product(), client_in("wholesale"), client_in("retail", "Sun")


@contextmanager
def laid(market, drawn):
    """The lists, for the length of the block; made without what an operation does around it, for there are hundreds."""
    item, client, other = market
    whom = {"everybody": {}, "group": {"customer_group": "wholesale"}, "client": {"contact_id": client.id},
            "other": {"contact_id": other.id}}
    inside = db.session.begin_nested()
    for number, (audience, priority, active, first, last, (discount, rows)) in enumerate(drawn):
        items = [PriceItem(product_id=item.id, minimum=minimum, **{"discount" if discount else "price": value})
                 for minimum, value in rows]
        db.session.add(PriceList(name=f"List {number}", name_key=f"list {number}", currency="EUR", priority=priority,
                                 active=active, valid_from=first, valid_until=last, items=items, **whom[audience]))
    db.session.flush()
    try:
        yield
    finally:
        inside.rollback()


def applying(drawn, quantity):
    """The lists that apply, worked out once more from their description: (specificity, priority, price)."""
    found = []
    for audience, priority, active, first, last, (discount, rows) in drawn:
        reached = [value for minimum, value in rows if minimum <= quantity]
        if audience == "other" or not active or (first and first > DAY) or (last and last < DAY) or not reached:
            continue
        value = reached[-1]
        amount = round(Decimal(100) - value, 2) if discount else value
        found.append((["everybody", "group", "client"].index(audience), priority, amount))
    return found


def ask(market, quantity):
    item, client, _other = market
    return price(db.session.get(Product, item.id), client, quantity, DAY)


@EXAMPLES
@given(drawn=lists(), quantity=QUANTITIES)
def test_no_list_that_applies_with_the_same_right_is_cheaper(market, drawn, quantity):
    with laid(market, drawn):
        found, expected = ask(market, quantity), applying(drawn, quantity)
        if not expected:
            assert (found.amount, found.price_list) == (100, None)
        else:
            right = max(expected)[:2]
            assert found.amount == min(amount for *same, amount in expected if tuple(same) == right)


@EXAMPLES
@given(drawn=lists(falling=True), quantity=QUANTITIES, more=QUANTITIES)
def test_more_never_costs_more_each_when_the_breaks_do_not(market, drawn, quantity, more):
    with laid(market, drawn):
        assert ask(market, quantity + more).amount <= ask(market, quantity).amount


@EXAMPLES
@given(drawn=lists(), quantity=QUANTITIES)
def test_the_explanation_names_every_list_that_was_looked_at_and_no_other(market, drawn, quantity):
    with laid(market, drawn):
        text = "\n".join(ask(market, quantity).explanation)
    for number, (audience, _priority, active, *_rest) in enumerate(drawn):
        assert (f"“List {number}”" in text) == (active and audience != "other")
