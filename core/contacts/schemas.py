"""The fields of a contact: what forms, lists, filters, REST, import and export read."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from core.contacts.codes import Country, TimeZone, languages
from core.contacts.models import ORGANIZATION, PERSON
from core.plugin import setting
from core.records import (
    Anniversary,
    Boolean,
    Choice,
    Date,
    Email,
    Option,
    Phone,
    RecordSchema,
    Relation,
    Rows,
    RowSchema,
    Tags,
    Text,
)

KINDS = (Option(PERSON, _l("Person"), "blue"), Option(ORGANIZATION, _l("Organisation"), "violet"))


def _plain(*options: tuple[str, Any]) -> tuple[Option, ...]:
    """Options that need no colour."""
    return tuple(Option(value, label, "") for value, label in options)


PLACES = _plain(("work", _l("Work")), ("home", _l("Home")), ("other", _l("Other")))
PHONE_PLACES = _plain(("work", _l("Work")), ("mobile", _l("Mobile")), ("home", _l("Home")), ("fax", _l("Fax")),
                      ("other", _l("Other")))
LINKS = _plain(("website", _l("Website")), ("telegram", "Telegram"), ("whatsapp", "WhatsApp"), ("viber", "Viber"),
               ("skype", "Skype"), ("linkedin", "LinkedIn"), ("vk", _l("VK")), ("other", _l("Other")))


def company_list(name: str) -> "list[Option]":
    """One of the lists that the company keeps in its settings: statuses, sources."""
    return [Option(row["value"], row["label"], row.get("color", "gray")) for row in setting("contacts", name)]


class EmailRow(RowSchema):
    """An e-mail address of a contact."""

    kind = Choice(PLACES, label=_l("Kind"), load_default="work", allow_none=False)
    address = Email(label=_l("Address"), required=True)
    label = Text(label=_l("Label"), max_length=60, load_default="", allow_none=False)
    primary = Boolean(label=_l("Primary"), load_default=False)


class PhoneRow(RowSchema):
    """A phone of a contact; `e164` is found by Eleven."""

    kind = Choice(PHONE_PLACES, label=_l("Kind"), load_default="work", allow_none=False)
    number = Phone(label=_l("Number"), required=True, max_length=60)
    label = Text(label=_l("Label"), max_length=60, load_default="", allow_none=False)
    primary = Boolean(label=_l("Primary"), load_default=False)
    e164 = Text(label="E.164", dump_only=True)


class AddressRow(RowSchema):
    """A postal address of a contact."""

    kind = Choice(PLACES, label=_l("Kind"), load_default="work", allow_none=False)
    street = Text(label=_l("Street"), load_default="", allow_none=False)
    city = Text(label=_l("City"), load_default="", allow_none=False)
    region = Text(label=_l("Region"), load_default="", allow_none=False)
    postal_code = Text(label=_l("Postal code"), max_length=20, load_default="", allow_none=False)
    country = Country(label=_l("Country"), load_default=None)
    label = Text(label=_l("Label"), max_length=60, load_default="", allow_none=False)
    primary = Boolean(label=_l("Primary"), load_default=False)


class LinkRow(RowSchema):
    """A web address or messenger name of a contact."""

    kind = Choice(LINKS, label=_l("Kind"), load_default="website", allow_none=False)
    value = Text(label=_l("Address or name"), required=True)
    label = Text(label=_l("Label"), max_length=60, load_default="", allow_none=False)
    primary = Boolean(label=_l("Primary"), load_default=False)


class DateRow(RowSchema):
    """A day to remember."""

    label = Text(label=_l("Occasion"), required=True, max_length=100)
    date = Anniversary(label=_l("Date"), required=True)


class EmploymentRow(RowSchema):
    """Where a person works or worked."""

    organization = Relation("contact", label=_l("Organisation"), required=True)
    role = Text(label=_l("Job title"), load_default="", allow_none=False)
    started_on = Date(label=_l("From"), load_default=None)
    ended_on = Date(label=_l("Until"), load_default=None)
    left = Boolean(label=_l("Left"), load_default=False)


def _text(label: object, **more: Any) -> Text:
    return Text(label=label, load_default="", allow_none=False, **more)


class ContactSchema(RecordSchema):
    """A person or an organisation."""

    kind = Choice(KINDS, label=_l("Kind"), load_default=PERSON, allow_none=False, sort=True)
    name = _text(lazy_pgettext("contact", "Name"), sort="name_key",
                 help=_l("Of a person, whole or in the parts below: one is made of the other."))
    family_name = _text(_l("Family name"), section="person", bulk=False)
    given_name = _text(_l("Given name"), section="person", bulk=False)
    patronymic = _text(_l("Patronymic"), section="person", bulk=False)
    prefix = _text(_l("Title before the name"), section="person", max_length=60, bulk=False)
    suffix = _text(_l("Title after the name"), section="person", max_length=60, bulk=False)
    birthday = Anniversary(label=_l("Birthday"), section="person", bulk=False,
                           help=_l("Like 1985-05-17, or 05-17 when the year is not known."))
    status = Choice(lambda: company_list("statuses"), label=_l("Status"), load_default="prospect", allow_none=False,
                    sort=True)
    source = Choice(lambda: company_list("sources"), label=_l("Source"))
    owner = Relation("user", label=_l("Owner"))
    team = Relation("team", label=_l("Team"))
    tags = Tags(label=_l("Tags"))
    email = Text(label=_l("E-mail"), dump_only=True, show=False, sort=True)
    phone = Text(label=_l("Phone"), dump_only=True, show=False)
    emails = Rows(EmailRow, filter_by=("address",), label=_l("E-mails"), section="reach")
    phones = Rows(PhoneRow, filter_by=("number",), label=_l("Phones"), section="reach")
    links = Rows(LinkRow, label=_l("Web and messengers"), section="reach")
    addresses = Rows(AddressRow, filter_by=("city", "country"), label=_l("Addresses"), section="reach")
    employers = Rows(EmploymentRow, filter_by=("organization", "role", "left"), label=_l("Works at"),
                     section="person")
    parent = Relation("contact", label=_l("Part of"), section="organization")
    tax_number = _text(_l("Tax number"), section="organization", max_length=20)
    registry_number = _text(_l("Registry number"), section="organization", max_length=20, bulk=False)
    tax_reason_code = _text(_l("Tax registration reason code"), section="organization", max_length=9, bulk=False)
    nickname = _text(_l("Nickname"), section="more", max_length=100, bulk=False)
    dates = Rows(DateRow, label=_l("Other dates"), section="more")
    language = Choice(languages, label=_l("Language"), section="more")
    time_zone = TimeZone(label=_l("Time zone"), section="more")
    about = _text(_l("About"), section="more", multiline=True)
