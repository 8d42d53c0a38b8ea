"""The Plugins page: what an administrator sees and does there."""

import html
import re

import pytest
from sqlalchemy import text

from core.database import db
from core.host import PluginState
from core.host.forget import forget
from core.journal import JournalTransaction
from core.testing import factories
from tests.core.host.samples import BROKEN, GOOD, MODEL

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
def test_code_that_has_come_meanwhile_waits_for_a_restart(write, make_company):
    app = make_company()
    with app.app_context():
        db.session.add(PluginState(name="good", enabled=True, installed_version="1"))
        db.session.commit()
    client = client_of(app)
    assert "Put its folder back" in client.get("/settings/plugins").text
    write("good", hooks=GOOD.format(name="good"))
    page = client.get("/settings/plugins").text
    assert "restart the server" in page
    assert "Put its folder back" not in page


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


MIGRATION = '''
"""the first table"""
import sqlalchemy as sa
from alembic import op
revision, down_revision = "0001", None
def upgrade():
    op.create_table("shop_thing", sa.Column("id", sa.Integer, primary_key=True))
def downgrade():
    op.drop_table("shop_thing")
'''
SHOP = SETTINGS.replace("good", "shop").replace("Good", "Shop") + '''
    from core.events import emit
    from core.plugin import EventHandler, Job, NavItem
    from plugins.shop.models import Thing
    def sell():
        emit("shop.thing_sold", id=1)
    @hookimpl
    def event_handlers():
        return [EventHandler(key="tell", event="contact.created", run=print)]
    @hookimpl
    def jobs():
        return [Job(key="count", run=sell, cron="5 0 * * *"), Job(key="sell", run=sell)]
    @hookimpl
    def nav_items(user):
        raise LookupError("the shop is closed")
'''


@pytest.fixture
def shop(write):
    """A plugin with something of everything, and one that needs it."""
    package = write("shop", "foundation=True", hooks=SHOP, models=MODEL.format(table="shop_thing", more=""), **{
        "migrations/0001_begin": MIGRATION})
    for name in ("shop/thing/list.html", "shop/thing/other.html"):
        file = package / "templates" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("")
    write("market", "requires=('shop',)", hooks=GOOD.format(name="market"))


def body_of(client, name):
    """The words on a plugin's own page."""
    page = client.get(f"/settings/plugins/{name}/inside")
    assert page.status_code == 200
    return words(page.text.partition('<div class="content')[2])


def words(markup):
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", markup)))


def test_a_plugin_from_inside(shop, make_company):
    app = make_company()
    client = client_of(app)
    assert "Tables not up to date" in body_of(client, "shop")
    assert "0001 the first table pending" in body_of(client, "shop")
    with app.app_context():
        db.session.execute(text("CREATE TABLE alembic_version_shop (version_num VARCHAR(32))"))
        db.session.execute(text("INSERT INTO alembic_version_shop VALUES ('0001')"))
        db.session.commit()
    client.get("/settings/profile")
    seen = body_of(client, "shop")
    for said in ("On 0.1.0", "Needed by market", "Hooks 6", "event_handlers", "Tables 1 shop_thing", "shop.use Use",
                 'greeting "Hello"', "Tells 1 shop.thing_sold", "Listens to 1 contact.created tell",
                 "count 5 0 * * * UTC", "sell when asked for", "shop/thing/list.html instead of records/list.html",
                 "0001 the first table applied", "users.profile 1",
                 "nav_items: LookupError: the shop is closed", "Traceback"):
        assert said in seen, seen
    assert "other.html" not in seen
    assert "Needs shop" in body_of(client, "market")
    assert "Nothing that is known." in body_of(client, "market")


@sqlite
def test_the_time_that_a_plugin_takes_stands_on_its_page(write, make_company):
    write("slow", hooks="from core.plugin import hookimpl\nimport time\n@hookimpl\ndef nav_items(user):\n"
                        "    time.sleep(0.03)\n    return []\n")
    client = client_of(make_company())
    for _time in range(3):
        client.get("/settings/profile")
    found = re.search(r"users\.profile 3 (\d+\.?\d*) (\d+\.?\d*)", body_of(client, "slow"))
    assert 30 <= float(found[1]) <= float(found[2])
    assert "slow users.profile 3" in words(client.get("/settings/developer").text)


@sqlite
def test_of_a_plugin_that_is_set_aside_is_shown_what_can_be_known(shop, write, make_company):
    app = make_company()
    with app.app_context():
        row = db.session.get(PluginState, "shop")
        row.hooks = ["jobs", "nav_items"]
        db.session.commit()
    forget("plugins.shop", "shop")
    write("shop", "foundation=True", hooks="1 / 0", **{"migrations/0001_begin": MIGRATION})
    client = client_of(make_company())
    seen = body_of(client, "shop")
    for said in ("Set aside", "ZeroDivisionError", "Hooks 2 jobs nav_items", "Tables 1 shop_thing", "0001 the first"):
        assert said in seen, seen
    assert client.get("/settings/plugins/nowhere/inside").status_code == 404
    assert "There is no plugin nowhere" in client.get("/settings/plugins/nowhere/inside").text


@sqlite
def test_what_is_missing_before_a_plugin_can_be_installed_is_said(shop, write, make_company):
    write("bare", hooks="from plugins.bare import models", models=MODEL.format(table="bare_thing", more=""))
    write("torn", hooks="", **{"migrations/0001_begin": "def ("})
    write("plain", hooks=GOOD.format(name="plain"))
    app = make_company()
    with app.app_context():
        for row in db.session.query(PluginState).where(PluginState.name.in_(["shop", "bare", "torn", "plain"])):
            db.session.delete(row)
        db.session.commit()
    page = client_of(app).get("/settings/plugins").text
    for name, said in (("shop", "run `eleven plugins install shop`"), ("bare", "no migration"),
                       ("torn", "cannot be read"), ("plain", "Install")):
        card = page.split(f'id="plugin-{name}"')[1].split("</section>")[0]
        assert "Not installed" in card
        assert said in card
        assert ("/install" in card) is (name == "plain")
    assert "Plugins are not uploaded here" in page


@sqlite
@pytest.mark.parametrize("url", ["/settings/plugins", "/settings/company", "/settings/plugins/good",
                                 "/settings/plugins/good/inside", "/settings/developer"])
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
