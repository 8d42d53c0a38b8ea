"""A page of the journal: its steps as lines, each with the records that it touched and the way back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import url_for
from flask_babel import ngettext

from core.journal import JournalTransaction
from core.journal.browsing import Place, Sought, Touched, steps, touched
from core.journal.encoding import decode_row
from core.plugin import registry
from core.records.audit import words
from core.records.audit.kinds import SPOKEN, Kind, by_table, unknown
from core.records.steps import people
from core.records.timeline import VIA
from core.web.i18n import ago, exactly

PAGE = 50
COUNTED = 100
"""Of a larger step a line says "100+": counting all of it would cost what the step did."""
NAMED = 3
"""A line names so many records; the step's own page shows the rest."""
SENTENCES = 6

OPS = {"insert": lambda n, count: ngettext("%(count)s added", "%(count)s added", n, count=count),
       "update": lambda n, count: ngettext("%(count)s changed", "%(count)s changed", n, count=count),
       "delete": lambda n, count: ngettext("%(count)s deleted", "%(count)s deleted", n, count=count)}


@dataclass
class Line:
    """What a step did to one kind of record: the operations by record id, in their order."""

    kind: Kind
    records: dict[int, str] = field(default_factory=dict)

    def said(self, more: bool) -> str:
        """The numbers in words: "2 added, 1 changed"; with a plus where there may be more than was counted."""
        tally: dict[str, int] = {}
        for op in self.records.values():
            tally[op] = tally.get(op, 0) + 1
        return ", ".join(OPS[op](number, f"{number}{'+' * more}") for op, number in tally.items())


def page(sought: Sought, after: Place | None, user: Any,
         limit: int = PAGE) -> tuple[list[dict[str, Any]], Place | None]:
    """The steps of a page as the template draws them, and where the next page begins."""
    found = steps(sought, after, limit + 1)
    shown = found[:limit]
    last = shown[-1] if len(found) > limit else None
    return _drawn(shown, user), (last.at, last.id) if last else None


def one(step: JournalTransaction, user: Any) -> dict[str, Any]:
    """One step as the template draws it."""
    return _drawn([step], user)[0]


def _drawn(shown: Sequence[JournalTransaction], user: Any) -> list[dict[str, Any]]:
    rows: dict[int, list[Touched]] = {}
    for row in touched([step.id for step in shown], COUNTED, SPOKEN):
        rows.setdefault(row.transaction_id, []).append(row)
    tables = by_table()
    lines = {number: _lines(found, tables) for number, found in rows.items()}
    names = _names(shown, [row for found in rows.values() for row in found],
                   [line for found in lines.values() for line in found], user)
    return [_step(step, lines.get(step.id, []), rows.get(step.id, []), names, user) for step in shown]


def _lines(rows: Iterable[Touched], tables: dict[str, Kind]) -> list[Line]:
    """The changes of a step by kind; those of a record's parts are changes of the record."""
    found: dict[str, Line] = {}
    for row in rows:
        kind = tables.get(row.table_name) or unknown(row.table_name)
        if row.table_name in SPOKEN:
            continue
        line = found.setdefault(kind.key, Line(kind))
        own = kind.type is None or row.table_name == kind.type.table
        number = row.row_id if own else (row.under or "").rpartition("=")[2]
        if number.isdigit() and (own or int(number) not in line.records):
            line.records[int(number)] = row.op if own else "update"
    return [line for line in found.values() if line.records]


def _names(shown: Sequence[JournalTransaction], rows: Iterable[Touched], lines: Iterable[Line],
           user: Any) -> words.Names:
    """Everybody and everything that the page names, one statement a type; only what the reader may see."""
    wanted: dict[str, set[int]] = {"user": set()}
    for line in lines:
        if line.kind.type is not None:
            wanted.setdefault(line.kind.type.name, set()).update(list(line.records)[:NAMED])
    roles = False
    for row in rows:
        whole = decode_row(row.before) | decode_row(row.after)
        roles |= row.table_name in ("role", "role_grant", "user_role")
        if row.table_name in ("sign_in", "user_role") and whole.get("user_id"):
            wanted["user"].add(whole["user_id"])
        if row.table_name == "record_note" and "record_type" in whole:
            wanted.setdefault(whole["record_type"], set()).add(whole["record_id"])
    records: dict[tuple[str, int], str] = {}
    for kind in registry().live_types():  # the tables of a plugin that has been removed may be gone
        if numbers := wanted.get(kind.name):
            records |= {(kind.name, number): title for number, title in kind.titles(numbers, user).items()}
    named = {number: title for (name, number), title in records.items() if name == "user"}
    return words.Names(named | people(list(shown)), words.roles() if roles else {}, records)


def _step(step: JournalTransaction, lines: Sequence[Line], rows: Sequence[Touched], names: words.Names,
          user: Any) -> dict[str, Any]:
    more = len(rows) >= COUNTED
    said = [words.sentence(row, names) for row in rows if row.table_name in SPOKEN]
    drawn = [{"label": line.kind.label, "icon": line.kind.icon, "said": line.said(more),
              "records": _records(line, names), "rest": max(0, len(line.records) - NAMED)} for line in lines]
    sentences = list(dict.fromkeys(filter(None, said)))
    kept = all(row.table_name != "sign_in" for row in rows)  # what happened at the door is not taken back
    mine = user.is_admin or step.user_id == user.id
    return {
        "id": step.id, "at": step.at, "when": ago(step.at), "exactly": exactly(step.at),
        "who": names.people.get(step.user_id or 0, ""), "via": VIA.get(step.via, ""), "reason": step.reason or "",
        "sentences": sentences[:SENTENCES], "more_sentences": max(0, len(sentences) - SENTENCES), "kinds": drawn,
        "undone": step.undone_by_id is not None, "undoes": step.undo_of_id,
        "url": url_for("journal.step", number=step.id),
        "undo_url": url_for("records.undo", transaction_id=step.id)
        if mine and kept and rows and step.undone_by_id is None else None}


def _records(line: Line, names: words.Names) -> list[dict[str, str]]:
    kind = line.kind.type
    if kind is None:
        return []
    return [{"title": title, "url": kind.url("show", record_id=number) if kind.surfaces else ""}
            for number in list(line.records)[:NAMED] if (title := names.records.get((kind.name, number)))]


def plain(step: dict[str, Any]) -> str:
    """What a step did, in one text."""
    kinds = [f"{kind['label']}: {kind['said']}" + "".join(f" ({', '.join(r['title'] for r in kind['records'])})"
             for _one in [0] if kind["records"]) for kind in step["kinds"]]
    return "; ".join([*step["sentences"], *kinds])
