"""A plugin's tables: their migrations, and what happens to their rows when something is deleted."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from marshmallow import ValidationError
from sqlalchemy import MetaData, func, inspect, select

from core import migrate
from core.contacts import merging
from core.database import db
from core.host.load import tables_of
from core.journal import current_transaction_id, undo
from core.journal.tables import BOOKKEEPING
from core.plugin.calls import DecisionError
from core.records import operations, record_type
from core.testing import factories
from core.testing.conformance.samples import Subject, links_to_contacts
from core.users import User
from core.web import Problem


class Tables(Subject):
    """Checks on both engines."""

    def test_its_migrations_go_there_and_back_and_equal_the_models(
            self, app: Flask, another: Callable[..., Flask]) -> None:
        """Up, compared with the models, down to nothing, up again, on an empty database."""
        fresh = self.alone(app, another)
        for _twice in range(2):
            failed = migrate.upgrade(fresh).failed
            assert not failed, (f"The migrations fail: {failed}. Mend the revision; nothing of it has stayed, so it "
                                "can be run again.")
            differences = migrate.check(fresh).get(self.plugin)
            assert not differences, (f"Models and migrations of {self.plugin} differ: {differences}. "
                                     f"`eleven db revision {self.plugin} -m …` writes what is missing.")
            migrate.downgrade(fresh, self.plugin, "base")
            with fresh.app_context():
                left = set(tables_of(self.plugin)) & set(inspect(db.engine).get_table_names())
            assert not left, f"The downgrade leaves {', '.join(sorted(left))} behind: drop them in it."

    def test_deleting_a_contact_leaves_nothing_dangling_and_can_be_undone(self, app: Flask, admin: User) -> None:
        """Rows that belong to a contact go with it or forget it, and come back with it."""
        contact = factories.contact("Doomed")
        self.make_for(contact, admin, title="Doomed")
        before = self._rows()
        kind = record_type("contact")
        if kind.objections and list(kind.objections(contact)):
            return  # the plugin keeps the contact, which is an answer too
        operations.delete(kind, contact, admin)
        step = current_transaction_id()
        db.session.commit()
        dangling = self._dangling()
        assert not dangling, (f"After a contact is deleted {', '.join(dangling)} still point to it: give the "
                              "ForeignKey an ondelete, CASCADE or SET NULL, and write a revision.")
        assert step
        undo(step)
        db.session.commit()
        assert self._rows() == before, ("Undoing the deletion of a contact does not bring back all rows of the "
                                          "plugin: leave deleting them to the foreign keys, which the journal follows.")

    def test_merging_two_contacts_leaves_nothing_dangling_and_can_be_undone(self, app: Flask, admin: User) -> None:
        """Rows of the contact that goes belong to the one that stays, and are where they were after undo."""
        winner, loser = factories.contact("Helios Energy"), factories.contact("Helios Energy GmbH")
        self.make_for(winner, admin, title="Winner")
        self.make_for(loser, admin, title="Loser")
        before = self._rows()
        try:
            merging.merge(winner.id, [loser.id], {}, admin)
        except DecisionError as error:
            pytest.fail(f"{error}. Settle there what only one contact can have; "
                        "raise a ValidationError to keep them apart.")
        except (Problem, ValidationError):
            db.session.rollback()
            return  # the plugin keeps them apart, which is an answer too
        step = current_transaction_id()
        db.session.commit()
        dangling = self._dangling()
        assert not dangling, (f"After two contacts are merged {', '.join(dangling)} still point to the one that is "
                              "gone: make it a ForeignKey to contact.id, which merging follows, and write a revision.")
        assert step
        undo(step)
        db.session.commit()
        assert self._rows() == before, ("Undoing a merge does not bring back all rows of the plugin: change them in "
                                          "`contact_merging` through the session, where the journal sees it.")

    def _there(self) -> list[str]:
        present = set(inspect(db.engine).get_table_names())
        return [name for name in tables_of(self.plugin) if name in present]

    def _rows(self) -> dict[str, list[dict[str, Any]]]:
        """All rows of the plugin's tables, without what changes with every save."""
        reflected = MetaData()
        reflected.reflect(db.engine, only=self._there())
        with db.engine.connect() as connection:
            return {table.name: sorted(({name: value for name, value in row.items() if name not in BOOKKEEPING}
                                        for row in connection.execute(select(table)).mappings()), key=str)
                    for table in reflected.sorted_tables if table.name in tables_of(self.plugin)}

    def _dangling(self) -> list[str]:
        """Columns of the plugin's that name a contact which is not there."""
        inspector, reflected = inspect(db.engine), MetaData()
        reflected.reflect(db.engine, only=["contact", *self._there()])
        columns = {(name, key["constrained_columns"][0]) for name in self._there()
                   for key in inspector.get_foreign_keys(name) if key["referred_table"] == "contact"}
        columns |= {(kind.table, f"{link}_id") for kind in self.kinds() for link in links_to_contacts(kind)}
        contacts = reflected.tables["contact"]
        found = []
        with db.engine.connect() as connection:
            for name, key in sorted(columns):
                column = reflected.tables[name].c[key]
                lost = select(func.count()).where(
                    column.is_not(None), ~select(contacts.c.id).where(contacts.c.id == column).exists())
                if connection.scalar(lost):
                    found.append(f"{name}.{key}")
        return found
