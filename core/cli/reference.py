"""The reference pages: what is read out of the code for each."""

import ast
import dataclasses
import importlib
import inspect
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import click

from core.cli.docs import ROOT
from core.cli.reference_door import api_changes, door_page, hooks
from core.cli.writing import code, listed, table, tree
from core.plugin import Registry

NOTE = "<!-- Written by `make docs` from {source}. Change that, not this page. -->\n"
INTRODUCTIONS = {
    "hooks.md": """# Hooks

Every question that core asks plugins. A plugin answers in its `hooks.py`, with a function of the same name marked
`@hookimpl`; it may leave arguments out. The answers are [contributions](contributions.md). The examples are taken from
the plugins in the tree.
""",
    "door.md": """# The public door

Every name that a plugin may import, by package. Modules below these packages are private. What changes here is told in
[the changes of the plugin API](api-changes.md); a test fails until it is.
""",
    "api-changes.md": """# Changes of the plugin API

The plugin API has one small number. The manifest of a plugin that others install says for which one it is made,
`Manifest(api=1)`; without it, the present one is meant. Adding something does not change the number. What is to be
removed warns for one number first: a `DeprecationWarning` says what to use instead, and the Plugins page names the
plugins that still use it. It is removed at the next number. So a plugin that heeds its warnings works with its number
and with the next one. One that is made for a newer number, or for a still older one, is set aside with a sentence that
says so.
""",
    "contributions.md": """# Contributions

The manifest, and what plugins answer to [hooks](hooks.md): frozen objects, imported from `core.plugin`, made with
keyword arguments. Those that build on `Contribution` have its fields too.
""",
    "record-types.md": """# Record types

Imported from `core.records`. The kinds of fields of their schemas have [a page of their own](fields.md).
""",
    "fields.md": """# Fields

The kinds of fields that a record's schema is made of, imported from `core.records`. All take what `FieldUi` does, and
what marshmallow's fields do: `required`, `load_default`, `allow_none`, `dump_only`, `validate`.
""",
    "configuration.md": """# Configuration

Each option is a line `NAME = value` in `instance/config.py`, or a variable `ELEVEN_NAME` of the environment, which
wins. A value that does not fit stops the start with a sentence that names it. `ELEVEN_INSTANCE` names the company's
folder, by default `instance/` beside `core/`. What people decide (the company's name, currencies, lists) stands under
Settings in the browser.
""",
    "commands.md": """# Commands

`eleven --help` shows them too; those of a plugin stand under its name, `eleven <plugin> --help`.
""",
    "events.md": """# Events

Facts that handlers hear of once they are committed, at least once ([hooks](hooks.md): `event_handlers`). Each record
type has three: `contact.created`, `contact.updated`, `contact.deleted`, or for a plugin's `<plugin>.<noun>_created` and
so on; `<type>` stands for the name below. An undo and a restoration tell the same of each record that they bring back
(`created`), change or take away, once. What a plugin tells stands in its README.
""",
    "permissions.md": """# Permissions

What roles and API tokens are granted. Each record type brings five: `view`, `create`, `edit`, `delete`, `export`.
A scoped one reaches a person's own records, those of the team, of the team and the teams below, or all; the others
are granted wholly or not. A plugin's stand in its README.

Whoever may edit some records of a type may write notes on all of them that they see. Undo needs what the inverse would
need by hand. `user.admin` makes nobody an administrator and does not reach the accounts of administrators.
""",
}


def pages(shelf: Registry) -> dict[str, str]:
    """Every page by its file's name."""
    return {name: NOTE.format(source=source) + INTRODUCTIONS[name] + page(shelf)
            for name, (source, page) in _PAGES.items()}


def _contributions(_shelf: Registry) -> str:
    from core.plugin import contributions, manifest
    return _classes(manifest) + _classes(contributions)


def _record_types(_shelf: Registry) -> str:
    from core.records import type as module
    return _classes(module)


def _classes(module: ModuleType) -> str:
    """The dataclasses of a module: docstring, and a table of their fields."""
    text = []
    for node in tree(module).body:
        if isinstance(node, ast.ClassDef):
            base = f"({code(node.bases[0])})" if node.bases else ""
            rows = [(f"`{code(part.target)}`", f"`{code(part.annotation)}`",
                     f"`{ast.unparse(part.value)}`" if part.value else "needed")
                    for part in node.body if isinstance(part, ast.AnnAssign)]
            text.append(f"\n## {node.name}{base}\n\n{_prose(node, rows)}\n\n" + table(
                ("Field", "Type", "Default"), rows))
    return "".join(text)


def _configuration(_shelf: Registry) -> str:
    from core.config import OPTIONS
    rows = [(f"`{option.name}`", option.kind, f"`{option.default}`" if option.default not in ("", []) else "empty",
             option.help) for option in OPTIONS]
    return "\n" + table(("Option", "Kind", "Default", "Meaning"), rows)


def _commands(_shelf: Registry) -> str:
    from core.cli import eleven
    return "".join(_command(eleven, click.Context(eleven, info_name="eleven")))


