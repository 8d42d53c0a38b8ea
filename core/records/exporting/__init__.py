"""Export: all records that match a list, to CSV or XLSX, read and written in pieces.

Nothing of it grows with the number of records but the file.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from core.database import db, now
from core.records import query
from core.records.exporting.columns import choose, gather, needed, values
from core.records.query import ListState
from core.records.type import RecordType
from core.web.errors import Problem

PIECE = 500
FORMATS = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@dataclass(frozen=True)
class Options:
    """How a file is written; `whole` is all fields in a form that can be imported again, else what the list shows.

    An empty `delimiter` is the one that spreadsheets of the user's language expect.
    """

    format: str = "csv"
    whole: bool = False
    bom: bool = True
    delimiter: str = ""

    def __post_init__(self) -> None:
        if self.format not in FORMATS:
            raise Problem(400, _("“%(name)s” is no format of an export.", name=self.format[:20]),
                          _("There are %(known)s.", known=", ".join(FORMATS)))


@dataclass(frozen=True)
class Outcome:
    """How many records a file holds, and what it could not hold, as a sentence."""

    number: int
    note: str = ""


def _silent(_done: int) -> None:
    return


def export(kind: RecordType, state: ListState, user: Any, path: Path, options: Options,
           tell: Callable[[int], None] = _silent) -> Outcome:
    """Write what matches a list and the user may export; `tell` hears the number written so far.

    Ends the session's transaction after each piece, so that nobody waits for a long export.
    """
    columns = choose(kind, state, user, options.whole)
    names = needed(kind, columns)
    from core.records.exporting.writers import writer  # Excel costs a server that exports nothing six megabytes
    file = writer(path, options.format, str(kind.plural), options.delimiter, options.bom)
    note = ""
    try:
        file.write([column.label for column in columns])
        number, here = 0, replace(state, after="", before="")
        while True:
            statement = query.select_rows(kind, names, user).where(query.access(kind, user, "export"))
            page = query.page(kind, here, user, statement, PIECE)
            for line in values(kind, columns, gather(kind, user, columns, page.rows)):
                file.write(line)
            number += len(page.rows)
            db.session.commit()
            tell(number)
            if not page.next:
                break
            here = replace(here, after=page.next)
    finally:
        note = file.close()
    return Outcome(number, note)


def total(kind: RecordType, state: ListState, user: Any) -> int:
    """How many records an export would hold."""
    from sqlalchemy import func, select
    inner = query.ids(kind, state, user).where(query.access(kind, user, "export")).subquery()
    return db.session.scalar(select(func.count()).select_from(inner)) or 0


def file_name(kind: RecordType, options: Options) -> str:
    """What a new file is called: `contacts-2026-01-31.csv`."""
    return f"{kind.path}-{now():%Y-%m-%d}.{options.format}"
