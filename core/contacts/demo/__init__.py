"""The demo company: a distributor with nine departments, thirty-two people and about three hundred contacts.

Made by code from a seed, dated relative to today, by the same operations that people use. No person,
organisation, address or number of it exists.
"""

from collections.abc import Sequence
from random import Random
from typing import Any

from flask import current_app
from sqlalchemy import func, inspect, select

from core.contacts.demo.cast import Cast
from core.contacts.demo.diary import Diary
from core.contacts.demo.history import History
from core.contacts.demo.staff import ADMIN, PASSWORD, addresses, hire
from core.contacts.demo.telling import tell
from core.contacts.demo.turns import turns
from core.contacts.demo.views import keep_views
from core.contacts.models import Contact
from core.database import at, db, now
from core.inbox import Notification
from core.journal import JournalTransaction, acting, one_step
from core.plugin import registry
from core.plugin.settings import save_settings, settings
from core.records import notes
from core.users import Role, Team, User
from core.users.credentials import Credential
from core.users.passwords import verify_password

__all__ = ["ADMIN", "PASSWORD", "begun", "everybody", "make", "password_in_use", "seeded", "sign_in", "summary",
           "tell"]

AGE = 548
"""Days since the company began to use Eleven."""
NAME = ("Progress Trade", "Прогресс-Трейд")


def begun() -> bool:
    """Whether there is a company already: somebody who can sign in."""
    return inspect(db.engine).has_table(User.__tablename__) and (
        db.session.scalar(select(User.id).limit(1)) is not None)


def seeded(part: str) -> Random:
    """The chances of a part of the company: the same every time, whatever other parts there are."""
    return Random(f"eleven {part}")  # noqa: S311 nothing secret is made of it


def make(random: Random) -> None:
    """Make the company's people and contacts with their past, in the caller's transaction.

    The same seed, moment and language make the same company. Call `tell` after the commit.
    """
    language, diary = str(current_app.config["LANGUAGE"]), Diary(now(), random)
    begun = diary.some_day(AGE, AGE)
    with at(begun), acting(via="cli"), one_step():
        save_settings("core", dict(settings("core")) | {"company": NAME[language == "ru"]})
        staff = hire(language)
        keep_views(staff)
    cast, history = Cast(staff, diary, random, language), History(staff, diary)
    organizations = cast.organizations()
    turns(history, organizations, cast.people(organizations))
    diary.live()


def everybody() -> tuple[Sequence[Contact], Sequence[User]]:
    """The contacts and the people of the company."""
    return (db.session.scalars(select(Contact).order_by(Contact.id)).all(),
            db.session.scalars(select(User).order_by(User.id)).all())


def summary() -> list[tuple[str, int]]:
    """What there is, as lines of a table: label and number."""
    tables: list[tuple[str, type[Any]]] = [
        ("Teams", Team), ("Users", User), ("Roles", Role),
        *((str(kind.plural), kind.model) for kind in registry().live_types() if kind.surfaces),
        ("Notes", notes.Note), ("Journal: steps", JournalTransaction), ("Inbox", Notification)]
    return [(label, db.session.scalar(select(func.count()).select_from(model)) or 0) for label, model in tables]


def password_in_use() -> bool:
    """Whether somebody can sign in with the published password of the demo company."""
    hashes = db.session.scalars(select(Credential.password_hash).join(User, User.id == Credential.user_id).where(
        User.active, User.email.in_(addresses())))
    return any(verify_password(found, PASSWORD) for found in hashes)


def sign_in() -> str:
    """A sentence that says how to sign in to the demo company."""
    return (f"Sign in as {ADMIN} with the password “{PASSWORD}”. Every account of the demo company has it, and it is "
            "published: for trying only.")
