"""What a step changed, row by row and field by field."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from core.database import db
from core.journal import JournalChange, JournalTransaction
from core.journal.browsing import changes_of
from core.plugin import registry
from core.records import steps
from core.records.audit.kinds import ACTS, Kind, by_table, unknown
from core.records.audit.words import OUTCOMES
from core.records.type import RecordType
from core.web.fields import Money, MoneyValue

PAGE = 50
HIDDEN = frozenset({
    "id", "uid", "version", "created_at", "updated_at", "position", "account", "sha256", "inline_type", "hooks", "at",
    "user_id", "role_id", "author_id", "note_id", "record_type", "record_id", "mentions"})
"""Columns that say nothing to people, or that the step's sentence says; `account` is the digest of an address."""
LABELS = {
    "outcome": _l("What happened"), "ip": _l("IP address"), "agent": _l("Browser"), "name": _l("Name"),
    "description": _l("Description"), "permission": _l("Permission"), "scope": _l("Reach"), "text": _l("Text"),
    "enabled": _l("Switched on"), "installed_version": _l("Version"), "size": _l("Size"), "query": _l("Shows"),
    "shared": _l("Shared"), "pinned": _l("Pinned"), "type": _l("Kind")}
"""What the columns of core's own tables are called."""
SECRET = ("password", "secret", "token", "key")
"""A setting that is called so is told to have changed, and never what it is."""


def page(step: JournalTransaction, after_id: int, user: Any) -> tuple[list[dict[str, Any]], int | None]:
    """The changes of a step as the template draws them, and where the next page begins."""
    found = changes_of(step.id, after_id, PAGE + 1)
    shown = found[:PAGE]
    tables = by_table()
    subjects: dict[tuple[str, str], list[JournalChange]] = {}
    for change in shown:
        kind = tables.get(change.table_name) or unknown(change.table_name)
        subjects.setdefault((kind.key, _subject(kind, change)), []).append(change)
    kinds = {kind.key: kind for kind in tables.values()}
    present = _present(kinds, subjects)
    drawn = [_drawn(step, kinds.get(key) or unknown(changes[0].table_name), number, changes, present, user)
             for (key, number), changes in subjects.items()]
    return drawn, shown[-1].id if len(found) > PAGE else None


def _subject(kind: Kind, change: JournalChange) -> str:
    """The record that a change belongs to: its own row, or the one that a part of it hangs on."""
    if kind.type is None or change.table_name == kind.type.table:
        return change.row_id
    return (change.under or "").rpartition("=")[2] or change.row_id


def _present(kinds: Mapping[str, Kind], subjects: Iterable[tuple[str, str]]) -> dict[tuple[str, int], Any]:
    """The records that are there today, by (type, id): one statement a type."""
    found: dict[tuple[str, int], Any] = {}
    wanted: dict[RecordType, list[int]] = {}
    for key, number in subjects:
        type_ = kinds[key].type if key in kinds else None
        if type_ is not None and number.isdigit():
            wanted.setdefault(type_, []).append(int(number))
    for type_, numbers in wanted.items():
        rows = db.session.scalars(db.select(type_.model).where(type_.model.id.in_(numbers)))
        found |= {(type_.name, row.id): row for row in rows}
    return found


def _drawn(step: JournalTransaction, kind: Kind, number: str, changes: Sequence[JournalChange],
           present: Mapping[tuple[str, int], Any], user: Any) -> dict[str, Any]:
    own = next((c.op for c in changes if kind.type is None or c.table_name == kind.type.table), "update")
    title, url = ("" if kind in ACTS else f"#{number}"), ""
    if kind.type is not None:
        title, url = _named(kind.type, number, changes, user)
        record = present.get((kind.key, int(number) if number.isdigit() else 0))
        lines = _fields(step, kind.type, changes, record)
    else:
        lines = [line for change in changes for line in _columns(change)]
    return {"kind": kind.label, "icon": kind.icon, "title": title, "url": url, "op": own,
            "op_label": {"insert": _("Added"), "update": _("Changed"), "delete": _("Deleted")}[own],
            "changes": [line for line in lines if line["old"] or line["new"]]}


def _named(kind: RecordType, number: str, changes: Sequence[JournalChange], user: Any) -> tuple[str, str]:
    title = kind.title_for(int(number), user) if number.isdigit() else None
    if title is not None:
        return title, kind.url("show", record_id=int(number)) if kind.surfaces else ""
    stored = (c.old.get(kind.title) or c.new.get(kind.title) for c in changes if c.table_name == kind.table)
    return str(next(filter(None, stored), f"#{number}")), ""


def _fields(step: JournalTransaction, kind: RecordType, changes: Sequence[JournalChange],
            record: Any) -> list[dict[str, Any]]:
    money = {name: MoneyValue(getattr(record, f"{name}_minor", None), getattr(record, f"{name}_currency", ""))
             for name, one in kind.fields.items() if isinstance(one, Money)}
    return steps.changes(kind, steps.Step(step.id, step.at, step.user_id, "", step.via, money=money,
                                          rows=list(reversed(changes))))


def _columns(change: JournalChange) -> list[dict[str, str]]:
    """The columns of a table that no record type describes."""
    old, new = change.old, change.new
    if change.table_name == "component_settings":
        return _settings(change.row_id, old.get("data") or {}, new.get("data") or {})
    return [_line(name, old.get(name), new.get(name)) for name in dict.fromkeys([*old, *new]) if name not in HIDDEN]


def _settings(component: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[dict[str, str]]:
    schema = registry().settings.get(component)
    fields = schema().fields if schema else {}
    lines = []
    for name in dict.fromkeys([*old, *new]):
        if old.get(name) != new.get(name):
            label = getattr(fields.get(name), "label", None) or getattr(fields.get(name), "metadata", {}).get("label")
            lines.append(_line(name, old.get(name), new.get(name), str(label or name)))
    return lines


def _line(name: str, old: Any, new: Any, label: str = "") -> dict[str, str]:
    secret = any(word in name.lower() for word in SECRET)
    said = ["" if value in (None, "") else "•••" if secret else _said(name, value) for value in (old, new)]
    return {"label": label or str(LABELS.get(name, name.replace("_", " "))), "old": said[0], "new": said[1]}


def _said(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "outcome":
        return str(OUTCOMES.get(value, value))
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
