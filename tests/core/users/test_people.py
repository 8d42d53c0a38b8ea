"""Administrators keep people, roles and teams; everybody keeps their own account."""

import re

import pytest
from sqlalchemy import func, select

from core.database import db
from core.journal import JournalChange, JournalTransaction
from core.users import Role, Team, User, operations
from core.users.credentials import UserSession
from core.users.models import Grant, UserRole
from core.web.errors import Problem
from tests.core.users.conftest import Browser, add_person
from tests.core.users.test_passwords import link_in, outbox  # noqa: F401  a fixture


@pytest.fixture
def admin(app, boss):
    browser = Browser(app)
    browser.sign_in("boris@example.org")
    return browser


def get(app, model, **by):
    with app.app_context():
        return db.session.scalars(select(model).filter_by(**by)).first()


def test_an_invited_person_sets_a_password_and_signs_in(app, admin, outbox):  # noqa: F811
    with app.app_context():
        team, role = Team(name="Sales"), Role(name="Seller", grants=[Grant(permission="deal.view", scope="own")])
        db.session.add_all([team, role])
        db.session.commit()
        team_id, role_id = team.id, role.id
    answer = admin.post("/settings/people/invite", {
        "name": " Ирина   Ким ", "email": "Irina@Example.org", "team_id": team_id, "role_ids": [role_id]})
    assert answer.location == "/settings/people"
    page = admin.get("/settings/people").text
    assert "Ирина Ким" in page
    assert "Invited" in page
    new = Browser(app)
    assert new.sign_in("irina@example.org", "").status_code == 422
    link = link_in(outbox[0][2])
    new.post(link, {"password": "my own first password"})
    assert new.sign_in("irina@example.org", "my own first password").status_code == 302
    assert new.get("/deals").text == "deals"


@pytest.mark.parametrize(("form", "words"), [
    ({"name": "", "email": "x@example.org"}, "Enter a name"),
    ({"name": "X", "email": "no address"}, "not an e-mail address"),
    ({"name": "X", "email": "BORIS@example.org"}, "already has this address"),
    ({"name": "X", "email": "x@example.org", "team_id": "77"}, "team is gone"),
    ({"name": "X", "email": "x@example.org", "team_id": "'--"}, "team is gone"),
    ({"name": "X", "email": "x@example.org", "role_ids": ["77"]}, "roles is gone"),
    ({"name": "X\0Y", "email": "x@example.org"}, "invisible characters"),
    ({"name": "<script>" * 100, "email": "x@example.org"}, "at most 200"),
])
def test_a_wrong_invitation_is_explained_and_nobody_is_added(app, admin, form, words):
    answer = admin.post("/settings/people/invite", form)
    assert answer.status_code == 422
    assert words in answer.text
    assert "<script>" * 2 not in answer.text
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(User)) == 1


def test_deactivation_ends_everything_at_once_and_is_journaled(app, admin, client, anna):
    client.sign_in()
    assert client.get("/mine").status_code == 200
    admin.post(f"/settings/people/{anna}/deactivate")
    assert client.get("/mine").status_code == 302
    assert client.sign_in().status_code == 422
    with app.app_context():
        changes = db.session.execute(
            select(JournalChange.after, JournalTransaction.user_id).join(
                JournalTransaction, JournalTransaction.id == JournalChange.transaction_id)
            .where(JournalChange.table_name == "user", JournalChange.op == "update")).all()
        boss = db.session.scalar(select(User.id).where(User.email == "boris@example.org"))
        assert [(row.after["active"], row.user_id) for row in changes] == [(False, boss)]
    admin.post(f"/settings/people/{anna}/reactivate")
    assert client.sign_in().status_code == 302


def test_no_secret_is_in_the_journal(app, admin, anna, client):
    client.sign_in()
    client.post("/settings/security/password", {"current": "a long enough one", "password": "brand new words"})
    with app.app_context():
        rows = db.session.scalars(select(JournalChange)).all()
        assert {row.table_name for row in rows} >= {"sign_in"}
        assert "argon2" not in str([(row.before, row.after) for row in rows])


def test_somebody_always_administers(app, admin, boss):
    answer = admin.post(f"/settings/people/{boss}/deactivate")
    assert answer.status_code == 409
    assert "last active administrator" in answer.text
    version = get(app, User, id=boss).version
    answer = admin.post(f"/settings/people/{boss}", {
        "name": "Boris", "email": "boris@example.org", "is_admin": "", "version": version})
    assert answer.status_code == 422
    assert "last active administrator" in answer.text
    with app.app_context():
        assert db.session.get(User, boss).is_admin
    second = add_person(app, "Second", "second@example.org", is_admin=True, active=False)
    assert admin.post(f"/settings/people/{boss}/deactivate").status_code == 409
    admin.post(f"/settings/people/{second}/reactivate")
    assert admin.post(f"/settings/people/{boss}/deactivate").status_code == 302


