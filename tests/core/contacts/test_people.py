"""People and organisations as they are entered: names, numbers, employers, what belongs to what."""

from datetime import date, timedelta

import pytest
from marshmallow import ValidationError

from core.contacts import Contact
from core.database import db, now
from core.plugin.settings import save_settings
from core.records import operations, record_type
from core.testing import factories
from core.web.fields import NO_YEAR


def errors_of(**data):
    with pytest.raises(ValidationError) as caught:
        factories.contact(**data)
    db.session.rollback()
    return caught.value.normalized_messages()


def change(contact, admin, **data):
    operations.update(record_type("contact"), contact, data, admin)
    db.session.commit()
    return contact


def person(name="Иванова Мария Сергеевна", **data):
    return factories.contact(name, kind="person", **data)


def test_a_russian_person_is_added_by_the_full_name(app, post):
    answer = post("/contacts/new", {
        "_fields": "kind,name,phones", "kind": "person", "name": "  Иванова Мария  Сергеевна ",
        "phones-0-number": "+7 (916) 123-45-67", "phones-0-kind": "mobile"})
    assert "Иванова Мария Сергеевна" in answer.text
    contact = db.session.scalars(db.select(Contact)).one()
    assert (contact.family_name, contact.given_name, contact.patronymic) == ("Иванова", "Мария", "Сергеевна")
    assert contact.phone == "+7 (916) 123-45-67"
    assert contact.phones[0].e164 == "+79161234567"


def test_the_name_follows_the_parts_and_the_parts_follow_the_name(app, admin):
    contact = person("Maria Ivanova")
    assert (contact.given_name, contact.family_name) == ("Maria", "Ivanova")
    assert change(contact, admin, family_name="Petrova").name == "Maria Petrova"
    renamed = change(contact, admin, name="Иванова Мария Сергеевна")
    assert (renamed.family_name, renamed.patronymic) == ("Иванова", "Сергеевна")
    assert change(contact, admin, language="en").name == "Мария Сергеевна Иванова"
    assert contact.name_key == "мария сергеевна иванова"


def test_an_organisation_has_no_patronymic(app):
    assert "patronymic" in errors_of(name="Helios", patronymic="Сергеевна")


def test_a_person_who_turns_out_to_be_an_organisation_loses_the_parts(app, admin):
    contact = change(person("Hotel Astoria"), admin, kind="organization")
    assert (contact.name, contact.family_name, contact.given_name) == ("Hotel Astoria", "", "")


def test_a_contact_without_any_name_is_refused(app):
    assert errors_of(name="  ") == {"name": ["Give a name."]}


def test_phones_are_read_in_the_companys_country(app, admin):
    save_settings("contacts", {"region": "RU"})
    assert person(phones=[{"number": "8 (916) 123-45-67"}]).phones[0].e164 == "+79161234567"
    assert person(phones=[{"number": "ask the secretary"}]).phones[0].e164 is None


def test_an_address_of_other_letters_is_kept_as_people_read_it(app):
    # this is what a browser makes of oleg@пример.рф
    contact = person(emails=[{"address": "oleg@xn--e1afmkfd.xn--p1ai"}, {"address": "oleg@пример.рф"}])
    assert [one.address for one in contact.emails] == ["oleg@пример.рф", "oleg@пример.рф"]
    assert person(emails=[{"address": "a@xn--a.example"}]).email == "a@xn--a.example"


def test_of_each_kind_one_is_primary_and_lists_show_it(app, admin):
    contact = person(emails=[{"address": "a@one.example"}, {"address": "b@two.example"}])
    assert contact.email == "a@one.example"
    rows = [{"id": row.id, "address": row.address, "kind": row.kind, "label": "", "primary": row.primary}
            for row in contact.emails]
    rows[1]["primary"] = True
    assert change(contact, admin, emails=rows).email == "b@two.example"
    assert [row.primary for row in contact.emails] == [False, True]


@pytest.mark.parametrize(("number", "said"), [
    ("7707083894", "check digit"), ("77070838", "10 digits"), ("770708389A", "digits only")])
def test_a_wrong_inn_is_refused_with_a_sentence(app, number, said):
    messages = errors_of(name="Сбербанк", tax_number=number, addresses=[{"country": "RU"}])
    assert said in messages["tax_number"][0]


def test_a_wrong_inn_is_named_beside_its_field(app, post):
    page = post("/contacts/new", {
        "_fields": "kind,name,tax_number", "kind": "organization", "name": "Сбербанк", "tax_number": "7707083894"})
    assert page.status_code == 422
    assert "The check digit of this INN does not match" in page.text
    assert 'value="7707083894"' in page.text
    assert db.session.scalar(db.select(db.func.count()).select_from(Contact)) == 0


def test_numbers_are_checked_by_country_and_kept_without_blanks(app):
    bank = factories.contact("Сбербанк", tax_number="7707 083 893", registry_number="1027700132195",
                             tax_reason_code="773601001")
    assert bank.tax_number == "7707083893"
    assert factories.contact("SAP", tax_number="de 143 454 214").tax_number == "DE143454214"
    assert "tax_number" in errors_of(name="SAP", tax_number="DE143454215")
    assert "registry_number" in errors_of(name="Сбербанк", registry_number="1027700132196")
    assert "tax_reason_code" in errors_of(name="Сбербанк", tax_reason_code="77")
    # ten digits of another country are no INN
    indian = factories.contact("Tata", tax_number="1234567890", addresses=[{"country": "India"}])
    assert (indian.tax_number, indian.addresses[0].country) == ("1234567890", "IN")


