"""Two people save the same record: what can be joined is joined, the rest is asked.

A field that only one of them changed takes that one's value. Only fields that both changed, to different
values, need a person to choose. What the field was before both is read from the journal.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.journal import history
from core.records import forms
from core.records.pages import flat_pairs, head, relation_titles, said
from core.records.steps import child_tables, last_change
from core.records.type import RecordType
from core.web.fields import Relation, Rows
from core.web.i18n import ago


@dataclass(frozen=True)
class Joined:
    """What remains of somebody's input: `data` to save, and the names of fields that both changed."""

    data: dict[str, Any]
    both: tuple[str, ...]


def join(kind: RecordType, record: Any, data: Mapping[str, Any], version: int) -> Joined:
    """Compare input made from an older version with the record as it stands now."""
    before, children = _since(kind, record, version)
    theirs = forms.values_of(kind.form_fields, record)
    kept: dict[str, Any] = {}
    both = []
    for name, mine in data.items():
        field = kind.form_fields[name]
        attribute = field.attribute or name
        if plain(mine) == plain(theirs[name]):
            continue
        if isinstance(field, Rows):
            touched = name in children
            changed = True
        else:
            touched = any(part in before for part in (attribute, f"{attribute}_minor", f"{attribute}_currency"))
            changed = plain(mine) != plain(before.get(attribute))
        if touched and not changed:
            continue
        kept[name] = mine
        if touched:
            both.append(name)
    return Joined(kept, tuple(both))


def _since(kind: RecordType, record: Any, version: int) -> tuple[dict[str, Any], set[str]]:
    """The values by column that later versions replaced, and the child rows that they touched."""
    tables = child_tables(kind)
    names = {getattr(kind.model, name).property.mapper.local_table.name: name
             for name, field in kind.fields.items() if isinstance(field, Rows)}
    before: dict[str, Any] = {}
    children: set[str] = set()
    for change, _transaction in history(kind.table, record.id, also=tables, limit=200):
        if change.table_name != kind.table:
            children.add(names[change.table_name])
            continue
        if change.op == "insert" or change.new.get("version", version + 1) <= version:
            break
        before |= change.old
    return before, children


def context(kind: RecordType, record: Any, joined: Joined, user: Any) -> dict[str, Any]:
    """The context of records/conflict.html."""
    theirs = forms.values_of(kind.form_fields, record)
    titles = relation_titles(kind, [record], user)
    fields = []
    for name in joined.both:
        field = kind.form_fields[name]
        title = titles.get((field.target, theirs[name])) if isinstance(field, Relation) else None
        fields.append({"name": name, "label": field.label, "mine": said(field, joined.data[name]),
                       "theirs": said(field, theirs[name], title)})
    return {"rt": kind, "record": head(kind, record, titles), "fields": fields, "version": record.version,
            "action": kind.url("edit", record_id=record.id),
            "hidden": [("_fields", ",".join(joined.data)), *flat_pairs(joined.data)],
            "cancel_url": kind.url("show", record_id=record.id),
            "who": last_change(kind, record.id), "when": ago(record.updated_at)}


def plain(value: Any) -> Any:
    """A value in a form in which typed and stored ones compare equal."""
    if isinstance(value, list):
        return [plain(part) for part in value]
    if isinstance(value, Mapping):
        return {n: plain(part) for n, part in value.items() if n not in ("id", "e164") and part not in (None, "")}
    return "" if value is None else str(value)
