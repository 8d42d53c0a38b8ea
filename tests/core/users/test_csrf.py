"""A form whose token does not count is not executed; what was typed here is kept, a stranger's is not."""

import re

import pytest

OWN = {"Sec-Fetch-Site": "same-origin", "Referer": "http://localhost/settings/profile"}


def test_an_expired_token_keeps_what_was_typed(client, anna):
    client.sign_in()
    form = {"csrf_token": "old", "name": "Anna <b>Stein</b>", "theme": "dark", "density": "compact",
            "password": "hush hush"}
    page = client.http.post("/settings/profile", data=form, headers=OWN, environ_base=client.ip)
    assert page.status_code == 400
    assert "once more" in page.text
    assert 'name="name" value="Anna &lt;b&gt;Stein&lt;/b&gt;"' in page.text
    assert "hush" not in page.text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
    again = form | {"csrf_token": token}
    assert client.http.post("/settings/profile", data=again, environ_base=client.ip).status_code == 302


@pytest.mark.parametrize("headers", [
    {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"},
    {"Referer": "https://evil.example/localhost"}, {}])
def test_a_strangers_form_is_never_offered_again(client, anna, headers):
    client.sign_in()
    page = client.http.post("/settings/profile", data={"name": "Owned"}, headers=headers, environ_base=client.ip)
    assert page.status_code == 400
    assert "Owned" not in page.text
    assert "another site" in page.text


def test_anothers_token_does_not_count(app, client, anna):
    from tests.core.users.conftest import Browser
    other = Browser(app)
    foreign = re.search(r'name="csrf_token" value="([^"]+)"', other.get("/token-page").text)[1]
    client.sign_in()
    assert client.http.post("/write", data={"csrf_token": foreign}, environ_base=client.ip).status_code == 400


def test_scripts_get_problem_details(client, anna):
    client.sign_in()
    answer = client.http.post("/write", headers={"Accept": "application/json"}, environ_base=client.ip)
    assert answer.status_code == 400
    assert answer.mimetype == "application/problem+json"
