"""A list leaves as a file that spreadsheets open, that cannot hurt them, and that comes back unchanged."""

import csv
import io

import openpyxl
import pytest
from sqlalchemy import select

from core.contacts import Contact, contacts
from core.database import db
from core.jobs import Work, folder_of, run_pending
from core.records import exporting, importing
from core.records.query import ListState
from core.testing import factories
from tests.core.records.browsing import Browser


@pytest.fixture
def browser(client):
    return Browser(client)


def rows_of(answer):
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


def test_a_short_list_is_downloaded_at_once(app, browser):
    factories.contact("Helios", status="client")
    factories.contact("Other", status="prospect")
    answer = browser.post("/contacts/export", data={"format": "csv", "f.status.is": "client", "columns": "name,status"})
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=contacts-")
    assert rows_of(answer) == [["Name", "Status"], ["Helios", "Client"]]


def test_a_formula_becomes_text_but_numbers_and_telephones_stay(app, browser):
    for name in ("=cmd|' /C calc'!A0", "+SUM(1)", "-1", "@x", "+7 916 123"):
        factories.contact(name)
    answer = browser.post("/contacts/export", data={"format": "csv", "columns": "name"})
    assert {row[0] for row in rows_of(answer)[1:]} == {"'=cmd|' /C calc'!A0", "'+SUM(1)", "-1", "'@x", "+7 916 123"}
    answer = browser.post("/contacts/export", data={"format": "xlsx", "columns": "name"})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert "=cmd|' /C calc'!A0" in {cell.value for cell in cells}


def test_russians_get_semicolons(app, admin, browser):
    admin.language = "ru"
    factories.contact("Гелиос")
    answer = browser.post("/contacts/export", data={"format": "csv", "columns": "name,status"})
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert ";" in answer.data.decode().splitlines()[0]


def test_a_long_list_comes_in_the_background(app, admin, browser, monkeypatch):
    monkeypatch.setattr("core.records.views_exchange.AT_ONCE", 2)
    monkeypatch.setattr(exporting, "PIECE", 2)
    for number in range(5):
        factories.contact(f"Contact {number}")
    answer = browser.post("/contacts/export", data={"format": "csv", "columns": "name"})
    assert answer.status_code == 302
    run_pending(app)
    work = db.session.scalars(select(Work)).one()
    assert (work.state, work.done) == ("done", 5)
    (file,) = folder_of(work.uid).iterdir()
    assert file.read_text("utf-8-sig").splitlines() == ["Name", *(f"Contact {number}" for number in range(5))]


def test_only_what_may_be_exported_leaves(app, sign_in):
    seller = factories.user("Sel Ler", contact__view="all", contact__export="own")
    factories.contact("Theirs")
    factories.contact("Own", owner=seller.id)
    answer = Browser(sign_in(seller)).post("/contacts/export", data={"format": "csv", "columns": "name"})
    assert rows_of(answer)[1:] == [["Own"]]
    reader = factories.user("Rea Der", contact__view="all")
    assert Browser(sign_in(reader)).post("/contacts/export", data={"format": "csv"}).status_code == 403


def contents(contact):
    """All that a contact says, for comparison."""
    from core.web.forms import values_of
    values = values_of(contacts.form_fields, contact)

    def bare(value):
        if isinstance(value, list):
            return [{n: v for n, v in row.items() if n != "id"} if isinstance(row, dict) else row for row in value]
        return value
    return {name: bare(value) for name, value in values.items()} | {"uid": contact.uid}


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["en", "ru"])
def test_what_was_exported_comes_back_the_same(app, admin, tmp_path, file_format, language):
    from core.web.i18n import speaking
    admin.language = language
    org = factories.contact("Helios; \"Energy\", =1", tags=["a,b", "c;d", 'e"f', "="], about="line\nline\t'=x")
    factories.contact(kind="person", name="", family_name="Иванова", given_name="Мария", birthday="1990-02-28",
                      emails=[{"address": "m@example.com", "kind": "home"}, {"address": "n@example.com"}],
                      phones=[{"number": "+7 916 123-45-67", "kind": "mobile"}, {"number": "-5", "label": "'"}],
                      employers=[{"organization": org.id, "role": "CEO", "left": True, "started_on": "2020-01-01"}])
    factories.contact("Old", birthday="1604-02-29", kind="person")
    factories.contact("Older", birthday="1799-06-06", kind="person")
    before = sorted((contents(c) for c in db.session.scalars(select(Contact))), key=lambda c: c["name"])
    path = tmp_path / f"all.{file_format}"
    with speaking(admin):
        exporting.export(contacts, ListState(), admin, path, exporting.Options(file_format, whole=True))
        for contact in db.session.scalars(select(Contact)):
            db.session.delete(contact)
        db.session.commit()
        with path.open("rb") as file:
            found = importing.receive(contacts, file, path.name, admin)
        importing.choose(found, {int(i): a for i, a in found.columns.items()}, "uid", "both", admin)
        db.session.commit()
        importing.run(found, admin)
    from core.records.importing.refusals import first
    assert found.counts["refused"] == 0, first(importing.refused_file(found))
    after = sorted((contents(c) for c in db.session.scalars(select(Contact))), key=lambda c: c["name"])
    for person in (*before, *after):
        for row in person["employers"]:
            row["organization"] = "the one"
    assert after == before
