"""The CSV of Outlook, for Windows and on the web, with English or Russian column names."""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from core.contacts import names
from core.contacts.data import (
    Address,
    ContactData,
    Email,
    EmailKind,
    Employer,
    Link,
    NamedDate,
    Phone,
    PhoneKind,
    clean_line,
    link_kind,
    read_date,
)
from core.contacts.interchange.google import stand_in
from core.contacts.interchange.table import Row

# The Russian export is the English one with other names, so its columns are renamed on the way in.
_RUSSIAN = {
    "обращение": "title",
    "имя": "first name",
    "отчество": "middle name",
    "фамилия": "last name",
    "суффикс": "suffix",
    "организация": "company",
    "отдел": "department",
    "должность": "job title",
    "рабочий факс": "business fax",
    "рабочий телефон": "business phone",
    "телефон раб. 2": "business phone 2",
    "телефон в машине": "car phone",
    "основной телефон организации": "company main phone",
    "домашний факс": "home fax",
    "домашний телефон": "home phone",
    "телефон дом. 2": "home phone 2",
    "телефон переносной": "mobile phone",
    "мобильный телефон": "mobile phone",
    "другой факс": "other fax",
    "другой телефон": "other phone",
    "пейджер": "pager",
    "основной телефон": "primary phone",
    "радиотелефон": "radio phone",
    "телефон помощника": "assistant's phone",
    "веб-страница": "web page",
    "годовщина": "anniversary",
    "день рождения": "birthday",
    "заметки": "notes",
    "категории": "categories",
    "адрес эл. почты": "e-mail address",
    "адрес 2 эл. почты": "e-mail 2 address",
    "адрес 3 эл. почты": "e-mail 3 address",
    "язык": "language",
    "почтовый код (дом.)": "home postal code",
}
_ADDRESS_FIELDS = {
    "улица": "street",
    "улица 2": "street 2",
    "улица 3": "street 3",
    "город": "city",
    "область": "state",
    "индекс": "postal code",
    "страна или регион": "country/region",
    "страна": "country/region",
    "почтовый ящик": "address po box",
}
_ADDRESS_PLACES = {"раб. адрес": "business", "дом. адрес": "home", "другой адрес": "other"}
_RUSSIAN |= {
    f"{field} ({place})": f"{english_place} {english}"
    for field, english in _ADDRESS_FIELDS.items()
    for place, english_place in _ADDRESS_PLACES.items()
}

_PHONES: dict[str, tuple[PhoneKind, str]] = {
    "mobile phone": ("mobile", ""),
    "business phone": ("work", ""),
    "business phone 2": ("work", ""),
    "company main phone": ("work", ""),
    "home phone": ("home", ""),
    "home phone 2": ("home", ""),
    "business fax": ("fax", ""),
    "home fax": ("fax", ""),
    "other fax": ("fax", ""),
    "assistant's phone": ("other", "Assistant"),
    "car phone": ("mobile", "Car"),
    "other phone": ("other", ""),
    "pager": ("other", "Pager"),
    "radio phone": ("other", "Radio"),
}
_ADDRESSES: tuple[tuple[str, EmailKind], ...] = (("business", "work"), ("home", "home"), ("other", "other"))
_NO_DATE = re.compile(r"0+[/.]0+[/.]0+")


def recognises(header: Iterable[str]) -> bool:
    """Say whether a header row is Outlook's: a name beside one of the columns only Outlook calls so."""
    columns = {_RUSSIAN.get(column, column) for column in header}
    own = {"e-mail address", "business phone", "business street", "mobile phone", "job title"}
    return bool(columns & {"first name", "last name"}) and len(columns & own) > 1


def contact(row: Row) -> ContactData:
    """Return the contact that a row says; its name is empty if there is nothing to call it by."""
    row = {_RUSSIAN.get(column, column): text for column, text in row.items()}
    person = names.PersonName(
        family=_line(row, "last name"),
        given=_line(row, "first name"),
        patronymic=_line(row, "middle name"),
        prefix=_line(row, "title"),
        suffix=_line(row, "suffix"),
    )
    company = _line(row, "company")
    anniversary = _date(row, "anniversary")
    found = ContactData(
        family_name=person.family,
        given_name=person.given,
        patronymic=person.patronymic,
        prefix=person.prefix,
        suffix=person.suffix,
        nickname=_line(row, "nickname"),
        birthday=_date(row, "birthday"),
        dates=[NamedDate("Anniversary", anniversary)] if anniversary else [],
        emails=list(_emails(row)),
        phones=list(_phones(row)),
        addresses=list(_addresses(row)),
        links=[Link(page, link_kind(page)) for page in [_line(row, "web page", "personal web page")] if page],
        tags=list(dict.fromkeys(_split_tags(row.get("categories", "")))),
        language=_line(row, "language"),
        note=row.get("notes", ""),
    )
    name = names.full(person)
    if company and not name:
        found.kind, found.name = "organization", company
        return found
    if company:
        role = ", ".join(filter(None, (_line(row, "job title"), _line(row, "department"))))
        found.employers = [Employer(company, role)]
    found.name = name or found.nickname or stand_in(found)
    return found


def _line(row: Row, *columns: str) -> str:
    return next((clean_line(row[column]) for column in columns if column in row), "")


def _date(row: Row, column: str) -> date | None:
    text = _line(row, column)
    return None if _NO_DATE.fullmatch(text) else read_date(text)


def _emails(row: Row) -> Iterator[Email]:
    for column in ("e-mail address", "e-mail 2 address", "e-mail 3 address"):
        if address := _line(row, column):
            yield Email(address)


def _phones(row: Row) -> Iterator[Phone]:
    """Yield the numbers; "Primary Phone" repeats one of the others or stands alone."""
    primary = _line(row, "primary phone")
    known = [
        (number, kind, label) for column, (kind, label) in _PHONES.items() if (number := _line(row, column))
    ]
    if primary and primary not in (number for number, _kind, _label in known):
        yield Phone(primary, primary=True)
    for number, kind, label in known:
        yield Phone(number, kind, label, primary=number == primary)


def _addresses(row: Row) -> Iterator[Address]:
    for place, kind in _ADDRESSES:
        lines = (
            row.get(f"{place} {part}", "") for part in ("street", "street 2", "street 3", "address po box")
        )
        street = "\n".join(filter(None, lines))
        city, region, code, country = (
            _line(row, f"{place} {part}") for part in ("city", "state", "postal code", "country/region")
        )
        if street or city or region or code or country:
            yield Address(kind, "", street, city, region, code, country)


def _split_tags(text: str) -> Iterator[str]:
    for tag in re.split(r"[;,\n]", text):
        if name := clean_line(tag):
            yield name
