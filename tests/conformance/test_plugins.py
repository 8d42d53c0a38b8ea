"""The conformance kit over every plugin of the tree."""

from pathlib import Path

from core.testing.conformance import Conformance

ROOT = Path(__file__).resolve().parents[2]
HELP: dict[str, dict[str, object]] = {
    "catalog": {"payloads": {"catalog.price_list_expired": {"id": 1}}},
}
"""What the kit has to be told of a plugin: `samples`, `payloads`."""

for folder in sorted(file.parent for file in (ROOT / "plugins").glob("*/__init__.py")):
    name = f"Test{folder.name.capitalize()}"
    globals()[name] = type(name, (Conformance,), {"plugin": folder.name, **HELP.get(folder.name, {})})

