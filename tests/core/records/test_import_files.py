"""Files as they come: every broken one is answered with a sentence, none with a fault."""

import io
import zipfile
from contextlib import suppress
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import ValidationError
from openpyxl.styles import Font

from core.records import record_type
from core.records.formulas import neutral, original
from core.records.importing import columns, files, values
from core.records.importing.files import Shape, TableFileError
from core.records.importing.values import plain_number, read_date
from core.records.words import join_words, split_words
from core.web import fields


@pytest.fixture(autouse=True)
def context(request, monkeypatch):
    """Sentences need no translation here."""
    for module in (files, values):
        monkeypatch.setattr(module, "_", lambda said, **parts: said % parts if parts else said)
    monkeypatch.setattr("core.records.importing.workbooks._", lambda said, **parts: said % parts if parts else said)


def keep(content, tmp_path):
    path = tmp_path / "file.csv"
    files.keep(io.BytesIO(content), path)
    return path


def table(content, tmp_path):
    path = keep(content, tmp_path)
    shape = files.shape_of(path)
    return [files.headers(path, shape), *(cells for _n, cells in files.rows(path, shape))]


def workbook(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def wide(rows, value):
    """A workbook of rows that reach to Excel's last column."""
    book = openpyxl.Workbook()
    for number in range(1, rows + 1):
        book.active.cell(number, 1, "Name")
        cell = book.active.cell(number, 16384, value)
        cell.font = Font(bold=True)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(("content", "sentence"), [
    (b"", "empty"), (b" \r\n\r\n ", "empty"), (b"\xef\xbb\xbf", "no row of headers"),
    (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 50, "no table"), (b"%PDF-1.7 and so on", "no table"),
    (bytes(range(256)) * 100, "no table"), (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "old Excel"),
    (b"PK\x03\x04 and then nothing", "damaged"), (b"Name\n\"" + b"x" * 10_000_000, "quotation mark"),
    (b"Name\n" + b"a," * 3000 + b"\n", "more than 1000 columns"),
    (wide(1, "far out"), "more than 1000 columns"), (wide(1200, None), "more than 1000 columns"),
])
def test_what_is_no_table_is_answered_with_a_sentence(tmp_path, content, sentence):
    with pytest.raises(TableFileError, match=sentence):
        table(content, tmp_path)


def test_columns_that_are_only_formatted_do_no_harm_and_a_refused_workbook_leaves_nothing(tmp_path):
    assert table(wide(3, None), tmp_path) == [["Name"], ["Name"], ["Name"]]
    (tmp_path / "file.csv").unlink()
    with pytest.raises(TableFileError):
        keep(wide(1, "far out"), tmp_path)
    assert list(tmp_path.iterdir()) == []


HOSTILE = ["1" + " " * 900_000 + "x1", "T" * 100_000, "1." * 400_000, "2026-01-31T" + "1" * 100_000, "(" * 100_000]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:12])
def test_no_cell_takes_long_to_be_refused(text):
    for field in (fields.Money(label=""), fields.Number(label=""), fields.Date(label=""), fields.DateTime(label=""),
                  fields.Boolean(label=""), fields.Anniversary(label="")):
        with suppress(ValidationError):  # birthdays are refused by the field itself
            values.read(field, text, "EUR")


def test_no_header_takes_long_to_be_told(app):
    headers = ["a" + " " * 198 + "(", "a/" + " " * 197 + "(", "a " * 99 + "(", "a:" * 99 + "(", "1" * 199 + "("]
    assert columns.guess(record_type("contact"), headers) == {}

def test_an_archive_is_no_workbook(tmp_path):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(TableFileError, match="archive"):
        keep(stream.getvalue(), tmp_path)


def test_a_workbook_that_unpacks_to_a_mountain_is_refused(tmp_path):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"<row/>" * 20_000_000)
    with pytest.raises(TableFileError, match="unpacks"):
        keep(stream.getvalue(), tmp_path)


def test_a_broken_workbook_is_refused(tmp_path):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook")
    with pytest.raises(TableFileError, match="damaged"):
        keep(stream.getvalue(), tmp_path)


def test_a_workbook_is_read_as_it_looks(tmp_path):
    content = workbook(["Name", "Amount", "Day", "Yes", "Phone"],
                       ["=text".replace("=", "'="), 12.5, datetime(2026, 1, 31), True, 79161234567.0],  # noqa: DTZ001
                       [None, 3.0, date(2026, 2, 1), False, None])
    assert table(content, tmp_path) == [
        ["Name", "Amount", "Day", "Yes", "Phone"], ["'=text", "12.5", "2026-01-31", "true", "79161234567"],
        ["", "3", "2026-02-01", "false"]]


def test_a_formula_without_result_is_named(tmp_path):
    with pytest.raises(TableFileError, match="B2"):
        keep(workbook(["Name", "Sum"], ["x", "=1+1"]), tmp_path)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_separator_is_found(tmp_path, delimiter):
    lines = ["Name", "Note; or, note"], ["A", "x, y; z"], ["B", "1,5"]
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in line) for line in lines)
    assert table(text.encode(), tmp_path) == [list(line) for line in lines]


def test_a_title_above_the_headers_is_passed_over(tmp_path):
    assert table(b"Contacts of 2026\n\nName,E-mail,Phone\nA,a@example.com,1\n", tmp_path)[0][:2] == ["Name", "E-mail"]


def test_a_wrong_encoding_is_said(tmp_path):
    path = keep("Имя\nИван\n".encode("cp1251"), tmp_path)
    with pytest.raises(TableFileError, match="encoding"):
        files.headers(path, Shape("utf-8"))


@given(st.binary(max_size=3000))
@settings(max_examples=150, deadline=None)
def test_no_bytes_whatever_make_a_fault(tmp_path_factory, content):
    with suppress(TableFileError):
        table(content, tmp_path_factory.mktemp("any"))


@given(st.text(st.characters(exclude_categories=("Cs",))))
def test_a_neutral_text_is_no_formula_and_comes_back(text):
    safe = neutral(text)
    assert original(safe) == text
    assert safe[:1] not in ("=", "@", "\t", "\r", "\n")
    assert safe[:1] not in ("+", "-") or not any(character.isalpha() for character in safe)


@given(st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc"))).map(str.strip).filter(bool)))
def test_words_in_a_cell_come_back(words):
    assert split_words(join_words(words)) == words


@pytest.mark.parametrize(("text", "places", "plain"), [
    ("1 250,50", 2, "1250.50"), ("1.250,50", 2, "1250.50"), ("1,250.50", 2, "1250.50"), ("1,250", 2, "1250"),
    ("1,250", 3, "1.250"), ("(12)", 0, "-12"), ("−5", 0, "-5"), ("1 000 000", 0, "1000000"),
    ("1.000.000", 0, "1000000"),
    ("0,5", 2, "0.5"), ("0.125", 2, "0.125"), ("+7", 0, "7"),
])
def test_numbers_in_any_notation(text, places, plain):
    assert plain_number(text, places) == plain


@pytest.mark.parametrize("text", ["2026-01-31", "31.01.2026", "31.1.26", "1/31/2026", "31/01/2026", "20260131",
                                  "31 January 2026", "Jan 31, 2026", "31 янв. 2026 г.", "31 января 2026",
                                  "31-Jan-2026"])
def test_dates_in_any_notation(text):
    assert read_date(text) == date(2026, 1, 31)


@pytest.mark.parametrize("text", ["", "yesterday", "31.02.2026", "2026-13-01", "99999999", "1/2", "32 мая 2026"])
def test_what_is_no_date(text):
    assert read_date(text) is None
