"""A colleague brings a file of contacts: what is understood, what is refused and why, and the way back."""

import io
import threading

import pytest
from sqlalchemy import func, select

from core.contacts import Contact, contacts
from core.database import db
from core.jobs import Work, run_pending
from core.journal import undo
from core.records import importing
from core.records.importing import columns
from core.testing import factories
from tests.core.records.browsing import Browser


def csv_file(text, encoding="utf-8"):
    return io.BytesIO(text.encode(encoding))


def bring(text, user, key="", mode="create", encoding="utf-8", mapping=None, name="contacts.csv"):
    """Upload, map as guessed (or as told), run; returns the import."""
    file = csv_file(text, encoding) if isinstance(text, str) else io.BytesIO(text)
    found = importing.receive(contacts, file, name, user)
    chosen = {int(i): address for i, address in found.columns.items()} | (mapping or {})
    importing.choose(found, chosen, key, mode, user)
    db.session.commit()
    importing.run(found, user)
    return found


def reasons(found):
    from core.records.importing.refusals import first
    return [row["reason"] for row in first(importing.refused_file(found))]


def one(name):
    return db.session.scalars(select(Contact).where(Contact.name == name)).one()


def test_a_file_of_people_becomes_contacts(app, admin):
    found = bring("Family name,Given name,E-mail,Phone 1 (mobile),Status,Tags,Birthday\n"
                  "Ivanova,Maria,maria@example.com,+7 916 123-45-67,Client,\"a, b\",31.01.1990\n", admin)
    assert found.counts == {"create": 1, "update": 0, "same": 0, "refused": 0}
    contact = db.session.scalars(select(Contact).where(Contact.family_name == "Ivanova")).one()
    assert contact.email == "maria@example.com"
    assert [(p.number, p.kind) for p in contact.phones] == [("+7 916 123-45-67", "mobile")]
    assert (contact.status, contact.tags, str(contact.birthday)) == ("client", ["a", "b"], "1990-01-31")
    assert contact.owner_id == admin.id


def test_a_refused_row_says_why_and_does_not_stop_the_others(app, admin):
    found = bring("Name,E-mail,Status\nHelios,info@helios.example,Client\nNobody,no mail,Client\n"
                  "Odd,odd@example.com,Wizard\n,,Client\nLast,last@example.com,\n", admin)
    assert found.counts == {"create": 2, "update": 0, "same": 0, "refused": 3}
    first, second, third = reasons(found)
    assert "no e-mail address" in first
    assert "“Wizard” is not in the list" in second
    assert "name" in third.lower()
    assert {c.name for c in db.session.scalars(select(Contact))} == {"Helios", "Last"}


def test_an_import_updates_by_a_key_and_is_undone_in_one_step(app, admin):
    factories.contact("Helios", status="prospect", emails=[
        {"address": "info@helios.example"}, {"address": "second@helios.example"}], about="old")
    text = ("Name,E-mail,About\nHelios,info@helios.example,new\nSun,sun@example.com,fresh\n"
            "Helios,info@helios.example,newest\n")
    found = bring(text, admin, key="email", mode="both")
    assert found.counts == {"create": 1, "update": 2, "same": 0, "refused": 0}
    helios = one("Helios")
    assert (helios.about, [e.address for e in helios.emails]) == (
        "newest", ["info@helios.example", "second@helios.example"])
    undo(found.transaction_id)
    db.session.commit()
    assert db.session.scalar(select(func.count()).select_from(Contact)) == 1
    assert one("Helios").about == "old"


def test_an_import_into_a_file_that_is_the_same_changes_nothing(app, admin):
    factories.contact("Helios", about="old")
    found = bring("Name,About\nHelios,old\n", admin, key="name", mode="both")
    assert found.counts["same"] == 1
    assert found.transaction_id is None


