"""How a plugin behaves when it is asked: cheaply, repeatably, and without committing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import MetaData, event, inspect, select

from core.database import db
from core.events import emit
from core.plugin import registry
from core.plugin.calls import DecisionError
from core.plugin.holding import HeldTransactionError
from core.records import operations, record_type
from core.testing import factories
from core.testing.conformance.samples import Subject, arguments
from core.users import User

PANEL_STATEMENTS = 4
"""SQL statements that the body of one panel may use."""
COLUMN_STATEMENTS = 1
"""SQL statements that a column may use for a whole page of rows."""


class Conduct(Subject):
    """Checks of hooks, handlers and record types at work."""

    def test_panels_and_columns_keep_to_their_budget(self, app: Flask, admin: User, statements: list[str]) -> None:
        """A panel asks a handful of statements however much there is, a column one for a page."""
        contact = factories.contact("Helios Energy")
        self.make_for(contact, admin, times=3)
        others = [factories.contact(f"Other {number}").id for number in range(5)]
        faults = []
        with app.test_request_context("/"):
            for what, key, act, most in self._costs(contact, admin, others):
                db.session.expire_all()
                contact.name, admin.name  # noqa: B018 read anew, at nobody's cost
                statements.clear()
                act()
                if len(statements) > most:
                    faults.append(f"{what} {key} asks {len(statements)} statements, {most} are allowed: join, or take "
                                  "fewer rows.\n  " + "\n  ".join(statements))
        assert not faults, "\n".join(faults)

    def _costs(self, contact: Any, user: User, others: list[int]) -> Iterator[tuple[str, str, Callable[[], Any], int]]:
        calls, own = registry().calls, self.hooks()
        if "contact_panels" in own:
            for panel in calls.one(self.plugin, "contact_panels", contact=contact, user=user):
                yield "The panel", panel.key, panel.body, PANEL_STATEMENTS
        if "dashboard_cards" in own:
            for card in calls.one(self.plugin, "dashboard_cards", user=user):
                yield "The card", card.key, card.body, PANEL_STATEMENTS
        if "contact_columns" in own:
            for column in calls.one(self.plugin, "contact_columns", user=user):
                yield "The column", column.key, partial(column.values, others), COLUMN_STATEMENTS

    def test_operations_leave_the_commit_to_the_caller(self, app: Flask, admin: User) -> None:
        """Saving a record of the plugin's, or a contact with its sections, commits nothing by itself."""
        kinds = self.kinds()
        with _refused(self.plugin):
            made = [self.make(kind, f"First {kind.path}", admin) for kind in kinds]
        contact = factories.contact("Helios Energy")
        with app.test_request_context("/"), _refused(self.plugin), _uncommitted(self.plugin):
            for kind, record in zip(kinds, made, strict=True):
                operations.update(kind, record, {kind.title: f"Second {kind.path}"}, admin)
            for section in self._sections(contact, admin):
                section.save(contact, dict(section.load(contact)))
            for hook in self.hooks_of("Decide"):
                registry().calls.one(self.plugin, hook, **arguments(hook, contact, admin))
            db.session.flush()
        db.session.rollback()

    def _sections(self, contact: Any, user: User) -> list[Any]:
        if "contact_sections" not in self.hooks():
            return []
        return registry().calls.one(self.plugin, "contact_sections", contact=contact, user=user)

    def test_an_event_delivered_twice_changes_nothing(self, app: Flask, admin: User) -> None:
        """Delivery is at least once, so a handler that runs again finds its work done."""
        handlers = {h.event for key, h in registry().handlers.items() if key.startswith(f"{self.plugin}:")}
        kinds = [record_type("contact"), *self.kinds()]
        told = {kind.event(verb) for kind in kinds for verb in ("created", "updated", "deleted")} | {"record.assigned"}
        unknown = sorted(handlers - told - self.payloads.keys())
        assert not unknown, f"Say in `payloads` what {', '.join(unknown)} carries, so that it can be delivered twice."
        for kind in kinds:
            record = factories.contact("Sample") if kind.name == "contact" else self.make(
                kind, f"Sample {kind.path}", admin)
            operations.update(kind, record, {kind.title: f"Changed {kind.path}"}, admin)
            db.session.commit()
        for name in handlers & self.payloads.keys():
            emit(name, **self.payloads[name])
        db.session.commit()
        factories.deliver()
        self._unharmed()
        once = _everything()
        factories.deliver(again=True)
        self._unharmed()
        changed = [name for name, rows in _everything().items() if rows != once[name]]
        assert not changed, (f"A second delivery changes {', '.join(changed)}: look whether the work is done already, "
                             "or give the news a `once`.")

    def _unharmed(self) -> None:
        faults = [failure.message for failure in registry().calls.failures if failure.plugin == self.plugin]
        assert not faults, (f"A handler fails: {'; '.join(faults)}. It may be told late and twice, and what it is told "
                            "of may be gone by then.")


_BESIDE = {"event", "event_delivery", "journal_transaction", "journal_change", "work", "job_tick"}
"""Tables that tell of deliveries themselves."""


def _everything() -> dict[str, list[str]]:
    db.session.rollback()
    reflected = MetaData()
    names = [name for name in inspect(db.engine).get_table_names()
             if name not in _BESIDE and not name.startswith("fts_")]
    reflected.reflect(db.engine, only=names)
    with db.engine.connect() as connection:
        return {name: sorted(str(tuple(row)) for row in connection.execute(select(reflected.tables[name])))
                for name in names}


@contextmanager
def _refused(plugin: str) -> Iterator[None]:
    """Where core asks through its guard, a commit has been refused."""
    try:
        yield
    except DecisionError as error:
        if not isinstance(error.__cause__, HeldTransactionError):
            raise
        _committed(plugin)


@contextmanager
def _uncommitted(plugin: str) -> Iterator[None]:
    def committed(_session: Any) -> None:
        _committed(plugin)
    event.listen(db.session, "before_commit", committed)
    try:
        yield
    finally:
        event.remove(db.session, "before_commit", committed)


def _committed(plugin: str) -> None:
    pytest.fail(f"{plugin} commits inside of an operation: flush, and leave the commit to the caller.")
