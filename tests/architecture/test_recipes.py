"""The recipes work: the plugins of all pages are written into one company and used as each page's test says.

A page in docs/how-to/ is a recipe if it has blocks with a title, which is a file in the company's folder: something in
plugins/ or templates/, and a test in tests/.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from core.cli.docs import ROOT

HERE = Path(__file__).parent


def files(page: Path) -> dict[str, str]:
    """The files of a page by name."""
    return dict(re.findall(r'^```\w+ title="([^"]+)"\n(.*?)^```', page.read_text(), re.M | re.S))


RECIPES = {page.stem: found for page in sorted((ROOT / "docs" / "how-to").glob("*.md")) if (found := files(page))}


@pytest.mark.parametrize("page", RECIPES)
def test_a_recipe_has_a_test_and_shares_no_file_with_another(page):
    tests = [name for name in RECIPES[page] if name.startswith("tests/test_")]
    assert tests, "add a block tests/test_….py that tells what a person sees"
    assert {name.split("/")[0] for name in RECIPES[page]} <= {"plugins", "templates", "tests"}
    others = [name for other, found in RECIPES.items() if other != page for name in found]
    plugins = {name.split("/")[1] for name in others if name.startswith("plugins/")}
    assert not [name for name in RECIPES[page] if name in others or name.split("/")[1] in plugins]


def test_the_recipes_do_what_they_say(tmp_path):
    for name, text in (item for found in RECIPES.values() for item in found.items()):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    shutil.copy(HERE / "recipe_company.py", tmp_path / "tests" / "conftest.py")
    environment = os.environ | {"ELEVEN_INSTANCE": str(tmp_path), "ELEVEN_LOG_LEVEL": "ERROR", "PYTHONPATH": str(ROOT),
                                "ELEVEN_RATE_LIMIT_URL": "memory://"}
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "pytest", "-q", "--tb=short", "-p", "core.testing.fixtures", "-p", "no:cacheprovider",
         "--rootdir", tmp_path, tmp_path / "tests"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
