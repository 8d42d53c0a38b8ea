"""What people have heard in the past: every event delivered at its own moment, so that no worker does it today."""

from datetime import timedelta

from sqlalchemy import select

from core.database import at, db, now
from core.events import Delivery, Event, deliver
from core.inbox import Notification
from core.inbox.operations import mark_read

FRESH = timedelta(days=5)
"""News of the last days are still unread."""


def tell() -> None:
    """Deliver what the making of the company has told; commits. Nobody has asked for mail, so none is sent."""
    waiting = db.session.execute(
        select(Delivery.id, Delivery.next_at).join(Event, Event.id == Delivery.event_id)
        .where(Delivery.state == "pending").order_by(Event.at, Delivery.id)).all()
    db.session.rollback()
    for number, moment in waiting:
        with at(moment):
            deliver(number)
    old = db.session.execute(select(Notification.user_id, Notification.id, Notification.created_at).where(
        Notification.created_at < now() - FRESH)).all()
    for user_id, number, moment in old:
        with at(moment + timedelta(hours=2)):
            mark_read(user_id, number)
    db.session.commit()
