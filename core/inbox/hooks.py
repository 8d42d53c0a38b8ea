"""What the inbox contributes: its pages and those of background work, and the job that sends mail."""

from collections.abc import Iterable

from flask import Blueprint

from core.inbox import views, work_views
from core.inbox.cards import news
from core.inbox.handlers import work_finished
from core.inbox.operations import forget_old
from core.plugin import Card, EventHandler, Job, hookimpl
from core.users import User
from core.web import mail


@hookimpl
def blueprints() -> Iterable[Blueprint]:
    """The inbox and the page of background work."""
    return [views.blueprint, work_views.blueprint]


@hookimpl
def dashboard_cards(user: User) -> Iterable[Card]:
    """What a person has not yet read."""
    return [news(user)]


@hookimpl
def event_handlers() -> Iterable[EventHandler]:
    """What becomes news."""
    yield EventHandler(key="work_finished", event="work.finished", run=work_finished)


@hookimpl
def jobs() -> Iterable[Job]:
    """Mail goes out in the background; what was read long ago goes by night."""
    yield Job(key="send_mail", run=mail.send_mail)
    yield Job(key="forget", run=forget_old, cron="57 3 * * *")
