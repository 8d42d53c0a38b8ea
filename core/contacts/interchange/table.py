"""A CSV file with a header row, whatever its delimiter."""

import csv
from collections.abc import Iterator

from flask_babel import gettext as _

from core.contacts.data import clean
from core.contacts.source import ContactFile

Row = dict[str, str]

MAX_CELL = 131_072
"""Characters of one cell; an address book that has more is broken."""


class Table:
    """The rows of a CSV file. Columns are known by their name in small letters, spaces made single."""

    def __init__(self, file: ContactFile) -> None:
        self._file = file
        lines = (file.decode(line) for _number, line in file)
        first = next((line for line in lines if line.strip() and not _is_excel_mark(line)), "")
        rows = {delimiter: _split(first, delimiter) for delimiter in ",;\t"}
        self._delimiter, header = max(rows.items(), key=lambda item: len(item[1]))
        self.header = [column_name(cell) for cell in header]

    def __iter__(self) -> Iterator[tuple[int, int, Row | str]]:
        """Yield (number of the row from 1, its line in the file, the row or what is wrong with it)."""
        csv.field_size_limit(MAX_CELL)  # the whole process shares it: other imports allow longer cells
        rows = csv.reader(self._lines(), delimiter=self._delimiter)
        begins, number = 1, 0
        seen_header = False
        while True:
            try:
                cells = next(rows)
            except StopIteration:
                return
            except csv.Error:
                number += 1
                yield number, begins, _("The row cannot be read: probably a quotation mark is not closed.")
                begins = rows.line_num + 1
                continue
            line, begins = begins, rows.line_num + 1
            if not any(cells) or _is_excel_mark(self._delimiter.join(cells)):
                continue
            if not seen_header:
                seen_header = True
                continue
            number += 1
            yield number, line, self._row(cells)

    def _row(self, cells: list[str]) -> Row | str:
        if any(cells[len(self.header) :]):
            found, expected = len(cells), len(self.header)
            return str(
                _(
                    "The row has %(n)s cells, the header only %(columns)s. Export the file again.",
                    n=found,
                    columns=expected,
                )
            )
        # of two columns with one name the first that says something counts
        row: Row = {}
        for name, cell in zip(self.header, cells, strict=False):
            if (text := clean(cell)) and name:
                row.setdefault(name, text)
        return row

    def _lines(self) -> Iterator[str]:
        for _number, line in self._file:
            yield self._file.decode(line) + "\n"


def column_name(text: str) -> str:
    """Return the name by which a column is known."""
    return " ".join(clean(text).casefold().split())


def _is_excel_mark(line: str) -> bool:
    # Excel's own way to say the delimiter, before the header
    return line.strip().lower() in ("sep=,", "sep=;", "sep=\t", "sep=")


def _split(line: str, delimiter: str) -> list[str]:
    try:
        return list(next(csv.reader([line], delimiter=delimiter), []))
    except csv.Error:
        return []
