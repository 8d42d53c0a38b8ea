"""What people do with the catalogue, in the browser and by programs."""

import io
import re
from datetime import date, timedelta

import pytest
from PIL import Image
from sqlalchemy import select

from core.contacts import Contact, merging
from core.database import db
from core.host import PluginState
from core.inbox import Notification
from core.journal import current_transaction_id, delete_rows, undo
from core.plugin import registry
from core.testing import factories
from core.users.models import Grant
from plugins.catalog import operations
from plugins.catalog.models import Picture, PriceList, Product
from tests.plugins.catalog.samples import client_in, price_list, product


def test_a_product_is_added_by_its_form_and_stands_in_the_list(app, client):
    group = factories.record("catalog.category", name="Laptops")
    form = client.get("/catalog/products/new").text
    assert 'value="20"' in form
    answer = client.post("/catalog/products/new", data={
        "_fields": "name,sku,kind,category,unit,price,tax,active,description,related", "name": "Laptop Vega",
        "sku": "NB-1", "kind": "product", "category": str(group.id), "unit": "pcs", "price.amount": "749,50",
        "price.currency": "EUR", "tax": "20", "active": "1"})
    assert answer.status_code == 302
    made = db.session.scalars(select(Product)).one()
    assert (made.price.minor, made.price.currency, made.unit, operations.tax_rate(made)) == (74950, "EUR", "pcs", 2000)
    page = client.get("/catalog/products/").text
    assert "Laptop Vega" in page
    assert "€749.50" in page
    assert "Laptops" in page
    assert "Laptop Vega" in client.get(f"/catalog/categories/{group.id}").text


def test_two_products_cannot_have_one_sku(app, client):
    product("NB-1", name="Laptop Vega")
    answer = client.post("/catalog/products/new", data={
        "_fields": "name,sku,kind,unit,active", "name": "Other", "sku": "NB-1", "kind": "product", "unit": "pcs"})
    assert answer.status_code == 422
    assert "“Laptop Vega” has this SKU already." in answer.text


def test_a_change_of_a_price_is_seen_in_the_history_with_its_currency(app, client):
    item = product(price={"amount": "100", "currency": "RUB"})
    answer = client.post(f"/catalog/products/{item.id}/fields/price", data={
        "_fields": "price", "price.amount": "120", "price.currency": "RUB"})
    assert answer.status_code == 302
    text = client.get(f"/catalog/products/{item.id}/history").text
    assert "RUB" in text
    assert "100.00" in text
    assert "120.00" in text


def test_categories_make_a_tree_and_never_a_circle(app, client):
    top = factories.record("catalog.category", name="Computers")
    below = factories.record("catalog.category", name="Laptops", parent=top.id)
    answer = client.post(f"/catalog/categories/{top.id}/edit", data={
        "_fields": "name,parent", "name": "Computers", "parent": str(below.id), "version": str(top.version)})
    assert answer.status_code == 422
    assert "circle" in answer.text


@pytest.mark.parametrize(("row", "said"), [
    ({}, "Give a price or a discount"), ({"price": "5", "discount": "5"}, "Give a price or a discount"),
    ({"price": "0.005"}, "no fractions that small"), ({"discount": "101"}, "100"), ({"price": "-1"}, "0")])
def test_a_price_list_refuses_rows_that_say_no_price(app, client, row, said):
    item = product()
    data = {"_fields": "name,currency,items", "name": "List", "currency": "EUR", "items-0-product": str(item.id),
            "items-0-minimum": "1"} | {f"items-0-{name}": value for name, value in row.items()}
    answer = client.post("/catalog/price-lists/new", data=data)
    assert answer.status_code == 422
    assert said in answer.text
    assert not db.session.scalars(select(PriceList)).all()


def test_a_price_list_is_for_one_client_or_for_a_group_and_its_days_are_in_order(app, client):
    answer = client.post("/catalog/price-lists/new", data={
        "_fields": "name,currency,customer_group,contact,valid_from,valid_until", "name": "List", "currency": "EUR",
        "customer_group": "retail", "contact": str(factories.contact().id), "valid_from": "2026-02-01",
        "valid_until": "2026-01-01"})
    assert answer.status_code == 422
    assert "choose one of the two" in answer.text
    assert "The last day lies before the first." in answer.text


