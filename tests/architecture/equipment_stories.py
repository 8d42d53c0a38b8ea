"""What the tutorial promises of its plugin; test_tutorial.py runs this with the plugin built from the page."""

import io
from datetime import timedelta

import pytest

from core.database import now
from core.records import record_type
from core.testing import factories
from core.users import tokens
from core.users.keys import Origin

URL = "/equipment/machines/"


@pytest.fixture
def machine(app):
    contact = factories.contact("Helios Energy")
    return factories.record(
        "equipment.machine", name="Laser cutter", serial_number="LC-7001", contact=contact.id,
        state="broken", warranty_until=(now().date() + timedelta(days=10)).isoformat())


def test_list_filter_and_board(client, machine):
    assert "LC-7001" in client.get(URL).text
    assert "Laser cutter" in client.get(f"{URL}?f.warranty_until.within=next_30_days").text
    assert "Laser cutter" not in client.get(f"{URL}?f.warranty_until.within=last_30_days").text
    board = client.get(f"{URL}?mode=board").text
    assert "In service" in board
    assert "Laser cutter" in board
    client.post(f"{URL}{machine.id}/move", data={"lane": "running", "version": machine.version})
    assert "Laser cutter" in client.get(f"{URL}?f.state.is=running").text


def test_the_panel_leads_to_the_machine_and_to_all_of_them(client, machine):
    page = client.get(f"/contacts/{machine.contact_id}").text
    assert f'href="{URL}{machine.id}"' in page
    assert "LC-7001" in page
    assert "Laser cutter" in client.get(f"{URL}?f.contact.is={machine.contact_id}").text


def test_it_is_added_by_its_form_and_found(client):
    answer = client.post(f"{URL}new", data={
        "_fields": "name,serial_number,state", "name": "Press", "serial_number": "PR-12", "state": "running"})
    assert answer.status_code == 302
    assert "PR-12" in client.get(answer.location).text
    assert "Press" in client.get("/search?q=pr-12").text


def test_rest(app, admin, machine):
    _token, text = tokens.create_token(admin, "test", tokens.grantable(admin), None, Origin())
    factories.db.session.commit()
    program = app.test_client()
    header = {"Authorization": f"Bearer {text}"}
    found = program.get("/api/v1/equipment/machines?f.state.is=broken", headers=header).json
    assert [item["serial_number"] for item in found["items"]] == ["LC-7001"]
    assert "/api/v1/equipment/machines" in program.get("/api/openapi.json", headers=header).text


def test_it_goes_with_its_contact_and_comes_back(client, machine):
    number, contact = machine.id, machine.contact_id
    client.post(f"/contacts/{contact}/delete")
    assert client.get(f"{URL}{number}").status_code == 404
    assert client.post("/contacts/trash/restore", data={"ids": contact}).status_code == 302
    assert client.get(f"{URL}{number}").status_code == 200


def test_a_file_is_brought_in_twice_and_makes_the_machines_once(app, admin):
    from core.records import importing
    kind = record_type("equipment.machine")
    factories.contact("Helios Energy")
    counts = []
    for mode in ("create", "update"):
        file = io.BytesIO(b"Name,Serial number,Client\nPress,PR-12,Helios Energy\n")
        found = importing.receive(kind, file, "machines.csv", admin)
        importing.choose(found, {int(i): address for i, address in found.columns.items()}, "serial_number", mode, admin)
        factories.db.session.commit()
        importing.run(found, admin)
        counts.append(found.counts["create"])
    assert counts == [1, 0]


def test_a_role_sees_its_own_only(sign_in, machine):
    fitter = factories.user("Fred Fitter", equipment__machine__view="own", contact__view="all")
    page = sign_in(fitter).get(f"/contacts/{machine.contact_id}").text
    assert "Helios Energy" in page
    assert "Laser cutter" not in page
