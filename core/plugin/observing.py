"""What was measured of core's calls into plugins: one by one in this request, by page in this process."""

import statistics
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from flask import Flask, g, has_request_context, request

from core.database import SAFE_METHODS

KEPT = 300
"""So many of the latest requests of each page are remembered."""
LONGEST = 2000
"""So many of the latest calls of a request; a command or a job may make any number."""

Note = tuple[str, str, float, int, str | None]
"""The fields of a `Call`: a tuple is made ten times faster, and most are never looked at."""


@dataclass(frozen=True)
class Call:
    """A call of a plugin's code: `where` is the hook or the place, `items` how many answers it gave.

    `failure` says what went wrong, None if nothing did.
    """

    plugin: str
    where: str
    seconds: float
    items: int
    failure: str | None


@dataclass(frozen=True)
class Spent:
    """The milliseconds that a plugin took of the requests of a page (an endpoint), over the latest `requests`."""

    plugin: str
    page: str
    requests: int
    p50: float
    p95: float


class Notes(deque[Note]):
    """The calls of one request, job or command. `reads`: it is a request that only looks, nothing can be lost."""

    def __init__(self) -> None:
        super().__init__(maxlen=LONGEST)
        self.reads = has_request_context() and request.method in SAFE_METHODS


def notes() -> Notes:
    """Where the calls of the present request are noted."""
    found: Notes | None = g.get("eleven_calls")
    if found is None:
        found = g.eleven_calls = Notes()
    return found


def trace() -> list[Call]:
    """The calls of the present request, in the order in which they ended."""
    return [Call(*note) for note in g.get("eleven_calls", ())]


class Ledger:
    """The time that plugins took per request, by plugin and page, in this process."""

    def __init__(self) -> None:
        self._spent: dict[tuple[str, str], deque[float]] = {}

    def init_app(self, app: Flask) -> None:
        """Book every request when it ends."""
        app.teardown_request(self._end)

    def book(self, page: str, calls: Iterable[Note]) -> None:
        """Add what the calls of one request of a page took."""
        sums: dict[str, float] = {}
        for plugin, _where, seconds, _items, _failure in calls:
            sums[plugin] = sums.get(plugin, 0.0) + seconds
        for plugin, seconds in sums.items():
            key = (plugin, page)
            if key not in self._spent:
                self._spent[key] = deque(maxlen=KEPT)
            self._spent[key].append(seconds * 1000)

    def spent(self) -> list[Spent]:
        """What was booked, by plugin and page."""
        found = []
        for (plugin, page), times in sorted(self._spent.items()):
            cuts = statistics.quantiles(times, n=20, method="inclusive") if len(times) > 1 else list(times) * 19
            found.append(Spent(plugin, page, len(times), cuts[9], cuts[18]))
        return found

    def _end(self, _error: BaseException | None) -> None:
        calls = g.pop("eleven_calls", ())
        if calls and request.endpoint:
            self.book(request.endpoint, calls)
