"""The use cases of scheduling. Each decides on what it has just read, writes under conditions that say so, and decides
again when it lost a race."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from care.scheduling import repository
from care.scheduling.errors import HoldUnusable, NotBookable, SlotTaken
from care.scheduling.models import (
    HOLD_TIME,
    ONE_DAY,
    REACH,
    Appointment,
    Hold,
    Kind,
    Leave,
    Mode,
    Plan,
    Resource,
    Schedule,
    Slot,
    Span,
    Status,
    Step,
    Tick,
    nearest,
    resources_of,
    ticks,
)
from care.scheduling.repository import AlreadyBooked, LostRace, Place
from kernel import clock, ids
from kernel.errors import (
    FieldError,
    IdempotencyKeyReused,
    NotFound,
    Stale,
    Unavailable,
    UnknownReference,
)

SECOND = timedelta(seconds=1)
ALTERNATIVES = 5
ALTERNATIVE_DAYS = timedelta(days=7)
AFFECTED_DAYS = timedelta(days=90)  # how far ahead a new week is compared with what is booked
MOST_AFFECTED = 100
_ATTEMPTS = 4
_PENDING = frozenset({Status.BOOKED, Status.CHECKED_IN})


@dataclass(frozen=True, slots=True)
class Caller:
    """Who acts, and the key that makes their create idempotent."""

    user_id: str
    idempotency_key: str | None = None
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to book or hold."""

    practitioner_id: str
    patient_id: str
    start: datetime
    room_id: str | None = None
    mode: Mode = Mode.IN_PERSON
    reason: str | None = None
    hold_id: str | None = None


def _now() -> datetime:
    return clock.now().replace(microsecond=0)


def _again[T](attempt: Callable[[], T]) -> T:
    """Let `attempt` read, decide and write, again when it lost a race.

    Raises:
        Unavailable: it lost every time.
    """
    for _ in range(_ATTEMPTS):
        try:
            return attempt()
        except LostRace:
            continue
    raise Unavailable


# ---- hours and leave ------------------------------------------------------------------------------------------------


def schedule(practitioner_id: str) -> Schedule:
    """Raises NotFound where no schedule was ever set."""
    found = repository.schedule_of(practitioner_id)
    if found is None:
        raise NotFound("No schedule was ever set for this practitioner")
    return found


def set_schedule(
    practitioner_id: str, plan: Plan, expected: int | None, actor: str
) -> tuple[Schedule, list[Appointment]]:
    """Make `plan` (its version is set here) the practitioner's week from its first day on.

    Returns:
        the schedule, and the booked visits of the next 90 days that lie outside it: they stand, and somebody should
        move them.

    Raises:
        Invalid: more is planned ahead than a schedule holds.
        Stale: the schedule is not at the `expected` version.
        UnknownReference: the practitioner or a room is unknown or not active.
    """

    def attempt() -> Schedule:
        now = _now()
        old = _expected(repository.schedule_of(practitioner_id) or Schedule(practitioner_id, 0, (), ()), expected)
        new = old.with_plan(replace(plan, version=old.version + 1), now.date())
        repository.save_plan(new, actor, now)
        return new

    new = _again(attempt)
    today = _now().date()
    first = max(plan.valid_from, today)
    last = min(plan.valid_to or date.max, first + AFFECTED_DAYS)
    booked = _pending(practitioner_id, new.local_span(first, last))
    slots = [slot.span for slot in new.slots(first - ONE_DAY, last + ONE_DAY)]
    return new, [visit for visit in booked if Span(visit.start, visit.end) not in slots]


