"""Two contacts that are one are merged: nothing is lost, nothing points nowhere, and one undo takes it back."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from marshmallow import ValidationError
from sqlalchemy import MetaData, inspect, select, text
from sqlalchemy import column as sa_column
from sqlalchemy import table as sa_table
from werkzeug.datastructures import MultiDict

from core.contacts import Contact, merging
from core.contacts.data import ContactData
from core.contacts.matching import free_uid, match
from core.contacts.models import Employment, FormerContact
from core.database import db, metadata
from core.events.models import Event
from core.journal import current_transaction_id, undo
from core.plugin.calls import DecisionError
from core.records import notes, operations, record_type, saved, trash
from core.records.operations import StaleError
from core.records.query import ListState
from core.testing import factories
from core.users import Team
from core.web.errors import Problem


def person(name, **data):
    return factories.contact(name, kind="person", **data)


def merge(winner, *losers, values=None, user=None, **more):
    """Merge and commit; returns the journal's step."""
    merging.merge(winner if isinstance(winner, int) else winner.id,
                  [one if isinstance(one, int) else one.id for one in losers], values or {},
                  user or factories.admin(), **more)
    step = current_transaction_id()
    db.session.commit()
    return step


def tables() -> dict[str, Any]:
    """All rows of the database without what every save changes."""
    db.session.commit()
    there = [table for name, table in metadata.tables.items() if name.startswith(("contact", "record_"))
             or any(key.target_fullname == "contact.id" for key in table.foreign_keys)]
    old = MetaData()
    old.reflect(db.session.connection(), only=lambda name, _metadata: name.startswith("old_"))
    return {table.name: sorted(str([value for key, value in row.items() if key not in ("version", "updated_at")])
                               for row in db.session.execute(select(table)).mappings())
            for table in (*there, *old.tables.values()) if table.name != "record_view"}


def dangling() -> list[str]:
    """Foreign keys to contacts that lead nowhere."""
    found = []
    inspector = inspect(db.session.connection())
    for name in inspector.get_table_names():
        for key in inspector.get_foreign_keys(name):
            if key["referred_table"] == "contact":
                column = key["constrained_columns"][0]
                place = sa_table(name, sa_column(column)).c[column]
                if db.session.execute(select(place).where(place.is_not(None), place.not_in(select(Contact.id)))).all():
                    found.append(f"{name}.{column}")
    return found


def test_the_one_that_stays_keeps_its_values_and_takes_what_it_has_none_of(app):
    helios = factories.contact("Helios")
    stays = person("Maria Ivanova", birthday=None, about="Likes short mails.", tags=["vip"],
                   emails=[{"address": "maria@helios.example"}],
                   employers=[{"organization": helios.id, "role": "Buyer"}])
    goes = person("Мария Иванова", birthday="1985-05-17", about="Other words", tags=["north", "vip"], language="en",
                  emails=[{"address": "Maria@helios.example", "label": "office"}, {"address": "m@home.example"}],
                  phones=[{"number": "+7 916 123-45-67"}],
                  employers=[{"organization": helios.id}, {"organization": helios.id, "role": "Driver"}])
    gone = goes.id
    merge(stays, goes)
    one = db.session.scalars(select(Contact).where(Contact.kind == "person")).one()
    assert (one.id, one.name, one.about, one.language) == (stays.id, "Maria Ivanova", "Likes short mails.", "en")
    assert one.birthday.isoformat() == "1985-05-17"
    assert one.tags == ["vip", "north"]
    assert [(row.address, row.primary, row.position) for row in one.emails] == [
        ("maria@helios.example", True, 0), ("m@home.example", False, 1)]
    assert [(row.number, row.primary) for row in one.phones] == [("+7 916 123-45-67", True)]
    assert one.phone == "+7 916 123-45-67"
    assert [row.role for row in one.employers] == ["Buyer", "Driver"]
    told = db.session.scalars(select(Event).order_by(Event.id)).all()
    assert [(e.name, e.payload) for e in told if e.name in ("contact.merged", "contact.deleted")] == [
        ("contact.deleted", {"id": gone}), ("contact.merged", {"id": one.id, "losers": [gone]})]
    assert dangling() == []


def test_values_that_were_chosen_count_before_those_that_were_there(app):
    stays, goes = person("Maria Ivanova", about="Mine"), person("Masha Petrova", about="Theirs", tags=["vip"])
    merge(stays, goes, values={"given_name": "Masha", "family_name": "Petrova", "about": "Both", "tags": []})
    one = db.session.scalars(select(Contact)).one()
    assert (one.name, one.about, one.tags) == ("Masha Petrova", "Both", [])


