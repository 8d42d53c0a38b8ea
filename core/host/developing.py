"""What a developer sees in the browser: the calls and statements behind each page, and the slots of the interface.

Each browser has its own switch, a cookie; what it shows is for administrators. Without it a page costs nothing more.
"""

from dataclasses import dataclass
from time import perf_counter
from typing import Any

from flask import Flask, g, request
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import event
from werkzeug.wrappers import Response

from core.database import db
from core.plugin import registry
from core.plugin.observing import Call, trace
from core.web import render

COOKIE = "eleven_developer"
TOOLS = ("calls", "slots")
"""A bar at the foot of each page with the calls behind it; outlines around what hooks fill."""
SILENT = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "COMMIT", "PRAGMA")


@dataclass(frozen=True)
class Cost:
    """What a request has taken until now, in milliseconds: in hooks, in SQL and in all."""

    calls: list[Call]
    hooks: float
    statements: int
    sql: float
    total: float

    @property
    def failed(self) -> int:
        """How many of the calls have failed."""
        return sum(call.failure is not None for call in self.calls)


def chosen() -> list[str]:
    """The tools that this browser has switched on."""
    return [tool for tool in request.cookies.get(COOKIE, "").split(".") if tool in TOOLS] if request else []


def shows(tool: str) -> bool:
    """Whether a tool is switched on by somebody who may use it."""
    return tool in chosen() and current_user.is_authenticated and current_user.may("plugin.admin")


def choose(response: Response, tools: list[str]) -> None:
    """Switch tools on in the browser that gets the answer, until it is closed, and all others off."""
    response.set_cookie(COOKIE, ".".join(tool for tool in TOOLS if tool in tools), httponly=True, samesite="Lax",
                        secure=request.is_secure, path=request.script_root or "/")


def cost() -> Cost:
    """What the present request has taken; it must have been watched from its begin."""
    calls, times = trace(), g.eleven_statements
    return Cost(calls, 1000 * sum(call.seconds for call in calls), len(times), 1000 * sum(times),
                1000 * (perf_counter() - g.eleven_began))


def bar() -> str:
    """The bar at the foot of a page; nothing for those who do not want or may not see it."""
    if not shows("calls") or "eleven_statements" not in g:
        return ""
    return Markup(render("host/_bar.html", cost=cost()))  # noqa: S704 templates escape


def slot(part: str, kind: Any = None) -> str:
    """The attribute that outlines a place and names the hook that fills it, if somebody wants to see that.

    `part` is the hook, or with a record type what comes after its name: `panels` of contacts is `contact_panels`.
    Nothing for a place that no hook fills.
    """
    if not shows("slots"):
        return ""
    hook = f"{kind.blueprint}_{part}" if kind else part
    return Markup('data-slot="{}"').format(hook) if hasattr(registry().calls.manager.hook, hook) else ""


def answers() -> dict[str, list[str]]:
    """Every hook that can be answered, and the plugins that do."""
    hooks = registry().calls.manager.hook
    return {hook: sorted(one.plugin_name for one in caller.get_hookimpls() if not one.plugin_name.startswith("core."))
            for hook, caller in vars(hooks).items() if not hook.startswith("_") and caller.spec}


def init_app(app: Flask) -> None:
    """Watch the requests of browsers that have switched the tools on, and teach templates to draw them."""
    app.before_request(_watch)
    app.after_request(_tell)
    app.jinja_env.globals |= {"developer_bar": bar, "slot": slot, "developer_shows": shows}


def _watch() -> None:
    if "calls" in chosen():
        g.eleven_statements, g.eleven_began = [], perf_counter()
        # not before somebody wants to know: it costs each statement of the process a little
        if not event.contains(db.engine, "before_cursor_execute", _before):
            event.listen(db.engine, "before_cursor_execute", _before)
            event.listen(db.engine, "after_cursor_execute", _after)


def _tell(response: Response) -> Response:
    """Say it in a header too: a fragment has no foot, and browsers list these times."""
    if "eleven_statements" in g and shows("calls"):
        found = cost()
        response.headers["Server-Timing"] = (f'hooks;desc="{len(found.calls)} calls";dur={found.hooks:.2f}, '
                                             f'sql;desc="{found.statements} statements";dur={found.sql:.2f}')
    return response


def _before(_connection: Any, _cursor: Any, _statement: str, _parameters: Any, context: Any, _many: bool) -> None:
    context.eleven_began = perf_counter()


def _after(_connection: Any, _cursor: Any, statement: str, _parameters: Any, context: Any, _many: bool) -> None:
    times: list[float] | None = g.get("eleven_statements") if g else None
    if times is not None and not statement.startswith(SILENT):
        times.append(perf_counter() - context.eleven_began)
