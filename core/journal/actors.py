"""Who changes something right now, through what, and why."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """`via` is web, api, cli, job or import; `system` when nobody said."""

    user_id: int | None = None
    via: str = "system"
    reason: str | None = None


_NOBODY = Actor()
_actor: ContextVar[Actor] = ContextVar("eleven_actor", default=_NOBODY)


def actor() -> Actor:
    """Who is noted for changes made now."""
    return _actor.get()


def set_actor(user_id: int | None = None, via: str = "system", reason: str | None = None) -> None:
    """Settle who acts until it is set again: the web does so at the begin of each request."""
    _actor.set(Actor(user_id, via, reason))


@contextmanager
def acting(user_id: int | None = None, via: str = "system", reason: str | None = None) -> Iterator[Actor]:
    """Settle who acts within a block."""
    token = _actor.set(Actor(user_id, via, reason))
    try:
        yield _actor.get()
    finally:
        _actor.reset(token)
