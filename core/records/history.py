"""The history of a record: its steps, and the ways back, of one field, of this record or of the whole step."""

from collections.abc import Mapping
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from marshmallow import ValidationError

from core.database import now
from core.journal import JournalChange, JournalTransaction, sizes
from core.records import forms, operations
from core.records.pages import head, relation_titles
from core.records.query import COUNT_LIMIT
from core.records.steps import Step, amounts, changes, step_of, steps
from core.records.timeline import VIA
from core.records.type import RecordType
from core.records.undoing import may_take_back, take_back
from core.users import reaches
from core.web.errors import Problem
from core.web.fields import Rows
from core.web.i18n import ago, format_number

STEPS = 100


def context(kind: RecordType, record: Any, user: Any,
            refused: tuple[int, str, ValidationError] | None = None) -> dict[str, Any]:
    """The context of records/history.html; `refused` says why a field of a step could not be set back."""
    found = steps(kind, record, now(), STEPS)
    large = sizes(kind.table, (step.transaction_id for step in found), COUNT_LIMIT + 1)
    may_edit = reaches(user, kind.permission("edit"), record)
    ways = _Ways(kind, record, user, refused) if may_edit else None
    return {"rt": kind, "record": head(kind, record, relation_titles(kind, [record], user)), "version": record.version,
            "entries": [_entry(kind, record, user, step, large.get(step.transaction_id, 0), ways) for step in found],
            "urls": {"list": kind.url("index"), "record": kind.url("show", record_id=record.id)}}


def _entry(kind: RecordType, record: Any, user: Any, step: Step, records: int, ways: "_Ways | None") -> dict[str, Any]:
    entry: dict[str, Any] = {
        "who": step.who, "when": ago(step.at), "at": step.at, "via": VIA.get(step.via, ""), "op": step.op,
        "changes": [change | (ways.back(step, change["name"]) if ways else {}) for change in changes(kind, step)],
        "undo_url": url_for("records.undo", transaction_id=step.transaction_id) if may_take_back(step, user) else None}
    if records > 1:
        number = format_number(COUNT_LIMIT) + "+" if records > COUNT_LIMIT else format_number(records)
        entry["part"] = ngettext("part of a change of %(number)s record", "part of a change of %(number)s records",
                                 records, number=number)
        entry["undo_label"] = ngettext("Undo on all %(number)s record", "Undo on all %(number)s records", records,
                                       number=number)
        if may_take_back(step, user) and ways:
            entry["undo_here_url"] = kind.url("undo_here", record_id=record.id, step=step.transaction_id)
    return entry


class _Ways:
    """Offers to set fields back to what they were before a step."""

    def __init__(self, kind: RecordType, record: Any, user: Any,
                 refused: tuple[int, str, ValidationError] | None) -> None:
        self.kind, self.record, self.user = kind, record, user
        self.refused = {(refused[0], refused[1]): _message(kind, refused[2])} if refused else {}
        self.values: dict[int, dict[str, Any]] = {}
        self.problems: dict[tuple[str, str], str] = {}

    def back(self, step: Step, name: str) -> dict[str, str]:
        """The address that sets a field back, or why it cannot be; nothing where it stands as it did."""
        number = step.transaction_id
        if number not in self.values:
            self.values[number] = old_values(self.kind, self.record, step)
        if name not in self.values[number]:
            return {}
        if problem := self.refused.get((number, name)) or self._problem(name, self.values[number][name]):
            return {"restore_problem": problem}
        return {"restore_url": self.kind.url("set_back", record_id=self.record.id, step=number, name=name)}

    def _problem(self, name: str, value: Any) -> str:
        key = name, repr(value)  # owners and statuses come and go: each is looked at once
        if key not in self.problems:
            try:
                operations.load(self.kind, {name: value}, self.user, self.record)
                self.problems[key] = ""
            except ValidationError as error:
                self.problems[key] = _message(self.kind, error)
        return self.problems[key]


def _message(kind: RecordType, error: ValidationError) -> str:
    return " ".join(one["message"] for one in forms.summary(kind.form_fields, error.normalized_messages()))


def set_back(kind: RecordType, record: Any, step_number: int, name: str, user: Any, version: int | None) -> None:
    """Give a field the value that it had before a step, by the operation that everybody uses.

    Raises Problem when the history knows no such value or it stands already, and what `operations.update` raises.
    """
    step = step_of(kind, record, step_number)
    if step is None:
        raise _not_in_history()
    values = old_values(kind, record, step)
    if name not in values:
        raise Problem(409, _("There is nothing to restore here"), _("The field has this value already."))
    operations.update(kind, record, {name: values[name]}, user, version)


def undo_here(kind: RecordType, record: Any, step_number: int, user: Any) -> JournalTransaction:
    """Take a step back on this record alone. Raises Problem as `undoing.take_back` does."""
    step = step_of(kind, record, step_number)
    if step is None:
        raise _not_in_history()
    if step.op == "insert" and not reaches(user, kind.permission("delete"), record):
        raise operations.not_yours()
    return take_back(step_number, user, {change.id for change in step.rows})


def _not_in_history() -> Problem:
    return Problem(404, _("This change is not in the history"), _("Open the history again from the record."))


def old_values(kind: RecordType, record: Any, step: Step) -> dict[str, Any]:
    """The values before a step as input data by field, without those that the record has now."""
    if step.op != "update":
        return {}
    old: dict[str, Any] = {}
    for change in step.rows:  # newest first: of a field that changed twice the first value counts
        old |= amounts(change.old, step.money) if change.table_name == kind.table else {}
    found = {}
    for name, field in kind.form_fields.items():
        if isinstance(field, Rows):
            now_rows, before = _rows(record, name, field, step.rows)
            if before != now_rows:
                found[name] = before
        elif (field.attribute or name) in old:
            value = field.serialize(name, old)
            if value != field.serialize(name, record):
                found[name] = value
    return found


def _rows(record: Any, name: str, field: Rows, changed: list[JournalChange]) -> tuple[list[Any], list[Any]]:
    """The child rows as they are, and as they are without what a step did to them."""
    inner = forms.row_fields(field)
    table = getattr(type(record), name).property.mapper.local_table.name
    rows = [{"id": row.id} | _row(inner, row, inner) for row in getattr(record, name)]
    before = [dict(row) for row in rows]
    for change in changed:
        if change.table_name != table:
            continue
        there = next((row for row in before if str(row.get("id")) == change.row_id), None)
        if change.op == "insert" and there:
            before.remove(there)
        elif change.op == "update" and there:
            there |= _row(inner, change.old, [n for n, f in inner.items() if (f.attribute or n) in change.old])
        elif change.op == "delete":
            back = _row(inner, change.old, inner)
            if not any(_same(inner, row, back) for row in before):
                before.insert(change.old.get("position", len(before)), back)
    return rows, before


def _row(inner: Mapping[str, Any], values: Any, names: Any) -> dict[str, Any]:
    return {name: inner[name].serialize(name, values) for name in names}


def _same(inner: Mapping[str, Any], one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two rows say the same; which of them is ticked as primary does not count."""
    return all(one[name] == other[name] for name, field in inner.items() if field.kind != "bool")
