"""People and organisations: the records that every component is about."""

from flask import Flask

from core.contacts import hooks
from core.contacts.models import Contact
from core.contacts.records import contacts

__all__ = ["Contact", "contacts", "hooks", "init_app"]


def init_app(app: Flask) -> None:
    """Nothing to set up: everything of contacts comes through hooks."""
