"""A gallery of plugins that run wild once they are on: the page stands, names them, and others lose nothing."""

import re
import time

import pytest
from sqlalchemy import text

from core import jobs
from core.cli import eleven
from core.database import db
from core.events import Delivery
from core.testing import factories
from core.web import render
from tests.core.host.samples import BACKGROUND, HEALTHY, MANY, NOT_SHOWN, OPERATION, VETO, WILD

sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SHARED = {"SQL error", "endless statement", "commits", "rolls back", "a savepoint left open", "a connection left open"}
"""What depends on the database; the rest is seen on one."""
FAULTS = [(fault, kind) for fault in WILD for kind in ("sqlite", "postgresql") if kind == "sqlite" or fault in SHARED]


@pytest.fixture
def visit(write, make_company):
    """Make a company with a healthy plugin and a broken one; returns the application, a browser, a contact's page."""
    def make(hooks, seconds=0.5):
        write("good", hooks=HEALTHY)
        package = write("broken", hooks=hooks)
        (package / "templates" / "broken").mkdir(parents=True)
        app = make_company(PLUGINS_SECONDS=seconds)
        with app.app_context():
            client = factories.client_of(app, factories.admin())
            return app, client, f"/contacts/{factories.contact('Helios').id}"
    return make


def card(client, name="broken"):
    return client.get("/settings/plugins").text.split(f'id="plugin-{name}"')[1].split("</section>")[0]


@pytest.mark.parametrize(("fault", "database_url"), FAULTS, indirect=["database_url"])
def test_a_plugin_that_fails_while_a_page_is_built(fault, visit):
    hooks, where, reason = WILD[fault]
    _app, client, url = visit(hooks)
    client.get("/contacts/")
    begin = time.monotonic()
    page = client.get(url)
    assert time.monotonic() - begin < 4
    assert page.status_code == 200
    assert "the good panel" in page.text
    assert (NOT_SHOWN in page.text) == where.startswith("panel")
    found = card(client)
    assert f"{where}: " in found
    assert reason in found
    assert "Traceback" in found
    assert "What went wrong" not in card(client, "good")


@sqlite
@pytest.mark.parametrize("fault", MANY)
def test_what_is_too_much_is_cut_and_named(fault, visit):
    hooks, where = MANY[fault]
    _app, client, url = visit(hooks, seconds=10)
    page = client.get(url)
    assert "row 499" in page.text
    assert "row 500" not in page.text
    assert f"{where} gave more than 500 things" in card(client)


@sqlite
def test_markup_in_a_text_is_shown_as_it_is_written(visit):
    hooks, _where, _reason = WILD["raises"]
    _app, client, url = visit(hooks.replace("1 / 0", "return [PanelRow(text='<script>alert(1)</script>')]"))
    assert "&lt;script&gt;alert(1)" in client.get(url).text
    assert "<script>alert(1)" not in client.get(url).text


def token(client):
    return re.search(r'name="csrf_token" value="([^"]+)"', client.get("/settings/plugins").text)[1]


@pytest.mark.parametrize(("act", "reason"), [
    ("return [1 / 0]", "division by zero"), ("db.session.commit()", "inside of a hook or an operation"),
    ("while True: pass", "It was ended"), ("db.session.execute(text('SELECT nothing'))", "nothing")])
def test_who_has_a_say_and_fails_denies(act, reason, visit):
    app, client, url = visit(VETO.format(act))
    answer = client.post(f"{url}/delete", data={"csrf_token": token(client), "version": 1})
    assert answer.status_code == 503
    assert "Broken has a say in this and could not be asked" in answer.text
    assert client.get(url).status_code == 200
    assert reason in card(client)
    with app.app_context():
        assert db.session.execute(text("SELECT count(*) FROM contact")).scalar() == 1


