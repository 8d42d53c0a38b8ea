"""What an administrator does on the command line."""

import re

import pytest

from core.users.commands import users
from tests.core.users.conftest import PASSWORD, Browser


@pytest.fixture
def run(app):
    return lambda *words: app.test_cli_runner().invoke(users, list(words))


def test_a_person_is_made_and_signs_in(app, run):
    made = run("create", "Nadia Sand", "Nadia@Example.org", "--password", "some long words", "--admin")
    assert made.exit_code == 0, made.output
    assert Browser(app).sign_in("nadia@example.org", "some long words").status_code == 302
    assert "nadia@example.org\tNadia Sand\tadmin" in run("list").output


def test_without_a_password_a_link_is_printed(app, run):
    link = re.search(r"https://crm\.example\.org(\S+)", run("create", "Nadia", "nadia@example.org").output)[1]
    browser = Browser(app)
    browser.post(link, {"password": "some long words"})
    assert browser.sign_in("nadia@example.org", "some long words").status_code == 302


def test_accounts_close_open_and_get_new_passwords(app, run, anna):
    assert run("deactivate", "anna@example.org").exit_code == 0
    assert Browser(app).sign_in().status_code == 422
    assert run("activate", "anna@example.org").exit_code == 0
    assert Browser(app).sign_in().status_code == 302
    assert run("reset-password", "anna@example.org", "--password", "other long words").exit_code == 0
    assert Browser(app).sign_in(password="other long words").status_code == 302
    assert "/password/" in run("reset-password", "anna@example.org").output
    assert Browser(app).sign_in(password=PASSWORD).status_code == 422


def test_an_administrator_gets_a_token(app, run, anna):
    assert run("make-admin", "anna@example.org").exit_code == 0
    made = run("token", "anna@example.org", "script", "--scope", "deal.view")
    answer = app.test_client().get("/api/ping", headers={"Authorization": f"Bearer {made.output.strip()}"})
    assert answer.text == "pong"


@pytest.mark.parametrize(("words", "sentence"), [
    (["deactivate", "nobody@example.org"], "Nobody has the address"),
    (["create", "X", "no address"], "not an e-mail address"),
    (["create", "X", "x@example.org", "--password", "short"], "at least 10 characters"),
    (["deactivate", "boris@example.org"], "last active administrator"),
    (["token", "boris@example.org", "x", "--scope", "no.such"], "You do not have these permissions"),
])
def test_what_cannot_be_done_is_said_in_a_sentence(run, boss, words, sentence):
    answer = run(*words)
    assert answer.exit_code == 1
    assert sentence in answer.output
    assert "Traceback" not in answer.output
