"""Any choice of plugins is a sound Eleven: each alone, all but one, and a sample of the rest.

The plugins are those of the tree, and three fresh ones of which one requires another, and one comes after it.
"""

import importlib
import random
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest

from core import migrate
from core.app import create_app
from core.cli import scaffold
from core.database import db
from core.host import found_plugins
from core.host.forget import forget
from core.plugin import registry
from core.testing import factories
from core.testing.conformance.samples import addresses
from core.testing.conformance.switching import answers
from core.testing.fixtures import OPTIONS, Client

ROOT = Path(__file__).resolve().parents[2]
FRESH = {"base": "foundation=True", "upper": 'requires=("base",)', "later": 'after=("upper", "base")'}
IN_TREE = [file.parent.name for file in sorted((ROOT / "plugins").glob("*/__init__.py"))]
REQUIRES = {name: importlib.import_module(f"plugins.{name}").manifest.requires for name in IN_TREE} | {
    "base": (), "upper": ("base",), "later": ()}
MOST = 24
"""Combinations that are tried. None, all, singles and all-but-ones come first, then the sample."""
SEED = 11


def combinations(requires: Mapping[str, tuple[str, ...]]) -> list[frozenset[str]]:
    """Choices of plugins, each with all that it requires; the same ones in every run."""
    def whole(names: Iterable[str]) -> frozenset[str]:
        return frozenset(names).union(*(whole(requires[name]) for name in names))

    every, chance = sorted(requires), random.Random(SEED)
    singles = [whole([name]) for name in every]
    all_but_ones = [frozenset(other for other in every if name not in whole([other])) for name in every]
    sample = [whole(chance.sample(every, chance.randint(1, len(every)))) for _number in range(MOST)]
    return list(dict.fromkeys([frozenset(every), frozenset(), *all_but_ones, *singles, *sample]))[:MOST]


@pytest.fixture(scope="module")
def fresh(tmp_path_factory) -> Iterator[Path]:
    """The folder of the three."""
    folder = tmp_path_factory.mktemp("fresh")
    for name, manifest in FRESH.items():
        place = scaffold.drop_in(name, folder)
        scaffold.write(name, place)
        file = place.code / "__init__.py"
        file.write_text(file.read_text().replace("    icon=", f"    {manifest},\n    icon="))
    yield folder
    for name in FRESH:
        forget(f"plugins.{name}", name)


@pytest.fixture(scope="module")
def beginning(tmp_path_factory) -> Path:
    """A database of core's tables alone, which each combination begins with."""
    instance = tmp_path_factory.mktemp("beginning")
    app = create_app(instance, PLUGINS_IGNORED=sorted(REQUIRES), **OPTIONS)
    migrate.upgrade(app)
    with app.app_context():
        db.engine.dispose()
    return instance / "eleven.db"


@pytest.mark.parametrize("chosen", combinations(REQUIRES), ids=lambda chosen: "-".join(sorted(chosen)) or "none")
def test_it_starts_migrates_and_every_page_answers(fresh, beginning, tmp_path, chosen):
    shutil.copy(beginning, tmp_path / "eleven.db")
    app = create_app(tmp_path, PLUGINS_IGNORED=sorted(REQUIRES.keys() - chosen), PLUGINS_PATHS=[str(fresh)],
                     PLUGINS_STRICT=True, **OPTIONS)
    app.test_client_class = Client
    assert {plugin.name for plugin in found_plugins(app) if plugin.loaded} == chosen
    factories.install(app)
    assert not {name for name in migrate.check(app) if name in chosen}
    with app.app_context():
        factories.company(app)
        faults = answers(app, addresses(app))
        failures = [f"{failure.plugin}, {failure.where}: {failure.message}" for failure in registry().calls.failures]
        db.session.remove()
        db.engine.dispose()
    assert not faults + failures


def test_every_choice_is_whole_and_each_plugin_is_tried_alone_and_left_out():
    requires = {"a": (), "b": ("a",), "c": (), "d": ("b",)}
    found = combinations(requires)
    assert {"", "a", "ab", "abd", "c", "abcd", "ac", "abc"} <= {"".join(sorted(chosen)) for chosen in found}
    assert all(set(requires[name]) <= chosen for chosen in found for name in chosen)
    assert len(combinations({str(number): () for number in range(40)})) == MOST
