"""What events contribute themselves: delivery, and the sweep behind it."""

from collections.abc import Iterable

from core.events.delivery import deliver, forget_old, sweep
from core.plugin import Job, hookimpl


def _sweep() -> None:
    sweep()


@hookimpl
def jobs() -> Iterable[Job]:
    """Delivery on demand, the sweep every minute, old events by night."""
    yield Job(key="deliver", run=deliver)
    yield Job(key="sweep", run=_sweep, cron="* * * * *")
    yield Job(key="forget", run=forget_old, cron="17 3 * * *")
