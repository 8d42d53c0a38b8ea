"""The rows that an import refuses, in a file of their own: mend them there and import it again."""

import csv
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any

from flask_babel import gettext as _

from core.records.formulas import neutral, original
from core.records.importing.rows import Draft

OWN = 4
"""Columns in front of the row's own cells: row, field, value, reason."""


class Refusals:
    """Writes refused rows with the headers of the file and the reasons."""

    def __init__(self, path: Path, headers: Sequence[str], more: bool = False) -> None:
        exists = more and path.exists()
        self._file = path.open("a" if exists else "w", encoding="utf-8" if exists else "utf-8-sig", newline="")
        self._csv = csv.writer(self._file)
        if not exists:
            self._csv.writerow([_("Row"), _("Field"), _("Value"), _("Reason"), *map(neutral, headers)])

    def __enter__(self) -> "Refusals":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._file.close()

    def write(self, refused: Iterable[Draft]) -> None:
        """Add rows."""
        for made in refused:
            parts = zip(*made.errors, strict=True)
            fields, cells, reasons = (list(dict.fromkeys(filter(None, part))) for part in parts)
            self._csv.writerow([made.number, neutral("; ".join(fields)), neutral("; ".join(cells)), " ".join(reasons),
                                *map(neutral, made.cells)])
        self._file.flush()


def first(path: Path, number: int = 200) -> list[dict[str, Any]]:
    """The first refused rows as the report shows them."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [{"row": row[0], "field": original(row[1]), "value": original(row[2]), "reason": row[3]}
                for row in islice(csv.reader(file), 1, number + 1)]
