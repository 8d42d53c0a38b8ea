"""Saying that something happened: an event and its deliveries in the caller's transaction."""

import json
from array import array
from collections.abc import Mapping, Sequence
from typing import Any

from flask import current_app
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from core.database import db, metadata, now
from core.events.models import Delivery, Event, Subscription
from core.jobs import after_commit, put, queue
from core.journal import actor
from core.logs import request_id
from core.plugin import Registry, registry

LIMIT = 4096
"""Bytes of a payload as JSON: it names things by id, it does not carry them."""

DELIVER = "core.events:deliver"
_NEW_EVENT = insert(Event).returning(Event.id)
_NEW_DELIVERY = insert(Delivery).returning(Delivery.id)


def emit(name: str, /, **payload: Any) -> None:
    """Tell that something has happened; handlers hear of it once the caller's transaction is committed.

    `name` is a fact in the past tense, `<owner>.<noun>_<verb>`. Raises ValueError for a payload that is
    not JSON or is larger than LIMIT.
    """
    emit_each(name, [payload])


def emit_each(name: str, payloads: Sequence[Mapping[str, Any]]) -> None:
    """Tell a fact of each of many things at once, as `emit` does of one."""
    for payload in payloads:
        _check(name, payload)
    session = db.session()
    session.flush()
    connection = session.connection()
    told = {"name": name, "at": now(), "user_id": actor().user_id, "request_id": request_id()}
    events = connection.execute(_NEW_EVENT, [told | {"payload": payload} for payload in payloads]).scalars().all()
    keys = subscribers(session, registry(), name)
    if keys:
        # an array: a step may be told of by the hundred thousand, and all of them wait for one commit
        numbers = array("q", connection.execute(_NEW_DELIVERY, [
            {"event_id": event, "subscription": key, "next_at": now()} for event in events for key in keys]).scalars())
        found = queue()

        def hand_over() -> None:
            for delivery in numbers:
                put(found, DELIVER, {"delivery_id": delivery})

        after_commit(hand_over)


def _check(name: str, payload: Mapping[str, Any]) -> None:
    try:
        size = len(json.dumps(payload, ensure_ascii=False).encode())
    except TypeError as error:
        raise ValueError(f"event {name}: {error}. A payload holds ids, texts and numbers.") from error
    if size > LIMIT:
        raise ValueError(f"event {name}: the payload has {size} bytes, {LIMIT} are allowed. Name things by id.")


def subscribers(session: Session, shelf: Registry, name: str) -> list[str]:
    """The keys of who is to hear of an event: enabled handlers, and those that are broken or missing today."""
    found = [key for key, handler in shelf.handlers.items()
             if handler.event == name and shelf.enabled(key.partition(":")[0])]
    missing = [key for key, event in _missing(session, shelf) if event == name]
    if missing:
        off = _switched_off(session)
        found += [key for key in missing if key.partition(":")[0] not in off]
    return found


def _missing(session: Session, shelf: Registry) -> list[tuple[str, str]]:
    """Subscriptions of plugins that this process has not loaded; what is loaded does not change later."""
    found: list[tuple[str, str]] | None = current_app.extensions.get("eleven_missing_subscriptions")
    if found is None:
        rows = session.connection().execute(select(Subscription.key, Subscription.event)).all()
        found = [(row.key, row.event) for row in rows if not _loaded(shelf, row.key)]
        current_app.extensions["eleven_missing_subscriptions"] = found
        app = current_app._get_current_object()  # type: ignore[attr-defined]

        def remember() -> None:
            with app.app_context():
                sync_subscriptions(shelf)

        after_commit(remember)
    return found


def _loaded(shelf: Registry, key: str) -> bool:
    return key in shelf.handlers or bool(shelf.calls.manager.has_plugin(key.partition(":")[0]))


def _switched_off(session: Session) -> set[str]:
    """Plugins that are installed and switched off, or removed; the host keeps them, above this package."""
    table = metadata.tables.get("plugin_state")
    if table is None:
        return set()
    return set(session.connection().execute(select(table.c.name).where(~table.c.enabled)).scalars())


def sync_subscriptions(shelf: Registry) -> None:
    """Write down who listens to what, in a transaction of its own.

    Handlers that a loaded plugin no longer has are dropped; those of a missing plugin stay.
    """
    wanted = {key: handler.event for key, handler in shelf.handlers.items()}
    with db.engine.connect() as connection:
        stored = {row.key: row.event for row in connection.execute(select(Subscription.key, Subscription.event))}
        gone = [key for key in stored if key not in wanted and _loaded(shelf, key)]
        changed = [key for key in wanted if stored.get(key, wanted[key]) != wanted[key]]
        new = [{"key": key, "event": wanted[key]} for key in wanted if key not in stored or key in changed]
        if gone or changed:
            connection.execute(delete(Subscription).where(Subscription.key.in_([*gone, *changed])))
        if new:
            connection.execute(insert(Subscription), new)
        connection.commit()


def drop_subscriptions(plugin: str) -> None:
    """Forget the handlers of a plugin that is removed for good, and what waits for them."""
    db.session.execute(delete(Subscription).where(Subscription.key.startswith(f"{plugin}:", autoescape=True)))
    db.session.execute(delete(Delivery).where(
        Delivery.subscription.startswith(f"{plugin}:", autoescape=True), Delivery.state == "pending"))
    current_app.extensions.pop("eleven_missing_subscriptions", None)
