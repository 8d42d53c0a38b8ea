"""A plugin's tables: their migrations, and what happens to their rows when something is deleted."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from flask import Flask
from marshmallow import ValidationError
from sqlalchemy import MetaData, func, inspect, select

from core import migrate
from core.contacts import Contact, merging
from core.database import db
from core.host.load import tables_of
from core.journal import current_transaction_id, undo
from core.journal.tables import BOOKKEEPING
from core.plugin import registry
from core.records import operations, record_type
from core.testing import factories
from core.testing.conformance.samples import Subject
from core.users import User


class Tables(Subject):
    """Checks on both engines."""

    def test_its_migrations_go_there_and_back_and_equal_the_models(
            self, app: Flask, another: Callable[..., Flask]) -> None:
        """Up, compared with the models, down to nothing, up again, on an empty database."""
        fresh = another(fresh=True)
        for _twice in range(2):
            failed = migrate.upgrade(fresh).failed
            assert not failed, f"The migrations fail: {failed}"
            differences = migrate.check(fresh).get(self.plugin)
            assert not differences, (f"Models and migrations of {self.plugin} differ: {differences}. "
                                     f"`eleven db revision {self.plugin} -m …` writes what is missing.")
            for name in [*self._dependants(fresh), self.plugin]:
                migrate.downgrade(fresh, name, "base")
            with fresh.app_context():
                left = set(tables_of(self.plugin)) & set(inspect(db.engine).get_table_names())
            assert not left, f"The downgrade leaves {', '.join(sorted(left))} behind: drop them in it."

    def test_deleting_a_contact_leaves_nothing_dangling_and_can_be_undone(self, app: Flask, admin: User) -> None:
        """Rows that belong to a contact go with it or forget it, and come back with it."""
        contact = factories.contact("Doomed")
        for kind in self.kinds():
            links = [name for name, field in kind.form_fields.items() if getattr(field, "target", "") == "contact"]
            if links:
                self.make(kind, "Doomed", admin, **dict.fromkeys(links, contact.id))
        before = self._rows()
        kind = record_type("contact")
        if kind.objections and list(kind.objections(contact)):
            return  # the plugin keeps the contact, which is an answer too
        operations.delete(kind, contact, admin)
        step = current_transaction_id()
        db.session.commit()
        dangling = self._dangling()
        assert not dangling, f"After a contact is deleted {', '.join(dangling)} still point to it: give an ondelete."
        assert step
        undo(step)
        db.session.commit()
        assert self._rows() == before, "Undoing the deletion of a contact does not bring back all rows of the plugin."

    def test_merging_two_contacts_leaves_nothing_dangling_and_can_be_undone(self, app: Flask, admin: User) -> None:
        """Rows of the contact that goes belong to the one that stays, and go back when the merge is undone."""
        stays, goes = (factories.contact(name) for name in ("Stays", "Goes"))
        for contact in (stays, goes):
            self._give(contact, admin)
        before = self._rows()
        merging.merge(stays.id, [goes.id], {}, admin)
        step = current_transaction_id()
        db.session.commit()
        dangling = self._dangling()
        assert not dangling, (f"After two contacts are merged {', '.join(dangling)} point to the one that is gone: "
                              "declare the column as a foreign key of contact.id.")
        assert step
        undo(step)
        db.session.commit()
        assert self._rows() == before, "Undoing the merge of two contacts does not bring back all rows of the plugin."

    def _give(self, contact: Contact, by: User) -> None:
        """Records of the plugin's types and its sections of the form, all about a contact."""
        for kind in self.kinds():
            links = [name for name, field in kind.form_fields.items() if getattr(field, "target", "") == "contact"]
            if links:
                self.make(kind, f"Of {contact.name}", by, **dict.fromkeys(links, contact.id))
        for section in registry().calls.one(self.plugin, "contact_sections", contact=contact, user=by):
            fields: dict[str, Any] = section.schema().fields
            with suppress(ValidationError):  # rules of the section's own that a guessed value does not meet
                section.save(contact, section.schema().load({
                    name: self._value(field, contact.name, by) for name, field in fields.items()}))
        db.session.commit()

    def _dependants(self, app: Flask) -> list[str]:
        """The plugins whose tables may point to this one's, the last first."""
        from core.host import found_plugins
        return [found.name for found in reversed(found_plugins(app))
                if found.manifest and self.plugin in found.manifest.requires]

    def _rows(self) -> dict[str, list[dict[str, Any]]]:
        """All rows of the plugin's tables, without what changes with every save."""
        reflected = MetaData()
        reflected.reflect(db.engine, only=[name for name in tables_of(self.plugin)
                                           if name in inspect(db.engine).get_table_names()])
        with db.engine.connect() as connection:
            return {table.name: sorted(({name: value for name, value in row.items() if name not in BOOKKEEPING}
                                        for row in connection.execute(select(table)).mappings()), key=str)
                    for table in reflected.sorted_tables if table.name in tables_of(self.plugin)}

    def _dangling(self) -> list[str]:
        found = []
        reflected = MetaData()
        reflected.reflect(db.engine)
        with db.engine.connect() as connection:
            inspector = inspect(connection)
            for name in tables_of(self.plugin):
                if name not in reflected.tables:
                    continue
                table = reflected.tables[name]
                for key in inspector.get_foreign_keys(name):
                    if key["referred_table"] != "contact":
                        continue
                    column, target = table.c[key["constrained_columns"][0]], reflected.tables["contact"]
                    lost = select(func.count()).select_from(table).where(
                        column.is_not(None), ~select(target.c.id).where(target.c.id == column).exists())
                    if connection.scalar(lost):
                        found.append(f"{name}.{column.name}")
        return found
