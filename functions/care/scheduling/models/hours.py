"""When a practitioner can be booked: weekly hours, breaks and leave, as wall-clock times in the clinic's IANA zone."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from care.scheduling.errors import NotBookable
from care.scheduling.models.time import EVER, MIDNIGHT, ONE_DAY, Span, instant

LATEST = timedelta(days=366)  # how far ahead a visit can be booked
# Hours last up to a day, and west of Greenwich the UTC day is ahead of the local one: what began on this many days
# before a UTC day can reach into it.
REACH = timedelta(days=2)


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
                first = max(0, _lengths(within.start - piece.start, length))
                end = min((piece.end - piece.start) // length, _lengths(within.end - piece.start, length))
                for number in range(first, end):
                    start = piece.start + number * length
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


def _lengths(time_between: timedelta, length: timedelta) -> int:
    """How many lengths it takes to cover a time."""
    return -(-time_between // length)


def _span(start: time, end: time, day: date, zone: ZoneInfo) -> Span:
    """Wall-clock times of a local day as instants. Where hours meet they share an instant, also when clocks change."""
    last = day if end > start else day + ONE_DAY
    return Span(instant(day, start, zone), instant(last, end, zone))


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


def nearest(slots: Sequence[Slot], wanted: datetime, most: int) -> list[Slot]:
    """The slots closest in time to the wanted one, in order of time."""
    return sorted(sorted(slots, key=lambda slot: (abs(slot.start - wanted), slot.start))[:most])