def plan_leave(
    practitioner_id: str, leave: Leave, expected: int | None, actor: str
) -> tuple[Schedule, list[Appointment]]:
    """Take time off: free slots in it can no longer be booked, not even by who saw them a moment ago.

    Returns:
        the schedule, and the visits booked in the leave: they stand, and somebody should move them.

    Raises:
        Invalid: more is planned ahead than a schedule holds.
        NotFound: no schedule was ever set.
        Stale: the schedule is not at the `expected` version.
    """

    def attempt() -> Schedule:
        now = _now()
        new = _expected(schedule(practitioner_id), expected).with_leave(leave, now.date())
        span = new.leave_span(leave)
        days = {tick.day for tick in (Tick.at(span.start), Tick.at(span.end))}
        repository.save_leave(new, "LeavePlanned", sorted(days), actor, now)
        return new

    new = _again(attempt)
    return new, _pending(practitioner_id, new.leave_span(leave))


def withdraw_leave(practitioner_id: str, day: date, actor: str) -> None:
    """Work on a day after all.

    Raises:
        NotFound: there is no leave on this day.
    """

    def attempt() -> None:
        old = schedule(practitioner_id)
        if all(leave.day != day for leave in old.leave):
            raise NotFound("There is no leave on this day")
        repository.save_leave(old.without_leave(day), "LeaveWithdrawn", (), actor, _now())

    _again(attempt)


def _expected(found: Schedule, version: int | None) -> Schedule:
    if version is not None and version != found.version:
        raise Stale
    return found


def _pending(practitioner_id: str, span: Span) -> list[Appointment]:
    """The visits still to come that overlap the span."""
    resource = Resource(Kind.PRACTITIONER, practitioner_id)
    begins = Span(span.start - ONE_DAY, span.end)
    found, _ = repository.visits(resource, begins, None, MOST_AFFECTED, _PENDING)
    return [visit for visit in found if Span(visit.start, visit.end).overlaps(span)]


# ---- free slots -----------------------------------------------------------------------------------------------------


def availability(practitioner_id: str, first: date, last: date) -> tuple[str, list[Slot]]:
    """The free slots of these local days that are still to come, and the zone in which the days are counted.

    Raises:
        NotFound: no schedule was ever set.
    """
    found = schedule(practitioner_id)
    now = _now()
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


def _alternatives(
    found: Schedule, patient_id: str, in_room: Callable[[Slot], Slot], wanted: datetime, now: datetime
) -> list[Slot]:
    """The slots nearest to the wanted time, within a week of it, at which everybody is free. Mostly a day has enough
    of them, and is a tenth of the work."""
    free: list[Slot] = []
    for reach in (ONE_DAY, ALTERNATIVE_DAYS):
        around = Span(max(wanted - reach, now + SECOND), max(wanted, now) + reach)
        slots = map(in_room, found.slots(around.start.date() - REACH, around.end.date() + ONE_DAY, around))
        free = _free([(slot, resources_of(found.practitioner_id, patient_id, slot.room_id)) for slot in slots], now)
        if len(free) >= ALTERNATIVES:
            break
    return nearest(free, wanted, ALTERNATIVES)


@contextmanager
def _offering(
    found: Schedule, patient_id: str, in_room: Callable[[Slot], Slot], wanted: datetime, now: datetime
) -> Iterator[None]:
    """Let a refusal within carry the free times near the wanted one.

    Raises:
        SlotTaken: as it came, with `alternatives`.
    """
    try:
        yield
    except SlotTaken as taken:
        alternatives = _alternatives(found, patient_id, in_room, wanted, now)
        raise SlotTaken("", **taken.extensions, alternatives=alternatives) from None


# ---- booking --------------------------------------------------------------------------------------------------------


