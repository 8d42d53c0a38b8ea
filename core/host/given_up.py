"""What the Plugins page shows of events that were given up: each handler's, to be tried again once it is mended."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for

from core.events import dead_letters
from core.plugin import registry

SHOWN = 50


@dataclass(frozen=True)
class Letter:
    """One event that a handler has never taken."""

    event: str
    payload: str
    handler: str
    at: datetime
    error: str
    trace: str
    url: str


@dataclass(frozen=True)
class GivenUp:
    """A plugin's letters, and where to have all of it tried again."""

    name: str
    title: Any
    letters: list[Letter]
    url: str


def given_up(before_id: int | None = None) -> tuple[list[GivenUp], int | None]:
    """The latest, by plugin; and the id to go on before, if there are more."""
    found = dead_letters(before_id, SHOWN + 1)
    letters: dict[str, list[Letter]] = {}
    for delivery, event in found[:SHOWN]:
        owner, _colon, handler = delivery.subscription.partition(":")
        payload = ", ".join(f"{name}={value}" for name, value in event.payload.items())
        letters.setdefault(owner, []).append(Letter(
            event.name, payload, handler, event.at, delivery.error or "", delivery.trace or "",
            url_for("host.retry_one", number=delivery.id)))
    shown = [GivenUp(name, registry().titles.get(name, name), of, url_for("host.retry_plugin", name=name))
             for name, of in letters.items()]
    return shown, found[SHOWN - 1][0].id if len(found) > SHOWN else None
