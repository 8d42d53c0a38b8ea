"""Several people on the same records: conflicts, mentions, assignments, undo, history."""

import re

from core.database import db
from core.inbox.operations import entries
from core.testing import factories


def form_of(page) -> dict[str, str]:
    """What a browser would send of a page's form, untouched."""
    found = dict(re.findall(r'<input type="hidden" name="(_fields|version)" value="([^"]*)"', page.text))
    found |= dict(re.findall(r'<input class="input[^>]*? name="([a-z_]+)" value="([^"]*)"', page.text))
    found |= dict(re.findall(r'<textarea[^>]*name="([a-z_]+)"[^>]*>\n?([^<]*)</textarea>', page.text))
    for name, options in re.findall(r'<select[^>]*name="([a-z_]+)".*?>(.*?)</select>', page.text, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return found


def test_what_two_people_changed_in_different_fields_is_joined(app, client, sign_in):
    contact = factories.contact("Helios", about="old")
    other = sign_in(factories.user("Olga Orlova", contact__view="all", contact__edit="all"))
    mine = form_of(client.get(f"/contacts/{contact.id}/edit"))
    theirs = form_of(other.get(f"/contacts/{contact.id}/edit"))
    assert other.post(f"/contacts/{contact.id}/edit", data=theirs | {"nickname": "Sun"}).status_code == 302
    assert client.post(f"/contacts/{contact.id}/edit", data=mine | {"about": "new"}).status_code == 302
    db.session.refresh(contact)
    assert (contact.nickname, contact.about) == ("Sun", "new")


def test_what_two_people_changed_in_the_same_field_is_asked(app, client, sign_in):
    contact = factories.contact("Helios", about="old")
    other = sign_in(factories.user("Olga Orlova", contact__view="all", contact__edit="all"))
    mine = form_of(client.get(f"/contacts/{contact.id}/edit"))
    theirs = form_of(other.get(f"/contacts/{contact.id}/edit"))
    other.post(f"/contacts/{contact.id}/edit", data=theirs | {"about": "from Olga"})
    answer = client.post(f"/contacts/{contact.id}/edit", data=mine | {"about": "from me", "nickname": "Sun"})
    assert answer.status_code == 409
    assert "from Olga" in answer.text
    assert "from me" in answer.text
    assert "Olga Orlova" in answer.text
    choice = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', answer.text))
    assert client.post(f"/contacts/{contact.id}/edit", data=choice | {"choice.about": "theirs"}).status_code == 302
    db.session.refresh(contact)
    assert (contact.about, contact.nickname) == ("from Olga", "Sun")


def test_a_deletion_is_undone_with_everything_on_it(app, client):
    contact = factories.contact("Helios", emails=[{"address": "info@helios.example"}]).id
    client.post(f"/contacts/{contact}/notes", data={"text": "Ordered forty chairs"})
    page = client.post(f"/contacts/{contact}/delete", follow_redirects=True)
    assert client.get(f"/contacts/{contact}").status_code == 404
    undo = re.findall(r'action="(/undo/\d+)"', page.text)
    assert client.post(undo[-1]).status_code == 302
    page = client.get(f"/contacts/{contact}")
    assert "info@helios.example" in page.text
    assert "Ordered forty chairs" in page.text


def test_only_who_did_it_or_an_administrator_undoes(app, client, sign_in):
    contact = factories.contact("Helios").id
    page = client.post(f"/contacts/{contact}/delete", follow_redirects=True)
    undo = re.search(r'action="(/undo/\d+)"', page.text)[1]
    other = sign_in(factories.user("Olga Orlova", contact__view="all", contact__edit="all"))
    assert other.post(undo).status_code == 404
    assert client.get(f"/contacts/{contact}").status_code == 404


def test_a_mention_and_an_assignment_reach_the_inbox_once(app, client):
    olga = factories.user("Olga Orlova", contact__view="all")
    contact = factories.contact("Helios")
    client.post(f"/contacts/{contact.id}/notes", data={"text": "@Olga Orlova, please call them"})
    client.post(f"/contacts/{contact.id}/fields/owner", data={"owner": str(olga.id), "_fields": "owner"})
    factories.deliver()
    factories.deliver(again=True)
    assert sorted(entry.kind for entry in entries(olga.id)) == ["assigned", "mention"]


def test_news_speak_the_companys_language_to_who_has_chosen_none(app, client, monkeypatch):
    monkeypatch.setitem(app.config, "LANGUAGE", "ru")
    olga = factories.user("Olga Orlova", contact__view="all")
    contact = factories.contact("Helios")
    client.post(f"/contacts/{contact.id}/notes", data={"text": "@Olga Orlova, please call them"})
    factories.deliver()
    entry, = entries(olga.id)
    assert entry.title == "Ada Admin упоминает вас: Helios"


def test_a_mention_tells_nothing_to_who_may_not_see_the_record(app, client):
    olga = factories.user("Olga Orlova", contact__view="own")
    contact = factories.contact("Helios")
    client.post(f"/contacts/{contact.id}/notes", data={"text": "@Olga Orlova knows nothing"})
    factories.deliver()
    assert entries(olga.id) == []


def test_another_persons_record_is_not_there(app, sign_in):
    contact = factories.contact("Helios")
    una = sign_in(factories.user("Una User", contact__view="own", contact__edit="own", contact__delete="own"))
    assert "Helios" not in una.get("/contacts/").text
    for address in ("", "/edit", "/history", "/timeline?before=2030-01-01", "/fields/name", "/fields/name?edit=1"):
        assert una.get(f"/contacts/{contact.id}{address}").status_code == 404
    for address in ("/edit", "/delete", "/move", "/notes", "/fields/name"):
        assert una.post(f"/contacts/{contact.id}{address}", data={"name": "x"}).status_code == 404
    una.post("/contacts/bulk", data={"ids": [contact.id], "action": "delete"})
    assert db.session.get(type(contact), contact.id) is not None
    assert una.get("/lookup/contact?q=Helios").json == {"results": []}


def test_colleagues_comment_on_what_they_see_and_readers_only_read(app, sign_in):
    contact = factories.contact("Helios")
    colleague = factories.user("Cole Colleague", contact__view="all", contact__edit="own")
    reader = factories.user("Rea Reader", contact__view="all")
    stranger = factories.user("Stan Stranger", contact__view="own", contact__edit="own")
    url = f"/contacts/{contact.id}"
    assert sign_in(colleague).post(f"{url}/edit", data={}).status_code == 403
    assert sign_in(colleague).post(f"{url}/notes", data={"text": "Called them"}).status_code == 302
    assert sign_in(reader).post(f"{url}/notes", data={"text": "Read it"}).status_code == 403
    assert sign_in(stranger).post(f"{url}/notes", data={"text": "Heard of it"}).status_code == 404
    page = sign_in(reader).get(url).text
    assert "Called them" in page
    assert "Read it" not in page
