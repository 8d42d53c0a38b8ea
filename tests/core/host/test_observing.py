"""What plugins cost: the calls of one request, and the time per page over many."""

import pytest

from core.plugin import Panel, registry_for
from core.plugin.observing import Ledger, Spent, trace
from core.testing import factories

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

HOOKS = '''
from core.plugin import NavItem, hookimpl
@hookimpl
def nav_items(user):
    {body}
'''


def test_the_calls_of_a_request_are_listed_in_their_order(write, make_company):
    write("good", hooks=HOOKS.format(body="return [NavItem(key=str(n), label='x', url='/') for n in range(3)]"))
    write("wrong", hooks=HOOKS.format(body="raise KeyError('gone')"))
    app = make_company()
    with app.test_request_context("/"):
        calls = registry_for(app).calls
        calls.gather("nav_items", user=None)
        calls.guarded("good", "panel x", lambda: Panel(key="x", title="x", body=list))
        listed = [(c.plugin, c.where, c.items, c.failure) for c in trace() if not c.plugin.startswith("core")]
        assert sorted(listed[:2]) == [("good", "nav_items", 3, None), ("wrong", "nav_items", 0, "KeyError: 'gone'")]
        assert listed[2] == ("good", "panel x", 1, None)
        assert all(call.seconds > 0 for call in trace())


def test_the_time_of_a_plugin_is_known_by_page(write, make_company):
    write("slow", hooks=HOOKS.format(body="import time; time.sleep(0.02); return []"))
    app = make_company()
    with app.app_context():
        client = factories.client_of(app, factories.admin())
    for _ in range(3):
        assert client.get("/settings/plugins").status_code == 200
    found, = [s for s in registry_for(app).calls.spent() if (s.plugin, s.page) == ("slow", "host.plugins")]
    assert found.requests == 3
    assert 20 <= found.p50 <= found.p95


def test_only_the_latest_requests_count(database_url):
    ledger = Ledger()
    for number in range(1000):
        ledger.book("page", [("one", "a", number / 1000, 0, None), ("one", "b", 0.0, 0, None)])
    assert ledger.spent() == [Spent("one", "page", 300, 849.5, pytest.approx(984.05))]
