"""The API of records, and what its routes share: who is meant, and how an encounter or an entry looks."""

from care.records.errors import EncounterExists, EncounterNotOpen
from care.records.models import OF_THE_PATIENT, Author, Encounter, Entry
from care.records.repository import Sealed
from care.records.schemas.encounters import CurrentStatusMembers, EncounterExistsMembers, EncounterOut
from care.records.schemas.entries import SAID, AuthorOut, RecordEntryOut
from care.records.service import encounters, entries
from care.records.service.callers import Caller
from kernel import ids
from kernel.access import Attribute, Resource
from kernel.errors import InvalidTransition, NotFound
from kernel.http import Api, Call, Wire, fingerprint
from kernel.relations import related

api = Api(
    "care",
    problem_shapes={EncounterExists: EncounterExistsMembers, EncounterNotOpen: CurrentStatusMembers},
)

CARE = Resource("Application", "care")
PATIENT = {"patient_id": ids.pattern("pat")}
ENCOUNTER = {"encounter_id": ids.pattern("enc")}
PARTICIPANT = ENCOUNTER | {"participant_id": r"^[0-9A-Za-z_-]{1,64}$"}
ENTRY = {"entry_id": ids.pattern("rec")}
STEP = (NotFound, InvalidTransition)


def patient(call: Call, patient_id: str) -> Resource:
    return related(call, "Patient", patient_id, patient_id, {})


def meeting(
    call: Call, encounter_id: str, patient_id: str, practitioner_id: str, participants: frozenset[str] = frozenset()
) -> Resource:
    """An encounter, whether there is one or is to be one."""
    attributes = {"practitioner_id": practitioner_id, "participants": participants}
    return related(call, "Encounter", encounter_id, patient_id, attributes)


def found_encounter(call: Call, encounter_id: str) -> Encounter:
    """The encounter, with the caller authorized. Who may see only some cannot tell a missing one from a stranger's.

    Raises:
        Forbidden: it is somebody else's, or missing and the caller may not see any.
        NotFound: it is missing.
    """
    found = encounters.find(encounter_id)
    if found is None:
        call.authorize(meeting(call, encounter_id, "", ""))
        raise NotFound
    call.authorize(meeting(call, encounter_id, found.patient_id, found.practitioner_id or "", found.participants))
    return found


def found_entry(call: Call, entry_id: str) -> Sealed:
    """The entry, with the caller authorized, before it is opened.

    Raises:
        Forbidden: it is somebody else's, or missing and the caller may not see any.
        NotFound: it is missing.
    """
    found = entries.find(entry_id)
    attributes: dict[str, Attribute] = {
        "practitioner_id": (found.practitioner_id if found else None) or "",
        "author": found.recorded_by if found else "",
        "of_patient": found is not None and found.kind in OF_THE_PATIENT,
    }
    call.authorize(related(call, "Entry", entry_id, found.patient_id if found else "", attributes))
    if found is None:
        raise NotFound
    return found


def caller_of(call: Call, body: Wire) -> Caller:
    return Caller(author_of(call), call.idempotency_key, fingerprint(body))


def author_of(call: Call) -> Author:
    return Author(call.principal.user_id, call.principal.practitioner_id)


def encounter_out(encounter: Encounter) -> EncounterOut:
    return EncounterOut(
        encounter_id=encounter.encounter_id,
        patient_id=encounter.patient_id,
        practitioner_id=encounter.practitioner_id,
        appointment_id=encounter.appointment_id,
        class_=encounter.class_.value,
        status=encounter.status.value,
        participants=sorted(encounter.participants),
        opened_at=encounter.opened_at,
        started_at=encounter.started_at,
        ended_at=encounter.ended_at,
        version=encounter.version,
    )


def entry_out(entry: Entry) -> RecordEntryOut:
    said = SAID[entry.kind].model_validate(entry.content.body)
    return RecordEntryOut.model_construct(
        entry_id=entry.entry_id,
        kind=entry.kind.value,
        patient_id=entry.patient_id,
        encounter_id=entry.encounter_id,
        status=entry.status,
        at=entry.at,
        recorded_at=entry.recorded_at,
        author=AuthorOut(user_id=entry.author.user_id, practitioner_id=entry.author.practitioner_id),
        version=entry.version,
        reason=entry.reason,
        content=said,
    )
