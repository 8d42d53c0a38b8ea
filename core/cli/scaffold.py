"""A complete small plugin, written from the files in templates/plugin: nothing in it has to be deleted."""

from pathlib import Path
from string import Template

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from core.host.operations import RefusedError
from core.plugin import Manifest

SOURCES = Path(__file__).parent / "templates"


def write(name: str, folder: Path, as_package: bool = False) -> Path:
    """Write a plugin's folder, or with `as_package` a distribution for pip; return its folder.

    Raises RefusedError for a bad name or a folder that exists.
    """
    try:
        Manifest(name=name, title="", description="")
    except ValueError as error:
        raise RefusedError(f"{error}.") from error
    target = folder / (f"eleven-{name}" if as_package else name)
    if target.exists():
        raise RefusedError(f"{target} exists already.")
    package = f"eleven_{name}" if as_package else f"plugins.{name}"
    inner = target / package if as_package else target
    words = {"name": name, "Name": name.capitalize(), "Title": name.capitalize(), "package": package,
             "folder": package if as_package else f"instance/plugins/{name}"}
    _copy(SOURCES / "plugin", inner, words)
    if as_package:
        _copy(SOURCES / "package", target, words)
    for file in inner.rglob("*.po"):
        with file.open("rb") as told, file.with_suffix(".mo").open("wb") as compiled:
            write_mo(compiled, read_po(told))
    return target


def _copy(source: Path, target: Path, words: dict[str, str]) -> None:
    for template in sorted(source.rglob("*.txt")):
        file = target / template.relative_to(source).with_suffix("")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(Template(template.read_text()).substitute(words))