def book(wish: Wish, caller: Caller) -> Appointment:
    """Book a visit: atomic over practitioner, patient and room. The same key and wish give the same visit again.

    Raises:
        NotBookable: past, on leave or outside the hours.
        UnknownReference: patient, practitioner or room is unknown or not active.
        SlotTaken: with `conflicts` and `alternatives`.
        HoldUnusable: the hold is for another visit.
        IdempotencyKeyReused: the key came with another wish.
    """
    appointment_id = ids.for_create("apt", caller.user_id, caller.idempotency_key)

    def attempt() -> Appointment:
        now = _now()
        found = _schedule_for(wish)
        slot = found.bookable_slot(wish.start, now)
        hold = _own_hold(wish, now) if wish.hold_id else None
        in_room = _room(wish.room_id or (hold.room_id if hold else None))
        slot = in_room(slot)
        visit = Appointment.book(
            appointment_id=appointment_id,
            patient_id=wish.patient_id,
            practitioner_id=wish.practitioner_id,
            slot=slot,
            time_zone=found.time_zone(wish.start.date()),
            mode=wish.mode,
            reason=wish.reason,
            at=now,
            actor=caller.user_id,
            fingerprint=caller.fingerprint,
        )
        with _offering(found, wish.patient_id, in_room, wish.start, now):
            repository.book(visit, found, now, hold, room_named=wish.room_id is not None)
        return visit

    try:
        return _again(attempt)
    except AlreadyBooked:
        return _repeated(appointment_id, caller)
    except (NotBookable, SlotTaken, HoldUnusable, UnknownReference):
        # What was booked before stays booked, whatever has changed since: the caller may only have lost our answer.
        if caller.idempotency_key and repository.appointment(appointment_id):
            return _repeated(appointment_id, caller)
        raise


def _repeated(appointment_id: str, caller: Caller) -> Appointment:
    stored = repository.appointment(appointment_id)
    if stored is None or stored.fingerprint != caller.fingerprint:
        raise IdempotencyKeyReused
    return stored.as_booked()


def _schedule_for(wish: Wish) -> Schedule:
    """Raises UnknownReference without such a practitioner, NotBookable where they have no hours."""
    found = repository.schedule_of(wish.practitioner_id)
    if found is None:
        repository.require_practitioner(wish.practitioner_id)
        raise NotBookable("The practitioner has no hours yet")
    return found


def _room(room_id: str | None) -> Callable[[Slot], Slot]:
    """Puts a slot into a room, or leaves it in that of its hours."""
    return lambda slot: replace(slot, room_id=room_id) if room_id else slot


def _own_hold(wish: Wish, now: datetime) -> Hold | None:
    """The hold that the wish names, None where it has expired or is used up: then the time may still be free.

    Raises:
        HoldUnusable: it is for another visit.
    """
    held = repository.hold(wish.hold_id or "")
    if held is None or held.expires_at <= now:
        return None
    if (held.patient_id, held.practitioner_id, held.start) != (wish.patient_id, wish.practitioner_id, wish.start):
        raise HoldUnusable("", FieldError("holds another time, patient or practitioner", pointer="/hold_id"))
    return held


def hold(wish: Wish, caller: Caller) -> Hold:
    """Keep a slot for ten minutes.

    Raises:
        NotBookable, UnknownReference, SlotTaken, IdempotencyKeyReused: as when booking.
    """
    hold_id = ids.for_create("hold", caller.user_id, caller.idempotency_key)

    def attempt() -> Hold:
        now = _now()
        found = _schedule_for(wish)
        in_room = _room(wish.room_id)
        slot = in_room(found.bookable_slot(wish.start, now))
        held = Hold(
            hold_id=hold_id,
            patient_id=wish.patient_id,
            practitioner_id=wish.practitioner_id,
            room_id=slot.room_id,
            start=slot.start,
            end=slot.end,
            expires_at=now + HOLD_TIME,
            actor=caller.user_id,
            fingerprint=caller.fingerprint,
        )
        with _offering(found, wish.patient_id, in_room, wish.start, now):
            repository.place_hold(held, found, now)
        return held

    try:
        return _again(attempt)
    except (AlreadyBooked, NotBookable, UnknownReference) as refused:
        stored = repository.hold(hold_id) if caller.idempotency_key else None
        if stored is None and not isinstance(refused, AlreadyBooked):
            raise
        if stored is None or stored.fingerprint != caller.fingerprint:
            raise IdempotencyKeyReused from None
        return stored


