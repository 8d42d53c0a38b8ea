"""The records that a person opened last, kept in the signed cookie: remembering them costs no statement."""

from flask import session

from core.records.type import RecordType

LENGTH = 8
_KEY = "recent"


def remember(kind: RecordType, record_id: int) -> None:
    """Put a record at the head of the list."""
    opened = recent()
    if opened[:1] != [(kind.name, record_id)]:
        others = [one for one in opened if one != (kind.name, record_id)]
        session[_KEY] = [[kind.name, record_id], *map(list, others)][:LENGTH]


def recent() -> list[tuple[str, int]]:
    """(type, id) of the records opened last, the newest first."""
    return [(str(name), int(number)) for name, number in session.get(_KEY, ())]
