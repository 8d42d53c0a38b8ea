"""Events: facts that are told after they are committed, at least once, to whoever has subscribed."""

from flask import Flask

from core.events import hooks
from core.events.delivery import dead_letters, deliver, retry, retry_all, sweep
from core.events.emitting import drop_subscriptions, emit, emit_each, subscribers, sync_subscriptions
from core.events.models import Delivery, Event, Subscription

__all__ = ["Delivery", "Event", "Subscription", "dead_letters", "deliver", "drop_subscriptions", "emit", "emit_each",
           "hooks", "init_app", "retry", "retry_all", "subscribers", "sweep", "sync_subscriptions"]


def init_app(_app: Flask) -> None:
    """Nothing to prepare: subscriptions are read when the first event is emitted."""
