"""Every question that core asks plugins: the whole plugin API on one screen.

A hook is a question answered now. Facts are events (`event_handlers`), and what happens later are jobs.
Each hook is used by a plugin in the tree; `docs/reference/hooks.md` is generated from this file.

Groups, by what an exception in a plugin's answer does:
- *load*: asked once when the plugin loads; an exception quarantines the plugin.
- *gather*: asked while a page is built; an exception drops that plugin's answer and is named on the Plugins page.
- *decide*: asked in the caller's transaction; an exception denies or aborts.
- *life*: asked when a plugin is installed or removed, in a transaction of its own.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pluggy

from core.plugin.contributions import (
    Action,
    Card,
    Column,
    EventHandler,
    Hit,
    Job,
    NavItem,
    Panel,
    Permission,
    Section,
    TimelineEntry,
)

if TYPE_CHECKING:
    import click
    from flask import Blueprint
    from marshmallow import Schema

    from core.contacts.models import Contact
    from core.records.type import RecordType
    from core.users.models import User

hookspec = pluggy.HookspecMarker("eleven")
hookimpl = pluggy.HookimplMarker("eleven")


# Load

@hookspec
def record_types() -> "Iterable[RecordType]":  # type: ignore[empty-body]
    """The plugin's record types; each gets its list, board, page, form, REST, import, export and search."""


@hookspec
def blueprints() -> "Iterable[Blueprint]":  # type: ignore[empty-body]
    """Views beyond the record types'. Every endpoint is marked with `requires(...)` or `public`."""


@hookspec
def permissions() -> Iterable[Permission]:  # type: ignore[empty-body]
    """Permissions beyond those that each record type brings (view, create, edit, delete, export)."""


@hookspec
def settings_schema() -> "Iterable[type[Schema]]":  # type: ignore[empty-body]
    """One marshmallow schema; core draws the settings page from it and `core.plugin.settings` reads it."""


@hookspec
def event_handlers() -> Iterable[EventHandler]:  # type: ignore[empty-body]
    """What the plugin wants to hear of, after it is committed, at least once."""


@hookspec
def jobs() -> Iterable[Job]:  # type: ignore[empty-body]
    """Work for the background: on demand or by the clock."""


@hookspec
def commands() -> "Iterable[click.Command]":  # type: ignore[empty-body]
    """Commands under `eleven <plugin>`."""


# Gather

@hookspec
def nav_items(user: "User") -> Iterable[NavItem]:  # type: ignore[empty-body]
    """Lines in the sidebar beyond the record types', which appear by themselves."""


@hookspec
def dashboard_cards(user: "User") -> Iterable[Card]:  # type: ignore[empty-body]
    """Boxes on the first page: what a person may want to look at next."""


@hookspec
def contact_panels(contact: "Contact", user: "User") -> Iterable[Panel]:  # type: ignore[empty-body]
    """Boxes at the right of a contact's page."""


@hookspec
def contact_actions(contact: "Contact", user: "User") -> Iterable[Action]:  # type: ignore[empty-body]
    """Entries in the menu of a contact's page."""


@hookspec
def contact_columns(user: "User") -> Iterable[Column]:  # type: ignore[empty-body]
    """Further columns that a user can choose in the contact list."""


@hookspec
def contact_sections(contact: "Contact | None", user: "User") -> Iterable[Section]:  # type: ignore[empty-body]
    """Extra parts of the contact form, stored by the plugin; `contact` is None while one is being made."""


@hookspec
def contact_timeline(  # type: ignore[empty-body]
    contact: "Contact", user: "User", before: datetime, limit: int,
) -> Iterable[TimelineEntry]:
    """What happened with the contact before a moment, newest first, at most `limit`; core merges by time."""


@hookspec
def search(text: str, user: "User", limit: int) -> Iterable[Hit]:  # type: ignore[empty-body]
    """Answers of the global search beyond record types, which are found by themselves."""


# Decide

@hookspec
def contact_delete_objections(contact: "Contact") -> Iterable[str]:  # type: ignore[empty-body]
    """Reasons, as sentences, why a contact must stay."""


@hookspec
def contact_merging(winner: "Contact", loser: "Contact") -> None:
    """Two contacts become one: settle rows of the plugin that would collide, before all others follow by themselves.

    Every foreign key to the loser is pointed to the winner afterwards. Where a unique key leaves room for one row only
    and the plugin has not decided, the winner's stays and takes over what refers to the other. Raise
    marshmallow.ValidationError with a sentence to refuse: nothing is merged then.
    """


# Life

@hookspec
def installed() -> None:
    """The plugin's tables are there for the first time: lay the ground (default categories, units)."""



@hookspec
def demo_data(contacts: "Sequence[Contact]", users: "Sequence[User]", random: Any) -> None:
    """Fill the plugin for the demo company; `random` is a seeded random.Random, dates relative to today."""


