"""The end of plugins' code that does not end: each call has a limit, and one thread of the process watches all.

A call that exceeds its limit is ended where it stands, an endless loop included: the statement that it waits for is
interrupted, then `Ended` is raised in its thread, again and again until the call is left. `except Exception`
does not catch it; who catches BaseException is hit again, and goes on only if all it does stands in such a `try`.
Python can raise nothing inside of C: `time.sleep`, a read from a socket, a regular expression, a
wait for a lock end in their own time, and the call right after them. Give such waits a timeout of their own.
"""

import ctypes
import os
import sqlite3
import threading
from collections.abc import Callable
from math import inf
from threading import get_ident
from time import monotonic, sleep
from typing import Any, TypeVar

import psycopg
import structlog
from flask import Flask
from sqlalchemy import Connection, event

from core.database import db

log = structlog.get_logger()

T = TypeVar("T")

TICK, AGAIN = 0.05, 0.02
"""Seconds between two looks, and between two hits of a call that goes on."""


class LimitError(TimeoutError):
    """Code of a plugin has taken longer than it may."""


class Ended(BaseException):
    """What is raised in the thread of a call that goes on too long. No Exception: it is not the plugin's to catch."""


class Running:
    """A call that is under way. `holds`: the transaction is the caller's, and not for the call to end.

    `seconds` is its limit (0: none), `context` what tells the caller's application context from one that the call
    pushes itself.
    """

    hits = 0
    hitting = False
    connection: Any = None
    """The driver's connection that the call has last used."""
    opened: list[Any] | None = None
    """What it has begun and has to end: savepoints, and connections beside the session's."""

    def __init__(self, seconds: float, holds: bool = False, context: object = None) -> None:
        self.seconds = seconds
        self.holds = holds
        self.context = context
        self.deadline = monotonic() + seconds if seconds else inf


_running: dict[int, Running] = {}
_thread: threading.Thread | None = None
_interrupting = threading.Lock()


def running() -> Running | None:
    """The innermost call that is under way in this thread."""
    return _running.get(get_ident())


def watch(call: Running, function: Callable[..., T], *arguments: Any) -> T:
    """Call a function and end it when it exceeds the call's limit. Raises LimitError then, else what it raises."""
    if _thread is None:
        _start()
    ident = get_ident()
    around = _running.get(ident)
    if around is not None and around.deadline < call.deadline:
        call.deadline = around.deadline
    raised: BaseException | None = None
    try:
        _running[ident] = call
        answer = function(*arguments)
        if around is None:
            del _running[ident]
        else:
            _running[ident] = around
        if not call.hits:
            return answer
    except BaseException as error:
        raised = error
    # nothing is called before this try: a hit that arrives late must find it
    while True:
        try:
            _leave(ident, call, around)
            break
        except Ended:
            continue
    if raised is None:
        return answer
    try:
        if call.hits:
            raise LimitError(f"It was ended after {call.seconds:g} seconds, the most that it may take.") from raised
        raise raised
    finally:
        # an exception and the frame that keeps it would hold each other, and all that stands in the frames below
        raised = None


def _leave(ident: int, call: Running, around: Running | None) -> None:
    """Take the call out of the watch; what has been raised for it and not arrived is taken back."""
    if around is None:
        _running.pop(ident, None)
    else:
        _running[ident] = around
    if call.hits:
        while call.hitting:
            sleep(0.0005)
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(ident), None)


def _start() -> None:
    global _thread
    _thread = threading.Thread(target=_look, name="eleven plugins", daemon=True)
    _thread.start()


def _forked() -> None:
    global _thread, _interrupting
    _thread, _interrupting = None, threading.Lock()
    _running.clear()


os.register_at_fork(after_in_child=_forked)


def _look() -> None:
    pause = TICK
    while True:
        sleep(pause)
        # two looks ahead: the call is to be over when its time is, and raising takes some as well
        pause, soon = TICK, monotonic() + 2 * TICK
        for ident, call in _running.copy().items():
            if call.deadline <= soon:
                pause = AGAIN
                _hit(ident, call)


def _hit(ident: int, call: Running) -> None:
    # in this order: a call that ends meanwhile either is not found any more, or sees that it is being hit and waits
    call.hitting = True
    call.hits += 1
    try:
        if _running.get(ident) is not call:
            return
        with _interrupting:
            busy = call.connection
            _interrupt(busy)
        if busy is not None and call.hits == 1:
            # a statement that is interrupted raises by itself, and leaves its connection usable
            return
        if _running.get(ident) is call:
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(ident), ctypes.py_object(Ended))
    finally:
        call.hitting = False


def _interrupt(connection: Any) -> None:
    """End the statement that a connection of the driver's is busy with, if it is."""
    try:
        if isinstance(connection, sqlite3.Connection):
            connection.interrupt()
        elif connection is not None and connection.pgconn.transaction_status == psycopg.pq.TransactionStatus.ACTIVE:
            connection.cancel_safe(timeout=1)
    except (sqlite3.Error, psycopg.Error) as error:
        # it has been closed meanwhile, or its server is gone
        log.warning("a plugin's statement was not interrupted", exc_info=error)


def _executes(connection: Connection, *_statement: Any) -> None:
    call = _running.get(get_ident())
    if call is not None:
        call.connection = connection.connection.dbapi_connection


def _returned(connection: Any, _record: Any) -> None:
    """The connection goes back to the pool and is another's: it must not be interrupted any more."""
    call = _running.get(get_ident())
    if call is not None and call.connection is connection:
        with _interrupting:
            call.connection = None


def follow_statements(app: Flask) -> None:
    """Follow the statements, so that they can be interrupted."""
    with app.app_context():
        event.listen(db.engine, "checkin", _returned)
        event.listen(db.engine, "before_cursor_execute", _executes)
