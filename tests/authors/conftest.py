"""A copy of the sources, so that nothing is written into the real ones, and programs that run in it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("core", "plugins", "migrations", "tests", "docs")
FILES = ("setup.cfg", "pyproject.toml", "Makefile", "README.md", "LICENSE")
PATIENCE = 300


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a developer has cloned."""
    copy = tmp_path_factory.mktemp("checkout")
    for name in FOLDERS:
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        shutil.copy2(ROOT / name, copy)
    return copy


@pytest.fixture(scope="session")
def run() -> Callable[..., str]:
    """Run a program and return what it says; any failure fails the test, unless `fails`."""
    def start(*words: str | Path, cwd: Path, fails: bool = False, **own: str) -> str:
        done = subprocess.run(  # noqa: S603
            [str(word) for word in words], cwd=cwd, env=environment(own), capture_output=True, text=True,
            timeout=PATIENCE, check=False)
        said = done.stdout + done.stderr
        assert (done.returncode != 0) is fails, f"{words}\n{said}"
        assert "Traceback" not in said
        return said
    return start


def environment(own: Mapping[str, str]) -> dict[str, str]:
    """This process's, without what it says of Eleven and of Python."""
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith(("ELEVEN_", "PYTHON", "PYTEST_")) or name == "ELEVEN_TEST_POSTGRESQL"}
    return kept | {"ELEVEN_LOG_LEVEL": "ERROR"} | own


PYTHON = sys.executable
