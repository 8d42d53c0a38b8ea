"""News reach a person in the inbox and by mail, as they choose; background work has a page of its own."""

from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from core.database import db
from core.inbox import Notification, notify, unread
from core.inbox.operations import entries
from core.jobs import Work, queue, run_pending, start, working
from core.plugin import Job, registry
from core.records import notes, record_type
from core.testing import factories
from core.users import User


@pytest.fixture(autouse=True)
def empty(app: Flask) -> Iterator[None]:
    queue(app).huey.flush()
    yield
    queue(app).huey.flush()


@pytest.fixture
def other(app: Flask) -> User:
    found = User(name="Olga Other", email="olga@example.com")
    db.session.add(found)
    db.session.commit()
    return found


def outbox(app: Flask) -> list[Any]:
    return [message_from_bytes(path.read_bytes(), policy=policy.default)
            for path in sorted((Path(app.instance_path) / "outbox").glob("*.eml"))]


def token(client: FlaskClient, url: str) -> str:
    page = client.get(url).get_data(as_text=True)
    return page.split('name="csrf_token" value="')[1].split('"')[0]


def test_news_are_listed_counted_opened_and_read(app: Flask, admin: User, client: FlaskClient) -> None:
    for number in range(52):
        notify(admin.id, "mention", f"Note <b>{number}</b>", f"/work/{number}", body="<script>")
    db.session.commit()
    page = client.get("/inbox/").get_data(as_text=True)
    assert "Note &lt;b&gt;51&lt;/b&gt;" in page
    assert "&lt;script&gt;" in page
    assert "<b>51" not in page
    assert client.get("/inbox/count").get_data(as_text=True) == "52"
    third = db.session.scalars(select(Notification.id).order_by(Notification.id).offset(2)).first()
    older = client.get(f"/inbox/?before={third}").get_data(as_text=True)
    assert "Note &lt;b&gt;1&lt;" in older
    assert "Note &lt;b&gt;2&lt;" not in older
    last = db.session.scalars(select(Notification).order_by(Notification.id.desc())).first()
    opened = client.get(f"/inbox/{last.id}")
    assert opened.status_code == 302
    assert opened.location == "/work/51"
    assert client.get("/inbox/count").get_data(as_text=True) == "51"
    csrf = token(client, "/inbox/")
    assert client.post("/inbox/read", data={"csrf_token": csrf}).status_code == 302
    assert client.get("/inbox/count").get_data(as_text=True) == ""
    assert client.get("/inbox/?show=unread").status_code == 200
    assert client.get("/inbox/?before=x").status_code == 400


def test_one_cannot_read_anothers_news(app: Flask, other: User, client: FlaskClient) -> None:
    notify(other.id, "system", "Secret", "/somewhere")
    db.session.commit()
    number = db.session.scalars(select(Notification.id)).one()
    assert "Secret" not in client.get("/inbox/").get_data(as_text=True)
    assert client.get(f"/inbox/{number}").status_code == 404
    client.post(f"/inbox/{number}/read", data={"csrf_token": token(client, "/inbox/")})
    assert db.session.scalars(select(Notification.read_at)).one() is None


def test_channels_are_the_persons_choice(app: Flask, admin: User, other: User) -> None:
    other.preferences = {"notify": {"mention": ["mail"], "system": []}}
    before = len(outbox(app))
    notify(other.id, "mention", "Ada mentions you:\nnew", "/x", actor_id=admin.id)
    notify(other.id, "system", "Nobody hears this", "/x")
    notify(other.id, "assigned", "Yours", "/x")
    notify(other.id, "assigned", "One's own doing", "/x", actor_id=other.id)
    assert len(queue().huey) == 0
    db.session.commit()
    run_pending(app)
    assert [n.title for n in db.session.scalars(select(Notification))] == ["Yours"]
    mail, = outbox(app)[before:]
    assert (mail["To"], mail["Subject"]) == ("olga@example.com", "Ada mentions you: new")
    assert mail.get_content().endswith("/x\n")


