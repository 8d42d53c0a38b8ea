"""How a page of a record type says where it stands, whom it answers and what it is drawn with."""

from collections.abc import Callable
from typing import Any

from flask import Response
from jinja2 import Template
from werkzeug.wrappers import Response as BaseResponse

from core.records.type import RecordType

Answer = str | Response | BaseResponse | tuple[str, int] | tuple[str, int, dict[str, str]]


class Pages:
    """Some pages of one record type; RecordViews is made of several."""

    kind: RecordType


def templates(kind: RecordType, name: str) -> list[str | Template]:
    """The templates of a page: the type's own if its component or the company has one, else the toolkit's."""
    owner, dot, noun = kind.name.partition(".")
    own = f"{owner}/{noun}/{name}.html" if dot else f"{owner}/{name}.html"
    return [own, f"records/{name}.html"]


def route(rule: str, verb: str, *methods: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Say where a page stands and which of the type's permissions it needs."""
    def add(view: Callable[..., Any]) -> Callable[..., Any]:
        view.__dict__["route"] = (rule, verb, list(methods or ("GET",)))
        return view
    return add
