"""Settings of core and plugins: one row per component, validated by the schema that the component declares."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from flask import g
from marshmallow import EXCLUDE
from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import Mapped, mapped_column

from core.database import JsonValue, Model, db
from core.plugin.registry import registry


class ComponentSettings(Model):
    """The stored settings of one component; what is absent has the schema's default."""

    __tablename__ = "component_settings"

    component: Mapped[str] = mapped_column(primary_key=True)
    data: Mapped[dict[str, Any]] = mapped_column(JsonValue, default=dict)


def settings(component: str) -> Mapping[str, Any]:
    """All settings of a component, defaults filled in; one statement per request for all components."""
    cache: dict[str, Mapping[str, Any]] = g.setdefault("eleven_settings", {})
    if component not in cache:
        stored = json.dumps(_stored().get(component, {}), sort_keys=True)
        schema: Any = registry().settings[component]
        fields, loaded = _read(schema, stored)
        # a default may depend on the application or the moment, so it is asked for anew
        cache[component] = {n: f.load_default() if callable(f.load_default) else f.load_default
                            for n, f in fields.items()} | loaded
    return cache[component]


@lru_cache(200)
def _read(schema_class: type[Any], stored: str) -> tuple[Mapping[str, Any], dict[str, Any]]:
    """A schema's fields and what it makes of stored settings: nearly always the same, and every page asks for it."""
    schema = schema_class()
    return schema.fields, dict(schema.load(json.loads(stored), partial=True, unknown=EXCLUDE))


def _stored() -> Mapping[str, Mapping[str, Any]]:
    if "eleven_stored_settings" not in g:
        rows = db.session.execute(select(ComponentSettings.component, ComponentSettings.data))
        g.eleven_stored_settings = {row.component: row.data for row in rows}
    found: Mapping[str, Mapping[str, Any]] = g.eleven_stored_settings
    return found


def all_stored() -> ScalarSelect[Any]:
    """Every component's stored settings as one JSON document: who loads the user anyway asks for it too."""
    table = ComponentSettings.__table__.c
    gathered = func.jsonb_object_agg(table.component, table.data) if db.engine.dialect.name == "postgresql" \
        else func.json_group_object(table.component, func.json(table.data))
    return select(gathered).scalar_subquery()


def remember(stored: str | Mapping[str, Any] | None) -> None:
    """Take what `all_stored` gave as this request's settings."""
    g.eleven_stored_settings = json.loads(stored) if isinstance(stored, str) else stored or {}


def setting(component: str, name: str) -> Any:
    """One setting. Raises KeyError for a name that the component's schema does not have."""
    return settings(component)[name]


def save_settings(component: str, data: Mapping[str, Any]) -> None:
    """Store a component's settings. Raises marshmallow.ValidationError for what its schema refuses."""
    schema = registry().settings[component]()
    values = schema.dump(schema.load(dict(data)))
    row = db.session.get(ComponentSettings, component)
    if row is None:
        db.session.add(ComponentSettings(component=component, data=values))
    else:
        row.data = values
    db.session.flush()
    g.pop("eleven_settings", None)
    g.pop("eleven_stored_settings", None)
