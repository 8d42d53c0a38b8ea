"""The record toolkit: a record type declared once gets its list, board, page, form, REST and all the rest."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from core.records import hooks, notes  # noqa: F401 `record_file` refers to the table of notes
from core.records.files import Attachment
from core.records.files import send as send_file
from core.records.files import store as store_file
from core.records.operations import create, find, update
from core.records.type import RecordType, Slots, record_type, type_of
from core.records.undoing import undo
from core.users.navigation import SettingsPage, add_settings_page
from core.web.fields import (
    Anniversary,
    Boolean,
    Choice,
    Date,
    DateTime,
    Email,
    FieldUi,
    Integer,
    Money,
    MoneyValue,
    Number,
    Option,
    Phone,
    RecordSchema,
    Relation,
    Rows,
    RowSchema,
    Tags,
    Text,
    Url,
)

__all__ = [
    "Anniversary", "Attachment", "Boolean", "Choice", "Date", "DateTime", "Email", "FieldUi", "Integer", "Money",
    "MoneyValue", "Number", "Option", "Phone", "RecordSchema", "RecordType", "Relation", "RowSchema", "Rows", "Slots",
    "Tags", "Text", "Url", "create", "find", "hooks", "init_app", "record_type", "send_file", "store_file", "type_of",
    "undo", "update",
]


def init_app(app: Flask) -> None:
    """Teach SQLite the functions that filters use, let the search index follow the journal, add to the frame."""
    # search_ddl gives its table the full-text indexes
    from core.records import saved, search_ddl, sqlite, undone  # noqa: F401
    from core.records.search import following
    app.extensions["eleven.pinned"] = saved.pinned
    add_settings_page(app, SettingsPage(_l("Journal"), "journal.index", "history", "journal.admin"))
    sqlite.init_app(app)
    following.listen()
    undone.listen()
