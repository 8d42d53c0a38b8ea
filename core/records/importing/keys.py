"""The key of an import: what tells that a row of the file and a record are the same."""

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from marshmallow import ValidationError
from sqlalchemy import select

from core.database import db, fold
from core.records.forms import defaults
from core.records.importing.rows import Draft, Plan, new_data
from core.records.operations import assign
from core.records.query import access


class Key:
    """Finds the records of rows by the plan's key, a text field of the type or `uid`."""

    def __init__(self, plan: Plan, user: Any) -> None:
        self._plan, self._user = plan, user
        # names, not True: child rows must be whole
        self._part = plan.kind.schema(partial=tuple(plan.kind.schema().fields))
        self._defaults = {plan.kind.form_fields[name].attribute or name: value
                          for name, value in defaults(plan.kind).items()}
        self._column, self._normal = _column(plan)
        field = plan.kind.fields.get(plan.key)
        self.label = str(field.label) if field is not None else plan.key

    def of(self, made: Draft) -> str:
        """What a row is found by: its cell, else what a record made of the row would have; may be empty."""
        if not self._plan.key or made.errors:
            return ""
        if made.key is None:
            made.key = self._find_out(made)
        return made.key

    def _find_out(self, made: Draft) -> str:
        name = self._plan.key
        text = made.found_by.get(name)
        if text is None:
            text = made.data.get(name) if name == "uid" or name in made.data else getattr(self._probe(made), name, None)
        return self._normal(str(text)) if text else ""

    def _probe(self, made: Draft) -> Any:
        kind, record = self._plan.kind, self._plan.kind.model()
        try:
            # it may lack what only a new record needs
            values = self._defaults | self._part.load(new_data(self._plan, made))
            assign(kind, record, values)
            if kind.prepare:
                kind.prepare(record)
        except ValidationError:
            return record
        return record

    def matches(self, keys: Iterable[str]) -> Mapping[str, list[int]]:
        """The ids of the records within the user's sight that have each of some keys."""
        wanted = [key for key in set(keys) if key]
        found: dict[str, list[int]] = {}
        if not wanted:
            return found
        model = self._plan.kind.model
        statement = select(model.id, self._column).where(self._column.in_(wanted), access(self._plan.kind, self._user))
        for number, value in db.session.execute(statement):
            found.setdefault(self._normal(value), []).append(number)
        return found


def _column(plan: Plan) -> tuple[Any, Callable[[str], str]]:
    """The indexed column that holds the key, and how a text is written in it."""
    kind, name = plan.kind, plan.key
    field = kind.fields.get(name)
    if field is None:
        return kind.model.uid, str.strip
    if isinstance(field.sort, str):
        return getattr(kind.model, field.sort), fold
    return field.column(kind.model), str.lower if name == "email" else str.strip


class Seen:
    """What the rows of a check would make: keys and names, on disk, as a million must not stand in memory."""

    def __init__(self) -> None:
        self._known = sqlite3.connect("", check_same_thread=False)
        self._known.execute("CREATE TABLE seen (what TEXT, word TEXT, PRIMARY KEY (what, word)) WITHOUT ROWID")

    def add(self, what: str, words: Iterable[str]) -> None:
        """Note words of a sort: keys under "", names under the record type."""
        self._known.executemany("INSERT OR IGNORE INTO seen VALUES (?, ?)", ((what, word) for word in words if word))

    def __contains__(self, pair: object) -> bool:
        return self._known.execute("SELECT 1 FROM seen WHERE what = ? AND word = ?", pair).fetchone() is not None  # type: ignore[arg-type]

    def close(self) -> None:
        """Give the disk back."""
        self._known.close()
