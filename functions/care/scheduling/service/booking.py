"""Booking and holding: who gets a slot."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from care.scheduling import repository
from care.scheduling.errors import HoldUnusable, NotBookable, SlotTaken
from care.scheduling.models import HOLD_TIME, Appointment, Hold, Mode, Slot
from care.scheduling.repository import AlreadyBooked
from care.scheduling.service.attempts import Caller, again, repeated
from care.scheduling.service.hours import schedule_for
from care.scheduling.service.slots import offering
from kernel import clock, ids
from kernel.errors import Fault, FieldError, UnknownReference


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
        now = clock.second()
        found = schedule_for(wish.practitioner_id)
        slot = found.bookable_slot(wish.start, now)
        hold = _own_hold(wish, now) if wish.hold_id else None
        in_room = _in_room(wish.room_id or (hold.room_id if hold else None))
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
        with offering(found, wish.patient_id, in_room, wish.start, now):
            repository.book(visit, found, now, hold, room_named=wish.room_id is not None)
        return visit

    try:
        return again(attempt)
    except AlreadyBooked:
        return repeated(repository.appointment(appointment_id), caller).as_booked()
    except (NotBookable, SlotTaken, HoldUnusable, UnknownReference):
        # What was booked before stays booked, whatever has changed since: the caller may only have lost our answer.
        stored = repository.appointment(appointment_id) if caller.idempotency_key else None
        if stored is None:
            raise
        return repeated(stored, caller).as_booked()


def _in_room(room_id: str | None) -> Callable[[Slot], Slot]:
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
        raise HoldUnusable(
            "", FieldError(Fault.NOT_ALLOWED, "holds another time, patient or practitioner", pointer="/hold_id")
        )
    return held


def hold(wish: Wish, caller: Caller) -> Hold:
    """Keep a slot for ten minutes.

    Raises:
        NotBookable, UnknownReference, SlotTaken, IdempotencyKeyReused: as when booking.
    """
    hold_id = ids.for_create("hold", caller.user_id, caller.idempotency_key)

    def attempt() -> Hold:
        now = clock.second()
        found = schedule_for(wish.practitioner_id)
        in_room = _in_room(wish.room_id)
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
        with offering(found, wish.patient_id, in_room, wish.start, now):
            repository.place_hold(held, found, now)
        return held

    try:
        return again(attempt)
    except AlreadyBooked:
        return repeated(repository.hold(hold_id), caller)
    except (NotBookable, UnknownReference):
        stored = repository.hold(hold_id) if caller.idempotency_key else None
        if stored is None:
            raise
        return repeated(stored, caller)


def find_hold(hold_id: str) -> Hold | None:
    return repository.hold(hold_id)


def release(held: Hold) -> None:
    """Give a hold back before it expires."""
    repository.release_hold(held)
