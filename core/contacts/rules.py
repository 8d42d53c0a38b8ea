"""What must be true of a contact, and what follows from what was typed; looked at before each save."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from marshmallow import ValidationError
from sqlalchemy import inspect, literal, select
from sqlalchemy.orm import aliased

from core.contacts import identifiers, names, phones
from core.contacts.models import ORGANIZATION, PERSON, Contact, Employment
from core.database import db, fold, now
from core.plugin import setting
from core.web.fields import NO_YEAR
from core.web.i18n import zone

PARTS = ("family_name", "given_name", "patronymic", "prefix", "suffix")
_FAMILY_FIRST = frozenset({"ru", "uk", "be", "kk", "hu", "zh", "ja", "ko", "vi"})
MAX_DEPTH = 50
"""Levels that organisations may stand below each other."""

Errors = dict[str, Any]


def prepare(contact: Contact) -> None:
    """Derive name and primary ways to reach, and check what single fields cannot.

    Raises marshmallow.ValidationError with all that is wrong, by field. Never commits.
    """
    errors: Errors = {}
    _settle_name(contact, errors)
    contact.name_key = fold(contact.name)
    for rows in (contact.emails, contact.phones, contact.addresses, contact.links):
        _one_primary(rows)
    contact.email = next((row.address for row in contact.emails if row.primary), "")
    contact.phone = next((row.number for row in contact.phones if row.primary), "")
    for row in contact.phones:
        row.e164, row.number = phones.normalize(row.number, setting("contacts", "region"))
    _check_identifiers(contact, errors)
    _check_kind(contact, errors)
    _check_parent(contact, errors)
    _check_employers(contact, errors)
    if contact.birthday and contact.birthday.year != NO_YEAR and contact.birthday > today():
        errors["birthday"] = [_("This day has not come yet.")]
    if errors:
        raise ValidationError(errors)


def person_name(contact: Contact) -> names.PersonName:
    """The name of a person in its parts."""
    return names.PersonName(contact.family_name, contact.given_name, contact.patronymic, contact.prefix,
                            contact.suffix)


def _changed(contact: Any, *fields: str) -> bool:
    """Whether any of a record's fields has another value than in the database; of a new record, any value."""
    attributes = inspect(contact).attrs
    return any(attributes[name].history.has_changes() for name in fields)


def today() -> date:
    """This day, where the reader is."""
    return now().astimezone(zone()).date()


def _settle_name(contact: Contact, errors: Errors) -> None:
    """Make a person's name of its parts, or the parts of a name that was typed as a whole."""
    contact.name = " ".join(contact.name.split())
    if contact.kind == PERSON:
        if _typed_whole(contact):
            _take_apart(contact)
        if contact.family_name or contact.given_name or contact.patronymic:
            order: names.Order | None = None
            if contact.language:
                order = "family_first" if contact.language in _FAMILY_FIRST else "given_first"
            contact.name = names.full(person_name(contact), order)
    elif inspect(contact).persistent and _changed(contact, "kind"):
        for part in PARTS:
            setattr(contact, part, "")
    else:
        filled = [part for part in PARTS if getattr(contact, part)]
        errors |= {part: [_("Only a person has this. Write an organisation's name into “Name”.")] for part in filled}
    if not contact.name:
        errors["name"] = [_("Give a name.")]


def _typed_whole(contact: Contact) -> bool:
    """Whether the name as a whole is what was typed last, so that the parts have to follow it."""
    if not contact.name:
        return False
    if not any(getattr(contact, part) for part in PARTS[:3]):
        return True
    return bool(inspect(contact).persistent) and _changed(contact, "name") and not _changed(contact, *PARTS[:3])


def _take_apart(contact: Contact) -> None:
    found = names.split(contact.name)
    contact.family_name, contact.given_name, contact.patronymic = found.family, found.given, found.patronymic
    contact.prefix, contact.suffix = found.prefix or contact.prefix, found.suffix or contact.suffix


def _one_primary(rows: Sequence[Any]) -> None:
    # of two that are ticked the later one is what somebody has just ticked
    ticked = [row for row in rows if row.primary]
    fresh = [row for row in ticked if _changed(row, "primary")]
    chosen = next(iter([*fresh, *ticked, *rows]), None)
    for row in rows:
        if bool(row.primary) != (row is chosen):
            row.primary = row is chosen


def country_of(contact: Contact) -> str | None:
    """The country whose numbers a contact has: of its primary address."""
    return next((row.country for row in contact.addresses if row.primary), None)


