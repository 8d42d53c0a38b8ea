"""Every block of code in the documents is carried out, or says above itself why not.

Files of recipes (blocks with a title), the tutorial and the examples of REST have tests of their own; the pages of
docs/reference are generated. The rest is run here: Python inside an application, shell in a sandbox where `sudo` does
nothing. What cannot be run stands below a line `<!-- Not run by a test: why. -->`, and is at least parsed.
"""

import configparser
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.app import create_app
from core.cli.docs import ROOT
from core.config import load
from core.plugin import hookimpl, registry_for

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("instance/*.md"),
                *ROOT.glob("plugins/*/README.md")])
MARK = re.compile(r"<!-- Not run by a test: [^>]{10,}\. -->\n\n?\Z")
ELSEWHERE = {"docs/tutorial/first-plugin.md": "test_tutorial.py", "docs/how-to/test-a-plugin.md": "test_tutorial.py",
             "docs/how-to/api.md": "test_examples.py"}
BEFORE = {"README.md": "eleven db upgrade\n",
          "docs/how-to/api.md": "eleven init --company A --name You --email you@example.com"
                                " --password 'correct horse'\n",
          "docs/how-to/translate.md": "echo 'label = _l(\"Serial number\")' > labels.py\n"}
AFTER = {"docs/how-to/api.md": 'test -n "$TOKEN"\n', "docs/how-to/translate.md": "grep 'Serial number' messages.pot\n",
         "README.md": "eleven plugins list | grep 'visits.*on'\n"}
STUBS = {"sudo": "exit 0", "date": "echo 2026-01-31", "bin/venv": "exit 0"}


@dataclass(frozen=True)
class Block:
    """A fenced block: its page, line, language, what else stands in its first line, its text and whether it is run."""

    page: str
    line: int
    language: str
    info: str
    text: str
    marked: bool

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def blocks(page: Path) -> list[Block]:
    text, name = page.read_text(), str(page.relative_to(ROOT))
    found = []
    for match in re.finditer(r"^( *)```(\w*) ?([^\n]*)\n(.*?)^\1```$", text, re.M | re.S):
        inner = re.sub(rf"^{match[1]}", "", match[4], flags=re.M)
        found.append(Block(name, text[:match.start()].count("\n") + 1, match[2], match[3], inner,
                           bool(MARK.search(text[:match.start()]))))
    return found


BLOCKS = [block for page in PAGES for block in blocks(page) if "docs/reference/" not in str(page)]
SHELL: dict[str, list[Block]] = {}
for _block in BLOCKS:
    by_others = ELSEWHERE.get(_block.page) == "test_tutorial.py" or _block.text.startswith("curl ")
    if _block.language == "sh" and not _block.marked and not by_others:
        SHELL.setdefault(_block.page, []).append(_block)


@pytest.fixture
def sandbox(tmp_path):
    """A folder like a checkout: `.venv/bin`, an instance, and commands that would change the machine doing nothing."""
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "bin").symlink_to(Path(sys.executable).parent)
    (tmp_path / "backup").mkdir()
    for name, does in STUBS.items():
        stub = tmp_path / "stubs" / name if "/" not in name else tmp_path / name
        stub.parent.mkdir(exist_ok=True)
        stub.write_text(f"#!/bin/sh\n{does}\n")
        stub.chmod(0o755)
    path = f"{tmp_path / 'stubs'}:{Path(sys.executable).parent}:{os.environ['PATH']}"

    def run(script: str, typed: str = "") -> None:
        script = script.replace("/srv/backup", str(tmp_path / "backup"))
        environment = os.environ | {"PATH": path, "ELEVEN_INSTANCE": str(tmp_path / "instance"),
                                    "ELEVEN_LOG_LEVEL": "ERROR"}
        done = subprocess.run(["/bin/sh", "-eu", "-c", script], cwd=tmp_path, env=environment, input=typed,  # noqa: S603
                              capture_output=True, text=True, timeout=180, check=False, start_new_session=True)
        assert done.returncode == 0, f"{script}\n{done.stdout}{done.stderr}"
    return run


@pytest.mark.parametrize("page", SHELL)
def test_commands_do_what_they_are_meant_to(page, sandbox):
    # "in an empty instance", says the page of the way back
    parts = ["rm -rf instance\n" * ("eleven restore" in block.text) + block.text for block in SHELL[page]]
    script = "".join([BEFORE.get(page, ""), *parts, AFTER.get(page, "")])
    sandbox(script, typed="Helios\nYou\nyou@example.com\ncorrect horse\ncorrect horse\n")


