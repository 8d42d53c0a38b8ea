"""Address books come in from the browser and the command line, and go out again."""

import io
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from core.contacts import Contact, vcard
from core.contacts.commands import contacts as command
from core.contacts.data import ContactData, Email, Employer
from core.database import db
from core.jobs import Work, run_pending
from core.testing import factories

DATA = Path(__file__).parents[2] / "data"

TWO = """BEGIN:VCARD
VERSION:3.0
UID:9b1c3f6e-2b5a-4d7e-9d2e-0a1b2c3d4e5f
N:Иванова;Мария;Сергеевна;;
FN:Иванова Мария Сергеевна
ORG:Северсталь
TITLE:Директор
EMAIL:maria@severstal.example
TEL:+79161234567
ADR:;;Тверская 1;Москва;;101000;Россия
BDAY:1985-05-17
END:VCARD
BEGIN:VCARD
VERSION:3.0
N:Smith;Adam;;;
FN:Adam Smith
EMAIL:this is no address
END:VCARD
"""


def number_of_contacts():
    return db.session.scalar(select(func.count()).select_from(Contact))


def hidden(page, name):
    return re.search(rf'name="{name}" value="([^"]*)"', page)[1]


@pytest.fixture
def bring_in(app, post):
    """A function that brings a file in as a person does and returns the preview and the page in the end."""
    def through(content, name="contacts.vcf"):
        content = content.encode() if isinstance(content, str) else content
        preview = post("/contacts/import/cards", {"file": (io.BytesIO(content), name)})
        if preview.status_code != 200:
            return preview.text, ""
        kept = hidden(preview.text, "kept")
        begun = post("/contacts/import/cards", {"kept": kept, "filename": name}, follow_redirects=False)
        assert begun.status_code == 302
        run_pending(app)
        page = post.client.get(begun.location).text
        assert "Import of" in page
        return preview.text, page
    return through


def test_a_card_file_is_looked_at_brought_in_and_taken_back(app, bring_in, post):
    preview, page = bring_in(TWO)
    assert "Иванова Мария Сергеевна" in preview
    assert "This is no e-mail address." in preview
    assert "1 new, 1 refused" in page
    maria = db.session.scalars(select(Contact).where(Contact.kind == "person")).one()
    assert (maria.family_name, maria.patronymic, maria.uid) == (
        "Иванова", "Сергеевна", "9b1c3f6e-2b5a-4d7e-9d2e-0a1b2c3d4e5f")
    assert (maria.addresses[0].country, maria.addresses[0].city) == ("RU", "Москва")
    (work,) = maria.employers
    assert (db.session.get(Contact, work.organization_id).name, work.role) == ("Северсталь", "Директор")
    refused = post.client.get(re.search(r'href="(/work/[^"]+/file)"', page)[1]).text
    assert "Adam Smith" in refused
    assert "This is no e-mail address." in refused
    post(re.search(r'action="(/undo/\d+)"', page)[1])
    assert number_of_contacts() == 0


def test_nothing_is_kept_of_a_preview(app, post):
    post("/contacts/import/cards", {"file": (io.BytesIO(TWO.encode()), "contacts.vcf")})
    assert number_of_contacts() == 0
    assert db.session.scalar(select(func.count()).select_from(Work)) == 0


def test_the_same_file_twice_changes_nothing_the_second_time(app, bring_in):
    bring_in(TWO)
    before = number_of_contacts()
    preview, page = bring_in(TWO)
    assert "is there already" in preview
    assert "1 was there already, 1 refused" in page
    assert number_of_contacts() == before


