"""Undo the import of a package: its modules, mappers and tables go, as if it had never been there."""

import sys

from core import database
from core.database import component_of, metadata


def forget(package: str, name: str) -> None:
    """Take a plugin out of this process. Its models leave the shared MetaData, so nothing creates or joins them."""
    for module in [m for m in sys.modules if m == package or m.startswith(package + ".")]:
        del sys.modules[module]
    tables = {table for table in metadata.tables.values() if table.name == name or table.name.startswith(f"{name}_")}
    registry = database._registries.pop(component_of(package), None)
    if registry:
        # not `registry.mappers`, which refuses when the last class could not be mapped to its end
        mapped = {table.name for manager in registry._managers if manager.is_mapped for table in manager.mapper.tables}
        tables |= {table for table in metadata.tables.values() if table.name in mapped}
        registry.dispose(cascade=True)
    for table in tables:
        metadata.remove(table)
