"""Related records named in cells: by title, e-mail, uid or number, as far as the user may see them."""

from collections import OrderedDict, defaultdict
from collections.abc import Container, Iterable
from typing import Any

from flask_babel import gettext as _
from marshmallow import ValidationError
from sqlalchemy import select

from core.database import db, fold
from core.records.folding import folded
from core.records.query import access
from core.records.type import RecordType, record_type

REMEMBERED = 20_000
"""Names kept in memory: a file names the same people and companies again and again."""
ASSUMED = 2**31 - 1
"""Stands for the id of a record that a check takes for granted."""


class NotThereError(ValidationError):
    """A name that no record has (yet); `target` is the record type that was meant."""

    def __init__(self, message: str, target: str) -> None:
        super().__init__(message)
        self.target = target


class Related:
    """Finds related records; `learn` asks for all names of a piece of the file at once."""

    def __init__(self, user: Any) -> None:
        self._user = user
        self.assumed: Container[tuple[str, str]] = ()
        """(record type, name) of records that a check takes for granted: earlier rows would make them."""
        self._known: OrderedDict[tuple[str, str], list[int]] = OrderedDict()

    def learn(self, target: str, texts: Iterable[str]) -> None:
        """Look up what is not known yet, in a few statements for all."""
        new = {text for text in texts if (target, text) not in self._known}
        if not new:
            return
        kind = record_type(target)
        found: dict[str, list[int]] = defaultdict(list)
        for column, written in _columns(kind, new):
            waiting = {key: texts for key, texts in written.items() if any(text not in found for text in texts)}
            if not waiting:
                continue
            statement = select(kind.model.id, column).where(column.in_(list(waiting)), access(kind, self._user))
            hits: dict[str, list[int]] = defaultdict(list)
            for number, value in db.session.execute(statement):
                for text in waiting.get(value, ()):
                    hits[text].append(number)
            for text, numbers in hits.items():
                found.setdefault(text, numbers)
        for text in new:
            self._known[target, text] = found.get(text, [])
        while len(self._known) > REMEMBERED + len(new):
            self._known.popitem(last=False)

    def find(self, target: str, text: str) -> int:
        """The id that a text names. Raises ValidationError when it names none, or several."""
        if (target, text) not in self._known:
            self.learn(target, [text])
        numbers = self._known[target, text]
        if len(numbers) == 1:
            return numbers[0]
        label = str(record_type(target).label).lower()
        if numbers:
            raise ValidationError(_("There are %(number)d with the name “%(text)s” (%(label)s). Write one's number "
                                    "or uid.", number=len(numbers), text=text[:80], label=label))
        if (target, fold(text)) in self.assumed:
            return ASSUMED
        raise NotThereError(_("There is no %(label)s “%(text)s”, or you may not see it.", label=label,
                              text=text[:80]), target)

    def forget(self) -> None:
        """Forget everything: rows just imported may be what later ones name."""
        self._known.clear()


def _columns(kind: RecordType, texts: Iterable[str]) -> Iterable[tuple[Any, dict[Any, list[str]]]]:
    """The columns that may name a record, the surest first, each with the texts by what it would hold."""
    model = kind.model
    field = kind.fields.get(kind.title)
    key = field.sort if field is not None and isinstance(field.sort, str) else None
    title = getattr(model, key) if key else getattr(model, kind.title)
    yield model.uid, _by(texts, lambda text: text if len(text) == 36 else None)
    yield title, _by(texts, fold if key else lambda text: text)
    if not key:
        yield folded(title), _by(texts, fold)
    if hasattr(model, "email"):
        yield model.email, _by(texts, lambda text: text.lower() if "@" in text else None)
    yield model.id, _by(texts, _as_number)


def _by(texts: Iterable[str], change: Any) -> dict[Any, list[str]]:
    found: dict[Any, list[str]] = defaultdict(list)
    for text in texts:
        value = change(text)
        if value is not None:
            found[value].append(text)
    return found


def _as_number(text: str) -> int | None:
    plain = text.lstrip("#№ ")
    return int(plain) if plain.isdecimal() and plain.isascii() and len(plain) < 10 else None
