"""Series: visits at the same wall-clock time every week, or every so many weeks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from care.scheduling.models.hours import Slot
from care.scheduling.models.time import instant
from care.scheduling.models.visits import Appointment, Conflict, Mode

MOST_OCCURRENCES = 20  # so that all of them fit one transaction of a hundred items


@dataclass(frozen=True, slots=True)
class Series:
    """Visits that were booked together. Each has a life of its own afterwards; the series keeps as what they began."""

    series_id: str
    patient_id: str
    practitioner_id: str
    time_zone: str
    mode: Mode
    appointment_ids: tuple[str, ...]
    starts: tuple[datetime, ...]
    ends: tuple[datetime, ...]
    created_at: datetime
    actor: str
    fingerprint: str

    @classmethod
    def of(cls, series_id: str, visits: list[Appointment]) -> "Series":
        """The series that these new visits make."""
        first = visits[0]
        return cls(
            series_id=series_id,
            patient_id=first.patient_id,
            practitioner_id=first.practitioner_id,
            time_zone=first.time_zone,
            mode=first.mode,
            appointment_ids=tuple(visit.appointment_id for visit in visits),
            starts=tuple(visit.start for visit in visits),
            ends=tuple(visit.end for visit in visits),
            created_at=first.created_at,
            actor=first.history[0].actor,
            fingerprint=first.fingerprint,
        )


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One of a series, counted from 1, and when it is to begin."""

    occurrence: int
    start: datetime


@dataclass(frozen=True, slots=True)
class Clash:
    """Why one of a series cannot be booked, like the refusal of a single booking."""

    occurrence: int
    start: datetime
    problem: str
    conflicts: list[Conflict]
    alternatives: list[Slot]


def occurrences(
    first: datetime, count: int, interval_weeks: int, zone: ZoneInfo, changes: Mapping[int, datetime | None]
) -> list[Occurrence]:
    """When a series' visits begin: the clock in `zone` shows the same each time, whatever daylight saving does between.

    Args:
        changes: occurrence -> when it is to begin instead, None to leave it out.
    """
    local = first.astimezone(zone)
    found = []
    for number in range(1, count + 1):
        day = local.date() + timedelta(weeks=interval_weeks * (number - 1))
        regular = first if number == 1 else instant(day, local.time(), zone)
        start = changes.get(number, regular)
        if start is not None:
            found.append(Occurrence(number, start))
    return found
