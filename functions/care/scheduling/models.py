"""Visits, hours and leave: the rules of scheduling, pure.

Instants are aware UTC datetimes. Hours are wall-clock times in the clinic's IANA zone. Occupancy is counted in ticks of
five minutes of UTC days, so that neither daylight saving nor two clinics in different zones can hide an overlap.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from care.scheduling.errors import NotBookable
from kernel.errors import InvalidTransition

TICK = timedelta(minutes=5)
HOLD_TIME = timedelta(minutes=10)
ONE_DAY = timedelta(days=1)
MIDNIGHT = time()
LATEST = timedelta(days=366)  # how far ahead a visit can be booked
MOST_VERSIONS = 50  # of a visit, whose item keeps a line for each; what remains is enough to carry it to its end
# Hours last up to a day, and west of Greenwich the UTC day is ahead of the local one: what began on this many days
# before a UTC day can reach into it.
REACH = timedelta(days=2)


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


# ---- time -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of time, `start` included, `end` not."""

    start: datetime
    end: datetime

    def overlaps(self, other: "Span") -> bool:
        return self.start < other.end and other.start < self.end

    def without(self, others: Iterable["Span"]) -> list["Span"]:
        """What is left of this when the others are cut out."""
        left = [self]
        for other in others:
            left = [
                piece
                for span in left
                for piece in (
                    Span(span.start, min(span.end, other.start)),
                    Span(max(span.start, other.end), span.end),
                )
                if piece.start < piece.end
            ]
        return left


EVER = Span(datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))


