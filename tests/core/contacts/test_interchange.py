"""Someone brings the address book of Google or Outlook, in whatever encoding it left there."""

import csv
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from io import BytesIO, StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.contacts import interchange
from core.contacts.data import (
    Address,
    BadCard,
    ContactData,
    ContactFileError,
    Email,
    Employer,
    Link,
    NamedDate,
    Phone,
)
from tests.core.contacts.samples import DATA


def contacts_of(name: str) -> list[ContactData | BadCard]:
    with (DATA / name).open("rb") as file:
        return list(interchange.read(file))


def people(found: Iterator[ContactData | BadCard]) -> list[ContactData]:
    return [contact for contact in found if isinstance(contact, ContactData)]


def test_google_before_2024() -> None:
    maria, nordwind, nobody = contacts_of("google-old.csv")
    assert isinstance(maria, ContactData)
    assert (maria.family_name, maria.given_name, maria.patronymic) == ("Иванова", "Мария", "Сергеевна")
    assert maria.birthday == date(1985, 4, 12)
    assert maria.dates == [NamedDate("Anniversary", date(2011, 6, 18))]
    assert maria.emails == [
        Email("m.ivanova@sklad.example", "work"),
        Email("masha@mail.example", "home", primary=True),  # starred
        Email("masha2@mail.example", "home"),
    ]
    assert maria.phones == [
        Phone("8 (916) 123-45-67", "mobile", primary=True),
        Phone("+7 903 765-43-21", "mobile"),
        Phone("+7 495 123-45-68", "fax"),
    ]
    assert maria.addresses == [
        Address("work", "", "ул. Складская, д. 5", "Москва", "", "127018", "Россия", primary=True)
    ]
    assert maria.links == [Link("https://vk.com/masha", "vk", primary=True), Link("masha.i", "skype")]
    assert maria.employers == [Employer("ООО «Северный склад»", "Руководитель, Отдел закупок")]
    assert maria.tags == ["Поставщики", "VIP"]
    assert maria.note == "Звонить после обеда.\nЛюбит краткость."
    assert isinstance(nordwind, ContactData)
    assert (nordwind.kind, nordwind.name) == ("organization", "Nordwind GmbH")
    assert isinstance(nobody, BadCard)
    assert (nobody.number, nobody.line) == (3, 7)
    assert "names nobody" in nobody.reason


def test_google_since_2024() -> None:
    hans, anna = contacts_of("google-new.csv")
    assert isinstance(hans, ContactData)
    assert (hans.name, hans.prefix) == ("Hans-Peter von Stein", "Dr.")
    assert hans.birthday == date(1604, 4, 12)  # the year is not known
    assert [(e.address, e.kind, e.label) for e in hans.emails] == [
        ("hp@nordwind.example", "work", ""),
        ("hp@mail.example", "other", "Urlaub"),
    ]
    assert [phone.number for phone in hans.phones] == ["+49 170 1234567", "0170 7654321"]
    assert hans.addresses[0].street == "Hafenstr. 1\nHinterhaus"
    assert hans.links == [Link("https://t.me/hpstein", "telegram", primary=True)]
    assert hans.tags == ["Messe 2024"]
    assert hans.note.endswith("Kundennummer: K-1024")
    assert isinstance(anna, ContactData)
    assert anna.name == "anna@mail.example"


def test_outlook_in_english_as_utf_16() -> None:
    hans, chamber = contacts_of("outlook-en.csv")
    assert isinstance(hans, ContactData)
    assert (hans.family_name, hans.given_name, hans.prefix) == ("von Stein", "Hans-Peter", "Dr.")
    assert hans.birthday == date(1985, 4, 12)
    assert hans.dates == []  # 0/0/00 is Outlook's word for none
    assert {phone.number: phone.kind for phone in hans.phones} == {
        "+49 170 1234567": "mobile",
        "+49 30 123456": "work",
        "+49 30 123457": "fax",
    }
    assert hans.addresses == [
        Address("work", "", "Hafenstr. 1\nHinterhaus", "Berlin", "", "10115", "Deutschland", primary=True)
    ]
    assert hans.tags == ["Kunden", "Messe 2024"]
    assert isinstance(chamber, ContactData)
    assert (chamber.kind, chamber.name, chamber.employers) == ("organization", "Handelskammer", [])