def test_the_group_of_a_client_is_chosen_in_its_form_and_stands_in_list_and_panel(app, client):
    contact = factories.contact("Helios Energy")
    price_list("Wholesale 2026", (product(), 1, "90"), customer_group="wholesale")
    assert "Customer group" in client.get(f"/contacts/{contact.id}/edit").text
    answer = client.post(f"/contacts/{contact.id}/edit", data={
        "_fields": "name", "name": "Helios Energy", "version": str(contact.version),
        "catalog-prices-customer_group": "wholesale"})
    assert answer.status_code == 302
    assert operations.group_of(contact) == "wholesale"
    assert "Wholesale" in client.get("/contacts/?columns=name,catalog:customer_group").text
    panel = client.get(f"/contacts/{contact.id}/panels/catalog/prices").text
    assert "Wholesale 2026" in panel
    assert "for the group Wholesale" in panel
    page = client.get(f"/contacts/{contact.id}").text
    assert f"/catalog/price?contact={contact.id}" in page
    client.post(f"/contacts/{contact.id}/edit", data={
        "_fields": "name", "name": "Helios Energy", "catalog-prices-customer_group": ""})
    assert operations.group_of(contact) is None


def test_who_may_not_keep_price_lists_cannot_choose_the_group(app, sign_in):
    seller = factories.user("Sam Seller", contact__view="all", contact__edit="all")
    contact = factories.contact("Helios Energy")
    client = sign_in(seller)
    assert "Customer group" not in client.get(f"/contacts/{contact.id}/edit").text
    answer = client.post(f"/contacts/{contact.id}/edit", data={
        "_fields": "name", "name": "Helios Energy", "catalog-prices-customer_group": "partner"})
    assert answer.status_code == 302
    assert operations.group_of(contact) is None


def test_the_price_check_shows_price_and_reasons(app, client):
    item, contact = product(), client_in("wholesale")
    price_list("Wholesale 2026", (item, 10, "90"), customer_group="wholesale")
    assert "Show the price" in client.get("/catalog/price").text
    page = client.get(f"/catalog/price?product={item.id}&contact={contact.id}&quantity=12&asked=1").text
    assert "€90.00" in page
    assert "“Wholesale 2026” decides" in page
    assert f'value="{contact.id}" selected' in page


@pytest.mark.parametrize(("query", "said"), [
    ("asked=1", "Fill this in"), ("product=999999", "not here"), ("product=x", "by its number"),
    ("product={id}&quantity=0", "a number from 0.001 to"), ("product={id}&quantity=many", "number"),
    ("product={id}&on=someday", "day like"), ("product={id}&quantity=NaN", "like 12.50"),
    ("product={id}&contact=999999", "not here")])
def test_a_price_check_that_cannot_be_answered_says_what_is_wrong(app, client, query, said):
    answer = client.get("/catalog/price?" + query.format(id=product().id))
    assert answer.status_code == 422
    assert said in answer.text


def test_programs_ask_for_the_price(app, client):
    item, contact = product(), client_in("wholesale")
    listed = price_list("Wholesale 2026", (item, 10, "12.5%"), customer_group="wholesale")
    answer = client.get(f"/api/v1/catalog/price?product={item.id}&contact={contact.id}&quantity=10&on=2026-01-31")
    assert answer.json == {
        "product": item.id, "contact": contact.id, "quantity": "10.000", "on": "2026-01-31", "amount": "87.50",
        "currency": "EUR", "price_list": listed.id, "explanation": [
            "The base price is €100.00.",
            "“Wholesale 2026”, for the group Wholesale: €87.50 from 10 pcs, a discount of 12.5%.",
            "“Wholesale 2026” decides: it is the only list that applies."]}


@pytest.mark.parametrize(("query", "status"), [
    ("", 422), ("?product=0", 422), ("?product=99999999999999999999", 422), ("?product=1&colour=red", 400),
    ("?product=1&on=31.01.2026", 422), ("?product=1&quantity=1e99", 422)])
def test_programs_hear_what_is_wrong(app, client, query, status):
    answer = client.get(f"/api/v1/catalog/price{query}")
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.json["detail"]
    assert all(fault["detail"] for faults in answer.json.get("errors", {}).values() for fault in faults)


