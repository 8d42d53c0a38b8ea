"""What a plugin that runs wild costs others: its limit, and nothing more."""

import time
from contextlib import suppress

import pytest
from sqlalchemy import text

from core import logs
from core.database import db
from core.plugin import registry_for, watching
from core.plugin.calls import DecisionError
from core.plugin.watching import LimitError, Running, watch
from core.users import Team

SLACK = 0.3
"""Seconds that a busy machine may need for the rest."""


@pytest.fixture
def calls(make_app):
    """The calls of an application in its context, plugins being ended after half a second."""
    app = make_app(PLUGINS_SECONDS=0.5)
    logs.init_app(app)
    with app.app_context(), app.test_request_context("/"):
        db.metadata.create_all(db.engine)
        yield registry_for(app).calls


def endless():
    while True:
        pass


def busy(until):
    while time.monotonic() < until:
        pass
    return "done"


def stubborn():
    for _ in range(3):
        with suppress(BaseException):
            endless()
    endless()


def rows_without_end():
    statement = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    return db.session.execute(text(statement)).scalar()


def asleep():
    if db.engine.dialect.name == "sqlite":
        return rows_without_end()
    return db.session.execute(text("SELECT pg_sleep(60)")).all()


@pytest.mark.parametrize("wild", [endless, stubborn, rows_without_end, asleep])
def test_what_goes_on_too_long_is_ended(calls, wild):
    db.session.execute(text("SELECT 1"))
    begin = time.monotonic()
    assert calls.guarded("wild", "panel x", wild) is None
    assert time.monotonic() - begin < 0.5 + SLACK
    failure = calls.failures[-1]
    assert "LimitError: It was ended after 0.5 seconds" in failure.message
    assert wild.__name__ in failure.trace
    assert db.session.execute(text("SELECT 1")).scalar() == 1
    assert calls.guarded("good", "panel y", lambda: 7) == 7


def test_a_call_inside_of_another_has_what_is_left_to_it(calls):
    def outer():
        time.sleep(0.3)
        return calls.guarded("inner", "panel", endless)
    begin = time.monotonic()
    assert calls.guarded("outer", "panel", outer) is None
    assert time.monotonic() - begin < 0.5 + SLACK
    assert calls.failures[0].plugin == "inner"


def test_nothing_is_raised_once_a_call_is_over(monkeypatch):
    """Calls that end just as they are hit: a thousand chances for a late exception."""
    monkeypatch.setattr(watching, "TICK", 0.0005)
    monkeypatch.setattr(watching, "AGAIN", 0.0001)
    time.sleep(0.15)
    ended = 0
    for _ in range(1000):
        try:
            assert watch(Running(0.001), busy, time.monotonic() + 0.001) == "done"
        except LimitError:
            ended += 1
        for _ in range(200):
            pass
    assert 0 < ended < 1000
    assert watching.running() is None


def test_who_decides_and_does_not_end_denies(calls):
    with pytest.raises(DecisionError, match="wild failed in veto: It was ended after"):
        calls.decided("wild", "veto", endless)


@pytest.mark.parametrize("act", ["commit", "rollback", "close"])
def test_the_transaction_stays_the_callers(calls, act):
    """In a request that writes: the plugin is refused, and what the caller has changed is there."""
    db.session.rollback()
    with calls_of_a_writing_request(calls):
        db.session.add(Team(name="Kept"))
        assert calls.guarded("meddler", "panel x", getattr(db.session, act)) is None
        assert f"db.session.{act}() inside of a hook" in calls.failures[-1].message
        with pytest.raises(DecisionError):
            calls.decided("meddler", "veto", getattr(db.session, act))
        db.session.commit()
        assert db.session.query(Team).one().name == "Kept"


def test_an_sql_error_takes_nothing_of_the_callers_with_it(calls):
    db.session.rollback()
    with calls_of_a_writing_request(calls):
        db.session.add(Team(name="Kept"))
        db.session.flush()
        assert calls.guarded("wrong", "panel x", lambda: db.session.execute(text("SELECT nothing"))) is None
        db.session.commit()
        assert db.session.query(Team).one().name == "Kept"


def test_what_is_left_open_is_closed_and_named(calls):
    kept = []

    def connection():
        kept.append(db.engine.connect())
        kept[-1].execute(text("INSERT INTO team (uid, version, name, created_at, updated_at) "
                              "VALUES ('x', 1, 'Left', '2020-01-01', '2020-01-01')"))

    def savepoint():
        db.session.begin_nested()
        db.session.add(Team(name="Left"))
        db.session.flush()

    db.session.execute(text("SELECT 1"))
    for act, name in ((savepoint, "a savepoint"), (connection, "a connection")):
        assert calls.guarded("leaver", "panel x", act) is None
        db.session.rollback()
        assert name in calls.failures[-1].message
    with calls_of_a_writing_request(calls):
        db.session.add(Team(name="Mine"))
        db.session.commit()
        assert [team.name for team in db.session.query(Team)] == ["Mine"]


def calls_of_a_writing_request(calls):
    from flask import current_app
    return current_app.test_request_context("/", method="POST")