def test_a_card_that_knows_more_adds_to_who_is_there(app, bring_in):
    maria = factories.contact("Мария Иванова", kind="person", tags=["vip"], nickname="Маша",
                              emails=[{"address": "maria@severstal.example"}, {"address": "old@home.example"}])
    assert "1 changed, 1 refused" in bring_in(TWO.replace("EMAIL:maria", "EMAIL:Maria"))[1]
    db.session.refresh(maria)
    assert [row.address for row in maria.emails] == ["maria@severstal.example", "old@home.example"]
    assert maria.email == "maria@severstal.example"
    assert (maria.patronymic, maria.nickname, maria.tags) == ("Сергеевна", "Маша", ["vip"])
    assert maria.phone == "+79161234567"


def test_a_shared_address_does_not_make_two_people_one(app, bring_in):
    factories.contact("Пётр Сидоров", kind="person", emails=[{"address": "maria@severstal.example"}])
    assert "1 new, 1 refused" in bring_in(TWO)[1]


def test_an_organisation_that_a_person_named_is_not_made_twice(app, bring_in):
    bring_in(TWO + "BEGIN:VCARD\nVERSION:4.0\nKIND:org\nFN:Северсталь\nTEL:+78123456789\nEND:VCARD\n")
    organizations = db.session.scalars(select(Contact).where(Contact.kind == "organization")).all()
    assert [one.phone for one in organizations] == ["+78123456789"]


@pytest.mark.parametrize("name", ["contacts-2.1.vcf", "contacts-3.0.vcf", "contacts-4.0.vcf", "google-new.csv",
                                  "google-old.csv", "outlook-en.csv", "outlook-ru.csv"])
def test_files_of_address_books_are_recognised(app, bring_in, name):
    _preview, page = bring_in((DATA / name).read_bytes(), name)
    assert re.search(r"[1-9]\d* new", page)
    assert number_of_contacts() > 0


@pytest.mark.parametrize("content", [b"", b"\0" * 3000, b"a;b;c\n1;2;3\n", b"%PDF-1.7 \xff\xfe", b"BEGIN:VCARD\n",
                                     "BEGIN:VCARD\nN:\0;;\nEND:VCARD\n"])
def test_files_that_are_none_of_contacts_are_answered_with_a_sentence(app, post, content):
    content = content.encode() if isinstance(content, str) else content
    answer = post("/contacts/import/cards", {"file": (io.BytesIO(content), "what.bin")})
    assert answer.status_code in (200, 422)
    assert "vCard" in answer.text or "refused" in answer.text
    assert number_of_contacts() == 0


def test_a_kept_file_is_its_owners_alone(app, post, sign_in):
    preview = post("/contacts/import/cards", {"file": (io.BytesIO(TWO.encode()), "contacts.vcf")}).text
    una = sign_in(factories.user(contact__create="own", contact__view="own"))
    answer = post("/contacts/import/cards", {"kept": hidden(preview, "kept")}, client=una)
    assert answer.status_code == 422
    assert "not here any more" in answer.text
    assert post("/contacts/import/cards", {"kept": "../../config.py"}).status_code == 422


def test_who_may_see_but_not_change_a_contact_does_not_change_it_by_a_file(app, post, sign_in):
    factories.contact("Иванова Мария", kind="person", emails=[{"address": "maria@severstal.example"}])
    una = sign_in(factories.user(contact__view="all", contact__create="own", contact__edit="own"))
    page = post("/contacts/import/cards", {"file": (io.BytesIO(TWO.encode()), "contacts.vcf")}, client=una).text
    assert "you may see but not change it" in page


def test_hostile_names_are_shown_and_not_run(app, bring_in):
    script = "<script>alert(1)</script>"
    preview, _page = bring_in(f"BEGIN:VCARD\nVERSION:3.0\nFN:{script}\nN:{script};;;;\nEND:VCARD\n", f"{script}.vcf")
    assert script not in preview


