"""Import: a CSV or XLSX file becomes records, after a check, in pieces, as one step that can be undone.

`receive` takes a file, `choose` says what its columns are, `check` tells what would happen, `run` does it.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import update

from core.database import db, now
from core.journal import acting, one_step
from core.records.addresses import parse
from core.records.assigning import tell_owners
from core.records.importing import columns, files, later
from core.records.importing.files import Shape, TableFileError
from core.records.importing.keys import Seen
from core.records.importing.models import RecordImport
from core.records.importing.pieces import OUTCOMES, Pieces, Settled
from core.records.importing.refusals import Refusals
from core.records.importing.rows import Plan
from core.records.type import RecordType, record_type
from core.web.errors import Problem

__all__ = ["MODES", "RecordImport", "TableFileError", "check", "choose", "claim", "content", "forget_old",
           "receive", "refused_file", "reshape", "run"]

PIECE = 200
"""Rows that are written in one transaction: more would let people wait who save at the same time."""
ROUNDS = 3
"""How often rows are put off that name records which further rows make: companies behind their branches."""
MODES = ("create", "update", "both")
KEEP = timedelta(days=7)
T = TypeVar("T")
Tell = Callable[[int, int], None]


def _silent(_done: int, _total: int) -> None:
    return


def receive(kind: RecordType, stream: BinaryIO, file_name: str, user: Any) -> RecordImport:
    """Keep a file and find out how it is to be read and what its columns are. Raises TableFileError."""
    found = RecordImport(user_id=user.id, type=kind.name, file_name=file_name.replace("\0", "")[:200] or "file")
    db.session.add(found)
    db.session.flush()
    folder().mkdir(parents=True, exist_ok=True)
    try:
        files.keep(stream, path(found))
        shape = files.shape_of(path(found))
        found.encoding, found.delimiter, found.header = shape.encoding, shape.delimiter, shape.header
        _map(kind, found, user)
    except TableFileError:
        path(found).unlink(missing_ok=True)
        raise
    return found


def reshape(kind: RecordType, found: RecordImport, shape: Shape, user: Any) -> None:
    """Read the file in another way. Raises TableFileError, and Problem for what is no encoding or separator."""
    if shape.encoding not in (*files.ENCODINGS, found.encoding) or shape.delimiter not in files.DELIMITERS \
            or not 1 <= shape.header <= 1000:
        raise Problem(400, _("The file cannot be read in that way."),
                      _("Choose an encoding and a separator from the lists."))
    found.encoding, found.delimiter, found.header = shape.encoding, shape.delimiter, shape.header
    _map(kind, found, user)


def _map(kind: RecordType, found: RecordImport, user: Any) -> None:
    names = files.headers(path(found), _shape(found))
    found.rows = files.count(path(found), _shape(found))
    if not found.rows:
        raise TableFileError(_("There is nothing below the headers."))
    kept = columns.remembered(kind, user, names)
    mapped = kept.columns if kept else {str(i): text for i, text in columns.guess(kind, names).items()}
    found.columns = {index: text for index, text in mapped.items() if columns.is_target(kind, parse(text))}
    found.key, found.mode = (kept.key, kept.mode) if kept else ("", "create")
    found.state, found.counts, found.position, found.round = "new", {}, 0, 0


def content(found: RecordImport) -> tuple[list[str], list[list[str]]]:
    """The headers of the file, and its first rows."""
    rows = [cells for _number, cells in islice(files.rows(path(found), _shape(found)), 3)]
    return files.headers(path(found), _shape(found)), rows


def choose(found: RecordImport, chosen: Mapping[int, str], key: str, mode: str, user: Any,
           remember: bool = False) -> None:
    """Settle what the columns are and which records the rows change. Raises Problem (422) with a sentence."""
    kind = record_type(found.type)
    names = files.headers(path(found), _shape(found))
    chosen = {index: text for index, text in chosen.items() if text and 0 <= index < len(names)}
    for text in chosen.values():
        try:
            known = columns.is_target(kind, parse(text))
        except ValueError:
            known = False
        if not known:
            raise Problem(422, _("%(plural)s have no field “%(name)s”.", plural=str(kind.plural), name=text[:60]),
                          _("Choose one from the list."))
    labels = dict(columns.targets(kind, chosen.values()))
    double = columns.twice(chosen.values())
    if double:
        raise Problem(422, _("Two columns go to %(field)s.", field=labels[double[0]]), _("Leave one of them out."))
    if not chosen:
        raise Problem(422, _("No column goes to a field."), _("Say for at least one column where it goes."))
    if key not in ("", *kind.import_keys) or mode not in MODES or (not key and mode != "create"):
        raise Problem(422, _("Say by which field records are found."), _("Without it every row is new."))
    found.columns, found.key, found.mode = {str(index): text for index, text in chosen.items()}, key, mode
    found.state, found.counts, found.position, found.round = "new", {}, 0, 0
    if remember:
        columns.remember(kind, user, names, found.columns, key, mode)


def check(found: RecordImport, user: Any, tell: Tell = _silent) -> None:
    """Go through the file without writing; `counts` and the file of refusals say what would happen."""
    number, total, file, shape = found.id, found.rows, path(found), _shape(found)
    pieces, seen, counts = Pieces(_plan(found), user), Seen(), dict.fromkeys(OUTCOMES, 0)
    with Refusals(refused_file(found), files.headers(file, shape)) as refused:
        for turn in range(ROUNDS):
            rows = later.read(_later(file, turn)) if turn else files.rows(file, shape)
            with later.Later(_later(file, turn + 1)) as put_off:
                for piece in _pieces(rows, PIECE):
                    settled = pieces.check(piece, seen, last=turn == ROUNDS - 1)
                    put_off.write(settled.later)
                    refused.write(settled.refused)
                    _count(counts, settled)
                    tell(sum(counts.values()), total)
            if not put_off.number:
                break
    seen.close()
    found = db.session.get_one(RecordImport, number)
    found.counts, found.state = counts, "checked"


def claim(found: RecordImport) -> bool:
    """Whether this is the one who may run a checked import: of two who ask at once the second waits, and may not."""
    claimed = db.session.execute(update(RecordImport).where(
        RecordImport.id == found.id, RecordImport.state == "checked").values(state="running"))
    return bool(claimed.rowcount)  # type: ignore[attr-defined]


def run(found: RecordImport, user: Any, tell: Tell = _silent,
        note: Callable[[int | None], None] = lambda _step: None) -> None:
    """Import the file, committing piece by piece; all of it is one step of the journal.

    A run that broke off goes on where it ended. `note` gets the step's id before each piece is committed and may
    still forbid it. Raises what that and `tell` raise.
    """
    number, total, shape, file = found.id, found.rows, _shape(found), path(found)
    pieces, resumed = Pieces(_plan(found), user), found.position
    counts = dict(found.counts) if resumed else dict.fromkeys(OUTCOMES, 0)
    assigned: Counter[int] = Counter()
    with acting(user.id, "import", found.file_name), one_step() as step, \
            Refusals(refused_file(found), files.headers(file, shape), more=bool(resumed)) as refused:
        step.id = found.transaction_id if resumed else None
        for turn in range(found.round if resumed else 0, ROUNDS):
            rows = later.read(_later(file, turn), resumed) if turn else files.rows(file, shape, resumed)
            with later.Later(_later(file, turn + 1), resumed) as put_off:
                for piece in _pieces(rows, PIECE):
                    settled = pieces.write(piece, last=turn == ROUNDS - 1)
                    put_off.write(settled.later)
                    refused.write(settled.refused)
                    _count(counts, settled)
                    assigned.update(settled.assigned)
                    found = db.session.get_one(RecordImport, number)
                    found.state, found.counts = "running", dict(counts)
                    found.round, found.position, found.transaction_id = turn, piece[-1][0], step.id
                    note(step.id)
                    db.session.commit()
                    tell(sum(counts.values()), total)
            resumed = 0
            if not put_off.number:
                break
    found = db.session.get_one(RecordImport, number)
    found.state = "done"
    tell_owners(record_type(found.type), assigned, user)
    db.session.commit()


def _later(file: Path, turn: int) -> Path:
    return file.with_suffix(f".{turn}.csv")


def _count(counts: dict[str, int], settled: Settled) -> None:
    for outcome, number in settled.counts.items():
        counts[outcome] += number


def _pieces(rows: Iterator[T], size: int) -> Iterator[Sequence[T]]:
    while piece := list(islice(rows, size)):
        yield piece


def _plan(found: RecordImport) -> Plan:
    kind = record_type(found.type)
    width = len(files.headers(path(found), _shape(found)))
    return Plan.of(kind, found.columns, found.key, found.mode, width)


def _shape(found: RecordImport) -> Shape:
    return Shape(found.encoding, found.delimiter, found.header)


def folder() -> Path:
    """Where files wait until they are imported."""
    return Path(current_app.instance_path) / "imports"


def path(found: RecordImport) -> Path:
    """The file of an import, as CSV."""
    return folder() / f"{found.uid}.csv"


def refused_file(found: RecordImport) -> Path:
    """The file of the rows that an import refuses, each with the reason."""
    return folder() / f"{found.uid}-refused.csv"


def forget_old() -> None:
    """Delete what was handed in more than a week ago; the imports themselves stay on record."""
    before = (now() - KEEP).timestamp()
    for file in folder().glob("*.*") if folder().exists() else ():
        if file.stat().st_mtime < before:
            file.unlink(missing_ok=True)