def test_a_check_tells_what_the_import_then_does(app, admin):
    factories.contact("Helios", emails=[{"address": "info@helios.example"}])
    text = "Name,E-mail\nHelios 2,info@helios.example\nNew,new@example.com\nNew again,new@example.com\n,\nX,nonsense\n"
    found = importing.receive(contacts, csv_file(text), "x.csv", admin)
    importing.choose(found, {int(i): a for i, a in found.columns.items()}, "email", "both", admin)
    db.session.commit()
    importing.check(found, admin)
    db.session.commit()
    foretold = dict(found.counts)
    assert foretold == {"create": 1, "update": 2, "same": 0, "refused": 1}
    assert db.session.scalar(select(func.count()).select_from(Contact)) == 1
    importing.run(found, admin)
    assert found.counts == foretold


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1251", "koi8-r"])
def test_the_encoding_is_found(app, admin, encoding):
    lines = "Фамилия;Имя;Почта\nИванова;Мария;maria@example.com\nПетров;Сергей;petrov@example.com\n"
    found = importing.receive(contacts, io.BytesIO(lines.encode(encoding)), "контакты.csv", admin)
    assert importing.content(found)[0] == ["Фамилия", "Имя", "Почта"]
    assert found.delimiter == ";"
    assert importing.content(found)[1][0][1] == "Мария"
    assert columns.guess(contacts, ["Фамилия", "Имя", "Почта"]) == {
        0: "family_name", 1: "given_name", 2: "emails.1.address"}


def test_rows_may_name_what_further_rows_make(app, admin):
    text = ("Name,Kind,Part of,Works at 1\nBranch of branch,Organisation,Branch,\nBranch,Organisation,Head,\n"
            "Maria,Person,,Head\nHead,Organisation,,\nLost,Organisation,Nowhere,\n")
    found = importing.receive(contacts, csv_file(text), "x.csv", admin)
    importing.choose(found, {int(i): a for i, a in found.columns.items()}, "", "create", admin)
    db.session.commit()
    importing.check(found, admin)
    db.session.commit()
    assert found.counts == {"create": 4, "update": 0, "same": 0, "refused": 1}
    importing.run(found, admin)
    assert found.counts == {"create": 4, "update": 0, "same": 0, "refused": 1}
    assert one("Branch of branch").parent_id == one("Branch").id
    assert one("Maria").employers[0].organization_id == one("Head").id
    assert "There is no contact “Nowhere”" in reasons(found)[0]


def test_two_columns_of_the_same_name_are_two_rows(app, admin):
    bring("Name,E-mail,E-mail\nHelios,a@example.com,b@example.com\n", admin)
    assert [e.address for e in one("Helios").emails] == ["a@example.com", "b@example.com"]


def test_a_ragged_row_is_refused_and_a_short_one_is_not(app, admin):
    found = bring("Name,About\nShort\nLong,a,b\n", admin)
    assert found.counts["create"] == 1
    assert "more cells" in reasons(found)[0]


def test_a_nul_byte_is_refused_with_the_row(app, admin):
    found = bring("Name,About\nBad,a\0b\nGood,x\n", admin)
    assert found.counts == {"create": 1, "update": 0, "same": 0, "refused": 1}
    assert "NUL" in reasons(found)[0]


def test_a_colleague_is_found_by_name_mail_or_uid(app, admin):
    seller = factories.user("Sel Ler", contact__view="all")
    bring(f"Name,Owner\nA,sel ler\nB,SEL.LER@example.com\nC,{seller.uid}\nD,{seller.id}\n", admin)
    assert {c.owner_id for c in db.session.scalars(select(Contact))} == {seller.id}
    factories.user("Other One").name = "SEL LER"
    db.session.commit()
    found = bring("Name,Owner\nE,sel ler\nF,Nobody\n", admin)
    assert "There are 2 with the name" in reasons(found)[0]
    assert "There is no user" in reasons(found)[1]


