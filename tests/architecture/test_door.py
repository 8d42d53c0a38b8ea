"""The public door does not change behind anybody's back: what changes is told, what goes has warned before."""

import json
import re

from core.cli.docs import ROOT
from core.cli.door import changes, door, lost, told
from core.plugin import API, hookspecs

RELEASED = json.loads((ROOT / "tests" / "data" / "door.json").read_text())
CHANGELOG = (ROOT / "CHANGELOG.md").read_text()


def news() -> str:
    """What the changelog tells of the plugin API since the last release."""
    found = re.search(r"^## Unreleased\n.*?^### Plugin API\n(.*?)(?=^##|\Z)", CHANGELOG, re.M | re.S)
    return found[1] if found else ""


def test_what_has_changed_is_told():
    silent = [name for name in changes(RELEASED["shapes"], door()) if not told(name, news())]
    assert silent == [], "name these in backticks under Unreleased, Plugin API in CHANGELOG.md, and run `make docs`"


def test_nothing_goes_without_a_new_number():
    gone = lost(RELEASED["shapes"], door())
    assert not gone or RELEASED["api"] < API, f"{gone}: let them warn for one number, then raise API in manifest.py"


def test_what_was_announced_is_removed_at_the_next_number():
    called = re.compile(r"\b(?:deprecated|Deprecation)\([^()]*since=(\d+)")
    numbers = {str(file.relative_to(ROOT)): {int(number) for number in called.findall(file.read_text())}
               for file in (ROOT / "core").rglob("*.py") if file.name != "deprecating.py"}
    assert {file: found for file, found in numbers.items() if found - {API}} == {}, f"it is {API} by now: remove these"


def test_a_new_hook_says_since_when():
    """What says nothing has been there since the first number."""
    new = [name.removeprefix("hook.") for name in door() if name.startswith("hook.") and name not in RELEASED["shapes"]]
    silent = [name for name in new if f"Since API {API}." not in str(getattr(hookspecs, name).__doc__)]
    assert API == 1 or silent == []


def test_the_check_sees_each_kind_of_change():
    before = {"core.web.say": "say(text: str) -> None", "core.plugin.Panel": "class Panel()",
              "core.plugin.Panel.title": "str", "core.web.Old": "class Old()", "core.web.Old.part": "int"}
    after = {"core.web.say": "say(text: str, loud: bool=False) -> None", "core.plugin.Panel": "class Panel()",
             "core.plugin.Panel.title": "str", "core.plugin.Panel.lazy": "bool = …", "core.web.New": "class New()",
             "core.web.New.part": "int", "hook.greet": "greet() -> None"}
    changed = ["core.web.say", "core.web.Old", "core.plugin.Panel.lazy", "core.web.New", "hook.greet"]
    assert changes(before, after) == changed
    assert lost(before, after) == ["core.web.Old", "core.web.Old.part"]
    said = "`say` is loud when asked, `Panel(lazy=True)` waits, `core.web.New` comes, Old goes, hook `greeting`."
    silent = [name for name in changed if not told(name, said)]
    assert silent == ["core.web.Old", "core.plugin.Panel.lazy", "hook.greet"]
    assert told("core.plugin.Panel.lazy", "`Panel.lazy` waits")
    assert not told("core.web.say", "it can `say_more`")
