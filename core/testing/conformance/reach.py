"""Who sees what: every surface of every record type, with people who may see nothing, their own, their team's, all."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.database import db
from core.plugin import registry
from core.records import RecordType
from core.testing import factories
from core.testing.conformance.samples import Subject, links_to_contacts
from core.users import User, tokens
from core.users.keys import Origin

OWNERS = {"nothing": (), "own": ("mine",), "team": ("mine", "ours"), "all": ("mine", "ours", "theirs")}
"""Whose records each scope reaches."""


class Reach(Subject):
    """Checks of access."""

    @pytest.mark.parametrize("scope", OWNERS)
    def test_every_surface_shows_what_the_scope_reaches(
            self, app: Flask, sign_in: Callable[[User], FlaskClient], scope: str) -> None:
        """List, board, page, history, look-up, search, export, REST and panels agree, and nobody changes anything."""
        team = factories.team("Ours")
        reader, colleague, boss = self._reader(scope, team), factories.user("Cole Colleague", team), factories.admin()
        contact = factories.contact("Helios Energy", boss)
        browser, program = sign_in(reader), self._program(app, reader, scope)
        faults: list[str] = []
        for kind in self._owned():
            links = dict.fromkeys(links_to_contacts(kind), contact.id)
            records = {name: self.make(kind, f"{name} {kind.path} sample", boss, owner=who.id, **links)
                       for name, who in (("mine", reader), ("ours", colleague), ("theirs", boss))}
            for name, record in records.items():
                self._look(kind, record, name in OWNERS[scope], scope, browser, program, faults)
                if name not in OWNERS[scope]:
                    faults += self._leaks(kind, record, contact, scope, browser)
        assert not faults, "\n".join(faults)

    def _leaks(self, kind: RecordType, record: Any, contact: Any, scope: str, browser: FlaskClient) -> Iterator[str]:
        """What the page of the record's contact gives away, its lazy panels included."""
        start = f"/contacts/{contact.id}"
        texts = {"the page of its contact": browser.get(start).text}
        if "contact_panels" in self.hooks():
            with browser.application.test_request_context("/"):
                panels = registry().calls.one(self.plugin, "contact_panels", contact=contact, user=factories.admin())
            texts |= {f"the panel {panel.key}": browser.get(f"{start}/panels/{self.plugin}/{panel.key}").text
                      for panel in panels if panel.lazy}
        yield from (f"{kind.name}: {place} shows “{kind.title_of(record)}” with scope {scope}: put `visible(user, "
                    f'"{kind.permission("view")}", {kind.model.__name__})` into the query.'
                    for place, text in texts.items() if kind.title_of(record) in text)

    def _owned(self) -> list[RecordType]:
        return [kind for kind in self.kinds() if kind.surfaces and "owner" in kind.form_fields]

    def _reader(self, scope: str, team: Any) -> User:
        grants = {} if scope == "nothing" else {kind.permission(verb).replace(".", "__"): scope
                                                for kind in self._owned() for verb in ("view", "export")}
        return factories.user("Rea Reader", team, contact__view="all", **grants)

    @staticmethod
    def _program(app: Flask, reader: User, scope: str) -> tuple[FlaskClient, dict[str, str]]:
        if scope == "nothing":
            return app.test_client(), {"Authorization": "Bearer nothing"}
        _token, text = tokens.create_token(reader, "kit", tokens.grantable(reader), None, Origin())
        db.session.commit()
        return app.test_client(), {"Authorization": f"Bearer {text}"}

    @staticmethod
    def _look(kind: RecordType, record: Any, seen: bool, scope: str, browser: FlaskClient,
              program: tuple[FlaskClient, dict[str, str]], faults: list[str]) -> None:
        client, header = program
        number, title = record.id, kind.title_of(record)
        api, list_url = f"/api/v1/{kind.url_path}", f"/{kind.url_path}/"
        shown = {
            "page": browser.get(f"{list_url}{number}").status_code == 200,
            "list": title in browser.get(list_url).text,
            "history": browser.get(f"{list_url}{number}/history").status_code == 200,
            "look-up": title in browser.get(f"/lookup/{kind.name}", query_string={"q": title}).text,
            "search": f"{list_url}{number}" in browser.get("/search", query_string={"q": title}).text,
            "REST": client.get(f"{api}/{number}", headers=header).status_code == 200,
            "REST list": title in client.get(api, headers=header).get_data(as_text=True),
        }
        if kind.board:
            shown["board"] = title in browser.get(list_url, query_string={"mode": "board"}).text
        if kind.permission("export") in registry().permissions:
            shown["export"] = title in browser.post(f"{list_url}export", data={"format": "csv"}).text
        if not kind.search:
            del shown["search"]
        faults += [f"{kind.name}: {surface} {'hides' if seen else 'shows'} “{title}” with scope {scope}: ask "
                   "core.users.visible for the condition." for surface, shows in shown.items() if shows != seen]
        changed = {
            "edit": browser.post(f"{list_url}{number}/edit", data={}).status_code,
            "delete": browser.post(f"{list_url}{number}/delete").status_code,
            "REST patch": client.patch(f"{api}/{number}", json={}, headers=header | {"If-Match": "*"}).status_code,
            "REST delete": client.delete(f"{api}/{number}", headers=header | {"If-Match": "*"}).status_code,
        }
        faults += [f"{kind.name}: {act} answers {status} to somebody who may only look: "
                   f"ask core.records.operations, with the person who asks."
                   for act, status in changed.items() if status not in (401, 403, 404)]
