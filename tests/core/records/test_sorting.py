"""The order of a list: what its headers lead to, the form above it, and what the database does for it."""

import re
from html import unescape

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import MultiDict

from core.database import db
from core.records import query, record_type
from core.records.query import ListState
from core.testing import factories
from tests.core.records.test_lists import titles


@pytest.fixture
def company(app):
    for name, status in (("Acme", "prospect"), ("Blue", "client"), ("Cedar", "prospect"), ("Delta", "client")):
        factories.contact(name, status=status)


def header(page, label):
    """The attributes of a column's header, its links, and what is read out."""
    for attributes, inner in re.findall(r"<th scope=\"col\"([^>]*)>(.*?)</th>", page.text, re.S):
        if re.search(rf">{label}\b", inner):
            links = re.search(r'href="([^"]*)" data-add="([^"]*)"', inner)
            return attributes, unescape(links[1]), unescape(links[2]), re.sub(r"<[^>]*>|\s+", " ", inner)
    raise AssertionError(label)


def test_a_header_sorts_alone_or_as_one_more_key(company, client):
    _attributes, alone, added, _text = header(client.get("/contacts/?sort=-status"), "Name")
    assert alone.endswith("?sort=name")
    assert added.endswith("?sort=-status%2Cname")
    page = client.get(added)
    assert titles(page) == ["Acme", "Cedar", "Blue", "Delta"]
    _attributes, _alone, turned, _text = header(page, "Name")
    assert titles(client.get(turned)) == ["Cedar", "Acme", "Delta", "Blue"]
    _attributes, _alone, turned, _text = header(page, "Status")
    assert titles(client.get(turned)) == ["Blue", "Delta", "Acme", "Cedar"]


def test_headers_say_their_rank_and_only_the_first_key_is_the_sorted_column(company, client):
    page = client.get("/contacts/?sort=-status,name")
    attributes, _alone, _added, said = header(page, "Status")
    assert 'aria-sort="descending"' in attributes
    assert "key 1, descending" in said
    attributes, _alone, _added, said = header(page, "Name")
    assert "aria-sort" not in attributes
    assert "key 2, ascending" in said
    attributes, _alone, _added, said = header(client.get("/contacts/"), "Name")
    assert 'aria-sort="ascending"' in attributes
    assert "key" not in said


def test_what_is_looked_for_is_in_no_columns_order(company, client):
    assert "aria-sort" not in client.get("/contacts/?q=acme").text


def test_the_form_sends_each_key_by_itself_and_empty_ones(company, client):
    page = client.get("/contacts/?sort=-status&sort=-name&sort=&sort=status")
    assert titles(page) == ["Cedar", "Acme", "Delta", "Blue"]
    assert re.findall(r'<option value="([^"]+)" selected>', page.text)[:2] == ["-status", "-name"]
    assert "Sort: Status, descending; Name, descending" in page.text
    assert titles(client.get("/contacts/?sort=&sort=&sort=")) == ["Acme", "Blue", "Cedar", "Delta"]
    board = client.get("/contacts/?mode=board&sort=-name").text
    assert "Sort: Name, descending" in board


KEYS = ["kind", "name", "status", "email", "created_at", "updated_at"]


def plan(kind, user, address):
    """What the database says it does for a page of a list."""
    seen = []

    def catch(_connection, _cursor, statement, parameters, *_rest):
        seen.append((statement, parameters))
    sa.event.listen(db.engine, "before_cursor_execute", catch)
    query.fetch(kind, ListState.parse(kind, MultiDict(address)), user, ["name"])
    sa.event.remove(db.engine, "before_cursor_execute", catch)
    statement, parameters = next(one for one in seen if "FROM contact" in one[0])
    connection = db.session.connection()
    if db.engine.dialect.name == "sqlite":
        return "\n".join(row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters))
    # a table of a test is so small that reading it whole is always cheapest
    connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    connection.exec_driver_sql("SET LOCAL enable_sort = off")
    return "\n".join(row[0] for row in connection.exec_driver_sql(f"EXPLAIN {statement}", parameters))


def test_contacts_are_sorted_by_what_has_an_index(app):
    assert query.sortable(record_type("contact")) == [*KEYS, "id"]


@pytest.mark.parametrize("key", [sign + key for key in KEYS for sign in ("", "-")])
def test_no_order_makes_the_database_sort_the_table(app, admin, key):
    for number in range(3):
        factories.contact(f"C{number}")
    kind = record_type("contact")
    after = query.fetch(kind, ListState.parse(kind, MultiDict({"sort": key})), admin, ["name"], 1).next
    for address in ({"sort": key}, {"sort": key, "after": after}):
        found = plan(kind, admin, address)
        assert "TEMP B-TREE" not in found, found
        assert not re.search(r"\bSort\b|Seq Scan", found), found
        assert "INDEX" in found.upper(), found


@pytest.mark.parametrize("key", KEYS)
def test_an_order_within_reach_never_reads_what_is_out_of_it(app, key):
    team = factories.team("Sales")
    for scope in ("own", "team", "subtree"):
        seller = factories.user(f"Seller {scope}", team=team, contact__view=scope)
        found = plan(record_type("contact"), seller, {"sort": key})
        assert not re.search(r"Seq Scan on contact|SCAN contact(?! USING INDEX)", found), found
