"""The inbox: mentions, assignments and finished work reach a person here and, as they choose, by mail."""

from flask import Flask

from core.inbox.handlers import tell_finished
from core.inbox.models import KINDS, Notification
from core.inbox.operations import notify, unread
from core.inbox.views import unread_now
from core.jobs import on_finished

__all__ = ["KINDS", "Notification", "init_app", "notify", "unread"]


def init_app(app: Flask) -> None:
    """Hear of finished work, and tell the sidebar how much is unread."""
    on_finished(tell_finished)
    app.extensions["eleven.unread"] = unread_now