@pytest.mark.parametrize("url", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_news_lead_nowhere_else(app: Flask, admin: User, url: str) -> None:
    with pytest.raises(ValueError, match="no path of this application"):
        notify(admin.id, "system", "Click", url)
    with pytest.raises(ValueError, match="no kind of news"):
        notify(admin.id, "gossip", "Click", "/")


def test_finished_work_comes_to_the_inbox_and_its_file_to_the_owner_only(
        app: Flask, admin: User, other: User, client: FlaskClient, sign_in: Callable[[Any], FlaskClient]) -> None:
    def export(work_id: int) -> None:
        with working(work_id) as work:
            work.progress(2, 2)
            work.file("people.csv").write_text("a,b")

    registry().jobs["core.test:export"] = Job(key="export", run=export)
    try:
        work = start("core.test:export", admin, "People as CSV")
        db.session.commit()
        uid = work.uid
        waiting = client.get(f"/work/{uid}").get_data(as_text=True)
        assert "People as CSV" in waiting
        assert "every 1s" in waiting
        run_pending(app)
        page = client.get(f"/work/{uid}", headers={"HX-Request": "true"}).get_data(as_text=True)
        assert f"/work/{uid}/file" in page
        assert "<html" not in page
        answer = client.get(f"/work/{uid}/file")
        assert answer.get_data(as_text=True) == "a,b"
        assert answer.headers["Content-Disposition"] == "attachment; filename=people.csv"
        inbox = client.get("/inbox/").get_data(as_text=True)
        assert "Finished: People as CSV" in inbox
        stranger = sign_in(other)
        for url in (f"/work/{uid}", f"/work/{uid}/file"):
            assert stranger.get(url).status_code == 404
        assert stranger.post(f"/work/{uid}/cancel", data={"csrf_token": token(stranger, "/inbox/")}).status_code == 404
    finally:
        del registry().jobs["core.test:export"]


def test_news_are_in_the_language_of_who_reads_them(
        app: Flask, admin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "LANGUAGE", "ru")
    reader = factories.user("Olga Other", contact__view="all")
    for language, told in (("en", "Ada Admin mentioned you on Acme"), ("ru", "Ada Admin"), (None, "Ada Admin")):
        reader.language = language
        acme = factories.contact("Acme")
        notes.add(record_type("contact"), acme, "@Olga Other, look", admin)
        db.session.commit()
        run_pending(app)
        title = db.session.scalars(select(Notification.title).order_by(Notification.id.desc())).first()
        assert title.startswith(told)
        assert ("mentioned" in title) == (language == "en"), title


def test_waiting_work_can_be_stopped(app: Flask, admin: User, client: FlaskClient) -> None:
    work = start("core.test:never", admin, "People as CSV")
    db.session.commit()
    uid = work.uid
    assert client.get(f"/work/{uid}/file").status_code == 404
    csrf = token(client, f"/work/{uid}")
    assert client.post(f"/work/{uid}/cancel", data={"csrf_token": csrf}).status_code == 302
    assert db.session.scalars(select(Work.state)).one() == "cancelled"


def test_the_inbox_is_for_people_who_are_signed_in(app: Flask) -> None:
    anonymous = app.test_client()
    assert anonymous.get("/inbox/").status_code == 302
    assert anonymous.get("/inbox/count").status_code in (302, 401)




def test_what_is_told_again_goes_out_by_mail_once(app: Flask, client: FlaskClient, other: User) -> None:
    other.preferences = {"notify": {"assigned": ["mail"]}}
    before = len(outbox(app))
    for _delivery in range(2):
        notify(other.id, "assigned", "Helios is yours", "/contacts/1", once="assigned:1")
        db.session.commit()
    run_pending(app)
    assert len(outbox(app)) == before + 1
    assert entries(other.id) == []
    assert unread(other.id) == 0


def test_a_mail_names_the_host_that_is_configured(app: Flask, other: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "BASE_URL", "https://crm.example.org/")
    other.preferences = {"notify": {"assigned": ["mail"]}}
    notify(other.id, "assigned", "Helios is yours", "/contacts/1")
    db.session.commit()
    run_pending(app)
    assert outbox(app)[-1].get_content().endswith("\nhttps://crm.example.org/contacts/1\n")


def test_who_starts_a_worker_hears_that_links_in_mails_have_no_host(app: Flask, monkeypatch: pytest.MonkeyPatch,
                                                                     capsys: pytest.CaptureFixture[str]) -> None:
    from core.cli.server import migrated_app
    monkeypatch.setitem(app.config, "MAIL_URL", "smtp://mail.example.org")
    migrated_app()
    assert "BASE_URL is not set" in capsys.readouterr().err
    monkeypatch.setitem(app.config, "BASE_URL", "https://crm.example.org")
    migrated_app()
    assert capsys.readouterr().err == ""
