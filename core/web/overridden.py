"""A template of the company's or of a plugin's that stands in for another and fails: that other one is drawn."""

import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import current_app, render_template
from jinja2 import BaseLoader, Environment, Template, TemplateSyntaxError
from sqlalchemy.exc import SQLAlchemyError

from core.database import abandon
from core.plugin.registry import registry

COMPANY = "instance/templates"
"""The name under which the Plugins page lists faults of the company's own templates."""


@dataclass
class Overrides:
    """Where the company's templates lie, and what loads all others."""

    folder: Path
    others: BaseLoader
    plain: Environment | None = field(default=None, repr=False)


def instead(names: list[str | Template], error: Exception, context: dict[str, Any]) -> str:
    """The page without the template that failed. Raises the error again if that one stands in for nothing."""
    overrides: Overrides | None = current_app.extensions.get("eleven.overrides")
    culprit = next((file for file in reversed(_files(error))
                    if overrides and file.is_relative_to(overrides.folder)), None)
    owner = str(names[0]).partition("/")[0]
    if overrides and culprit:
        _keep(COMPANY, str(culprit.relative_to(overrides.folder)), error)
        return render_template(_plain(overrides).select_template(names), **context)
    if len(names) > 1 and any(file.as_posix().endswith(f"/templates/{names[0]}") for file in _files(error)):
        _keep(owner, str(names[0]), error)
        return render_template(current_app.jinja_env.select_template(names[1:]), **context)
    raise error


def _keep(owner: str, template: str, error: Exception) -> None:
    registry().calls.failed(owner, f"template {template}", error)
    if isinstance(error, SQLAlchemyError):
        abandon()


def _files(error: Exception) -> list[Path]:
    """The files that an error came through, the innermost last."""
    files = [Path(frame.filename) for frame in traceback.extract_tb(error.__traceback__)]
    if isinstance(error, TemplateSyntaxError) and error.filename:
        files.append(Path(error.filename))
    return files


def _plain(overrides: Overrides) -> Environment:
    """The application's environment without the company's templates."""
    if overrides.plain is None:
        overrides.plain = current_app.jinja_env.overlay(loader=overrides.others)
    return overrides.plain
