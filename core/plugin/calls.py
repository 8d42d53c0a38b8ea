"""The guarded, typed way in which core asks plugins.

pluggy's own `pm.hook.x()` stops at the first exception and drops every result, so it is never called from
a page. Three manners: *gather* (a fault drops that plugin's answer), *decide* (a fault aborts the caller),
*load* (a fault is the loader's to handle). In the first two a plugin has limited time (see `watching`), the
transaction stays its caller's (see `holding`), and what it cost is noted (see `observing`).
"""

import traceback
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Any, TypeVar

import pluggy
import structlog
from flask import Flask
from markupsafe import Markup
from marshmallow import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from core.database import abandon, db, now
from core.plugin.answers import MOST, TooManyError, body_of, checked, item_type, texts_of
from core.plugin.contributions import Box, Column, Contribution, Failure, PanelRow
from core.plugin.failures import Failures
from core.plugin.holding import follow_transactions, tidy
from core.plugin.observing import Ledger, Notes, Spent, notes
from core.plugin.watching import LimitError, Running, follow_statements, watch

log = structlog.get_logger()

T = TypeVar("T")

_GUARD = {__file__, watch.__code__.co_filename}


class DecisionError(RuntimeError):
    """A plugin that has a say could not be asked, or failed: what it was asked about must not happen."""

    def __init__(self, plugin: str, message: str) -> None:
        super().__init__(message)
        self.plugin = plugin


class AbsentPluginError(DecisionError):
    """A decision cannot be made because a plugin that takes part in it has been set aside."""


