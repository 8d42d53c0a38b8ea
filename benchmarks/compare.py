"""How two servers are compared: in turns, a little each, so that a slow minute of the machine falls on both."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.client import Outcome, Request, drive_apart

ROUNDS = 5
CONNECTIONS = 32
"""Enough that each worker has more to do than it can, however unevenly they accepted the connections."""


@dataclass(frozen=True)
class Side:
    """One side of a comparison: the port of its server and the requests that are asked in turn."""

    port: int
    requests: list[Request]

    def drive(self, connections: int, seconds: float) -> Outcome:
        """Put this side under load."""
        return drive_apart(self.port, self.requests, connections, seconds)


def throughput(eleven: Side, bare: Side, seconds: float) -> float:
    """Answers per second of the first side as a share of the second's, every worker busy."""
    return _compare(eleven, bare, CONNECTIONS, seconds, lambda outcome: outcome.answered / outcome.seconds)


def latency(measured: Side, against: Side, seconds: float) -> float:
    """The median time of one answer, the server otherwise idle, as a multiple of the second side's."""
    return _compare(measured, against, 1, seconds, lambda outcome: outcome.median)


def _compare(first: Side, second: Side, connections: int, seconds: float, number: Callable[[Outcome], float]) -> float:
    """The median of the ratios of so many rounds of `seconds` for each side, after all workers have warmed up."""
    for side in (first, second):
        side.drive(CONNECTIONS, seconds)
    ratios = []
    for _ in range(ROUNDS):
        one, other = (number(side.drive(connections, seconds)) for side in (first, second))
        ratios.append(one / other)
    return statistics.median(ratios)