def test_everything_that_refers_to_a_contact_follows_and_comes_back(app, admin):
    stays, goes = factories.contact("Helios"), factories.contact("Helios GmbH")
    maria = person("Maria Ivanova", employers=[{"organization": goes.id, "role": "Buyer"}])
    both = person("Adam Smith", employers=[{"organization": goes.id}, {"organization": stays.id}])
    shop = factories.contact("Shop", parent=goes.id)
    kind = record_type("contact")
    notes.add(kind, goes, "@Ada Admin called", admin)
    view = saved.save(kind, ListState.parse(kind, MultiDict({
        "f.employers.organization.is": f"{goes.id},{shop.id}"})), "People", admin)
    before = tables()
    step = merge(stays, goes)
    assert [note.text for note in db.session.scalars(select(notes.Note).where(notes.Note.record_id == stays.id))]
    assert [row.organization_id for row in db.session.get_one(Contact, maria.id).employers] == [stays.id]
    assert [row.organization_id for row in db.session.get_one(Contact, both.id).employers] == [stays.id]
    assert db.session.get_one(Contact, shop.id).parent_id == stays.id
    assert view.query == f"f.employers.organization.is={stays.id}%2C{shop.id}"
    assert dangling() == []
    back = undo(step).id
    assert tables() == before
    assert f"={goes.id}%2C" in view.query
    undo(back)
    db.session.commit()
    assert dangling() == []
    assert db.session.scalars(select(Employment.organization_id)).all() == [stays.id, stays.id]


@pytest.mark.parametrize("chosen", [{}, {"parent": "below"}])
def test_a_contact_below_the_one_it_is_merged_with_makes_no_circle(app, chosen):
    top = factories.contact("Group")
    upper = factories.contact("Helios", parent=top.id)
    middle = factories.contact("Holding", parent=upper.id)
    lower = factories.contact("Helios GmbH", parent=middle.id)
    before = tables()
    step = merge(lower, upper, values={"parent": middle.id} if chosen else {})
    tree = dict(db.session.execute(select(Contact.id, Contact.parent_id)).all())
    assert tree == {top.id: None, lower.id: top.id, middle.id: lower.id}
    undo(step)
    assert tables() == before
    merge(upper, lower)
    tree = dict(db.session.execute(select(Contact.id, Contact.parent_id)).all())
    assert tree == {top.id: None, upper.id: top.id, middle.id: upper.id}


@pytest.fixture
def old_tables(app):
    """Tables of a plugin that is switched off: one row a contact, one a contact and list, and what hangs on them."""
    serial = "SERIAL" if db.engine.dialect.name == "postgresql" else "INTEGER"
    with db.engine.begin() as connection:
        for line in (
            f"CREATE TABLE old_account (id {serial} PRIMARY KEY, login TEXT, "
            "contact_id INTEGER NOT NULL UNIQUE REFERENCES contact(id) ON DELETE CASCADE)",
            "CREATE TABLE old_member (list_id INTEGER, contact_id INTEGER NOT NULL REFERENCES contact(id) "
            "ON DELETE CASCADE, PRIMARY KEY (list_id, contact_id))",
            f"CREATE TABLE old_order (id {serial} PRIMARY KEY, active INTEGER, account_id INTEGER NOT NULL "
            "REFERENCES old_account(id), contact_id INTEGER REFERENCES contact(id))",
            "CREATE UNIQUE INDEX old_order_active ON old_order (contact_id) WHERE active = 1"):
            connection.execute(text(line))
    yield
    db.session.rollback()
    with db.engine.begin() as connection:
        for name in ("old_order", "old_member", "old_account"):
            connection.execute(text(f"DROP TABLE {name}"))


def test_rows_of_a_plugin_that_is_switched_off_follow_and_none_stands_twice(old_tables):
    stays, goes, third = (factories.contact(name).id for name in ("Helios", "Helios GmbH", "Helios Ltd"))
    numbers = {"stays": stays, "goes": goes, "third": third}
    for line in ("INSERT INTO old_account VALUES (1, 'stays', :stays), (2, 'goes', :goes)",
                 "INSERT INTO old_member VALUES (7, :stays), (7, :goes), (8, :goes), (8, :third), (9, :third)",
                 "INSERT INTO old_order VALUES (1, 1, 1, :stays), (2, 1, 2, :goes), (3, 0, 2, :goes)",
                 "INSERT INTO old_order VALUES (4, 0, 2, :stays)"):
        db.session.execute(text(line), {name: number for name, number in numbers.items() if f":{name}" in line})
    db.session.commit()
    before = tables()
    step = merge(stays, goes, third)
    assert db.session.execute(text("SELECT * FROM old_account")).all() == [(1, "stays", stays)]
    assert db.session.execute(text("SELECT list_id, contact_id FROM old_member ORDER BY 1")).all() == [
        (7, stays), (8, stays), (9, stays)]
    # what hung on the account that had no room has moved to the one that stayed
    assert db.session.execute(text("SELECT id, account_id, contact_id FROM old_order ORDER BY id")).all() == [
        (1, 1, stays), (3, 1, stays), (4, 1, stays)]
    back = undo(step).id
    assert tables() == before
    undo(back)
    db.session.commit()
    assert db.session.execute(text("SELECT count(*) FROM old_member")).scalar() == 3


