"""Fixtures, factories and the conformance kit, for tests of Eleven and of any plugin: `pytest -p core.testing`.

A plugin outside of the tree is found by its entry point, or in a folder that ELEVEN_PLUGINS_PATHS names.
"""

import os
from pathlib import Path

pytest_plugins = ["core.testing.fixtures", "core.testing.browser"]


def pytest_configure() -> None:
    """Let tests import what stands in ELEVEN_PLUGINS_PATHS before an application has found it there."""
    from core.host.discover import IN_TREE
    folders = os.environ.get("ELEVEN_PLUGINS_PATHS", "").split(",")
    IN_TREE.__path__ += [str(Path(folder).resolve()) for folder in filter(None, folders)]
