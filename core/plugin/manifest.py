"""What a plugin says of itself before any of its code runs."""

import re
from dataclasses import dataclass
from typing import Any

API = 1
"""The plugin API. Raised only when something is removed, after one number of deprecation warnings."""

OLDEST = max(1, API - 1)
"""The oldest API that still loads: what has been removed since, warned in it (docs/reference/api-changes.md)."""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """A plugin's identity: `manifest = Manifest(...)` in its package's `__init__`.

    `name` is the prefix of its tables, endpoints, permissions, templates and settings. `requires` may be
    imported and are loaded first; only foundations may be required. `after` only orders. Raises ValueError
    for a name that cannot serve as a prefix.
    """

    name: str
    title: Any
    description: Any
    version: str = "0.1.0"
    api: int = API
    requires: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    icon: str = "puzzle"
    foundation: bool = False

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9]{1,30}", self.name):
            raise ValueError(f"plugin name {self.name!r}: 2 to 31 lower-case letters and digits, a letter first")
        for field in ("requires", "after"):
            if isinstance(getattr(self, field), str):
                raise ValueError(f"{field} of plugin {self.name} is a text; write a tuple of names, ('catalog',)")
        if type(self.api) is not int:
            raise ValueError(f"api of plugin {self.name} is {self.api!r}; write the number alone, like {API}")