@pytest.fixture
def helper(app, anna):
    """Anna's browser; she administers people, but is no administrator."""
    with app.app_context():
        role = Role(name="Helper", grants=[Grant(permission="user.admin", scope="all")])
        db.session.add(role)
        db.session.flush()
        operations.set_roles(db.session.get(User, anna), [role.id])
        db.session.commit()
    browser = Browser(app)
    browser.sign_in()
    return browser


def test_who_administers_people_makes_nobody_an_administrator(app, helper, anna, boss):
    other = add_person(app, "Otto", "otto@example.org")
    for number in (other, anna):
        user = get(app, User, id=number)
        form = {"name": user.name, "email": user.email, "version": user.version,
                "role_ids": [str(get(app, Role).id)] if number == anna else []}
        assert "Administrator: may do everything" not in helper.get(f"/settings/people/{number}").text
        answer = helper.post(f"/settings/people/{number}", form | {"is_admin": "1"})
        assert answer.status_code == 422
        assert "Only an administrator makes somebody an administrator." in answer.text
        assert not get(app, User, id=number).is_admin
        assert helper.post(f"/settings/people/{number}", form).status_code == 302
    answer = helper.post("/settings/people/invite", {"name": "New", "email": "new@example.org", "is_admin": "1"})
    assert answer.status_code == 422
    assert get(app, User, email="new@example.org") is None


@pytest.mark.parametrize("what", ["", "/deactivate", "/reactivate", "/second-factor/remove", "/link"])
def test_only_administrators_change_the_account_of_one(app, helper, anna, boss, what):
    user = get(app, User, id=boss)
    answer = helper.post(f"/settings/people/{boss}{what}", {
        "name": "Boris", "email": "anna+boris@example.org", "version": user.version, "is_admin": "1"})
    assert answer.status_code == 403
    assert "Only administrators change the account of an administrator" in answer.text
    assert get(app, User, id=boss).email == "boris@example.org"
    with app.app_context():
        roles = [role.id for role in db.session.get(User, anna).roles]
        with pytest.raises(Problem):
            operations.update_user(db.session.get(User, boss), {"role_ids": roles}, by=db.session.get(User, anna))


def test_two_administrators_edit_the_same_person(app, admin, anna):
    version = get(app, User, id=anna).version
    form = {"name": "Anna Stein", "email": "anna@example.org", "version": version}
    assert admin.post(f"/settings/people/{anna}", form).status_code == 302
    late = admin.post(f"/settings/people/{anna}", form | {"name": "Anna Fels"})
    assert late.status_code == 409
    assert "Anna Fels" in late.text
    assert get(app, User, id=anna).name == "Anna Stein"


def test_people_are_found_and_paged(app, admin):
    with app.app_context():
        for number in range(120):
            operations.create_user(f"Person {number:03}", f"p{number}@example.org")
        operations.create_user("Ёлкина Анна", "elkina@example.org")
        db.session.commit()
    seen: list[str] = []
    url = "/settings/people"
    while url:
        page = admin.get(url).text
        seen += re.findall(r"Person \d{3}(?=</a>)", page)
        following = re.search(r'href="([^"]*after=[^"]*)"', page)
        url = following[1].replace("&amp;", "&") if following else ""
    assert seen == [f"Person {number:03}" for number in range(120)]
    assert "Ёлкина" in admin.get("/settings/people?q=елкина").text
    assert "Person 001" not in admin.get("/settings/people?q=100%25").text
    assert admin.get("/settings/people?after=zzz&q=%00").status_code == 200


def test_a_role_is_a_matrix_of_permissions_and_reach(app, admin, anna):
    page = admin.get("/settings/roles/new").text
    assert 'name="grant.deal.view" value="subtree"' in page
    assert 'name="grant.user.admin" value="own"' not in page
    assert "off.view" not in page
    admin.post("/settings/roles/new", {"name": "Lead", "grant.deal.view": "subtree", "grant.user.admin": ""})
    role = get(app, Role, name="Lead")
    with app.app_context():
        assert [(g.permission, g.scope) for g in db.session.scalars(select(Grant))] == [("deal.view", "subtree")]
        db.session.add(Grant(role_id=role.id, permission="off.view", scope="all"))
        db.session.commit()
    admin.post(f"/settings/roles/{role.id}", {"name": "Lead", "grant.deal.view": "own", "grant.user.admin": "all"})
    with app.app_context():
        assert {(g.permission, g.scope) for g in db.session.scalars(select(Grant))} == {
            ("deal.view", "own"), ("user.admin", "all"), ("off.view", "all")}
        operations.set_roles(db.session.get(User, anna), [role.id])
        db.session.commit()
    admin.post(f"/settings/roles/{role.id}/delete")
    with app.app_context():
        for model in (Role, Grant, UserRole):
            assert db.session.scalars(select(model)).all() == []