def test_many_rows_are_moved_in_parts(app, admin, statements):
    stays, goes = factories.contact("Helios"), factories.contact("Helios GmbH")
    db.session.execute(notes.Note.__table__.insert(), [
        {"record_type": "contact", "record_id": goes.id, "text": str(n), "mentions": [], "version": 1}
        for n in range(1201)])
    db.session.commit()
    statements.clear()
    step = merge(stays, goes)
    assert len([one for one in statements if one.startswith("UPDATE record_note")]) == 3
    count = select(db.func.count()).select_from(notes.Note).where(notes.Note.record_id == stays.id)
    assert db.session.scalar(count) == 1201
    undo(step)
    assert db.session.scalar(count) == 0


def test_who_was_merged_is_still_known_by_uid(app, admin):
    stays, goes = factories.contact("Helios"), factories.contact("Helios GmbH")
    last = factories.contact("Helios AG")
    uid, former = goes.uid, goes.id
    merge(stays, goes)
    merge(last, stays)
    assert set(db.session.execute(select(FormerContact.former_id, FormerContact.contact_id))) == {
        (former, last.id), (stays.id, last.id)}
    assert match(ContactData(uid=uid, name="Anything"), admin) is last
    assert free_uid(uid) is None


def test_who_comes_back_from_the_trash_brings_its_own_and_can_be_merged_again(app, admin):
    stays, goes = person("Maria Ivanova"), person("Maria Petrova", emails=[{"address": "m@x.example"}])
    uid, gone = goes.uid, goes.id
    merge(stays, goes)
    trash.bring_back(record_type("contact"), [gone], admin)
    db.session.commit()
    back = db.session.get_one(Contact, gone)
    assert [row.address for row in back.emails] == ["m@x.example"]
    assert db.session.get_one(Contact, stays.id).emails == []
    assert match(ContactData(uid=uid, name="Anything"), admin) is back
    merge(stays, back)
    assert match(ContactData(uid=uid, name="Anything"), admin) is stays
    assert stays.email == "m@x.example"


def test_a_merge_of_what_cannot_be_one_is_refused_with_a_sentence(app, admin):
    stays, maria = factories.contact("Helios"), person("Maria Ivanova")
    others = [factories.contact(f"Helios {n}").id for n in range(5)]
    before = tables()
    for losers, said in (([], "at least one"), ([stays.id], "once"), ([others[0]] * 2, "once"),
                         (others, "5 contacts at once"), ([maria.id], "Maria Ivanova is of another kind")):
        with pytest.raises(ValidationError) as caught:
            merging.merge(stays.id, losers, {}, admin)
        assert said in str(caught.value.messages["losers"])
    for losers, values, field in (([others[0]], {"birthday": "yesterday"}, "birthday"),
                                  ([others[0]], {"about": "x" * 10_000_000}, "about"),
                                  ([others[0]], {"name": "a\0b"}, "name"), ([others[0]], {"name": ""}, "name"),
                                  ([others[0]], {"parent": 999}, "parent")):
        with pytest.raises(ValidationError) as caught:
            merging.merge(stays.id, losers, values, admin)
        assert field in caught.value.messages
        db.session.rollback()
    for number in (999, 2**40, -1):
        with pytest.raises(Problem) as problem:
            merging.merge(stays.id, [number], {}, admin)
        assert problem.value.status == 404
    assert tables() == before


def test_it_takes_the_right_to_change_one_and_to_delete_the_others(app):
    una = factories.user(contact__view="all", contact__edit="all", contact__delete="own")
    mine, theirs = factories.contact("Mine", owner=una.id), factories.contact("Theirs")
    with pytest.raises(Problem) as problem:
        merge(mine, theirs, user=una)
    assert problem.value.status == 403
    merge(theirs.id, mine, user=una)
    blind = factories.user("Bea Blind", contact__view="own", contact__edit="own", contact__delete="own")
    hers = factories.contact("Hers", owner=blind.id)
    with pytest.raises(Problem) as problem:
        merge(hers, theirs, user=blind)
    assert problem.value.status == 404


