"""Contacts as hypothesis makes them up: everything the format can hold, in the form in which it is kept."""

from datetime import date
from pathlib import Path

from hypothesis import strategies as st

from core.contacts.data import (
    Address,
    ContactData,
    Email,
    Employer,
    Link,
    NamedDate,
    Phone,
    clean,
    clean_line,
    link_kind,
)
from core.web.fields import NO_YEAR

DATA = Path(__file__).parents[2] / "data"
PNG = b"\x89PNG\r\n\x1a\n"

# The characters that every layer below gives a meaning to come up often
ODD = st.text(st.sampled_from(";,:\\\"^\n'=%{}&nN ёЁ\u2028\x85\xa0ﬁ👩‍💻"), max_size=12)
LINE = (st.text(max_size=90) | ODD).map(clean_line)
FILLED = LINE.filter(bool)
TEXT = (st.text(max_size=200) | ODD).map(clean)
DAYS = st.dates(date(1900, 1, 1)) | st.dates(date(NO_YEAR, 1, 1), date(NO_YEAR, 12, 31))
PLACES = st.sampled_from(["work", "home", "other"])


@st.composite
def links(draw: st.DrawFn) -> Link:
    kind = draw(
        st.sampled_from(["website", "telegram", "whatsapp", "viber", "skype", "linkedin", "vk", "other"])
    )
    if kind == "website":
        value = draw(FILLED.map("https://firm.example/".__add__).map(clean_line))
    else:
        value = draw(FILLED.filter(lambda text: link_kind(text) == "website"))
    return Link(value, kind, draw(LINE))


CONTACTS = st.builds(
    ContactData,
    kind=st.just("person"),
    name=FILLED,
    family_name=FILLED,
    given_name=LINE,
    patronymic=LINE,
    prefix=LINE,
    suffix=LINE,
    nickname=FILLED.filter(lambda text: "," not in text) | st.just(""),
    birthday=st.none() | DAYS,
    dates=st.lists(st.builds(NamedDate, label=LINE, date=DAYS), max_size=3, unique=True),
    emails=st.lists(st.builds(Email, address=FILLED, kind=PLACES, label=LINE), max_size=3),
    phones=st.lists(
        st.builds(
            Phone,
            number=FILLED | st.from_regex(r"\+[0-9]{7,15}", fullmatch=True),
            kind=st.sampled_from(["work", "mobile", "home", "fax", "other"]),
            label=LINE,
        ),
        max_size=3,
    ),
    addresses=st.lists(
        st.builds(
            Address,
            kind=PLACES,
            label=LINE,
            street=TEXT,
            city=FILLED,
            region=LINE,
            postal_code=LINE,
            country=LINE,
        ),
        max_size=2,
    ),
    links=st.lists(links(), max_size=4),
    employers=st.lists(
        st.builds(
            Employer,
            organization=FILLED,
            role=LINE,
            started_on=st.none() | st.dates(),
            ended_on=st.none() | st.dates(),
            left=st.booleans(),
        ),
        max_size=3,
        unique=True,
    ),
    tax_number=LINE,
    registry_number=LINE,
    tax_reason_code=LINE,
    tags=st.lists(FILLED, max_size=3, unique=True),
    language=st.sampled_from(["", "ru", "en-GB"]),
    time_zone=st.sampled_from(["", "Europe/Moscow", "America/Argentina/Buenos_Aires"]),
    note=TEXT,
    uid=st.none() | st.uuids().map(str) | FILLED,
    photo=st.none() | st.binary(max_size=200).map(PNG.__add__),
).map(ContactData.settled)


def typed(contact: ContactData) -> ContactData:
    """Give the photo its media type."""
    contact.photo_type = "image/png" if contact.photo else ""
    return contact
