"""`eleven docs`: the pages of docs/reference/, written from the code so that they say what it does.

They describe core. A plugin describes itself in its README, so that its folder can be deleted.
"""

import ast
import dataclasses
import importlib
import inspect
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from core.plugin import Registry

ROOT = Path(__file__).resolve().parents[2]
NOTE = "<!-- Written by `make docs` from {source}. Change that, not this page. -->\n"
INTRODUCTIONS = {
    "hooks.md": """# Hooks

Every question that core asks plugins. A plugin answers in its `hooks.py`, with a function of the same name marked
`@hookimpl`; it may leave arguments out. The answers are [contributions](contributions.md).
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
so on; `<type>` stands for the name below. What a plugin tells stands in its README.
""",
    "permissions.md": """# Permissions

What roles and API tokens are granted. Each record type brings five: `view`, `create`, `edit`, `delete`, `export`.
A scoped one reaches a person's own records, those of the team, of the team and the teams below, or all; the others
are granted wholly or not. A plugin's stand in its README.
""",
}


@click.command()
@click.option("--into", type=click.Path(file_okay=False, path_type=Path), help="The folder; docs/reference by default.")
def docs(into: Path | None) -> None:
    """Write the reference pages from the code (for developers)."""
    folder = into or ROOT / "docs" / "reference"
    if not folder.parent.is_dir():
        raise click.ClickException(f"There is no {folder.parent}: run this in a checkout, or name one with --into.")
    folder.mkdir(exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text)
    click.echo(f"{folder} is written.")


def pages() -> dict[str, str]:
    """Every reference page by its file's name, in English."""
    from flask_babel import force_locale

    from core.app import create_app
    from core.plugin import registry_for
    with tempfile.TemporaryDirectory() as instance:
        app = create_app(instance, DATABASE_URL="", PLUGINS_PATHS=[], LOG_LEVEL="ERROR", RATE_LIMIT_URL="memory://")
        with app.app_context(), force_locale("en"):
            return {name: NOTE.format(source=source) + INTRODUCTIONS[name] + page(registry_for(app))
                    for name, (source, page) in _PAGES.items()}


def in_tree() -> list[str]:
    """The names of the plugins in the tree."""
    return sorted(file.parent.name for file in (ROOT / "plugins").glob("[!_.]*/__init__.py"))


def _hooks(shelf: "Registry") -> str:
    from core.plugin import hookspecs
    described = dict(re.findall(r"^- \*(\w+)\*: (.*)$", str(hookspecs.__doc__), re.M))
    functions = {node.name: node for node in _tree(hookspecs).body if isinstance(node, ast.FunctionDef)}
    text = []
    for line in inspect.getsource(hookspecs).splitlines():
        if group := re.fullmatch(r"# (\w+)", line):
            text.append(f"\n## {group[1]}\n\n{_sentence(described[group[1].lower()])}\n")
        elif found := re.match(r"def (\w+)\(", line):
            node = functions[found[1]]
            signature = f"{node.name}({_code(node.args)}) -> {_code(node.returns)}"
            text.append(f"\n### {node.name}\n\n```\n{signature}\n```\n\n{ast.get_docstring(node)}\n")
            asked = [hook.plugin_name for hook in getattr(shelf.calls.manager.hook, node.name).get_hookimpls()]
            plugins, core = sorted(set(asked) & set(in_tree())), sorted(n for n in asked if n.startswith("core."))
            text += [f"\nAnswered by core itself: {_listed(core)}.\n"] if core else []
            text += [f"\nUsed by: {_listed(plugins)}.\n"] if plugins else []
    return "".join(text)


def _contributions(_shelf: "Registry") -> str:
    from core.plugin import contributions, manifest
    return _classes(manifest) + _classes(contributions)


def _record_types(_shelf: "Registry") -> str:
    from core.records import type as module
    return _classes(module)


def _classes(module: ModuleType) -> str:
    """The dataclasses of a module: docstring, and a table of their fields."""
    text = []
    for node in _tree(module).body:
        if isinstance(node, ast.ClassDef):
            base = f"({_code(node.bases[0])})" if node.bases else ""
            rows = [(f"`{_code(part.target)}`", f"`{_code(part.annotation)}`",
                     f"`{ast.unparse(part.value)}`" if part.value else "needed")
                    for part in node.body if isinstance(part, ast.AnnAssign)]
            text.append(f"\n## {node.name}{base}\n\n{_prose(node, rows)}\n\n" + _table(
                ("Field", "Type", "Default"), rows))
    return "".join(text)


