"""Every test finds core's fixtures here; a plugin's tests elsewhere ask for them with `-p core.testing`."""

pytest_plugins = ["core.testing"]
