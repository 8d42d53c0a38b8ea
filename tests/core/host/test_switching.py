"""Install, switch, remove and purge: a row decides, in every worker at once."""

import json

import pytest
from sqlalchemy import inspect, text

from core import migrate
from core.database import db
from core.host import PluginState, dropping, operations
from core.host.forget import forget
from core.host.operations import RefusedError
from core.migrate import lineage
from core.plugin import registry_for
from core.plugin.calls import AbsentPluginError

MIGRATION = '''
import sqlalchemy as sa
from alembic import op
revision, down_revision = "0001", None
def upgrade():
    op.create_table("{name}_thing", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.Text))
def downgrade():
    op.drop_table("{name}_thing")
'''
HOOKS = '''
from flask import Blueprint
from sqlalchemy import text
from core.database import db
from core.plugin import NavItem, hookimpl
from core.web.access import public
bp = Blueprint("{name}", __name__)
@bp.get("/{name}")
@public
def index():
    return "here"
@hookimpl
def blueprints():
    return [bp]
@hookimpl
def nav_items(user):
    return [NavItem(key="x", label="{name}", url="/{name}")]
@hookimpl
def installed():
    db.session.execute(text("INSERT INTO {name}_thing (name) VALUES ('first')"))
'''


@pytest.fixture
def shop(write, make_app, tmp_path, monkeypatch):
    """An application with a foundation `goods` and a plugin `shop` that requires it, migrated, nothing installed."""
    monkeypatch.setattr(lineage, "CORE", migrate.Lineage("core", "core", tmp_path / "versions"))
    for name, manifest in (("goods", "foundation=True"), ("shop", "requires=('goods',)")):
        write(name, manifest, hooks=HOOKS.format(name=name), **{"migrations/0001_begin": MIGRATION.format(name=name)})
    app = make_app()
    migrate.revision(app, "core", "Begin")
    migrate.upgrade(app)
    return app


def do(app, operation, *arguments):
    with app.app_context():
        operation(*arguments)
        db.session.commit()


def things(app, name="shop"):
    with app.app_context():
        return [row.name for row in db.session.execute(text(f"SELECT * FROM {name}_thing ORDER BY id"))]  # noqa: S608


def nav(app):
    with app.app_context():
        return [owner for owner, _item in registry_for(app).calls.gather("nav_items", user=None)]


def test_a_switch_acts_at_once_in_every_worker(shop, make_app):
    other = make_app()
    client = other.test_client()
    assert client.get("/shop").status_code == 404
    do(shop, operations.install, "goods")
    do(shop, operations.install, "shop")
    assert client.get("/shop").text == "here"
    assert nav(other) == ["goods", "shop"]
    assert things(shop) == ["first"]
    do(shop, operations.disable, "shop")
    assert client.get("/shop").status_code == 404
    assert nav(other) == ["goods"]
    do(shop, operations.enable, "shop")
    assert client.get("/shop").status_code == 200
    assert things(shop) == ["first"]


def test_what_others_need_is_not_switched_off_or_missing(shop):
    with pytest.raises(RefusedError, match="needs goods"):
        do(shop, operations.install, "shop")
    do(shop, operations.install, "goods")
    do(shop, operations.install, "shop")
    with pytest.raises(RefusedError, match="shop need goods"):
        do(shop, operations.disable, "goods")
    with pytest.raises(RefusedError, match="shop need goods"):
        do(shop, operations.remove, "goods")
    assert operations.requirements(shop, "shop") == ["goods", "shop"]


def test_tables_that_are_behind_silence_the_plugin(shop, make_app):
    do(shop, operations.install, "goods")
    migrate.downgrade(shop, "goods", "base")
    late = make_app()
    assert late.test_client().get("/goods").status_code == 404
    migrate.upgrade(late)
    assert late.test_client().get("/goods").status_code == 200


def test_removing_keeps_the_data_and_dropping_exports_them(shop, tmp_path):
    do(shop, operations.install, "goods")
    with pytest.raises(RefusedError, match="still installed"):
        dropping.drop_tables(shop, "goods")
    do(shop, operations.remove, "goods")
    assert things(shop, "goods") == ["first"]
    assert dropping.purgeable(shop) == ["goods", "shop"]
    file, tables = dropping.drop_tables(shop, "goods")
    assert tables == ["goods_thing"]
    assert [json.loads(line)["row"]["name"] for line in file.open()] == ["first"]
    migrate.upgrade(shop)
    do(shop, operations.install, "goods")
    assert things(shop, "goods") == ["first"]


def test_purge_when_the_code_is_gone(shop, folder, make_app):
    do(shop, operations.install, "goods")
    (folder / "goods").rename(folder.parent / "away")
    forget("plugins.goods", "goods")
    app = make_app()
    assert app.test_client().get("/goods").status_code == 404
    do(app, operations.remove, "goods")
    assert "goods" in dropping.purgeable(app)
    dropping.drop_tables(app, "goods")
    with app.app_context():
        assert not {t for t in inspect(db.engine).get_table_names() if "goods" in t}
        assert db.session.get(PluginState, "goods") is None


def test_dropping_refuses_while_another_table_refers_to_it(shop):
    with shop.app_context():
        db.session.execute(text("CREATE TABLE shop_line (id INTEGER PRIMARY KEY, "
                                "thing_id INTEGER REFERENCES goods_thing (id))"))
        db.session.commit()
    with pytest.raises(RefusedError, match="shop_line refers to goods_thing"):
        dropping.drop_tables(shop, "goods")


def test_a_fault_of_a_hook_leaves_nothing_half_installed(shop):
    do(shop, operations.install, "goods")
    with shop.app_context():
        db.session.execute(text("DROP TABLE shop_thing"))
        db.session.commit()
        with pytest.raises(Exception, match="shop_thing"):
            operations.install("shop")
        db.session.rollback()
        assert db.session.get(PluginState, "shop") is None


def test_what_a_plugin_guards_stays_closed_when_it_is_set_aside(shop, write, make_app):
    guard = ("from core.plugin import hookimpl\n@hookimpl\ndef contact_delete_objections(contact):\n"
             "    return [\'Not this one.\']\n")
    write("guard", hooks=guard)
    app = make_app()
    do(app, operations.install, "guard")
    ask = registry_for(app).calls.decide
    with app.app_context():
        assert len(ask("contact_delete_objections", contact=None)) == 1
    write("guard", hooks="1 / 0")
    forget("plugins.guard", "guard")
    app = make_app()
    with app.app_context(), pytest.raises(AbsentPluginError, match="guard has a say in contact_delete_objections"):
        registry_for(app).calls.decide("contact_delete_objections", contact=None)
    do(app, operations.disable, "guard")
    with app.app_context():
        assert registry_for(app).calls.decide("contact_delete_objections", contact=None) == []
