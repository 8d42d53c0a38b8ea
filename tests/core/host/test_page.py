"""The Plugins page: what an administrator sees and does there."""

import re

import pytest

from core.database import db
from core.host import PluginState
from core.journal import JournalTransaction
from core.testing import factories
from tests.core.host.samples import BROKEN, GOOD

sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

SQL_ERROR = '''
from sqlalchemy import text
from core.database import db
from core.plugin import hookimpl
@hookimpl
def nav_items(user):
    db.session.execute(text("SELECT nothing FROM nowhere"))
    return []
'''
SETTINGS = GOOD.format(name="good") + '''
    from core.web.fields import Boolean, Integer, RecordSchema, Text
    class GoodSettings(RecordSchema):
        greeting = Text(label="Greeting", load_default="Hello", max_length=10)
        loud = Boolean(label="Loud", load_default=False)
        days = Integer(label="Days", load_default=3, minimum=1)
    @hookimpl
    def settings_schema():
        return [GoodSettings]
'''


def client_of(app, person=None):
    with app.app_context():
        return factories.client_of(app, person or factories.admin())


def post(client, url, **data):
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/settings/plugins").text)
    return client.post(url, data=data | {"csrf_token": token[1] if token else ""}, follow_redirects=True)


@sqlite
def test_every_broken_plugin_is_named_with_its_reason(write, make_company):
    for number, (files, _reason) in enumerate(BROKEN.values()):
        name = f"broken{number}"
        write(name, **{stem: text.replace("broken", name) for stem, text in files.items()})
    write("good", hooks=GOOD.format(name="good"))
    client = client_of(make_company())
    page = client.get("/settings/plugins")
    assert page.status_code == 200
    for number, (_files, reason) in enumerate(BROKEN.values()):
        card = page.text.split(f'id="plugin-broken{number}"')[1].split("</section>")[0]
        assert "Set aside" in card
        if "good" not in reason and "broken" not in reason:
            assert reason.replace("'", "&#39;") in card
    assert "On" in page.text.split('id="plugin-good"')[1].split("</section>")[0]
    assert client.get("/good").text == "good answers"


@sqlite
def test_the_switch_is_one_journal_entry(write, make_company):
    write("good", hooks=GOOD.format(name="good"))
    app = make_company()
    client = client_of(app)
    with app.app_context():
        before = db.session.query(JournalTransaction).count()
    page = post(client, "/settings/plugins/good/disable")
    assert "Switch on" in page.text
    assert client.get("/good").status_code == 404
    with app.app_context():
        assert db.session.query(JournalTransaction).count() == before + 1
        entry = db.session.query(JournalTransaction).order_by(JournalTransaction.id.desc()).first()
        assert (entry.user_id, entry.via) == (factories.admin().id, "web")
    post(client, "/settings/plugins/good/enable")
    assert client.get("/good").status_code == 200


def test_installing_a_plugin_whose_ground_breaks_changes_nothing(write, make_company):
    write("good", hooks=GOOD.format(name="good") + "    @hookimpl\n    def installed():\n        1 / 0\n")
    app = make_company()
    with app.app_context():
        db.session.delete(db.session.get(PluginState, "good"))
        db.session.commit()
    page = post(client_of(app), "/settings/plugins/good/install")
    assert "nothing was changed: division by zero" in page.text
    with app.app_context():
        assert db.session.get(PluginState, "good") is None


def test_an_sql_error_in_a_hook_is_named_and_the_page_stands(write, make_company):
    write("wrong", hooks=SQL_ERROR)
    write("good", hooks=GOOD.format(name="good"))
    client = client_of(make_company())
    assert client.get("/settings/plugins").status_code == 200
    page = client.get("/settings/plugins")
    card = page.text.split('id="plugin-wrong"')[1].split("</section>")[0]
    assert "nav_items" in card
    assert "nowhere" in card
    assert "Traceback" in card


@sqlite
def test_settings_of_a_plugin_are_drawn_checked_and_kept(write, make_company):
    write("good", hooks=SETTINGS)
    app = make_company()
    client = client_of(app)
    page = client.get("/settings/plugins/good")
    assert "Greeting" in page.text
    assert 'value="Hello"' in page.text
    refused = post(client, "/settings/plugins/good", _fields="greeting,loud,days", greeting="x" * 11,
                   days="0", loud="1")
    assert refused.status_code == 422
    assert "x" * 11 in refused.text
    saved = post(client, "/settings/plugins/good", _fields="greeting,loud,days", greeting="Hi", days="5", loud="1")
    assert saved.status_code == 200
    assert 'value="Hi"' in saved.text
    post(client, "/settings/plugins/good/disable")
    assert client.get("/settings/plugins/good").status_code == 404


@sqlite
@pytest.mark.parametrize("url", ["/settings/plugins", "/settings/company", "/settings/plugins/good"])
def test_only_administrators(url, write, make_company):
    write("good", hooks=SETTINGS)
    app = make_company()
    with app.app_context():
        somebody = factories.user("Una", contact__view="all")
        client = factories.client_of(app, somebody)
    assert client.get(url).status_code == 403
    assert app.test_client().get(url).status_code in (302, 303)


@sqlite
def test_hostile_texts_are_escaped(write, make_company):
    write("good", hooks="raise ValueError('<script>alert(1)</script>')")
    assert "<script>alert" not in client_of(make_company()).get("/settings/plugins").text
