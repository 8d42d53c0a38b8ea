"""What jobs contribute themselves: looking after tracked work."""

from collections.abc import Iterable

from core.jobs import works
from core.plugin import Job, hookimpl


@hookimpl
def jobs() -> Iterable[Job]:
    """Works that lost their worker every minute, old ones by night."""
    yield Job(key="requeue", run=works.requeue, cron="* * * * *")
    yield Job(key="forget", run=works.forget_old, cron="37 3 * * *")
