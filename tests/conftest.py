"""Every test finds core's fixtures here; a plugin's tests elsewhere name the same modules."""

pytest_plugins = ["core.testing.fixtures", "core.testing.browser"]
