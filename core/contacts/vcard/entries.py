"""The parts of a card that repeat or need decoding: addresses of all sorts, work, dates, photo."""

import base64
import binascii
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from urllib.parse import unquote
from zoneinfo import available_timezones

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
    clean,
    clean_line,
    link_kind,
    read_date,
)
from core.contacts.vcard.card import Card
from core.contacts.vcard.lines import Property, structured, unescape
from core.web.fields import NO_YEAR

Day = date | None
ANNIVERSARY = "Anniversary"


def emails(card: Card) -> list[Email]:
    """Return the e-mail addresses."""
    found = _preferred(card.all("EMAIL"))
    return [
        Email(address, _place(prop), card.label(prop), primary)
        for prop, primary in found
        if (address := clean_line(unescape(prop.value)).removeprefix("mailto:"))
    ]


def phones(card: Card) -> list[Phone]:
    """Return the telephone numbers, `tel:` URIs as people write them."""
    return [
        Phone(number, _phone_kind(prop.types()), card.label(prop), primary)
        for prop, primary in _preferred(card.all("TEL"))
        if (number := _number(clean_line(unescape(prop.value))))
    ]


def addresses(card: Card) -> list[Address]:
    """Return the postal addresses that say anything."""
    found: list[Address] = []
    for prop, primary in _preferred(card.all("ADR")):
        parts = [clean(", ".join(filter(None, part))) for part in structured(prop.value)]
        box, extended, street, *rest = (*parts, "", "", "")
        city, region, code, country = (*(clean_line(part) for part in rest), "", "", "", "")[:4]
        lines = "\n".join(filter(None, (street, extended, box)))
        if any((lines, city, region, code, country)):
            found.append(Address(_place(prop), card.label(prop), lines, city, region, code, country, primary))
    return found


_SERVICES: dict[str, LinkKind] = {
    "telegram": "telegram",
    "tg": "telegram",
    "whatsapp": "whatsapp",
    "viber": "viber",
    "skype": "skype",
    "linkedin": "linkedin",
    "vk": "vk",
    "vkontakte": "vk",
    "other": "other",
}
# Properties that carry the service in their name
_OWN_PROPERTIES = {
    f"X-{service}": service
    for service in ("TELEGRAM", "WHATSAPP", "VIBER", "SKYPE", "LINKEDIN", "VK", "JABBER", "ICQ", "TWITTER")
} | {"X-SKYPE-USERNAME": "SKYPE"}
_SCHEME = re.compile(r"(telegram|tg|whatsapp|viber|skype|x-apple|xmpp):(?!//)(.*)", re.IGNORECASE | re.DOTALL)


def links(card: Card) -> list[Link]:
    """Return web addresses, messengers and profiles."""
    props = card.all("URL", "IMPP", "SOCIALPROFILE", "X-SOCIALPROFILE", *_OWN_PROPERTIES)
    found: list[Link] = []
    for prop, primary in _preferred(props):
        value = clean_line(unescape(prop.value))
        service = ""
        if prop.name != "URL":
            service, value = _service(prop, value)
        if value:
            kind = _SERVICES.get(service) or link_kind(value)
            if service and kind == "website":
                kind = "other"
            label = card.label(prop) or (service if kind == "other" and service != "other" else "")
            found.append(Link(value, kind, label, primary))
    return found


def _service(prop: Property, value: str) -> tuple[str, str]:
    """Return the name of a messenger or network in small letters, and the user's name or address there."""
    scheme = _SCHEME.fullmatch(value)
    types = prop.types() - {"pref", "home", "work"}
    name = (
        prop.param("SERVICE-TYPE")
        or prop.param("X-SERVICE-TYPE")
        or _OWN_PROPERTIES.get(prop.name, "")
        or next(iter(sorted(types)), "")
        or (scheme[1] if scheme else "other")
    )
    if scheme:
        value = clean_line(unquote(scheme[2]))
    return clean_line(name).lower(), value