@dataclass(frozen=True, slots=True, order=True)
class Tick:
    """Five minutes: number `index` (0 to 287) of the UTC day `day`."""

    day: date
    index: int

    @property
    def start(self) -> datetime:
        return datetime.combine(self.day, MIDNIGHT, UTC) + self.index * TICK

    @classmethod
    def at(cls, instant: datetime) -> "Tick":
        """The tick in which an instant lies."""
        utc = instant.astimezone(UTC)
        return cls(utc.date(), (utc.hour * 60 + utc.minute) // 5)


def ticks(span: Span) -> list[Tick]:
    """The ticks of a span whose ends lie on ticks."""
    return [Tick.at(span.start + n * TICK) for n in range((span.end - span.start) // TICK)]


def merge(taken: Iterable[Tick]) -> list[Span]:
    """The fewest spans that cover exactly these ticks, in order."""
    spans: list[Span] = []
    for tick in sorted(taken):
        if spans and spans[-1].end == tick.start:
            spans[-1] = Span(spans[-1].start, tick.start + TICK)
        else:
            spans.append(Span(tick.start, tick.start + TICK))
    return spans


# ---- hours ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hours:
    """Working hours on one weekday (Monday 0). An `end` not after `start` is on the next day."""

    weekday: int
    start: time
    end: time
    room_id: str | None = None


@dataclass(frozen=True, slots=True)
class Break:
    """Time off within working hours, on one weekday or, without one, on all."""

    start: time
    end: time
    weekday: int | None = None


@dataclass(frozen=True, slots=True)
class Leave:
    """Time off on one local day; all of it unless `start` and `end` say otherwise."""

    day: date
    start: time | None = None
    end: time | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A time that can be booked, in the room that the hours name."""

    start: datetime
    end: datetime
    room_id: str | None = None

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Plan:
    """One version of a practitioner's week."""

    version: int
    time_zone: str
    slot_minutes: int
    weekly: tuple[Hours, ...]
    breaks: tuple[Break, ...]
    valid_from: date
    valid_to: date | None = None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def covers(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def slots(self, day: date, leave: Iterable[Leave], within: Span) -> Iterator[Slot]:
        """The slots that begin within the span, of the hours that begin on this local day. Lengths are real time: an
        hour that the clocks skip holds no slot and an hour that they repeat holds twice as many.

        The grid begins anew after a break. Leave only takes slots away: the others stay where people saw them."""
        off = [_leave_span(item, self.zone) for item in leave]
        length = timedelta(minutes=self.slot_minutes)
        for hours in self.weekly:
            if hours.weekday != day.weekday():
                continue
            worked = _span(hours.start, hours.end, day, self.zone)
            if not worked.overlaps(within):
                continue
            for piece in worked.without(self._pauses(day)):
                for number in range((piece.end - piece.start) // length):
                    start = piece.start + number * length
                    if within.start <= start < within.end:
                        slot = Slot(start, start + length, hours.room_id)
                        if not any(slot.span.overlaps(span) for span in off):
                            yield slot

    def _pauses(self, day: date) -> list[Span]:
        """The breaks of this local day and, because hours and breaks can pass midnight, of its neighbours."""
        return [
            _span(pause.start, pause.end, near, self.zone)
            for near in (day - ONE_DAY, day, day + ONE_DAY)
            for pause in self.breaks
            if pause.weekday in (None, near.weekday())
        ]


def _span(start: time, end: time, day: date, zone: ZoneInfo) -> Span:
    """Wall-clock times of a local day as instants. Where hours meet they share an instant, also when clocks change."""
    last = day if end > start else day + ONE_DAY
    return Span(instant(day, start, zone), instant(last, end, zone))


def instant(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """When a clock in `zone` first shows this; where the clocks skip it, the moment at which they skip."""
    local = datetime.combine(day, wall, zone)
    while local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        local += TICK  # wall-clock arithmetic: walks to the end of the gap
    return local.astimezone(UTC)


def _leave_span(leave: Leave, zone: ZoneInfo) -> Span:
    return _span(leave.start or MIDNIGHT, leave.end or MIDNIGHT, leave.day, zone)


@dataclass(frozen=True, slots=True)
class Schedule:
    """All that decides when a practitioner can be booked, but for the visits themselves.

    Attributes:
        version: counts every change of plans or leave.
        plans: the versions of the week that still matter; the latest that covers a day holds on it.
    """

    practitioner_id: str
    version: int
    plans: tuple[Plan, ...]
    leave: tuple[Leave, ...]

    def plan_on(self, day: date) -> Plan | None:
        return max((plan for plan in self.plans if plan.covers(day)), key=lambda plan: plan.version, default=None)

    def time_zone(self, day: date) -> str:
        """The zone in which this day is counted: that of the plan that holds, else of the latest."""
        plan = self.plan_on(day) or self.plans[-1]
        return plan.time_zone

    def slots(self, first: date, last: date, within: Span = EVER) -> list[Slot]:
        """The slots within the span of the hours that begin on these local days, in order, whether taken or not."""
        found: list[Slot] = []
        day = first
        while day <= last:
            plan = self.plan_on(day)
            if plan is not None:
                near = [item for item in self.leave if abs(item.day - day) <= ONE_DAY]
                found += plan.slots(day, near, within)
            day += ONE_DAY
        return sorted(found)

    def slot_at(self, start: datetime) -> Slot | None:
        """The slot that begins at this instant, if there is one."""
        day = start.astimezone(UTC).date()
        return next(iter(self.slots(day - REACH, day + ONE_DAY, Span(start, start + timedelta.resolution))), None)

    def bookable_slot(self, start: datetime, now: datetime) -> Slot:
        """The slot at `start`, which can be booked now.

        Raises:
            NotBookable: it is past, too far ahead, or there is no slot.
        """
        if start <= now:
            raise NotBookable("This time is past")
        if start > now + LATEST:
            raise NotBookable("Visits can be booked up to a year ahead")
        slot = self.slot_at(start)
        if slot is None:
            raise NotBookable("The practitioner has no slot that begins at this time")
        return slot

    def local_span(self, first: date, last: date) -> Span:
        """The instants at which these local days begin and end."""
        return Span(
            instant(first, MIDNIGHT, ZoneInfo(self.time_zone(first))),
            instant(last + ONE_DAY, MIDNIGHT, ZoneInfo(self.time_zone(last))),
        )

    def leave_span(self, leave: Leave) -> Span:
        return _leave_span(leave, ZoneInfo(self.time_zone(leave.day)))

    def with_plan(self, plan: Plan, today: date) -> "Schedule":
        """With a new version of the week; plans that can no longer hold on any day from today on are dropped."""
        kept = [
            old
            for old in self.plans
            if (old.valid_to is None or old.valid_to >= today - REACH) and not _superseded(old, plan, today)
        ]
        return replace(self, version=self.version + 1, plans=(*kept, plan))

    def with_leave(self, leave: Leave, today: date) -> "Schedule":
        """With this leave in place of any other on its day; leave long past is dropped."""
        kept = [item for item in self.leave if item.day != leave.day and item.day >= today - REACH]
        return replace(self, version=self.version + 1, leave=tuple(sorted([*kept, leave], key=lambda item: item.day)))

    def without_leave(self, day: date) -> "Schedule":
        return replace(self, version=self.version + 1, leave=tuple(item for item in self.leave if item.day != day))


def _superseded(old: Plan, new: Plan, today: date) -> bool:
    return max(old.valid_from, today - REACH) >= new.valid_from and (
        new.valid_to is None or (old.valid_to is not None and old.valid_to <= new.valid_to)
    )


# ---- visits ---------------------------------------------------------------------------------------------------------


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
    that booked it from others."""

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
        )
        return _recorded(unborn, Step.BOOK, at, actor, None)

    @property
    def occupancy(self) -> Occupancy:
        return Occupancy(resources_of(self.practitioner_id, self.patient_id, self.room_id), Span(self.start, self.end))

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


def nearest(slots: Sequence[Slot], wanted: datetime, most: int) -> list[Slot]:
    """The slots closest in time to the wanted one, in order of time."""
    return sorted(sorted(slots, key=lambda slot: (abs(slot.start - wanted), slot.start))[:most])
