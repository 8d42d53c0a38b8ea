"""Whether what a plugin brings carries its name, so that it meets nobody else's."""

import ast
from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po
from flask import Flask

import core
from core.database import metadata
from core.host import found_plugins
from core.host.load import tables_of
from core.plugin import hookspecs, registry
from core.testing.conformance.samples import Subject

CATALOGUE = Path("translations") / "ru" / "LC_MESSAGES" / "messages.po"


class Names(Subject):
    """Checks of names. Those of tables, permissions, record types and blueprints are checked as a plugin loads."""

    def test_its_names_carry_its_prefix(self, app: Flask) -> None:
        """Indexes, templates, events and hooks of its own begin with the plugin's name."""
        folder = self.folder(app)
        faults = [f"The index {index.name} of {name}: call it ix_{name}_…, its name counts in the whole database."
                  for name in tables_of(self.plugin) for index in metadata.tables[name].indexes
                  if f"{self.plugin}_" not in str(index.name)]
        faults += [f"templates/{file.relative_to(folder / 'templates')} is never found: put it into "
                   f"templates/{self.plugin}/." for file in sorted((folder / "templates").rglob("*"))
                   if file.is_file() and file.relative_to(folder / "templates").parts[0] != self.plugin]
        faults += [f"{file} emits {event}: call it {self.plugin}.<noun>_<verb>, events of that name are another's."
                   for file, event in emitted(folder) if not event.startswith(f"{self.plugin}.")]
        faults += [f"The hook {hook} in hookspecs.py: call it {self.plugin}_{hook}, so that it collides with nobody's."
                   for hook in _own_hooks(folder) if not hook.startswith(f"{self.plugin}_")]
        assert not faults, "\n".join(faults)

    def test_its_translations_are_everybodys(self, app: Flask) -> None:
        """Catalogues are merged as Eleven starts, so the same text is said alike by all."""
        own = _told(self.folder(app) / CATALOGUE)
        others = {"core": Path(core.__file__).parent} | {
            found.name: found.folder for found in found_plugins(app) if found.folder and found.name != self.plugin}
        faults = [f"“{text[1]}” is “{own[text]}” here and “{said}” in {name}: say it alike, or give it a context with "
                  "pgettext." for name, folder in others.items()
                  for text, said in _told(folder / CATALOGUE).items() if own.get(text, said) != said]
        assert not faults, "\n".join(faults)

    def test_what_it_listens_to_can_happen(self, app: Flask) -> None:
        """Each event that a handler waits for is one that core, or a plugin that is there, can emit."""
        shelf = registry()
        can = {kind.event(verb) for kind in shelf.record_types.values() for verb in ("created", "updated", "deleted")}
        folders = [Path(core.__file__).parent, *(found.folder for found in found_plugins(app) if found.folder)]
        can |= {event for folder in folders for _file, event in emitted(folder)}
        there = {"core", *(found.name for found in found_plugins(app)), *(name.partition(".")[0] for name in can)}
        faults = [f"The handler {key} waits for {handler.event}, which nobody emits: docs/reference/events.md names "
                  "the events." for key, handler in shelf.handlers.items()
                  if key.startswith(f"{self.plugin}:") and handler.event not in can
                  and handler.event.partition(".")[0] in there]
        assert not faults, "\n".join(faults)


def emitted(folder: Path) -> Iterator[tuple[str, str]]:
    """(file, event) of each `emit("…")` below a folder, its tests left out."""
    for file in sorted(folder.rglob("*.py")):
        if "tests" in file.relative_to(folder).parts:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "emit":
                name = node.args[0] if node.args else None
                if isinstance(name, ast.Constant) and isinstance(name.value, str):
                    yield file.name, name.value


def _own_hooks(folder: Path) -> list[str]:
    file = folder / "hookspecs.py"
    if not file.is_file():
        return []
    return [node.name for node in ast.parse(file.read_text(encoding="utf-8")).body
            if isinstance(node, ast.FunctionDef) and node.decorator_list and not hasattr(hookspecs, node.name)]


def _told(file: Path) -> dict[tuple[str | None, str], str]:
    if not file.is_file():
        return {}
    with file.open("rb") as opened:
        return {(message.context, message.id): str(message.string) for message in read_po(opened, locale="ru")
                if message.id and message.string and isinstance(message.id, str)}
