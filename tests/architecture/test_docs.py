"""What the documents say is true: reference pages, links, and what the READMEs of plugins name."""

import ast
import re
from pathlib import Path

import click
import pytest

from core.cli import eleven
from core.cli.docs import ROOT, pages
from core.cli.reference_door import in_tree
from core.config import OPTIONS, load
from core.host.collect import Brought
from core.plugin import hookspecs, registry_for

WRITTEN = sorted([*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md"), *(ROOT / "plugins").rglob("README.md")])
HOOKS = [node.name for node in ast.parse(Path(str(hookspecs.__file__)).read_text()).body
         if isinstance(node, ast.FunctionDef)]
EXAMPLE = r"\nUsed by: .*\n(?:\nIn `\w+`:\n\n```python\n(?s:.*?)\n```\n)?"


@pytest.fixture(scope="module")
def generated():
    return pages()


def users(text: str) -> dict[str, set[str]]:
    """The plugins that use a hook, by the hook's name."""
    parts = re.split(r"^### (\w+)$", text, flags=re.M)[1:]
    return {hook: set(re.findall(r"`(\w+)`", (re.search(r"^Used by: (.*)$", part, re.M) or ["", ""])[1]))
            for hook, part in zip(parts[::2], parts[1::2], strict=True)}


def test_the_reference_is_what_the_code_says(generated):
    folder = ROOT / "docs" / "reference"
    assert {file.name for file in folder.iterdir()} == generated.keys(), "run `make docs`"
    for name, text in generated.items():
        was = (folder / name).read_text()
        if name == "hooks.md" and not set().union(*users(was).values()) <= set(in_tree()):
            # a plugin's folder may be deleted and everything else must stay right
            was, text = (re.sub(EXAMPLE, "", found) for found in (was, text))
        assert was == text, f"docs/reference/{name} is out of date: run `make docs`"
    told, used, there = users((folder / "hooks.md").read_text()), users(generated["hooks.md"]), set(in_tree())
    assert used == {hook: names & there for hook, names in told.items()}, "hooks.md is out of date: run `make docs`"


@pytest.mark.skipif(not in_tree(), reason="there is no plugin in the tree")
def test_every_hook_is_used_by_a_plugin(generated):
    told = users((ROOT / "docs" / "reference" / "hooks.md").read_text())
    assert [hook for hook in HOOKS if not told[hook]] == [], "delete these hooks, nothing needs them"


@pytest.mark.parametrize("hook", HOOKS)
def test_core_asks_every_hook(hook):
    asked = set(Brought.__dataclass_fields__)
    for file in (ROOT / "core").rglob("*.py"):
        asked |= set(re.findall(r"(?:gather|decide|one)\([^()]*?\"(\w+)\"", file.read_text()))
    assert hook in asked, "core never asks it"


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    text = re.sub(r"```.*?```", "", page.read_text(), flags=re.S)
    links = [link.partition("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]
    # a plugin's folder may be deleted, and no page of the others' is wrong for that
    absent = tuple(str(ROOT / "plugins" / name) for name in re.findall(r"plugins/(\w+)/", " ".join(links))
                   if name not in in_tree())
    targets = [(page.parent / link).resolve() for link in links if link]
    assert [target for target in targets if not target.exists() and not str(target).startswith(absent)] == []


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_and_options_are_those_that_there_are(page):
    found = re.findall(r"^ *```[^\n]*\n(.*?)^ *```|`([^`\n]+)`", page.read_text(), re.M | re.S)
    code = "\n".join(block or span for block, span in found)
    plugins = {*in_tree(), *re.findall(r'title="plugins/(\w+)/', page.read_text())}
    for words in re.findall(r"(?:^|[/'])eleven ((?:[a-z][a-z-]* ?)+)", code, re.M):
        first, *rest = words.split()
        command = eleven.get_command(click.Context(eleven), first) if first in eleven.commands else None
        assert command or first in plugins, f"eleven {words}"
        if isinstance(command, click.Group) and rest:
            assert rest[0] in command.list_commands(click.Context(command)), f"eleven {words}"
    options = {f"ELEVEN_{option.name}" for option in OPTIONS} | {"ELEVEN_INSTANCE", "ELEVEN_TEST_POSTGRESQL"}
    assert set(re.findall(r"ELEVEN_[A-Z_]+", code)) - {"ELEVEN_NAME"} <= options


def test_the_example_of_a_configuration_has_every_option(tmp_path):
    text = (ROOT / "instance" / "config.example.py").read_text()
    shown = re.sub(r"^# ([A-Z_]+ = )", r"\1", text, flags=re.M)
    (tmp_path / "config.py").write_text(shown)
    values = load(tmp_path)
    assert set(re.findall(r"^([A-Z_]+) = ", shown, re.M)) == {option.name for option in OPTIONS}
    assert values["SQLALCHEMY_DATABASE_URI"].startswith("postgresql+psycopg://")


@pytest.mark.parametrize("plugin", in_tree())
def test_what_a_readme_names_is_there(installed, plugin):
    page = ROOT / "plugins" / plugin / "README.md"
    shelf = registry_for(installed)
    text = page.read_text()
    names = set(re.findall(rf"`({plugin}\.\w+(?:\.\w+)?)`", text))
    kinds = [kind for kind in shelf.record_types.values() if shelf.owners[kind.name] == plugin]
    known = {*shelf.permissions, *shelf.record_types, *_events(plugin),
             *(kind.event(verb) for kind in kinds for verb in ("created", "updated", "deleted")),
             *(f"{plugin}.{name}" for name in _settings(shelf, plugin))}
    assert names <= known, f"{page} names what is not there: {sorted(names - known)}"
    hooks = set(re.findall(r"`(\w+)`", _section(text, "Hooks")))
    assert hooks <= _implemented(shelf, plugin), f"{page} names hooks that the plugin does not implement"
    settings = set(re.findall(r"^[-|]\s*`(\w+)`", _section(text, "Settings"), re.M))
    assert settings <= _settings(shelf, plugin), f"{page} names settings that the plugin does not have"


def _section(text: str, title: str) -> str:
    found = re.search(rf"^##+ {title}\n(.*?)(?=^#|\Z)", text, re.M | re.S)
    return found[1] if found else ""


def _settings(shelf, plugin: str) -> set[str]:
    schema = shelf.settings.get(plugin)
    return set(schema().fields) if schema else set()


def _implemented(shelf, plugin: str) -> set[str]:
    manager = shelf.calls.manager
    return {caller.name for caller in manager.get_hookcallers(manager.get_plugin(plugin)) or ()}


def _events(plugin: str) -> set[str]:
    source = "\n".join(file.read_text() for file in (ROOT / "plugins" / plugin).rglob("*.py"))
    return set(re.findall(r"emit\(\s*\"([\w.]+)\"", source))
