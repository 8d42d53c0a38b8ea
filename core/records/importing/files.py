"""Table files as people hand them in: CSV in whatever encoding, XLSX; read row by row."""

import codecs
import csv
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from flask_babel import gettext as _

from core.records.importing.workbooks import MAX_COLUMNS, TableFileError, to_csv

__all__ = ["DELIMITERS", "ENCODINGS", "Shape", "TableFileError", "count", "headers", "keep", "rows", "shape_of"]

MAX_CELL = 1_000_000
"""Characters of a cell: more is a quotation mark that is never closed."""
DELIMITERS = (",", ";", "\t", "|")
ENCODINGS = ("utf-8", "utf-16", "cp1251", "cp1252", "cp1250", "koi8_r", "cp866", "mac_cyrillic", "latin_1")
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
         (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SAMPLE = 256 * 1024
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Shape:
    """How a file is to be read: encoding, separator, and which of its rows (from 1) holds the headers."""

    encoding: str = "utf-8"
    delimiter: str = ","
    header: int = 1


def keep(stream: BinaryIO, path: Path) -> None:
    """Store what was handed in as CSV in `path`: a CSV as it is, the first sheet of a workbook converted.

    Raises TableFileError for what is no table.
    """
    # openpyxl goes by the ending
    raw = path.with_suffix(".xlsx")
    try:
        with raw.open("wb") as file:
            shutil.copyfileobj(stream, file, 1024 * 1024)
        with raw.open("rb") as file:
            head = file.read(_SAMPLE)
        if not head.strip():
            raise TableFileError(_("The file is empty."))
        if head.startswith(_ZIP):
            to_csv(raw, path)
            return
        if head.startswith(_OLE):
            raise TableFileError(_("This is an old Excel file (.xls). Save it as .xlsx or CSV and choose that."))
        if _is_binary(head):
            raise TableFileError(_("This is no table. Choose a CSV or XLSX file."))
        raw.rename(path)
    finally:
        raw.unlink(missing_ok=True)


def _is_binary(head: bytes) -> bool:
    if _bom(head) or _utf_16(head):
        return False
    strange = sum(head.count(bytes([code])) for code in range(32) if code not in (9, 10, 12, 13))
    return head.startswith((b"%PDF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff")) or strange > max(8, len(head) * 0.03)


def _bom(head: bytes) -> str:
    return next((encoding for mark, encoding in _BOMS if head.startswith(mark)), "")


def _utf_16(head: bytes) -> str:
    """UTF-16 without its mark: every second byte is the high one of Latin or Cyrillic."""
    for name, high, low in (("utf-16-le", head[1::2], head[0::2]), ("utf-16-be", head[0::2], head[1::2])):
        seldom = high.count(0) + high.count(4)
        if high and b"\0" in high and seldom > len(high) * 0.9 and low.count(0) < len(low) * 0.1:
            return name
    return ""


def shape_of(path: Path) -> Shape:
    """Find out how a file is to be read."""
    encoding = _encoding(path)
    with path.open("rb") as file:
        text = file.read(_SAMPLE).decode(encoding, "ignore").removeprefix("\ufeff")
    csv.field_size_limit(MAX_CELL)
    samples = {delimiter: _sample(text, delimiter) for delimiter in DELIMITERS}
    delimiter = max(DELIMITERS, key=lambda one: _score(samples[one]))
    return Shape(encoding, delimiter, _header(samples[delimiter]))


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(_SAMPLE)
        found = _bom(head) or _utf_16(head)
        if found:
            return found
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            chunk = head
            while chunk:
                decoder.decode(chunk)
                chunk = file.read(1024 * 1024)
            decoder.decode(b"", True)
        except UnicodeDecodeError:
            return _legacy(path)
    return "utf-8"


def _legacy(path: Path) -> str:
    """Guess an older encoding by the lines that are not plain ASCII."""
    sample = bytearray()
    with path.open("rb") as file:
        for line in islice(file, 100_000):
            if not line.isascii():
                sample += line[:4096]
            if len(sample) > 64 * 1024:
                break
    known = [name for name in ENCODINGS if name not in ("utf-8", "utf-16", "latin_1")]
    from charset_normalizer import from_bytes  # a server that reads no file does without
    best = from_bytes(bytes(sample), cp_isolation=known).best()
    return best.encoding if best else "cp1251"


def _sample(text: str, delimiter: str) -> list[list[str]]:
    try:
        return list(islice(csv.reader(text.splitlines(keepends=True), delimiter=delimiter), 20))
    except csv.Error:
        return []


def _score(sample: Sequence[Sequence[str]]) -> tuple[bool, int, int, int]:
    """How much a way to cut lines looks right: more than one cell, no quotation marks left over, one width."""
    widths = [len(row) for row in sample if row]
    usual = max(set(widths), key=lambda width: (widths.count(width), width)) if widths else 0
    quotes = sum('"' in cell for row in sample for cell in row)
    return usual > 1, -quotes, widths.count(usual), usual


def _header(sample: Sequence[Sequence[str]]) -> int:
    """The first row that is about as wide as the widest: titles above a table stand alone."""
    filled = [sum(bool(cell.strip()) for cell in row) for row in sample[:10]]
    wanted = max(filled, default=1) * 0.6
    return next((number for number, cells in enumerate(filled, 1) if cells and cells >= wanted), 1)


def _records(path: Path, shape: Shape) -> Iterator[list[str]]:
    csv.field_size_limit(MAX_CELL)
    encoding = "utf-8-sig" if shape.encoding == "utf-8" else shape.encoding
    errors = "strict" if encoding.startswith("utf") else "replace"
    number = 0
    try:
        with path.open(encoding=encoding, errors=errors, newline="") as file:
            for number, cells in enumerate(csv.reader(file, delimiter=shape.delimiter), 1):
                if len(cells) > MAX_COLUMNS:
                    raise TableFileError(_("Row %(row)d has more than %(limit)d columns.", row=number,
                                           limit=MAX_COLUMNS))
                yield cells
    except csv.Error as error:
        raise TableFileError(_(
            "After row %(row)d a cell is longer than %(limit)d characters: perhaps a quotation mark is never closed.",
            row=number, limit=MAX_CELL)) from error
    except UnicodeError as error:
        raise TableFileError(_("After row %(row)d the text is not in the encoding %(name)s. Choose another encoding.",
                               row=number, name=shape.encoding)) from error


def headers(path: Path, shape: Shape) -> list[str]:
    """The headers of the columns. Raises TableFileError if there is none."""
    for cells in islice(_records(path, shape), shape.header - 1, shape.header):
        while cells and not cells[-1].strip():
            cells.pop()
        if cells:
            return [cell.strip()[:200] for cell in cells]
    raise TableFileError(_("The file has no row of headers. Its first row must name the columns."))


def rows(path: Path, shape: Shape, after: int = 0) -> Iterator[tuple[int, list[str]]]:
    """(number in the file, cells) of the rows below the headers and after row `after`; empty rows are left out."""
    for number, cells in enumerate(_records(path, shape), 1):
        if number > max(shape.header, after) and any(cell.strip() for cell in cells):
            yield number, cells


def count(path: Path, shape: Shape) -> int:
    """How many rows there are below the headers."""
    return sum(1 for _row in rows(path, shape))
