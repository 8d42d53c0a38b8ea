"""The CSV of Google Contacts: until 2024 with "Given Name" and "Type", since: "First Name" and "Label"."""

from collections.abc import Iterable, Iterator

from flask_babel import gettext as _

from core.contacts import names
from core.contacts.data import (
    Address,
    ContactData,
    Email,
    EmailKind,
    Employer,
    Link,
    LinkKind,
    NamedDate,
    Phone,
    PhoneKind,
    clean_line,
    link_kind,
    read_date,
)
from core.contacts.interchange.table import Row

# Several values in one cell
_SEPARATOR = " ::: "
_PLACES: dict[str, EmailKind] = {"work": "work", "home": "home", "работа": "work", "домашний": "home"}
_PHONES: dict[str, PhoneKind] = {
    "mobile": "mobile",
    "work": "work",
    "main": "work",
    "home": "home",
    "work fax": "fax",
    "home fax": "fax",
    "fax": "fax",
    "мобильный": "mobile",
    "работа": "work",
    "домашний": "home",
}
_MESSENGERS: dict[str, LinkKind] = {
    "skype": "skype",
    "telegram": "telegram",
    "whatsapp": "whatsapp",
    "viber": "viber",
}
_PLACE_FIELDS = ("city", "region", "postal code", "country")
_PLAIN_LABELS = {"", "other", "другой", "profile", "homepage", "home page", "blog"}


def recognises(header: Iterable[str]) -> bool:
    """Say whether a header row is Google's: only Google numbers its columns like "E-mail 1 - Value"."""
    columns = set(header)
    is_numbered = bool(columns & {"e-mail 1 - value", "phone 1 - value", "organization 1 - name"})
    return is_numbered or {"first name", "file as", "labels"} <= columns


def contact(row: Row) -> ContactData:
    """Return the contact that a row says; its name is empty if there is nothing to call it by."""
    person = names.PersonName(
        family=_line(row, "last name", "family name"),
        given=_line(row, "first name", "given name"),
        patronymic=_line(row, "middle name", "additional name"),
        prefix=_line(row, "name prefix"),
        suffix=_line(row, "name suffix"),
    )
    said = _line(row, "name", "file as")
    employers = list(_employers(row))
    found = ContactData(
        nickname=_line(row, "nickname"),
        birthday=read_date(_line(row, "birthday")),
        dates=list(_dates(row)),
        emails=list(_emails(row)),
        phones=list(_phones(row)),
        addresses=list(_addresses(row)),
        links=list(_links(row)),
        tags=list(_tags(row)),
        language=_line(row, "language"),
        note="\n".join([*filter(None, [row.get("notes", "")]), *_custom_fields(row)]),
    )
    name = names.full(person)
    if not said and not name and employers:
        found.kind, found.name = "organization", employers[0].organization
        return found
    found.employers = employers
    if said and not name:
        person = names.split(said)
    found.family_name, found.given_name, found.patronymic = person.family, person.given, person.patronymic
    found.prefix, found.suffix = person.prefix, person.suffix
    found.name = said or name or found.nickname or stand_in(found)
    return found


def stand_in(found: ContactData) -> str:
    """Return what to call a contact that has no name: the first e-mail address or telephone number."""
    reachable = (*(email.address for email in found.emails), *(phone.number for phone in found.phones))
    return next(iter(reachable), "")


def _line(row: Row, *columns: str) -> str:
    return next((clean_line(row[column]) for column in columns if column in row), "")


def _numbered(row: Row, thing: str, field: str = "value") -> Iterator[tuple[str, bool, str]]:
    """Yield (label, whether it is the preferred one, value) of "E-mail 1", "E-mail 2" and so on."""
    for n in _numbers(row, thing):
        label = _line(row, f"{thing} {n} - label", f"{thing} {n} - type")
        # the preferred entry is starred: "* Work"
        is_primary = label.startswith("*")
        for value in row.get(f"{thing} {n} - {field}", "").split(_SEPARATOR):
            if text := clean_line(value):
                yield clean_line(label.removeprefix("*")), is_primary, text


