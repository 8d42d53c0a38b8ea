"""How reference pages are written: code as it is read, lists and tables of Markdown."""

import ast
import copy
import inspect
import re
from collections.abc import Sequence
from types import ModuleType
from typing import Any


def tree(module: ModuleType) -> ast.Module:
    """The syntax tree of a module."""
    return ast.parse(inspect.getsource(module))


def code(node: ast.AST | None) -> str:
    """A piece of code as it is read: types in quotes lose them."""
    if isinstance(node, ast.arguments):
        node = copy.deepcopy(node)
        for argument in ast.walk(node):
            if isinstance(argument, ast.arg) and argument.annotation:
                argument.annotation = ast.Name(code(argument.annotation))
        return ast.unparse(node)
    return re.sub(r"'([^']+)'", r"\1", ast.unparse(node)) if node is not None else "None"


def sentence(text: str) -> str:
    """A text that begins with a capital letter."""
    return text[0].upper() + text[1:]


def listed(names: Any) -> str:
    """Names in backticks, with commas between them."""
    return ", ".join(f"`{name}`" for name in names)


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """A table, or nothing without rows."""
    def line(cells: tuple[str, ...]) -> str:
        return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |\n"
    return line(head) + "|" + "---|" * len(head) + "\n" + "".join(map(line, rows)) if rows else ""
