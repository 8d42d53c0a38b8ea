"""What goes with the next API number warns, and the administrator sees which plugin still uses it."""

import pytest

from core.host.page import cards
from core.plugin import Deprecation, deprecated, deprecating, hookspecs, manifest
from tests.core.host.samples import GOOD

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

GREETS = GOOD.format(name="good") + """
    from core.plugin import manifest
    manifest.greeting("Ada")
"""


@pytest.fixture(autouse=True)
def nothing_seen_yet(monkeypatch):
    monkeypatch.setattr(deprecating, "_used", {})


def shown(app):
    """What the Plugins page says of each plugin that uses something that goes."""
    with app.test_request_context():
        return {card.name: card.deprecations for card in cards() if card.deprecations}


def test_a_plugin_that_calls_what_goes_is_told_and_named(write, make_company, monkeypatch):
    scope = {"__name__": manifest.__name__, "deprecated": deprecated}
    exec("def greeting(name):\n    deprecated('greeting()', since=1, instead='welcome()')", scope)  # noqa: S102
    monkeypatch.setattr(manifest, "greeting", scope["greeting"], raising=False)
    write("good", hooks=GREETS)
    with pytest.warns(Deprecation) as told:
        app = make_company()
    where = [one.filename for one in told if one.category is Deprecation]
    assert [name.endswith("good/hooks.py") for name in where] == [True]
    assert shown(app) == {"good": ["greeting() goes with plugin API 2: use welcome()"]}


def test_a_plugin_that_answers_a_hook_that_goes_is_told_and_named(write, make_company, monkeypatch):
    going = Deprecation("the hook blueprints", since=1, instead="pages")
    monkeypatch.setitem(hookspecs.blueprints.eleven_spec, "warn_on_impl", going)
    write("good", hooks=GOOD.format(name="good"))
    with pytest.warns(DeprecationWarning, match="the hook blueprints goes with plugin API 2: use pages"):
        app = make_company()
    assert shown(app)["good"] == ["the hook blueprints goes with plugin API 2: use pages"]
