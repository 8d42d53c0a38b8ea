"""`eleven plugins new`: what it writes is sound from its first minute, in the tree, beside it and as a package."""

import re
import shlex

import pytest

from tests.authors.conftest import PYTHON

ELEVEN = (PYTHON, "-m", "core")
KINDS = {"orchard": "--tree", "garden": "", "meadow": "--package"}


@pytest.fixture(scope="module")
def fresh(checkout, run):
    """The sources with one new plugin of each kind."""
    for name, kind in KINDS.items():
        assert f"{name} is written. Next: " in run(*ELEVEN, "plugins", "new", name, *filter(None, [kind]), cwd=checkout)
    return checkout


def test_they_keep_the_rules_of_the_house(fresh, run):
    inner = fresh / "eleven-meadow"
    first = "lint.isort.known-first-party=['core', 'eleven_meadow', 'plugins']"
    run(PYTHON, "-m", "ruff", "check", "--no-respect-gitignore", "--config", first, "plugins/orchard",
        "tests/plugins/orchard", "instance/plugins/garden", inner, cwd=fresh)
    run(PYTHON, "-m", "mypy", "plugins/orchard", "tests/plugins/orchard", inner / "eleven_meadow", cwd=fresh,
        MYPYPATH=str(inner))
    run(PYTHON, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/architecture/test_layers.py",
        "tests/architecture/test_translations.py", "tests/architecture/test_docs.py", "-k",
        "(orchard or contracts or endpoint or agree) and not postgresql", cwd=fresh)


@pytest.mark.parametrize("readme", ["plugins/orchard/README.md", "instance/plugins/garden/README.md"])
def test_their_tests_pass_as_their_readme_says(fresh, run, readme):
    tests = re.search(r"^## Tests\n+```sh\n(.*?)^```", (fresh / readme).read_text(), re.M | re.S)
    assert tests
    for line in tests[1].splitlines():
        own = {}
        words = shlex.split(line)
        while "=" in words[0]:
            name, _, own[name] = words.pop(0).partition("=")
        assert words.pop(0) == "pytest"
        # the package's run on PostgreSQL as well, and the code is the same
        which = f"{words.pop()} and sqlite" if "-k" in words else "sqlite"
        words = [word for word in words if word != "-k"]
        said = run(PYTHON, "-m", "pytest", "-q", "-p", "no:cacheprovider", *words, "-k", which, cwd=fresh, **own)
        assert re.search(r"\d+ passed", said)
        assert "failed" not in said


@pytest.mark.parametrize(("words", "sentence"), [
    (["garden"], "There is a plugin garden already"),
    (["catalog", "--package"], "There is a plugin catalog already"),
    (["user"], "user is the name of a part or of a table of core"),
    (["class"], "class is a word of Python's own"),
    (["My-Plugin"], "2 to 31 lower-case letters and digits, a letter first"),
    (["heath", "--into", "LICENSE/below"], "Cannot write LICENSE/below/heath: Not a directory. Choose another folder"),
    (["orchards", "--tree", "--package"], "leave --package and --into out"),
])
def test_what_cannot_be_written_is_one_sentence(fresh, run, words, sentence):
    assert sentence in run(*ELEVEN, "plugins", "new", *words, cwd=fresh, fails=True)


def test_a_folder_that_is_there_already_is_left_alone(fresh, run):
    mine = fresh / "eleven-steppe" / "mine.txt"
    mine.parent.mkdir()
    mine.write_text("mine")
    said = run(*ELEVEN, "plugins", "new", "steppe", "--package", cwd=fresh, fails=True)
    assert "eleven-steppe exists already" in said
    assert mine.read_text() == "mine"