def _configuration(_shelf: "Registry") -> str:
    from core.config import OPTIONS
    rows = [(f"`{option.name}`", option.kind, f"`{option.default}`" if option.default not in ("", []) else "empty",
             option.help) for option in OPTIONS]
    return "\n" + _table(("Option", "Kind", "Default", "Meaning"), rows)


def _commands(_shelf: "Registry") -> str:
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


def _events(_shelf: "Registry") -> str:
    said: dict[str, tuple[set[str], set[str]]] = {}
    for file in sorted((ROOT / "core").rglob("*.py")):
        if file.is_relative_to(ROOT / "core" / "testing"):
            continue  # tests tell what they are about, not what happens in a company
        for name, payload, when in _emitted(file):
            keys, moments = said.setdefault(name, (set(), set()))
            keys.update(payload)
            moments.update({when} - {""})
    return "\n" + _table(("Event", "Payload", "Said by the step"), [
        (f"`{name}`", ", ".join(f"`{key}`" for key in sorted(keys)), ". ".join(sorted(moments)))
        for name, (keys, moments) in sorted(said.items())])


def _emitted(file: Path) -> Iterator[tuple[str, list[str], str]]:
    """(event, payload's names, what the function that says it does) of each `emit(…)` in a file."""
    for function in ast.walk(ast.parse(file.read_text())):
        if not isinstance(function, ast.FunctionDef):
            continue
        for call in ast.walk(function):
            if isinstance(call, ast.Call) and _code(call.func) == "emit" and call.args:
                when = re.split(r"(?<=[.:;])\s", ast.get_docstring(function) or "")[0].rstrip(":;.")
                for name in _event_names(call.args[0], file):
                    yield name, [word.arg or "…" for word in call.keywords], when


def _event_names(given: ast.expr, file: Path) -> list[str]:
    if isinstance(given, ast.Constant):
        return [str(given.value)]
    if isinstance(given, ast.Call):  # kind.event("created")
        return [f"<type>.{_code(given.args[0])}".replace("'", "")]
    if isinstance(given, ast.Subscript):  # OUTCOMES[outcome]
        module = importlib.import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))
        return sorted(set(getattr(module, _code(given.value)).values()))
    return [_code(given)]


def _fields(_shelf: "Registry") -> str:
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
    return _listed(operators(named))


def _permissions(shelf: "Registry") -> str:
    return "\n" + _table(("Permission", "What", "Scoped"), [
        (f"`{key}`", str(found.label), "yes" if found.scoped else "no")
        for key, found in sorted(shelf.permissions.items()) if shelf.owners.get(key, "core").startswith("core")])


_PAGES: dict[str, tuple[str, Callable[["Registry"], str]]] = {
    "hooks.md": ("core/plugin/hookspecs.py", _hooks),
    "contributions.md": ("core/plugin/contributions.py", _contributions),
    "record-types.md": ("core/records/type.py", _record_types),
    "configuration.md": ("core/config.py", _configuration),
    "commands.md": ("the commands", _commands),
    "events.md": ("the calls of emit", _events),
    "fields.md": ("core/web/fields.py", _fields),
    "permissions.md": ("the permissions hooks", _permissions),
}


def _tree(module: ModuleType) -> ast.Module:
    return ast.parse(inspect.getsource(module))


def _code(node: ast.AST | None) -> str:
    """A piece of code as it is read: types in quotes lose them."""
    return re.sub(r"'([^']+)'", r"\1", ast.unparse(node)) if node is not None else "None"


def _prose(node: ast.ClassDef, rows: Sequence[tuple[str, ...]]) -> str:
    """The docstring of a class; its aligned list of the fields becomes a list."""
    text = ast.get_docstring(node) or ""
    for name, *_rest in rows:
        text = re.sub(rf"(?m)^{name.strip('`')} +(?=[^ ])", f"- {name}: ", text)
    return re.sub(r"\n {4,}", "\n  ", text)


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]


def _listed(names: Any) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    def line(cells: tuple[str, ...]) -> str:
        return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |\n"
    return line(head) + "|" + "---|" * len(head) + "\n" + "".join(map(line, rows)) if rows else ""
