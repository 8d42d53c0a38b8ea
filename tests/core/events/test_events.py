"""What happened is told, after it is committed, to everyone who wants to hear of it."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from core.database import db
from core.events import Delivery, Event, Subscription, dead_letters, deliver, emit, retry, sweep, sync_subscriptions
from core.events.delivery import BACK_OFF, LEASE
from core.jobs import queue, run_pending
from core.plugin import EventHandler, hookimpl, registry
from tests.core.jobs import bare


class Ear:
    """A plugin that listens."""

    def __init__(self) -> None:
        self.heard: list[Mapping[str, Any]] = []
        self.fault: BaseException | None = None

    def hear(self, payload: Mapping[str, Any]) -> None:
        self.heard.append(payload)
        if self.fault:
            raise self.fault

    @hookimpl
    def event_handlers(self) -> list[EventHandler]:
        return [EventHandler(key="hear", event="contact.created", run=self.hear)]


@pytest.fixture
def ear(app: Flask) -> Iterator[Ear]:
    ear = Ear()
    bare.add(registry(), "ear", ear)
    yield ear
    queue().huey.flush()


def test_a_committed_event_is_told_once(app: Flask, ear: Ear) -> None:
    emit("contact.created", id=3)
    emit("contact.deleted", id=4)
    db.session.commit()
    run_pending(app)
    assert ear.heard == [{"id": 3}]
    assert [e.name for e in db.session.scalars(select(Event).order_by(Event.id))] == [
        "contact.created", "contact.deleted"]
    assert [d.state for d in db.session.scalars(select(Delivery))] == ["done"]


def test_what_is_rolled_back_is_not_told(app: Flask, ear: Ear) -> None:
    emit("contact.created", id=3)
    db.session.rollback()
    with db.session.begin_nested() as savepoint:
        emit("contact.created", id=4)
        savepoint.rollback()
    db.session.commit()
    assert len(queue().huey) == 0
    assert db.session.scalars(select(Event)).all() == []


def test_payloads_are_small_and_plain(app: Flask) -> None:
    with pytest.raises(ValueError, match="4096 are allowed"):
        emit("contact.created", text="ж" * 2100)
    with pytest.raises(ValueError, match=r"contact\.created.*not JSON"):
        emit("contact.created", what=object())


def later(monkeypatch: pytest.MonkeyPatch, delta: timedelta) -> None:
    monkeypatch.setattr("core.events.delivery.now", lambda: datetime.now(UTC) + delta)


def only() -> Delivery:
    db.session.expire_all()
    return db.session.scalars(select(Delivery)).one()


def test_a_failing_handler_is_tried_again_then_given_up_and_can_be_retried(
        app: Flask, ear: Ear, monkeypatch: pytest.MonkeyPatch) -> None:
    ear.fault = RuntimeError("no line")
    emit("contact.created", id=3)
    db.session.commit()
    run_pending(app)
    assert (only().state, only().attempts, only().error) == ("pending", 1, "RuntimeError: no line")
    assert sweep() == 0
    waited = timedelta()
    for number, wait in enumerate(BACK_OFF, 2):
        waited += wait + timedelta(minutes=1)
        later(monkeypatch, waited)
        assert sweep() == 1
        run_pending(app)
        assert only().attempts == number
    assert only().state == "dead"
    assert len(ear.heard) == 6
    (delivery, event), = dead_letters()
    assert (event.payload, delivery.subscription) == ({"id": 3}, "ear:hear")
    assert "no line" in (delivery.trace or "")
    ear.fault = None
    assert retry(delivery.id)
    db.session.commit()
    run_pending(app)
    assert only().state == "done"
    assert not retry(delivery.id)


class Killed(BaseException):
    """What ends a worker in the middle of a handler: no `except Exception` is reached."""


def test_a_handler_that_takes_its_worker_with_it_is_given_up_as_any_other(
        app: Flask, ear: Ear, monkeypatch: pytest.MonkeyPatch) -> None:
    ear.fault = Killed()
    emit("contact.created", id=3)
    db.session.commit()
    number = only().id
    for run in range(10):
        later(monkeypatch, run * (LEASE + timedelta(minutes=1)))
        with suppress(Killed):
            deliver(number)
        db.session.rollback()
    assert len(ear.heard) == len(BACK_OFF) + 1
    assert only().state == "dead"
    assert "worker ended" in (only().error or "")
    assert [letter.id for letter, _event in dead_letters()] == [number]


def test_what_a_failing_handler_wrote_is_rolled_back_and_others_are_told(app: Flask, ear: Ear) -> None:
    class Writer(Ear):
        def hear(self, payload: Mapping[str, Any]) -> None:
            emit("contact.half_done", id=1)
            db.session.flush()
            super().hear(payload)

    writer = Writer()
    writer.fault = ValueError("in the middle")
    bare.add(registry(), "writer", writer)
    emit("contact.created", id=3)
    db.session.commit()
    run_pending(app)
    assert [e.name for e in db.session.scalars(select(Event))] == ["contact.created"]
    assert {d.subscription: d.state for d in db.session.scalars(select(Delivery))} == {
        "ear:hear": "done", "writer:hear": "pending"}


def test_a_crash_between_commit_and_queue_loses_nothing(
        app: Flask, ear: Ear, monkeypatch: pytest.MonkeyPatch) -> None:
    emit("contact.created", id=3)
    db.session.commit()
    queue().huey.flush()
    later(monkeypatch, timedelta(minutes=1))
    assert sweep() == 1
    assert sweep() == 1
    run_pending(app)
    assert ear.heard == [{"id": 3}]


def test_a_worker_that_died_with_a_delivery_is_replaced(
        app: Flask, ear: Ear, monkeypatch: pytest.MonkeyPatch) -> None:
    ear.fault = KeyboardInterrupt()
    emit("contact.created", id=3)
    db.session.commit()
    number = only().id
    with pytest.raises(KeyboardInterrupt):
        deliver(number)
    db.session.rollback()
    ear.fault = None
    deliver(number)
    assert len(ear.heard) == 1
    later(monkeypatch, LEASE + timedelta(minutes=1))
    sweep()
    run_pending(app)
    assert len(ear.heard) == 2
    assert only().state == "done"


def test_a_plugin_that_is_off_hears_nothing_and_a_broken_one_later(app: Flask, ear: Ear) -> None:
    app.extensions["off"].add("ear")
    emit("contact.created", id=1)
    db.session.commit()
    assert db.session.scalars(select(Delivery)).all() == []
    db.session.rollback()
    app.extensions["off"].clear()
    sync_subscriptions(registry())
    # a deployment breaks the plugin: another process starts without it
    shelf = registry()
    handler = shelf.handlers.pop("ear:hear")
    shelf.calls.manager.unregister(name="ear")
    app.extensions.pop("eleven_missing_subscriptions", None)
    emit("contact.created", id=2)
    db.session.commit()
    run_pending(app)
    assert (only().state, only().attempts) == ("pending", 0)
    db.session.rollback()
    sync_subscriptions(shelf)
    assert db.session.scalars(select(Subscription.key)).all() == ["ear:hear"]
    # and the next one mends it
    shelf.handlers["ear:hear"] = handler
    db.session.execute(update(Delivery).values(next_at=datetime.now(UTC) - timedelta(minutes=1)))
    db.session.commit()
    assert sweep() == 1
    run_pending(app)
    assert ear.heard == [{"id": 2}]


def test_a_handler_that_a_sound_plugin_no_longer_has_is_forgotten(app: Flask, ear: Ear) -> None:
    sync_subscriptions(registry())
    registry().handlers.pop("ear:hear")
    sync_subscriptions(registry())
    assert db.session.scalars(select(Subscription.key)).all() == []