def test_outlook_in_russian_as_windows_1251_with_semicolons() -> None:
    (maria,) = contacts_of("outlook-ru.csv")
    assert isinstance(maria, ContactData)
    assert (maria.name, maria.prefix) == ("Иванова Мария Сергеевна", "г-жа")
    assert (maria.birthday, maria.dates[0].date) == (date(1985, 4, 12), date(2011, 6, 18))
    assert maria.phones[0] == Phone("8 (916) 123-45-67", "mobile", primary=True)
    assert [(a.kind, a.city, a.street) for a in maria.addresses] == [
        ("work", "Москва", "ул. Складская, д. 5"),
        ("other", "Тверь", "дача"),
    ]
    assert maria.employers == [Employer("ООО «Северный склад»", "Руководитель, Отдел закупок")]
    assert [email.address for email in maria.emails] == ["m.ivanova@sklad.example", "masha@mail.example"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251", "koi8-r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "sep={}\r\n"])
def test_every_encoding_and_delimiter_is_the_same_file(encoding: str, delimiter: str, mark: str) -> None:
    original = (DATA / "outlook-ru.csv").read_bytes().decode("cp1251")
    # KOI8-R has no guillemets
    rows = csv.reader(original.replace("«", '""').replace("»", '""').splitlines(), delimiter=";")
    copy = StringIO()
    csv.writer(copy, delimiter=delimiter).writerows(rows)
    (maria,) = people(interchange.read((mark.format(delimiter) + copy.getvalue()).encode(encoding)))
    assert (maria.name, maria.employers[0].role) == ("Иванова Мария Сергеевна", "Руководитель, Отдел закупок")
    assert maria.note == "Звонить после обеда; любит краткость."


def test_a_vcard_file_is_recognised_too() -> None:
    with (DATA / "contacts-4.0.vcf").open("rb") as file:
        assert [contact.kind for contact in people(interchange.read(file))] == ["person", "organization"]


@pytest.mark.parametrize(
    "text", ["", "\n\n", "SKU,Price\nA,1\n", "\x00", "First Name,Last Name\nA,B\n", b"\xff\xfe"]
)
def test_another_table_is_sent_to_the_general_import(text: str | bytes) -> None:
    with pytest.raises(ContactFileError, match="general import"):
        list(interchange.read(text))


HEADER = "First Name,Last Name,E-mail 1 - Label,E-mail 1 - Value\n"


def test_a_bad_row_does_not_stop_the_file() -> None:
    rows = (
        HEADER
        + "Maria,Ivanova,,m@a.example,,surplus\n\nHans,Stein\n"
        + '"'
        + "x" * 200_000
        + "\nAnna,Weiß,,\n"
    )
    misaligned, hans, unclosed, anna = interchange.read(rows)
    assert isinstance(misaligned, BadCard)
    assert (misaligned.number, misaligned.line) == (1, 2)
    assert "6 cells" in misaligned.reason
    assert isinstance(unclosed, BadCard)
    assert "quotation mark" in unclosed.reason
    assert isinstance(hans, ContactData)
    assert isinstance(anna, ContactData)
    assert (hans.name, anna.name) == ("Hans Stein", "Anna Weiß")


def test_one_spoilt_byte_spoils_one_line_only() -> None:
    rows = (HEADER + "Мария,Иванова,,\nОльга,Жукова,,\n").encode().replace("Мария".encode(), b"\xff")
    assert people(interchange.read(rows))[1].name == "Жукова Ольга"


CELLS = st.sampled_from(
    ["", " ::: ", "* ", "*", "0/0/00", "31/31/2000", "--02-30", "=1+1", '"', "\n", "٣", "x" * 99]
)


@settings(max_examples=200)
@given(
    st.sampled_from(["google-old.csv", "google-new.csv", "outlook-en.csv", "outlook-ru.csv"]),
    st.lists(st.lists(CELLS | st.text(max_size=5), max_size=70), max_size=3),
    st.binary(max_size=20),
)
def test_no_file_breaks_the_reader(name: str, rows: list[list[str]], tail: bytes) -> None:
    raw = (DATA / name).read_bytes()
    text = raw.decode({"outlook-en.csv": "utf-16", "outlook-ru.csv": "cp1251"}.get(name, "utf-8-sig"))
    delimiter = ";" if name == "outlook-ru.csv" else ","
    content = text.splitlines()[0] + "\n" + "\n".join(delimiter.join(row) for row in rows)
    for contact in interchange.read(BytesIO(content.encode("utf-8", "replace") + tail)):
        assert isinstance(contact, BadCard) or contact.name
    with suppress(ContactFileError):
        list(interchange.read(tail))
