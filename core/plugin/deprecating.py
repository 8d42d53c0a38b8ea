"""What goes with the next API number: it warns for one number, and the plugins that still use it are named."""

import sys
import warnings
from collections.abc import Iterable

from core.database import component_of


class Deprecation(DeprecationWarning):
    """Something that goes with the API number after `since`, and what to use instead.

    A hook: `@hookspec(warn_on_impl=Deprecation("the hook greet", since=1, instead="welcome"))`. What is called says
    `deprecated(…)`. A test fails while one is there whose number has passed, so what was announced is removed.
    """

    def __init__(self, what: str, *, since: int, instead: str) -> None:
        super().__init__(f"{what} goes with plugin API {since + 1}: use {instead}")


_used: dict[str, dict[str, Deprecation]] = {}
"""By component and text. Modules are the process's and not one application's, so this is too."""


def deprecated(what: str, *, since: int, instead: str) -> None:
    """Warn whoever uses `what` that it goes. Called by the thing itself, each time it is used."""
    found = Deprecation(what, since=since, instead=instead)
    frame, depth = sys._getframe(1), 2
    while frame.f_back and component_of(str(frame.f_globals.get("__name__"))) == "core":
        frame, depth = frame.f_back, depth + 1
    keep(component_of(str(frame.f_globals.get("__name__"))), found)
    warnings.warn(found, stacklevel=depth)


def keep(component: str, found: Deprecation) -> None:
    """Remember that a component (`plugins.sales`) uses something that goes; the Plugins page says so."""
    _used.setdefault(component, {})[str(found)] = found


def used_by(component: str) -> Iterable[Deprecation]:
    """What a component has been seen to use that goes."""
    return tuple(_used.get(component, {}).values())
