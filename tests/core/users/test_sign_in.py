"""Anna signs in, stays, leaves; strangers do not get in."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from core.database import db, now
from core.users.credentials import SignIn, UserSession
from core.users.models import User
from tests.core.users.conftest import PASSWORD, Browser


def outcomes(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(SignIn.outcome).order_by(SignIn.id)))


def test_anna_signs_in_works_and_signs_out(app, client, anna):
    assert client.get("/mine").status_code == 302
    answer = client.sign_in("  ANNA@Example.org ")
    assert answer.status_code == 302
    assert answer.location == "/"
    assert client.get("/mine").text == "mine"
    assert client.post("/sign-out").location == "/sign-in"
    assert client.get("/mine").status_code == 302
    assert outcomes(app) == ["signed_in", "signed_out"]


def test_the_page_that_was_asked_for_comes_after_sign_in(client, anna):
    answer = client.get("/admins?q=a%20b")
    assert answer.location == "/sign-in?next=/admins?q%3Da%2520b"
    assert client.sign_in(next="/admins?q=a%20b").location == "/admins?q=a%20b"


@pytest.mark.parametrize("target", [
    "https://evil.example/", "//evil.example/", "/\\evil.example", "\\\\evil.example", "/\t/evil.example",
    "javascript:alert(1)", "http://localhost:1/", "https:evil.example", "///evil.example", "evil.example",
    "http://[", "/%0d\n", " //evil.example"])
def test_nobody_is_led_away(client, anna, target):
    assert client.sign_in(next=target).location == "/"


def test_a_session_key_in_the_database_cannot_be_used(app, client, anna):
    client.sign_in()
    with app.app_context():
        stored = db.session.scalar(select(UserSession.key_hash))
    with client.http.session_transaction() as cookie:
        assert cookie["_user_id"] != stored
        cookie["_user_id"] = stored
    assert client.get("/mine").status_code == 302


def test_signing_in_changes_the_cookie(client, anna):
    client.get("/token-page")
    with client.http.session_transaction() as cookie:
        cookie["planted"] = "by somebody else"
        before = cookie["csrf_token"]
    client.sign_in()
    client.get("/token-page")
    with client.http.session_transaction() as cookie:
        assert "planted" not in cookie
        assert cookie["csrf_token"] != before


def test_an_unknown_address_reads_like_a_wrong_password(app, client, anna):
    wrong = client.sign_in(password="not the right one")
    unknown = client.sign_in("nobody@example.org")
    assert wrong.status_code == unknown.status_code == 422
    assert "do not belong together" in wrong.text
    assert "do not belong together" in unknown.text
    assert outcomes(app) == ["failed", "failed"]


@pytest.mark.parametrize("email", ["", "a\0b@example.org", "x" * 10_000, "'; drop table user", "anna@example.org\n"])
def test_odd_addresses_are_wrong_not_faults(client, email):
    assert client.sign_in(email, "whatever").status_code == 422


@pytest.mark.parametrize("email", ["anna@example.org", "nobody@example.org"])
def test_five_wrong_tries_lock_for_a_quarter_of_an_hour(app, client, anna, email):
    for _ in range(5):
        assert client.sign_in(email, "wrong").status_code == 422
    answer = client.sign_in(email)
    assert answer.status_code == 429
    assert "locked for 15 minutes" in answer.text
    assert 890 <= int(answer.headers["Retry-After"]) <= 900
    with app.app_context():
        db.session.execute(update(SignIn).values(at=now() - timedelta(minutes=15)))
        db.session.commit()
    assert client.sign_in(email).status_code == (302 if email.startswith("anna") else 422)


def test_a_lock_does_not_tell_whether_the_address_exists(client, anna):
    answers = []
    for email in ("anna@example.org", "nobody@example.org"):
        for _ in range(5):
            client.sign_in(email, "wrong")
        answer = client.sign_in(email)
        text = re.sub(r'(csrf[-_]token"[^>]*"|nonce=")[^"]+"|v=\w+', "", answer.text.replace(email, "…"))
        headers = {name: value for name, value in answer.headers if name not in (
            "Set-Cookie", "Content-Length", "Content-Security-Policy", "X-Request-Id", "Date", "Retry-After")}
        answers.append((answer.status_code, text, headers))
    assert answers[0] == answers[1]


def test_one_address_cannot_try_everybody(app, client, anna):
    for number in range(30):
        client.sign_in(f"p{number}@example.org", "wrong")
    answer = client.sign_in()
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "900")
    assert Browser(app, "203.0.113.9").sign_in().status_code == 302


def test_a_good_sign_in_forgets_the_wrong_ones(client, anna):
    for _ in range(4):
        client.sign_in(password="wrong")
    assert client.sign_in().status_code == 302
    client.post("/sign-out")
    assert client.sign_in(password="wrong").status_code == 422


def test_the_inactive_and_the_expired_are_out_at_once(app, client, anna):
    client.sign_in()
    with app.app_context():
        db.session.execute(update(User).values(active=False))
        db.session.commit()
    assert client.get("/mine").status_code == 302
    assert client.sign_in().status_code == 422
    with app.app_context():
        db.session.execute(update(User).values(active=True))
        db.session.execute(update(UserSession).values(expires_at=now() - timedelta(seconds=1)))
        db.session.commit()
    assert client.get("/mine").status_code == 302


def test_a_remembered_device_keeps_its_cookie(app, client, anna):
    assert "Expires" not in client.sign_in().headers["Set-Cookie"]
    other = Browser(app)
    assert "Expires" in other.sign_in(remember="1").headers["Set-Cookie"]
    with app.app_context():
        lives = sorted(row - now() for row in db.session.scalars(select(UserSession.expires_at)))
    assert lives[0] < timedelta(hours=13)
    assert timedelta(days=29) < lives[1] < timedelta(days=31)


def test_use_is_noted_every_five_minutes(app, client, anna):
    client.sign_in()
    long_ago = now() - timedelta(hours=11)
    with app.app_context():
        db.session.execute(update(UserSession).values(seen_at=long_ago, expires_at=now() + timedelta(hours=1)))
        db.session.commit()
    assert client.get("/mine").text == "mine"
    with app.app_context():
        row = db.session.scalars(select(UserSession)).one()
        assert now() - row.seen_at < timedelta(minutes=1)
        assert row.expires_at - now() > timedelta(hours=11)


def test_a_page_costs_one_statement_to_know_who_asks(app, client, anna):
    client.sign_in()
    from sqlalchemy import event
    seen: list[str] = []

    def count(connection, cursor, statement, *rest):
        seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", count)
    try:
        assert client.get("/mine").text == "mine"
    finally:
        event.remove(engine, "before_cursor_execute", count)
    assert len([s for s in seen if not s.startswith("BEGIN")]) == 1


def test_password_is_hashed_again_when_parameters_change(app, client, anna):
    from argon2 import PasswordHasher

    from core.users.credentials import Credential
    weak = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    with app.app_context():
        db.session.execute(update(Credential).values(password_hash=weak))
        db.session.commit()
    assert client.sign_in().status_code == 302
    with app.app_context():
        assert db.session.scalar(select(Credential.password_hash)) != weak
