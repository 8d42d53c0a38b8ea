"""What is known of the plugins of one application: found, loaded, or quarantined with the reason."""

import traceback
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from flask import Flask

from core.database import component_of, now
from core.plugin import Failure, Manifest


class QuarantineError(Exception):
    """A plugin cannot be used; the message is one sentence for the administrator."""


@dataclass
class Found:
    """A plugin that was found. Without a manifest it could not even say who it is."""

    name: str
    package: str
    folder: Path | None
    manifest: Manifest | None = None
    failure: Failure | None = None
    module: ModuleType | None = None
    loaded: bool = False

    @property
    def component(self) -> str:
        """The name of the plugin's mapper registry."""
        return component_of(self.package)

    def quarantine(self, where: str, error: BaseException) -> None:
        """Set the plugin aside and keep why. A QuarantineError explains itself, others keep their class and trace."""
        if isinstance(error, QuarantineError):
            message, cause = str(error), error.__cause__
        else:
            message, cause = f"{type(error).__name__}: {error}", error
        trace = "".join(traceback.format_exception(cause)) if cause else ""
        self.failure = Failure(self.name, where, message, trace, now())
        self.loaded = False


def found_plugins(app: Flask) -> list[Found]:
    """Every plugin of the application, in loading order; quarantined ones included."""
    plugins: list[Found] = app.extensions["eleven_plugins"]
    return plugins


def plugin_named(app: Flask, name: str) -> Found | None:
    """The plugin of that name: the loaded one, if a second has tried to take its name."""
    same = [plugin for plugin in found_plugins(app) if plugin.name == name]
    return min(same, key=lambda plugin: plugin.failure is not None, default=None)
