"""Where a plugin's templates, static files and translations are found, and plugins of third parties."""

import sys
from importlib.metadata import EntryPoint

import pytest
from flask import render_template

from core.database import db, metadata
from core.host import PluginState, discover, plugin_named
from core.host.forget import forget
from tests.core.host.samples import GOOD

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def install(app, *names):
    with app.app_context():
        metadata.create_all(db.engine)
        db.session.add_all([PluginState(name=name, installed_version="1") for name in names])
        db.session.commit()



def test_a_plugin_answers_for_its_own_templates_only_and_the_company_wins(write, make_app, tmp_path):
    package = write("shop")
    (package / "templates" / "shop").mkdir(parents=True)
    (package / "templates" / "shop" / "page.html").write_text("the shop's {{ 6 * 7 }}")
    (package / "templates" / "error.html").write_text("taken over")
    (tmp_path / "templates").mkdir()
    app = make_app()
    with app.app_context():
        assert render_template("shop/page.html") == "the shop's 42"
        assert "error.html" not in app.jinja_env.list_templates()
        (tmp_path / "templates" / "shop").mkdir()
        (tmp_path / "templates" / "shop" / "page.html").write_text("ours")
    with make_app().app_context():
        assert render_template("shop/page.html") == "ours"


def test_static_files_follow_the_switch_and_stay_inside_their_folder(write, make_app):
    package = write("shop")
    (package / "static").mkdir()
    (package / "static" / "shop.css").write_text("a{}")
    app = make_app()
    client = app.test_client()
    install(app)
    assert client.get("/static/shop/shop.css").status_code == 404
    install(app, "shop")
    assert client.get("/static/shop/shop.css").text == "a{}"
    assert client.get("/static/shop/../hooks.py").status_code == 404
    assert client.get("/static/shop/%2e%2e/hooks.py").status_code == 404


def test_translations_are_named_before_anybody_reads_them(write, make_app):
    package = write("shop")
    (package / "translations").mkdir()
    assert str(package / "translations") in make_app().config["BABEL_TRANSLATION_DIRECTORIES"].split(";")


def test_a_plugin_of_a_third_party_is_found_by_its_entry_point(make_app, tmp_path, monkeypatch):
    site = tmp_path / "site" / "acme_tools"
    site.mkdir(parents=True)
    (site / "__init__.py").write_text("from core.plugin import Manifest\n"
                                      "manifest = Manifest(name='acme', title='Acme', description='')\n")
    (site / "hooks.py").write_text(GOOD.format(name="acme").replace("\n    ", "\n"))
    monkeypatch.syspath_prepend(str(site.parent))
    monkeypatch.setattr(discover, "entry_points", lambda group: [
        EntryPoint("acme", "acme_tools", group), EntryPoint("missing", "not_there", group)])
    app = make_app()
    install(app, "acme")
    assert app.test_client().get("/acme").text == "acme answers"
    assert "ModuleNotFoundError" in plugin_named(app, "missing").failure.message
    forget("acme_tools", "acme")
    assert "acme_tools" not in sys.modules
