"""What is done to contacts beyond what is done to every record."""

from datetime import date
from typing import IO

from core.contacts import photos
from core.contacts.models import PERSON, Contact, Employment
from core.contacts.records import contacts
from core.database import now
from core.records import operations


def set_photo(contact: Contact, picture: IO[bytes] | None) -> None:
    """Give a contact a photo or a logo, or take it away. Raises ValidationError for what is no picture."""
    name = photos.store(picture, square=contact.kind == PERSON) if picture is not None else None
    if contact.photo != name:
        contact.photo = name
        operations.save(contacts, contact, ["photo"])


def leave(contact: Contact, employment: Employment, on: date | None = None) -> None:
    """Note that a person works at an organisation no more, since today unless another day is given."""
    employment.left = True
    last = on or now().date()
    employment.ended_on = employment.ended_on or max(last, employment.started_on or last)
    operations.save(contacts, contact, ["employers"])