def _numbers(row: Row, thing: str) -> list[int]:
    beginnings = (
        column.removeprefix(f"{thing} ").split(" ")[0] for column in row if column.startswith(thing)
    )
    return sorted({int(n) for n in beginnings if n.isascii() and n.isdigit() and len(n) < 4})


def _label(label: str, known: Iterable[str]) -> str:
    """Return a label the user has made up; those that say what the kind says already are dropped."""
    return "" if label.casefold() in known or label.casefold() in _PLAIN_LABELS else label


def _emails(row: Row) -> Iterator[Email]:
    for label, is_primary, address in _numbered(row, "e-mail"):
        yield Email(address, _PLACES.get(label.casefold(), "other"), _label(label, _PLACES), is_primary)


def _phones(row: Row) -> Iterator[Phone]:
    for label, is_primary, number in _numbered(row, "phone"):
        yield Phone(number, _PHONES.get(label.casefold(), "other"), _label(label, _PHONES), is_primary)


def _addresses(row: Row) -> Iterator[Address]:
    for n in _numbers(row, "address"):
        parts = {
            field: [part.strip() for part in row.get(f"address {n} - {field}", "").split(_SEPARATOR)]
            for field in ("street", "extended address", "po box", "formatted", *_PLACE_FIELDS)
        }
        label = _line(row, f"address {n} - label", f"address {n} - type")
        is_primary, label = label.startswith("*"), clean_line(label.removeprefix("*"))
        kind, own = _PLACES.get(label.casefold(), "other"), _label(label, _PLACES)
        for i in range(max(map(len, parts.values()))):
            one = {field: values[i] if i < len(values) else "" for field, values in parts.items()}
            street = "\n".join(filter(None, (one["street"], one["extended address"], one["po box"])))
            city, region, code, country = (clean_line(one[field]) for field in _PLACE_FIELDS)
            if not any((street, city, region, code, country)):
                street = one["formatted"]
            if any((street, city, region, code, country)):
                yield Address(kind, own, street, city, region, code, country, is_primary)


def _links(row: Row) -> Iterator[Link]:
    for label, is_primary, address in _numbered(row, "website"):
        yield Link(address, link_kind(address), _label(label, _PLACES), is_primary)
    for n in _numbers(row, "im"):
        service = _line(row, f"im {n} - service")
        for value in row.get(f"im {n} - value", "").split(_SEPARATOR):
            if name := clean_line(value):
                kind = _MESSENGERS.get(service.casefold(), "other")
                yield Link(name, kind, service if kind == "other" else "")


def _employers(row: Row) -> Iterator[Employer]:
    """Yield where the person works; a department is told with the role."""
    for stem in ("organization", *(f"organization {n} -" for n in _numbers(row, "organization"))):
        if organization := _line(row, f"{stem} name"):
            role = (_line(row, f"{stem} title"), _line(row, f"{stem} department"))
            yield Employer(organization, ", ".join(filter(None, role)))


def _dates(row: Row) -> Iterator[NamedDate]:
    for label, _primary, text in _numbered(row, "event"):
        if when := read_date(text):
            yield NamedDate(label, when)


def _tags(row: Row) -> Iterator[str]:
    """Yield the labels; those with a star are Google's own ("* myContacts")."""
    cell = row.get("labels") or row.get("group membership", "")
    for tag in dict.fromkeys(clean_line(tag) for tag in cell.split(_SEPARATOR)):
        if tag and not tag.startswith("*"):
            yield tag


def _custom_fields(row: Row) -> Iterator[str]:
    for thing in ("relation", "custom field"):
        for label, _primary, value in _numbered(row, thing):
            yield _("%(label)s: %(value)s", label=label or thing, value=value)
