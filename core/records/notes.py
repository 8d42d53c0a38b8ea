"""Notes on any record, with mentions and attached files."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup, escape
from marshmallow import ValidationError
from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from core.database import Model, Record, db, fold
from core.events import emit
from core.records.files import Attachment
from core.records.operations import not_here
from core.records.type import RecordType
from core.users import User
from core.web.fields import MAX_TEXT

FOLD_TEXT, FOLD_LINES, FOLD_SPARE = 1500, 20, 300
"""A timeline shows so much of a note at once; nothing is folded for the sake of a few words."""


class Note(Record, Model):
    """What somebody wrote on a record."""

    __tablename__ = "record_note"
    __table_args__ = (Index("ix_record_note_of", "record_type", "record_id", "created_at"),
                      {"info": {"generic_reference": True}})

    record_type: Mapped[str] = mapped_column(String(60))
    record_id: Mapped[int]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    text: Mapped[str]
    mentions: Mapped[list[str]] = mapped_column(default=list)
    """The names that were people's when it was written: a page of notes need not ask for everybody's."""

    author: Mapped[User | None] = relationship()
    files: Mapped[list[Attachment]] = relationship(cascade="all, delete-orphan", passive_deletes=True,
                                                   order_by=Attachment.id)


def add(kind: RecordType, record: Any, text: str, user: User, files: Sequence[Attachment] = ()) -> Note:
    """Write a note; people named with @ hear of it. Raises ValidationError for an empty or endless text.

    Raises Problem (404) when the record has been deleted meanwhile.
    """
    text = text.replace("\r\n", "\n").replace("\0", "").strip()
    if not text and not files:
        raise ValidationError({"text": [_("Write something, or attach a file.")]})
    if len(text) > MAX_TEXT:
        raise ValidationError({"text": [_("The text is too long: %(limit)s characters at most.", limit=MAX_TEXT)]})
    # no foreign key says what a note is on: keep whoever deletes it just now from leaving the note behind
    if db.session.scalar(select(kind.model.id).where(kind.model.id == record.id)
                         .with_for_update(read=True, key_share=True)) is None:
        raise not_here(kind)
    people = mentioned(text)
    note = Note(record_type=kind.name, record_id=record.id, author_id=user.id, text=text, files=list(files),
                mentions=[person.name for person in people])
    db.session.add(note)
    db.session.flush()
    emit("record.note_added", type=kind.name, id=record.id, note_id=note.id, by=user.id)
    for person in people:
        if person.id != user.id:
            emit("record.mentioned", type=kind.name, id=record.id, note_id=note.id, user_id=person.id, by=user.id)
    return note


def mentioned(text: str) -> list[User]:
    """The active people whose full names follow an @ in a text."""
    if "@" not in text:
        return []
    folded = fold(text)
    people = db.session.scalars(select(User).where(User.active))
    return [person for person in people if re.search(rf"@{re.escape(fold(person.name))}(?!\w)", folded)]


def folded_html(text: str, names: Sequence[str]) -> Markup:
    """A note as markup; of a very long one the beginning, and the rest behind "Show more"."""
    lines = text.split("\n", FOLD_LINES)
    cut = len(text) - len(lines[-1]) if len(lines) > FOLD_LINES else len(text)
    cut = min(cut, _word_end(text, FOLD_TEXT))
    if len(text) - cut < FOLD_SPARE and text.count("\n", cut) < FOLD_LINES // 2:
        return html(text, names)
    return Markup('{}<details class="unfold"><summary>{}</summary>{}</details>').format(
        html(text[:cut].rstrip(), names), _("Show more"), html(text[cut:].lstrip("\n"), names))


def _word_end(text: str, near: int) -> int:
    """A place to cut a text: after the last line or word that ends before `near`, or there if none does."""
    if len(text) <= near:
        return len(text)
    return max(text.rfind("\n", near // 2, near), text.rfind(" ", near // 2, near)) + 1 or near


def html(text: str, names: Iterable[str]) -> Markup:
    """A note as markup: paragraphs, links that people typed, mentions; everything else escaped."""
    lines = []
    for line in text.split("\n"):
        safe = str(escape(line))
        safe = re.sub(r"(https?://[^\s<>&\"']+(?:&amp;[^\s<>&\"']+)*)",
                      r'<a href="\1" rel="noopener noreferrer nofollow" target="_blank">\1</a>', safe)
        for name in names:
            safe = safe.replace(f"@{escape(name)}", f'<span class="mention">@{escape(name)}</span>')
        lines.append(safe)
    return Markup("<br>".join(lines))  # noqa: S704 every part was escaped above


def of(kind: RecordType, record: Any, before: Any, limit: int) -> Sequence[Note]:
    """The notes on a record before a moment, newest first, with their files."""
    return db.session.scalars(
        select(Note).where(Note.record_type == kind.name, Note.record_id == record.id, Note.created_at < before)
        .options(joinedload(Note.author), joinedload(Note.files))
        .order_by(Note.created_at.desc()).limit(limit)).unique().all()