def test_a_hidden_relative_is_taken_over_and_not_named(app):
    una = factories.user(contact__view="own", contact__edit="own", contact__delete="own")
    secret = factories.contact("Secret Group")
    stays = factories.contact("Mine", owner=una.id)
    goes = factories.contact("Mine too", owner=una.id, parent=secret.id)
    merge(stays, goes, user=una)
    assert db.session.get_one(Contact, stays.id).parent_id == secret.id


def test_somebody_else_was_first(app, admin):
    stays, goes = factories.contact("Helios"), factories.contact("Helios GmbH")
    seen = {stays.id: stays.version, goes.id: goes.version}
    operations.update(record_type("contact"), goes, {"about": "New"}, admin)
    db.session.commit()
    with pytest.raises(StaleError) as stale:
        merging.merge(stays.id, [goes.id], {}, admin, seen)
    assert stale.value.record is goes
    db.session.rollback()
    merge(stays, goes, versions=seen | {goes.id: goes.version})


def test_a_plugin_that_fails_stops_the_merge(app, admin, broken_plugin):
    stays, goes = factories.contact("Helios"), factories.contact("Helios GmbH", about="x")
    before = tables()
    with pytest.raises(DecisionError) as refused:
        merging.merge(stays.id, [goes.id], {}, admin)
    db.session.rollback()
    assert refused.value.plugin == "core.broken"
    assert tables() == before


names = st.sampled_from(["Ann", "Bob", "Eve", "Ёлка"])
people = st.fixed_dictionaries({"given_name": names}, optional={
    "family_name": names, "about": st.sampled_from(["", "a", "b"]), "tags": st.lists(names, max_size=2, unique=True),
    "birthday": st.sampled_from([None, "1985-05-17", "05-17"]), "language": st.sampled_from([None, "ru", "en"]),
    "emails": st.lists(st.fixed_dictionaries({"address": st.sampled_from(["a@x.example", "A@x.example", "b@x.example"])}
                                             , optional={"primary": st.booleans()}), max_size=3),
    "phones": st.lists(st.fixed_dictionaries({"number": st.sampled_from(["+7 916 123-45-67", "89161234567", "12"])}),
                       max_size=2),
    "dates": st.lists(st.fixed_dictionaries({"label": names, "date": st.just("2020-01-01")}), max_size=2),
    "employers": st.lists(st.fixed_dictionaries({"organization": st.integers(1, 3)}, optional={"role": names}),
                          max_size=3)})
trees = st.lists(st.integers(0, 2), min_size=3, max_size=3)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(people, min_size=2, max_size=4), trees, st.permutations([1, 2, 3]), st.data())
def test_a_merge_undone_gives_back_the_same_tables(app, admin, folk, parents, order, data):
    db.session.rollback()
    kind = record_type("contact")
    organizations: list[Any] = []
    for number, parent in enumerate(parents):
        above = organizations[parent].id if parent < number else None
        organizations.append(operations.create(
            kind, {"kind": "organization", "name": f"O{number}", "parent": above}, admin))
    made = []
    for one in folk:
        jobs = [row | {"organization": organizations[row["organization"] - 1].id} for row in one.get("employers", ())]
        made.append(operations.create(kind, one | {"kind": "person", "employers": jobs}, admin))
        notes.add(kind, made[-1], "Called", admin)
    db.session.commit()
    mails = {row.address.lower() for one in made for row in one.emails}
    numbers = [one.id for one in made]
    states, steps = [tables()], []
    steps.append(merge(numbers[0], *numbers[1:]))
    states.append(tables())
    assert {row.address.lower() for row in db.session.get_one(Contact, numbers[0]).emails} == mails
    chosen = [organizations[place - 1].id for place in order[:data.draw(st.integers(2, 3))]]
    steps.append(merge(chosen[0], *chosen[1:]))
    states.append(tables())
    assert dangling() == []
    for place in (1, 0):
        back = undo(steps[place]).id
        assert tables() == states[place]
        again = undo(back).id
        assert tables() == states[place + 1]
        undo(again)
        assert tables() == states[place]
    for one in (*numbers, *[o.id for o in organizations]):
        operations.delete(kind, db.session.get_one(Contact, one), admin)
    db.session.commit()
    assert not db.session.scalars(select(Team.id)).all()
