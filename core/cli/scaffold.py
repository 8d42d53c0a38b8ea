"""A complete small plugin, written from the files in templates/: nothing in it has to be deleted."""

import keyword
import shutil
from dataclasses import dataclass
from pathlib import Path
from string import Template

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from core.host.operations import RefusedError
from core.plugin import Manifest

SOURCES = Path(__file__).parent / "templates"
CHECKOUT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Place:
    """Where a plugin goes: `root` is the new folder, `code` its package and `tests` its tests.

    `package` is the name that its modules are imported by, `parts` says which templates go to which folder.
    `install` and `check` are what its README says of switching it on and of running its tests.
    """

    root: Path
    code: Path
    tests: Path
    package: str
    parts: tuple[tuple[str, Path], ...]
    install: str
    check: str


def drop_in(name: str, folder: Path) -> Place:
    """A folder that a company's Eleven finds by scanning: instance/plugins, or one of ELEVEN_PLUGINS_PATHS."""
    root = folder / name
    shown = folder.resolve()
    shown = shown.relative_to(CHECKOUT) if shown.is_relative_to(CHECKOUT) else shown
    return Place(root, root, root / "tests", f"plugins.{name}",
                 (("plugin", root), ("tests", root / "tests"), ("kit", root / "tests")),
                 f"eleven plugins install {name}",
                 f"ELEVEN_PLUGINS_PATHS={shown} pytest -p core.testing {shown / name}")


def in_tree(name: str) -> Place:
    """A plugin of Eleven's own: its tests stand with all others, and tests/conformance finds it by itself."""
    if not (CHECKOUT / "tests" / "plugins").is_dir():
        raise RefusedError(f"{CHECKOUT} is no checkout of Eleven, so it has no tree: leave --tree out.")
    root, tests = CHECKOUT / "plugins" / name, CHECKOUT / "tests" / "plugins" / name
    return Place(root, root, tests, f"plugins.{name}", (("plugin", root), ("tests", tests)),
                 f"eleven plugins install {name}",
                 f"pytest tests/plugins/{name}\npytest tests/conformance -k {name.capitalize()}")


def distribution(name: str, folder: Path) -> Place:
    """A distribution that others install with pip, its package inside of it."""
    root, package = folder / f"eleven-{name}", f"eleven_{name}"
    code = root / package
    return Place(root, code, code / "tests", package,
                 (("plugin", code), ("tests", code / "tests"), ("kit", code / "tests"), ("package", root)),
                 f"pip install .\neleven plugins install {name}",
                 f"pytest -p core.testing --pyargs {package}")


def check_name(name: str, of_core: set[str], of_plugins: set[str]) -> None:
    """Raise RefusedError for a name that no plugin can have, or that another has."""
    try:
        Manifest(name=name, title="", description="")
    except ValueError as error:
        raise RefusedError(f"{error}.") from error
    if keyword.iskeyword(name):
        raise RefusedError(f"{name} is a word of Python's own and cannot be imported: choose another name.")
    if name in of_core:
        raise RefusedError(f"{name} is the name of a part or of a table of core: choose another name.")
    if name in of_plugins:
        raise RefusedError(f"There is a plugin {name} already: choose another name. `eleven plugins list` shows all.")


def write(name: str, place: Place) -> None:
    """Write a plugin to its place. Raises RefusedError for a folder that exists or cannot be written."""
    for folder in (place.root, place.tests):
        if folder.exists():
            raise RefusedError(f"{folder} exists already: choose another name, or another folder with --into.")
    words = {"name": name, "Name": name.capitalize(), "package": place.package, "install": place.install,
             "check": place.check}
    try:
        for part, target in place.parts:
            _copy(SOURCES / part, target, words)
        _compile(place.code / "translations")
    except OSError as error:
        shutil.rmtree(place.root, ignore_errors=True)
        shutil.rmtree(place.tests, ignore_errors=True)
        raise RefusedError(f"Cannot write {error.filename or place.root}: {error.strerror}. "
                           "Choose another folder with --into.") from error


def _copy(source: Path, target: Path, words: dict[str, str]) -> None:
    for template in sorted(source.rglob("*.txt")):
        file = target / template.relative_to(source).with_suffix("")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(Template(template.read_text(encoding="utf-8")).substitute(words), encoding="utf-8")


def _compile(translations: Path) -> None:
    for file in translations.rglob("*.po"):
        with file.open("rb") as told, file.with_suffix(".mo").open("wb") as compiled:
            write_mo(compiled, read_po(told))
