"""A gallery of broken plugins: the application starts and serves, and names each with its reason."""

import pytest
from sqlalchemy import inspect

from core.database import db, metadata
from core.host import PluginState, QuarantineError, found_plugins, plugin_named
from tests.core.host.samples import BROKEN, GOOD, MODEL

# loading asks nothing of the database
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_plugin_is_set_aside_and_the_rest_serves(fault, write, make_app):
    files, reason = BROKEN[fault]
    write("good", hooks=GOOD.format(name="good"))
    write("broken", **files)
    tables = set(metadata.tables)
    app = make_app()
    broken, good = plugin_named(app, "broken"), plugin_named(app, "good")
    assert good.loaded
    assert not broken.loaded
    assert reason in broken.failure.message
    assert set(metadata.tables) <= tables
    assert not [name for name in app.extensions["eleven"].owners if name.startswith("broken")]
    with app.app_context():
        metadata.create_all(db.engine)
        db.session.add_all([PluginState(name=n, installed_version="1") for n in ("good", "broken")])
        db.session.commit()
    client = app.test_client()
    assert client.get("/good").text == "good answers"
    assert client.get("/broken").status_code == 404
    with pytest.raises(QuarantineError, match="broken"):
        make_app(PLUGINS_STRICT=True)


def test_a_circle_and_a_second_of_the_same_name(write, make_app, tmp_path):
    write("one", "requires=('two',), foundation=True")
    write("two", "requires=('one',), foundation=True")
    write("three", hooks=GOOD.format(name="three"))
    write("four", "requires=('one',)")
    second = tmp_path / "more" / "three"
    second.mkdir(parents=True)
    (second / "__init__.py").write_text("")
    app = make_app(PLUGINS_PATHS=[str(second.parent)])
    reasons = {(p.name, p.folder.parent.name): p.failure and p.failure.message for p in found_plugins(app)}
    assert "circle" in reasons["one", "plugins"]
    assert "circle" in reasons["two", "plugins"]
    assert "requires the plugin one" in reasons["four", "plugins"]
    assert reasons["three", "plugins"] is None
    assert "two plugins named three" in reasons["three", "more"]


def test_the_tables_of_a_broken_plugin_are_not_created(write, make_app):
    write("broken", models=MODEL.format(table="broken_thing", more=""), hooks="from plugins.broken import models\n1/0")
    app = make_app()
    with app.app_context():
        metadata.create_all(db.engine)
        assert not inspect(db.engine).has_table("broken_thing")
