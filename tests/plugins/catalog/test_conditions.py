"""Numbers with places are exact in the database, and lists are filtered by them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.database import FixedPoint
from core.testing import factories
from tests.plugins.catalog.samples import price_list, product


@given(st.integers(-10**15, 10**15), st.integers(0, 6))
def test_a_number_comes_back_as_it_went_in(number, places):
    column = FixedPoint(places)
    value = Decimal(number).scaleb(-places)
    assert column.process_result_value(column.process_bind_param(value, None), None) == value


@pytest.mark.parametrize(("query", "found"), [
    ("f.price.gt=99.5", ["B"]), ("f.price.le=99.5", ["A"]), ("f.price.empty=1", ["C"]), ("f.active.is=false", ["C"]),
    ("f.kind.is=service", ["B"]), ("f.related.other.is={a}", ["B"]), ("f.sku.starts=a", ["A"])])
def test_products_are_filtered_by_what_they_are(app, client, query, found):
    first = product("A", price={"amount": "99.50", "currency": "EUR"})
    product("B", kind="service", related=[{"other": first.id, "kind": "substitute"}])
    product("C", price=None, active=False)
    answer = client.get(f"/api/v1/catalog/products?{query.format(a=first.id)}&fields=sku&sort=sku")
    assert [item["sku"] for item in answer.json["items"]] == found


@pytest.mark.parametrize("where", ["price-lists?f.priority", "products?f.price"])
def test_no_number_is_too_large_to_compare_with(app, client, where):
    price_list("List", (product("A", price={"amount": "5", "currency": "EUR"}), 1, "5"))
    for sign, found in (("lt", 1), ("gt", 0)):
        answer = client.get(f"/api/v1/catalog/{where}.{sign}={2**53 - 1}")
        assert answer.status_code == 200, answer.json
        assert len(answer.json["items"]) == found


def test_products_are_sorted_by_price_page_by_page(app, client):
    for number in (30, 10, 20):
        product(str(number), price={"amount": str(number), "currency": "EUR"})
    seen, query = [], ""
    while True:
        page = client.get(f"/api/v1/catalog/products?sort=-price&limit=1&fields=sku{query}").json
        seen += [item["sku"] for item in page["items"]]
        if not page["next"]:
            break
        query = f"&after={page['next']}"
    assert seen == ["30", "20", "10"]


def test_price_lists_go_out_and_come_back_by_rest(app, client):
    item = product()
    made = client.post("/api/v1/catalog/price-lists", json={
        "name": "List", "currency": "EUR", "items": [{"product": item.id, "minimum": "2.5", "price": "9.90"}]})
    assert made.status_code == 201, made.json
    answer = client.get(f"/api/v1/catalog/price-lists/{made.json['id']}").json
    assert [(row["minimum"], row["price"], row["discount"]) for row in answer["items"]] == [("2.500", "9.9000", None)]
    refused = client.patch(f"/api/v1/catalog/price-lists/{made.json['id']}", headers={"If-Match": "*"}, json={
        "items": [{"product": item.id, "price": "1"}, {"product": item.id, "price": "2"}]})
    assert refused.status_code == 422
    assert refused.json["errors"]["items"][0]["pointer"] == "/items/1/minimum"


def test_lists_are_found_by_what_they_price(app, client):
    one, other = product("A"), product("B")
    price_list("First", (one, 1, "5"))
    price_list("Second", (other, 1, "5%"))
    page = client.get(f"/catalog/price-lists/?f.items.product.is={other.id}").text
    assert "Second" in page
    assert ">First<" not in page
    assert factories.admin().is_admin
