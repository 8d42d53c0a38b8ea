"""What an answer of a hook has to be: a list of the right things, and no endless one."""

import inspect
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from markupsafe import Markup

from core.plugin import contributions, hookspecs
from core.plugin.contributions import Box, Column, PanelRow

MOST = 500
"""So many things a hook may give, or a panel show; the rest is left out and the plugin named."""

_ITEM_TYPES: dict[str, type | None] = {}


class WrongAnswerError(TypeError):
    """A hook returned something else than its specification promises."""


class TooManyError(ValueError):
    """A hook returned more than anybody can look at."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} gave more than {MOST} things; the rest was left out. Take fewer (LIMIT), and link "
                         "to a list of all.")


def item_type(hook: str) -> type | None:
    """The class that a hook's answers must have, if it is one of the contributions."""
    if hook not in _ITEM_TYPES:
        asked = getattr(hookspecs, hook, None)  # a plugin's own hooks promise what they please
        annotation = str(inspect.signature(asked).return_annotation) if asked else ""
        found = [c for n, c in vars(contributions).items() if isinstance(c, type) and f".{n}]" in annotation]
        _ITEM_TYPES[hook] = found[0] if found else None
    return _ITEM_TYPES[hook]


def checked(answer: Any, expected: type | None, what: str, most: int | None = MOST + 1) -> list[Any]:
    """The things that a hook gave, at most so many: one more than MOST tells that there are more.

    Raises WrongAnswerError for a wrong one.
    """
    if answer is None:
        return []
    if type(answer) is list:
        items = answer[:most]
    elif isinstance(answer, str | bytes | Mapping):
        raise WrongAnswerError(f"{what} must give a list, not {answer!r:.80}")
    else:
        items = list(islice(answer, most))
    if expected:
        for item in items:
            if not isinstance(item, expected):
                raise WrongAnswerError(f"{what} must give {expected.__name__} objects, not {item!r:.80}")
    return items


def body_of(panel: Box) -> Markup | list[PanelRow]:
    """What a panel shows, at most one row more than MOST. Raises WrongAnswerError if it is neither rows nor Markup."""
    body = panel.body()
    return body if isinstance(body, Markup) else checked(body, PanelRow, f"The body of the panel {panel.key}")


def texts_of(column: Column, numbers: Sequence[int]) -> dict[int, str]:
    """What a column shows for the records of a page. Raises WrongAnswerError if it is no text by id."""
    texts = column.values(numbers)
    if not isinstance(texts, Mapping):
        raise WrongAnswerError(f"The values of the column {column.key} must be texts by id, not {texts!r:.80}")
    wanted = {number: texts[number] for number in numbers if texts.get(number) is not None}
    for text in wanted.values():
        if not isinstance(text, str) or isinstance(text, Markup):
            raise WrongAnswerError(f"The values of the column {column.key} must be plain texts, not {text!r:.80}")
    return wanted
