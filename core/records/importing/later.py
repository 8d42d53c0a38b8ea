"""Rows that name records which are perhaps made by rows further down: put off, on disk, to a further round."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType

Row = tuple[int, Sequence[str]]


class Later:
    """The rows that a round puts off. A round that broke off goes on with those up to row `upto`."""

    def __init__(self, path: Path, upto: int = 0) -> None:
        kept = [row for row in read(path) if row[0] <= upto] if upto and path.exists() else []
        self._path, self.number = path, 0
        self._file = path.open("w", encoding="utf-8", newline="")
        self._csv = csv.writer(self._file)
        self.write(kept)

    def __enter__(self) -> "Later":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._file.close()

    def write(self, rows: Iterable[Row]) -> None:
        """Put rows off."""
        for number, cells in rows:
            self._csv.writerow([number, *cells])
            self.number += 1
        self._file.flush()


def read(path: Path, after: int = 0) -> Iterator[Row]:
    """The rows that were put off, behind row `after`."""
    with path.open(encoding="utf-8", newline="") as file:
        for number, *cells in csv.reader(file):
            if int(number) > after:
                yield int(number), cells
