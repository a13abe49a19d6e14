"""Visits and holds: what they occupy, and what can happen to them."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from care.scheduling.models.hours import Slot
from care.scheduling.models.time import Span, Tick, ticks
from kernel.errors import InvalidTransition

HOLD_TIME = timedelta(minutes=10)
MOST_VERSIONS = 50  # of a visit, whose item keeps a line for each; what remains is enough to carry it to its end


class Mode(StrEnum):
    IN_PERSON = "in_person"
    VIDEO = "video"


class Kind(StrEnum):
    """The kinds of resources that a visit occupies."""

    PRACTITIONER = "practitioner"
    PATIENT = "patient"
    ROOM = "room"


class Status(StrEnum):
    """Codes of FHIR R4 Appointment.status."""

    BOOKED = "booked"
    CHECKED_IN = "checked-in"
    ARRIVED = "arrived"
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"
    NO_SHOW = "noshow"


class Step(StrEnum):
    """What can happen to a visit."""

    BOOK = "book"
    RESCHEDULE = "reschedule"
    CANCEL = "cancel"
    CHECK_IN = "check-in"
    START = "start"
    COMPLETE = "complete"
    MARK_NO_SHOW = "no-show"


TRANSITIONS: dict[Step, tuple[frozenset[Status], Status]] = {
    Step.RESCHEDULE: (frozenset({Status.BOOKED}), Status.BOOKED),
    Step.CANCEL: (frozenset({Status.BOOKED, Status.CHECKED_IN}), Status.CANCELLED),
    Step.CHECK_IN: (frozenset({Status.BOOKED}), Status.CHECKED_IN),
    Step.START: (frozenset({Status.CHECKED_IN}), Status.ARRIVED),
    Step.COMPLETE: (frozenset({Status.ARRIVED}), Status.FULFILLED),
    Step.MARK_NO_SHOW: (frozenset({Status.BOOKED}), Status.NO_SHOW),
}


@dataclass(frozen=True, slots=True)
class Resource:
    """Something that can be at one visit at a time."""

    kind: Kind
    id: str


@dataclass(frozen=True, slots=True)
class Occupancy:
    """The resources of a visit or a hold, and when it has them."""

    resources: tuple[Resource, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Conflict:
    """That a resource is not free; nothing of whose visit it is."""

    resource: Kind
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class DayChange:
    """What changes in one resource's UTC day.

    Attributes:
        began, begins: the tick at which the visit began on this day, and at which it begins now.
        take: ticks that must be free and become taken.
        free: ticks that are the visit's and become free.
    """

    resource: Resource
    day: date
    began: int | None
    begins: int | None
    take: frozenset[int]
    free: frozenset[int]


def day_changes(old: Occupancy | None, new: Occupancy | None) -> list[DayChange]:
    """The changes that turn what a visit occupied into what it is to occupy, at most one for each resource and UTC
    day: a transaction can touch an item only once."""
    before, after = _by_day(old), _by_day(new)
    changes = []
    for place in sorted(before.keys() | after.keys(), key=lambda place: (place[0].kind, place[0].id, place[1])):
        resource, day = place
        had, has = before.get(place, frozenset()), after.get(place, frozenset())
        change = DayChange(
            resource=resource,
            day=day,
            began=_first_tick(old, day) if had else None,
            begins=_first_tick(new, day) if has else None,
            take=has - had,
            free=had - has,
        )
        if change.take or change.free or change.began != change.begins:
            changes.append(change)
    return changes


def _first_tick(occupancy: Occupancy | None, day: date) -> int | None:
    first = Tick.at(occupancy.span.start) if occupancy else None
    return first.index if first and first.day == day else None


def _by_day(occupancy: Occupancy | None) -> dict[tuple[Resource, date], frozenset[int]]:
    if occupancy is None:
        return {}
    days: dict[date, set[int]] = {}
    for tick in ticks(occupancy.span):
        days.setdefault(tick.day, set()).add(tick.index)
    return {(resource, day): frozenset(found) for resource in occupancy.resources for day, found in days.items()}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a visit's history: what was done, and how the visit stood after it."""

    version: int
    step: Step
    status: Status
    at: datetime
    actor: str
    start: datetime
    end: datetime
    practitioner_id: str
    room_id: str | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Appointment:
    """A visit. `history` has one entry for each version, the first is the booking; `fingerprint` tells the request
    that booked it from others; `series_id` is None outside a series."""

    appointment_id: str
    status: Status
    practitioner_id: str
    patient_id: str
    room_id: str | None
    start: datetime
    end: datetime
    time_zone: str
    mode: Mode
    reason: str | None
    version: int
    created_at: datetime
    fingerprint: str
    history: tuple[Entry, ...]
    series_id: str | None = None

    @classmethod
    def book(
        cls,
        *,
        appointment_id: str,
        patient_id: str,
        practitioner_id: str,
        slot: Slot,
        time_zone: str,
        mode: Mode,
        reason: str | None,
        at: datetime,
        actor: str,
        fingerprint: str,
        series_id: str | None = None,
    ) -> "Appointment":
        """A new visit in `slot`."""
        unborn = cls(
            appointment_id=appointment_id,
            status=Status.BOOKED,
            practitioner_id=practitioner_id,
            patient_id=patient_id,
            room_id=slot.room_id,
            start=slot.start,
            end=slot.end,
            time_zone=time_zone,
            mode=mode,
            reason=reason,
            version=0,
            created_at=at,
            fingerprint=fingerprint,
            history=(),
            series_id=series_id,
        )
        return _recorded(unborn, Step.BOOK, at, actor, None)

    @property
    def occupancy(self) -> Occupancy:
        return Occupancy(resources_of(self.practitioner_id, self.patient_id, self.room_id), Span(self.start, self.end))

    def without_words(self) -> "Appointment":
        """Without what anybody wrote of it; times, states and ids stay."""
        history = tuple(replace(entry, reason=None) for entry in self.history)
        return replace(self, reason=None, fingerprint="", history=history)

    def advance(self, step: Step, at: datetime, actor: str, reason: str | None = None) -> "Appointment":
        """The visit after `step`; the only place where a status changes.

        Raises:
            InvalidTransition: the transition table does not allow it from here.
        """
        return _recorded(replace(self, status=self._next_status(step)), step, at, actor, reason)

    def move(self, practitioner_id: str, slot: Slot, time_zone: str, at: datetime, actor: str) -> "Appointment":
        """The visit in another slot, perhaps with another practitioner.

        Raises:
            InvalidTransition: it has begun or ended, or was moved so often that its history would outgrow its item.
        """
        if self.version >= MOST_VERSIONS:
            raise InvalidTransition("This visit was moved too often; cancel it and book another")
        moved = replace(
            self,
            status=self._next_status(Step.RESCHEDULE),
            practitioner_id=practitioner_id,
            room_id=slot.room_id,
            start=slot.start,
            end=slot.end,
            time_zone=time_zone,
        )
        return _recorded(moved, Step.RESCHEDULE, at, actor, None)

    def as_booked(self) -> "Appointment":
        """The visit as it was first stored: what a repeated booking is answered with."""
        first = self.history[0]
        return replace(
            self,
            status=first.status,
            practitioner_id=first.practitioner_id,
            room_id=first.room_id,
            start=first.start,
            end=first.end,
            version=first.version,
            history=(first,),
        )

    def _next_status(self, step: Step) -> Status:
        allowed, status = TRANSITIONS[step]
        if self.status not in allowed:
            raise InvalidTransition(f"A visit that is {self.status} does not allow {step}", current_status=self.status)
        return status