def test_rights_hold_row_by_row(app, admin):
    seller = factories.user("Sel Ler", contact__view="all", contact__edit="own", contact__create="all")
    factories.contact("Own", owner=seller.id)
    factories.contact("Theirs")
    found = bring("Name,About\nOwn,new\nTheirs,new\nFresh,new\n", seller, key="name", mode="both")
    assert found.counts == {"create": 1, "update": 1, "same": 0, "refused": 1}
    assert "not change it" in reasons(found)[0]
    assert one("Theirs").about == ""
    assert one("Fresh").owner_id == seller.id
    blind = factories.user("Bli Nd", contact__view="own", contact__edit="own", contact__create="all")
    found = bring("Name,About\nTheirs,stolen\n", blind, key="name", mode="update")
    assert "There is no record with this Name, or you may not see it." in reasons(found)[0]


def test_modes_and_keys(app, admin):
    factories.contact("Helios")
    assert "there already" in reasons(bring("Name,About\nHelios,x\n", admin, key="name"))[0]
    assert "no record" in reasons(bring("Name,About\nAurora,x\n", admin, key="name", mode="update"))[0]
    factories.contact("Helios")
    assert "2 records have this" in reasons(bring("Name,About\nHELIOS,x\n", admin, key="name", mode="both"))[0]
    uid = "018f0000-0000-7000-8000-000000000001"
    bring(f"uid,Name\n{uid},Sync\n", admin, key="uid", mode="both")
    assert one("Sync").uid == uid
    found = bring(f"uid,Name\n{uid},Synced\nnonsense,Other\n", admin, key="uid", mode="both")
    assert found.counts == {"create": 0, "update": 1, "same": 0, "refused": 1}
    # the database's own refusal stops only the row that it is about
    found = bring(f"uid,Name\n,First\n{uid},Twice\n,Last\n", admin, key="", mode="create")
    assert found.counts == {"create": 2, "update": 0, "same": 0, "refused": 1}


def test_an_import_that_broke_off_goes_on_and_stays_one_step(app, admin, monkeypatch):
    monkeypatch.setattr(importing, "PIECE", 2)
    text = "Name\n" + "".join(f"C{number}\n" for number in range(7))
    found = importing.receive(contacts, csv_file(text), "x.csv", admin)
    importing.choose(found, {0: "name"}, "", "create", admin)
    db.session.commit()

    def die(done, _total):
        if done >= 4:
            raise RuntimeError("the power went off")
    with pytest.raises(RuntimeError):
        importing.run(found, admin, die)
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Contact)) == 4
    importing.run(found, admin)
    assert sorted(db.session.scalars(select(Contact.name))) == [f"C{number}" for number in range(7)]
    assert found.counts["create"] == 7
    undo(found.transaction_id)
    db.session.commit()
    assert db.session.scalar(select(func.count()).select_from(Contact)) == 0


@pytest.fixture
def browser(client):
    return Browser(client)


def upload(browser, text, name="contacts.csv"):
    content = text if isinstance(text, bytes) else text.encode()
    return browser.post("/contacts/import", {"file": (io.BytesIO(content), name)}, content_type="multipart/form-data")


def test_from_the_file_to_the_undo_in_the_browser(app, browser):
    assert "Choose a file" in browser.get("/contacts/import").text
    page = upload(browser, "Kunde,E-mail\nHelios,info@helios.example\nBad,no mail\n").location
    mapping = browser.get(page)
    assert "Kunde" in mapping.text
    assert "Helios" in mapping.text
    answer = browser.post(page, {"column.0": "name", "column.1": "emails.1.address", "remember": "1", "key": "email",
                                 "mode": "both"}, follow_redirects=True)
    assert "Will be created" in answer.text
    assert "This is no e-mail address." in answer.text
    assert b"no mail" in browser.get(f"{page}/refused").data
    report = browser.post(f"{page}/run", follow_redirects=True)
    assert "1 new, 1 refused" in report.text
    assert one("Helios")
    undo_url = report.text.split('action="/undo/')[1].split('"')[0]
    browser.post(f"/undo/{undo_url}")
    assert db.session.scalars(select(Contact)).all() == []
    # the same headers are known the next time, the key as well
    again = browser.get(upload(browser, "Kunde,E-mail\nAurora,a@example.com\n").location)
    assert '<option value="name" selected>' in again.text
    assert '<option value="email" selected>' in again.text


