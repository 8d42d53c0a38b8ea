"""Undo gives nobody what they could not do by hand."""

import pytest
from sqlalchemy import func, select

from core.contacts import Contact, contacts
from core.database import db
from core.journal import JournalTransaction, UndoConflict
from core.records import bulk, operations, record_type, undoing
from core.records.notes import Note
from core.testing import factories
from core.users import Role, User
from core.users.credentials import ApiToken, SignIn
from core.users.keys import Origin
from core.users.models import Grant
from core.users.operations import deactivate, set_roles, update_user
from core.web.errors import Problem
from tests.core.records.browsing import Browser

ALL = {f"contact__{verb}": "all" for verb in ("view", "create", "edit", "delete")}
OWN = {f"contact__{verb}": "own" for verb in ("view", "create", "edit", "delete")}


@pytest.fixture
def as_user(sign_in):
    return lambda user: Browser(sign_in(user))


def last_step() -> int:
    return db.session.scalar(select(func.max(JournalTransaction.id)))


def saved() -> int:
    """Commit, and the number of the step."""
    db.session.commit()
    return last_step()


def by(user: User, browser: Browser, url: str, **data) -> int:
    """Do something in the browser; the number of the step."""
    before = last_step()
    answer = browser.post(url, data)
    assert answer.status_code == 302, answer.text
    db.session.expire_all()
    assert last_step() > (before or 0)
    assert db.session.get(JournalTransaction, last_step()).user_id == user.id
    return last_step()


def revoke_all() -> None:
    db.session.execute(Grant.__table__.delete())
    db.session.commit()


def test_una_takes_her_own_steps_back(app, as_user):
    una = factories.user("Una", **OWN)
    browser = as_user(una)
    made = by(una, browser, "/contacts/new", _fields="kind,name", kind="organization", name="Mine",
              **{"emails-0-address": "a@mine.example"})
    contact = db.session.scalars(select(Contact)).one()
    edited = by(una, browser, f"/contacts/{contact.id}/fields/about", _fields="about", about="Good")
    assert browser.post(f"/undo/{edited}").status_code == 302
    db.session.expire_all()
    assert not contact.about
    gone = by(una, browser, f"/contacts/{contact.id}/delete")
    assert browser.post(f"/undo/{gone}").status_code == 302
    assert browser.post(f"/undo/{made}").status_code == 302
    assert db.session.scalars(select(Contact)).all() == []


def test_what_was_given_away_is_not_stolen_back(app, as_user):
    una, bob = factories.user("Una", **OWN), factories.user("Bob", **OWN)
    contact = factories.contact("Helios", una)
    browser = as_user(una)
    given = by(una, browser, f"/contacts/{contact.id}/fields/owner", _fields="owner", owner=str(bob.id))
    answer = browser.post(f"/undo/{given}")
    assert answer.status_code == 403
    assert "1 that you may not see" in answer.text
    assert "Helios" not in answer.text
    db.session.expire_all()
    assert contact.owner_id == bob.id
    assert "/undo/" not in browser.get("/contacts/").text


def test_what_would_go_out_of_reach_is_not_handed_on(app, as_user):
    una, bob = factories.user("Una", **ALL), factories.user("Bob")
    contact = factories.contact("Helios", bob)
    browser = as_user(una)
    taken = by(una, browser, f"/contacts/{contact.id}/fields/owner", _fields="owner", owner=str(una.id))
    db.session.execute(Grant.__table__.update().values(scope="own"))
    db.session.commit()
    answer = browser.post(f"/undo/{taken}")
    assert answer.status_code == 403
    db.session.expire_all()
    assert contact.owner_id == una.id