def _check_identifiers(contact: Contact, errors: Errors) -> None:
    """Check numbers by the country's rules, but only when one of them, or the country, is new."""
    if not _changed(contact, "tax_number", "registry_number", "tax_reason_code", "kind") and not any(
            _changed(row, "country") for row in contact.addresses):
        return
    country = country_of(contact)
    checks: tuple[tuple[str, Callable[[str], str]], ...] = (
        ("tax_number", lambda text: _tax_number(text, country, contact.kind)),
        ("registry_number", lambda text: _registry_number(text, country)),
        ("tax_reason_code", identifiers.check_kpp))
    for field, check in checks:
        text = getattr(contact, field)
        if text:
            try:
                checked = check(text)
            except identifiers.IdentifierError as error:
                errors[field] = [str(error)]
            else:
                if checked != text:
                    setattr(contact, field, checked)


def _tax_number(text: str, country: str | None, kind: str) -> str:
    """A tax number as it is kept: a VAT number by its letters, an INN by its country or, without one, its length."""
    compact = identifiers.compact(text)
    if identifiers.is_vat(compact):
        return identifiers.check_vat(text)
    if country == "RU" or (country is None and compact.isdecimal() and len(compact) in (10, 12)):
        number = identifiers.check_inn(text)
        if kind == PERSON and len(number) == 10:
            raise identifiers.IdentifierError(
                _("An INN of 10 digits is an organisation's; a person's has 12."))
        return number
    return text


def _registry_number(text: str, country: str | None) -> str:
    compact = identifiers.compact(text)
    if country == "RU" or (country is None and compact.isdecimal() and len(compact) in (13, 15)):
        return identifiers.check_ogrnip(text) if len(compact) == 15 else identifiers.check_ogrn(text)
    return text


def _check_kind(contact: Contact, errors: Errors) -> None:
    """An organisation that others belong to cannot become a person."""
    if contact.kind != PERSON or not inspect(contact).persistent or not _changed(contact, "kind"):
        return
    with db.session.no_autoflush:
        people = select(Employment.id).where(Employment.organization_id == contact.id)
        parts = select(Contact.id).where(Contact.parent_id == contact.id)
        if db.session.execute(people.limit(1)).first() or db.session.execute(parts.limit(1)).first():
            errors["kind"] = [_("People work here or other organisations are part of it, so it is no person.")]


def _check_parent(contact: Contact, errors: Errors) -> None:
    """Only organisations are part of one another, and none is part of itself."""
    if contact.parent_id is None or not _changed(contact, "parent_id", "kind"):
        return
    if contact.kind == PERSON:
        errors["parent"] = [_("Only an organisation can be part of another one. Say where a person works instead.")]
        return
    above = ancestors(contact.parent_id)
    if not above or above[0].kind != ORGANIZATION:
        errors["parent"] = [_("Choose an organisation: a person has no parts.")]
    elif contact.id in [row.id for row in above]:
        errors["parent"] = [_("That would be a circle: %(name)s is itself a part of this one.", name=above[0].name)]
    elif len(above) >= MAX_DEPTH:
        errors["parent"] = [_("Organisations can stand %(limit)d levels below each other, not more.", limit=MAX_DEPTH)]


def ancestors(number: int) -> Sequence[Any]:
    """Rows of id, name and kind of an organisation and of all that it is part of, the nearest first."""
    chain = select(Contact.id, Contact.parent_id, literal(0).label("level")).where(Contact.id == number).cte(
        "above", recursive=True)
    parent = aliased(Contact)
    chain = chain.union_all(select(parent.id, parent.parent_id, chain.c.level + 1).where(
        parent.id == chain.c.parent_id, chain.c.level < MAX_DEPTH))
    return db.session.execute(
        select(Contact.id, Contact.name, Contact.kind).join(chain, chain.c.id == Contact.id)
        .order_by(chain.c.level)).all()


def _check_employers(contact: Contact, errors: Errors) -> None:
    rows = [row for row in contact.employers if _changed(row, "organization_id", "started_on", "ended_on", "left")]
    if contact.kind != PERSON and contact.employers:
        errors["employers"] = [_("Only people work at organisations.")]
        return
    if not rows:
        return
    numbers = {row.organization_id for row in rows}
    found = db.session.execute(select(Contact.id, Contact.kind).where(Contact.id.in_(numbers)))
    kinds = {number: kind for number, kind in found}  # noqa: C416 rows are no pairs to mypy
    wrong: dict[int, Errors] = {}
    for index, row in enumerate(contact.employers):
        if row in rows:
            if row.organization_id == contact.id:
                wrong[index] = {"organization": [_("Nobody works at themselves.")]}
            elif kinds.get(row.organization_id) != ORGANIZATION:
                wrong[index] = {"organization": [_("Choose an organisation: nobody works at a person.")]}
            elif row.started_on and row.ended_on and row.ended_on < row.started_on:
                wrong[index] = {"ended_on": [_("The end lies before the beginning.")]}
            if row.ended_on and row.ended_on <= today() and not row.left:
                row.left = True
    if wrong:
        errors["employers"] = wrong
