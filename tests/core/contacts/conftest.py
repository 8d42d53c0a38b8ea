"""A browser that sends the token of the page along, as forms do."""

import re

import pytest


@pytest.fixture
def post(client):
    """A function that posts a form of the administrator's and follows to the page that answers."""
    def send(url, data=None, client=client, **options):
        token = re.search(r'name="csrf-token" content="([^"]+)"', client.get("/contacts/").text)
        return client.post(url, data={"csrf_token": token[1], **(data or {})},
                           **({"follow_redirects": True} | options))
    send.client = client
    return send
