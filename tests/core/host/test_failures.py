"""What went wrong in plugins is seen by the administrator, whichever process it was in."""

import re

import pytest
from sqlalchemy import text

from core.database import db
from core.plugin import failures, registry_for
from core.testing import factories
from tests.core.host.samples import GOOD


def fail(app, where, message, plugin="good"):
    try:
        raise ValueError(message)
    except ValueError as error:
        registry_for(app).calls.failed(plugin, where, error)


def card(client, name="good"):
    return client.get("/settings/plugins").text.split(f'id="plugin-{name}"')[1].split("</section>")[0]


@pytest.fixture
def company(write, make_company):
    """Two processes of one company, and the administrator's browser at the first."""
    write("good", hooks=GOOD.format(name="good"))
    here, there = make_company(), make_company()
    with here.app_context():
        client = factories.client_of(here, factories.admin())
    return here, there, client


def test_a_fault_in_another_process_is_on_the_page(company):
    _here, there, client = company
    for _ in range(3):
        fail(there, "job good:clean", "<b>disk full</b>")
    fail(there, "panel x", "other")
    registry_for(there).calls.failures.settle()
    shown = card(client)
    assert "job good:clean: ValueError: &lt;b&gt;disk full&lt;/b&gt;" in shown
    assert "3 times" in shown
    assert "1 time" in shown
    assert "Traceback" in shown


def test_an_administrator_clears_what_is_mended(company):
    here, there, client = company
    fail(here, "panel x", "mended")
    fail(there, "panel x", "core's own", plugin="core.web")
    registry_for(there).calls.failures.settle()
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/settings/plugins").text)[1]
    assert "core&#39;s own" in card(client, "core.web")
    page = client.post("/settings/plugins/good/faults/clear", data={"csrf_token": token}, follow_redirects=True)
    assert "mended" not in page.text
    assert "core&#39;s own" in page.text
    with here.app_context():
        una = factories.user("Una", contact__view="all")
        other = factories.client_of(here, una)
    assert other.post("/settings/plugins/core.web/faults/clear", data={"csrf_token": token}).status_code in (400, 403)


def test_a_fault_waits_for_no_transaction_and_outlives_its_rollback(company):
    here, _there, client = company
    with here.app_context():
        db.session.add(factories.User(name="Never", email="never@example.com"))
        db.session.flush()
        fail(here, "panel x", "in the middle")
        db.session.rollback()
    assert "in the middle" in card(client)


def test_only_the_latest_are_kept(company):
    here, _there, _client = company
    for number in range(failures.MOST + 20):
        fail(here, "panel x", f"number {number} \0 \ud800")
    registry_for(here).calls.failures.settle(60)
    with here.app_context():
        found = failures.kept("good")
        assert len(found) == failures.MOST
        assert f"number {failures.MOST + 19}" in found[0].message


def test_without_a_table_a_fault_is_only_logged(company):
    here, _there, client = company
    with here.app_context():
        db.session.execute(text("DROP TABLE plugin_failure"))
        db.session.commit()
    fail(here, "panel x", "unwritten")
    registry_for(here).calls.failures.settle()
    assert client.get("/contacts/").status_code == 200
