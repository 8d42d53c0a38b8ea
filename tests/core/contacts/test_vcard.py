"""Cards from telephones and address books come in, and go out to them, with nothing lost."""

from contextlib import nullcontext, suppress
from datetime import date
from io import BytesIO

import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st

from core.contacts import source
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
from core.contacts.vcard import read, write
from tests.core.contacts.samples import CONTACTS, DATA, PNG, typed


def contacts_of(name: str) -> list[ContactData | BadCard]:
    with (DATA / name).open("rb") as file:
        return list(read(file))


def one(text: str | bytes) -> ContactData:
    (contact,) = read(text)
    assert isinstance(contact, ContactData), contact
    return contact


def card(*lines: str) -> str:
    return "\r\n".join(["BEGIN:VCARD", "VERSION:3.0", *lines, "END:VCARD", ""])


def test_an_address_book_of_version_3() -> None:
    maria, nordwind, empty, endless, hans = contacts_of("contacts-3.0.vcf")
    assert isinstance(maria, ContactData)
    assert (maria.family_name, maria.given_name, maria.patronymic) == ("Иванова", "Мария", "Сергеевна")
    assert (maria.name, maria.nickname) == ("Мария Сергеевна Иванова", "Маша")
    assert maria.birthday == date(1604, 2, 29)  # the year is not known
    assert maria.dates == [NamedDate("Anniversary", date(2011, 6, 18))]
    assert maria.emails == [
        Email("m.ivanova@sklad.example", "work"),
        Email("masha@mail.example", "home", primary=True),
    ]
    assert maria.phones == [
        Phone("8 (916) 123-45-67", "mobile", primary=True),
        Phone("+7 495 123-45-67 доб. 12", "other", "Секретарь"),
        Phone("+7 495 123-45-68", "fax"),
    ]
    assert maria.addresses == [
        Address("work", "", "ул. Складская, д. 5\nстр. 2", "Москва", "", "127018", "Россия", primary=True)
    ]
    assert maria.links == [
        Link("https://sklad.example/?a=1;b=2", "website", "HomePage", primary=True),
        Link("masha_i", "telegram"),
        Link("https://www.linkedin.com/in/masha", "linkedin"),
    ]
    assert maria.employers == [Employer("ООО «Северный склад»", "Руководитель закупок, Отдел закупок")]
    assert maria.tags == ["Поставщики", "VIP"]
    assert maria.note == "Звонить после обеда.\nЛюбит краткость; и точность."
    assert maria.uid == "5f3a9a52-3d0c-4b1e-9d5a-1f7c2a7d9e10"
    assert maria.photo is not None
    assert maria.photo.startswith(PNG)
    assert maria.photo_type == "image/png"
    assert isinstance(nordwind, ContactData)
    assert (nordwind.kind, nordwind.name, nordwind.employers) == ("organization", "Nordwind GmbH", [])
    assert isinstance(hans, ContactData)
    assert hans.employers == [
        Employer("Nordwind GmbH", "Geschäftsführer"),
        Employer("Handelskammer", "Beirat"),
    ]
    assert isinstance(empty, BadCard)
    assert (empty.number, empty.line) == (3, 41)
    assert "names nobody" in empty.reason
    assert isinstance(endless, BadCard)
    assert (endless.number, endless.line) == (4, 47)
    assert "END:VCARD" in endless.reason


def test_an_address_book_of_version_4() -> None:
    hans, sklad, group = contacts_of("contacts-4.0.vcf")
    assert isinstance(hans, ContactData)
    assert (hans.prefix, hans.given_name, hans.family_name, hans.suffix) == (
        "Dr.",
        "Hans-Peter",
        "von Stein",
        "PhD",
    )
    assert hans.birthday == date(1604, 4, 12)
    assert hans.dates == [NamedDate("Anniversary", date(2009, 8, 8))]
    assert [email.address for email in hans.emails if email.primary] == ["hp@nordwind.example"]
    assert hans.phones == [
        Phone("+49-170-1234567", "mobile", primary=True),
        Phone("+49-30-123456 ext. 102", "work"),
    ]
    assert hans.links == [
        Link("hp.stein", "skype", primary=True),
        Link("https://social.example/@hp", "other", "mastodon"),
        Link("https://t.me/hpstein", "telegram"),
    ]
    assert (hans.language, hans.time_zone) == ("de-DE", "Europe/Berlin")
    assert hans.uid == "4fbe8971-0bc3-424c-9c26-36c3e1eff6b1"
    assert hans.photo is not None
    assert isinstance(sklad, ContactData)
    assert (sklad.kind, sklad.name) == ("organization", "ООО «Северный склад»")
    assert isinstance(group, BadCard)
    assert "list of contacts" in group.reason


