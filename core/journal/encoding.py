"""Column values as JSON, and back again without loss.

What JSON knows stays as it is; everything else becomes an object with one `$` key that names its type.
Documents of JSON columns are wrapped too, so that none can be mistaken for one of those.
"""

import base64
import math
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

# datetime before date: one is the other's subclass
_WRITERS: tuple[tuple[type | tuple[type, ...], str, Callable[[Any], Any]], ...] = (
    (datetime, "$datetime", lambda value: (value.astimezone(UTC) if value.tzinfo else value).isoformat()),
    (date, "$date", lambda value: value.isoformat()),
    (time, "$time", lambda value: value.isoformat()),
    (timedelta, "$seconds", lambda value: value.total_seconds()),
    (Decimal, "$decimal", str),
    (UUID, "$uuid", str),
    (float, "$float", repr),
    ((bytes, bytearray, memoryview), "$bytes", lambda value: base64.b64encode(bytes(value)).decode("ascii")),
    ((dict, list, tuple), "$json", lambda value: value),
)


def encode(value: Any) -> Any:
    """A value as JSON. Raises TypeError for a type that could not be read back."""
    if value is None or isinstance(value, bool | str) or (isinstance(value, float) and math.isfinite(value)):
        return value
    if isinstance(value, int):
        return int(value)
    for kind, tag, write in _WRITERS:
        if isinstance(value, kind):
            return {tag: write(value)}
    raise TypeError(f"the journal cannot keep {value!r:.80} of type {type(value).__name__}")


_DECODERS: dict[str, Callable[[Any], Any]] = {
    "$datetime": datetime.fromisoformat,
    "$date": date.fromisoformat,
    "$time": time.fromisoformat,
    "$seconds": lambda value: timedelta(seconds=value),
    "$decimal": Decimal,
    "$uuid": UUID,
    "$bytes": base64.b64decode,
    "$float": float,
    "$json": lambda value: value,
}


def decode(value: Any) -> Any:
    """The value that `encode` was given."""
    if isinstance(value, dict):
        (kind, content), = value.items()
        return _DECODERS[kind](content)
    return value


def encode_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row's values by column name as JSON."""
    return {name: encode(value) for name, value in row.items()}


def decode_row(row: Mapping[str, Any] | None) -> dict[str, Any]:
    """The values by column name that `encode_row` was given."""
    return {name: decode(value) for name, value in (row or {}).items()}
