"""Logs: one line per event, for people or for machines, each with the id of the request that caused it."""

import logging
import re
import sys
import uuid
from contextvars import ContextVar

import structlog
from flask import Flask, Response, request

HEADER = "X-Request-Id"

_request_id: ContextVar[str | None] = ContextVar("eleven_request_id", default=None)


def request_id() -> str | None:
    """The id of the request (or job) that runs now."""
    return _request_id.get()


def begin(identifier: str | None = None) -> str:
    """Start a unit of work: forget what the last one bound to its lines, and name this one.

    `identifier` is kept if it looks like an id; a caller must not be able to write into our logs.
    """
    if not identifier or not re.fullmatch(r"[A-Za-z0-9._-]{8,64}", identifier):
        identifier = uuid.uuid4().hex
    _request_id.set(identifier)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=identifier)
    return identifier


# never with local variables: they hold passwords and people's data, and printing them takes a second
PLAIN_DICT = structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False))


def init_app(app: Flask) -> None:
    """Settle how lines look (LOG_LEVEL, LOG_FORMAT) and give every request an id."""
    _configure(app.config["LOG_LEVEL"], app.config["LOG_FORMAT"])

    @app.before_request
    def name_request() -> None:
        begin(request.headers.get(HEADER))

    @app.after_request
    def answer_id(response: Response) -> Response:
        response.headers[HEADER] = request_id() or begin()
        return response


def _configure(level: str, form: str) -> None:
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[structlog.typing.Processor]
    if form == "json":
        last = [PLAIN_DICT, structlog.processors.JSONRenderer(ensure_ascii=False)]
    else:
        last = [structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last])
    root = logging.getLogger()
    for handler in [h for h in root.handlers if isinstance(h, _Lines)]:
        root.removeHandler(handler)
    lines = _Lines(sys.stderr)
    lines.setFormatter(formatter)
    root.addHandler(lines)
    root.setLevel(level)
    # a line for every task that a worker takes says less than the one we write
    logging.getLogger("huey").setLevel(logging.WARNING)


class _Lines(logging.StreamHandler):  # type: ignore[type-arg]
    """Our handler, told apart from those of a test runner or a web server."""
