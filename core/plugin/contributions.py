"""What plugins give core: frozen, typed objects. Plugins return data, core draws it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from core.plugin.checking import Checked

if TYPE_CHECKING:
    from core.contacts.models import Contact
    from core.users.models import User

Label = Any
"""A text for people: str, or a lazy translation (`lazy_gettext`)."""


@dataclass(frozen=True, kw_only=True)
class Contribution(Checked):
    """What all contributions share: a `key` unique in the plugin, an `order`, and who may see it.

    Core sorts by (order, plugin, key) and drops what the user lacks the `permission` for.
    """

    key: str
    order: int = 100
    permission: str | None = None


@dataclass(frozen=True, kw_only=True)
class Permission(Contribution):
    """Something a role can be granted: `key` is its name, `<plugin>.<noun>.<verb>`.

    `scoped` permissions are granted for own, the team's, the team's and below or all records;
    others for all or not at all.
    """

    label: Label
    scoped: bool = False


@dataclass(frozen=True, kw_only=True)
class NavItem(Contribution):
    """A line in the sidebar, under the plugin's title."""

    label: Label
    url: str
    icon: str = "point"


@dataclass(frozen=True, kw_only=True)
class Box(Contribution):
    """What a panel and a card are: a title over a few lines.

    `body` is called only if the box is shown (a lazy one: when it scrolls into view) and returns rows
    or, from `render_template`, Markup. `url` leads to everything that the box shows a part of.
    """

    title: Label
    body: Callable[[], "Sequence[PanelRow] | Markup"]
    icon: str = "box"
    lazy: bool = False
    url: str | None = None


@dataclass(frozen=True, kw_only=True)
class Panel(Box):
    """A box at the right of a contact's page."""


@dataclass(frozen=True, kw_only=True)
class Card(Box):
    """A box on the first page: what its reader may want to look at next; `empty` is what it says without any."""

    empty: Label = ""


@dataclass(frozen=True, kw_only=True)
class PanelRow(Checked):
    """One line of a panel or a card: a text that may link, a quieter second text and a value at the right."""

    text: str
    url: str | None = None
    note: str = ""
    value: str = ""
    color: str | None = None


@dataclass(frozen=True, kw_only=True)
class Action(Contribution):
    """An entry in the menu of a contact's page; `method` POST is sent with the CSRF token."""

    label: Label
    url: str
    icon: str = "point"
    method: str = "GET"


@dataclass(frozen=True, kw_only=True)
class Column(Contribution):
    """A further column of the contact list, filled for a whole page of rows by one call.

    `values` takes the ids of the page's contacts and returns the texts by id; it may use one statement.
    """

    label: Label
    values: Callable[[Sequence[int]], Mapping[int, str]]


@dataclass(frozen=True, kw_only=True)
class Section(Contribution):
    """Extra fields of the contact form that the plugin stores itself.

    `schema` is a marshmallow schema class; `load` returns the contact's present values, `save` takes the
    validated ones (in the caller's transaction, never commits).
    """

    label: Label
    schema: type[Any]
    load: Callable[["Contact"], Mapping[str, Any]]
    save: Callable[["Contact", Mapping[str, Any]], None]


@dataclass(frozen=True, kw_only=True)
class TimelineEntry(Checked):
    """Something that happened with a contact. `at` is aware; `kind` filters ("note", "call", "order" …)."""

    at: datetime
    kind: str
    title: Label
    icon: str = "point"
    body: str = ""
    url: str | None = None
    who: str = ""


@dataclass(frozen=True, kw_only=True)
class Hit(Checked):
    """One answer of the global search."""

    title: str
    url: str
    kind: Label
    icon: str = "point"
    hint: str = ""


@dataclass(frozen=True, kw_only=True)
class EventHandler(Contribution):
    """A function that is called once an event is committed, at least once: `run(payload)` must be repeatable.

    `key` is the stable name of the subscription, `event` the name of the event. After `limit` seconds it is
    ended, which counts as a failure like any other: it is tried again later.
    """

    event: str
    run: Callable[[Mapping[str, Any]], None]
    limit: int = 60


@dataclass(frozen=True, kw_only=True)
class Job(Contribution):
    """Background work: `run(**arguments)` in the worker, on demand by `core.jobs.enqueue` or on a `cron` line.

    `cron` has the five fields "minute hour day month weekday" in UTC. After `limit` seconds (0: never) it is ended
    and has failed; what it had not committed is rolled back.
    """

    run: Callable[..., None]
    cron: str | None = None
    limit: int = 600


@dataclass(frozen=True)
class Failure:
    """A fault of a plugin: where, when and why. The Plugins page lists them."""

    plugin: str
    where: str
    message: str
    trace: str
    at: datetime
    user: "User | None" = field(default=None, compare=False)