class Calls:
    """Asks hooks of the plugins that are enabled right now and keeps what went wrong.

    `seconds` is how long a plugin may take for one answer, 0 for ever.
    """

    def __init__(self, manager: pluggy.PluginManager, enabled: Callable[[str], bool],
                 absent: Callable[[str], list[str]] = lambda hook: [], seconds: float = 0) -> None:
        self.manager = manager
        self.enabled = enabled
        self.absent = absent
        self.seconds = seconds
        self.failures = Failures()
        self.ledger = Ledger()

    def init_app(self, app: Flask) -> None:
        """Follow the application's requests, statements and transactions."""
        self.ledger.init_app(app)
        self.failures.init_app(app)
        follow_statements(app)
        follow_transactions(app)

    def gather(self, hook: str, **arguments: Any) -> list[tuple[str, Any]]:
        """Return (plugin, item) of every sound answer, sorted by (order, plugin, key). No fault of a plugin raises."""
        items: list[tuple[str, Any]] = []
        for implementation in self._all(hook):
            name = implementation.plugin_name
            if self.enabled(name) and (
                    found := self.guarded(name, hook, _answer, implementation, arguments, item_type(hook))):
                items += [(name, item) for item in self._cut(name, hook, found)]
        if len(items) > 1 and isinstance(items[0][1], Contribution):
            items.sort(key=lambda pair: (pair[1].order, pair[0], pair[1].key))
        return items

    def decide(self, hook: str, **arguments: Any) -> list[tuple[str, Any]]:
        """Return (plugin, item) of every answer; the first fault is kept and raised as DecisionError.

        A plugin that is switched on and has a say, but cannot be asked (it has been set aside), denies as well:
        otherwise a bad deployment would open what the plugin guards.
        """
        items: list[tuple[str, Any]] = []
        for name in self.absent(hook):
            error = AbsentPluginError(
                name, f"{name} has a say in {hook} and cannot be asked: mend it or switch it off")
            self.failed(name, hook, error)
            raise error
        for implementation in self._all(hook):
            name = implementation.plugin_name
            if self.enabled(name):
                found = self.decided(name, hook, _answer, implementation, arguments, item_type(hook))
                items += [(name, item) for item in found]
        return items

    def one(self, plugin: str, hook: str, **arguments: Any) -> list[Any]:
        """Ask a single plugin, enabled or not (loading, life cycle). Exceptions are the caller's."""
        return [item for implementation in self._all(hook) if implementation.plugin_name == plugin
                for item in _answer(implementation, arguments, item_type(hook), None)]

    def guarded(self, plugin: str, where: str, function: Callable[..., T], *arguments: Any) -> T | None:
        """Run a plugin's function for what is shown (a panel's body); None and a recorded failure when it raises."""
        seen = notes()
        loses = not seen.reads and db.session().in_transaction()
        if loses:
            # what the caller has changed is kept from all that a plugin does; a fault in it is the caller's
            db.session.flush()
        try:
            if not loses:
                return self._watched(seen, plugin, where, function, *arguments)
            with db.session.begin_nested():
                return self._watched(seen, plugin, where, function, *arguments)
        except Exception as error:
            self.failed(plugin, where, error)
            if not loses and isinstance(error, SQLAlchemyError | LimitError):
                # nothing could use the transaction any more
                abandon()
            return None

    def decided(self, plugin: str, where: str, function: Callable[..., T], *arguments: Any) -> T:
        """Run a plugin's function that has a say in the caller's transaction (a section's `save`).

        Raises ValidationError as it comes, and DecisionError for every other fault.
        """
        try:
            return self._watched(notes(), plugin, where, function, *arguments)
        except (ValidationError, DecisionError):
            raise
        except Exception as error:
            self.failed(plugin, where, error)
            raise DecisionError(plugin, f"{plugin} failed in {where}: {error}") from error

    def panel(self, plugin: str, panel: Box) -> Markup | list[PanelRow] | None:
        """What a panel or a card shows; None and a recorded failure when its body raises or gives something else."""
        body = self.guarded(plugin, f"panel {panel.key}", body_of, panel)
        return self._cut(plugin, f"panel {panel.key}", body) if isinstance(body, list) else body

    def column(self, plugin: str, column: Column, numbers: Sequence[int]) -> dict[int, str]:
        """What a column shows for the records of a page, by id; nothing and a recorded failure when it fails."""
        return self.guarded(plugin, f"column {column.key}", texts_of, column, numbers) or {}

    def limited(self, plugin: str, where: str, seconds: float, function: Callable[..., T], *arguments: Any) -> T:
        """Run a plugin's function that ends its transactions itself (a job); faults are the caller's to keep."""
        return self._timed(notes(), plugin, where, Running(seconds), function, *arguments)

    def spent(self) -> list[Spent]:
        """The time that each plugin's code took per request of each page, in this process."""
        return self.ledger.spent()

    def failed(self, plugin: str, where: str, error: BaseException) -> None:
        """Keep and log a fault."""
        self.failures.keep(failure_of(plugin, where, error))
        log.error("plugin failed", plugin=plugin, where=where, exc_info=error)

    def _cut(self, plugin: str, where: str, found: list[T]) -> list[T]:
        if len(found) > MOST:
            self.failed(plugin, where, TooManyError(where))
            del found[MOST:]
        return found

    def _watched(self, seen: Notes, plugin: str, where: str, function: Callable[..., T], *arguments: Any) -> T:
        return self._timed(seen, plugin, where, Running(self.seconds, True, seen), function, *arguments)

    @staticmethod
    def _timed(seen: Notes, plugin: str, where: str, call: Running, function: Callable[..., T], *arguments: Any) -> T:
        """Call a function of a plugin and note what it took."""
        begin = perf_counter()
        try:
            try:
                answer = watch(call, function, *arguments)
            finally:
                if call.opened:
                    tidy(call)
        except BaseException as error:
            seen.append((plugin, where, perf_counter() - begin, 0, f"{type(error).__name__}: {error}"))
            raise
        seen.append((plugin, where, perf_counter() - begin, len(answer) if isinstance(answer, list) else 1, None))
        return answer

    def _all(self, hook: str) -> Sequence[pluggy.HookImpl]:
        found: Sequence[pluggy.HookImpl] = getattr(self.manager.hook, hook).get_hookimpls()
        return found


def failure_of(plugin: str, where: str, error: BaseException) -> Failure:
    """An exception as it is kept and shown: the trace without the frames of the guard, which say nothing."""
    told: traceback.TracebackException | None = traceback.TracebackException.from_exception(error)
    first = told
    while told is not None:
        told.stack = traceback.StackSummary.from_list([frame for frame in told.stack if frame.filename not in _GUARD])
        told = told.__cause__ or told.__context__
    trace = "".join(first.format()) if first else ""
    return Failure(plugin, where, f"{type(error).__name__}: {error}", trace, now())


def _answer(implementation: pluggy.HookImpl, arguments: dict[str, Any], expected: type | None,
            most: int | None = MOST + 1) -> list[Any]:
    answer = implementation.function(*[arguments[name] for name in implementation.argnames])
    return checked(answer, expected, implementation.function.__name__, most)
