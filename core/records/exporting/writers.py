"""The file formats of an export: CSV and XLSX, written line by line."""

import csv
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol, TextIO

from flask_babel import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from core.records.formulas import neutral
from core.web.i18n import locale, zone

SHEET_ROWS = 1_000_000
"""Excel reads 1,048,576 lines of a sheet; more go to a further one."""
_FIRST_DAY = date(1900, 3, 1)
"""Excel has no days before 1900, and one too many in that February."""
CELL_TEXT = 32_767
"""Characters that a cell of Excel holds."""


class Writer(Protocol):
    """What an export writes its lines to."""

    def write(self, values: Sequence[Any]) -> None:
        """Write one line."""

    def close(self) -> str:
        """Finish the file; returns a sentence on what the format could not hold, empty if it holds everything."""


class CsvWriter:
    """CSV in UTF-8: with the mark that Excel needs to see that, with semicolons and decimal commas for Russian."""

    def __init__(self, path: Path, delimiter: str = "", bom: bool = True) -> None:
        self._delimiter = delimiter or (";" if locale().language == "ru" else ",")
        self._file: TextIO = path.open("w", encoding="utf-8-sig" if bom else "utf-8", newline="")
        self._csv = csv.writer(self._file, delimiter=self._delimiter)

    def write(self, values: Sequence[Any]) -> None:
        """Write one line."""
        self._csv.writerow([self._text(value) for value in values])

    def close(self) -> str:
        """Finish the file."""
        self._file.close()
        return ""

    def _text(self, value: Any) -> str:
        match value:
            case None:
                return ""
            case bool():
                return _("yes") if value else _("no")
            case Decimal():
                return format(value, "f").replace(".", "," if self._delimiter == ";" else ".")
            case datetime():
                return value.astimezone(zone()).isoformat(sep=" ", timespec="seconds")
            case date():
                return value.isoformat()
            case _:
                return neutral(str(value))


class XlsxWriter:
    """An Excel workbook; texts are cells of text, which no program takes for a formula."""

    def __init__(self, path: Path, title: str) -> None:
        self._path, self._title = path, "".join(c for c in title if c not in r"\/*?:[]")[:25] or "1"
        self._book = Workbook(write_only=True)
        self._sheet: Any = None
        self._header: Sequence[Any] = ()
        self._lines = self._cut = 0

    def write(self, values: Sequence[Any]) -> None:
        """Write one line; the first is repeated on each further sheet."""
        if self._sheet is None or self._lines == SHEET_ROWS:
            number = len(self._book.worksheets) + 1
            self._sheet = self._book.create_sheet(self._title if number == 1 else f"{self._title} {number}")
            self._sheet.freeze_panes = "A2"
            self._lines = 0
            if self._header:
                self._append(self._header)
        self._header = self._header or values
        self._append(values)

    def _append(self, values: Sequence[Any]) -> None:
        self._sheet.append([self._cell(value) for value in values])
        self._lines += 1

    def close(self) -> str:
        """Finish the file."""
        self._book.save(self._path)
        return _("%(number)d texts were longer than Excel allows and were cut; CSV keeps them whole.",
                 number=self._cut) if self._cut else ""

    def _cell(self, value: Any) -> Any:
        if isinstance(value, datetime):
            return value.astimezone(zone()).replace(tzinfo=None)
        if isinstance(value, date) and value < _FIRST_DAY:
            value = value.isoformat()
        if isinstance(value, Decimal) and len(value.as_tuple().digits) > 15:
            value = format(value, "f")
        if isinstance(value, str):
            return self._text(value)
        return value

    def _text(self, value: str) -> Any:
        text = ILLEGAL_CHARACTERS_RE.sub("", value)
        if len(text) > CELL_TEXT:
            text = text[:CELL_TEXT - 1] + "…"
            self._cut += 1
        if text[:1] in ("=", "#"):
            cell = WriteOnlyCell(self._sheet, text)
            cell.data_type = "s"
            return cell
        return text


def writer(path: Path, file_format: str, title: str, delimiter: str = "", bom: bool = True) -> Writer:
    """The writer of a format: csv or xlsx."""
    return XlsxWriter(path, title) if file_format == "xlsx" else CsvWriter(path, delimiter, bom)
