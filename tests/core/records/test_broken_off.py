"""Long work breaks off half-way: its worker dies, or a person stops it. One undo still takes it all back."""

import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from core.contacts import Contact
from core.database import db, now
from core.jobs import Work, queue, run_pending, works
from core.records import bulk, importing
from core.testing import factories
from tests.core.records.browsing import Browser


class Killed(BaseException):
    """The end of a worker: nothing catches it."""


@pytest.fixture
def browser(app, client, monkeypatch):
    for name in ("core.records.bulk.PIECE", "core.records.views_bulk.PIECE", "core.records.importing.PIECE"):
        monkeypatch.setattr(name, 2)
    yield Browser(client)
    queue(app).huey.flush()


def at_second_piece(monkeypatch, owner, name, act):
    """Let something happen when a function is called for the second time."""
    original, calls = getattr(owner, name), []

    def counted(*arguments, **named):
        calls.append(name)
        if len(calls) == 2:
            act()
        return original(*arguments, **named)
    monkeypatch.setattr(owner, name, counted)


def die():
    raise Killed


def stop():
    """What another process does when the person presses Stop; on SQLite it has to wait for the piece's end."""
    db.session.commit()
    with db.engine.begin() as other:
        other.execute(update(Work).values(state="cancelled", finished_at=now()))


def work():
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(Work)).one()


def number(*conditions):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Contact).where(*conditions))


def undo_of(page):
    return re.search(r'action="(/undo/[0-9]+)"', page.text)[1]


def test_a_change_whose_worker_died_is_one_step(app, browser, monkeypatch):
    for one in range(5):
        factories.contact(f"C{one}", status="prospect")
    seller = factories.user("Sel Ler", contact__view="own")
    answer = browser.post("/contacts/bulk", {"all": "1", "action": "edit", "apply": "1", "set-status": "client",
                                             "set-owner": str(seller.id)})
    with monkeypatch.context() as patch:
        at_second_piece(patch, bulk, "change", die)
        with pytest.raises(Killed):
            run_pending(app)
    assert number(Contact.status == "client") == 2
    assert "/undo/" not in browser.get(answer.location).text  # it is to go on
    db.session.execute(update(Work).values(heartbeat=now() - works.STUCK - timedelta(minutes=1)))
    works.requeue()
    db.session.commit()
    run_pending(app)
    assert (work().state, work().message) == ("done", "5 changed.")
    assert work().result["assigned"] == {str(seller.id): 5}
    browser.post(undo_of(browser.get(answer.location)))
    assert number(Contact.status == "client") == 0


def test_what_a_stopped_deletion_has_taken_can_be_brought_back(app, browser, monkeypatch):
    for one in range(5):
        factories.contact(f"C{one}")
    answer = browser.post("/contacts/bulk", {"all": "1", "action": "delete", "confirmed": "1"})
    at_second_piece(monkeypatch, bulk, "delete", stop)
    run_pending(app)
    assert (work().state, number()) == ("cancelled", 3)  # nothing more is deleted once it has been stopped
    browser.post(undo_of(browser.get(answer.location)))
    assert number() == 5


def test_a_stopped_import_is_undone_from_any_of_its_pages(app, browser, monkeypatch):
    body = "name,kind\n" + "".join(f"Org {one},organization\n" for one in range(5))
    uploaded = browser.client.post("/contacts/import", data={"file": (io.BytesIO(body.encode()), "x.csv")})
    browser.post(uploaded.location, {"column.0": "name", "column.1": "kind", "key": "", "mode": "create"})
    answer = browser.post(f"{uploaded.location}/run")
    at_second_piece(monkeypatch, importing.Pieces, "write", stop)
    run_pending(app)
    assert number() == 2
    pages = [browser.get(url) for url in (answer.location, f"{uploaded.location}/report", "/contacts/import")]
    assert len({undo_of(page) for page in pages}) == 1
    assert "broke off" in pages[1].text
    browser.post(undo_of(pages[0]))
    assert number() == 0
