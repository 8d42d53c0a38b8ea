"""A browser that sends the token of the page along, as forms do, and a plugin that fails."""

import re

import pytest

from core.database import db
from core.plugin import hookimpl, registry


@pytest.fixture
def post(client):
    """A function that posts a form of the administrator's and follows to the page that answers."""
    def send(url, data=None, client=client, **options):
        token = re.search(r'name="csrf-token" content="([^"]+)"', client.get("/contacts/").text)
        return client.post(url, data={"csrf_token": token[1], **(data or {})},
                           **({"follow_redirects": True} | options))
    send.client = client
    return send


class _Broken:
    """A plugin that changes something when contacts are merged, and fails."""

    @hookimpl
    def contact_merging(self, winner, loser):
        loser.about = "half-done"
        db.session.flush()
        raise RuntimeError("no idea")


@pytest.fixture
def broken_plugin(app):
    """A plugin that fails whenever contacts are merged."""
    calls = registry().calls
    calls.manager.register(_Broken(), "core.broken")
    yield
    calls.manager.unregister(name="core.broken")
    calls.failures.clear()
