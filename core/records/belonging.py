"""What the changes of a step are part of: records, somebody's account, or what only administrators keep."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.journal import JournalChange, Reference, references
from core.journal.references import rows_by_key, table_named
from core.journal.tables import key_values, row_id
from core.plugin import registry
from core.records.notes import Note
from core.records.steps import child_tables
from core.records.type import RecordType
from core.users.models import Grant, Role, Team, User, UserRole

ADMINISTERED = frozenset(model.__tablename__ for model in (User, Team, Role, Grant, UserRole))
"""Tables of the people and of what they may do."""

Row = Mapping[str, Any]
Place = tuple[str, str]
"""A row: (table, primary key as the journal writes it)."""


@dataclass
class Touched:
    """What undoing a step touches, of each table or type the ids.

    `edited`, `removed` and `restored` are records that it sets back, takes away and brings back; `parts` are
    records of which it changes something that belongs to them, `discussed` those whose notes it changes.
    `accounts` are people whose own things it changes, such as a saved view. `administered` says that it reaches
    what belongs to no record.
    """

    edited: dict[RecordType, set[int]] = field(default_factory=dict)
    removed: dict[RecordType, set[int]] = field(default_factory=dict)
    restored: dict[RecordType, set[int]] = field(default_factory=dict)
    parts: dict[RecordType, set[int]] = field(default_factory=dict)
    discussed: dict[RecordType, set[int]] = field(default_factory=dict)
    accounts: set[int] = field(default_factory=set)
    administered: bool = False


def touched(changes: Sequence[JournalChange]) -> Touched:
    """What undoing changes touches; they are given newest first.

    A row that goes or comes with its parent needs nothing of its own, nor does one that only points again to what
    comes back: who may restore a contact restores what was deleted with it and cut loose from it.
    """
    step = _Step(changes)
    found = Touched()
    for place, ops in step.ops.items():
        if kind := step.kinds.get(place[0]):
            _record(found, kind, int(place[1]), ops, step)
        elif place[0] in ADMINISTERED:
            found.administered = True
        elif step.homes(place):
            for home in step.homes(place):
                _part(found, home, step)
        elif not step.only_points_back(place):
            found.administered = True
    return found


def _record(found: Touched, kind: RecordType, number: int, ops: Sequence[str], step: "_Step") -> None:
    place = (kind.table, str(number))
    newest, oldest = ops[0], ops[-1]
    if newest == "delete":
        if oldest != "insert" and not step.comes_with_another(place):
            found.restored.setdefault(kind, set()).add(number)
    elif oldest == "insert":
        found.removed.setdefault(kind, set()).add(number)
    elif not step.only_points_back(place):
        found.edited.setdefault(kind, set()).add(number)


def _part(found: Touched, home: "_Home", step: "_Step") -> None:
    table, number, discussed = home
    if table == User.__tablename__:
        found.accounts.add(int(number))
        return
    ops = step.ops.get((table, number), ())
    if "insert" not in ops and "delete" not in ops:
        kinds = found.discussed if discussed else found.parts
        kinds.setdefault(step.kinds[table], set()).add(int(number))


_Home = tuple[str, str, bool]
"""A record's or a person's row that others belong to, and whether they are notes on it."""


class _Step:
    """The rows of a step and what they point to."""

    def __init__(self, changes: Sequence[JournalChange]) -> None:
        self.kinds = {kind.table: kind for kind in registry().record_types.values() if kind.surfaces}
        self.children = {table: column for kind in self.kinds.values() for table, column in child_tables(kind).items()}
        self.references: dict[str, list[Reference]] = {}
        for reference in references():
            self.references.setdefault(reference.table, []).append(reference)
        self.ops: dict[Place, list[str]] = {}
        self.changes: dict[Place, list[JournalChange]] = {}
        for change in changes:
            place = (change.table_name, change.row_id)
            self.ops.setdefault(place, []).append(change.op)
            self.changes.setdefault(place, []).append(change)
        self.rows: dict[Place, list[Row]] = {
            place: [values for change in found for values in (change.before, change.after) if values]
            for place, found in self.changes.items()}
        self._read()
        self.pointing: dict[Place, list[Place]] = {}
        for place in self.ops:
            for target in self._targets(place, cascading=False):
                self.pointing.setdefault(target, []).append(place)

    def homes(self, place: Place, seen: frozenset[Place] = frozenset()) -> set[_Home]:
        """The records and people that a row belongs to, by its parents or else by what the step made refer to it."""
        seen = seen | {place}
        found = self._at(self._targets(place, cascading=True), seen) or self._at(self.pointing.get(place, ()), seen)
        return {(*home[:2], True) for home in found} if place[0] == Note.__tablename__ else found

    def _at(self, places: Iterable[Place], seen: frozenset[Place]) -> set[_Home]:
        found: set[_Home] = set()
        for place in places:
            if place[0] in self.kinds or place[0] == User.__tablename__:
                found.add((*place, False))
            elif place not in seen and place[0] not in ADMINISTERED:
                found |= self.homes(place, seen)
        return found

    def comes_with_another(self, place: Place) -> bool:
        """Whether a deleted row was taken along by the deletion of another, and comes back with it."""
        return any(self._comes_back(parent) for parent in self._targets(place, cascading=True))

    def only_points_back(self, place: Place) -> bool:
        """Whether all that is set back in a row are references to rows that come back."""
        for change in self.changes[place]:
            for column, value in (change.before or {}).items():
                targets = [r.target for r in self.references.get(place[0], ()) if r.column == column]
                if change.op != "update" or not any(self._comes_back((target, str(value))) for target in targets):
                    return False
        return all(change.op == "update" for change in self.changes[place])

    def _comes_back(self, place: Place) -> bool:
        ops = self.ops.get(place)
        return bool(ops) and ops[0] == "delete"  # type: ignore[index]

    def _targets(self, place: Place, cascading: bool) -> set[Place]:
        """The rows that a row refers to; `cascading` those that take it along, of a record's child rows the record."""
        found = set()
        only = self.children.get(place[0])
        for reference in self.references.get(place[0], ()):
            if not cascading or (reference.on_delete == "CASCADE" and only in (None, reference.column)):
                found |= {(reference.target, str(row[reference.column])) for row in self.rows.get(place, ())
                          if row.get(reference.column) is not None
                          and reference.record_type in (None, row.get("record_type"))}
        return found

    def _read(self) -> None:
        """Add the rows that the journal holds only in part, and those that they hang on."""
        missing = {place for place, ops in self.ops.items() if set(ops) == {"update"} and not self._settled(place)}
        asked: set[Place] = set()
        while missing:
            for place, row in _stored(missing):
                self.rows.setdefault(place, []).append(row)
            asked |= missing
            parents = {parent for place in self.rows if not self._settled(place)
                       for parent in self._targets(place, cascading=True) if not self._settled(parent)}
            missing = parents - self.rows.keys() - asked

    def _settled(self, place: Place) -> bool:
        """Whether a row's table alone says what it is part of."""
        return place[0] in self.kinds or place[0] in ADMINISTERED


def _stored(places: Iterable[Place]) -> Iterable[tuple[Place, Row]]:
    by_table: dict[str, list[str]] = {}
    for name, number in places:
        by_table.setdefault(name, []).append(number)
    for name, numbers in by_table.items():
        table = table_named(name)
        if table is not None:
            keys = [key_values(table, number) for number in numbers]
            yield from (((name, row_id(table, row)), row) for row in rows_by_key(table, keys))