@pytest.mark.parametrize("lost", ["contact.delete", "contact.view"])
def test_a_deletion_needs_the_permission_to_delete_when_it_is_undone(app, as_user, admin, lost):
    una = factories.user("Una", **ALL)
    contact = factories.contact("Helios", admin)
    browser = as_user(una)
    gone = by(una, browser, f"/contacts/{contact.id}/delete")
    db.session.execute(Grant.__table__.delete().where(Grant.permission == lost))
    db.session.commit()
    assert browser.post(f"/undo/{gone}").status_code == 403
    assert db.session.scalars(select(Contact)).all() == []
    revoke_all()
    assert browser.post(f"/undo/{gone}").status_code == 403


def test_what_was_made_needs_the_permission_to_delete(app, as_user):
    una = factories.user("Una", contact__view="own", contact__create="own", contact__edit="own")
    browser = as_user(una)
    made = by(una, browser, "/contacts/new", _fields="kind,name", kind="organization", name="Mine")
    answer = browser.post(f"/undo/{made}")
    assert answer.status_code == 403
    assert "“Mine”" in answer.text
    assert db.session.scalars(select(Contact.name)).all() == ["Mine"]
    assert "/undo/" not in browser.get("/contacts/").text


def test_parts_of_a_record_need_the_permission_to_edit_it(app, as_user):
    una = factories.user("Una", **OWN)
    contact = factories.contact("Helios", una, emails=[{"address": "old@helios.example"}])
    browser = as_user(una)
    changed = by(una, browser, f"/contacts/{contact.id}/fields/emails", _fields="emails",
                 **{"emails-0-address": "new@helios.example"})
    db.session.execute(Grant.__table__.delete().where(Grant.permission == "contact.edit"))
    db.session.commit()
    assert browser.post(f"/undo/{changed}").status_code == 403
    db.session.expire_all()
    assert contact.emails[0].address == "new@helios.example"


def test_ones_own_note_goes_while_one_sees_the_record(app, as_user, admin):
    una = factories.user("Una", contact__view="all", contact__edit="own")
    contact = factories.contact("Helios", admin)
    browser = as_user(una)
    written = by(una, browser, f"/contacts/{contact.id}/notes", text="Called")
    assert browser.post(f"/undo/{written}").status_code == 302
    assert db.session.scalars(select(Note)).all() == []
    written = by(una, browser, f"/contacts/{contact.id}/notes", text="Called")
    revoke_all()
    assert browser.post(f"/undo/{written}").status_code == 403


def test_a_saved_view_is_its_owners(app, as_user):
    una = factories.user("Una", **OWN)
    browser = as_user(una)
    kept = by(una, browser, "/contacts/views/save", name="Mine", query="q=a")
    assert browser.post(f"/undo/{kept}").status_code == 302


def test_who_administers_no_more_undoes_no_administration(app, as_user, admin):
    una = factories.user("Una")
    browser = as_user(admin)
    step = by(admin, browser, f"/settings/people/{una.id}", name="Una", email=una.email, team_id="",
              version=str(una.version), is_admin="1")
    db.session.expire_all()
    update_user(admin, {"is_admin": False})
    db.session.commit()
    assert browser.post(f"/undo/{step}").status_code == 403
    assert db.session.scalars(select(User.name).where(User.is_admin)).all() == ["Una"]


def test_a_role_that_was_narrowed_stays_narrow(app, as_user, admin):
    role = Role(name="R", grants=[Grant(permission="user.admin", scope="all")])
    db.session.add_all([role, second := User(name="Second", email="s@example.com", is_admin=True)])
    db.session.commit()
    browser = as_user(admin)
    step = by(admin, browser, f"/settings/roles/{role.id}", name="R", **{"grant.contact.view": "own"})
    update_user(admin, {"is_admin": False})
    set_roles(admin, [role.id])
    db.session.commit()
    assert browser.post(f"/undo/{step}").status_code == 403
    assert not admin.may("user.admin")
    assert as_user(second).post(f"/undo/{step}").status_code == 302


