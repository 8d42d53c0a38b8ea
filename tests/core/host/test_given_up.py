"""What a handler would not take is seen, and told again once the handler is mended."""

import re

import pytest
from sqlalchemy import select

from core.database import db
from core.events import Delivery, emit
from core.jobs import queue, run_pending
from core.journal import JournalTransaction
from core.plugin import EventHandler, registry
from core.testing import factories

HANDLER = "core.inbox:listen"


@pytest.fixture
def handler(app):
    """A handler whose line is dead for now; three events were given up."""
    heard = []
    registry().handlers[HANDLER] = EventHandler(key="listen", event="contact.created", run=heard.append)
    for number in (1, 2, 3):
        emit("contact.created", id=number)
    for delivery in db.session.scalars(select(Delivery).where(Delivery.subscription == HANDLER)):
        delivery.state, delivery.error, delivery.trace = "dead", "OSError: <no line>", "Traceback: here"
    db.session.commit()
    queue(app).huey.flush()
    yield heard
    del registry().handlers[HANDLER]
    queue(app).huey.flush()


def section(page):
    return page.text.split('id="given-up-core.inbox"')[1].split("</section>")[0]


def test_an_administrator_sees_what_was_given_up_and_has_it_told_again(app, client, admin, handler):
    shown = section(client.get("/settings/plugins"))
    for text in ("contact.created", "id=3", "listen", "OSError: &lt;no line&gt;", "Traceback: here"):
        assert text in shown
    one, *_others = re.findall(r'action="(/settings/plugins/given-up/[0-9]+/retry)"', shown)
    assert "1 event is told again." in client.post(one, follow_redirects=True).text
    run_pending(app)
    assert handler == [{"id": 3}]
    step = db.session.scalars(select(JournalTransaction).order_by(JournalTransaction.id.desc())).first()
    assert (step.user_id, step.via) == (admin.id, "web")
    assert "told again already" in client.post(one, follow_redirects=True).text
    every = re.search(r'action="(/settings/plugins/core.inbox/given-up/retry)"', shown)[1]
    assert "2 events are told again." in client.post(every, follow_redirects=True).text
    run_pending(app)
    assert sorted(event["id"] for event in handler) == [1, 2, 3]
    assert "given-up" not in client.get("/settings/plugins").text


def test_only_administrators_may(app, sign_in, handler):
    una = sign_in(factories.user("Una User", contact__view="all"))
    assert una.post("/settings/plugins/core.inbox/given-up/retry").status_code == 403


def test_many_are_shown_in_pages(app, client, handler, monkeypatch):
    monkeypatch.setattr("core.host.given_up.SHOWN", 2)
    first = client.get("/settings/plugins")
    assert section(first).count('method="post"') == 3
    older = re.search(r'href="(/settings/plugins\?given_up_before=[0-9]+)"', first.text)[1]
    assert "id=1" in section(client.get(older))


def test_the_command_line_shows_and_tells_again(app, handler):
    run = app.test_cli_runner().invoke
    from core.cli import events
    listed = run(events.failed).output.splitlines()
    assert len(listed) == 3
    number, event, key, _at, why = listed[0].split("\t")
    assert (event, key, why) == ("contact.created", HANDLER, "OSError: <no line>")
    assert run(events.retry, [number]).output == "Told again: 1.\n"
    assert run(events.retry, ["--plugin", "core.inbox"]).output == "Told again: 2.\n"
    run_pending(app)
    assert len(handler) == 3
    assert run(events.retry, []).exit_code == 2