def test_an_old_telephone_with_quoted_printable_and_two_character_sets() -> None:
    alexey, olga, pavel = contacts_of("contacts-2.1.vcf")
    assert isinstance(alexey, ContactData)
    assert alexey.name == "Сидоров Алексей"
    assert [phone.kind for phone in alexey.phones] == ["mobile", "home", "other"]
    assert alexey.note == "Позвонить в понедельник, он просил"
    assert alexey.photo_type == "image/png"
    assert isinstance(olga, ContactData)
    assert (olga.family_name, olga.given_name, olga.name) == ("Жукова", "Ольга", "Жукова Ольга")
    assert isinstance(pavel, ContactData)
    assert pavel.employers == [Employer("Завод «Прогресс»")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_every_encoding_and_line_end_is_the_same_card(encoding: str, end: str) -> None:
    text = card("FN:Жук Ёлкин", "NOTE:à la carte ы", "TEL:1").replace("\r\n", end)
    assert one(text.encode(encoding)) == one(text)
    assert one(BytesIO(text.encode(encoding))).note == "à la carte ы"


def test_lines_are_folded_even_within_a_character() -> None:
    raw = card("FN:Ёж").encode().replace("Ё".encode(), b"\xd0\r\n \x81")
    assert one(raw).name == "Ёж"


@pytest.mark.parametrize(
    ("lines", "field", "expected"),
    [
        (["FN:Мария Иванова"], "family_name", "Иванова"),
        (["N:Smith;John;Quinlan,Paul;;"], "name", "John Quinlan Paul Smith"),
        (["ORG:Firm"], "kind", "organization"),
        (["EMAIL:a@b.example"], "name", "a@b.example"),
        (["FN:A", "TITLE:Lawyer"], "note", "Lawyer"),
        (["FN:A", "BDAY:circa 1800"], "note", "Birthday: circa 1800"),
        (["FN:A", "BDAY:1985-04-12T00:00:00Z"], "birthday", date(1985, 4, 12)),
        (["FN:A", "BDAY:--0412"], "birthday", date(1604, 4, 12)),
        (["FN:A", "NOTE:first", "second line"], "note", "first\nsecond line"),
        (["FN:A", "NOTE:C:\\temp\\;\\n"], "note", "C:\\temp;"),
        (["FN:A", "PHOTO:https://photo.example/me.png"], "photo", None),
        (["FN:A", "PHOTO;ENCODING=b:PHN2Zz4="], "photo", None),  # an SVG could carry scripts
        (["FN:A", "PHOTO;ENCODING=b:%%%"], "photo", None),
        (["FN:A", "TZ:-05:00"], "time_zone", ""),
        (["FN:A", "LANG:<script>"], "language", ""),
        (["FN:A\x00\x07B"], "name", "AB"),
        (["FN;CHARSET=punycode:A"], "name", "A"),
    ],
)
def test_what_real_cards_do(lines: list[str], field: str, expected: object) -> None:
    assert getattr(one(card(*lines)), field) == expected


def test_a_file_that_is_no_address_book_says_so() -> None:
    for text in ("", "Name,Phone\n", b"\x00\xff" * 100):
        with pytest.raises(ContactFileError, match="BEGIN:VCARD"):
            list(read(text))


def test_files_lines_and_cards_have_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ContactFileError, match="50 MB"):
        list(read(b" " * (source.MAX_BYTES + 1)))
    monkeypatch.setattr(source, "MAX_LINE", 1000)
    with pytest.raises(ContactFileError, match="Line 3"):
        list(read(card("FN:" + "x" * 1000)))


@pytest.mark.parametrize("line", ["A:\r\n" * 10_001, "NOTE:" + "," * 1_100_000 + "\r\n"])
def test_a_monstrous_card_is_refused_and_the_next_one_read(line: str) -> None:
    bad, good = read(card("FN:A", line) + card("FN:B"))
    assert isinstance(bad, BadCard)
    assert isinstance(good, ContactData)
    assert good.name == "B"


@settings(max_examples=200)
@given(st.lists(CONTACTS.map(typed), max_size=3).filter(bool), st.sampled_from(["3.0", "4.0"]))
def test_what_goes_out_comes_back(contacts: list[ContactData], version: str) -> None:
    text = write(contacts, version)  # type: ignore[arg-type]
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert list(read(text)) == contacts
    assert list(read(text.encode())) == contacts


@pytest.mark.parametrize("version", ["3.0", "4.0"])
def test_organizations_go_out_and_come_back(version: str) -> None:
    firm = ContactData(
        "organization", "Рога; копыта, ООО", tax_number="7707083893", phones=[Phone("02", primary=True)]
    )
    assert list(read(write([firm], version))) == [firm]  # type: ignore[arg-type]


def test_another_reader_understands_our_cards() -> None:
    maria = contacts_of("contacts-3.0.vcf")[0]
    assert isinstance(maria, ContactData)
    theirs = vobject.readOne(write([maria]))
    assert theirs.n.value.family == "Иванова"
    assert theirs.n.value.additional == "Сергеевна"
    assert theirs.fn.value == maria.name
    assert [mail.value for mail in theirs.email_list] == [mail.address for mail in maria.emails]
    assert theirs.adr.value.city == "Москва"
    assert theirs.note.value == maria.note
    assert theirs.categories.value == maria.tags
    assert theirs.photo.value == maria.photo


PIECES = r"""
BEGIN:VCARD END:VCARD VERSION:2.1 FN: N:;;; N: ORG:; TEL;TYPE="a,b:tel:%ff;ext= PHOTO;ENCODING=b:A = =3D
item1. NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=utf-7:=FF= BDAY:0000-99-99 X-ABLabel: ADR:;;;;;;;;; : ; , \ " URL://[
KIND: IMPP:skype:% UID:urn:uuid: EMAIL;PREF=٣:x SOCIALPROFILE;TYPE=:y PHOTO:data:;base64,é
"""
FRAGMENTS = st.sampled_from([*PIECES.split(), " ", "\t", "\r", "\n"]).map(str.encode) | st.binary(max_size=6)


@settings(max_examples=300)
@given(st.lists(FRAGMENTS, max_size=30).map(b"".join), st.booleans())
def test_no_file_breaks_the_reader(content: bytes, framed: bool) -> None:
    # without a whole card in it, a file may be refused altogether
    whole = b"BEGIN:VCARD\n" + content + b"\nEND:VCARD\n" + card("FN:Next").encode() if framed else content
    with nullcontext() if framed else suppress(ContactFileError):
        for contact in read(whole):
            if isinstance(contact, ContactData):
                assert contact.name
                (again,) = read(write([contact], "4.0"))
                assert isinstance(again, ContactData)
