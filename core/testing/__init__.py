"""Fixtures and factories for tests of Eleven and of any plugin: `pytest_plugins = ["core.testing.fixtures"]`."""
