"""Records of a plugin's types, made of what their schemas ask for, so that the kit has something to look at."""

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from flask import Flask
from marshmallow import ValidationError

from core.database import db, now
from core.host import Found, found_plugins, plugin_named
from core.host import operations as host_operations
from core.plugin import hookspecs, registry, registry_for
from core.records import RecordType, operations
from core.testing import factories
from core.users import User
from core.web.fields import Choice, Relation, Rows


class Subject:
    """The plugin that is looked at; a test class names it and helps where the kit cannot guess."""

    plugin: str
    samples: Mapping[str, Mapping[str, Any]] = {}
    """Values by record type and field, for fields whose rules a value made by the kit does not meet."""
    payloads: Mapping[str, Mapping[str, Any]] = {}
    """What further events carry that the plugin listens to, by the event's name; ids are those of the first records."""

    def found(self, app: Flask) -> Found:
        """The plugin as the host found it."""
        found = plugin_named(app, self.plugin)
        assert found, (f"There is no plugin {self.plugin}: put its folder below plugins/ or name the folder above it "
                       "in ELEVEN_PLUGINS_PATHS.")
        return found

    def alone(self, app: Flask, another: Callable[..., Flask]) -> Flask:
        """An application on an empty database with this plugin, what it requires, and no other."""
        wanted = host_operations.requirements(app, self.plugin)
        return another(fresh=True, PLUGINS_IGNORED=[
            found.name for found in found_plugins(app) if found.name not in wanted])

    def kinds(self) -> list[RecordType]:
        """The plugin's record types."""
        shelf = registry()
        return [kind for name, kind in shelf.record_types.items() if shelf.owners[name] == self.plugin]

    def hooks(self) -> list[str]:
        """The hooks that the plugin implements."""
        manager = registry().calls.manager
        return sorted(caller.name for caller in manager.get_hookcallers(manager.get_plugin(self.plugin)) or ())

    def hooks_of(self, *groups: str) -> list[str]:
        """The hooks of some groups (Load, Gather, Decide, Life) that the plugin implements."""
        asked = {hook for group in groups for hook in questions(group)}
        return [hook for hook in self.hooks() if hook in asked]

    def folder(self, app: Flask) -> Path:
        """Where the plugin's files lie."""
        folder = self.found(app).folder
        assert folder, f"{self.plugin} could not be imported."
        return folder

    def make_for(self, contact: Any, by: User, times: int = 1, title: str = "Sample") -> list[Any]:
        """Records of each type that can belong to a contact, belonging to this one, and its sections filled in."""
        made = [self.make(kind, f"{title} {number}", by, **dict.fromkeys(links, contact.id))
                for kind in self.kinds() if (links := links_to_contacts(kind)) for number in range(times)]
        for section in registry().calls.one(self.plugin, "contact_sections", contact=contact, user=by):
            fields: Mapping[str, Any] = section.schema().fields
            with suppress(ValidationError):  # rules of the section's own that a guessed value does not meet
                section.save(contact, section.schema().load({
                    name: self._value(field, title, by) for name, field in fields.items()}))
        db.session.commit()
        return made

    def make(self, kind: RecordType, title: str, by: User, **values: Any) -> Any:
        """A record with the least that its type asks for, its title, its owner, and a contact where it can have one."""
        data = dict(self._guessed(kind, title, by))
        record = operations.create(kind, data | dict(self.samples.get(kind.name, {})) | values, by)
        db.session.commit()
        return record

    def _guessed(self, kind: RecordType, title: str, by: User) -> Iterator[tuple[str, Any]]:
        for name, field in kind.form_fields.items():
            if name == kind.title:
                yield name, title
            elif name == "owner":
                yield name, by.id
            elif field.required or (isinstance(field, Relation) and field.target == "contact"):
                yield name, self._value(field, title, by)

    def _value(self, field: Any, title: str, by: User) -> Any:
        if isinstance(field, Choice):
            return field.options[0].value
        if isinstance(field, Relation):
            return self._related(field.target, title, by)
        if isinstance(field, Rows):
            return [{name: self._value(one, title, by) for name, one in field.row_fields.items() if one.required}]
        today = now()
        return {"number": 1, "bool": True, "date": today.date().isoformat(), "anniversary": today.date().isoformat(),
                "datetime": today.isoformat(), "email": "sample@example.org", "url": "https://example.org/",
                "phone": "+49 30 901820", "tags": ["sample"], "money": {"amount": "1", "currency": "EUR"},
                }.get(field.kind, title)

    def _related(self, target: str, title: str, by: User) -> int | None:
        if target == "user":
            return int(by.id)
        if target == "team":
            return None
        if target == "contact":
            return int(factories.contact(f"Client of {title}", by, owner=by.id).id)
        return int(self.make(registry().record_types[target], f"For {title}", by).id)


def links_to_contacts(kind: RecordType) -> list[str]:
    """The fields of a record type that name a contact."""
    return [name for name, field in kind.form_fields.items() if getattr(field, "target", "") == "contact"]


def addresses(app: Flask) -> list[str]:
    """What can be asked for without knowing an id."""
    return sorted({rule.rule for rule in app.url_map.iter_rules()
                   if "GET" in (rule.methods or ()) and not rule.arguments and not rule.rule.startswith("/static")
                   and not rule.rule.startswith("/api/v1/")})


def owner_of(app: Flask, address: str) -> str | None:
    """The plugin or part of core that an address belongs to."""
    endpoint, _arguments = app.url_map.bind("localhost").match(address)
    return registry_for(app).owners.get(endpoint.partition(".")[0])


def questions(group: str) -> list[str]:
    """The hooks of a group, as hookspecs.py has them under its headings: Load, Gather, Decide, Life."""
    part = re.search(rf"^# {group}\n(.*?)(?=^# \w+\n|\Z)", inspect.getsource(hookspecs), re.M | re.S)
    assert part, group
    return re.findall(r"^def (\w+)\(", part[1], re.M)


def arguments(hook: str, contact: Any, user: User) -> dict[str, Any]:
    """What a hook of the groups Gather and Decide is asked with."""
    known = {"contact": contact, "user": user, "text": "helios", "limit": 5, "before": now(),
             "winner": contact, "loser": contact}
    return {name: known[name] for name in inspect.signature(getattr(hookspecs, hook)).parameters}
