"""The comparisons, in the order of the table. One that fails is named there and stops no other."""

from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import scenes
from benchmarks.client import Request
from benchmarks.compare import Side, latency, throughput
from benchmarks.load import Company
from benchmarks.report import Promise, Result
from benchmarks.server import Server, running
from benchmarks.startup import startup

ELEVEN = "core:create_app()"
BARE = "benchmarks.bare:create_app()"


def beside_bare(company: Company, seconds: float, logs: Path) -> Iterator[Result]:
    """Throughput against the bare application on the same database, then the memory of a worker that has served."""
    pairs = (
        (Promise("list as JSON / bare", 0.25, at_least=True), scenes.json_lists(company), scenes.bare_json_lists()),
        (Promise("list as page / bare table", 0.2, at_least=True), scenes.lists(company), scenes.bare_lists()),
        (Promise("one contact as JSON / bare", 0.15, at_least=True), scenes.json_contacts(company),
         scenes.bare_contacts(company)),
        (Promise("create / bare INSERT", 0.15, at_least=True), scenes.creating(company), scenes.bare_creating()),
    )
    environment = company.environment
    with (running(ELEVEN, environment, logs / "eleven.log") as eleven,
          running(BARE, environment, logs / "bare.log") as bare):
        for promise, asked, asked_bare in pairs:
            yield _measured(company.where, promise, throughput, Side(eleven.port, asked),
                            Side(bare.port, asked_bare), seconds)
        yield _measured(company.where, Promise("memory of a worker", 120, unit="MB"), eleven.memory)


def beside_small(large: Company, small: Company, seconds: float, logs: Path) -> Iterator[Result]:
    """The median time of an answer with many contacts against the same with few."""
    asked = (("list", scenes.lists), ("page of a contact", scenes.contacts),
             ("quick search, three letters", scenes.searches))
    with (running(ELEVEN, large.environment, logs / "large.log") as one,
          running(ELEVEN, small.environment, logs / "small.log") as other):
        for title, requests in asked:
            yield _measured(large.engine, _growth(title, large, small), latency, Side(one.port, requests(large)),
                            Side(other.port, requests(small)), seconds)
        yield _measured(large.engine, _growth("deep page of a list", large, small), _deep, (large, one),
                        (small, other), seconds)
        yield _measured(large.engine, _growth("create", large, small), latency, Side(one.port, scenes.creating(large)),
                        Side(other.port, scenes.creating(small)), seconds)


def with_plugins(full: Company, alone: Company, seconds: float, logs: Path) -> Iterator[Result]:
    """The median time of pages that no plugin contributes to, with every plugin on against every plugin off."""
    asked: tuple[tuple[str, Callable[[Company], list[Request]]], ...] = (
        ("list as JSON", scenes.json_lists), ("list", scenes.lists))
    with (running(ELEVEN, full.environment, logs / "on.log") as on,
          running(ELEVEN, alone.environment, logs / "off.log") as off):
        for title, requests in asked:
            yield _measured(full.where, Promise(f"p50 of {title}, all plugins on / none", 1.1), latency,
                            Side(on.port, requests(full)), Side(off.port, requests(alone)), seconds)


def starting(company: Company) -> Iterator[Result]:
    """The time of `create_app` against the time of the imports that it needs."""
    yield _measured(company.where, Promise("create_app / import of its dependencies", 2), startup, company.environment)


def _growth(title: str, large: Company, small: Company) -> Promise:
    return Promise(f"p50 of {title}, {large.size:,} / {small.size:,}", 1.2)


def _deep(large: tuple[Company, Server], small: tuple[Company, Server], seconds: float) -> float:
    """Walk to the deep page on both sides first; that walk is not measured."""
    one, other = (Side(server.port, scenes.deep(company, server.port)) for company, server in (large, small))
    return latency(one, other, seconds)


def _measured(where: str, promise: Promise, measure: Callable[..., float], *given: object) -> Result:
    try:
        return Result(where, promise, measure(*given))
    except Exception as error:
        return Result(where, promise, None, " ".join(str(error).split())[:80])