def test_the_inn_of_an_organisation_is_not_a_persons(app):
    assert "a person's has 12" in errors_of(name="Иванов Иван", kind="person", tax_number="7707083893")["tax_number"][0]


def test_a_number_that_was_wrong_before_does_not_stop_other_changes(app, admin):
    bank = factories.contact("Сбербанк")
    db.session.execute(db.update(Contact).values(tax_number="7707083894"))
    db.session.commit()
    assert change(bank, admin, status="client").status == "client"


def test_countries_and_time_zones_are_known_ones(app):
    messages = errors_of(name="Helios", addresses=[{"country": "Narnia"}], time_zone="Mars/Base")
    assert "“Narnia” is no country" in messages["addresses"][0]["country"][0]
    assert "time_zone" in messages
    assert factories.contact("Helios", addresses=[{"country": "Германия"}]).addresses[0].country == "DE"


def test_a_birthday_without_a_year_is_shown_without_one(app, client):
    contact = person(birthday="05-17")
    assert contact.birthday == date(NO_YEAR, 5, 17)
    assert "17 May<" in client.get(f"/contacts/{contact.id}").text.replace(" </", "<").replace("\n", "")
    assert str(NO_YEAR) not in client.get(f"/contacts/{contact.id}").text
    assert 'value="05-17"' in client.get(f"/contacts/{contact.id}/edit").text
    assert person("Ada Byron", birthday="10.12.1815").birthday == date(1815, 12, 10)
    assert "birthday" in errors_of(name="Ada", kind="person", birthday=str((now() + timedelta(days=3)).date()))
    assert "birthday" in errors_of(name="Ada", kind="person", birthday="2001-02-30")


def test_people_work_at_organisations_and_nowhere_else(app, admin):
    helios, maria = factories.contact("Helios"), person()
    for wrong in (maria.id, person("Иванов Иван").id):
        with pytest.raises(ValidationError) as caught:
            change(maria, admin, employers=[{"organization": wrong}])
        assert "organization" in caught.value.messages["employers"][0]
        db.session.rollback()
    assert "employers" in errors_of(name="Branch", employers=[{"organization": helios.id}])
    assert "ended_on" in errors_of(name="Ada", kind="person", employers=[
        {"organization": helios.id, "started_on": "2024-02-01", "ended_on": "2023-01-01"}])["employers"][0]


def test_a_person_leaves_one_employer_for_another(app, admin, client):
    old, new = factories.contact("Helios"), factories.contact("Selene")
    maria = person(employers=[{"organization": old.id, "role": "Engineer", "started_on": "2020-01-01"}])
    row = maria.employers[0]
    change(maria, admin, employers=[
        {"id": row.id, "organization": old.id, "role": "Engineer", "started_on": "2020-01-01",
         "ended_on": "2024-05-31", "left": False},
        {"organization": new.id, "role": "Director", "started_on": "2024-06-01"}])
    assert [(e.organization_id, e.left) for e in maria.employers] == [(old.id, True), (new.id, False)]
    assert "left" in client.get(f"/contacts/{maria.id}").text


def test_organisations_form_a_tree_without_circles(app, admin):
    group = factories.contact("Group")
    holding = factories.contact("Holding", parent=group.id)
    shop = factories.contact("Shop", parent=holding.id)
    for below in (group, holding, shop):
        with pytest.raises(ValidationError) as caught:
            change(group, admin, parent=below.id)
        assert "circle" in caught.value.messages["parent"][0]
        db.session.rollback()
    assert "parent" in errors_of(name="Ada", kind="person", parent=group.id)
    assert "parent" in errors_of(name="Shop", parent=person().id)


def test_an_organisation_with_people_does_not_become_a_person(app, admin):
    helios = factories.contact("Helios")
    person(employers=[{"organization": helios.id}])
    with pytest.raises(ValidationError) as caught:
        change(helios, admin, kind="person")
    assert "kind" in caught.value.messages


def test_deleting_an_organisation_keeps_its_people_and_undo_brings_their_work_back(app, post):
    helios = factories.contact("Helios")
    maria = person(employers=[{"organization": helios.id, "role": "Engineer"}])
    shop = factories.contact("Shop", parent=helios.id)
    numbers = maria.id, shop.id
    page = post(f"/contacts/{helios.id}/delete")
    assert "Helios was deleted" in page.text
    maria, shop = (db.session.get(Contact, number) for number in numbers)
    assert maria.employers == []
    assert shop.parent_id is None
    undo = page.text.split('action="/undo/')[1].split('"')[0]
    post(f"/undo/{undo}")
    db.session.expire_all()
    assert [e.role for e in maria.employers] == ["Engineer"]
    assert db.session.get(Contact, numbers[1]).parent_id is not None
