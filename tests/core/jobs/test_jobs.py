"""Work in the background: after the commit, by the clock, and while a person watches."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from huey import MemoryHuey, PostgresHuey, RedisHuey, SqliteHuey
from sqlalchemy import select, update

from core.config import ConfigError
from core.database import db
from core.jobs import Work, WorkFailedError, cancel, enqueue, on_finished, queue, run_pending, start, working, works
from core.jobs.run import due, tick
from core.journal import JournalTransaction, actor
from core.plugin import Job, hookimpl, registry
from core.users.models import User
from tests.core.jobs import bare


class Hands:
    """A plugin that works."""

    def __init__(self) -> None:
        self.calls: list[Any] = []
        self.during: Any = None

    def note(self, **arguments: Any) -> None:
        self.calls.append((arguments, actor().via))
        if arguments.get("fault"):
            db.session.add(User(name="half", email="half@example.com"))
            db.session.flush()
            raise RuntimeError("broken")
        db.session.add(User(name="made", email=f"{len(self.calls)}@example.com"))

    def export(self, work_id: int, rows: int) -> None:
        with working(work_id) as work:
            for row in range(rows):
                db.session.add(User(name=str(row), email=f"{row}@example.com"))
                db.session.commit()
                work._written = 0
                work.progress(row + 1, rows)
                if self.during:
                    self.during(work)
            work.file("../people list.csv").write_text("a,b")
            work.result["rows"] = rows

    def clock(self) -> None:
        self.calls.append("clock")

    @hookimpl
    def jobs(self) -> list[Job]:
        return [Job(key="note", run=self.note), Job(key="export", run=self.export),
                Job(key="clock", run=self.clock, cron="30 3 * * *"), Job(key="bad", run=self.clock, cron="61 3 * *")]


@pytest.fixture
def hands(app: Flask) -> Iterator[Hands]:
    hands = Hands()
    bare.add(registry(), "hands", hands)
    yield hands
    queue().huey.flush()
    works._finished.clear()


def user() -> User:
    found = db.session.scalar(select(User).where(User.email == "ada@example.com"))
    if found is None:
        found = User(name="Ada", email="ada@example.com")
        db.session.add(found)
        db.session.commit()
    return found


def test_a_job_runs_after_the_commit_and_commits_itself(app: Flask, hands: Hands) -> None:
    enqueue("hands:note", who="x")
    assert len(queue().huey) == 0
    db.session.commit()
    assert run_pending(app) == 1
    assert hands.calls == [({"who": "x"}, "job")]
    assert db.session.scalars(select(User.name)).all() == ["made"]
    assert db.session.scalars(select(JournalTransaction.via)).all() == ["job"]


def test_what_is_rolled_back_does_not_run(app: Flask, hands: Hands) -> None:
    enqueue("hands:note")
    db.session.rollback()
    savepoint = db.session.begin_nested()
    enqueue("hands:note")
    savepoint.rollback()
    with db.session.begin_nested():
        enqueue("hands:note", kept=True)
    assert len(queue().huey) == 0
    db.session.commit()
    run_pending(app)
    assert [c[0] for c in hands.calls] == [{"kept": True}]


def test_a_failing_job_leaves_nothing_and_the_worker_goes_on(app: Flask, hands: Hands) -> None:
    enqueue("hands:note", fault=True)
    enqueue("hands:note")
    enqueue("nobody:knows")
    db.session.commit()
    assert run_pending(app) == 3
    assert db.session.scalars(select(User.name)).all() == ["made"]
    failure, = registry().calls.failures
    assert (failure.plugin, failure.where) == ("hands", "job hands:note")


def test_jobs_of_a_plugin_that_is_off_do_not_run(app: Flask, hands: Hands) -> None:
    enqueue("hands:note")
    db.session.commit()
    app.extensions["off"].add("hands")
    run_pending(app)
    assert hands.calls == []
    assert "hands:clock" not in due(registry(), [datetime(2026, 1, 1, 3, 30, tzinfo=UTC)])


def test_the_clock_runs_once_per_minute_and_catches_up(app: Flask, hands: Hands) -> None:
    at = datetime(2026, 1, 1, 3, 29, 30, tzinfo=UTC)
    for moment in (at, at, at + timedelta(minutes=1), at + timedelta(minutes=1), at + timedelta(minutes=2)):
        tick(app, moment)
    run_pending(app)
    assert hands.calls == ["clock"]
    tick(app, at + timedelta(days=1, minutes=-5))
    tick(app, at + timedelta(days=1, minutes=10))
    run_pending(app)
    assert hands.calls == ["clock", "clock"]
    assert "61 3 * *" in registry().calls.failures[0].where


def test_work_shows_progress_and_ends_with_a_file(app: Flask, hands: Hands) -> None:
    ended: list[str] = []
    on_finished(lambda work: ended.append(work.state))
    seen: list[tuple[int, int | None, str]] = []

    def look(_work: Any) -> None:
        with db.engine.connect() as other:
            seen.append(tuple(other.execute(select(Work.done, Work.total, Work.state)).one()))

    hands.during = look
    work = start("hands:export", user(), "Export", rows=3)
    db.session.commit()
    run_pending(app)
    db.session.expire_all()
    assert seen == [(1, 3, "running"), (2, 3, "running"), (3, 3, "running")]
    assert (work.state, work.result, ended) == ("done", {"rows": 3}, ["done"])
    assert work.file == os.path.join("work", work.uid, "people_list.csv")
    assert (works.folder_of(work.uid) / "people_list.csv").read_text() == "a,b"
    assert json.dumps(work.result)


def test_work_stops_when_it_is_cancelled(app: Flask, hands: Hands) -> None:
    work = start("hands:export", user(), "Export", rows=5)
    db.session.commit()
    number = work.id

    def stop(at: Any) -> None:
        with db.engine.begin() as other:
            other.execute(update(Work).where(Work.id == at.id).values(state="cancelled"))

    hands.during = stop
    run_pending(app)
    db.session.expire_all()
    assert db.session.get_one(Work, number).state == "cancelled"
    assert len(db.session.scalars(select(User)).all()) == 3
    waiting = start("hands:export", user(), "Export", rows=5)
    db.session.commit()
    assert cancel(waiting)
    db.session.commit()
    run_pending(app)
    assert waiting.state == "cancelled"
    assert not cancel(waiting)
    assert not registry().calls.failures


def test_work_that_fails_says_so(app: Flask, hands: Hands) -> None:
    def fault(_work: Any) -> None:
        raise WorkFailedError("The file has no rows.")

    hands.during = fault
    work = start("hands:export", user(), "Export", rows=2)
    other = start("hands:export", user(), "Export", wrong=2)
    db.session.commit()
    run_pending(app)
    db.session.expire_all()
    assert (work.state, work.message) == ("failed", "The file has no rows.")
    assert other.state == "failed"


def test_work_whose_worker_died_is_taken_up_again_but_not_for_ever(app: Flask, hands: Hands) -> None:
    work = start("hands:export", user(), "Export", rows=1)
    db.session.commit()
    queue().huey.flush()
    for _attempt in range(3):
        works._take(work.id)
        with db.engine.begin() as other:
            other.execute(update(Work).values(heartbeat=datetime.now(UTC) - timedelta(minutes=3)))
        db.session.expire_all()
        works.requeue()
        db.session.commit()
    assert work.state == "failed"
    assert len(queue().huey) == 2
    # what the first two died with comes late and finds nothing to do
    run_pending(app)
    assert len(db.session.scalars(select(User)).all()) == 1


def test_a_long_transaction_on_sqlite_does_not_block_its_own_progress(app: Flask, hands: Hands) -> None:
    work = start("hands:export", user(), "Export", rows=1)
    db.session.commit()
    with working(work.id) as at:
        db.session.add(User(name="open", email="open@example.com"))
        db.session.flush()
        at.progress(1, 1)
    db.session.expire_all()
    assert (work.state, work.done) == ("done", 1)


@pytest.mark.parametrize(("url", "kind"), [("", None), ("memory://", MemoryHuey), (
    "redis://127.0.0.1:6379/9", RedisHuey)])
def test_the_queue_stands_where_the_configuration_says(app: Flask, hands: Hands, url: str, kind: Any) -> None:
    app.config["JOBS_URL"] = url
    expected = kind or {"sqlite": SqliteHuey, "postgresql": PostgresHuey}[db.engine.dialect.name]
    assert type(queue().huey) is expected
    enqueue("hands:note")
    db.session.commit()
    assert run_pending(app) == 1
    assert len(hands.calls) == 1


def test_an_unknown_queue_is_refused(app: Flask) -> None:
    app.config["JOBS_URL"] = "amqp://somewhere"
    with pytest.raises(ConfigError, match="amqp is no queue"):
        queue()