def test_a_long_file_is_checked_and_imported_in_the_background(app, browser, monkeypatch):
    monkeypatch.setattr("core.records.views_exchange.AT_ONCE", 2)
    monkeypatch.setattr(importing, "PIECE", 2)
    page = upload(browser, "Name\n" + "".join(f"C{number}\n" for number in range(5))).location
    assert "/work/" in browser.post(page, {"column.0": "name"}).location
    run_pending(app)
    assert "Will be created" in browser.get(f"{page}/report").text
    assert "/work/" in browser.post(f"{page}/run").location
    assert browser.post(f"{page}/run").location.endswith("/report")
    run_pending(app)
    work = db.session.scalars(select(Work).order_by(Work.id.desc())).first()
    assert (work.state, work.message) == ("done", "5 new")
    assert work.result["transaction_id"]
    assert "Created" in browser.get(f"{page}/report").text


@pytest.mark.parametrize(("content", "sentence"), [
    (b"", "The file is empty"), (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 50, "This is no table"),
    (b"Name\n", "nothing below the headers"), (b"Name\n\"" + b"x" * 2_000_000, "quotation mark")])
def test_a_broken_file_is_answered_beside_the_form(app, browser, content, sentence):
    answer = upload(browser, content)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert browser.post("/contacts/import", {}).status_code == 422


def test_another_encoding_can_be_chosen(app, browser):
    page = upload(browser, "Имя;Заметка\nИван;раз\n".encode("cp1251")).location
    browser.post(page, {"reshape": "1", "encoding": "cp866", "delimiter": ";", "header": "1"})
    assert "cp866" in browser.get(page).text
    assert browser.post(page, {"reshape": "1", "encoding": "klingon", "delimiter": ";"}).status_code == 422
    assert browser.post(page, {"reshape": "1", "encoding": "utf-8", "delimiter": ";"}).status_code == 422
    browser.post(page, {"reshape": "1", "encoding": "cp1251", "delimiter": ";", "header": "1"})
    assert "Иван" in browser.get(page).text


def test_a_mapping_that_cannot_be_is_said(app, browser):
    page = upload(browser, "A,B\n1,2\n").location
    for mapping in ({}, {"column.0": "name", "column.1": "name"}, {"column.0": "gone"}, {"column.0": "a.b.c.d"},
                    {"column.0": "emails.x.address"}, {"column.0": "name", "mode": "update"},
                    {"column.0": "name", "key": "about", "mode": "both"}):
        assert browser.post(page, mapping).status_code == 422


def test_somebody_elses_import_is_not_there(app, browser, sign_in):
    page = upload(browser, "Name\nHelios\n").location
    other = Browser(sign_in(factories.user("Oth Er", contact__view="all", contact__create="all")))
    for url in (page, f"{page}/report", f"{page}/refused"):
        assert other.get(url).status_code == 404
    reader = Browser(sign_in(factories.user("Rea Der", contact__view="all")))
    assert reader.get("/contacts/import").status_code == 403


def test_an_import_that_is_asked_for_twice_at_once_runs_once(app, browser, sign_in, admin):
    page = upload(browser, "Name\n" + "".join(f"C{number}\n" for number in range(150))).location
    browser.post(page, {"column.0": "name"})
    people = [sign_in(admin) for _person in range(3)]
    db.session.rollback()
    together = threading.Barrier(3)

    def run(person):
        together.wait()
        with app.app_context():
            person.post(f"{page}/run")
    threads = [threading.Thread(target=run, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Contact)) == 150
