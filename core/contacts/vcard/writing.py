"""From contacts to cards that other address books understand."""

import base64
import re
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import count
from typing import Literal
from urllib.parse import quote
from uuid import UUID

from core.contacts import names
from core.contacts.data import Address, ContactData, Email, Employer, Link, Phone
from core.contacts.vcard.entries import ANNIVERSARY
from core.contacts.vcard.lines import escape, fold
from core.web.fields import NO_YEAR

Version = Literal["3.0", "4.0"]


def write(contacts: Iterable[ContactData], version: Version = "3.0") -> str:
    """Return the cards of the contacts, for RFC 2426 (3.0, which every phone reads) or RFC 6350 (4.0).

    What vCard has no property for (tax numbers, the years at an employer) goes into X-ELEVEN ones.
    """
    return "".join(fold(line) for contact in contacts for line in _card(contact, version))


def _card(contact: ContactData, version: Version) -> Iterator[str]:
    is_4 = version == "4.0"
    groups = (f"item{n}" for n in count(1))
    yield from ("BEGIN:VCARD", f"VERSION:{version}")
    yield from _name(contact, is_4)
    if contact.birthday:
        yield _date("BDAY", contact.birthday, is_4)
    for email in contact.emails:
        yield from _labelled(groups, email.label, f"EMAIL{_params(email, is_4)}:{escape(email.address)}")
    for phone in contact.phones:
        yield from _labelled(groups, phone.label, _phone(phone, is_4))
    for address in contact.addresses:
        yield from _labelled(groups, address.label, _address(address, is_4))
    for link in contact.links:
        yield from _labelled(groups, link.label, _link(link, is_4))
    for employer in contact.employers:
        yield from _employer(next(groups), employer)
    yield from _dates(contact, groups, is_4)
    yield from _rest(contact, is_4)
    yield "END:VCARD"


def _name(contact: ContactData, is_4: bool) -> Iterator[str]:
    parts = (contact.family_name, contact.given_name, contact.patronymic, contact.prefix, contact.suffix)
    yield f"FN:{escape(contact.name or names.display(names.PersonName(*parts)))}"
    yield "N:" + ";".join(escape(part) for part in parts)
    if contact.nickname:
        yield f"NICKNAME:{escape(contact.nickname)}"
    if contact.kind == "organization":
        yield "KIND:org" if is_4 else "X-ABSHOWAS:COMPANY"
        yield f"ORG:{escape(contact.name)}"
    elif is_4:
        yield "KIND:individual"


def _params(entry: Email | Phone | Address | Link, is_4: bool, *extra: str) -> str:
    kinds = {"mobile": ["cell"], "fax": ["fax"], "work": ["work"], "home": ["home"]}.get(entry.kind, [])
    types = [*extra, *kinds]
    if is_4:
        written = "".join(f";TYPE={kind}" for kind in types)
        return written + (";PREF=1" if entry.primary else "")
    return "".join(f";TYPE={kind.upper()}" for kind in [*types, *(["pref"] if entry.primary else [])])


def _labelled(groups: Iterator[str], label: str, line: str) -> Iterator[str]:
    """Yield the line, with its label in the manner of Apple's address book, which others have taken over."""
    if not label:
        yield line
        return
    group = next(groups)
    yield f"{group}.{line}"
    yield f"{group}.X-ABLabel:{escape(label)}"


def _phone(phone: Phone, is_4: bool) -> str:
    if is_4 and re.fullmatch(r"\+[0-9]{7,15}", phone.number):
        return f"TEL{_params(phone, is_4)};VALUE=uri:tel:{phone.number}"
    return f"TEL{_params(phone, is_4)}:{escape(phone.number)}"


def _address(address: Address, is_4: bool) -> str:
    parts = (address.street, address.city, address.region, address.postal_code, address.country)
    return f"ADR{_params(address, is_4)}:;;" + ";".join(escape(part) for part in parts)


def _link(link: Link, is_4: bool) -> str:
    params = _params(link, is_4)
    if link.kind == "website":
        # a URI is not escaped, but a backslash (which none should have) would be read as one
        return f"URL{params}:" + link.value.replace("\\", "\\\\")
    service = "SERVICE-TYPE" if is_4 else "X-SERVICE-TYPE"
    if link.kind in ("telegram", "whatsapp", "viber", "skype") and "://" not in link.value:
        return f"IMPP;{service}={link.kind}{params}:{link.kind}:{quote(link.value)}"
    if is_4:  # RFC 9554 section 4.3
        return f"SOCIALPROFILE;{service}={link.kind};VALUE=text{params}:{escape(link.value)}"
    return f"X-SOCIALPROFILE;TYPE={link.kind}{params}:{escape(link.value)}"


def _employer(group: str, employer: Employer) -> Iterator[str]:
    yield f"{group}.ORG:{escape(employer.organization)}"
    if employer.role:
        yield f"{group}.TITLE:{escape(employer.role)}"
    if employer.started_on:
        yield f"{group}.X-ELEVEN-STARTED:{employer.started_on.isoformat()}"
    if employer.ended_on:
        yield f"{group}.X-ELEVEN-ENDED:{employer.ended_on.isoformat()}"
    if employer.left:
        yield f"{group}.X-ELEVEN-LEFT:1"


def _dates(contact: ContactData, groups: Iterator[str], is_4: bool) -> Iterator[str]:
    # a card has at most one ANNIVERSARY
    wedding = next((named for named in contact.dates if is_4 and named.label == ANNIVERSARY), None)
    for named in contact.dates:
        if named is wedding:
            yield _date("ANNIVERSARY", named.date, is_4)
        else:
            yield from _labelled(groups, named.label, _date("X-ABDATE", named.date, is_4))


def _date(name: str, day: date, is_4: bool) -> str:
    if is_4:
        return f"{name}:{f'--{day:%m%d}' if day.year == NO_YEAR else day.isoformat().replace('-', '')}"
    return f"{name}{f';X-APPLE-OMIT-YEAR={NO_YEAR}' if day.year == NO_YEAR else ''}:{day.isoformat()}"


def _rest(contact: ContactData, is_4: bool) -> Iterator[str]:
    texts = {
        "X-ELEVEN-TAX-NUMBER": contact.tax_number,
        "X-ELEVEN-REGISTRY-NUMBER": contact.registry_number,
        "X-ELEVEN-TAX-REASON-CODE": contact.tax_reason_code,
        "LANG" if is_4 else "X-LANGUAGE": contact.language,
        "TZ" if is_4 else "TZ;VALUE=text": contact.time_zone,
        "NOTE": contact.note,
    }
    yield from (f"{name}:{escape(text)}" for name, text in texts.items() if text)
    if contact.tags:
        yield "CATEGORIES:" + ",".join(escape(tag) for tag in contact.tags)
    if contact.photo:
        image = base64.b64encode(contact.photo).decode()
        kind = contact.photo_type.removeprefix("image/").upper()
        yield (
            f"PHOTO:data:{contact.photo_type};base64,{image}"
            if is_4
            else f"PHOTO;ENCODING=b;TYPE={kind}:{image}"
        )
    if contact.uid:
        yield f"UID:{_uid(contact.uid) if is_4 else escape(contact.uid)}"


def _uid(uid: str) -> str:
    try:
        return f"urn:uuid:{uid}" if str(UUID(uid)) == uid else escape(uid)
    except ValueError:
        return escape(uid)