def test_prices_are_for_those_who_may_check_them(app, sign_in, anonymous):
    item, contact = product(), factories.contact("Secret")
    assert anonymous.get(f"/api/v1/catalog/price?product={item.id}").status_code == 401
    stranger = sign_in(factories.user("Una User", contact__view="all"))
    assert stranger.get(f"/catalog/price?product={item.id}").status_code == 403
    assert "/catalog/price" not in stranger.get(f"/contacts/{contact.id}").text
    seller = sign_in(factories.user("Sam Seller", catalog__price_check="all", catalog__product__view="all",
                                    contact__view="own"))
    assert seller.get(f"/catalog/price?product={item.id}").status_code == 200
    hidden = seller.get(f"/catalog/price?product={item.id}&contact={contact.id}")
    assert hidden.status_code == 422
    assert "Secret" not in hidden.text


def test_the_document_of_the_rest_interface_has_the_price(app, client):
    operation = client.get("/api/openapi.json").json["paths"]["/api/v1/catalog/price"]["get"]
    assert {parameter["name"] for parameter in operation["parameters"]} == {"product", "contact", "quantity", "on"}


def test_a_client_with_prices_of_its_own_stays(app, client):
    contact = factories.contact("Helios Energy")
    price_list("Helios 2026", (product(), 1, "90"), contact=contact.id)
    answer = client.post(f"/contacts/{contact.id}/delete")
    assert answer.status_code == 409
    assert "The price list “Helios 2026” is for this client" in answer.text
    assert db.session.get(Contact, contact.id) is not None


def picture_file(name="photo.png"):
    content = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(content, "PNG")
    return io.BytesIO(content.getvalue()), name


def test_pictures_of_a_product_are_added_shown_and_removed(app, client):
    item = product()
    answer = client.post(f"/catalog/products/{item.id}/pictures", data={"pictures": [picture_file()]})
    assert answer.status_code == 302
    number = db.session.scalars(select(Picture)).one().id
    assert f"/catalog/pictures/{number}" in client.get(f"/catalog/products/{item.id}").text
    shown = client.get(f"/catalog/pictures/{number}")
    assert (shown.status_code, shown.mimetype) == (200, "image/png")
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    client.post(f"/catalog/pictures/{number}/delete")
    assert not db.session.scalars(select(Picture)).all()
    assert client.get(f"/catalog/pictures/{number}").status_code == 404


@pytest.mark.parametrize(("content", "name"), [
    (b"<svg onload=alert(1)>", "x.svg"), (b"no picture", "x.png"), (b"MZ", "x.exe")])
def test_what_is_no_picture_is_refused(app, client, content, name):
    item = product()
    answer = client.post(f"/catalog/products/{item.id}/pictures", data={"pictures": [(io.BytesIO(content), name)]},
                         follow_redirects=True)
    assert answer.status_code == 200
    assert "x." in answer.text
    assert not db.session.scalars(select(Picture)).all()


def test_pictures_are_for_those_who_may_see_the_product(app, client, sign_in):
    item = product()
    client.post(f"/catalog/products/{item.id}/pictures", data={"pictures": [picture_file()]})
    number = db.session.scalars(select(Picture)).one().id
    stranger = sign_in(factories.user("Una User", contact__view="all"))
    assert stranger.get(f"/catalog/pictures/{number}").status_code == 403
    viewer = sign_in(factories.user("Vera Viewer", catalog__product__view="all"))
    assert viewer.get(f"/catalog/pictures/{number}").status_code == 200
    assert viewer.post(f"/catalog/pictures/{number}/delete").status_code == 403


def test_a_list_that_has_expired_is_switched_off_and_its_owner_hears_of_it_once(app, admin):
    yesterday = operations.today() - timedelta(days=1)
    owner = factories.user("Olga Owner", catalog__price_list__view="all")
    over = price_list("Spring", (product(), 1, "90"), owner=owner.id, valid_until=yesterday.isoformat())
    last_day = price_list("Today", valid_until=operations.today().isoformat())
    registry().jobs["catalog:expire_price_lists"].run()
    db.session.commit()
    assert (over.active, last_day.active) == (False, True)
    factories.deliver()
    factories.deliver(again=True)
    news = db.session.scalars(select(Notification).where(Notification.kind == "system")).all()
    assert [(n.user_id, n.title, n.url) for n in news] == [
        (owner.id, "The price list “Spring” has expired", f"/catalog/price-lists/{over.id}")]
    assert operations.expire_price_lists(date(1990, 1, 1)) == []


