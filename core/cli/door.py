"""The public door as data: every name that a plugin may use, and its shape.

`make docs` writes the page of it; a test compares it with the shape that the last release had (tests/data/door.json).
"""

import ast
import functools
import importlib
import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from core.cli.writing import code

PACKAGES = ("core.plugin", "core.database", "core.journal", "core.events", "core.jobs", "core.web", "core.users",
            "core.inbox", "core.records", "core.contacts", "core.testing.fixtures", "core.testing.factories",
            "core.testing.conformance")
MACHINERY = {"hooks", "init_app"}
"""What every package of core exports for core alone."""

Definition = ast.FunctionDef | ast.ClassDef | ast.Assign


@dataclass(frozen=True)
class Name:
    """One name of the door: `core.plugin.Panel`, its shape in a line, what it is for, and the shapes of its parts."""

    name: str
    shape: str
    purpose: str
    parts: Mapping[str, str]


def exported(package: str) -> list[Name]:
    """What a package gives to plugins, by name."""
    module = importlib.import_module(package)
    names = getattr(module, "__all__", None) or list(_definitions(package))
    ordered = sorted(set(names) - MACHINERY, key=lambda name: (name.lower(), name))
    return [_described(package, name, getattr(module, name)) for name in ordered]


def door() -> dict[str, str]:
    """The shape of everything: exported names and their parts, hooks as `hook.…`, options as `option.…`."""
    from core.config import OPTIONS
    shapes: dict[str, str] = {}
    for package in PACKAGES:
        for found in exported(package):
            shapes[found.name] = found.shape
            shapes |= {f"{found.name}.{part}": shape for part, shape in found.parts.items()}
    shapes |= {f"hook.{name}": _shape(name, node) for name, node in _definitions("core.plugin.hookspecs").items()
               if isinstance(node, ast.FunctionDef)}
    return shapes | {f"option.{option.name}": option.kind for option in OPTIONS}


def changes(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """The names that are new, gone or of another shape; the parts of what is new or gone go without saying."""
    found = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    whole = {name for name in found if name not in before or name not in after}
    return [name for name in found if name.rpartition(".")[0] not in whole]


def lost(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """The names that are gone: what used them stops working."""
    return [name for name in before if name not in after]


def told(name: str, text: str) -> bool:
    """Whether a text speaks of a name: `core.plugin.Panel.lazy`, `Panel.lazy` or `lazy`, in backticks."""
    parts = name.split(".")
    forms = "|".join(re.escape(".".join(parts[start:])) for start in range(len(parts)))
    return re.search(rf"`(?:{forms})(?:\(.*?\))?`", text) is not None


def _described(package: str, name: str, value: Any) -> Name:
    value = getattr(value, "_fixture_function", inspect.unwrap(value) if callable(value) else value)
    home, own = getattr(value, "__module__", ""), getattr(value, "__name__", "")
    node = _definitions(str(home)).get(own) if str(home).startswith("core.") else None
    node = node or _definitions(package).get(name)
    if isinstance(node, ast.FunctionDef):
        return Name(f"{package}.{name}", _shape(name, node), _first(ast.get_docstring(node)), {})
    if isinstance(node, ast.ClassDef):
        return Name(f"{package}.{name}", _shape(name, node), _first(ast.get_docstring(node)), dict(_parts(node)))
    return Name(f"{package}.{name}", type(value).__name__, "", {})


@functools.cache
def _definitions(module: str) -> dict[str, Definition]:
    """What a module defines at its top, by name."""
    found: dict[str, Definition] = {}
    source = inspect.getsource(importlib.import_module(module))
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found[node.name] = node
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found[node.targets[0].id] = node
    return {name: node for name, node in found.items() if not name.startswith("_")}


def _shape(name: str, node: ast.FunctionDef | ast.ClassDef) -> str:
    if isinstance(node, ast.ClassDef):
        bases = f"({', '.join(code(base) for base in node.bases)})" if node.bases else ""
        made = next((part for part in node.body if isinstance(part, ast.FunctionDef) and part.name == "__init__"), None)
        return f"class {name}{bases}" + (f": {_shape('__init__', made)}" if made else "")
    return f"{name}({code(node.args)}) -> {code(node.returns)}"


def _parts(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for part in node.body:
        if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name) and part.target.id[0] != "_":
            yield part.target.id, code(part.annotation) + (" = …" if part.value else "")
        elif isinstance(part, ast.FunctionDef) and part.name[0] != "_":
            yield part.name, _shape(part.name, part)


def _first(text: str | None) -> str:
    """The first sentence of a docstring."""
    return re.split(r"(?<=[.:;])\s", " ".join((text or "").split()))[0].rstrip(":;.")
