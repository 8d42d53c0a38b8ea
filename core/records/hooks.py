"""What the record toolkit itself contributes."""

from collections.abc import Iterable

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from core.plugin import EventHandler, Job, Permission, hookimpl
from core.records.type import RecordType

LONG = 6 * 3600
"""Seconds that work with a million rows may take."""


@hookimpl
def record_types() -> Iterable[RecordType]:
    """Users and teams, so that others can relate to them."""
    from core.records.people import teams, users
    return [users, teams]


@hookimpl
def blueprints() -> Iterable[Blueprint]:
    """What is not one type's: look-ups, undo, the palette, the journal."""
    from core.records.audit.views import blueprint as journal
    from core.records.common import blueprint
    return [blueprint, journal]


@hookimpl
def permissions() -> Iterable[Permission]:
    """Who may read everything that anybody has done."""
    return [Permission(key="journal.admin", label=_l("Read the journal"))]


@hookimpl
def jobs() -> Iterable[Job]:
    """Exports, imports and bulk changes; each hour and night: forget what nobody will ask for again."""
    from core.records import background, idempotency, importing
    return [Job(key="export", run=background.run_export, limit=LONG),
            Job(key="import", run=background.run_import, limit=LONG),
            Job(key="bulk", run=background.run_bulk, limit=LONG),
            Job(key="forget_imports", run=importing.forget_old, cron="41 3 * * *"),
            Job(key="forget_idempotency_keys", run=idempotency.forget_old, cron="17 * * * *")]


@hookimpl
def event_handlers() -> Iterable[EventHandler]:
    """Tell people who mentioned them and what was assigned to them."""
    from core.records import handlers
    return [EventHandler(key="mentioned", event="record.mentioned", run=handlers.mentioned),
            EventHandler(key="assigned", event="record.assigned", run=handlers.assigned)]
