"""Who sees what: every surface of every record type, with people who may see nothing, their own, their team's, all."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.database import db
from core.records import RecordType
from core.testing import factories
from core.testing.conformance.samples import Subject
from core.users import User, tokens
from core.users.keys import Origin

OWNERS = {"nothing": (), "own": ("mine",), "team": ("mine", "ours"), "all": ("mine", "ours", "theirs")}
"""Whose records each scope reaches."""


class Reach(Subject):
    """Checks of access."""

    @pytest.mark.parametrize("scope", OWNERS)
    def test_every_surface_shows_what_the_scope_reaches(
            self, app: Flask, sign_in: Callable[[User], FlaskClient], scope: str) -> None:
        """List, page, look-up, REST and search agree on which records a person may see, and nobody changes any."""
        team = factories.team("Ours")
        reader, colleague, boss = self._reader(scope, team), factories.user("Cole Colleague", team), factories.admin()
        browser, program = sign_in(reader), self._program(app, reader, scope)
        faults: list[str] = []
        for kind in self._owned():
            records = {name: self.make(kind, f"{name} {kind.path} sample", boss, owner=who.id)
                       for name, who in (("mine", reader), ("ours", colleague), ("theirs", boss))}
            for name, record in records.items():
                self._look(kind, record, name in OWNERS[scope], scope, browser, program, faults)
        assert not faults, "\n".join(faults)

    def _owned(self) -> list[RecordType]:
        return [kind for kind in self.kinds() if kind.surfaces and "owner" in kind.form_fields]

    def _reader(self, scope: str, team: Any) -> User:
        grants = {} if scope == "nothing" else {kind.permission("view").replace(".", "__"): scope
                                                for kind in self._owned()}
        return factories.user("Rea Reader", team, **grants)

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
        if not kind.search:
            del shown["search"]
        faults += [f"{kind.name}: {surface} {'hides' if seen else 'shows'} “{title}” with scope {scope}: ask "
                   "core.records.access for the condition." for surface, shows in shown.items() if shows != seen]
        changed = {
            "edit": browser.post(f"{list_url}{number}/edit", data={}).status_code,
            "delete": browser.post(f"{list_url}{number}/delete").status_code,
            "REST patch": client.patch(f"{api}/{number}", json={}, headers=header | {"If-Match": "*"}).status_code,
            "REST delete": client.delete(f"{api}/{number}", headers=header | {"If-Match": "*"}).status_code,
        }
        faults += [f"{kind.name}: {act} answers {status} to somebody who may only look."
                   for act, status in changed.items() if status not in (401, 403, 404)]
