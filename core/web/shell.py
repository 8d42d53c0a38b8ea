"""What stands around every page: the sidebar, the user, messages."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import Flask, current_app, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from core.plugin import registry, setting
from core.web import flashes, i18n


@dataclass(frozen=True)
class Line:
    """One line of the sidebar."""

    label: Any
    url: str
    icon: str
    active: bool = False
    badge: str = ""


@dataclass(frozen=True)
class Group:
    """Lines of the sidebar under a heading."""

    label: Any
    items: tuple[Line, ...] = ()


class Shell:
    """The frame of a page for the current user; each part is computed only if the template shows it."""

    theme = property(lambda self: getattr(current_user, "theme", "auto"))
    density = property(lambda self: getattr(current_user, "density", "compact"))
    locale = property(lambda self: i18n.locale().language)
    zone = property(lambda self: i18n.zone().key)
    user = property(lambda self: current_user)

    @cached_property
    def company(self) -> str:
        """The company's name."""
        return str(setting("core", "company"))

    @cached_property
    def flashes(self) -> list[dict[str, Any]]:
        """Messages left by the last request."""
        return flashes.pending()

    @cached_property
    def groups(self) -> list[Group]:
        """Record types and pages by the component that brings them, as far as the user may see them."""
        shelf = registry()
        lines: dict[str, list[Line]] = {}

        def add(owner: str, line: Line) -> None:
            lines.setdefault("core" if owner.startswith("core") else owner, []).append(line)

        for kind in shelf.live_types():
            if kind.in_navigation and current_user.may(kind.permission("view")):
                url = kind.url("index")
                add(shelf.owners[kind.name], Line(kind.plural, url, kind.icon, request.path.startswith(url)))
        for owner, item in shelf.calls.gather("nav_items", user=current_user):
            if item.permission is None or current_user.may(item.permission):
                add(owner, Line(item.label, item.url, item.icon, request.full_path.rstrip("?") == item.url))
        return [Group(_("Records") if owner == "core" else shelf.titles.get(owner, owner), tuple(found))
                for owner, found in lines.items()]

    @cached_property
    def bars(self) -> dict[str, Any]:
        """All that the sidebar and the tab bar of a phone show."""
        return {"company": self.company, "name": current_user.name, "email": current_user.email, "theme": self.theme,
                "groups": self.groups, "pinned": self.pinned, "unread": self.inbox_count,
                "section": self.section} | {
                    name: getattr(self, name) for name in _ADDRESSES}

    @property
    def section(self) -> str:
        """Which of the sidebar's own lines the page belongs to."""
        if request.path.startswith("/settings"):
            return "settings"
        return "home" if request.path == "/" else request.blueprint or ""

    @cached_property
    def inbox_count(self) -> int:
        """How many unread entries the user's inbox has."""
        count = current_app.extensions.get("eleven.unread")
        return count(current_user) if count else 0

    @cached_property
    def pinned(self) -> list[Line]:
        """The user's pinned views of lists, if somebody keeps such."""
        lines = current_app.extensions.get("eleven.pinned")
        return lines(current_user) if lines and current_user.is_authenticated else []

    def __getattr__(self, name: str) -> str:
        """Addresses: `shell.inbox_url` and so on, empty when the page behind is not there."""
        endpoint = _ADDRESSES.get(name)
        if endpoint is None:
            raise AttributeError(name)
        return url_for(endpoint) if endpoint in current_app.view_functions else ""


_ADDRESSES = {"home_url": "records.home", "inbox_url": "inbox.index", "palette_url": "records.palette",
              "search_url": "records.search", "settings_url": "users.profile", "preferences_url": "users.preferences",
              "sign_out_url": "users.sign_out"}


def init_app(app: Flask) -> None:
    """Give templates the shell."""
    app.context_processor(lambda: {"shell": Shell()})

