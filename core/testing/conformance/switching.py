"""On, off, broken, gone: whatever becomes of a plugin, the others' pages stand, and off is silent."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update

from core.contacts import Contact
from core.database import db
from core.events import Delivery, emit
from core.host import PluginState
from core.host.load import tables_of
from core.host.state import reread
from core.plugin import registry, registry_for
from core.testing import factories
from core.testing.conformance.samples import Subject, addresses, arguments, owner_of, questions
from core.users import User


class Switching(Subject):
    """Checks of what others see of the plugin."""

    def test_it_starts_alone(self, app: Flask, another: Callable[..., Flask]) -> None:
        """With core and what it requires, and nothing else: it loads, its tables are made, every page answers."""
        alone = self.alone(app, another)
        found = self.found(alone)
        assert found.loaded, (f"Without other plugins {self.plugin} is set aside: "
                              f"{found.failure and found.failure.message} Name in `requires` what it needs.")
        with alone.app_context():
            factories.install(alone)
            factories.company(alone)
            faults = answers(alone, [*addresses(alone), *self._pages(alone)])
        assert not faults, (f"When {self.plugin} is alone, pages fail: {'; '.join(faults)}. The log has the trace; "
                            "what it asks of other plugins, it must do without.")

    def _pages(self, app: Flask) -> list[str]:
        """The pages of a record of each of the plugin's types, made for it."""
        admin = factories.admin()
        pages = []
        for kind in (kind for kind in self.kinds() if kind.surfaces):
            start = f"/{kind.url_path}/{self.make(kind, 'Sample', admin).id}"
            pages += [start, f"{start}/edit", f"{start}/history"]
            pages += [f"/{kind.url_path}/?mode=board"] if kind.board else []
        return pages

    @pytest.mark.parametrize("state", ["on", "off", "broken", "gone", "removed"])
    def test_the_pages_of_others_stand(
            self, app: Flask, admin: User, another: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch,
            state: str) -> None:
        """Every page of core and of other plugins answers, a contact's page and list among them."""
        columns = self._columns(admin)
        contact = factories.contact("Helios Energy")
        self.make_for(contact, admin)
        more = [f"/contacts/?columns={columns}", f"/contacts/{contact.id}/edit", f"/contacts/{contact.id}/history"]
        looked_at = app
        if state == "off":
            self._switch_off()
        elif state == "broken":
            self._break(monkeypatch)
        elif state == "removed":
            db.session.execute(delete(PluginState).where(PluginState.name == self.plugin))
            db.session.commit()
        if state in ("gone", "removed"):
            looked_at = another(PLUGINS_IGNORED=[self.plugin])
        db.session.remove()  # its lock would keep the other session waiting
        with looked_at.app_context():
            others = [address for address in addresses(looked_at) if owner_of(looked_at, address) != self.plugin]
            faults = answers(looked_at, [*more, *others])
            if state == "broken" and self._shown():
                assert any(failure.plugin == self.plugin for failure in registry().calls.failures)
        assert not faults, (f"When {self.plugin} is {state}, pages of others fail: {'; '.join(faults)}. It may touch "
                            "them through hooks alone: no listeners, no changed classes, nothing at import.")

    def test_off_means_silent(self, app: Flask, client: FlaskClient, statements: list[str]) -> None:
        """Its addresses do not exist, its hooks are not asked, no event reaches it, nobody reads its tables."""
        number = factories.contact("Helios Energy").id
        own = [*(address for address in addresses(app) if owner_of(app, address) == self.plugin), *self._pages(app)]
        earlier = db.session.scalars(select(Delivery.id)).all()
        self._switch_off()
        db.session.remove()
        speaking = [address for address in own if client.get(address).status_code != 404]
        assert not speaking, (f"{', '.join(speaking)} answer although {self.plugin} is off: serve them from a "
                              "blueprint that the hook `blueprints` gives.")
        statements.clear()
        with app.test_request_context("/"):
            shelf, person, contact = registry_for(app), factories.admin(), db.session.get(Contact, number)
            asked = [plugin for hook in questions("Gather") for plugin, _item in shelf.calls.gather(
                hook, **arguments(hook, contact, person))]
            assert self.plugin not in asked
            factories.contact("Borealis")
            for handler in [h for key, h in shelf.handlers.items() if key.startswith(f"{self.plugin}:")]:
                emit(handler.event, **self.payloads.get(handler.event, {"id": number}))
            db.session.commit()
            told = db.session.scalars(select(Delivery.subscription).where(Delivery.id.not_in(earlier))).all()
        client.post(f"/contacts/{number}/edit", data={"_fields": "name", "name": "Helios", "version": "1"})
        client.get(f"/contacts/{number}")
        assert not [key for key in told if key.startswith(f"{self.plugin}:")]
        touched = [name for name in tables_of(self.plugin) if any(re.search(rf"\b{name}\b", s) for s in statements)]
        assert not touched, (f"{self.plugin} is off, and yet saving a contact reads or writes {', '.join(touched)}: "
                             "listen by `event_handlers`, not by SQLAlchemy's events.")

    def _switch_off(self) -> None:
        db.session.execute(update(PluginState).where(PluginState.name == self.plugin).values(enabled=False))
        db.session.commit()
        reread()

    def _break(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let every answer of the plugin be an exception."""
        def broken(*_arguments: object) -> None:
            raise RuntimeError("broken by the conformance kit")
        manager = registry().calls.manager
        for hook in self.hooks():
            if hook in questions("Gather"):
                for implementation in getattr(manager.hook, hook).get_hookimpls():
                    if implementation.plugin_name == self.plugin:
                        monkeypatch.setattr(implementation, "function", broken)

    def _shown(self) -> bool:
        """Whether the plugin answers a question that the pages looked at ask."""
        return bool({"nav_items", "contact_panels", "contact_actions", "contact_columns"} & set(self.hooks()))

    def _columns(self, user: User) -> str:
        if "contact_columns" not in self.hooks():
            return "name"
        columns = registry().calls.one(self.plugin, "contact_columns", user=user)
        return ",".join(f"{self.plugin}:{column.key}" for column in columns)


def answers(app: Flask, pages: list[str]) -> list[str]:
    """What is wrong with pages, a contact's among them, when the administrator asks for them."""
    number = factories.contact("Helios Energy").id
    client = factories.client_of(app, factories.admin())
    wanted = dict.fromkeys([*pages, f"/contacts/{number}", "/contacts/?mode=board",
                            "/search?q=helios"])
    return [f"{address} answers {said}" for address in wanted if (said := _refusal(client, address))]


def _refusal(client: FlaskClient, address: str) -> str:
    """What is answered instead of a page, "" when it is one."""
    try:
        status = client.get(address).status_code
    except Exception as error:  # in tests Flask hands on what a server would answer 500 to
        return f"500, {type(error).__name__}: {error}"
    return str(status) if status >= 400 else ""
