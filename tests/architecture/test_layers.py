"""The house stands as docs/explanation/architecture.md draws it."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import grimp
from importlinter.cli import lint_imports

from core.app import create_app
from core.host.collect import marked

ROOT = Path(__file__).resolve().parent.parent.parent
PLUGINS = sorted(file.parent.name for file in (ROOT / "plugins").glob("*/__init__.py"))


def test_the_contracts_of_setup_cfg_hold():
    assert lint_imports(config_filename=str(ROOT / "setup.cfg"), no_cache=True) == 0


def test_plugins_import_only_the_plugins_that_they_require():
    graph = grimp.build_graph("plugins", cache_dir=None)
    for name in PLUGINS:
        required = importlib.import_module(f"plugins.{name}").manifest.requires
        for module in [f"plugins.{name}", *graph.find_descendants(f"plugins.{name}")]:
            others = {imported.split(".")[1] for imported in graph.find_modules_directly_imported_by(module)
                      if imported.startswith("plugins.")} - {name}
            assert others <= set(required), f"{module} imports {others - set(required)}"


def strings(file: Path) -> Iterator[tuple[int, str]]:
    """The texts in a file that do something: no comments, no docstrings."""
    if file.suffix != ".py":
        text = re.sub(r"\{#.*?#\}", "", file.read_text(), flags=re.DOTALL)
        yield from ((0, found) for found in re.findall(r"""["'`]([^"'`\n]*)["'`]""", text))
        return
    tree = ast.parse(file.read_text())
    silent = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent:
            yield node.lineno, node.value


def test_nothing_in_core_names_a_plugin():
    any_of = "|".join(PLUGINS) or "nothing"
    named = re.compile(rf"^(plugins\.({any_of})\b|({any_of})[.:][a-z_]+$|/({any_of})(/|$)|({any_of})/)")
    files = [file for suffix in ("py", "html", "js") for file in (ROOT / "core").rglob(f"*.{suffix}")
             if "vendor" not in file.parts]
    found = [f"{file.relative_to(ROOT)}:{line}: {text}" for file in files for line, text in strings(file)
             if named.search(text)]
    assert not found


def test_every_endpoint_says_who_may_call_it(tmp_path):
    app = create_app(tmp_path, PLUGINS_STRICT=True)
    assert not [endpoint for endpoint, view in app.view_functions.items() if not marked(view)]