def test_an_administrator_always_remains(app, as_user, admin):
    una = factories.user("Una")
    update_user(una, {"is_admin": True})
    step = saved()
    update_user(admin, {"is_admin": False})
    db.session.commit()
    answer = as_user(una).post(f"/undo/{step}")
    assert answer.status_code == 409
    assert "Nobody would be left to administer" in answer.text
    assert db.session.scalars(select(User.name).where(User.is_admin)).all() == ["Una"]


def test_what_happened_at_the_door_stays_written_down(app, as_user, admin):
    una = factories.user("Una", **OWN)
    browser = as_user(una)
    browser.post("/settings/security/tokens/new", {"name": "x", "scopes": ["contact.view"], "days": "3"})
    answer = browser.post(f"/undo/{last_step()}")
    assert answer.status_code == 409
    assert "stays written down" in answer.text
    assert db.session.scalars(select(SignIn.outcome)).all() == ["token_created"]
    assert db.session.scalars(select(ApiToken.name)).all() == ["x"]
    deactivate(una, Origin())
    step = saved()
    assert as_user(admin).post(f"/undo/{step}").status_code == 302
    db.session.expire_all()
    assert una.active
    assert db.session.scalars(select(SignIn.outcome)).all() == ["token_created", "sessions_ended"]
    assert db.session.scalars(select(ApiToken)).all() == []


def test_the_trash_gives_back_what_went_along_and_asks_the_same(app, as_user, admin):
    una = factories.user("Una", **OWN)
    number = factories.contact("Boss", una).id
    part = factories.contact("Part", admin, parent=number).id
    browser = as_user(una)
    browser.post(f"/contacts/{number}/notes", {"text": "Called"})
    by(una, browser, f"/contacts/{number}/delete")
    assert db.session.get(Contact, part).parent_id is None
    assert browser.post("/contacts/trash/restore", {"ids": [str(number)]}).status_code == 302
    db.session.expire_all()
    assert db.session.get(Contact, part).parent_id == number
    assert db.session.scalars(select(Note.record_id)).all() == [number]


def test_objections_count_when_what_was_made_is_taken_back(app, admin, monkeypatch):
    factories.contact("Helios")
    step = last_step()
    monkeypatch.setitem(vars(record_type("contact")), "objections", lambda contact: ["It is under audit."])
    with pytest.raises(Problem, match="cannot be deleted"):
        undoing.undo(step, admin)


def test_a_record_that_others_changed_since_must_keep_its_rules(app, admin):
    above, below = factories.contact("Above"), factories.contact("Below")
    operations.update(contacts, below, {"parent": above.id}, admin)
    db.session.commit()
    operations.update(contacts, below, {"parent": None}, admin)
    step = saved()
    operations.update(contacts, below, {"about": "x"}, admin)
    operations.update(contacts, above, {"parent": below.id}, admin)
    db.session.commit()
    with pytest.raises(Problem, match="cannot be undone any more"):
        undoing.undo(step, admin)
    db.session.rollback()
    operations.update(contacts, above, {"parent": None}, admin)
    db.session.commit()
    undoing.undo(step, admin)
    db.session.commit()
    assert below.parent_id == above.id


def test_a_conflict_is_still_told(app, admin):
    contact = factories.contact("Helios")
    operations.update(contacts, contact, {"about": "one"}, admin)
    step = saved()
    operations.update(contacts, contact, {"about": "two"}, admin)
    db.session.commit()
    with pytest.raises(UndoConflict):
        undoing.undo(step, admin)


def test_the_check_costs_the_same_for_many(app, admin, statements):
    una = factories.user("Una", **ALL)

    def cost(number: int) -> int:
        ids = [factories.contact(f"C{number}-{n}", una).id for n in range(number)]
        bulk.change(contacts, ids, {"about": f"bulk {number}"}, una, bulk.Tally())
        step = saved()
        statements.clear()
        undoing.undo(step, una)
        db.session.commit()
        return len(statements)
    cost(1)  # what is asked once for a while, such as which plugins are on
    assert cost(40) == cost(3)
