"""Telling handlers what happened: at least once, each in a transaction of its own, again and again if it fails."""

import traceback
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import ColumnElement, delete, or_, select, update

from core.database import abandon, db, metadata, now
from core.events.emitting import DELIVER
from core.events.models import Delivery, Event
from core.jobs import after_commit, put, queue
from core.journal import acting, record_rows
from core.plugin import EventHandler, Registry, registry

log = structlog.get_logger()

BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 720))
"""How long to wait after each failure; after the last one the delivery is dead."""
RUNS = len(BACK_OFF) + 1
"""How often a handler is run at most."""
LEASE = timedelta(minutes=10)
"""How long a worker may be busy with a delivery before another takes it over."""
GRACE = timedelta(seconds=20)
"""How long the sweep leaves a delivery to the queue."""
KEEP = timedelta(days=30)


class LostError(Exception):
    """A handler never came back: its worker was killed, or it killed its worker."""


def deliver(delivery_id: int) -> None:
    """Run the handler of a delivery if it is due and nobody else holds it; commits."""
    claimed = _claim(delivery_id)
    if claimed is None:
        return
    delivery, event = claimed
    shelf = registry()
    handler = shelf.handlers.get(delivery.subscription)
    owner = delivery.subscription.partition(":")[0]
    if handler is None:
        # broken or missing today: wait for it, and do not count that as a failure
        _settle(delivery_id, attempts=delivery.attempts - 1, next_at=now() + BACK_OFF[1])
    elif not shelf.enabled(owner):
        _settle(delivery_id, state="skipped", done_at=now())
    elif delivery.attempts > RUNS:
        # the last run did not come back to say so: it took its worker with it
        error = LostError("The worker ended while the handler ran, until it was given up.")
        shelf.calls.failed(owner, f"handler {delivery.subscription}", error)
        _settle(delivery_id, state="dead", error=str(error), trace=None)
    else:
        _hand_over(shelf, owner, handler, delivery, event)


def _hand_over(shelf: Registry, owner: str, handler: EventHandler, delivery: Any, event: Any) -> None:
    try:
        with acting(via="job", reason=event.name):
            shelf.calls.limited(owner, f"handler {delivery.subscription}", handler.limit, handler.run, event.payload)
        # in the handler's own transaction: what it did and that it did it are one
        _settle(delivery.id, state="done", done_at=now(), error=None, trace=None)
    except Exception as error:
        abandon()
        shelf.calls.failed(owner, f"handler {delivery.subscription}", error)
        failed = {"error": f"{type(error).__name__}: {error}"[:2000],
                  "trace": "".join(traceback.format_exception(error))[-8000:]}
        if delivery.attempts >= RUNS:
            _settle(delivery.id, state="dead", **failed)
        else:
            _settle(delivery.id, next_at=now() + BACK_OFF[delivery.attempts - 1], **failed)


def _claim(delivery_id: int) -> tuple[Any, Any] | None:
    """Take the delivery for LEASE: of several workers one gets it. Commits, so that a crash cannot undo it."""
    moment = now()
    taken = db.session.execute(
        update(Delivery).where(Delivery.id == delivery_id, Delivery.state == "pending", Delivery.next_at <= moment)
        .values(next_at=moment + LEASE, attempts=Delivery.attempts + 1)
        .returning(Delivery.id, Delivery.event_id, Delivery.subscription, Delivery.attempts)
        .execution_options(synchronize_session=False)).one_or_none()
    event = None if taken is None else db.session.execute(
        select(Event.name, Event.payload).where(Event.id == taken.event_id)).one()
    db.session.commit()
    return None if taken is None else (taken, event)


def _settle(delivery_id: int, **values: Any) -> None:
    db.session.flush()
    db.session.execute(update(Delivery).where(Delivery.id == delivery_id).values(**values)
                       .execution_options(synchronize_session=False))
    db.session.commit()


def sweep(limit: int = 2000) -> int:
    """Queue what is due and was not handed over: after a crash, and what waits to be tried again.

    Returns how many. A delivery that is queued twice is run once, the claim sees to it.
    """
    known = list(registry().handlers)
    due = db.session.scalars(
        select(Delivery.id).where(Delivery.state == "pending", Delivery.next_at <= now() - GRACE,
                                  Delivery.subscription.in_(known))
        .order_by(Delivery.next_at).limit(limit)).all()
    db.session.rollback()
    for number in due:
        put(queue(), DELIVER, {"delivery_id": number})
    return len(due)


def dead_letters(before_id: int | None = None, limit: int = 50) -> list[tuple[Delivery, Event]]:
    """Deliveries that were given up, newest first, with their events; older than `before_id` for the next page."""
    statement = (select(Delivery, Event).join(Event, Event.id == Delivery.event_id)
                 .where(Delivery.state == "dead").order_by(Delivery.id.desc()).limit(limit))
    if before_id is not None:
        statement = statement.where(Delivery.id < before_id)
    return [(row[0], row[1]) for row in db.session.execute(statement)]


def retry(delivery_id: int) -> bool:
    """Try a dead delivery again from the start, after the commit; False if it is not dead."""
    return bool(_revive(Delivery.id == delivery_id))


def retry_all(plugin: str) -> int:
    """Try all that was given up of a plugin's (or a part of core's) handlers again; returns how many."""
    return _revive(Delivery.subscription.startswith(f"{plugin}:", autoescape=True))


def _revive(which: ColumnElement[bool]) -> int:
    """Let dead deliveries wait for another try. The journal keeps who did it, though it leaves their table out."""
    numbers = db.session.scalars(
        update(Delivery).where(which, Delivery.state == "dead")
        .values(state="pending", attempts=0, next_at=now()).returning(Delivery.id)
        .execution_options(synchronize_session=False)).all()
    record_rows(db.session(), metadata.tables[Delivery.__tablename__], "update", [
        ({"id": number, "state": "dead"}, {"id": number, "state": "pending"}) for number in numbers])
    found = queue()

    def hand_over() -> None:
        for number in numbers:
            put(found, DELIVER, {"delivery_id": number})

    after_commit(hand_over)
    return len(numbers)


def forget_old() -> None:
    """Delete events that everyone was told of long ago."""
    waiting = select(Delivery.id).where(Delivery.event_id == Event.id, or_(
        Delivery.state == "pending", Delivery.state == "dead"))
    db.session.execute(delete(Event).where(Event.at < now() - KEEP, ~waiting.exists())
                       .execution_options(synchronize_session=False))
