"""Cards into contacts: created, or joined to those that are there already; in a preview, a job or a command."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from flask_babel import gettext as _
from flask_babel import ngettext, pgettext
from marshmallow import ValidationError
from sqlalchemy.exc import DataError, IntegrityError

from core.contacts import interchange, matching, operations, uploads
from core.contacts.card_fields import joined, new_data
from core.contacts.data import BadCard, ContactData, ContactFileError
from core.contacts.models import Contact
from core.contacts.records import contacts
from core.database import db
from core.jobs import WorkFailedError, working
from core.journal import acting, one_step
from core.records import operations as records
from core.records.formulas import neutral
from core.users import User, reaches
from core.web.errors import Problem
from core.web.i18n import speaking

AT_ONCE = 100


@dataclass(frozen=True)
class Outcome:
    """What became of a card: new, changed, same or refused, and why it was refused or what was left out of it.

    `made` counts the organisations that it names and that were not there yet.
    """

    number: int
    name: str
    what: str
    reason: str = ""
    made: int = 0


class _RefusedError(Exception):
    """A card that is not taken; the message says why."""


class Incoming:
    """Takes cards in for a user, one by one; the caller commits or rolls back."""

    def __init__(self, user: User, photos: bool = True) -> None:
        self.user, self.photos = user, photos
        self._organizations: dict[str, int] = {}
        self._made = 0

    def take(self, number: int, card: ContactData | BadCard) -> Outcome:
        """Create or change the contact of a card; a refused one leaves nothing behind."""
        if isinstance(card, BadCard):
            return Outcome(number, "", "refused", card.reason)
        known = dict(self._organizations)
        try:
            with db.session.begin_nested():
                self._made = 0
                what, left_out = self._take(card)
                return Outcome(number, card.name, what, left_out, self._made)
        except _RefusedError as error:
            reason = str(error)
        except ValidationError as error:
            reason = said(error)
        except Problem as error:
            reason = error.title
        except (IntegrityError, DataError):
            reason = _("The database refuses it: a value does not fit.")
        self._organizations = known
        return Outcome(number, card.name[:200], "refused", reason)

    def _take(self, card: ContactData) -> tuple[str, str]:
        contact = matching.match(card, self.user)
        if contact is None:
            data = new_data(card, self._employers(card))
            contact = records.create(contacts, data, self.user, uid=matching.free_uid(matching.uid_of(card)))
            return "new", self._photo(contact, card)
        if not reaches(self.user, contacts.permission("edit"), contact):
            raise _RefusedError(_("It is there already, and you may see but not change it."))
        before = contact.version
        records.update(contacts, contact, joined(contact, card, self._employers(card)), self.user)
        left_out = self._photo(contact, card)
        return "same" if contact.version == before else "changed", left_out

    def _employers(self, card: ContactData) -> list[int]:
        """The ids of the organisations that a card names; those that are not there yet are made."""
        found = []
        for employer in card.employers:
            if employer.organization not in self._organizations:
                number = matching.organization_named(employer.organization, self.user)
                if number is None:
                    data = {"kind": "organization", "name": employer.organization}
                    number = records.create(contacts, data, self.user).id
                    self._made += 1
                if len(self._organizations) > 10_000:
                    self._organizations.clear()
                self._organizations[employer.organization] = number
            found.append(self._organizations[employer.organization])
        return found

    def _photo(self, contact: Contact, card: ContactData) -> str:
        """Take the photo where there is none; returns what to say if it cannot be read."""
        if card.photo and self.photos and not contact.photo:
            try:
                operations.set_photo(contact, io.BytesIO(card.photo))
            except ValidationError as error:
                return _("Taken without the photo: %(reason)s", reason=said(error, with_fields=False))
        return ""


def said(error: ValidationError, with_fields: bool = True) -> str:
    """What is wrong with a card as one line of text, field by field."""
    def flat(messages: Any) -> Iterator[str]:
        for part in messages.values() if isinstance(messages, dict) else messages:
            if isinstance(part, dict | list):
                yield from flat(part)
            else:
                yield str(part)
    lines = []
    for name, messages in error.normalized_messages().items():
        label = f"{contacts.fields[name].label}: " if with_fields and name in contacts.fields else ""
        lines.append(label + " ".join(flat(messages)))
    return " ".join(lines)


def preview(file: BinaryIO, user: User, limit: int) -> tuple[list[Outcome], bool]:
    """What would become of the first cards of a file, and whether there are more; nothing is kept.

    Raises ContactFileError for a file that is none of contacts.
    """
    cards = interchange.read(file)
    incoming = Incoming(user, photos=False)
    try:
        outcomes = [incoming.take(number, card) for number, card in enumerate(islice(cards, limit), 1)]
        return outcomes, next(cards, None) is not None
    finally:
        db.session.rollback()


def bring_in(file: BinaryIO, user_id: int) -> Iterator[Outcome]:
    """Take all cards of a file, committing some at a time, and say what became of each once it is committed."""
    cards = enumerate(interchange.read(file), 1)
    organizations: dict[str, int] = {}
    while batch := list(islice(cards, AT_ONCE)):
        incoming = Incoming(db.session.get_one(User, user_id))
        incoming._organizations = organizations
        outcomes = [incoming.take(number, card) for number, card in batch]
        organizations = incoming._organizations
        db.session.commit()
        db.session.expunge_all()
        yield from outcomes


def estimate(path: Path) -> int:
    """About how many cards a file holds: lines that begin a card, or all lines."""
    marks = lines = 0
    with path.open("rb") as file:
        for line in file:
            lines += 1
            marks += line.upper().startswith(b"BEGIN:VCARD")
    return marks or max(lines - 1, 1)


def job(work_id: int, file: str, title: str) -> None:
    """The background job: bring a kept file in as one step of the journal; what was refused goes into a CSV."""
    with working(work_id) as work, one_step() as step, acting(work.user_id, "import", title):
        user = db.session.get(User, work.user_id) if work.user_id else None
        if user is None or not user.active or not user.may(contacts.permission("create")):
            raise WorkFailedError(_("The person who asked for this may not do it any more."))
        with speaking(user), ExitStack() as open_files:
            counts: Counter[str] = Counter()
            table = None
            try:
                path = uploads.find(file, user)
                total = estimate(path)
                for outcome in bring_in(open_files.enter_context(path.open("rb")), user.id):
                    count(counts, outcome)
                    if outcome.reason:
                        table = table or _refusals(open_files, work.file("refused.csv"))
                        table.writerow([outcome.number, neutral(outcome.name), neutral(outcome.reason)])
                    work.progress(outcome.number, max(total, outcome.number))
            except ContactFileError as error:
                raise WorkFailedError(str(error)) from error
            work.result = {"url": contacts.url("index", sort="-updated_at")}
            if step.id:
                work.result["transaction_id"] = step.id
            work.progress(cards(counts), cards(counts), summary(counts))
            path.unlink(missing_ok=True)


def _refusals(open_files: ExitStack, path: Path) -> Any:
    table = csv.writer(open_files.enter_context(path.open("w", encoding="utf-8-sig", newline="")))
    table.writerow([_("Card"), pgettext("contact", "Name"), _("Reason")])
    return table


def count(counts: Counter[str], outcome: Outcome) -> None:
    """Add what became of a card."""
    counts[outcome.what] += 1
    counts["made"] += outcome.made


def cards(counts: Counter[str]) -> int:
    """How many cards have been counted."""
    return counts.total() - counts["made"]


def summary(counts: Mapping[str, int]) -> str:
    """What became of all cards, in words."""
    told = {"new": ngettext("%(num)d new", "%(num)d new", counts["new"]),
            "changed": ngettext("%(num)d changed", "%(num)d changed", counts["changed"]),
            "same": ngettext("%(num)d was there already", "%(num)d were there already", counts["same"]),
            "refused": ngettext("%(num)d refused", "%(num)d refused", counts["refused"]),
            "made": ngettext("%(num)d organisation was made with them", "%(num)d organisations were made with them",
                             counts["made"])}
    return ", ".join(words for what, words in told.items() if counts[what]) or _("The file holds no cards.")
