"""A new record from the browser: whose it is, and where one stands afterwards."""

import pytest

from core.contacts.models import Contact
from core.database import db
from core.records import operations, record_type
from core.testing import factories
from core.users import tokens
from core.users.keys import Origin

FIELDS = "kind,name,owner"


@pytest.fixture
def seller(app):
    return factories.user("Sally Seller", contact__view="own", contact__create="all")


def make(client, **fields):
    return client.post("/contacts/new", data={"_fields": FIELDS, "kind": "organization", "name": "Helios", **fields})


def test_an_empty_owner_makes_it_ones_own(app, seller, sign_in):
    client = sign_in(seller)
    answer = make(client, owner="")
    made = db.session.query(Contact).one()
    assert made.owner_id == seller.id
    assert made.created_at == made.updated_at
    assert client.get(answer.location).status_code == 200


def test_who_gives_it_away_stands_before_the_list(app, admin, seller, sign_in):
    client = sign_in(seller)
    answer = make(client, owner=str(admin.id))
    assert db.session.query(Contact).one().owner_id == admin.id
    assert answer.location == "/contacts/"
    assert "Helios was added." in client.get(answer.location).text


def test_a_token_is_told_what_it_lacks(app, admin, anonymous):
    _row, text = tokens.create_token(admin, "Website", ["contact.view"], None, Origin())
    db.session.commit()
    answer = anonymous.post("/api/v1/contacts", json={}, headers={"Authorization": f"Bearer {text}"})
    assert answer.status_code == 403
    assert "This token was made without the permission “Contacts: Create”." in answer.json["detail"]
    answer = anonymous.get("/api/v1/contacts", headers={"Authorization": "Bearer elv_wrong"})
    assert (answer.status_code, "revoked nor expired" in answer.json["detail"]) == (401, True)


def test_a_page_that_is_not_for_one_names_the_permission(app, seller, sign_in):
    answer = sign_in(seller).get("/settings/people")
    assert answer.status_code == 403
    assert "Administer people, teams and roles" in answer.text
    assert 'id="side"' in answer.text


def test_a_record_belongs_to_its_owners_team(app, admin, sign_in):
    sales, service = factories.team("Sales"), factories.team("Service")
    seller = factories.user("Sel Ler", sales, contact__view="team", contact__create="all", contact__edit="team")
    colleague = factories.user("Cole Colleague", sales, contact__view="team")
    fitter = factories.user("Fred Fitter", service, contact__view="team")
    make(sign_in(seller))
    made = db.session.query(Contact).one()
    assert made.team_id == sales.id
    assert sign_in(colleague).get(f"/contacts/{made.id}").status_code == 200
    assert sign_in(fitter).get(f"/contacts/{made.id}").status_code == 404
    assert factories.contact("Given", owner=fitter.id).team_id == service.id
    assert factories.contact("Said", owner=fitter.id, team=sales.id).team_id == sales.id


def test_where_no_team_is_shown_it_follows_the_owner(app, admin):
    sales, service = factories.team("Sales"), factories.team("Service")
    seller, fitter = factories.user("Sel Ler", sales), factories.user("Fred Fitter", service)
    kind = record_type("catalog.price_list")
    made = factories.record(kind.name, name="List", currency="EUR", owner=seller.id)
    assert made.team_id == sales.id
    operations.update(kind, made, {"owner": fitter.id}, admin)
    assert made.team_id == service.id
