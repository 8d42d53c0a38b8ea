"""The fields of a card as input for a contact: of a new one, or joined to what is there."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from core.contacts.codes import country_code, language_code
from core.contacts.data import Address, ContactData
from core.contacts.models import PERSON, Contact
from core.contacts.phones import normalize
from core.contacts.records import contacts
from core.contacts.rules import PARTS
from core.database import fold
from core.plugin import setting
from core.records import forms

Row = Mapping[str, Any]


def new_data(card: ContactData, organizations: Sequence[int]) -> dict[str, Any]:
    """Input for a new contact; `organizations` are the ids of the card's employers, in their order."""
    data: dict[str, Any] = {
        "kind": card.kind, "name": card.name, "nickname": card.nickname, "birthday": _day(card.birthday),
        "tax_number": card.tax_number, "registry_number": card.registry_number,
        "tax_reason_code": card.tax_reason_code, "tags": [tag[:60] for tag in card.tags][:50],
        "language": language_code(card.language), "time_zone": card.time_zone or None, "about": card.note,
        "emails": [_row(email, address=email.address) for email in card.emails],
        "phones": [_row(phone, number=phone.number) for phone in card.phones],
        "links": [_row(link, value=link.value) for link in card.links],
        "addresses": [_address(address) for address in card.addresses],
        "dates": [{"label": one.label or "—", "date": _day(one.date)} for one in card.dates],
        "employers": [
            {"organization": number, "role": employer.role, "started_on": _day(employer.started_on),
             "ended_on": _day(employer.ended_on), "left": employer.left}
            for employer, number in zip(card.employers, organizations, strict=True)],
    }
    if card.kind == PERSON:
        data |= {part: getattr(card, part) for part in PARTS}
    else:
        del data["employers"]
    return data


def joined(contact: Contact, card: ContactData, organizations: Sequence[int]) -> dict[str, Any]:
    """Input that brings a contact up to a card: what the card says holds, what it leaves open stays.

    Of addresses, numbers and the like those that are new are added; none is taken away.
    """
    given = {name: value for name, value in new_data(card, organizations).items() if value}
    present = forms.values_of({name: contacts.form_fields[name] for name in given}, contact)
    for name, same in _SAME.items():
        if name in given:
            rows = [{key: _plain(value) for key, value in row.items()} for row in present[name]]
            known = {same(row) for row in rows}
            added = [dict(row) for row in given[name] if same(row) not in known]
            for row in added if rows else ():
                row.pop("primary", None)
            given[name] = rows + added
    if "tags" in given:
        given["tags"] = list(dict.fromkeys([*present["tags"], *given["tags"]]))[:50]
    if card.kind == PERSON and any(given.get(part) for part in PARTS[:3]):
        # the parts make the name
        del given["name"]
    return given


def _row(part: Any, **own: str) -> dict[str, Any]:
    return {"kind": part.kind, "label": part.label[:60], "primary": part.primary} | own


def _address(address: Address) -> dict[str, Any]:
    """An address as input; a country that nobody knows stays as a word of the region."""
    code = country_code(address.country) if address.country else None
    region = address.region if code or not address.country else ", ".join(
        part for part in (address.region, address.country) if part)
    return _row(address, street=address.street, city=address.city, region=region,
                postal_code=address.postal_code) | {"country": code}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _number(row: Row) -> str:
    return normalize(row["number"], setting("contacts", "region"))[0] or fold(row["number"])


_SAME: dict[str, Callable[[Row], Any]] = {
    "emails": lambda row: row["address"].lower(),
    "phones": _number,
    "links": lambda row: (row["kind"], row["value"]),
    "addresses": lambda row: tuple(fold(row[name] or "") for name in ("street", "city", "postal_code")),
    "dates": lambda row: (row["label"], row["date"]),
    "employers": lambda row: row["organization"],
}
