"""What is asked: the addresses of Eleven and of the bare application, side by side."""

import json
import re
import urllib.request
from dataclasses import replace

from benchmarks.client import RefusedError, Request
from benchmarks.load import Company

LISTS = (
    ("sort=name", "sort=name_key"),
    ("sort=-created_at", "sort=-created_at"),
    ("sort=-updated_at", "sort=-updated_at"),
    ("sort=name&f.status.is=client", "sort=name_key&status=client"),
)
"""Three sorts and a filter, in Eleven's words and in the bare application's."""
WORDS = ("bec", "%D0%B8%D0%B2%D0%B0", "qzx")
"""Three letters of a frequent name, of a Russian one, and of none."""
API = "/api/v1/contacts"
PAGES = "/contacts/"
PAGES_DEEP = 200
PAGE_SIZE = 50


def lists(company: Company) -> list[Request]:
    """A signed-in person looks at the list."""
    return _by_browser(company, *(f"{PAGES}?{query}" for query, _ in LISTS))


def json_lists(company: Company) -> list[Request]:
    """A program reads the list with its token."""
    return _by_token(company, *(f"{API}?{query}" for query, _ in LISTS))


def contacts(company: Company) -> list[Request]:
    """A signed-in person opens contacts."""
    return _by_browser(company, *(f"{PAGES}{number}" for number in _ids(company)))


def json_contacts(company: Company) -> list[Request]:
    """A program reads contacts one by one."""
    return _by_token(company, *(f"{API}/{number}" for number in _ids(company)))


def searches(company: Company) -> list[Request]:
    """A signed-in person types three letters into the list's search field."""
    return _by_browser(company, *(f"{PAGES}?q={word}" for word in WORDS))


def creating(company: Company) -> list[Request]:
    """A program adds a person with an e-mail."""
    body = {"kind": "person", "family_name": "Becker", "given_name": "Anna",
            "emails": [{"kind": "work", "address": "anna.becker@example.org"}]}
    return [replace(request, method="POST", body=json.dumps(body)) for request in _by_token(company, API)]


def deep(company: Company, port: int) -> list[Request]:
    """A program reads a page far behind: the two-hundredth, or the last full one of a small company."""
    path = f"{API}?sort=name"
    for _ in range(min(PAGES_DEEP, company.size // PAGE_SIZE - 2)):
        asked = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=_by_token(company, path)[0].headers)
        with urllib.request.urlopen(asked) as answer:
            following = re.search(r'<([^>]+)>;\s*rel="?next', answer.headers.get("Link", ""))
        if following is None:
            raise RefusedError(f"{path} names no next page.")
        path = re.sub(r"^https?://[^/]+", "", following[1])
    return _by_token(company, path)


def bare_lists() -> list[Request]:
    """The plain table."""
    return [Request(f"/contacts?{query}", {}) for _, query in LISTS]


def bare_json_lists() -> list[Request]:
    """The same rows as JSON."""
    return [Request(f"/contacts.json?{query}", {}) for _, query in LISTS]


def bare_contacts(company: Company) -> list[Request]:
    """One row as JSON."""
    return [Request(f"/contacts/{number}.json", {}) for number in _ids(company)]


def bare_creating() -> list[Request]:
    """One INSERT."""
    return [Request("/contacts.json", {}, "POST", json.dumps({"name": "Becker Anna", "name_key": "becker anna"}))]


def _by_token(company: Company, *paths: str) -> list[Request]:
    headers = {"Authorization": f"Bearer {company.token}", "Accept": "application/json"}
    return [Request(path, headers) for path in paths]


def _by_browser(company: Company, *paths: str) -> list[Request]:
    headers = {"Cookie": company.cookie, "Accept": "text/html"}
    return [Request(path, headers) for path in paths]


def _ids(company: Company) -> list[int]:
    """Ten ids from all over the table."""
    return [max(1, company.size * part // 10) for part in range(10)]
