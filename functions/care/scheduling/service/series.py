"""Series: booked as a whole or not at all, and cancelled for what is left of them."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from care.scheduling import repository
from care.scheduling.errors import NotBookable, SeriesConflict, SlotTaken
from care.scheduling.models import (
    Appointment,
    Clash,
    Mode,
    Occurrence,
    Schedule,
    Series,
    Slot,
    Status,
    occurrences,
    resources_of,
)
from care.scheduling.repository import AlreadyBooked
from care.scheduling.service.attempts import Caller, again, repeated
from care.scheduling.service.hours import schedule_for
from care.scheduling.service.slots import alternatives_to, conflicts_at
from care.scheduling.service.visits import cancel
from kernel import clock, ids
from kernel.errors import Invalid, InvalidTransition
from kernel.races import LostRace


@dataclass(frozen=True, slots=True)
class SeriesWish:
    """A series that somebody wants; `changes` as in `models.occurrences`."""

    practitioner_id: str
    patient_id: str
    start: datetime
    count: int
    interval_weeks: int = 1
    mode: Mode = Mode.IN_PERSON
    reason: str | None = None
    changes: Mapping[int, datetime | None] = field(default_factory=dict)


def book_series(wish: SeriesWish, caller: Caller) -> tuple[Series, list[Appointment]]:
    """Book all visits of a series, or none. The same key and wish give the same series again.

    Raises:
        SeriesConflict: with `clashes` and `free`.
        NotBookable: the practitioner has no hours yet.
        UnknownReference: patient or practitioner is unknown or not active.
        Invalid: two visits touch the same day, or all of them more days than can be written in one step.
        IdempotencyKeyReused: the key came with another wish.
    """
    series_id = ids.for_create("ser", caller.user_id, caller.idempotency_key)

    def attempt() -> tuple[Series, list[Appointment]]:
        now = clock.second()
        found = schedule_for(wish.practitioner_id)
        zone = ZoneInfo(found.time_zone(wish.start.date()))
        wanted = occurrences(wish.start, wish.count, wish.interval_weeks, zone, wish.changes)
        slots = {one: _slot(found, one.start, now) for one in wanted}
        visits = [
            Appointment.book(
                appointment_id=ids.derived("apt", series_id, str(one.occurrence)),
                patient_id=wish.patient_id,
                practitioner_id=wish.practitioner_id,
                slot=slot,
                time_zone=found.time_zone(one.start.date()),
                mode=wish.mode,
                reason=wish.reason,
                at=now,
                actor=caller.user_id,
                fingerprint=caller.fingerprint,
                series_id=series_id,
            )
            for one, slot in slots.items()
            if slot is not None
        ]
        if len(visits) == len(slots):
            new = Series.of(series_id, visits)
            with suppress(SlotTaken):
                repository.book_series(new, visits, found, now)
                return new, visits
        raise _refusal(wish, found, slots, now)

    try:
        return again(attempt)
    except AlreadyBooked:
        return _as_booked(repeated(repository.series(series_id), caller))
    except (SeriesConflict, Invalid):
        # What was booked before stays booked, whatever has changed since: the caller may only have lost our answer.
        stored = repository.series(series_id) if caller.idempotency_key else None
        if stored is None:
            raise
        return _as_booked(repeated(stored, caller))


def _as_booked(stored: Series) -> tuple[Series, list[Appointment]]:
    visits = [visit.as_booked() for visit in repository.visits_of_series(stored)]
    return stored, sorted(visits, key=lambda visit: visit.start)


def _slot(found: Schedule, start: datetime, now: datetime) -> Slot | None:
    """The slot that can be booked at this time, None where there is none."""
    try:
        return found.bookable_slot(start, now)
    except NotBookable:
        return None


def _refusal(
    wish: SeriesWish, found: Schedule, slots: Mapping[Occurrence, Slot | None], now: datetime
) -> SeriesConflict:
    """Which of the series clash, each with what is in its way and free times near it, and which do not.

    Raises:
        LostRace: none does any more.
    """
    clashes, free = [], []
    days = {one.occurrence: one.start.date() for one in slots}
    for one, slot in slots.items():
        room_id = slot.room_id if slot else None
        resources = resources_of(wish.practitioner_id, wish.patient_id, room_id)
        conflicts = conflicts_at(slot, resources, now) if slot else []
        if slot and not conflicts:
            free.append(one)
            continue
        near = alternatives_to(found, wish.patient_id, lambda slot: slot, one.start, now)
        others = {day for number, day in days.items() if number != one.occurrence}
        alternatives = [slot for slot in near if slot.start.date() not in others]
        problem = SlotTaken.slug if slot else NotBookable.slug
        clashes.append(Clash(one.occurrence, one.start, problem, conflicts, alternatives))
    if not clashes:
        raise LostRace
    return SeriesConflict("", clashes=clashes, free=free)


def find_series(series_id: str) -> Series | None:
    return repository.series(series_id)


def visits_of_series(found: Series) -> list[Appointment]:
    """The visits of a series as they are now, by start."""
    return repository.visits_of_series(found)


def cancel_each(visits: Iterable[Appointment], reason: str, actor: str) -> None:
    """Cancel those of the visits that are still booked. Each by itself: a crash between two leaves the others to a
    repetition."""
    for visit in visits:
        if visit.status is Status.BOOKED:
            with suppress(InvalidTransition):  # it was cancelled or has begun since it was read
                cancel(visit, reason, None, actor)
