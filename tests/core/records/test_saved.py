"""A colleague keeps the list the way they work with it: columns, views, pins."""

import re

import pytest
from sqlalchemy import select

from core.database import db
from core.records.saved import RecordView
from core.testing import factories
from tests.core.records.browsing import Browser


@pytest.fixture
def browser(client):
    return Browser(client)


def headers(page):
    table = page.text[page.text.index("<thead"):page.text.index("</thead>")]
    return [text for text in re.findall(r">([^<>]+)<", table) if text.strip() in ("Name", "Tags", "Status", "Kind")]


def test_the_chosen_columns_stay_in_their_order(app, browser, admin):
    factories.contact("Helios")
    answer = browser.post("/contacts/columns", {"columns": ["name", "tags", "status"], "f.status.is": "prospect"})
    assert "f.status.is=prospect" in answer.location
    db.session.refresh(admin)
    assert admin.preferences["columns"]["contact"] == ["name", "tags", "status"]
    page = browser.get("/contacts/")
    assert [text.strip() for text in headers(page)] == ["Name", "Tags", "Status"]
    browser.post("/contacts/columns", {"columns": ["name"], "reset": "1"})
    db.session.refresh(admin)
    assert "contact" not in admin.preferences["columns"]


def save(browser, name="My clients", **more):
    return browser.post("/contacts/views/save", {"name": name, "f.status.is": "client", "sort": "-name"} | more)


def test_a_view_is_saved_opened_renamed_and_deleted(app, browser):
    factories.contact("Helios", status="client")
    factories.contact("Aurora")
    url = save(browser).location
    page = browser.get(url)
    assert "My clients" in page.text
    assert "Helios" in page.text
    assert "Aurora" not in page.text
    view = db.session.scalars(select(RecordView)).one()
    browser.post(f"/contacts/views/{view.uid}", {"name": "Ours", "pinned": "1"})
    assert "Ours" in browser.get("/contacts/views").text
    browser.post(f"/contacts/views/{view.uid}/delete")
    assert db.session.scalars(select(RecordView)).all() == []


def sidebar(browser):
    """The lines of the sidebar, as every page has it."""
    page = browser.get("/inbox/").text
    return re.search(r'<nav class="side".*?</nav>', page, re.S)[0]


def test_a_pinned_view_stands_in_the_sidebar_of_whom_it_is_for(app, browser, sign_in):
    save(browser, "Everybody's", shared="1", pinned="1")
    save(browser, "Mine", pinned="1")
    assert "Everybody" in sidebar(browser)
    assert "Mine" in sidebar(browser)
    colleague = Browser(sign_in(factories.user("Col League", contact__view="all")))
    assert "Everybody" in sidebar(colleague)
    assert "Mine" not in sidebar(colleague)
    stranger = Browser(sign_in(factories.user("Stran Ger")))
    assert "Everybody" not in sidebar(stranger)


def test_somebody_elses_view_is_not_changed(app, browser, sign_in):
    save(browser, "Shared", shared="1")
    view = db.session.scalars(select(RecordView)).one()
    colleague = Browser(sign_in(factories.user("Col League", contact__view="all")))
    assert colleague.post(f"/contacts/views/{view.uid}", {"name": "Stolen"}).status_code == 404
    assert colleague.post(f"/contacts/views/{view.uid}/delete").status_code == 404
    assert db.session.scalars(select(RecordView.name)).one() == "Shared"


@pytest.mark.parametrize("query", ["f.gone.is=x", "f.status.is=removed", "sort=gone&f.status.is=client",
                                   "columns=gone"])
def test_a_view_that_no_longer_fits_opens_with_a_message(app, browser, admin, query):
    factories.contact("Helios", status="client")
    db.session.add(RecordView(user_id=admin.id, type="contact", name="Old", query=query, pinned=True))
    db.session.commit()
    view = db.session.scalars(select(RecordView)).one()
    page = browser.get(f"/contacts/?{query}&view={view.uid}")
    assert page.status_code == 200
    assert "no longer fits" in page.text
    assert "Helios" in page.text


def test_a_view_needs_a_name(app, browser):
    assert save(browser, " \0 ").status_code == 422
    assert db.session.scalars(select(RecordView)).all() == []
