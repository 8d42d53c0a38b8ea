"""When things happen: working hours of the past, and acts that are done in the order of their moments."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from core.database import at
from core.journal import acting, one_step
from core.users import User


@dataclass(frozen=True)
class Act:
    """Something that a user does at a moment, through web or import."""

    at: datetime
    by: User
    do: Callable[[], object]
    via: str = "web"
    reason: str | None = None


@dataclass
class Diary:
    """Moments between the company's beginning and now, and the acts that wait for them."""

    now: datetime
    random: Random
    acts: list[Act] = field(default_factory=list)

    def some_day(self, oldest: int, youngest: int) -> datetime:
        """A working moment so many days ago."""
        return self._working(self.now - timedelta(days=self.random.randint(youngest, oldest)))

    def after(self, moment: datetime, least: int, most: int) -> datetime:
        """A working moment so many days later than another; the same day, some minutes."""
        days = self.random.randint(least, most)
        if not days:
            soon = moment + timedelta(minutes=self.random.randint(4, 50), seconds=self.random.randrange(60))
            return soon if soon < self.now or moment >= self.now else moment + (self.now - moment) / 2
        return self._working(moment + timedelta(days=days))

    def later(self, moment: datetime, most: int) -> datetime:
        """A working moment between another that is past and now, at most so many days later."""
        room = min(most, (self.now - moment).days - 2)
        if room > 0:
            return self.after(moment, 1, room)
        return moment + (self.now - moment) * self.random.uniform(0.1, 0.9)

    def note(self, moment: datetime, by: User, do: Callable[[], object], via: str = "web",
             reason: str | None = None) -> bool:
        """Plan an act; False, and nothing, for one that lies in the future."""
        if moment >= self.now:
            return False
        self.acts.append(Act(moment, by, do, via, reason))
        return True

    def live(self) -> int:
        """Do everything in order, each act as a step of its own in the journal; returns how many there were."""
        self.acts.sort(key=lambda act: act.at)
        for act in self.acts:
            with at(act.at), acting(act.by.id, act.via, act.reason), one_step():
                act.do()
        return len(self.acts)

    def _working(self, moment: datetime) -> datetime:
        """A moment of office hours (6 to 15 UTC) on that day, or on the Monday after it; what is past stays past."""
        day = moment.astimezone(UTC)
        day += timedelta(days=8 - day.isoweekday() if day.isoweekday() > 5 else 0)
        found = day.replace(hour=self.random.randint(6, 14), minute=self.random.randrange(60),
                            second=self.random.randrange(60), microsecond=self.random.randrange(10**6))
        if moment < self.now <= found:
            found = self.now - timedelta(seconds=self.random.randint(120, 18000))
        return found