def test_the_command_line_tells_the_price(app):
    item, contact = product("NB-1"), client_in("wholesale", "Helios Energy")
    price_list("Wholesale 2026", (item, 10, "90"), customer_group="wholesale")
    runner = app.test_cli_runner()
    command = registry().commands["catalog"][0]
    told = runner.invoke(command, ["NB-1", "--contact", "helios energy", "--quantity", "10"])
    assert told.exit_code == 0
    assert told.output.splitlines()[-1] == "Product NB-1: €90.00"
    assert "“Wholesale 2026” decides" in told.output
    for arguments, said in ((["NB-2"], "no product"), (["NB-1", "--quantity", "x"], "no quantity"),
                            (["NB-1", "--contact", "Nobody"], "no contact")):
        refused = runner.invoke(command, arguments)
        assert refused.exit_code == 1
        assert said in refused.output
    assert contact.name


def test_the_companys_own_units_are_kept_in_the_settings_and_read_in_both_languages(app, client):
    page = client.get("/settings/plugins/catalog")
    assert page.status_code == 200
    rows = {"units-0-value": "box", "units-0-label": "box", "units-0-label_ru": "коробка",
            "taxes-0-value": "22", "taxes-0-label": "22%", "taxes-0-rate": "22",
            "groups-0-value": "vip", "groups-0-label": "VIP"}
    assert client.post("/settings/plugins/catalog", data={"_fields": "units,taxes,groups"} | rows).status_code == 302
    form = client.get("/catalog/products/new", headers={"Accept-Language": "ru"}).text
    assert "коробка" in form
    item = product(unit="box", tax="22")
    assert operations.tax_rate(item) == 2200
    twice = rows | {"units-1-value": "box", "units-1-label": "again"}
    assert client.post("/settings/plugins/catalog", data={"_fields": "units,taxes,groups"} | twice).status_code == 422


def test_products_are_found_by_sku_and_by_words_of_either_language(app, client):
    product("NB-1401", name="Laptop Vega", description="Ноутбук Vega")
    for words in ("NB-1401", "laptops", "ноутбуки"):
        assert "Laptop Vega" in client.get(f"/search?q={words}").text


def test_a_client_with_prices_of_its_own_shows_since_when(app, client):
    contact = factories.contact("Helios")
    factories.record("catalog.price_list", name="Helios 2027", currency="EUR", contact=contact.id)
    page = client.get(f"/contacts/{contact.id}").text
    assert "Prices of its own" in page
    assert "Helios 2027" in page


def test_a_stock_number_leads_to_its_price(app, client):
    factories.record("catalog.product", name="Desk", sku="FD-1", unit="pcs")
    assert "Price of Desk" in client.get("/palette?q=fd-1").text


def test_the_first_page_shows_price_lists_that_end_soon(app, client, sign_in):
    day = operations.today()
    for name, days in (("Ends soon", 10), ("Ends late", 60), ("Ended", -1)):
        price_list(name, valid_until=(day + timedelta(days=days)).isoformat())
    assert "Price lists that end soon" in client.get("/").text
    body = client.get("/cards/catalog/expiring").text
    assert "Ends soon" in body
    assert "Ends late" not in body
    assert "Ended" not in body
    stranger = sign_in(factories.user("Una", catalog__price_list__view="own"))
    assert "None ends within thirty days." in stranger.get("/cards/catalog/expiring").text


@pytest.mark.parametrize(("stays", "goes", "left"), [
    ("retail", "wholesale", "retail"), (None, "wholesale", "wholesale"), ("retail", None, "retail"),
    (None, None, None)])
def test_of_two_clients_that_are_merged_the_group_of_the_one_that_stays_counts(app, admin, stays, goes, left):
    one, other = client_in(stays), client_in(goes, "Helios GmbH")
    own = price_list("For Helios GmbH", (product(), 1, "80"), contact=other.id)
    merging.merge(one.id, [other.id], {}, admin)
    step = current_transaction_id()
    db.session.commit()
    assert operations.group_of(one) == left
    assert own.contact_id == one.id
    number, = db.session.scalars(select(Contact.id))
    undo(step)
    db.session.commit()
    back = db.session.scalars(select(Contact).where(Contact.id != number)).one()
    assert (operations.group_of(one), operations.group_of(back), own.contact_id) == (stays, goes, back.id)