def test_all_that_match_go_out_as_one_file(app, client, post):
    helios = factories.contact("Helios", status="client", emails=[{"address": "info@helios.example"}])
    for number in range(205):
        factories.contact(f"Shop {number:03}")
    maria = factories.contact("Maria Ivanova", kind="person", status="client", employers=[{"organization": helios.id}])
    page = post("/contacts/cards", {"f.status.is": "client"}).text
    assert "The file will hold 2 of your contacts." in page
    link = re.search(r'href="(/contacts/cards.vcf[^"]+4.0[^"]*)"', page)[1].replace("&amp;", "&")
    cards = list(vcard.read(client.get(link).data))
    assert [card.name for card in cards] == ["Helios", "Maria Ivanova"]
    assert cards[1].employers[0].organization == "Helios"
    page = post("/contacts/cards", {"ids": [maria.id, 10**8]}).text
    assert "The file will hold 1 of your contacts." in page
    assert len(list(vcard.read(client.get("/contacts/cards.vcf").data))) == 207


def test_who_may_not_export_gets_no_file(app, sign_in, post):
    una = factories.user(contact__view="all", contact__export="own", contact__create="own")
    factories.contact("Helios")
    factories.contact("Selene", owner=una.id)
    cards = list(vcard.read(sign_in(una).get("/contacts/cards.vcf").data))
    assert [card.name for card in cards] == ["Selene"]
    ivan = sign_in(factories.user("Ivan", contact__view="all"))
    assert ivan.get("/contacts/cards.vcf").status_code == 403
    assert ivan.get("/contacts/import/cards").status_code == 403


def test_what_went_out_comes_back_the_same(app, client, bring_in):
    helios = factories.contact("Helios", tax_number="7707083893", links=[{"value": "https://helios.example"}])
    factories.contact(
        "Иванова Мария Сергеевна", kind="person", birthday="05-17", language="ru", time_zone="Europe/Moscow",
        tags=["vip", "частный клиент"], about="Любит\nчай; и, кофе", nickname="Маша",
        emails=[{"address": "m@helios.example", "kind": "home"}, {"address": "w@helios.example", "primary": True}],
        phones=[{"number": "+7 916 123-45-67", "kind": "mobile", "label": "Дача"}],
        addresses=[{"street": "Тверская 1", "city": "Москва", "postal_code": "101000", "country": "RU"}],
        dates=[{"label": "Свадьба", "date": "2010-06-05"}],
        employers=[{"organization": helios.id, "role": "Директор", "started_on": "2020-01-01"}])
    for version in ("3.0", "4.0"):
        before = client.get(f"/contacts/cards.vcf?version={version}").data
        db.session.execute(db.delete(Contact))
        db.session.commit()
        bring_in(before)
        after = client.get(f"/contacts/cards.vcf?version={version}").data
        told = [sorted(map(repr, vcard.read(content))) for content in (before, after)]
        assert told[0] == told[1]


def test_an_address_book_comes_in_and_goes_out_on_the_command_line(app, tmp_path):
    db.session.commit()
    file = tmp_path / "people.vcf"
    file.write_text(vcard.write([ContactData(
        name="Maria Ivanova", family_name="Ivanova", given_name="Maria", emails=[Email("m@helios.example")],
        employers=[Employer("Helios")])]))
    run = CliRunner()
    answer = run.invoke(command, ["import", str(file)])
    assert answer.exit_code == 0, answer.output
    assert "1 new, 1 organisation was made with them" in answer.output
    out = tmp_path / "out.vcf"
    answer = run.invoke(command, ["export", "--version", "4.0", "-o", str(out)])
    assert answer.exit_code == 0, answer.output
    assert sorted(card.name for card in vcard.read(out.read_bytes())) == ["Helios", "Maria Ivanova"]
    assert "no active person" in run.invoke(command, ["export", "--as", "nobody@example.com"]).output
    file.write_bytes(b"nothing")
    assert run.invoke(command, ["import", str(file)]).exit_code == 1


def test_the_list_leads_to_address_books_in_and_out(app, client):
    factories.contact("Helios")
    page = client.get("/contacts/").text
    assert 'href="/contacts/import/cards"' in page
    assert page.count('"/contacts/cards"') == 2  # of all that match, and of the chosen rows