def find_hold(hold_id: str) -> Hold | None:
    return repository.hold(hold_id)


def release(held: Hold) -> None:
    """Give a hold back before it expires."""
    repository.release_hold(held)


# ---- visits ---------------------------------------------------------------------------------------------------------


def find(appointment_id: str) -> Appointment | None:
    return repository.appointment(appointment_id)


def visits_of(
    resource: Resource, span: Span, after: Place | None, limit: int, status: Status | None
) -> tuple[list[Appointment], Place | None]:
    """A page of the visits of a patient or practitioner by start, and where it ended unless it is the last."""
    return repository.visits(resource, span, after, limit, frozenset({status}) if status else None)


def speaks_for(proxy_id: str, patient_id: str) -> bool:
    """Whether one patient may act for another."""
    return repository.speaks_for(proxy_id, patient_id)


def time_zone_of(practitioner_id: str, day: date) -> str | None:
    """The zone in which the practitioner's days are counted, None without a schedule."""
    found = repository.schedule_of(practitioner_id)
    return found.time_zone(day) if found else None


def reschedule(
    seen: Appointment, start: datetime, practitioner_id: str | None, expected: int | None, actor: str
) -> Appointment:
    """Move a visit as one atomic step: it keeps its old time unless it gets the new one.

    Args:
        seen: the visit as it was read when the caller was authorized.
        practitioner_id: another practitioner, None for the same.

    Raises:
        InvalidTransition: it has begun or ended.
        Stale: it is not at the `expected` version.
        NotBookable, UnknownReference, SlotTaken: as when booking.
    """
    to = practitioner_id or seen.practitioner_id

    def attempt(old: Appointment) -> Appointment:
        if (old.status, old.start, old.practitioner_id) == (Status.BOOKED, start, to):
            return old
        now = _now()
        wish = Wish(practitioner_id=to, patient_id=old.patient_id, start=start)
        found = _schedule_for(wish)
        same = to == old.practitioner_id

        def in_room(slot: Slot) -> Slot:
            return slot if slot.room_id or not same else replace(slot, room_id=old.room_id)

        slot = in_room(found.bookable_slot(start, now))
        new = old.move(to, slot, found.time_zone(start.date()), now, actor)
        with _offering(found, old.patient_id, in_room, start, now):
            repository.move(old, new, found, now)
        return new

    return _on_latest(seen, expected, attempt)


def cancel(seen: Appointment, reason: str, expected: int | None, actor: str) -> Appointment:
    """Cancel a visit and free its time.

    Raises:
        InvalidTransition: it has begun or ended.
        Stale: it is not at the `expected` version.
    """

    def attempt(old: Appointment) -> Appointment:
        new = old.advance(Step.CANCEL, _now(), actor, reason)
        repository.cancel(old, new)
        return new

    return _on_latest(seen, expected, attempt)


def advance(seen: Appointment, step: Step, expected: int | None, actor: str) -> Appointment:
    """Check in, start, complete, or mark as no-show; the visit keeps its time.

    Raises:
        InvalidTransition: the state does not allow it.
        Stale: it is not at the `expected` version.
    """

    def attempt(old: Appointment) -> Appointment:
        new = old.advance(step, _now(), actor)
        repository.save(old, new)
        return new

    return _on_latest(seen, expected, attempt)


def _on_latest(seen: Appointment, expected: int | None, attempt: Callable[[Appointment], Appointment]) -> Appointment:
    """Try on the visit as it was seen, then on the latest after each lost race.

    Raises:
        Stale: it is not, or no longer, at the `expected` version.
    """
    latest = seen
    for _ in range(_ATTEMPTS):
        if expected is not None and latest.version != expected:
            raise Stale
        try:
            return attempt(latest)
        except LostRace:
            latest = repository.appointment(seen.appointment_id) or latest
    raise Unavailable