def test_the_page_of_a_merge_counts_groups_and_price_lists(app, client):
    one, other = factories.contact("Helios"), client_in("retail", "Helios GmbH")
    price_list("For Helios GmbH", (product(), 1, "80"), contact=other.id)
    page = client.get(f"/contacts/{one.id}/merge?with={other.id}").text
    assert re.findall(r'<th scope="row">([^<]+)</th><td>Moved along: (\d+)', page) == [
        ("Catalogue: further entries", "1"), ("Price lists", "1")]


def test_a_list_out_of_reach_counts_but_is_not_named(app, sign_in):
    una = factories.user("Una", contact__view="all", catalog__product__view="all", catalog__price_check="all",
                         catalog__price_list__view="own")
    contact, item = factories.contact("Helios"), product()
    secret = price_list("Secret bargain", (item, 1, "60"), contact=contact.id)
    price_list("Open", (item, 1, "80"), by=una)
    browser = sign_in(una)
    panel = browser.get(f"/contacts/{contact.id}/panels/catalog/prices").text
    check = browser.get(f"/catalog/price?product={item.id}&contact={contact.id}").text
    program = browser.get(f"/api/v1/catalog/price?product={item.id}&contact={contact.id}")
    for page in (panel, check, program.text):
        assert "Secret bargain" not in page
        assert f"/catalog/price-lists/{secret.id}" not in page
        assert "A price list" in page
        assert "Open" in page
    assert "€60.00" in check
    assert (program.json["amount"], program.json["price_list"]) == ("60", None)
    assert program.json["explanation"][-1].startswith("A price list decides: a list for this client")


def test_pictures_of_a_product_come_and_go_by_its_editors(app, sign_in):
    editor = factories.user("Ed", catalog__product__view="all", catalog__product__edit="all")
    item = product()
    file = io.BytesIO()
    Image.new("RGB", (4, 4)).save(file, "PNG")
    browser = sign_in(editor)

    def undo() -> int:
        shown = browser.get(f"/catalog/products/{item.id}").text
        return browser.post("/undo/" + shown.split('action="/undo/')[1].split('"')[0]).status_code
    browser.post(f"/catalog/products/{item.id}/pictures", data={"pictures": (io.BytesIO(file.getvalue()), "a.png")})
    assert db.session.scalar(select(Picture.id))
    assert undo() == 302
    assert not db.session.scalar(select(Picture.id))
    browser.post(f"/catalog/products/{item.id}/pictures", data={"pictures": (io.BytesIO(file.getvalue()), "b.png")})
    browser.post(f"/catalog/pictures/{db.session.scalar(select(Picture.id))}/delete")
    db.session.execute(Grant.__table__.delete().where(Grant.permission == "catalog.product.edit"))
    db.session.commit()
    assert undo() == 403
    assert not db.session.scalar(select(Picture.id))


def test_who_may_restore_a_client_restores_what_went_with_it(app, sign_in):
    una = factories.user("Una", contact__view="all", contact__delete="all")
    contact, item = client_in("wholesale"), product()
    made = price_list("Helios", (item, 1, "60"))
    number, list_id = contact.id, made.id
    db.session.execute(PriceList.__table__.update().values(contact_id=number))
    db.session.commit()
    delete_rows(Contact.__table__, [number])
    db.session.commit()
    assert not db.session.get(PriceList, list_id)
    assert sign_in(una).post("/contacts/trash/restore", data={"ids": [number]}).status_code == 302
    db.session.expire_all()
    assert db.session.get(PriceList, list_id).contact_id == number
    assert operations.group_of(db.session.get(Contact, number)) == "wholesale"


def test_the_journal_asks_for_nothing_of_a_plugin_that_is_off(app, client, statements):
    product(name="Desk")
    assert "Desk" in client.get("/settings/journal/").text
    db.session.get_one(PluginState, "catalog").enabled = False
    db.session.commit()
    statements.clear()
    assert client.get("/settings/journal/").status_code == 200
    assert not [one for one in statements if "FROM catalog_" in one]
