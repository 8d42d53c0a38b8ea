"""Excel workbooks: their first sheet, turned into CSV row by row."""

import csv
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from itertools import zip_longest
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

MAX_ROWS = 1_048_576
MAX_UNPACKED = 2 * 1024**3
MAX_TEXTS = 128 * 1024**2
"""Bytes of the table of shared texts, which must be in memory whole."""
MAX_COLUMNS = 1000
MAX_WRITTEN = 1024**3
"""Characters of the CSV: a text that the workbook holds once may stand in a million cells."""
WIDE_ROWS = 1000
"""Rows that are only formatted beyond the last column; each costs as much as a page of cells."""
RATIO = 200
"""An honest sheet shrinks by 10 to 50."""


class TableFileError(ValueError):
    """A file that cannot be read; its text is a sentence for the user."""


def to_csv(source: Path, target: Path) -> None:
    """Write the first sheet as CSV in UTF-8. Raises TableFileError."""
    _check_size(source)
    written = 0
    try:
        with target.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            for cells in _lines(source):
                written += writer.writerow(cells)
                if written > MAX_WRITTEN:
                    raise TableFileError(_("The Excel file is too large. Save the sheet as CSV."))
    except TableFileError:
        target.unlink()
        raise
    except Exception as error:  # a broken workbook fails in openpyxl, zipfile and the XML parser in any way
        target.unlink(missing_ok=True)
        raise TableFileError(
            _("The Excel file is damaged. Open it in Excel, save it again and choose that.")) from error


def _check_size(source: Path) -> None:
    try:
        with zipfile.ZipFile(source) as archive:
            members = archive.infolist()
    except zipfile.BadZipFile as error:
        raise TableFileError(_("The Excel file is damaged or was not sent whole. Choose it again.")) from error
    if not any(member.filename == "xl/workbook.xml" for member in members):
        raise TableFileError(_("This is an archive and no Excel workbook. Choose a CSV or XLSX file."))
    for member in members:
        bomb = member.file_size > RATIO * max(member.compress_size, 1) and member.file_size > 16 * 1024**2
        texts = member.filename.endswith("sharedStrings.xml") and member.file_size > MAX_TEXTS
        if bomb or texts:
            raise TableFileError(_("The Excel file unpacks to far more than it seems. Save the sheet as CSV."))
    if sum(member.file_size for member in members) > MAX_UNPACKED:
        raise TableFileError(_("The Excel file is too large. Save the sheet as CSV."))


def _lines(source: Path) -> Iterator[list[str]]:
    from openpyxl import load_workbook  # a server that imports nothing does without
    values = load_workbook(source, read_only=True, data_only=True)
    formulas = load_workbook(source, read_only=True) if _has_formulas(source) else None
    try:
        if not values.worksheets:
            raise TableFileError(_("The Excel file has no sheet of cells."))
        blank = wide = 0
        beside = _rows(formulas) if formulas else iter(())
        for number, (cells, written) in enumerate(zip_longest(_rows(values), beside), 1):
            if written:
                _check_formulas(cells, written)
            if len(cells) > MAX_COLUMNS:
                wide += 1
                if wide > WIDE_ROWS or any(cell.value is not None for cell in cells[MAX_COLUMNS:]):
                    raise TableFileError(_("Row %(row)d has more than %(limit)d columns.", row=number,
                                           limit=MAX_COLUMNS))
            line = [_text(cell.value) for cell in cells[:MAX_COLUMNS]]
            while line and not line[-1]:
                line.pop()
            # rows that a sheet only claims to have
            blank = 0 if line else blank + 1
            if blank < 1000:
                yield line
    finally:
        values.close()
        if formulas:
            formulas.close()


def _rows(book: Any) -> Iterator[tuple[Any, ...]]:
    sheet = book.worksheets[0]
    # what a sheet says of its size may be wrong
    sheet.reset_dimensions()
    rows: Iterator[tuple[Any, ...]] = sheet.iter_rows(max_row=MAX_ROWS)
    return rows


def _has_formulas(source: Path) -> bool:
    """Whether any sheet has a formula, by a glance at its text: reading a workbook twice costs twice."""
    with zipfile.ZipFile(source) as archive:
        for name in archive.namelist():
            if not name.startswith("xl/worksheets/"):
                continue
            with archive.open(name) as file:
                tail = b""
                while chunk := file.read(1024 * 1024):
                    if b"<f>" in tail + chunk or b"<f " in tail + chunk:
                        return True
                    tail = chunk[-3:]
    return False


def _check_formulas(cells: Any, written: Any) -> None:
    for value, formula in zip(cells, written, strict=False):
        if formula.data_type == "f" and value.value is None:
            raise TableFileError(_(
                "The cell %(cell)s holds a formula that has not been calculated. Open the file in Excel, save it "
                "and choose it again.", cell=formula.coordinate))


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float():
            return format(Decimal(repr(value)), "f").removesuffix(".0")
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
        case date() | time():
            return value.isoformat()
        case _:
            return str(value)
