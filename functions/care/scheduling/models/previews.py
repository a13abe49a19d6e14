"""What a change of hours would do, told before it is made."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from care.scheduling.models.hours import Schedule
from care.scheduling.models.time import ONE_DAY, Tick, ticks


@dataclass(frozen=True, slots=True)
class DayPreview:
    """How many slots of a local day are free as things stand, and how many would be."""

    date: date
    free_before: int
    free_after: int


def preview(
    old: Schedule, new: Schedule, first: date, last: date, taken: Collection[Tick], now: datetime
) -> list[DayPreview]:
    """The local days from `first` to `last`, each counted in the zone that its own schedule says."""
    days = [first + n * ONE_DAY for n in range((last - first).days + 1)]
    return [DayPreview(day, _free(old, day, taken, now), _free(new, day, taken, now)) for day in days]


def _free(schedule: Schedule, day: date, taken: Collection[Tick], now: datetime) -> int:
    if not schedule.plans:
        return 0
    slots = schedule.slots(day - ONE_DAY, day, schedule.local_span(day, day))
    return sum(slot.start > now and not any(tick in taken for tick in ticks(slot.span)) for slot in slots)
