"""The public door: all that a package must import to be a plugin.

Beside it a plugin may use the names that these packages export: `core.database`, `core.journal`,
`core.events`, `core.jobs`, `core.web`, `core.users`, `core.inbox`, `core.records`, `core.contacts` and, in its
tests, `core.testing`. Modules below them are private; `docs/reference/door.md` lists every name.
"""

from core.plugin.contributions import (
    Action,
    Box,
    Card,
    Column,
    Contribution,
    EventHandler,
    Failure,
    Hit,
    Job,
    NavItem,
    Panel,
    PanelRow,
    Permission,
    Section,
    TimelineEntry,
)
from core.plugin.deprecating import Deprecation, deprecated
from core.plugin.hookspecs import hookimpl
from core.plugin.manifest import API, Manifest
from core.plugin.registry import Registry, registry, registry_for
from core.plugin.settings import setting, settings

__all__ = [
    "API", "Action", "Box", "Card", "Column", "Contribution", "Deprecation", "EventHandler", "Failure", "Hit",
    "Job", "Manifest", "NavItem", "Panel", "PanelRow", "Permission", "Registry", "Section", "TimelineEntry",
    "deprecated", "hookimpl", "registry", "registry_for", "setting", "settings",
]
