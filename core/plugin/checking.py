"""The fields of what plugins give are checked where it is made, so that the trace leads to the plugin's own line."""

from collections.abc import Callable
from dataclasses import fields
from datetime import datetime
from functools import cache
from types import UnionType
from typing import Any, get_origin

from flask_babel.speaklater import LazyString
from markupsafe import Markup


class Checked:
    """A dataclass that refuses values of the wrong kind, markup in a text, and moments without a time zone."""

    def __post_init__(self) -> None:
        cls: Any = type(self)
        for name, kind, called in _kinds(cls):
            value = getattr(self, name)
            if not isinstance(value, kind) or isinstance(value, Markup):
                raise TypeError(f"{type(self).__name__}({name}=…) must be {called}, not {value!r:.80}")
            if kind is datetime and value.tzinfo is None:
                raise ValueError(f"{type(self).__name__}({name}=…) has no time zone: use datetime.now(UTC)")


@cache
def _kinds(cls: Any) -> list[tuple[str, Any, str]]:
    """The fields of a class with what `isinstance` takes for their types, and what those are called."""
    found: list[tuple[str, Any, str]] = []
    for one in fields(cls):
        origin = get_origin(one.type)
        if one.type in (str, Any):
            found.append((one.name, (str, LazyString), "a plain text, no markup"))
        elif origin is Callable:
            found.append((one.name, Callable, "a function"))
        elif origin is type:
            found.append((one.name, type, "a class"))
        elif isinstance(one.type, type | UnionType):
            found.append((one.name, one.type, getattr(one.type, "__name__", str(one.type))))
    return found
