"""What stands around a page is kept between requests, and is each reader's own all the same."""

import re

from core.database import db
from core.inbox import notify
from core.testing import factories


def page_of(client, address="/contacts/"):
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.text


def token_of(page):
    return re.search(r'name="csrf-token" content="([^"]+)"', page)[1]


def test_everybody_finds_their_own_name_and_token(app, client):
    other = factories.client_of(app, factories.user("Una User", contact__view="all", contact__create="all"))
    first, second = page_of(client), page_of(other)
    assert "<strong>Ada Admin</strong>" in first
    assert "<strong>Una User</strong>" in second
    assert token_of(first) != token_of(second)
    for page in (first, second, page_of(client)):
        assert set(re.findall(r'name="csrf_token" value="([^"]*)"', page)) == {token_of(page)}


def test_each_answer_has_its_own_nonce(app, client):
    nonces = set()
    for _time in range(2):
        answer = client.get("/contacts/")
        nonce = re.search(r'<script type="importmap" nonce="([^"]+)"', answer.text)[1]
        assert f"'nonce-{nonce}'" in answer.headers["Content-Security-Policy"]
        nonces.add(nonce)
    assert len(nonces) == 2


def test_what_is_kept_follows_what_changes(app, client):
    assert 'id="inbox-count"' not in page_of(client)
    boss = factories.admin()
    notify(boss.id, "mention", "Helios Energy", "/contacts/1")
    db.session.commit()
    assert '<span class="count" id="inbox-count">1</span>' in page_of(client)


def test_the_sidebar_says_where_the_reader_is(app, client):
    for address in ("/contacts/", "/inbox/", "/settings/profile"):
        current = re.findall(r'<a class="side-item" href="([^"]+)"[^>]*aria-current="page"', page_of(client, address))
        assert set(current) == {address}


def test_the_language_is_the_readers(app, client):
    english = page_of(client)
    person = factories.admin()
    person.language = "ru"
    db.session.commit()
    russian = page_of(client)
    assert "Settings" in english
    assert "Настройки" in russian


def test_no_number_in_an_address_is_too_large(app, client):
    for rule in app.url_map.iter_rules():
        if "<int:" in rule.rule:
            address = re.sub(r"<int:\w+>", str(10**22), rule.rule)
            address = re.sub(r"<\w+>", "x", address)
            for method in rule.methods - {"OPTIONS", "HEAD"}:
                assert client.open(address, method=method).status_code < 500, address
