"""The command line as an administrator uses it."""

import socket
import sqlite3
import tarfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, inspect, text

from core.cli import eleven
from core.database import db


@pytest.fixture
def run(tmp_path, database_url, folder, monkeypatch):
    """Run `eleven` in an instance of its own."""
    monkeypatch.setenv("ELEVEN_INSTANCE", str(tmp_path))
    monkeypatch.setenv("ELEVEN_DATABASE_URL", database_url)
    monkeypatch.setenv("ELEVEN_LOG_LEVEL", "ERROR")

    def invoke(*arguments, fails=False, **options):
        result = CliRunner().invoke(eleven, arguments, **options)
        assert "Traceback" not in result.output
        assert (result.exit_code != 0) is fails, (result.output, result.exception)
        return result.output
    return invoke


INIT = ("init", "--company", "Ромашка", "--name", "Ada Admin", "--email", "ada@example.com",
        "--password", "correct horse battery")


def test_a_company_begins_once(run):
    assert "ada@example.com may sign in" in run(*INIT)
    assert "begun already" in run(*INIT, fails=True)
    assert "ada@example.com" in run("users", "list")


def test_init_asks_and_says_what_is_wrong(run):
    answers = "Ромашка\nAda\nada@example.com\nshort\nshort\n"
    assert "password" in run("init", input=answers, fails=True)


def test_serve_says_what_keeps_it_from_serving(run, tmp_path, database_url):
    assert "`eleven init`" in run("serve", fails=True)
    run("db", "upgrade")
    assert "agree" in run("db", "check")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert f"Cannot listen on 127.0.0.1:{port}" in run("serve", "--port", port, fails=True)
    if database_url.startswith("sqlite"):
        (tmp_path / "eleven.db").write_bytes(b"this is no database" * 1000)
        for rest in tmp_path.glob("eleven.db-*"):
            rest.unlink()
        assert "file is not a database" in run("serve", fails=True)


def test_a_wrong_option_is_one_sentence(run, monkeypatch, tmp_path):
    monkeypatch.setenv("ELEVEN_UPLOAD_LIMIT_MB", "a lot")
    assert "ELEVEN_UPLOAD_LIMIT_MB" in run("db", "current", fails=True)
    monkeypatch.delenv("ELEVEN_UPLOAD_LIMIT_MB")
    monkeypatch.setenv("ELEVEN_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    assert "The database does not answer" in run("db", "current", fails=True)


def test_a_new_plugin_works_from_its_first_minute(run, folder):
    run("db", "upgrade")
    assert str(folder / "garden") in run("plugins", "new", "garden")
    assert "garden" in run("plugins", "list")
    assert "garden is installed and on" in run("plugins", "install", "garden")
    assert "agree" in run("db", "check")
    assert "\ton" in run("plugins", "list")
    shown = run("plugins", "show", "garden")
    for line in (f"Folder: {folder / 'garden'}", "  garden_item", "  garden.item  Items", "  garden.item_created",
                 "  contact_panels", "applied"):
        assert line in shown, shown
    assert "There is no plugin weeds." in run("plugins", "show", "weeds", fails=True)
    run("plugins", "disable", "garden")
    assert "\toff" in run("plugins", "list")
    assert "--keep-data or --drop-data" in run("plugins", "remove", "garden", fails=True)
    run("plugins", "remove", "garden", "--keep-data")
    assert "garden" in run("plugins", "purge")
    assert "Dropped: garden_item" in run("plugins", "purge", "garden")
    assert "lower-case letters" in run("plugins", "new", "My-Plugin", fails=True)
    assert "There is a plugin garden already" in run("plugins", "new", "garden", fails=True)


def names(url):
    engine = create_engine(url)
    with engine.connect() as connection:
        found = list(connection.scalars(text('SELECT name FROM "user" ORDER BY id')))
    engine.dispose()
    return found


def test_a_backup_comes_back_whole_or_not_at_all(run, tmp_path, database_url):
    run(*INIT)
    (tmp_path / "uploads").mkdir()
    (tmp_path / "uploads" / "note.txt").write_text("Заметка")
    file = tmp_path / "backups" / "one.tar.gz"
    assert "Cannot write" in run("backup", str(file), fails=True)
    file.parent.mkdir()
    assert "1 files" not in run("backup", str(file))
    assert file.stat().st_mode & 0o077 == 0
    assert "exists already" in run("backup", str(file), fails=True)

    run("users", "create", "Later", "later@example.com", "--password", "correct horse battery")
    (tmp_path / "uploads" / "note.txt").write_text("changed")
    assert "--overwrite" in run("restore", str(file), fails=True)
    assert names(database_url) == ["Ada Admin", "Later"]
    run("restore", str(file), "--overwrite")
    assert names(database_url) == ["Ada Admin"]
    assert (tmp_path / "uploads" / "note.txt").read_text() == "Заметка"

    damaged = tmp_path / "damaged.tar.gz"
    damaged.write_bytes(file.read_bytes()[:-2000])
    assert "damaged" in run("restore", str(damaged), "--overwrite", fails=True)
    assert names(database_url) == ["Ada Admin"]
    assert not list(tmp_path.glob(".restore-*"))


def test_a_restoration_that_fails_half_way_gives_everything_back(run, tmp_path, database_url):
    run(*INIT)
    (tmp_path / "uploads").mkdir()
    (tmp_path / "uploads" / "note.txt").write_text("mine")
    file, forged = tmp_path / "one.tar.gz", tmp_path / "forged.tar.gz"
    run("backup", str(file))
    _with_broken_database(file, forged, tmp_path / "scratch")
    run("restore", str(forged), "--overwrite", fails=True)
    assert names(database_url) == ["Ada Admin"]
    assert (tmp_path / "uploads" / "note.txt").read_text() == "mine"


def _with_broken_database(file: Path, forged: Path, scratch: Path) -> None:
    """The same archive with a database of the right hash that cannot be loaded."""
    import hashlib
    import json
    with tarfile.open(file) as archive:
        archive.extractall(scratch, filter="data")
    (scratch / "database").write_bytes(b"no database at all" * 1000)
    manifest = json.loads((scratch / "manifest.json").read_text())
    manifest["files"]["database"] = hashlib.sha256((scratch / "database").read_bytes()).hexdigest()
    (scratch / "manifest.json").write_text(json.dumps(manifest))
    with tarfile.open(forged, "w:gz") as archive:
        archive.add(scratch, ".")


def test_flask_knows_the_commands_too(tmp_path, monkeypatch):
    import core
    monkeypatch.setenv("ELEVEN_INSTANCE", str(tmp_path))
    monkeypatch.setenv("ELEVEN_DATABASE_URL", "")
    app = core.create_app()
    assert {"serve", "db", "plugins", "users", "backup"} <= set(app.cli.commands)
    with app.app_context():
        assert inspect(db.engine).dialect.name == "sqlite"
        db.engine.dispose()
    assert sqlite3.connect(tmp_path / "eleven.db")


def test_in_an_empty_instance_it_says_how_to_begin(run):
    for arguments in (("serve",), ("worker",)):
        told = run(*arguments, fails=True)
        assert "There is no company in this database yet: begin one with `eleven init`" in told
    told = run("users", "list", fails=True)
    assert "Tables are missing in this database: begin a company with `eleven init`" in told
    assert "no such table" not in told


def test_a_plugin_that_is_not_installed_is_not_behind(run, monkeypatch):
    run(*INIT)
    monkeypatch.setattr("core.jobs.run_worker", lambda app, threads: None)
    assert run("worker") == ""
