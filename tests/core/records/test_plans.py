"""What a list costs does not grow with the table: its filters and its order have an index together."""

import pytest
from sqlalchemy import text
from werkzeug.datastructures import MultiDict

from core.database import db
from core.records import query, record_type
from core.records.query import ListState
from core.testing import factories


def plan(state, user):
    """How the database would answer a list that had many rows: by an index, without a sort."""
    kind = record_type("contact")
    statement = query.ids(kind, state, user).limit(51).order_by(*(
        column.desc() if descending else column.asc() for _key, column, descending in query.order_of(kind, state)))
    asked = str(statement.compile(db.engine, compile_kwargs={"literal_binds": True}))
    if db.engine.dialect.name == "sqlite":
        return "\n".join(row[-1] for row in db.session.execute(text(f"EXPLAIN QUERY PLAN {asked}")))
    for way in ("enable_seqscan", "enable_sort", "enable_bitmapscan"):
        db.session.execute(text(f"SET LOCAL {way} = off"))
    found = "\n".join(row[0] for row in db.session.execute(text(f"EXPLAIN {asked}")))
    db.session.rollback()
    return found


@pytest.mark.parametrize(("scope", "address", "index"), [
    ("all", {"f.owner.is": "me"}, "owner_id_name_key_id"),
    ("all", {"f.parent.is": "1"}, "parent_id_name_key_id"),
    ("all", {"f.team.is": "1"}, "team_id_name_key_id"),
    ("own", {}, "owner_id_name_key_id"),
    ("own", {"f.status.is": "client", "sort": "-updated_at"}, "owner_id_updated_at_id"),
    ("all", {"f.name.is": "Helios"}, "name_key_id"),
])
def test_what_is_few_of_many_is_read_in_its_order(app, scope, address, index):
    person = factories.user("Una User", factories.team("Sales"), contact__view=scope)
    state = ListState.parse(record_type("contact"), MultiDict(address))
    found = plan(state, person)
    assert f"ix_contact_{index}" in found, found
    assert "Sort" not in found, found
    assert "TEMP B-TREE" not in found, found