def test_a_commit_inside_of_an_operation_is_refused_and_nothing_is_saved(visit):
    app, client, _url = visit(OPERATION)
    answer = client.post("/broken/things/new", data={"csrf_token": token(client), "_fields": "name", "name": "Half"})
    assert answer.status_code == 503
    assert "prepare of broken.thing: HeldTransactionError: db.session.commit() inside of" in card(client)
    with app.app_context():
        assert db.session.execute(text("SELECT count(*) FROM broken_thing")).scalar() == 0


def test_a_job_and_a_handler_that_never_end(visit):
    app, client, _url = visit(BACKGROUND)
    with app.app_context():
        jobs.put(jobs.queue(), "broken:endless", {})
        begin = time.monotonic()
        jobs.run_pending(app)
        assert time.monotonic() - begin < 10
    found = card(client)
    for where in ("job broken:endless", "handler broken:endless"):
        assert f"{where}: LimitError: It was ended after 1 seconds" in found
    assert "handler broken:raises: ZeroDivisionError" in found
    with app.app_context():
        assert db.session.execute(text("SELECT name FROM contact")).scalar() == "Helios"
        assert set(db.session.scalars(db.select(Delivery.state).where(
            Delivery.subscription.like("broken:%")))) == {"pending"}


@sqlite
@pytest.mark.parametrize("content", ["{% if %}", "{{ 1 / 0 }}", "{{ nothing.at.all }}"])
@pytest.mark.parametrize("name", ["records/list.html", "base.html"])
def test_a_template_of_the_companys_that_fails_gives_way_to_cores(content, name, visit, tmp_path):
    (tmp_path / "templates" / "records").mkdir(parents=True)
    (tmp_path / "templates" / name).write_text(content)
    _app, client, _url = visit("")
    page = client.get("/contacts/")
    assert page.status_code == 200
    assert "Helios" in page.text
    assert f"template {name}: " in card(client, "instance/templates")


@sqlite
@pytest.mark.parametrize("content", ["{% if %}", "{{ 1 / 0 }}"])
def test_a_template_of_a_plugins_that_fails_gives_way_to_cores(content, visit, folder):
    app, client, _url = visit("")
    (folder / "broken" / "templates" / "broken" / "thing.html").write_text(content)
    with app.test_request_context("/"):
        assert "Not there" in render(["broken/thing.html", "error.html"], inside=False, status=404, title="Not there",
                                     message="", back_url="/")
    assert "template broken/thing.html: " in card(client)


@sqlite
def test_a_view_that_fails_is_named(visit):
    app, client, _url = visit(HEALTHY.replace("good", "broken").replace('return "broken answers"', "return 1 / 0"))
    app.config["TESTING"] = app.testing = False
    assert client.get("/broken").status_code == 500
    assert "view broken.index: ZeroDivisionError" in card(client)
    assert client.get("/good").text == "good answers"


def test_a_migration_that_fails_half_way_is_named(write, database_url, folder, tmp_path, monkeypatch):
    from click.testing import CliRunner
    monkeypatch.setenv("ELEVEN_INSTANCE", str(tmp_path))
    monkeypatch.setenv("ELEVEN_DATABASE_URL", database_url)
    write("broken", hooks="", **{"migrations/0001_begin": '''
import sqlalchemy as sa
from alembic import op
revision, down_revision = "0001", None
def upgrade():
    op.create_table("broken_thing", sa.Column("id", sa.Integer, primary_key=True))
    op.execute("INSERT INTO broken_nothing VALUES (1)")
def downgrade():
    op.drop_table("broken_thing")
'''})
    outcome = CliRunner().invoke(eleven, ["db", "upgrade"])
    assert outcome.exit_code == 1
    assert "The migration of broken fails" in outcome.output
    from core.app import create_app
    app = create_app(tmp_path, LOG_LEVEL="ERROR")
    with app.app_context():
        assert not db.inspect(db.engine).has_table("broken_thing")
        factories.company(app)
        client = factories.client_of(app, factories.admin())
    found = card(client)
    assert "Tables not up to date" in found
    assert "migration: " in found
    assert "broken_nothing" in found
    assert client.get("/contacts/").status_code == 200
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
