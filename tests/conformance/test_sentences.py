"""Each check of the kit finds its fault, says in a sentence what is wrong, and how to mend it."""

import inspect
import os
import re
import subprocess
import sys

import pytest
from sqlalchemy import update

from core.app import create_app
from core.cli import scaffold
from core.database import db
from core.host import PluginState
from core.host.forget import forget
from core.host.state import reread
from core.testing import factories
from core.testing.conformance import Conformance
from core.testing.fixtures import OPTIONS, Client
from tests.conformance.faults import FAULTS, Fault

EXEMPT = {"test_the_pages_of_others_stand", "test_off_means_silent"}
"""Faults of these reach into core's own classes, so they are shown in a process of their own."""


def write(folder, name: str, fault: Fault) -> None:
    """A fresh plugin with a fault."""
    place = scaffold.drop_in(name, folder)
    scaffold.write(name, place)
    for file, *texts in fault.edits:
        path = place.code / file
        old, new = (text.format(name=name, Name=name.capitalize()) for text in texts)
        if not old:
            path.parent.mkdir(exist_ok=True)
            path.write_text(new) if new else path.unlink()
            continue
        source = path.read_text()
        assert old in source, f"{file} of a fresh plugin has no {old!r}"
        path.write_text(source.replace(old, new))


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """An application with all of the faulty plugins, on SQLite: the sentences are the same on both."""
    folder = tmp_path_factory.mktemp("faulty")
    for name, fault in FAULTS.items():
        write(folder, name, fault)
    app = create_app(tmp_path_factory.mktemp("instance"), PLUGINS_PATHS=[str(folder)], **OPTIONS)
    app.test_client_class = Client
    factories.install(app)
    yield app
    for name in FAULTS:
        forget(f"plugins.{name}", name)


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_and_said(name, installed, request, monkeypatch):
    fault = FAULTS[name]
    monkeypatch.setenv("ELEVEN_PLUGINS_PATHS", str(installed.config["PLUGINS_PATHS"][0]))
    check = getattr(type("Check", (Conformance,), {"plugin": name})(), fault.check)
    given = {parameter: "own" if parameter == "scope" else request.getfixturevalue(parameter)
             for parameter in inspect.signature(check).parameters}
    # the others are off, or their faults would be this one's
    db.session.execute(update(PluginState).where(PluginState.name != name).values(enabled=False))
    db.session.commit()
    reread()
    with pytest.raises((AssertionError, pytest.fail.Exception)) as told:
        check(**given)
    assert fault.says in str(told.value)
    assert fault.mend in str(told.value)


def test_every_check_has_its_fault():
    checks = {name for name in dir(Conformance) if name.startswith("test_")}
    assert checks == {fault.check for fault in FAULTS.values()} | EXEMPT


LISTENING = """
from sqlalchemy import event


@event.listens_for(Contact, "after_update")
def changed(mapper: object, connection: "Connection", contact: Contact) -> None:
    connection.execute(MeddlingItem.__table__.select())
"""
LOADING = """
from sqlalchemy import event


@event.listens_for(Contact, "load")
def loaded(contact: Contact, context: object) -> None:
    raise RuntimeError("a contact is mine")
"""


@pytest.mark.parametrize(("more", "check", "sentence"), [
    (LISTENING, "test_off_means_silent",
     "meddling is off, and yet saving a contact reads or writes meddling_item: listen by `event_handlers`"),
    (LOADING, "test_the_pages_of_others_stand and on", "When meddling is on, pages of others fail: /contacts/"),
])
def test_what_reaches_into_core_is_found_by_the_plugins_own_tests(tmp_path, more, check, sentence):
    """As an author sees it, with pytest over the plugin's folder."""
    last = "    contact: Mapped[Contact | None] = relationship()\n"
    write(tmp_path, "meddling", Fault("", "", "", (("models.py", last, last + more),)))
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "pytest", "-q", "-p", "core.testing", "-p", "no:cacheprovider", tmp_path / "meddling",
         "-k", f"sqlite and {check}"], capture_output=True, text=True, check=False, cwd=scaffold.CHECKOUT,
        env=os.environ | {"ELEVEN_PLUGINS_PATHS": str(tmp_path)}, timeout=300)
    assert re.search(rf"^E .*{re.escape(sentence)}", done.stdout, re.M), done.stdout