@pytest.mark.parametrize("block", [b for b in BLOCKS if b.language == "sh"], ids=str)
def test_commands_can_be_parsed_and_make_knows_its_targets(block):
    subprocess.run(["/bin/sh", "-n", "-c", block.text], check=True)  # noqa: S603
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))
    assert set(re.findall(r"^(?:\w+=\S+ )*make ([a-z]+)", block.text, re.M)) <= targets
    assert [name for name in re.findall(r"(?<![\w./])bin/\w+", block.text) if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("block", [b for b in BLOCKS if b.language in ("json", "ini", "nginx")], ids=str)
def test_data_and_configuration_can_be_parsed(block):
    if block.language == "json":
        json.loads(block.text)
    elif block.language == "ini":
        unit = configparser.ConfigParser(interpolation=None, strict=False)
        unit.read_string(block.text)
        assert set(unit.sections()) <= {"Unit", "Service", "Timer", "Install"}
    else:
        bare = re.sub(r"#.*", "", block.text)
        assert bare.count("{") == bare.count("}") > 0
        assert [line for line in bare.splitlines() if line.strip() and line.rstrip()[-1] not in "{};"] == []


def page_code(name: str) -> list[str]:
    return [block.text for block in BLOCKS if block.page == name and block.language == "python" and not block.info]


def test_the_configuration_of_a_company_is_one(tmp_path):
    """docs/how-to/run.md"""
    (text,) = page_code("docs/how-to/run.md")
    (tmp_path / "config.py").write_text(text)
    assert load(tmp_path)["BASE_URL"] == "https://crm.example.org"


def test_texts_are_marked_as_the_page_says(tmp_path):
    """docs/how-to/translate.md"""
    (text,) = page_code("docs/how-to/translate.md")
    with create_app(tmp_path).test_request_context(headers={"Accept-Language": "en"}):
        said: dict[str, object] = {}
        exec(text, said)  # noqa: S102
        assert [str(said[name]) for name in ("label", "message", "said")] == [
            "Serial number", "Press was deleted.", "3 restored."]


def test_a_hook_comes_to_life_as_the_page_says(tmp_path):
    """docs/how-to/write-a-hook.md"""
    answer, question, call = page_code("docs/how-to/write-a-hook.md")
    app = create_app(tmp_path)
    names: dict[str, object] = {"contact": "Helios", "user": "Una"}
    exec("from core.plugin.contributions import *\nfrom core.plugin.hookspecs import *\n"  # noqa: S102
         "from core.plugin import registry\nfrom core.plugin.hookspecs import hookspec\n"
         "from dataclasses import dataclass\nfrom collections.abc import Iterable\n" + answer + question, names)

    class Answers:
        @hookimpl
        def contact_warnings(self, contact, user):
            return [names["Warning"](key="late", text=f"{contact} pays late, {user}", url="/contacts/1")]

    class Questions:
        contact_warnings = staticmethod(names["contact_warnings"])

    manager = registry_for(app).calls.manager
    manager.add_hookspecs(Questions)
    manager.register(Answers(), "core.example")
    with app.app_context():
        exec(call, names)  # noqa: S102
    assert [(plugin, item.text) for plugin, item in names["found"]] == [("core.example", "Helios pays late, Una")]


PYTHON = {"docs/how-to/run.md", "docs/how-to/translate.md", "docs/how-to/write-a-hook.md", *ELSEWHERE}
"""The pages whose blocks of Python without a title the tests above carry out, or those of ELSEWHERE."""


@pytest.mark.parametrize("block", [b for b in BLOCKS if not b.marked], ids=str)
def test_a_block_is_carried_out_or_says_why_not(block):
    run = {"sh": True, "json": True, "ini": False, "nginx": False, "": True, "text": True,
           "python": block.page in PYTHON or 'title="' in block.info, "html": 'title="' in block.info}
    assert run.get(block.language), "let a test run it, or put <!-- Not run by a test: why. --> above it"


def test_a_page_of_marks_only_marks_what_stands_below():
    for page in PAGES:
        marks = re.findall(r"^ *<!-- Not run by a test:", page.read_text(), re.M)
        assert len(marks) == sum(block.marked for block in blocks(page)), page