def _recorded(visit: Appointment, step: Step, at: datetime, actor: str, reason: str | None) -> Appointment:
    """The visit with its present state as one more version and one more line of history."""
    entry = Entry(
        version=visit.version + 1,
        step=step,
        status=visit.status,
        at=at,
        actor=actor,
        start=visit.start,
        end=visit.end,
        practitioner_id=visit.practitioner_id,
        room_id=visit.room_id,
        reason=reason,
    )
    return replace(visit, version=entry.version, history=(*visit.history, entry))


@dataclass(frozen=True, slots=True)
class Hold:
    """A slot kept for somebody until `expires_at`; then it is free again by itself."""

    hold_id: str
    patient_id: str
    practitioner_id: str
    room_id: str | None
    start: datetime
    end: datetime
    expires_at: datetime
    actor: str
    fingerprint: str

    @property
    def occupancy(self) -> Occupancy:
        return Occupancy(resources_of(self.practitioner_id, self.patient_id, self.room_id), Span(self.start, self.end))


def resources_of(practitioner_id: str, patient_id: str, room_id: str | None) -> tuple[Resource, ...]:
    """What a visit of these occupies."""
    people = (Resource(Kind.PRACTITIONER, practitioner_id), Resource(Kind.PATIENT, patient_id))
    return (*people, Resource(Kind.ROOM, room_id)) if room_id else people
