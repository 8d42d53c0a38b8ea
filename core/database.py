"""The database: one MetaData, a mapper registry per component, and the column types everyone shares."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, ClassVar

import uuid_utils
from flask import Flask, g, has_request_context, request
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import JSON, BigInteger, DateTime, ForeignKey, MetaData, String, Table, Text, TypeDecorator, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, registry

# A name for every constraint, from the first migration on: without one Alembic cannot drop it later.
metadata = MetaData(naming_convention={
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
})

objections: list[Callable[[str], None]] = []
"""Called before a session ends its transaction, with `commit` and so on; may raise (see core.plugin.holding)."""


def _may_end(what: str) -> None:
    for objection in objections:
        objection(what)


class Session(FlaskSession):
    """A session that ends its transaction only if nobody objects."""

    def commit(self) -> None:
        """Commit, unless there is an objection."""
        _may_end("commit")
        super().commit()

    def rollback(self) -> None:
        """Roll back, unless there is an objection."""
        _may_end("rollback")
        super().rollback()

    def close(self) -> None:
        """Close, which rolls back as well, unless there is an objection."""
        _may_end("close")
        super().close()


db = SQLAlchemy(metadata=metadata, disable_autonaming=True,
                session_options={"autoflush": False, "class_": Session})


class UtcDateTime(TypeDecorator[datetime]):
    """A moment. Takes aware datetimes only and gives them back in UTC: SQLite would drop the zone silently."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn to UTC on the way in; a naive value raises ValueError."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone: use datetime.now(UTC)")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back that SQLite does not keep."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class FixedPoint(TypeDecorator[Decimal]):
    """A decimal number with so many places, kept as an integer of its last place: SQLite has only floats.

    The column of a `Number` field: sums and comparisons are exact. A bound value with more places is rounded.
    """

    impl = BigInteger
    cache_ok = True

    def __init__(self, places: int) -> None:
        super().__init__()
        self.places = places

    def process_bind_param(self, value: Decimal | float | None, dialect: Dialect) -> int | None:
        """The integer; a filter may give a float."""
        return None if value is None else int(Decimal(str(value)).scaleb(self.places).to_integral_value())

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        """The number without places that say nothing: 12.5, not 12.5000."""
        if value is None:
            return None
        whole, rest = divmod(value, 10 ** self.places)
        return Decimal(whole) if rest == 0 else Decimal(value).scaleb(-self.places).normalize()


JsonValue = JSON().with_variant(JSONB(), "postgresql")
"""A JSON document; JSONB on PostgreSQL, so that it can be indexed."""

_class_registry: dict[str, Any] = {}
_registries: dict[str, "registry"] = {}
_types: dict[Any, Any] = {datetime: UtcDateTime, str: Text, dict[str, Any]: JsonValue, list[str]: JsonValue}


def component_of(module: str) -> str:
    """The component that a module belongs to: `core`, `plugins.sales`, or a third party's top package."""
    parts = module.split(".")
    return ".".join(parts[:2]) if parts[0] == "plugins" else parts[0]


def registry_of(component: str) -> "registry":
    """The mapper registry of a component.

    One registry for all would let a single bad relationship of one plugin fail every query of the
    application. They share the names of classes, so `Mapped[Contact]` resolves everywhere.
    """
    if component not in _registries:
        _registries[component] = registry(
            metadata=metadata, class_registry=_class_registry, type_annotation_map=_types)
    return _registries[component]


