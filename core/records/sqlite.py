"""What filters and search need of SQLite; PostgreSQL has it by itself and by core.records.folding."""

from typing import Any

from flask import Flask
from sqlalchemy import event

from core.database import db, fold
from core.records.search.typos import similarity


def init_app(app: Flask) -> None:
    """Give each SQLite connection the folding of text, which its own `lower` cannot do beyond ASCII, and similarity."""
    with app.app_context():
        engine = db.engine
        if engine.dialect.name != "sqlite":
            return

        @event.listens_for(engine, "connect")
        def connect(connection: Any, _record: Any) -> None:
            connection.create_function("eleven_fold", 1, lambda text: None if text is None else fold(text),
                                       deterministic=True)
            connection.create_function("word_similarity", 2, similarity, deterministic=True)
