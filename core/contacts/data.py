"""A contact as it travels: what every file format is read into and written from."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal, TypeVar
from urllib.parse import urlsplit

from core.web.fields import NO_YEAR

Kind = Literal["person", "organization"]
EmailKind = Literal["work", "home", "other"]
PhoneKind = Literal["work", "mobile", "home", "fax", "other"]
LinkKind = Literal["website", "telegram", "whatsapp", "viber", "skype", "linkedin", "vk", "other"]


class ContactFileError(ValueError):
    """A whole file that cannot be read; its text is a sentence for the user."""


@dataclass(frozen=True, slots=True)
class BadCard:
    """One card or row that was refused while the rest of the file is read on.

    `number` counts cards from 1, `line` is the line of the file on which the card begins,
    `reason` is a sentence for the user.
    """

    number: int
    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class NamedDate:
    """A day worth remembering, such as an anniversary."""

    label: str
    date: date


@dataclass(frozen=True, slots=True)
class Email:
    """An e-mail address as it was entered."""

    address: str
    kind: EmailKind = "other"
    label: str = ""
    primary: bool = False


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone number as it was entered."""

    number: str
    kind: PhoneKind = "other"
    label: str = ""
    primary: bool = False


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address; the lines of the street are separated by line feeds."""

    kind: EmailKind = "other"
    label: str = ""
    street: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""
    primary: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A web or messenger address."""

    value: str
    kind: LinkKind = "website"
    label: str = ""
    primary: bool = False


@dataclass(frozen=True, slots=True)
class Employer:
    """Work at an organisation, named by its text."""

    organization: str
    role: str = ""
    started_on: date | None = None
    ended_on: date | None = None
    left: bool = False


@dataclass(slots=True)
class ContactData:
    """Everything a file can say about one person or organisation.

    `photo` is the image itself and `photo_type` its media type. Of e-mails, phones, addresses and
    links exactly one is primary wherever there is one (see `settled`).
    """

    kind: Kind = "person"
    name: str = ""
    family_name: str = ""
    given_name: str = ""
    patronymic: str = ""
    prefix: str = ""
    suffix: str = ""
    nickname: str = ""
    birthday: date | None = None
    dates: list[NamedDate] = field(default_factory=list)
    emails: list[Email] = field(default_factory=list)
    phones: list[Phone] = field(default_factory=list)
    addresses: list[Address] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    employers: list[Employer] = field(default_factory=list)
    tax_number: str = ""
    registry_number: str = ""
    tax_reason_code: str = ""
    tags: list[str] = field(default_factory=list)
    language: str = ""
    time_zone: str = ""
    note: str = ""
    uid: str | None = None
    photo: bytes | None = None
    photo_type: str = ""

    def settled(self) -> "ContactData":
        """Return the same contact with exactly one primary entry in each list that has any."""
        return replace(
            self,
            emails=one_primary(self.emails),
            phones=one_primary(self.phones),
            addresses=one_primary(self.addresses),
            links=one_primary(self.links),
        )


Entry = TypeVar("Entry", Email, Phone, Address, Link)


def one_primary(entries: Iterable[Entry]) -> list[Entry]:
    """Return the entries once each, the first that is primary (or else the first) the only primary one."""
    preferred: dict[Entry, bool] = {}
    for entry in entries:
        plain = replace(entry, primary=False)
        preferred[plain] = preferred.get(plain, False) or entry.primary
    chosen = next((entry for entry, primary in preferred.items() if primary), next(iter(preferred), None))
    return [replace(entry, primary=entry is chosen) for entry in preferred]


# Controls, surrogates and unassigned characters cannot be shown, and databases refuse some of them.
_KEPT = {"\n", "\t"}
# Joiners and directional marks are "format" characters that names in some scripts need.
_REFUSED = {"Cc", "Cs", "Cn"}


def clean(text: str) -> str:
    """Return text fit to be kept: NFC, line feeds only, nothing unprintable, no space around it."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\ufeff", "")
    if not text.isprintable():
        text = "".join(c for c in text if c in _KEPT or unicodedata.category(c) not in _REFUSED)
    return unicodedata.normalize("NFC", text).strip()


def clean_line(text: str) -> str:
    """Return `clean` text in one line, every run of white space a single space."""
    return " ".join(clean(text).split())


_HOSTS: dict[str, LinkKind] = {
    "t.me": "telegram",
    "telegram.me": "telegram",
    "wa.me": "whatsapp",
    "api.whatsapp.com": "whatsapp",
    "linkedin.com": "linkedin",
    "vk.com": "vk",
    "vk.ru": "vk",
}


def link_kind(address: str) -> LinkKind:
    """Return what kind of link a web address is, by its host."""
    try:
        host = urlsplit(address if "://" in address else f"//{address}").hostname or ""
    except ValueError:
        return "website"
    labels = host.removeprefix("www.").split(".")
    return _HOSTS.get(".".join(labels), _HOSTS.get(".".join(labels[-2:]), "website"))


_FORMS = (
    (re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?"), (1, 2, 3)),
    (re.compile(r"(\d{4})(\d{2})(\d{2})(?:T.*)?"), (1, 2, 3)),
    (re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?: .*)?"), (3, 2, 1)),
    (re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?: .*)?"), (3, 1, 2)),
    (re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?: .*)?"), (3, 2, 1)),
)
_YEARLESS = re.compile(r"--(\d{2})-?(\d{2})")


def read_date(text: str) -> date | None:
    """Return the day that ISO 8601, `--MM-DD`, `DD.MM.YYYY`, `M/D/YYYY` or (if need be) `D/M/YYYY` says.

    A day without a year gets `NO_YEAR`. None if the text is no date.
    """
    text = text.strip()
    if match := _YEARLESS.fullmatch(text):
        return _day(NO_YEAR, int(match[1]), int(match[2]))
    for form, (year, month, day) in _FORMS:
        match = form.fullmatch(text)
        if match and (found := _day(int(match[year]), int(match[month]), int(match[day]))):
            return found
    return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
