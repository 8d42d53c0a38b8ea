"""Passwords: what is accepted, and how a forgotten or a first one is set by mail."""

import re
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from core.database import db
from core.users import links, mails, passwords, tokens
from core.users.commands import users
from core.users.credentials import ApiToken, SignIn
from core.users.keys import Origin
from core.users.models import User
from tests.core.users.conftest import PASSWORD, Browser


@pytest.fixture
def outbox(app, monkeypatch):
    """What would be mailed, and the jobs that were asked for run at once."""
    sent: list[tuple[str, str, str]] = []
    monkeypatch.setattr(mails, "send", lambda *mail: sent.append(mail))
    jobs = {"core.users:mail_reset": mails.mail_reset, "core.users:mail_invitation": mails.mail_invitation}
    for module in ("sign_in", "people"):
        monkeypatch.setattr(f"core.users.views.{module}.enqueue", lambda key, **arguments: jobs[key](**arguments))
    return sent


def link_in(text: str) -> str:
    found = re.search(r"https://crm\.example\.org(/password/\S+)", text)
    assert found, text
    return found[1]


def test_anna_forgets_her_password_and_sets_a_new_one(app, client, anna, outbox):
    old = Browser(app)
    old.sign_in()
    client.post("/password/forgot", {"email": " Anna@example.org"})
    [(to, _subject, body)] = outbox
    assert to == "anna@example.org"
    link = link_in(body)
    assert "New password for anna@example.org" in client.get(link).text
    assert client.post(link, {"password": "an entirely new one"}).location == "/sign-in"
    assert old.get("/mine").status_code == 302
    assert client.sign_in(password=PASSWORD).status_code == 422
    assert client.sign_in(password="an entirely new one").status_code == 302
    assert client.post(link, {"password": "and another new one"}).status_code == 410


@pytest.mark.parametrize("way", ["link", "server"])
def test_a_reset_ends_the_tokens_that_somebody_else_may_have_made(app, client, anna, outbox, way):
    with app.app_context():
        tokens.create_token(db.session.get(User, make_admin(anna)), "script", ["deal.view"], None, Origin())
        db.session.commit()
    if way == "link":
        client.post("/password/forgot", {"email": "anna@example.org"})
        client.post(link_in(outbox[0][2]), {"password": "an entirely new one"})
    else:
        result = app.test_cli_runner().invoke(
            users, ["reset-password", "anna@example.org", "--password", "an entirely new one"])
        assert result.exit_code == 0, result.output
    with app.app_context():
        assert db.session.scalars(select(ApiToken)).all() == []


@pytest.mark.parametrize(("ticked", "left"), [({}, 1), ({"end_tokens": "1"}, 0)])
def test_who_changes_the_password_says_whether_the_tokens_end(app, client, anna, ticked, left):
    with app.app_context():
        tokens.create_token(db.session.get(User, make_admin(anna)), "script", ["deal.view"], None, Origin())
        db.session.commit()
    client.sign_in()
    assert "Revoke my API tokens too" in client.get("/settings/security").text
    client.post("/settings/security/password", {"current": PASSWORD, "password": "brand new words"} | ticked)
    with app.app_context():
        assert len(db.session.scalars(select(ApiToken)).all()) == left


def make_admin(number: int) -> int:
    """Let a person have every permission, so that a token can."""
    db.session.execute(update(User).where(User.id == number).values(is_admin=True))
    return number


def test_the_page_says_the_same_for_an_unknown_address(client, anna, outbox):
    known = client.post("/password/forgot", {"email": "anna@example.org"})
    unknown = client.post("/password/forgot", {"email": "nobody@example.org"})

    def plain(page):
        return re.sub(r'nonce[^>]*|value="[^"]*"|content="[^"]*"', "", page.text)

    assert known.status_code == unknown.status_code == 200
    assert plain(known) == plain(unknown)
    assert len(outbox) == 1


def test_a_mailbox_is_not_flooded(client, anna, outbox):
    for _number in range(6):
        assert client.post("/password/forgot", {"email": "anna@example.org"}).status_code == 200
    assert len(outbox) == 3


def test_a_strangers_host_header_never_reaches_a_mail(app, anna, outbox):
    app.config["BASE_URL"] = ""
    try:
        browser = Browser(app)
        answer = browser.post("/password/forgot", {"email": "anna@example.org"}, headers={"Host": "evil.example"})
        assert "evil.example/password" not in answer.text
        assert outbox == []
    finally:
        app.config["BASE_URL"] = "https://crm.example.org"


def test_links_die_with_age_forgery_and_the_account(app, client, anna, monkeypatch):
    with app.app_context():
        user = db.session.get(User, anna)
        good, invitation = links.password_token(user, "reset"), links.password_token(user, "invitation")
        assert links.user_of_token(good) is not None
        assert links.user_of_token(good[:-2]) is None
        assert links.user_of_token(invitation[:3] + ("y" if invitation[3] == "x" else "x") + invitation[4:]) is None
        import itsdangerous.timed
        later = itsdangerous.timed.time.time() + timedelta(hours=2).total_seconds()
        monkeypatch.setattr(itsdangerous.timed.time, "time", lambda: later)
        assert links.user_of_token(good) is None
        assert links.user_of_token(invitation) is not None
        user.active = False
        assert links.user_of_token(invitation) is None
        db.session.rollback()
    assert client.get("/password/not-a-token").status_code == 410


def test_a_new_password_unlocks_the_account(client, anna, outbox):
    for _number in range(5):
        client.sign_in(password="wrong")
    assert client.sign_in().status_code == 429
    client.post("/password/forgot", {"email": "anna@example.org"})
    client.post(link_in(outbox[0][2]), {"password": "an entirely new one"})
    assert client.sign_in(password="an entirely new one").status_code == 302


@pytest.mark.parametrize("bad", [
    "short", "qwertyuiop", "1234567890", "aaaaaaaaaaaa", "Anna  Berg", "annaberg ", "x" * 1025, "anna@example.org",
    "ANNA@example.org", "пароль12345"])
def test_weak_passwords_are_refused_with_a_reason(app, client, anna, bad):
    client.sign_in()
    answer = client.post("/settings/security/password", {"current": PASSWORD, "password": bad})
    assert answer.status_code == 422
    assert 'class="error"' in answer.text
    assert Browser(app).sign_in().status_code == 302


def test_changing_the_password_needs_the_present_one_and_ends_other_sessions(app, client, anna):
    other = Browser(app)
    other.sign_in()
    client.sign_in()
    wrong = client.post("/settings/security/password", {"current": "wrong", "password": "brand new words"})
    assert wrong.status_code == 422
    assert other.get("/mine").status_code == 200
    assert client.post("/settings/security/password",
                       {"current": PASSWORD, "password": "brand new words"}).status_code == 302
    assert other.get("/mine").status_code == 302
    assert client.get("/mine").status_code == 200
    with app.app_context():
        assert "password_changed" in db.session.scalars(select(SignIn.outcome)).all()


@settings(max_examples=12, deadline=None)
@given(st.text(min_size=1, max_size=200), st.text(max_size=50))
def test_exactly_the_password_opens(password, other):
    kept = passwords.hash_password(password)
    assert passwords.verify_password(kept, password)
    import unicodedata
    same = unicodedata.normalize("NFKC", password) == unicodedata.normalize("NFKC", other)
    assert passwords.verify_password(kept, other) is same


@given(st.emails())
def test_addresses_are_kept_one_way(email):
    normal = passwords.normal_email(email)
    assert passwords.normal_email(normal) == normal
    assert passwords.email_fault(normal) is None or any(c in email for c in "\"',;:<>")
