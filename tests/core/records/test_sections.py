"""Parts of the form that plugins add: a fault in one never loses what was typed and says it was saved."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from sqlalchemy import select, text

from core.contacts import Contact
from core.database import db
from core.plugin import Section, hookimpl, registry
from core.records import RecordSchema, Text
from core.testing import factories

FORM = {"_fields": "kind,name", "kind": "organization", "name": "Borealis", "broken-part-word": "x"}


class Part(RecordSchema):
    word = Text(label="Word")


@pytest.fixture
def broken(app, monkeypatch) -> Iterator[SimpleNamespace]:
    """A plugin with a section whose parts a test breaks: `answer` runs when it is asked for, `save` when it saves."""
    acts = SimpleNamespace(answer=lambda: None, save=lambda: None)

    class Plugin:
        @hookimpl
        def contact_sections(self, contact, user):
            acts.answer()
            return [Section(key="part", label="Part", schema=Part, load=lambda contact: {},
                            save=lambda contact, values: acts.save())]

    calls, plugin = registry().calls, Plugin()
    enabled = calls.enabled
    monkeypatch.setattr(calls, "enabled", lambda name: name == "broken" or enabled(name))
    calls.manager.register(plugin, "broken")
    yield acts
    calls.manager.unregister(plugin)
    calls.failures.clear()


def fail() -> None:
    db.session.execute(text("SELECT nonsense FROM nowhere"))


def names() -> list[str]:
    db.session.rollback()
    return sorted(db.session.scalars(select(Contact.name)))


@pytest.mark.parametrize("url", ["/contacts/new", "/contacts/1/edit"])
def test_a_section_that_cannot_be_asked_for_leaves_the_rest_to_be_saved(app, client, broken, url):
    factories.contact("Helios")
    broken.answer = fail
    answer = client.post(url, data=FORM)
    assert answer.status_code == 302
    assert "Borealis" in names()
    assert [failure.plugin for failure in registry().calls.failures] == ["broken"]


def test_a_section_saves_with_the_record(app, client, broken):
    seen = []
    broken.save = lambda: seen.append(1)
    assert client.post("/contacts/new", data=FORM).status_code == 302
    assert (seen, names()) == ([1], ["Borealis"])