def _command(command: click.Command, context: click.Context) -> Iterator[str]:
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None  # noqa: S101 it has just been listed
            yield from _command(inner, click.Context(inner, info_name=name, parent=context))
        return
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    yield f"\n## {context.command_path}\n\n```\n{usage}\n```\n\n{inspect.cleandoc(command.help or '')}\n"
    records = [param.get_help_record(context) for param in command.params]
    options = [f"- `{record[0]}`: {record[1]}\n" for record in records if record and record[1]]
    yield "".join(["\n", *options] if options else [])


def _events(_shelf: Registry) -> str:
    said: dict[str, tuple[set[str], set[str]]] = {}
    for file in sorted((ROOT / "core").rglob("*.py")):
        if file.is_relative_to(ROOT / "core" / "testing"):
            continue  # tests tell what they are about, not what happens in a company
        for name, payload, when in _emitted(file):
            keys, moments = said.setdefault(name, (set(), set()))
            keys.update(payload)
            moments.update({when} - {""})
    return "\n" + table(("Event", "Payload", "Said by the step"), [
        (f"`{name}`", ", ".join(f"`{key}`" for key in sorted(keys)), ". ".join(sorted(moments)))
        for name, (keys, moments) in sorted(said.items())])


def _emitted(file: Path) -> Iterator[tuple[str, list[str], str]]:
    """(event, payload's names, what the function that says it does) of each `emit(…)` in a file."""
    for function in ast.walk(ast.parse(file.read_text())):
        if not isinstance(function, ast.FunctionDef):
            continue
        for call in ast.walk(function):
            if isinstance(call, ast.Call) and code(call.func) == "emit" and call.args:
                when = re.split(r"(?<=[.:;])\s", ast.get_docstring(function) or "")[0].rstrip(":;.")
                for name in _event_names(call.args[0], file):
                    yield name, [word.arg or "…" for word in call.keywords], when


def _event_names(given: ast.expr, file: Path) -> list[str]:
    if isinstance(given, ast.Constant):
        return [str(given.value)]
    if isinstance(given, ast.Call):  # kind.event("created")
        return [f"<type>.{code(given.args[0])}".replace("'", "")]
    if isinstance(given, ast.Subscript):  # OUTCOMES[outcome]
        module = importlib.import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))
        return sorted(set(getattr(module, code(given.value)).values()))
    return [code(given)]


def _fields(_shelf: Registry) -> str:
    from core import records
    from core.web import fields
    text = []
    for cls in vars(fields).values():
        if not inspect.isclass(cls) or cls.__module__ != fields.__name__:
            continue
        kind_of_field = issubclass(cls, fields.FieldUi)
        if not kind_of_field and not (cls.__name__ in records.__all__ and dataclasses.is_dataclass(cls)):
            continue
        text.append(f"\n## {cls.__name__}\n\n```\n{cls.__name__}({_arguments(cls)})\n```\n\n{inspect.getdoc(cls)}\n")
        if kind_of_field and cls is not fields.FieldUi:
            text.append(f"\nFilters: {_filters(cls)}.\n")
    return "".join(text)


def _arguments(cls: type[Any]) -> str:
    """The arguments that a class adds, as they are written; annotations are left to the source."""
    if "__init__" not in vars(cls):
        return "label, …"
    found = []
    for name, parameter in list(inspect.signature(cls.__init__).parameters.items())[1:]:
        if parameter.kind is parameter.VAR_KEYWORD:
            found.append("…")
        else:
            found.append(name if parameter.default is parameter.empty else f"{name}={parameter.default!r}")
    return ", ".join(found)


def _filters(cls: type[Any]) -> str:
    from core.records.filters import operators
    if cls.kind == "rows":
        return "those of the fields that `filter_by` names"
    named: Any = SimpleNamespace(kind=cls.kind)
    return listed(operators(named))


def _permissions(shelf: Registry) -> str:
    return "\n" + table(("Permission", "What", "Scoped"), [
        (f"`{key}`", str(found.label), "yes" if found.scoped else "no")
        for key, found in sorted(shelf.permissions.items()) if shelf.owners.get(key, "core").startswith("core")])


def _prose(node: ast.ClassDef, rows: Sequence[tuple[str, ...]]) -> str:
    """The docstring of a class; its aligned list of the fields becomes a list."""
    text = ast.get_docstring(node) or ""
    for name, *_rest in rows:
        text = re.sub(rf"(?m)^{name.strip('`')} +(?=[^ ])", f"- {name}: ", text)
    return re.sub(r"\n {4,}", "\n  ", text)


_PAGES: dict[str, tuple[str, Callable[[Registry], str]]] = {
    "hooks.md": ("core/plugin/hookspecs.py", hooks),
    "door.md": ("what core's packages export", door_page),
    "api-changes.md": ("the sections “Plugin API” of CHANGELOG.md", api_changes),
    "contributions.md": ("core/plugin/contributions.py", _contributions),
    "record-types.md": ("core/records/type.py", _record_types),
    "configuration.md": ("core/config.py", _configuration),
    "commands.md": ("the commands", _commands),
    "events.md": ("the calls of emit", _events),
    "fields.md": ("core/web/fields.py", _fields),
    "permissions.md": ("the permissions hooks", _permissions),
}
