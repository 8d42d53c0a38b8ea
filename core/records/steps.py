"""What the journal says of a record, in the words of its fields."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_login import current_user

from core.journal import Entry, JournalChange, JournalTransaction
from core.journal import history as journal_history
from core.records import display
from core.records.type import RecordType, record_type
from core.web.fields import FieldUi, Money, MoneyValue, Relation, Rows
from core.web.forms import title_of


@dataclass
class Step:
    """All that one transaction did to a record and its child rows."""

    transaction_id: int
    at: datetime
    user_id: int | None
    who: str
    via: str
    op: str = "update"
    money: dict[str, MoneyValue] = field(default_factory=dict)
    """The record's amounts as they are now: a change of one column does not say the other."""
    rows: list[JournalChange] = field(default_factory=list)


def steps(kind: RecordType, record: Any, before: datetime, limit: int) -> list[Step]:
    """The steps of a record before a moment, newest first."""
    entries = journal_history(kind.table, record.id, before=before, limit=limit * 4, also=child_tables(kind))
    return _grouped(kind, record, entries)[:limit]


def step_of(kind: RecordType, record: Any, transaction_id: int) -> Step | None:
    """What one transaction did to a record, None if nothing."""
    if not 0 < transaction_id < 2**31:
        return None
    entries = journal_history(kind.table, record.id, limit=2000, also=child_tables(kind), transaction_id=transaction_id)
    return next(iter(_grouped(kind, record, entries)), None)


def _grouped(kind: RecordType, record: Any, entries: list[Entry]) -> list[Step]:
    names = people([transaction for _change, transaction in entries])
    money = {name: MoneyValue(getattr(record, f"{name}_minor"), getattr(record, f"{name}_currency"))
             for name, one in kind.fields.items() if isinstance(one, Money)}
    found: dict[int, Step] = {}
    for change, transaction in entries:
        step = found.setdefault(transaction.id, Step(
            transaction.id, transaction.at, transaction.user_id, names.get(transaction.user_id or 0, ""),
            transaction.via, money=money))
        step.rows.append(change)
        if change.table_name == kind.table and change.op != "update":
            step.op = change.op
    return [step for step in found.values() if step.op != "update" or changes(kind, step)]


def last_change(kind: RecordType, record_id: int) -> str:
    """Who changed a record last."""
    entries = journal_history(kind.table, record_id, limit=1)
    return next(iter(people([transaction for _c, transaction in entries]).values()), "")


def people(transactions: list[JournalTransaction]) -> dict[int, str]:
    """The names behind transactions, by user id."""
    return record_type("user").titles((t.user_id for t in transactions if t.user_id), current_user)


def child_tables(kind: RecordType) -> dict[str, str]:
    """The tables of a type's child rows, and the column that says which record a row belongs to."""
    found = {}
    for name, one in kind.fields.items():
        if isinstance(one, Rows):
            relation = getattr(kind.model, name).property
            column = next(iter(relation.remote_side))
            found[relation.mapper.local_table.name] = column.name
    return found


def changes(kind: RecordType, step: Step) -> list[dict[str, Any]]:
    """The fields that a step changed, as people read them: name, label, old, new."""
    found: list[dict[str, Any]] = []
    children: dict[str, dict[str, Any]] = {}
    rows = {getattr(kind.model, n).property.mapper.local_table.name: (n, f)
            for n, f in kind.fields.items() if isinstance(f, Rows)}
    for change in reversed(step.rows):
        if change.table_name == kind.table:
            found += _own(kind, change, step.money)
        elif change.table_name in rows:
            name, one = rows[change.table_name]
            entry = children.setdefault(name, {"name": name, "label": one.label, "old": "", "new": ""})
            for side, values in (("old", change.old), ("new", change.new)):
                entry[side] = "; ".join(part for part in (entry[side], _row(one, values)) if part)
    return found + [entry for entry in children.values() if entry["old"] != entry["new"]]


def _own(kind: RecordType, change: JournalChange, money: dict[str, MoneyValue]) -> list[dict[str, Any]]:
    by_attribute = {f.attribute or name: (name, f) for name, f in kind.fields.items()}
    old, new = (amounts(values, money) for values in (change.old, change.new))
    return [{"name": by_attribute[attribute][0], "label": by_attribute[attribute][1].label,
             "old": _said(by_attribute[attribute][1], old.get(attribute)),
             "new": _said(by_attribute[attribute][1], new.get(attribute))}
            for attribute in dict.fromkeys([*old, *new]) if attribute in by_attribute and attribute not in SYSTEM]


def amounts(values: dict[str, Any], money: dict[str, MoneyValue]) -> dict[str, Any]:
    """Values with each amount of money put together of its two columns."""
    whole = dict(values)
    for name, now in money.items():
        minor, currency = f"{name}_minor", f"{name}_currency"
        if minor in values or currency in values:
            whole[name] = MoneyValue(values.get(minor, now.minor), values.get(currency, now.currency))
    return whole


SYSTEM = ("created_at", "updated_at")


def _row(one: Rows, values: dict[str, Any]) -> str:
    fields = {n: f for n, f in one.row_fields.items() if isinstance(f, FieldUi)}
    said = [_said(f, values.get(f.attribute or n)) for n, f in fields.items()
            if f.kind not in ("bool", "choice") and n != "e164"]
    return ", ".join(text for text in said if text)


def _said(one: Any, value: Any) -> str:
    title = title_of(one.target, value) if isinstance(one, Relation) and value else None
    try:
        return display.text(one, value, title)
    except (AttributeError, TypeError, ValueError):
        return str(value)