@pytest.mark.parametrize("form", [
    {"name": "X", "grant.no.such": "all"}, {"name": "X", "grant.deal.view": "galaxy"},
    {"name": "X", "grant.user.admin": "own"}, {"name": ""}, {"name": "X", "grant.off.view": "all"}])
def test_a_role_that_cannot_be_is_refused(app, admin, form):
    assert admin.post("/settings/roles/new", form).status_code == 422
    assert get(app, Role) is None


def test_teams_form_a_tree_that_never_closes(app, admin, anna):
    for name, above in (("Company", ""), ("Sales", "Company"), ("North", "Sales")):
        admin.post("/settings/teams/new", {"name": name, "parent_id": get(app, Team, name=above).id if above else ""})
    company, sales, north = (get(app, Team, name=name) for name in ("Company", "Sales", "North"))
    page = admin.get("/settings/teams").text
    assert page.index("Company</a>") < page.index("Sales</a>") < page.index("North</a>")
    for below in (company, sales, north):
        answer = admin.post(f"/settings/teams/{company.id}", {"name": "Company", "parent_id": below.id})
        assert answer.status_code == 422
        assert "cannot stand below itself" in answer.text
    with app.app_context():
        operations.update_user(db.session.get(User, anna), {"team_id": sales.id})
        db.session.commit()
    assert "North" in admin.get(f"/settings/teams/{sales.id}/delete").text
    assert admin.post(f"/settings/teams/{sales.id}/delete", {"heir_id": sales.id}).status_code == 422
    admin.post(f"/settings/teams/{sales.id}/delete", {"heir_id": north.id})
    with app.app_context():
        assert db.session.get(User, anna).team_id == north.id
        assert db.session.get(Team, north.id).parent_id == company.id
        assert db.session.get(Team, sales.id) is None
        assert db.session.scalar(select(func.count()).where(
            JournalChange.table_name == "user", JournalChange.op == "update",
            JournalChange.row_id == str(anna))) == 2


@pytest.mark.parametrize("url", ["/settings/people", "/settings/people/invite", "/settings/people/1", "/settings/roles",
                                 "/settings/roles/new", "/settings/teams", "/settings/teams/new", "/settings/sign-in"])
def test_administration_is_for_administrators(client, anna, url):
    client.sign_in()
    assert client.get(url).status_code == 403
    assert client.post(url).status_code in (403, 405)


def test_missing_rows_are_missing(admin):
    for url in ("people/99", "roles/99", "teams/99", "teams/99/delete", "people/999999999999999999999"):
        assert admin.get(f"/settings/{url}").status_code == 404


def test_anna_keeps_her_profile(app, client, anna):
    client.sign_in()
    form = {"name": "Анна Берг", "language": "ru", "time_zone": "Europe/Berlin", "theme": "dark",
            "density": "comfortable", "notify.mention": ["inbox", "mail", "pigeon"]}
    assert client.post("/settings/profile", form).status_code == 302
    with app.app_context():
        user = db.session.get(User, anna)
        assert (user.name, user.language, user.time_zone, user.theme) == ("Анна Берг", "ru", "Europe/Berlin", "dark")
        assert operations.notifications(user)["mention"] == ["inbox", "mail"]
        assert operations.notifications(user)["work"] == []
    for bad in ({"language": "xx"}, {"time_zone": "Mars/Olympus"}, {"theme": "pink"}, {"name": " "}):
        assert client.post("/settings/profile", form | bad).status_code == 422


def test_the_shell_changes_the_theme(app, client, anna):
    client.sign_in()
    own, evil = {"Referer": "http://localhost/settings/security"}, {"Referer": "https://evil.example/"}
    assert client.post("/settings/preferences", {"theme": "dark"}, headers=own).location == "/settings/security"
    assert client.post("/settings/preferences", {"theme": "dark"}, headers=evil).location == "/"
    assert client.post("/settings/preferences", {"theme": "x"}, headers=own).status_code == 422
    assert 'data-theme="dark"' in client.get("/settings/security").text


def test_anna_signs_her_other_browsers_out(app, client, anna):
    others = [Browser(app) for _number in range(3)]
    for browser in (*others, client):
        browser.sign_in()
    with app.app_context():
        first = db.session.scalar(select(func.min(UserSession.id)))
    client.post(f"/settings/security/sessions/{first}/end")
    assert [browser.get("/mine").status_code for browser in others] == [302, 200, 200]
    client.post("/settings/security/sessions/end-others")
    assert [browser.get("/mine").status_code for browser in others] == [302, 302, 302]
    assert client.get("/mine").status_code == 200


def test_nobody_ends_anothers_session(app, client, anna, boss):
    other = Browser(app)
    other.sign_in("boris@example.org")
    client.sign_in()
    with app.app_context():
        number = db.session.scalar(select(UserSession.id).where(UserSession.user_id == boss))
    assert client.post(f"/settings/security/sessions/{number}/end").status_code == 404
    assert other.get("/mine").status_code == 200
