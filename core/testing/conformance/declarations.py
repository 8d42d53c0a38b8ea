"""What a plugin says of itself: sound, documented, in both languages."""

import ast
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po
from flask import Flask

from core.host.load import tables_of
from core.plugin import registry_for
from core.testing.conformance.names import emitted
from core.testing.conformance.samples import Subject

LANGUAGE = "ru"
MAPPINGS = [("**/tests/**", "ignore"), ("**.py", "python"), ("**/templates/**.html", "jinja2")]
KEYWORDS = DEFAULT_KEYWORDS | {"_l": None, "lazy_pgettext": ((1, "c"), 2)}


class Declarations(Subject):
    """Checks that need no data."""

    def test_it_loads(self, app: Flask) -> None:
        """Importable, its hooks well spelt and annotated, its names prefixed, its endpoints marked."""
        found = self.found(app)
        assert found.failure is None, f"{self.plugin} is set aside: {found.failure and found.failure.message}"
        assert found.loaded

    def test_it_imports_only_what_it_may(self, app: Flask) -> None:
        """The public packages of core, and plugins that it requires."""
        found = self.found(app)
        assert found.folder
        assert found.manifest
        wrong = []
        for file in found.folder.rglob("*.py"):
            for module in _imported(file):
                parts = module.split(".")
                if parts[0] == "plugins" and len(parts) > 1 and parts[1] not in (self.plugin, *found.manifest.requires):
                    wrong.append(f"{file.name} imports {module}, which the manifest does not require")
                if parts[0] == "core" and len(parts) > 2 and parts[1] != "testing" and not (
                        parts[1] == "web" and len(parts) == 3):
                    wrong.append(f"{file.name} imports {module}: take it from {'.'.join(parts[:2])}, the public door")
        assert not wrong, "\n".join(wrong)

    def test_its_readme_says_what_it_adds(self, app: Flask) -> None:
        """Each hook that it implements, each setting and each event that it listens to stands in README.md."""
        file = self.folder(app) / "README.md"
        assert file.is_file(), f"{self.plugin} has no README.md: say what people do with it and which hooks it uses."
        text, shelf = file.read_text(), registry_for(app)
        schema = shelf.settings.get(self.plugin)
        wanted = {"hook": self.hooks(), "setting": list(schema().fields) if schema else [],
                  "job": [key.partition(":")[2] for key in shelf.jobs if key.startswith(f"{self.plugin}:")],
                  "event": sorted({handler.event for key, handler in shelf.handlers.items()
                                   if key.startswith(f"{self.plugin}:")} | {e for _file, e in emitted(file.parent)})}
        missing = [f"{what} `{name}`" for what, names in wanted.items() for name in names if f"`{name}`" not in text]
        assert not missing, f"{file.name} of {self.plugin} does not name {', '.join(missing)}: say there what it does."

    def test_every_text_has_its_russian(self, app: Flask) -> None:
        """Whatever goes through gettext stands in translations/ru."""
        folder = self.folder(app)
        said = {text if isinstance(text, str) else text[0]
                for _file, _line, text, _comments, _context in extract_from_dir(
                    folder, method_map=MAPPINGS, options_map={}, keywords=KEYWORDS)}
        file = folder / "translations" / LANGUAGE / "LC_MESSAGES" / "messages.po"
        told = _told(file)
        missing = sorted(said - told)
        assert not missing, (f"{len(missing)} texts of {self.plugin} have no Russian in {file.relative_to(folder)}: "
                             f"{missing[:5]}. `make translations` collects them.")
        assert not said or file.with_suffix(".mo").is_file(), "Compile the catalogue: `make translations`."

    def test_every_label_can_be_translated(self, app: Flask) -> None:
        """What stands beside fields, records and rights goes through gettext: people read it in their language."""
        shelf, manifest = registry_for(app), self.found(app).manifest
        labels = {"title of the manifest": manifest and manifest.title}
        for kind in self.kinds():
            labels |= {f"label of {kind.name}": kind.label, f"plural of {kind.name}": kind.plural}
            labels |= {f"label of {kind.name}.{name}": field.label for name, field in kind.form_fields.items()}
        labels |= {f"label of the permission {key}": right.label for key, right in shelf.permissions.items()
                   if shelf.owners.get(key) == self.plugin}
        schema = shelf.settings.get(self.plugin)
        labels |= {f"label of the setting {name}": getattr(field, "label", "")
                   for name, field in (schema().fields if schema else {}).items()}
        faults = [f"The {what} is the bare text “{text}”: write `_l(\"{text}\")` with flask_babel's lazy_gettext."
                  for what, text in labels.items() if isinstance(text, str) and text]
        assert not faults, "\n".join(faults)

    def test_its_migrations_bring_its_tables(self, app: Flask) -> None:
        """A plugin with models has a folder of migrations."""
        folder = self.folder(app)
        if tables_of(self.plugin):
            assert list((folder / "migrations").glob("*.py")), (
                f"{self.plugin} has models and no migrations: `eleven db revision {self.plugin} -m begin` writes one.")


def _imported(file: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found += [name.name for name in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.append(node.module)
    return found


def _told(file: Path) -> set[str]:
    if not file.is_file():
        return set()
    with file.open("rb") as opened:
        catalogue = read_po(opened, locale=LANGUAGE)
    return {message.id if isinstance(message.id, str) else message.id[0] for message in catalogue
            if message.id and all(_forms(message))}


def _forms(message: Message) -> list[str]:
    """The translations of a message, one or one for each number."""
    return [message.string or ""] if isinstance(message.string, str | None) else list(message.string)
