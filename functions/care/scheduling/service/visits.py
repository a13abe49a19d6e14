"""Visits: found, listed, moved, cancelled and carried through their states."""

from dataclasses import replace
from datetime import datetime

from care.scheduling import repository
from care.scheduling.models import Appointment, Resource, Slot, Span, Status, Step
from care.scheduling.service.attempts import expect, on_latest
from care.scheduling.service.hours import schedule_for
from care.scheduling.service.slots import offering
from kernel import clock
from kernel.dynamodb import Place


def find(appointment_id: str) -> Appointment | None:
    return repository.appointment(appointment_id)


def visits_of(
    resource: Resource, span: Span, after: Place | None, limit: int, statuses: frozenset[Status] | None
) -> tuple[list[Appointment], Place | None]:
    """A page of the visits of a patient or practitioner by start, and where it ended unless it is the last."""
    return repository.visits(resource, span, after, limit, statuses)


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
        expect(old, expected)
        if (old.status, old.start, old.practitioner_id) == (Status.BOOKED, start, to):
            return old
        now = clock.second()
        found = schedule_for(to)
        same = to == old.practitioner_id

        def in_room(slot: Slot) -> Slot:
            return slot if slot.room_id or not same else replace(slot, room_id=old.room_id)

        slot = in_room(found.bookable_slot(start, now))
        new = old.move(to, slot, found.time_zone(start.date()), now, actor)
        with offering(found, old.patient_id, in_room, start, now):
            repository.move(old, new, found, now)
        return new

    return on_latest(seen, lambda: repository.appointment(seen.appointment_id), attempt)


def cancel(seen: Appointment, reason: str, expected: int | None, actor: str) -> Appointment:
    """Cancel a visit and free its time.

    Raises:
        InvalidTransition: it has begun or ended.
        Stale: it is not at the `expected` version.
    """

    def attempt(old: Appointment) -> Appointment:
        expect(old, expected)
        new = old.advance(Step.CANCEL, clock.second(), actor, reason)
        repository.cancel(old, new)
        return new

    return on_latest(seen, lambda: repository.appointment(seen.appointment_id), attempt)


def advance(seen: Appointment, step: Step, expected: int | None, actor: str) -> Appointment:
    """Check in, start, complete, or mark as no-show; the visit keeps its time.

    Raises:
        InvalidTransition: the state does not allow it.
        Stale: it is not at the `expected` version.
    """

    def attempt(old: Appointment) -> Appointment:
        expect(old, expected)
        new = old.advance(step, clock.second(), actor)
        repository.save(old, new)
        return new

    return on_latest(seen, lambda: repository.appointment(seen.appointment_id), attempt)
