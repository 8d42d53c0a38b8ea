"""Ask one part, core's or a plugin's, what it brings at load time, and put all of it on the shelf or nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import click
from flask import Blueprint, Flask
from marshmallow import Schema

from core.host.found import QuarantineError
from core.plugin import EventHandler, Job, Permission, Registry
from core.web.access import mark_of


@dataclass
class Brought:
    """What a part answered to the hooks that are asked at load time."""

    record_types: list[Any] = field(default_factory=list)
    blueprints: list[Blueprint] = field(default_factory=list)
    permissions: list[Permission] = field(default_factory=list)
    settings_schema: list[type[Schema]] = field(default_factory=list)
    event_handlers: list[EventHandler] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    commands: list[click.Command] = field(default_factory=list)


def collect(registry: Registry, name: str) -> Brought:
    """Ask every hook of the *load* group. Raises QuarantineError that names the hook and what went wrong."""
    brought = Brought()
    for hook in Brought.__dataclass_fields__:
        try:
            setattr(brought, hook, registry.calls.one(name, hook))
        except Exception as error:
            raise QuarantineError(f"The hook {hook} fails: {type(error).__name__}: {error}") from error
    _complete(brought)
    return brought


def _complete(brought: Brought) -> None:
    """Check what pluggy's calls have not, and add what each record type brings by itself."""
    expected = {"blueprints": Blueprint, "commands": click.Command}
    for hook, cls in expected.items():
        for item in getattr(brought, hook):
            if not isinstance(item, cls):
                raise QuarantineError(f"The hook {hook} must give {cls.__name__} objects, not {item!r:.80}.")
    for schema in brought.settings_schema:
        if not (isinstance(schema, type) and issubclass(schema, Schema)):
            raise QuarantineError(f"The hook settings_schema must give a marshmallow schema class, not {schema!r:.80}.")
    if len(brought.settings_schema) > 1:
        raise QuarantineError("The hook settings_schema gave more than one schema.")
    if not brought.record_types:
        return
    from core.records import RecordType
    from core.records.rest import Resource
    from core.records.views import RecordViews
    for kind in brought.record_types:
        if not isinstance(kind, RecordType):
            raise QuarantineError(f"The hook record_types must give RecordType objects, not {kind!r:.80}.")
        brought.permissions += kind.permissions()
        if kind.surfaces:
            brought.blueprints += [RecordViews(kind).blueprint(), Resource(kind).blueprint()]


def check_prefixes(name: str, brought: Brought, registry: Registry) -> None:
    """Refuse names that do not carry the plugin's name, or that somebody else has taken."""
    names = [(f"record type {t.name}", t.name, ".") for t in brought.record_types]
    names += [(f"permission {p.key}", p.key, ".") for p in brought.permissions]
    names += [(f"blueprint {b.name}", b.name, "_") for b in brought.blueprints]
    for what, given, separator in names:
        if given != name and not given.startswith(name + separator):
            raise QuarantineError(f"The name of the {what} must begin with {name}{separator}")
        if given in registry.owners:
            raise QuarantineError(f"The name of the {what} is taken by {registry.owners[given]}.")


def mount(app: Flask, brought: Brought) -> None:
    """Register the blueprints; the one step of taking a part in that runs its code and can fail half-way."""
    for blueprint in brought.blueprints:
        app.register_blueprint(blueprint)


def settings_name(name: str) -> str:
    """What a part's settings are called: the company's `core`, those of core.contacts `contacts`."""
    return "core" if name == "core.web" else name.removeprefix("core.")


def shelve(registry: Registry, name: str, brought: Brought) -> None:
    """Put what a part brought on the shelf."""
    owned = [*(t.name for t in brought.record_types), *(p.key for p in brought.permissions),
             *(b.name for b in brought.blueprints)]
    registry.owners.update(dict.fromkeys(owned, name))
    registry.record_types.update({t.name: t for t in brought.record_types})
    registry.permissions.update({p.key: p for p in brought.permissions})
    registry.handlers.update({f"{name}:{h.key}": h for h in brought.event_handlers})
    registry.jobs.update({f"{name}:{j.key}": j for j in brought.jobs})
    if brought.settings_schema:
        registry.settings[settings_name(name)] = brought.settings_schema[0]
    if brought.commands:
        registry.commands[name] = brought.commands


APP_WIDE = ("before_request_funcs", "after_request_funcs", "teardown_request_funcs", "template_context_processors",
            "error_handler_spec", "url_value_preprocessors", "url_default_functions")


@contextmanager
def restoring(app: Flask) -> Iterator[None]:
    """Give the application back as it was when the block fails: registering a blueprint is not atomic."""
    rules = [rule.empty() for rule in app.url_map.iter_rules()]
    converters = dict(app.url_map.converters)
    views, blueprints = dict(app.view_functions), dict(app.blueprints)
    wide = {name: _copied(getattr(app, name)) for name in APP_WIDE}
    try:
        yield
        _refuse_app_wide(app, wide)
        _refuse_unmarked(app, set(app.view_functions) - set(views))
    except BaseException:
        app.url_map = app.url_map_class(rules, host_matching=app.url_map.host_matching, converters=converters)
        app.view_functions, app.blueprints = views, blueprints
        for name, before in wide.items():
            live = getattr(app, name)
            live.clear()
            live.update(before)
        raise


def _copied(functions: dict[Any, Any]) -> dict[Any, Any]:
    return {key: dict(value) if isinstance(value, dict) else list(value) for key, value in functions.items()}


def _refuse_app_wide(app: Flask, before: dict[str, dict[Any, Any]]) -> None:
    for name, functions in before.items():
        if _copied(getattr(app, name)).get(None) != functions.get(None):
            raise QuarantineError(f"A blueprint adds to {name} of the whole application, which would go on "
                                  "when the plugin is switched off. Keep it to the blueprint, or use a hook.")


def marked(view: Any) -> bool:
    """Whether a view function, or a MethodView wholly or method by method, says who may call it."""
    cls = getattr(view, "view_class", None)
    return mark_of(view) is not None or bool(cls and all(
        mark_of(getattr(cls, method.lower())) for method in cls.methods or ()))


def _refuse_unmarked(app: Flask, endpoints: set[str]) -> None:
    for endpoint in sorted(endpoints):
        if not marked(app.view_functions[endpoint]):
            raise QuarantineError(f"The view {endpoint} does not say who may call it: mark it with "
                                  "requires(\"…\"), signed_in or public from core.web.")
