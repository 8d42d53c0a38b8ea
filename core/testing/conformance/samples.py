"""Records of a plugin's types, made of what their schemas ask for, so that the kit has something to look at."""

import inspect
import re
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Flask

from core.database import db, now
from core.host import Found, plugin_named
from core.plugin import hookspecs, registry
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

    def kinds(self) -> list[RecordType]:
        """The plugin's record types."""
        shelf = registry()
        return [kind for name, kind in shelf.record_types.items() if shelf.owners[name] == self.plugin]

    def hooks(self) -> list[str]:
        """The hooks that the plugin implements."""
        manager = registry().calls.manager
        return sorted(caller.name for caller in manager.get_hookcallers(manager.get_plugin(self.plugin)) or ())

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
