"""Encounters: opened for a booked visit or a walk-in, and stepped through their states."""

from collections.abc import Callable, Collection

from care.records.errors import AppointmentOver
from care.records.models import (
    Encounter,
    EncounterClass,
    EncounterStatus,
    Happened,
    Step,
    Visit,
    VisitStatus,
)
from care.records.repository import AlreadyStored, encounters, visits
from care.records.service.callers import Caller
from kernel import clock, ids
from kernel.errors import IdempotencyKeyReused, NotFound, Stale
from kernel.races import again


def has_open(patient_id: str) -> bool:
    """Whether an encounter of the patient is planned or under way."""
    return encounters.has_open(patient_id)


def find(encounter_id: str) -> Encounter | None:
    return encounters.find(encounter_id)


def find_all(encounter_ids: Collection[str]) -> dict[str, Encounter]:
    return encounters.find_all(encounter_ids)


def visit(appointment_id: str) -> Visit | None:
    """A booked visit, as far as it is known; None where no event has told of it yet."""
    return visits.visit(appointment_id)


def follow(told: Visit) -> None:
    """Remember what an event says of a visit, unless something newer is known."""
    visits.keep(told)


def open_for_visit(booked: Visit, class_: EncounterClass | None, joining: str | None, caller: Caller) -> Encounter:
    """Open the encounter of a booked visit; whoever has come has arrived.

    Args:
        joining: who takes part beside the practitioner, if the caller is not that practitioner.

    Raises:
        AppointmentOver: it was cancelled, or nobody came.
        EncounterExists: it has an encounter.
        UnknownReference: patient or practitioner are not active any more.
    """
    if booked.over:
        raise AppointmentOver
    usual = EncounterClass.VIRTUAL if booked.video else EncounterClass.AMBULATORY
    status = EncounterStatus.PLANNED if booked.status is VisitStatus.BOOKED else EncounterStatus.ARRIVED
    whose = booked.patient_id, booked.practitioner_id
    return _open(*whose, class_ or usual, status, booked.appointment_id, joining, caller)


def open_walk_in(
    patient_id: str, practitioner_id: str, class_: EncounterClass | None, joining: str | None, caller: Caller
) -> Encounter:
    """Open the encounter of a patient who came without a visit.

    Raises:
        UnknownReference: there is no such active patient or practitioner.
    """
    class_ = class_ or EncounterClass.AMBULATORY
    return _open(patient_id, practitioner_id, class_, EncounterStatus.ARRIVED, None, joining, caller)


def _open(
    patient_id: str,
    practitioner_id: str,
    class_: EncounterClass,
    status: EncounterStatus,
    appointment_id: str | None,
    joining: str | None,
    caller: Caller,
) -> Encounter:
    now, who = clock.second(), caller.author.user_id
    opened = Encounter(
        encounter_id=ids.for_create("enc", who, caller.key),
        patient_id=patient_id,
        practitioner_id=practitioner_id,
        class_=class_,
        status=status,
        appointment_id=appointment_id,
        opened_at=now,
        version=1,
        history=(Happened(1, Step.OPEN, status, now, who),),
        participants=frozenset({joining}) if joining else frozenset(),
        fingerprint=caller.fingerprint,
    )

    def once() -> Encounter:
        try:
            encounters.add(opened)
        except AlreadyStored:
            stored = encounters.find(opened.encounter_id)
            if stored is None or stored.fingerprint != opened.fingerprint:
                raise IdempotencyKeyReused from None
            return stored
        return opened

    return again(once)


def start(seen: Encounter, expected: int | None, actor: str) -> Encounter:
    """Begin: from now on things are recorded in it."""
    return _step(seen, expected, lambda old: old.advance(Step.START, clock.second(), actor))


def join(seen: Encounter, participant: str, expected: int | None, actor: str) -> Encounter:
    """Let somebody more take part."""
    return _step(seen, expected, lambda old: old.join(participant, clock.second(), actor))


def leave(seen: Encounter, participant: str, expected: int | None, actor: str) -> Encounter:
    """Let somebody take part no longer; what they wrote stays, and because of this encounter they treat nobody."""
    return _step(seen, expected, lambda old: old.leave(participant, clock.second(), actor))


def close(seen: Encounter, expected: int | None, actor: str) -> Encounter:
    """End it: nothing more is recorded in it, and billing learns of it."""
    return _step(seen, expected, lambda old: old.advance(Step.CLOSE, clock.second(), actor))


def cancel(seen: Encounter, reason: str, expected: int | None, actor: str) -> Encounter:
    """Call it off before it began."""
    return _step(seen, expected, lambda old: old.advance(Step.CANCEL, clock.second(), actor), reason)


def retract(seen: Encounter, reason: str, expected: int | None, actor: str) -> Encounter:
    """Say that there never was such an encounter.

    Raises:
        EncounterNotEmpty: something that was recorded in it stands.
    """
    return _step(seen, expected, lambda old: old.advance(Step.RETRACT, clock.second(), actor), reason)


def _step(
    seen: Encounter, expected: int | None, advance: Callable[[Encounter], Encounter], reason: str | None = None
) -> Encounter:
    """Take a step on the encounter as it was seen, then on the latest after each lost race.

    Raises:
        InvalidTransition: its state does not allow it.
        Stale: it is not, or no longer, at the `expected` version.
    """
    latest = [seen]

    def once() -> Encounter:
        old = latest.pop() if latest else encounters.find(seen.encounter_id)
        if old is None:
            raise NotFound
        if expected is not None and old.version != expected:
            raise Stale
        new = advance(old)
        if new is not old:
            encounters.step(old, new, reason)
        return new

    return again(once)
