"""The guarded, typed way in which core asks plugins.

pluggy's own `pm.hook.x()` stops at the first exception and drops every result, so it is never called from
a page. Three manners: *gather* (a fault drops that plugin's answer), *decide* (a fault aborts the caller),
*load* (a fault is the loader's to handle).
"""

import inspect
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from time import perf_counter
from typing import Any, TypeVar

import pluggy
import structlog
from sqlalchemy.exc import SQLAlchemyError

from core.database import db, now
from core.plugin import contributions, hookspecs
from core.plugin.contributions import Contribution, Failure
from core.plugin.observing import Ledger, Spent, notes

log = structlog.get_logger()

T = TypeVar("T")

_ITEM_TYPES: dict[str, type | None] = {}


class WrongAnswerError(TypeError):
    """A hook returned something else than its specification promises."""


def item_type(hook: str) -> type | None:
    """The class that a hook's answers must have, if it is one of the contributions."""
    if hook not in _ITEM_TYPES:
        asked = getattr(hookspecs, hook, None)  # a plugin's own hooks promise what they please
        annotation = str(inspect.signature(asked).return_annotation) if asked else ""
        found = [c for n, c in vars(contributions).items() if isinstance(c, type) and f".{n}]" in annotation]
        _ITEM_TYPES[hook] = found[0] if found else None
    return _ITEM_TYPES[hook]


class AbsentPluginError(RuntimeError):
    """A decision cannot be made because a plugin that takes part in it has been set aside."""


class Calls:
    """Asks hooks of the plugins that are enabled right now and keeps what went wrong."""

    def __init__(self, manager: pluggy.PluginManager, enabled: Callable[[str], bool],
                 absent: Callable[[str], list[str]] = lambda hook: []) -> None:
        self.manager = manager
        self.enabled = enabled
        self.absent = absent
        self.failures: deque[Failure] = deque(maxlen=200)
        self.ledger = Ledger()

    def gather(self, hook: str, **arguments: Any) -> list[tuple[str, Any]]:
        """Return (plugin, item) of every sound answer, sorted by (order, plugin, key). Never raises."""
        items: list[tuple[str, Any]] = []
        for name, implementation in self._implementations(hook):
            try:
                items += [(name, item) for item in self._ask(name, hook, implementation, arguments)]
            except Exception as error:
                self.failed(name, hook, error)
        if items and isinstance(items[0][1], Contribution):
            items.sort(key=lambda pair: (pair[1].order, pair[0], pair[1].key))
        return items

    def decide(self, hook: str, **arguments: Any) -> list[tuple[str, Any]]:
        """Return (plugin, item) of every answer; the first exception is logged and raised.

        A plugin that is switched on and has a say, but cannot be asked (it has been set aside), denies as well:
        otherwise a bad deployment would open what the plugin guards.
        """
        items: list[tuple[str, Any]] = []
        for name in self.absent(hook):
            error = AbsentPluginError(f"{name} has a say in {hook} and cannot be asked: mend it or switch it off")
            self.failed(name, hook, error)
            raise error
        for name, implementation in self._implementations(hook):
            try:
                items += [(name, item) for item in self._ask(name, hook, implementation, arguments)]
            except Exception as error:
                self.failed(name, hook, error)
                raise
        return items

    def one(self, plugin: str, hook: str, **arguments: Any) -> list[Any]:
        """Ask a single plugin, enabled or not (loading, life cycle). Exceptions are the caller's."""
        return [item for name, implementation in self._implementations(hook, everyone=True) if name == plugin
                for item in self._answer(hook, implementation, arguments)]

    def guarded(self, plugin: str, where: str, function: Callable[[], T]) -> T | None:
        """Run a plugin's function (a panel's body); None and a recorded failure when it raises."""
        try:
            return self._noted(plugin, where, function)
        except Exception as error:
            self.failed(plugin, where, error)
            return None

    def spent(self) -> list[Spent]:
        """The time that each plugin's code took per request of each page, in this process."""
        return self.ledger.spent()

    def failed(self, plugin: str, where: str, error: BaseException) -> None:
        """Keep and log a fault; after an SQL error end the transaction, which nothing could use any more."""
        trace = "".join(traceback.format_exception(error))
        self.failures.append(Failure(plugin, where, f"{type(error).__name__}: {error}", trace, now()))
        log.error("plugin failed", plugin=plugin, where=where, exc_info=error)
        if isinstance(error, SQLAlchemyError):
            db.session.rollback()

    def _implementations(self, hook: str, everyone: bool = False) -> Iterator[tuple[str, Callable[..., Any]]]:
        for implementation in getattr(self.manager.hook, hook).get_hookimpls():
            name = implementation.plugin_name
            if everyone or self.enabled(name):
                yield name, _bound(implementation)

    def _ask(self, plugin: str, hook: str, implementation: Callable[..., Any],
             arguments: dict[str, Any]) -> Iterable[Any]:
        return self._noted(plugin, hook, lambda: self._answer(hook, implementation, arguments))

    @staticmethod
    def _noted(plugin: str, where: str, function: Callable[[], T]) -> T:
        """Call a function of a plugin and note what it took."""
        items, failure = 0, None
        begin = perf_counter()
        try:
            answer = function()
            items = len(answer) if isinstance(answer, list | tuple) else 1
        except BaseException as error:
            failure = f"{type(error).__name__}: {error}"
            raise
        finally:
            notes().append((plugin, where, perf_counter() - begin, items, failure))
        return answer

    @staticmethod
    def _answer(hook: str, implementation: Callable[..., Any], arguments: dict[str, Any]) -> Iterable[Any]:
        answer = implementation(arguments)
        if answer is None:
            return ()
        expected = item_type(hook)
        items = list(answer)
        for item in items:
            if expected and not isinstance(item, expected):
                raise WrongAnswerError(f"{hook} must give {expected.__name__} objects, not {item!r:.80}")
        return items


def _bound(implementation: pluggy.HookImpl) -> Callable[[dict[str, Any]], Any]:
    names = implementation.argnames
    function = implementation.function
    return lambda arguments: function(*(arguments[name] for name in names))
