"""Free time: of a practitioner, and near a time that was refused."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from care.scheduling import repository
from care.scheduling.errors import SlotTaken
from care.scheduling.models import (
    LATEST,
    ONE_DAY,
    REACH,
    Conflict,
    Kind,
    Resource,
    Schedule,
    Slot,
    Span,
    merge,
    nearest,
    resources_of,
    ticks,
)
from care.scheduling.service.hours import schedule
from kernel import clock

SECOND = timedelta(seconds=1)
ALTERNATIVES = 5
ALTERNATIVE_DAYS = timedelta(days=7)


def availability(practitioner_id: str, first: date, last: date) -> tuple[str, list[Slot]]:
    """The free slots of these local days that are still to come, and the zone in which the days are counted.

    Raises:
        NotFound: no schedule was ever set.
    """
    found = schedule(practitioner_id)
    now = clock.second()
    days = found.local_span(first, last)
    # Hours that began the day before can reach into the first day.
    slots = [
        slot for slot in found.slots(first - ONE_DAY, last) if max(days.start, now + SECOND) <= slot.start < days.end
    ]
    practitioner = (Resource(Kind.PRACTITIONER, practitioner_id),)
    return found.time_zone(first), _free([(slot, practitioner) for slot in slots], now)


def _free(wanted: Sequence[tuple[Slot, tuple[Resource, ...]]], now: datetime) -> list[Slot]:
    """Those slots at which all of their resources are free: one Query for each resource."""
    if not wanted:
        return []
    span = Span(min(slot.start for slot, _ in wanted), max(slot.end for slot, _ in wanted))
    every = {resource for _, resources in wanted for resource in resources}
    taken = {resource: repository.taken(resource, span, now) for resource in every}
    return [
        slot
        for slot, resources in wanted
        if all(taken[resource].isdisjoint(ticks(slot.span)) for resource in resources)
    ]


def conflicts_at(slot: Slot, resources: Iterable[Resource], now: datetime) -> list[Conflict]:
    """What is in the way of a visit in this slot: one Query for each resource."""
    wanted = set(ticks(slot.span))
    return [
        Conflict(resource.kind, span.start, span.end)
        for resource in resources
        for span in merge(repository.taken(resource, slot.span, now) & wanted)
    ]


def alternatives_to(
    found: Schedule, patient_id: str, in_room: Callable[[Slot], Slot], wanted: datetime, now: datetime
) -> list[Slot]:
    """The slots nearest to the wanted time, within a week of it, at which everybody is free. Mostly a day has enough
    of them, and is a tenth of the work."""
    free: list[Slot] = []
    for reach in (ONE_DAY, ALTERNATIVE_DAYS):
        around = Span(max(wanted - reach, now + SECOND), min(max(wanted, now) + reach, now + LATEST))
        slots = map(in_room, found.slots(around.start.date() - REACH, around.end.date() + ONE_DAY, around))
        free = _free([(slot, resources_of(found.practitioner_id, patient_id, slot.room_id)) for slot in slots], now)
        if len(free) >= ALTERNATIVES:
            break
    return nearest(free, wanted, ALTERNATIVES)


@contextmanager
def offering(
    found: Schedule, patient_id: str, in_room: Callable[[Slot], Slot], wanted: datetime, now: datetime
) -> Iterator[None]:
    """Let a refusal within carry the free times near the wanted one.

    Raises:
        SlotTaken: as it came, with `alternatives`.
    """
    try:
        yield
    except SlotTaken as taken:
        alternatives = alternatives_to(found, patient_id, in_room, wanted, now)
        raise SlotTaken("", **taken.extensions, alternatives=alternatives) from None
