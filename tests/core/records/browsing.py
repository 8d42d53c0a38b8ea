"""A browser for tests: sends the CSRF token of the pages along."""

import re
from typing import Any

from flask.testing import FlaskClient


class Browser:
    """A signed-in client that types into forms."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self._token = ""

    def get(self, url: str, **options: Any) -> Any:
        return self.client.get(url, **options)

    def post(self, url: str, data: Any = None, **options: Any) -> Any:
        if not self._token:
            found = re.search(r'name="csrf_token" value="([^"]+)"', self.client.get("/contacts/").text)
            self._token = found[1] if found else ""
        return self.client.post(url, data={"csrf_token": self._token, **(data or {})}, **options)
