"""Routes of encounters."""

from collections.abc import Callable

from care.records.errors import AppointmentOver, EncounterExists, EncounterNotEmpty
from care.records.handler.api import (
    ENCOUNTER,
    PARTICIPANT,
    STEP,
    api,
    caller_of,
    encounter_out,
    found_encounter,
    meeting,
)
from care.records.models import Encounter, EncounterClass
from care.records.schemas.encounters import EncounterIn, EncounterOut, ParticipantIn, WhyIn
from care.records.service import encounters
from kernel.errors import (
    Fault,
    FieldError,
    IdempotencyKeyReused,
    Invalid,
    InvalidTransition,
    NotFound,
    UnknownReference,
)
from kernel.http import Call


@api.post(
    "/v1/encounters",
    action="OpenEncounter",
    body=EncounterIn,
    answer=EncounterOut,
    status=201,
    problems=(EncounterExists, AppointmentOver, UnknownReference, IdempotencyKeyReused),
    idempotent=True,
    told=True,
)
def open_encounter(call: Call, body: EncounterIn) -> EncounterOut:
    """Open the encounter of a booked visit, or of a patient who came without one.

    A nurse who receives somebody takes part. A visit is known here some seconds after it was booked.
    """
    caller = caller_of(call, body)
    class_ = EncounterClass(body.class_) if body.class_ else None
    joining = call.principal.user_id if "nurse" in call.principal.roles else None
    if body.appointment_id:
        booked = encounters.visit(body.appointment_id)
        patient_id, practitioner_id = (booked.patient_id, booked.practitioner_id) if booked else ("", "")
        call.authorize(meeting(call, "", patient_id, practitioner_id))
        if booked is None:
            raise UnknownReference(
                "", FieldError(Fault.UNKNOWN_REFERENCE, "does not exist or is not known yet", pointer="/appointment_id")
            )
        return encounter_out(encounters.open_for_visit(booked, class_, joining, caller))
    patient_id = body.patient_id or ""
    practitioner_id = body.practitioner_id or call.principal.practitioner_id or ""
    # Who treats a patient may receive them; a booked visit or somebody else's word makes them theirs, not their own.
    call.authorize(meeting(call, "", patient_id, ""))
    if not practitioner_id:
        raise Invalid("", FieldError(Fault.MISSING, "is needed, unless it is you", pointer="/practitioner_id"))
    return encounter_out(encounters.open_walk_in(patient_id, practitioner_id, class_, joining, caller))


@api.get(
    "/v1/encounters/{encounter_id}",
    action="ReadEncounter",
    answer=EncounterOut,
    problems=(NotFound,),
    parameters=ENCOUNTER,
)
def read_encounter(call: Call, encounter_id: str) -> EncounterOut:
    """Tell an encounter."""
    return encounter_out(found_encounter(call, encounter_id))


def _step(path: str, action: str, summary: str, take: Callable[[Encounter, int | None, str], Encounter]) -> None:
    """Declare the route of a step that needs no words."""

    def take_step(call: Call, encounter_id: str) -> EncounterOut:
        seen = found_encounter(call, encounter_id)
        return encounter_out(take(seen, call.if_match, call.principal.user_id))

    take_step.__doc__ = summary
    take_step.__name__ = f"{path}_encounter"
    declare: Callable[[Callable[..., EncounterOut]], object] = api.post(
        f"/v1/encounters/{{encounter_id}}/{path}",
        action=action,
        answer=EncounterOut,
        problems=STEP,
        versioned=True,
        told=True,
        parameters=ENCOUNTER,
    )
    declare(take_step)


_step("start", "StartEncounter", "Begin: from now on things are recorded in it.", encounters.start)
_step("close", "CloseEncounter", "End: nothing more is recorded in it, and billing learns of it.", encounters.close)


@api.post(
    "/v1/encounters/{encounter_id}/join",
    action="JoinEncounter",
    answer=EncounterOut,
    problems=STEP,
    versioned=True,
    parameters=ENCOUNTER,
)
def join_encounter(call: Call, encounter_id: str) -> EncounterOut:
    """Take part in an encounter oneself."""
    seen = found_encounter(call, encounter_id)
    who = call.principal.user_id
    return encounter_out(encounters.join(seen, who, call.if_match, who))


@api.post(
    "/v1/encounters/{encounter_id}/participants",
    action="AddParticipant",
    body=ParticipantIn,
    answer=EncounterOut,
    problems=(*STEP, UnknownReference),
    versioned=True,
    parameters=ENCOUNTER,
)
def add_participant(call: Call, encounter_id: str, body: ParticipantIn) -> EncounterOut:
    """Ask a colleague to take part."""
    seen = found_encounter(call, encounter_id)
    return encounter_out(encounters.join(seen, body.practitioner_id, call.if_match, call.principal.user_id))


@api.delete(
    "/v1/encounters/{encounter_id}/participants/{participant_id}",
    action="RemoveParticipant",
    answer=EncounterOut,
    problems=STEP,
    versioned=True,
    parameters=PARTICIPANT,
)
def remove_participant(call: Call, encounter_id: str, participant_id: str) -> EncounterOut:
    """Let somebody take part no longer, such as who was asked by mistake; with that they cease to treat the patient,
    unless they do for another reason. What they wrote stays."""
    seen = found_encounter(call, encounter_id)
    return encounter_out(encounters.leave(seen, participant_id, call.if_match, call.principal.user_id))


@api.post(
    "/v1/encounters/{encounter_id}/cancel",
    action="CancelEncounter",
    body=WhyIn,
    answer=EncounterOut,
    problems=STEP,
    versioned=True,
    told=True,
    parameters=ENCOUNTER,
)
def cancel_encounter(call: Call, encounter_id: str, body: WhyIn) -> EncounterOut:
    """Call an encounter off before it begins."""
    seen = found_encounter(call, encounter_id)
    return encounter_out(encounters.cancel(seen, body.reason, call.if_match, call.principal.user_id))


@api.post(
    "/v1/encounters/{encounter_id}/entered-in-error",
    action="RetractEncounter",
    body=WhyIn,
    answer=EncounterOut,
    problems=(NotFound, InvalidTransition, EncounterNotEmpty),
    versioned=True,
    told=True,
    parameters=ENCOUNTER,
)
def retract_encounter(call: Call, encounter_id: str, body: WhyIn) -> EncounterOut:
    """Mark an encounter as entered in error, once everything in it is."""
    seen = found_encounter(call, encounter_id)
    return encounter_out(encounters.retract(seen, body.reason, call.if_match, call.principal.user_id))
