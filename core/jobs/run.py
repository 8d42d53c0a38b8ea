"""What a worker does with a task, and with each minute of the clock."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from flask import Flask
from huey import crontab
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from core import logs
from core.database import abandon, db, now
from core.jobs.models import JobTick
from core.jobs.tasks import put, queue
from core.jobs.works import AlreadyTakenError, fail
from core.journal import acting
from core.plugin import Registry, registry_for

log = structlog.get_logger()

CATCH_UP = timedelta(hours=1)
"""How far back the clock looks for minutes that passed while no worker ran."""


def run(app: Flask, key: str, arguments: Mapping[str, Any]) -> None:
    """Run one job in a context of its own: commit its session, or roll back and log. Never raises."""
    with app.app_context(), acting(via="job", reason=key):
        logs.begin()
        job = registry_for(app).jobs.get(key)
        owner, calls = key.partition(":")[0], registry_for(app).calls
        if job is None or not registry_for(app).enabled(owner):
            log.warning("job skipped", key=key, why="unknown" if job is None else f"{owner} is off")
            return
        try:
            calls.limited(owner, f"job {key}", job.limit, partial(job.run, **arguments))
            db.session.commit()
        except AlreadyTakenError as error:
            log.info("job skipped", key=key, why=str(error))
        except Exception as error:
            abandon()
            calls.failed(owner, f"job {key}", error)
            if "work_id" in arguments:
                fail(arguments["work_id"])
        else:
            log.debug("job done", key=key)


def tick(app: Flask, at: datetime | None = None) -> None:
    """Put the clock jobs that are due into the queue; of several workers one does so per minute."""
    minute = (at or now()).replace(second=0, microsecond=0)
    with app.app_context():
        previous = _claim("clock", minute)
        if previous is None:
            return
        start = max(previous + timedelta(minutes=1), minute - CATCH_UP)
        passed = [start + timedelta(minutes=n) for n in range(int((minute - start) / timedelta(minutes=1)) + 1)]
        for key in due(registry_for(app), passed):
            put(queue(app), key, {})


def due(registry: Registry, minutes: list[datetime]) -> list[str]:
    """The keys of the enabled jobs whose cron line matches one of some minutes."""
    keys = []
    for key, job in registry.jobs.items():
        owner = key.partition(":")[0]
        if not job.cron or not registry.enabled(owner):
            continue
        try:
            minute, hour, day, month, weekday = job.cron.split()
            matches = crontab(minute, hour, day, month, weekday, strict=True)
        except ValueError as error:
            registry.calls.failed(owner, f"cron line {job.cron!r} of job {key}", error)
            continue
        if any(matches(moment) for moment in minutes):
            keys.append(key)
    return keys


def _claim(key: str, minute: datetime) -> datetime | None:
    """The minute of the last claim, if this worker is the first to claim this one."""
    previous = db.session.execute(select(JobTick.at).where(JobTick.key == key)).scalar()
    if previous is None:
        statement: Any = insert(JobTick).values(key=key, at=minute)
    else:
        statement = update(JobTick).where(JobTick.key == key, JobTick.at == previous, JobTick.at < minute).values(
            at=minute)
    try:
        first = db.session.execute(statement.returning(JobTick.key)).first() is not None
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        return None
    return (previous or minute - timedelta(minutes=1)) if first else None
