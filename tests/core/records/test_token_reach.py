"""A narrow token knocks at every door of the application."""

from collections.abc import Iterator

from sqlalchemy import func, select
from werkzeug.routing import AnyConverter, IntegerConverter

from core.database import db
from core.journal import JournalTransaction
from core.testing import factories
from core.testing.factories import bearer
from core.users.credentials import ApiToken
from core.users.guard import FOR_EVERY_TOKEN
from core.web.access import PUBLIC, mark_of


def argument(converter) -> int | str:
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return 1 if isinstance(converter, IntegerConverter) else "core"


def doors(app) -> Iterator[tuple[str, str, str, str | None]]:
    """(endpoint, method, address, mark) of all that answers; one address for each."""
    urls = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        arguments = {name: argument(converter) for name, converter in rule._converters.items()}
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            own = getattr(getattr(view, "view_class", None), method.lower(), None)
            mark = (mark_of(own) if own else None) or mark_of(view)
            yield rule.endpoint, method, urls.build(rule.endpoint, arguments, method), mark


def test_a_narrow_token_of_an_administrator_opens_what_it_was_made_for_and_changes_nothing(app, admin):
    factories.contact("Helios Energy")
    header = bearer(admin, "contact.view")
    before = db.session.scalar(select(func.count()).select_from(JournalTransaction))
    opened, refused = set(), 0
    for endpoint, method, url, mark in doors(app):
        if mark == PUBLIC:
            continue
        db.session.rollback()
        status = app.test_client().open(url, method=method, headers=header, json={} if method != "GET" else None)\
            .status_code
        if status == 403:
            refused += 1
        else:
            assert url.startswith("/api/"), (method, url, status)
            opened.add(endpoint)
    assert opened == {*FOR_EVERY_TOKEN, "contact_api.index", "contact_api.show", "contact_api.bulk"}
    assert refused > 100
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(JournalTransaction)) == before
    assert db.session.scalar(select(func.count()).select_from(ApiToken)) == 1


def test_what_makes_or_undoes_is_refused_with_a_sentence(app, admin):
    factories.contact("Helios Energy")
    step = db.session.scalar(select(func.max(JournalTransaction.id)))
    header = bearer(admin)
    for url, data in ((f"/undo/{step}", {}), ("/settings/security/tokens/new", {"name": "forever", "scopes": "x"}),
                      ("/settings/security/second-factor", {"code": "1"}), ("/contacts/import", {}),
                      ("/settings/profile", {"name": "Owned"})):
        answer = app.test_client().post(url, data=data, headers=header)
        assert (answer.status_code, answer.mimetype) == (403, "application/problem+json"), url
        assert "only what is under /api" in answer.json["detail"]