def employers(card: Card, contact: ContactData) -> tuple[list[Employer], list[str]]:
    """Return where a person works, and titles without an organisation, which belong in the note.

    Properties are matched by their group, and otherwise in their order.
    """
    loose = [clean_line(unescape(p.value)) for p in card.all("TITLE", "ROLE") if not p.group]
    remaining = iter(loose)
    found: list[Employer] = []
    for org in card.all("ORG"):
        organization, *units = (clean_line(" ".join(part)) for part in structured(org.value))
        role = clean_line(card.beside(org, "TITLE") or card.beside(org, "ROLE"))
        role = role or next(remaining, "")
        if not organization or (contact.kind == "organization" and organization == contact.name):
            continue
        found.append(
            Employer(
                organization,
                ", ".join(filter(None, (role, *units))),
                read_date(card.beside(org, "X-ELEVEN-STARTED")),
                read_date(card.beside(org, "X-ELEVEN-ENDED")),
                card.beside(org, "X-ELEVEN-LEFT") == "1",
            )
        )
    return list(dict.fromkeys(found)), [] if found else loose


def dates(card: Card) -> list[NamedDate]:
    """Return anniversaries and other labelled dates."""
    props = card.all("ANNIVERSARY", "X-ANNIVERSARY", "X-EVOLUTION-ANNIVERSARY", "X-ABDATE")
    found = ((card.label(p) or ("" if p.name == "X-ABDATE" else ANNIVERSARY), day(p)) for p in props)
    return list(dict.fromkeys(NamedDate(label, when) for label, when in found if when))


def day(prop: Property) -> Day:
    """Return the date of a property; Apple's cards name the year that stands for none."""
    when = read_date(clean_line(unescape(prop.value)))
    if when and prop.param("X-APPLE-OMIT-YEAR") == f"{when.year:04}":
        return when.replace(year=NO_YEAR)
    return when


_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


def language(card: Card) -> str:
    """Return the preferred language as a tag of BCP 47, or nothing."""
    text = card.text("LANG", "X-LANGUAGE")
    return text if _LANGUAGE.fullmatch(text) else ""


def time_zone(card: Card) -> str:
    """Return the IANA name of the time zone; an offset does not say which zone it is."""
    text = card.text("TZ")
    return text if text in _time_zones() else ""


@cache
def _time_zones() -> set[str]:
    return available_timezones()


_MAGIC = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"GIF8", "image/gif"))
_DATA_URI = re.compile(r"data:[^,]{0,100};base64,", re.IGNORECASE)


def photo(card: Card) -> tuple[bytes | None, str]:
    """Return the embedded photo or logo and its media type, judged by its content.

    A photo behind a link is not fetched: the address could be anyone's.
    """
    for prop in card.all("PHOTO", "LOGO"):
        value = unescape(prop.value)
        inline = _DATA_URI.match(value)
        if not inline and prop.param("ENCODING").upper() not in ("B", "BASE64"):
            continue
        try:
            image = base64.b64decode(value[inline.end() if inline else 0 :])
        except (binascii.Error, ValueError):
            continue
        media_type = next((media for magic, media in _MAGIC if image.startswith(magic)), "")
        if image[:4] == b"RIFF" and image[8:12] == b"WEBP":
            media_type = "image/webp"
        if media_type:
            return image, media_type
    return None, ""


def _preferred(props: list[Property]) -> Iterator[tuple[Property, bool]]:
    """Yield each property and whether it is the most preferred of all that say a preference."""
    best = min((prop.preference() for prop in props), default=101)
    for prop in props:
        yield prop, prop.preference() == best < 101


def _place(prop: Property) -> EmailKind:
    types = prop.types()
    return "work" if "work" in types else "home" if "home" in types else "other"


def _phone_kind(types: set[str]) -> PhoneKind:
    if "fax" in types:
        return "fax"
    if types & {"cell", "mobile", "iphone"}:
        return "mobile"
    return "work" if "work" in types else "home" if "home" in types else "other"


def _number(text: str) -> str:
    """Return a `tel:` URI (RFC 3966) as a number with its extension; other text as it is."""
    if not text.lower().startswith("tel:"):
        return text
    number, *params = unquote(text[4:]).split(";")
    extension = next((param[4:] for param in params if param.lower().startswith("ext=")), "")
    return clean_line(f"{number} ext. {extension}" if extension else number)