class Model(DeclarativeBase):
    """The base of every table, core's and plugins'. The package that a model stands in picks its registry."""

    registry: ClassVar[registry] = registry_of("core")
    __journal__: ClassVar[bool] = True
    """Whether the journal records this table's changes. False only for queues, logs and other machinery."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        cls._sa_registry = registry_of(component_of(cls.__module__))
        super().__init_subclass__(**kwargs)


_moment: ContextVar[datetime | None] = ContextVar("eleven_moment", default=None)


def now() -> datetime:
    """This moment, in UTC; inside of `at` the moment that was named there."""
    return _moment.get() or datetime.now(UTC)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let a block happen at another moment: what it creates, changes, journals and tells is dated so.

    For the demo company, whose past has to be written with the dates that it would have had. Raises
    ValueError for a moment without a time zone.
    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone: use datetime.now(UTC)")
    token = _moment.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _moment.reset(token)


def new_uid() -> str:
    """A new UUIDv7, the name of a record in vCard, iCalendar, imports and on offline devices."""
    return str(uuid_utils.uuid7())


@event.listens_for(Table, "after_parent_attach")
def _never_reuse_ids(table: Table, _metadata: MetaData) -> None:
    # SQLite gives the id of a deleted last row to the next one, which the journal, undo and links take for it
    table.dialect_options["sqlite"]["autoincrement"] = True


class Record:
    """Mixin: what every record has. `version` counts saves and guards against two people saving at once."""

    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-9)
    uid: Mapped[str] = mapped_column(String(36), default=new_uid, unique=True, sort_order=-8)
    version: Mapped[int] = mapped_column(default=1, sort_order=-7)
    created_at: Mapped[datetime] = mapped_column(default=now, index=True, sort_order=90)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now, index=True, sort_order=91)

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        """Optimistic locking: an UPDATE names the version that was read."""
        return {"version_id_col": cls.__dict__.get("version", Record.version)}


class Owned:
    """Mixin: a record that belongs to a person and a team, which is what access scopes look at."""

    @declared_attr
    @classmethod
    def owner_id(cls) -> Mapped[int | None]:
        """The user who answers for the record."""
        return mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True, sort_order=80)

    @declared_attr
    @classmethod
    def team_id(cls) -> Mapped[int | None]:
        """The team whose record it is, by default the owner's."""
        return mapped_column(ForeignKey("team.id", ondelete="SET NULL"), index=True, sort_order=81)


def fold(text: str) -> str:
    """Text as it is compared and searched: lower case of every alphabet, ё as е, no accents.

    SQLite's own `lower` and LIKE know only ASCII, so whatever is compared is folded here, both ways; PostgreSQL does
    the same in `core.records.folding`.
    """
    text = text.lower().replace("ё", "е").replace("ß", "ss").replace("ς", "σ")
    # й decomposes to и + breve; it is a letter of its own and must survive
    kept = text.replace("й", "\0")
    decomposed = unicodedata.normalize("NFKD", kept)
    plain = "".join(c for c in decomposed if not unicodedata.combining(c)).replace("\0", "й")
    return re.sub(r"\s+", " ", plain).strip()


SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def only_looks() -> None:
    """Say that this request only reads for now, who is asking and whether they may: `acts` ends that."""
    g.eleven_looks = True


def acts() -> None:
    """Say that what follows may write.

    On SQLite the transaction of a request that writes takes the one write lock when it begins, so it begins only
    here and what was looked up before stood in one of its own.
    """
    if g.pop("eleven_looks", False) and request.method not in SAFE_METHODS and db.session().in_transaction() \
            and db.engine.dialect.name == "sqlite":
        session = db.session()
        session.expire_on_commit = False
        session.commit()
        session.expire_on_commit = True


def will_write() -> None:
    """Say, in a GET that writes after all (a last-seen time), that its next transaction takes the write lock."""
    db.session.rollback()
    g.eleven_writes = True


def abandon() -> None:
    """Roll the session back after a fault, in whatever state that has left it: code can be ended anywhere."""
    try:
        db.session.rollback()
    except SQLAlchemyError:
        db.session().invalidate()


def init_app(app: Flask) -> None:
    """Bind the database to the application and settle how SQLite's transactions begin."""
    db.init_app(app)
    with app.app_context():
        engine = db.engine
        if engine.dialect.name == "sqlite":
            _prepare_sqlite(engine)


def disconnect(app: Flask) -> None:
    """Close the connections of what has been read so far; processes that are forked must not share one."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        # the driver's own transaction handling loses updates; we say BEGIN ourselves
        connection.isolation_level = None
        for pragma in ("foreign_keys=ON", "journal_mode=WAL", "busy_timeout=10000", "synchronous=NORMAL",
                       "cache_size=-8000", "temp_store=MEMORY"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reads = connection.get_execution_options().get("only_reads") or (
            has_request_context() and not g.get("eleven_writes") and (
                request.method in SAFE_METHODS or "eleven_looks" in g))
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
