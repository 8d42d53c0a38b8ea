"""The command palette: records, pages and actions that answer what was typed."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import pgettext

from core.plugin import Hit, registry
from core.records.finding import find, titles
from core.records.recent import recent
from core.records.search.words import words
from core.records.type import RecordType
from core.users.navigation import settings_navigation
from core.web.shell import Shell

HITS = 12
Item = dict[str, str]
Group = dict[str, Any]


def groups(text: str, user: Any) -> list[Group]:
    """The palette's groups for a question; without one what was opened last, and the pages."""
    if not text:
        return [_group(_("Recent"), _recent(user)), _group(_("Pages"), _pages())]
    asked = words(text)
    found = hits(text, user, HITS)
    commands = [_group(_("Pages"), _named([*_pages(), *_settings()], asked)),
                _group(_("Actions"), _named(_actions(user), asked))]
    # a page or an action that is called so is meant before a record that holds the word somewhere
    exact = any(words(item["label"]) == asked for group in commands for item in group["items"])
    return [*commands, *found] if exact else [*found, *commands]


def hits(text: str, user: Any, limit: int) -> list[Group]:
    """What the global search finds, by kind, the kind of the best answer first."""
    kinds: dict[str, list[Hit]] = {}
    for hit in find(text, user, limit):
        kinds.setdefault(str(hit.kind), []).append(hit)
    return [_group(label, [_item(hit.title, hit.url, hit.icon, hit.hint) for hit in group])
            for label, group in kinds.items()]


def _group(label: str, items: list[Item]) -> Group:
    return {"label": label, "items": items}


def _item(label: Any, url: str, icon: str, hint: Any = "") -> Item:
    return {"label": str(label), "hint": str(hint), "url": url, "icon": icon}


def _types(user: Any, verb: str) -> Iterable[RecordType]:
    return [kind for kind in registry().live_types() if kind.surfaces and user.may(kind.permission(verb))]


def _recent(user: Any) -> list[Item]:
    opened = recent()
    found = titles(_types(user, "view"), opened, user) if opened else {}
    return [_item(hit.title, hit.url, hit.icon, hit.kind) for hit in (found[key].hit for key in opened if key in found)]


def _pages() -> list[Item]:
    shell = Shell()
    own = ((pgettext("page", "Home"), shell.home_url, "home"), (_("Inbox"), shell.inbox_url, "inbox"),
           (_("Settings"), shell.settings_url, "settings"))
    lines = [_item(line.label, line.url, line.icon, group.label) for group in shell.groups for line in group.items]
    return lines + [_item(label, url, icon) for label, url, icon in own if url]


def _settings() -> list[Item]:
    return [_item(item["label"], item["url"], item["icon"], _("Settings"))
            for group in settings_navigation() for item in group["items"]]


def _actions(user: Any) -> list[Item]:
    return [_item(_("New %(label)s", label=str(kind.label).lower()), kind.url("new"), "plus")
            for kind in _types(user, "create")]


def _named(items: list[Item], asked: list[str]) -> list[Item]:
    """The items that hold all the words, or words that begin so."""
    return [item for item in items
            if asked and all(any(word.startswith(part) for word in words(item["label"])) for part in asked)]
