"""The tutorial is done as it is written: its files, its commands, and what it says one can do then.

The page on tests goes on with its plugin.
"""

import os
import re
import shlex
import subprocess
import sys

import pytest

from core.cli.docs import ROOT

PAGE = (ROOT / "docs" / "tutorial" / "first-plugin.md").read_text()
MORE = (ROOT / "docs" / "how-to" / "test-a-plugin.md").read_text()
STORIES = ROOT / "tests" / "architecture" / "equipment_stories.py"
MAX_LINES = 60


def blocks() -> dict[str, str]:
    """The files of the plugin by name."""
    return dict(re.findall(r'^```python title="([^"]+)"\n(.*?)^```', PAGE, re.M | re.S))


def commands() -> list[str]:
    found = "\n".join(re.findall(r"^```sh\n(.*?)^```", PAGE, re.M | re.S))
    return [line for line in found.splitlines() if ".venv/bin/" in line]


def test_every_block_of_python_is_a_file_of_the_plugin():
    assert len(blocks()) == PAGE.count("```python")
    lines = [line for name, text in blocks().items() if not name.startswith("tests/")
             for line in text.splitlines() if line.strip() and not line.strip().startswith('"""')]
    assert len(lines) <= MAX_LINES


@pytest.fixture
def environment(tmp_path):
    return os.environ | {"ELEVEN_INSTANCE": str(tmp_path), "ELEVEN_LOG_LEVEL": "ERROR", "PYTHONPATH": str(ROOT)}


def test_the_tutorial_works(tmp_path, environment):
    for name, text in blocks().items():
        file = tmp_path / "plugins" / "equipment" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def run(command: str, *more: str) -> str:
        words = shlex.split(command.replace("instance/plugins", str(tmp_path / "plugins")))
        own = {}
        while "=" in words[0]:
            name, _, value = words.pop(0).partition("=")
            own[name] = value
        program = {"eleven": "core"}.get(words[0].removeprefix(".venv/bin/"), words[0].removeprefix(".venv/bin/"))
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-m", program, *words[1:], *more], cwd=ROOT, env=environment | own,
            capture_output=True, text=True, timeout=180, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run("eleven db upgrade")
    *steps, tests = commands()
    said = [run(step) for step in steps]
    assert "equipment is installed and on." in said[-1]
    assert (tmp_path / "plugins" / "equipment" / "migrations" / "0001_machines.py").exists()
    more = tmp_path / "plugins" / "equipment" / "tests" / "test_more.py"
    more.write_text("\n".join(re.findall(r"(?<!-->\n\n)^```python\n(.*?)^```", MORE, re.M | re.S)))
    assert "passed" in run(tests, "-q", "-x", str(STORIES))
