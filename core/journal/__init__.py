"""The journal: every change of every row, by whom and why, and the way back."""

from flask import Flask

from core.journal.actors import Actor, acting, actor, set_actor
from core.journal.deleting import StillReferencedError, delete_rows, delete_with_dependents
from core.journal.models import JournalChange, JournalTransaction
from core.journal.reading import Entry, history, sizes, trash, trash_sizes
from core.journal.recording import Change, listen, on_changes, record_rows
from core.journal.references import Reference, references
from core.journal.repointing import count_references, repoint
from core.journal.transactions import current_transaction_id, one_step
from core.journal.undoing import Conflict, UndoConflict, on_undone, restore, restore_of, undo

__all__ = [
    "Actor", "Change", "Conflict", "Entry", "JournalChange", "JournalTransaction", "Reference",
    "StillReferencedError", "UndoConflict", "acting", "actor", "count_references", "current_transaction_id",
    "delete_rows", "delete_with_dependents", "history", "init_app", "on_changes", "on_undone", "one_step",
    "record_rows", "references", "repoint", "restore", "restore_of", "set_actor", "sizes", "trash", "trash_sizes",
    "undo",
]


def init_app(app: Flask) -> None:
    """Begin recording; a request is nobody's until the guard has found out whose it is."""
    listen()

    @app.before_request
    def nobody() -> None:
        set_actor(via="web")
