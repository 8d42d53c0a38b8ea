"""Programs come with tokens: narrowed, counted, revocable, blind to cookies."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from core.database import db, now
from core.users import Role, User, operations, tokens
from core.users.credentials import ApiToken, SignIn
from core.users.keys import Origin, digest
from core.users.models import Grant
from tests.core.users.conftest import Browser


def token_of(app, user_id: int, *scopes: str, days: int | None = None) -> str:
    with app.app_context():
        _token, text = tokens.create_token(db.session.get(User, user_id), "script", scopes, days, Origin())
        db.session.commit()
        return text


def call(app, url: str, text: str, method: str = "GET", **more):
    return app.test_client().open(url, method=method, headers={"Authorization": f"Bearer {text}"}, **more)


def test_a_token_acts_for_its_owner_within_its_permissions(app, boss):
    text = token_of(app, boss, "deal.view")
    assert text.startswith("elv_")
    assert call(app, "/api/ping", text).text == "pong"
    assert call(app, "/api/admins", text).status_code == 403
    assert call(app, "/api/ping", text, "POST").text == "pong"


@pytest.mark.parametrize("url", ["/deals", "/admins", "/mine", "/write", "/api/mine", "/settings/security"])
def test_a_token_opens_no_page_and_nothing_that_asks_for_no_permission(app, boss, url):
    answer = call(app, url, token_of(app, boss, "deal.view", "user.admin"), "POST" if url == "/write" else "GET")
    assert answer.status_code == 403
    assert answer.mimetype == "application/problem+json"
    assert "only what is under /api" in answer.json["detail"]


def test_a_token_is_kept_as_a_hash(app, boss):
    text = token_of(app, boss, "deal.view")
    with app.app_context():
        row = db.session.scalars(select(ApiToken)).one()
        assert row.token_hash == digest(text)
        assert text not in str(vars(row))


@pytest.mark.parametrize("text", ["", "elv_", "elv_wrong", "x" * 10_000, "elv_é", "a=b, c=d"])
def test_a_wrong_token_is_refused_with_401(app, boss, text):
    answer = app.test_client().get("/api/ping", headers={"Authorization": f"Bearer {text}".encode().decode("latin1")})
    assert answer.status_code == 401


def test_with_a_token_cookies_count_for_nothing(app, client, boss):
    client.sign_in("boris@example.org")
    assert client.get("/mine", headers={"Authorization": "Bearer elv_wrong"}).status_code == 401
    narrow = token_of(app, boss, "deal.view")
    assert client.get("/api/admins", headers={"Authorization": f"Bearer {narrow}"}).status_code == 403


def test_a_token_ends_when_it_expires_is_revoked_or_its_owner_goes(app, boss, anna):
    text = token_of(app, boss, "deal.view", days=1)
    with app.app_context():
        db.session.execute(update(ApiToken).values(expires_at=now() - timedelta(seconds=1)))
        db.session.commit()
    assert call(app, "/api/ping", text).status_code == 401
    text = token_of(app, boss, "deal.view")
    with app.app_context():
        db.session.execute(update(User).where(User.id == anna).values(is_admin=True))
        operations.deactivate(db.session.get(User, boss), Origin())
        db.session.commit()
        assert db.session.scalars(select(ApiToken)).all() == []
    assert call(app, "/api/ping", text).status_code == 401


def test_a_token_follows_what_its_owner_loses(app, anna):
    with app.app_context():
        role = Role(name="Seller", grants=[Grant(permission="deal.view", scope="own")])
        db.session.add(role)
        db.session.flush()
        operations.set_roles(db.session.get(User, anna), [role.id])
        db.session.commit()
    text = token_of(app, anna, "deal.view")
    assert call(app, "/api/ping", text).status_code == 200
    with app.app_context():
        operations.set_roles(db.session.get(User, anna), [])
        db.session.commit()
    assert call(app, "/api/ping", text).status_code == 403


def test_use_is_noted_every_five_minutes(app, boss):
    text = token_of(app, boss, "deal.view")
    call(app, "/api/ping", text)
    with app.app_context():
        first = db.session.scalar(select(ApiToken.used_at))
        assert first is not None
    call(app, "/api/ping", text)
    with app.app_context():
        assert db.session.scalar(select(ApiToken.used_at)) == first


def test_guessing_tokens_is_slowed_down(app, boss):
    good = token_of(app, boss, "deal.view")
    answers = [call(app, "/api/ping", "elv_guess", environ_base={"REMOTE_ADDR": "203.0.113.5"}).status_code
               for _number in range(61)]
    assert answers == [401] * 60 + [429]
    assert call(app, "/api/ping", good, environ_base={"REMOTE_ADDR": "203.0.113.5"}).status_code == 200


def test_boris_makes_a_token_sees_it_once_and_revokes_it(app, client, boss):
    client.sign_in("boris@example.org")
    assert "deal.view" in client.get("/settings/security/tokens/new").text
    page = client.post("/settings/security/tokens/new", {"name": "Website", "days": "30", "scopes": ["deal.view"]})
    text = page.text.split('value="elv_')[1].split('"')[0]
    assert call(app, "/api/ping", "elv_" + text).status_code == 200
    security = client.get("/settings/security").text
    assert "Website" in security
    assert text not in security
    with app.app_context():
        number = db.session.scalar(select(ApiToken.id))
        assert list(db.session.scalars(select(SignIn.outcome))) == ["signed_in", "token_created"]
    client.post(f"/settings/security/tokens/{number}/revoke")
    assert call(app, "/api/ping", "elv_" + text).status_code == 401


@pytest.mark.parametrize(("form", "field"), [
    ({"name": "", "scopes": ["deal.view"]}, "Give the token a name"),
    ({"name": "x", "scopes": []}, "Choose at least one permission"),
    ({"name": "x", "scopes": ["off.view"]}, "You do not have these permissions: off.view"),
    ({"name": "x", "scopes": ["deal.view"], "days": "-5"}, "from 1 to 3650"),
    ({"name": "x", "scopes": ["deal.view"], "days": "9" * 40}, "from 1 to 3650"),
])
def test_a_token_that_cannot_be_is_explained(app, client, boss, form, field):
    client.sign_in("boris@example.org")
    answer = client.post("/settings/security/tokens/new", form)
    assert answer.status_code == 422
    assert field in answer.text
    with app.app_context():
        assert db.session.scalars(select(ApiToken)).all() == []


def test_nobody_revokes_anothers_token(app, client, boss, anna):
    token_of(app, boss, "deal.view")
    with app.app_context():
        number = db.session.scalar(select(ApiToken.id))
    other = Browser(app)
    other.sign_in()
    assert other.post(f"/settings/security/tokens/{number}/revoke").status_code == 404
