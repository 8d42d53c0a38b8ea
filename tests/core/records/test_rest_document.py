"""The OpenAPI document is true: schemathesis asks for everything it promises and finds nothing."""

import sys
from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest
import schemathesis
from flask import Flask
from schemathesis.engine import Status, events, from_schema
from werkzeug.serving import WSGIRequestHandler, make_server

from core.plugin import registry
from core.records import Choice
from core.testing import factories
from core.testing.factories import bearer

SECONDS = 30
"""For each database."""
CHECKS = {
    # what no schema can say: that a related record exists, a status is in the company's list, a version is current
    "positive_data_acceptance": {"expected-statuses": ["2xx", "304", "404", "409", "412", "422"]},
    # 412: the version is looked at before the body
    "negative_data_rejection": {"expected-statuses": [
        "400", "401", "403", "404", "405", "409", "412", "413", "415", "422", "428"]},
    "missing_required_header": {"expected-statuses": ["401", "428"]},
}


class Silent(WSGIRequestHandler):
    """A handler that does not tell of each request."""

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture
def address(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The application behind a socket: schemathesis' own way of calling one in-process misses some checks."""
    monkeypatch.setitem(app.config, "API_RATE", "1000000 per minute")
    monkeypatch.setitem(app.config, "TESTING", False)  # a fault shall be answered with 500
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Silent)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def document(app: Flask, admin: Any, address: str) -> Any:
    for number in range(3):
        factories.contact(f"Helios {number}", emails=[{"address": f"info{number}@helios.example"}])
    headers = bearer(admin)
    config = schemathesis.Config.from_dict({
        "base-url": address, "headers": headers, "checks": CHECKS,
        "generation": {"allow-x00": False, "max-examples": 30, "database": "none", "deterministic": True},
        # the coverage phase breaks on Python 3.11
        "phases": {"coverage": {"enabled": sys.version_info >= (3, 12)}, "stateful": {"enabled": False}},
    })
    config.max_time = SECONDS
    found = app.test_client().get("/api/openapi.json", headers=headers).get_json()
    schema = schemathesis.openapi.from_dict(found, config=config)

    own_lists = tuple(f"{group}.{name}." for group in ("f", "any1") for kind in registry().record_types.values()
                      for name, field in kind.filter_fields.items() if isinstance(field, Choice) and field.asked)

    @schema.hook
    def filter_failure(context: Any, failure: Any, case: Any, response: Any) -> bool:
        what = type(failure).__name__
        # cursors are opaque: only those that a list gave are good; the company's own lists are asked for at run time
        opaque = any(name in ("after", "before") or name.startswith(own_lists)
                     for name in case.query or ())
        if opaque and what == "RejectedPositiveData" and response.status_code == 400:
            return False
        # items that stand each for itself are refused in the answer's results
        return not (what == "AcceptedNegativeData" and b'"results"' in response.content)

    return schema


def test_the_document_is_true(document):
    failures: dict[str, str] = {}
    asked = 0
    for event in from_schema(document).execute():
        if isinstance(event, events.FatalError):
            raise event.exception
        if isinstance(event, events.NonFatalError):
            failures[f"{event.phase} {event.label}"] = str(event.info)
        if isinstance(event, events.ScenarioFinished):
            asked += len(event.recorder.interactions)
            failures |= _failures(event)
    assert asked > 300
    assert not failures, "\n\n".join(f"{what}\n{how}" for what, how in failures.items())


def _failures(event: Any) -> dict[str, str]:
    found = {}
    for number, checks in event.recorder.checks.items():
        for check in checks:
            if check.status is Status.FAILURE:
                info, response = check.failure_info, event.recorder.interactions[number].response
                found[f"{event.phase} {event.label} {check.name} {info.failure.title}"] = (
                    f"{info.failure.message}\n{info.code_sample}\n{response and response.content[:400]!r}")
    return found
