"""The thinnest path through the whole: sign in, list, page, edit."""

from core.testing import factories


def test_a_person_finds_a_contact_opens_it_and_changes_it(app, client):
    contact = factories.contact("Helios Energy", status="client", emails=[{"address": "info@helios.example"}])
    page = client.get("/contacts/")
    assert page.status_code == 200
    assert "Helios Energy" in page.text
    assert "info@helios.example" in page.text
    assert client.get(f"/contacts/{contact.id}").status_code == 200
    form = client.get(f"/contacts/{contact.id}/edit")
    assert 'value="Helios Energy"' in form.text


def test_nobody_sees_contacts_without_signing_in(app, anonymous):
    answer = anonymous.get("/contacts/")
    assert answer.status_code == 302
    assert answer.location.startswith("/sign-in")
