"""Openings: what a practitioner's day has free, as those see it who search among many."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from care.scheduling.models.hours import REACH, Schedule, Slot
from care.scheduling.models.time import MIDNIGHT, ONE_DAY, Span, Tick, ticks

SEARCHED = timedelta(days=31)  # a search covers so many local days
HORIZON = SEARCHED + ONE_DAY  # and openings are kept so far ahead: a local day reaches into the UTC day after it


@dataclass(frozen=True, slots=True)
class Profile:
    """What scheduling knows of a practitioner; `version` is that of the practitioner it was copied from."""

    practitioner_id: str
    department_id: str
    specialties: tuple[str, ...]
    active: bool
    version: int


@dataclass(frozen=True, slots=True)
class Opening:
    """The free slots of a practitioner that begin on one UTC day, at least one, in order. Held ones count as free: a
    hold ends without anything happening."""

    practitioner_id: str
    department_id: str
    day: date
    time_zone: str
    slots: tuple[Slot, ...]


def day_span(day: date) -> Span:
    """The instants at which a UTC day begins and ends."""
    start = datetime.combine(day, MIDNIGHT, UTC)
    return Span(start, start + ONE_DAY)


def opening(profile: Profile, schedule: Schedule, day: date, booked: Collection[Tick], now: datetime) -> Opening | None:
    """What the practitioner has free on a UTC day after `now`, None where that is nothing.

    Args:
        booked: the ticks of the day and the next that visits take.
    """
    if not profile.active:
        return None
    slots = schedule.slots(day - REACH, day + ONE_DAY, day_span(day))
    free = tuple(slot for slot in slots if slot.start > now and not any(tick in booked for tick in ticks(slot.span)))
    if not free:
        return None
    return Opening(profile.practitioner_id, profile.department_id, day, schedule.time_zone(day), free)
