"""What the shell contributes."""

from collections.abc import Iterable

from flask import Blueprint

from core.plugin import hookimpl
from core.web import api
from core.web.settings import CompanySettings


@hookimpl
def settings_schema() -> Iterable[type[CompanySettings]]:
    """The company's name and money."""
    return [CompanySettings]


@hookimpl
def blueprints() -> Iterable[Blueprint]:
    """The document of the REST interface."""
    return [api.blueprint]
