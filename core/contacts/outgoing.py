"""Contacts as they travel: from the database into what every file format is written from."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import selectinload

from core.contacts import photos
from core.contacts.data import Address, ContactData, Email, Employer, Link, NamedDate, Phone
from core.contacts.models import Contact
from core.contacts.records import contacts
from core.database import db
from core.records.query import access

PARTS = ("emails", "phones", "addresses", "links", "dates", "employers")
_SAME = ("kind", "name", "family_name", "given_name", "patronymic", "prefix", "suffix", "nickname", "birthday",
         "tax_number", "registry_number", "tax_reason_code", "uid")
_AT_ONCE = 200


def data_of(records: Sequence[Contact], user: Any) -> list[ContactData]:
    """Contacts as they travel; employers that the user may not see stay behind. One statement."""
    numbers = {row.organization_id for record in records for row in record.employers}
    found = db.session.execute(
        select(Contact.id, Contact.name).where(Contact.id.in_(numbers), access(contacts, user))) if numbers else ()
    organizations = {row.id: row.name for row in found}
    return [_data(record, organizations) for record in records]


def stream(condition: ColumnElement[bool], user: Any) -> Iterator[ContactData]:
    """Every contact that a condition holds for, by id; some at a time, in a short transaction each."""
    last = 0
    while True:
        records = db.session.scalars(
            select(Contact).where(condition, Contact.id > last).order_by(Contact.id).limit(_AT_ONCE)
            .options(*(selectinload(getattr(Contact, part)) for part in PARTS))).all()
        yield from data_of(records, user)
        if len(records) < _AT_ONCE:
            return
        last = records[-1].id
        del records
        db.session.rollback()


def _data(record: Contact, organizations: dict[int, str]) -> ContactData:
    picture = photos.read(record.photo)
    return ContactData(
        **{name: getattr(record, name) for name in _SAME},
        dates=[NamedDate(row.label, row.date) for row in record.dates],
        emails=_parts(Email, record.emails, "address"),
        phones=_parts(Phone, record.phones, "number"),
        addresses=_parts(Address, record.addresses, "street", "city", "region", "postal_code", "country"),
        links=_parts(Link, record.links, "value"),
        employers=[Employer(organizations[row.organization_id], row.role, row.started_on, row.ended_on, row.left)
                   for row in record.employers if row.organization_id in organizations],
        tags=list(record.tags), language=record.language or "", time_zone=record.time_zone or "", note=record.about,
        photo=picture, photo_type=photos.media_type(record.photo) if record.photo and picture else "")


def _parts(cls: Any, rows: Iterable[Any], *names: str) -> list[Any]:
    return [cls(**{name: getattr(row, name) or "" for name in ("kind", "label", *names)}, primary=row.primary)
            for row in rows]
