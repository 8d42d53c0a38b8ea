"""On, off, broken, gone: whatever becomes of a plugin, the others' pages stand, and off is silent."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from core.database import db
from core.events import Delivery, emit
from core.host import PluginState
from core.plugin import registry, registry_for
from core.testing import factories
from core.testing.conformance.samples import Subject, arguments, questions
from core.users import User


class Switching(Subject):
    """Checks of what others see of the plugin."""

    @pytest.mark.parametrize("state", ["on", "off", "broken", "gone"])
    def test_the_pages_of_others_stand(
            self, app: Flask, admin: User, another: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch,
            state: str) -> None:
        """Every page of core and of other plugins answers, a contact's page and list among them."""
        number = factories.contact("Helios Energy").id
        columns = self._columns(admin)
        looked_at = app
        if state == "off":
            self._switch_off()
        elif state == "broken":
            self._break(monkeypatch)
        elif state == "gone":
            looked_at = another(PLUGINS_IGNORED=[self.plugin])
        db.session.remove()  # its lock would keep the other session waiting
        with looked_at.app_context():
            client = factories.client_of(looked_at, factories.admin())
            faults = [f"{address} answers {status}" for address, status in self._statuses(looked_at, client, [
                f"/contacts/{number}", f"/contacts/{number}/edit", f"/contacts/{number}/history",
                f"/contacts/?columns={columns}", "/contacts/?mode=board", "/search?q=helios"])]
            if state == "broken" and self._shown():
                assert any(failure.plugin == self.plugin for failure in registry().calls.failures)
                assert self.plugin in client.get("/settings/plugins").text
        assert not faults, f"When {self.plugin} is {state}: {'; '.join(faults)}"

    def test_off_means_silent(self, app: Flask, client: FlaskClient) -> None:
        """Its addresses do not exist, its hooks are not asked, no event reaches it."""
        addresses = [address for address in _addresses(app) if self._owns(app, address)]
        self._switch_off()
        db.session.remove()
        speaking = [address for address in addresses if client.get(address).status_code != 404]
        assert not speaking, f"{', '.join(speaking)} answer although {self.plugin} is off."
        with app.test_request_context("/"):
            shelf, person, contact = registry_for(app), factories.admin(), factories.contact("Helios Energy")
            asked = [plugin for hook in questions("Gather") for plugin, _item in shelf.calls.gather(
                hook, **arguments(hook, contact, person))]
            assert self.plugin not in asked
            for handler in [h for key, h in shelf.handlers.items() if key.startswith(f"{self.plugin}:")]:
                emit(handler.event, **self.payloads.get(handler.event, {"id": contact.id}))
            db.session.commit()
            told = db.session.scalars(select(Delivery.subscription)).all()
        assert not [key for key in told if key.startswith(f"{self.plugin}:")]

    def _switch_off(self) -> None:
        db.session.execute(update(PluginState).where(PluginState.name == self.plugin).values(enabled=False))
        db.session.commit()

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

    def _owns(self, app: Flask, address: str) -> bool:
        endpoint, _arguments = app.url_map.bind("localhost").match(address)
        return registry_for(app).owners.get(endpoint.partition(".")[0]) == self.plugin

    def _statuses(self, app: Flask, client: FlaskClient, more: list[str]) -> Iterator[tuple[str, int]]:
        for address in [*more, *_addresses(app)]:
            if address in more or not self._owns(app, address):
                status = client.get(address).status_code
                if status >= 400:
                    yield address, status


def _addresses(app: Flask) -> list[str]:
    """What can be asked for without knowing an id."""
    return sorted({rule.rule for rule in app.url_map.iter_rules()
                   if "GET" in (rule.methods or ()) and not rule.arguments and not rule.rule.startswith("/static")
                   and not rule.rule.startswith("/api/v1/")})
