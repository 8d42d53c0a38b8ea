"""The time zones that people choose from: one for each place, without the older names of the same."""

from datetime import UTC, datetime
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from core.database import now


@lru_cache
def names() -> tuple[str, ...]:
    """The zones that the IANA database lists by country, and UTC; aliases (Africa/Asmera) are not among them."""
    table = (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8")
    listed = {line.split("\t")[2] for line in table.splitlines() if line and not line.startswith("#")}
    return (*sorted(listed), "UTC")


def label(name: str) -> str:
    """A zone with its distance from UTC today: "Asia/Kolkata (UTC+5:30)"."""
    return _label(name, now().toordinal())


@lru_cache(2000)
def _label(name: str, day: int) -> str:
    noon = datetime.fromordinal(day).replace(hour=12, tzinfo=UTC)
    offset = noon.astimezone(ZoneInfo(name)).utcoffset()
    hours, minutes = divmod(abs(int(offset.total_seconds())) // 60 if offset else 0, 60)
    sign = "−" if offset and offset.total_seconds() < 0 else "+"
    return f"{name.replace('_', ' ')} (UTC{sign}{hours}{f':{minutes:02}' if minutes else ''})"
