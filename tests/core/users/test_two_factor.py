"""The second factor: set up, asked for, never accepted twice, and a way back without the phone."""

import re
import time

import pyotp
import pytest
from sqlalchemy import select

from core.database import db
from core.plugin.settings import save_settings
from core.users import two_factor
from core.users.credentials import Credential, RecoveryCode, SignIn, UserSession
from core.users.models import User
from tests.core.users.conftest import Browser


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still until it is moved."""
    class Clock:
        at = time.time()

        def forward(self, seconds: float) -> None:
            self.at += seconds

    made = Clock()
    monkeypatch.setattr(two_factor.time, "time", lambda: made.at)
    return made


def secret_of(app, user_id: int) -> str:
    with app.app_context():
        return db.session.get(Credential, user_id).totp_secret


def code(app, user_id: int, clock, steps: int = 0) -> str:
    return pyotp.TOTP(secret_of(app, user_id)).at(clock.at + 30 * steps)


@pytest.fixture
def proven(app, client, anna, clock):
    """Anna's browser, with a second factor set up; returns the recovery codes."""
    client.sign_in()
    assert "<svg" in client.get("/settings/security/second-factor").text
    page = client.post("/settings/security/second-factor", {"code": code(app, anna, clock)})
    codes = re.findall(r"<code>([A-Z2-9]{5}-[A-Z2-9]{5})</code>", page.text)
    assert len(codes) == 10
    clock.forward(60)
    return codes


def test_a_sign_in_begun_with_the_old_password_ends_with_it(app, client, anna, clock, proven):
    thief = Browser(app)
    assert thief.sign_in().location == "/sign-in/code"
    client.post("/settings/security/password", {"current": "a long enough one", "password": "brand new words"})
    clock.forward(60)
    assert thief.post("/sign-in/code", {"code": code(app, anna, clock)}).location == "/sign-in"
    assert thief.get("/mine").status_code == 302


def test_a_code_is_asked_for_and_accepted_once(app, anna, clock, proven):
    browser = Browser(app)
    answer = browser.sign_in(next="/admins")
    assert answer.location == "/sign-in/code"
    assert browser.get("/mine").status_code == 302
    present = code(app, anna, clock)
    assert browser.post("/sign-in/code", {"code": f" {present[:3]} {present[3:]} "}).location == "/admins"
    assert browser.get("/mine").text == "mine"
    again = Browser(app)
    again.sign_in()
    answer = again.post("/sign-in/code", {"code": present})
    assert answer.status_code == 422
    assert "used already" in answer.text


@pytest.mark.parametrize(("steps", "good"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_clocks_may_differ_by_half_a_minute(app, anna, clock, proven, steps, good):
    clock.forward(300)
    browser = Browser(app)
    browser.sign_in()
    answer = browser.post("/sign-in/code", {"code": code(app, anna, clock, steps)})
    assert (answer.status_code == 302) is good


def test_a_recovery_code_lets_in_once(app, anna, clock, proven):
    for expected in (302, 422):
        browser = Browser(app)
        browser.sign_in()
        assert browser.post("/sign-in/code", {"code": proven[3].lower()}).status_code == expected
    with app.app_context():
        assert len(db.session.scalars(select(RecoveryCode)).all()) == 9
        assert "recovery_used" in db.session.scalars(select(SignIn.outcome)).all()


def test_wrong_codes_lock_the_account(app, anna, clock, proven):
    browser = Browser(app)
    browser.sign_in()
    for _number in range(5):
        answer = browser.post("/sign-in/code", {"code": "000000"})
    assert answer.status_code == 429
    assert "locked for 15 minutes" in answer.text
    assert browser.post("/sign-in/code", {"code": code(app, anna, clock)}).status_code == 429
    assert Browser(app).sign_in().status_code == 429


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "١٢٣٤٥٦", "abc", "x" * 5000, "0\x000000"])
def test_what_is_no_code_is_refused(app, anna, clock, proven, typed):
    browser = Browser(app)
    browser.sign_in()
    assert browser.post("/sign-in/code", {"code": typed}).status_code == 422


def test_the_second_step_without_the_first_leads_to_the_first(client):
    assert client.get("/sign-in/code").location == "/sign-in"
    assert client.post("/sign-in/code", {"code": "000000"}).location == "/sign-in"


def test_switching_off_asks_for_the_password(app, client, anna, clock, proven):
    client.post("/settings/security/second-factor/off", {"current": "wrong"})
    assert secret_of(app, anna)
    client.post("/settings/security/second-factor/off", {"current": "a long enough one"})
    assert secret_of(app, anna) is None
    assert Browser(app).sign_in().location == "/"


def test_when_it_is_required_everyone_is_asked_to_set_it_up(app, client, anna, clock):
    client.sign_in()
    with app.app_context():
        save_settings("users", {"require_two_factor": True})
        db.session.commit()
    assert client.get("/mine").location == "/settings/security/second-factor?next=/mine"
    assert client.get("/settings/security").status_code == 302
    client.get("/settings/security/second-factor")
    page = client.post("/settings/security/second-factor", {"code": code(app, anna, clock), "next": "/mine"})
    assert 'href="/mine"' in page.text
    assert client.get("/mine").text == "mine"


def test_a_session_from_before_proves_itself_with_a_code(app, anna, clock):
    older, newer = Browser(app), Browser(app)
    older.sign_in()
    newer.sign_in()
    newer.get("/settings/security/second-factor")
    newer.post("/settings/security/second-factor", {"code": code(app, anna, clock)})
    with app.app_context():
        save_settings("users", {"require_two_factor": True})
        db.session.commit()
    clock.forward(60)
    page = older.get("/mine", follow_redirects=True)
    assert secret_of(app, anna) not in page.text.replace(" ", "")
    assert older.post("/settings/security/second-factor", {"code": "000000"}).status_code == 422
    assert older.get("/mine").status_code == 302
    older.post("/settings/security/second-factor", {"code": code(app, anna, clock), "next": "/mine"})
    assert older.get("/mine").text == "mine"


def test_an_administrator_takes_it_away_and_ends_the_sessions(app, client, anna, boss, clock, proven):
    admin = Browser(app)
    admin.sign_in("boris@example.org")
    admin.post(f"/settings/people/{anna}/second-factor/remove")
    assert client.get("/mine").status_code == 302
    with app.app_context():
        assert db.session.get(User, anna) is not None
        assert db.session.scalars(select(UserSession).where(UserSession.user_id == anna)).all() == []
    assert client.sign_in().location == "/"
