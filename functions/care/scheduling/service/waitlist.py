"""The waitlist as patients and the front desk use it: join, leave, accept, decline."""

from collections.abc import Callable
from dataclasses import replace

from care.scheduling import repository
from care.scheduling.errors import AlreadyWaiting, NotBookable, OfferGone, SlotTaken, TooManyEntries
from care.scheduling.models import LATEST, Appointment, Wait, WaitlistEntry, WaitStatus, WaitStep
from care.scheduling.repository import AlreadyBooked
from care.scheduling.service.attempts import Caller, expect, on_latest, repeated
from care.scheduling.service.hours import schedule_for
from kernel import clock, ids
from kernel.errors import Fault, FieldError, Invalid, UnknownReference
from kernel.races import LostRace


def join(patient_id: str, wait: Wait, caller: Caller) -> WaitlistEntry:
    """Put a patient in line. The same key and wish give the same entry again.

    Raises:
        Invalid: the period is over, or further ahead than visits are booked.
        AlreadyWaiting: the patient stands in this line; with the `waitlist_id`.
        TooManyEntries: the patient stands in as many lines as one may.
        UnknownReference: the patient or the practitioner is unknown or not active.
        IdempotencyKeyReused: the key came with another wish.
    """
    waitlist_id = ids.for_create("wtl", caller.user_id, caller.idempotency_key)
    stored = repository.entry(waitlist_id) if caller.idempotency_key else None
    if stored is not None:
        return repeated(stored, caller).as_joined()
    now = clock.second()
    if wait.ends <= now:
        raise Invalid("", FieldError(Fault.PAST, "is past", pointer="/to"))
    if wait.ends > now + LATEST:
        raise Invalid("", FieldError(Fault.TOO_FAR_AHEAD, "is more than a year ahead", pointer="/to"))
    new = WaitlistEntry.join(
        waitlist_id=waitlist_id,
        patient_id=patient_id,
        wait=wait,
        at=now,
        actor=caller.user_id,
        fingerprint=caller.fingerprint,
    )
    try:
        try:
            repository.join(new)
        except (AlreadyWaiting, TooManyEntries):
            if not _expired_some(patient_id, caller.user_id):
                raise
            repository.join(new)
    except AlreadyBooked:
        return repeated(repository.entry(waitlist_id), caller).as_joined()
    return new


def _expired_some(patient_id: str, actor: str) -> bool:
    """End those of a patient's entries whose period is over; whether there were any. Their timers do so too, later."""
    over = [found for found in repository.waiting(patient_id) if found.wait.ends <= clock.second()]
    for found in over:
        on_latest_entry(found, lambda latest: _end(latest, WaitStep.EXPIRE, actor))
    return bool(over)


def find_entry(waitlist_id: str) -> WaitlistEntry | None:
    return repository.entry(waitlist_id)


def entries_of(
    patient_id: str, at: str | None, limit: int, status: WaitStatus | None
) -> tuple[list[WaitlistEntry], str | None]:
    """A page of what a patient waits or waited for, newest first, and where the next begins unless it is the last."""
    found, following = repository.joined_page(patient_id, at, limit)
    return _with(found, status), following


def line_of(
    target: str, at: str | None, limit: int, status: WaitStatus | None
) -> tuple[list[WaitlistEntry], str | None]:
    """A page of those who wait for a practitioner or a specialty, first who is asked first, and its end likewise."""
    found, following = repository.line_page(target, at, limit)
    return _with(found, status), following


def _with(found: list[WaitlistEntry], status: WaitStatus | None) -> list[WaitlistEntry]:
    return [one for one in found if status in (None, one.status)]


def leave(seen: WaitlistEntry, actor: str) -> None:
    """Wait no more; a slot that was offered goes to the next. Who has left already has left.

    Raises:
        NotWaiting: it was booked or has expired.
    """

    def attempt(entry: WaitlistEntry) -> WaitlistEntry:
        return entry if entry.status is WaitStatus.WITHDRAWN else _end(entry, WaitStep.WITHDRAW, actor)

    on_latest_entry(seen, attempt)


def decline(seen: WaitlistEntry, expected: int | None, actor: str) -> WaitlistEntry:
    """Wait for another slot.

    Raises:
        OfferGone: there is no offer.
        Stale: the entry is not at the `expected` version.
    """

    def attempt(entry: WaitlistEntry) -> WaitlistEntry:
        expect(entry, expected)
        if entry.offer is None:
            raise OfferGone
        return end_offer(entry, actor)

    return on_latest_entry(seen, attempt)


def accept(seen: WaitlistEntry, expected: int | None, actor: str) -> Appointment:
    """Book the slot that is offered. Accepting again gives the same visit.

    Raises:
        OfferGone: there is no offer, it has lapsed, or its slot can be booked no more.
        Stale: the entry is not at the `expected` version.
    """

    def attempt(entry: WaitlistEntry) -> Appointment:
        stored = repository.appointment(entry.visit_id) if entry.status is WaitStatus.BOOKED else None
        if stored is not None:
            return stored.as_booked()
        expect(entry, expected)
        now = clock.second()
        if entry.offer is None or entry.offer.expires_at <= now:
            raise OfferGone
        try:
            found = schedule_for(entry.offer.practitioner_id)
            slot = replace(found.bookable_slot(entry.offer.start, now), room_id=entry.offer.room_id)
            visit = Appointment.book(
                appointment_id=entry.visit_id,
                patient_id=entry.patient_id,
                practitioner_id=entry.offer.practitioner_id,
                slot=slot,
                time_zone=entry.offer.time_zone,
                mode=entry.wait.mode,
                reason=entry.wait.reason,
                at=now,
                actor=actor,
                fingerprint=entry.fingerprint,
            )
            new = entry.advance(WaitStep.ACCEPT, now, actor, appointment_id=visit.appointment_id)
            repository.accept(entry, new, entry.hold(entry.offer), visit, found, now)
        except AlreadyBooked as error:
            raise LostRace from error
        except (NotBookable, SlotTaken, UnknownReference) as error:
            # The practitioner has taken leave, or is gone: they wait on, and the slot is nobody's.
            end_offer(entry, actor)
            raise OfferGone from error
        return visit

    return on_latest_entry(seen, attempt)


def end_offer(entry: WaitlistEntry, actor: str) -> WaitlistEntry:
    """Let an entry whose offer came to nothing wait on, or expire if its period is over.

    Raises:
        LostRace: the entry changed.
    """
    over = entry.wait.ends <= clock.second()
    return _end(entry, WaitStep.EXPIRE if over else WaitStep.RETURN, actor)


def _end(entry: WaitlistEntry, step: WaitStep, actor: str) -> WaitlistEntry:
    now = clock.second()
    new = entry.advance(step, now, actor)
    repository.change(entry, new, now)
    return new


def on_latest_entry[T](seen: WaitlistEntry, attempt: Callable[[WaitlistEntry], T]) -> T:
    """Try on the entry as it was seen, then on the latest after each lost race.

    Raises:
        Unavailable: it lost every time.
    """
    return on_latest(seen, lambda: repository.entry(seen.waitlist_id), attempt)
