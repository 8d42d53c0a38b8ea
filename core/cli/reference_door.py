"""The reference pages of the public door: its hooks, its names, and what has changed in it."""

import ast
import importlib
import inspect
import re

from core.cli import door
from core.cli.docs import ROOT
from core.cli.writing import code, listed, sentence, table, tree
from core.plugin import API, Registry
from core.plugin.manifest import OLDEST


def hooks(shelf: Registry) -> str:
    """Every hook, by what an exception in an answer does."""
    from core.plugin import hookspecs
    described = dict(re.findall(r"^- \*(\w+)\*: (.*)$", str(hookspecs.__doc__), re.M))
    functions = {node.name: node for node in tree(hookspecs).body if isinstance(node, ast.FunctionDef)}
    text, group = [], ""
    for line in inspect.getsource(hookspecs).splitlines():
        if found := re.fullmatch(r"# (\w+)", line):
            group = found[1]
            text.append(f"\n## {group}\n\n{sentence(described[group.lower()])}\n")
        elif found := re.match(r"def (\w+)\(", line):
            text.append(_hook(shelf, functions[found[1]], f"*{group}*: {described[group.lower()]}"))
    return "".join(text)


def _hook(shelf: Registry, node: ast.FunctionDef, group: str) -> str:
    """One hook: signature, purpose, what an exception does, since when, who answers, and an answer."""
    purpose = ast.get_docstring(node) or ""
    since = re.search(r"Since API (\d+)\.", purpose)
    text = [f"\n### {node.name}\n\n```\n{node.name}({code(node.args)}) -> {code(node.returns)}\n```\n\n{purpose}\n",
            f"\n{group}" + ("" if since else " Since API 1.") + "\n"]
    asked = [hook.plugin_name for hook in getattr(shelf.calls.manager.hook, node.name).get_hookimpls()]
    plugins, core = sorted(set(asked) & set(in_tree())), sorted(n for n in asked if n.startswith("core."))
    text += [f"\nAnswered by core itself: {listed(core)}.\n"] if core else []
    text += [f"\nUsed by: {listed(plugins)}.\n"] if plugins else []
    if plugins:
        answers = {plugin: _answer(plugin, node.name) for plugin in plugins}
        shortest = min(answers, key=lambda plugin: (len(answers[plugin]), plugin))
        text.append(f"\nIn `{shortest}`:\n\n```python\n{answers[shortest]}\n```\n")
    return "".join(text)


def _answer(plugin: str, hook: str) -> str:
    """The function with which a plugin answers, as it stands in its hooks.py."""
    source = (ROOT / "plugins" / plugin / "hooks.py").read_text()
    node = next(node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef) and node.name == hook)
    return "\n".join(source.splitlines()[node.decorator_list[0].lineno - 1:node.end_lineno])


def in_tree() -> list[str]:
    """The names of the plugins in the tree."""
    return sorted(file.parent.name for file in (ROOT / "plugins").glob("[!_.]*/__init__.py"))


def door_page(_shelf: Registry) -> str:
    """What each package gives to plugins."""
    text = []
    for package in door.PACKAGES:
        purpose = re.split(r"\n\n", str(importlib.import_module(package).__doc__))[0]
        rows = [(f"`{found.name.rpartition('.')[2]}`", f"`{found.shape}`", found.purpose)
                for found in door.exported(package)]
        text.append(f"\n## {package}\n\n{purpose}\n\n" + table(("Name", "Shape", "What it is for"), rows))
    return "".join(text)


def api_changes(_shelf: Registry) -> str:
    """What the changelog says of the plugin API, release by release."""
    text = [f"\nThe present number is {API}; the oldest that loads is {OLDEST}.\n"]
    for release in re.split(r"^## ", (ROOT / "CHANGELOG.md").read_text(), flags=re.M)[1:]:
        title, _newline, body = release.partition("\n")
        if told := re.search(r"^### Plugin API\n(.*?)(?=^###? |\Z)", body, re.M | re.S):
            text.append(f"\n## {title}\n{told[1].rstrip()}\n")
    return "".join(text)
