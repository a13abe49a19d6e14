"""Routes of entries: written in an encounter or of a patient, read and corrected."""

from collections.abc import Callable

from care.records.errors import EncounterNotOpen
from care.records.handler.api import (
    ENCOUNTER,
    ENTRY,
    PATIENT,
    api,
    author_of,
    caller_of,
    entry_out,
    found_encounter,
    found_entry,
    patient,
)
from care.records.models import Kind
from care.records.schemas.encounters import WhyIn
from care.records.schemas.entries import (
    CORRECTIONS,
    AllergyIn,
    CarePlanIn,
    Correction,
    CorrectionIn,
    DiagnosisIn,
    New,
    NoteIn,
    ProblemIn,
    ProcedureIn,
    RecordEntryOut,
    VersionsOut,
    VitalsIn,
)
from care.records.service import entries
from kernel.errors import Erased, IdempotencyKeyReused, InvalidTransition, NotFound, Stale, UnknownReference
from kernel.http import Call

_MADE = (IdempotencyKeyReused, Erased)


def _in_encounter(path: str, kind: Kind, action: str, shape: type[New], summary: str) -> None:
    """Declare the route that writes something down in an encounter."""

    def record(call: Call, encounter_id: str, body: New) -> RecordEntryOut:
        encounter = found_encounter(call, encounter_id)
        said = body.model_dump(mode="json", exclude={"at"})
        return entry_out(entries.record_in(encounter, kind, said, body.at, caller_of(call, body)))

    record.__doc__ = summary
    record.__name__ = f"record_{kind.name.lower()}"
    declare: Callable[[Callable[..., RecordEntryOut]], object] = api.post(
        f"/v1/encounters/{{encounter_id}}/{path}",
        action=action,
        body=shape,
        answer=RecordEntryOut,
        status=201,
        problems=(NotFound, EncounterNotOpen, *_MADE),
        idempotent=True,
        told=True,
        parameters=ENCOUNTER,
    )
    declare(record)


def _of_patient(path: str, kind: Kind, action: str, shape: type[New], summary: str) -> None:
    """Declare the route that writes something down of a patient."""

    def record(call: Call, patient_id: str, body: New) -> RecordEntryOut:
        call.authorize(patient(call, patient_id))
        said = body.model_dump(mode="json", exclude={"at"})
        return entry_out(entries.record_of(patient_id, kind, said, body.at, caller_of(call, body)))

    record.__doc__ = summary
    record.__name__ = f"record_{kind.name.lower()}"
    declare: Callable[[Callable[..., RecordEntryOut]], object] = api.post(
        f"/v1/patients/{{patient_id}}/{path}",
        action=action,
        body=shape,
        answer=RecordEntryOut,
        status=201,
        problems=(UnknownReference, *_MADE),
        idempotent=True,
        told=True,
        parameters=PATIENT,
    )
    declare(record)


_in_encounter("notes", Kind.NOTE, "RecordNote", NoteIn, "Write a note.")
_in_encounter("vitals", Kind.VITALS, "RecordVitals", VitalsIn, "Record vital signs that were taken together.")
_in_encounter("diagnoses", Kind.DIAGNOSIS, "RecordDiagnosis", DiagnosisIn, "Record a diagnosis.")
_in_encounter("procedures", Kind.PROCEDURE, "RecordProcedure", ProcedureIn, "Record a procedure.")
_of_patient("allergies", Kind.ALLERGY, "RecordAllergy", AllergyIn, "Record an allergy or intolerance.")
_of_patient("problems", Kind.PROBLEM, "RecordProblem", ProblemIn, "Put a problem on the patient's list.")
_of_patient("care-plan", Kind.CARE_PLAN, "RecordCarePlan", CarePlanIn, "Put an item into the patient's care plan.")


@api.get(
    "/v1/records/{entry_id}", action="ReadEntry", answer=RecordEntryOut, problems=(NotFound, Erased), parameters=ENTRY
)
def read_entry(call: Call, entry_id: str) -> RecordEntryOut:
    """Tell an entry as it is now."""
    return entry_out(found_entry(call, entry_id).open())


@api.get(
    "/v1/records/{entry_id}/versions",
    action="ReadEntryVersions",
    answer=VersionsOut,
    problems=(NotFound, Erased),
    parameters=ENTRY,
)
def read_entry_versions(call: Call, entry_id: str) -> VersionsOut:
    """Tell all versions of an entry, the first one first: what was said, by whom, and why it was corrected."""
    found_entry(call, entry_id)
    return VersionsOut(items=[entry_out(version) for version in entries.versions(entry_id)])


@api.put(
    "/v1/records/{entry_id}",
    action="CorrectEntry",
    body=CorrectionIn,
    answer=RecordEntryOut,
    problems=(NotFound, Stale, InvalidTransition, Erased),
    versioned=True,
    told=True,
    parameters=ENTRY,
)
def correct_entry(call: Call, entry_id: str, body: CorrectionIn) -> RecordEntryOut:
    """Correct an entry: a version is added, those before stay readable."""
    found = found_entry(call, entry_id)
    correction = call.body(CORRECTIONS[found.kind])
    assert isinstance(correction, Correction)  # noqa: S101 - of the kind's shape
    said = correction.content.model_dump(mode="json")
    return entry_out(entries.correct(entry_id, said, body.reason, call.if_match, author_of(call)))


@api.post(
    "/v1/records/{entry_id}/entered-in-error",
    action="RetractEntry",
    body=WhyIn,
    answer=RecordEntryOut,
    problems=(NotFound, Stale, InvalidTransition, Erased),
    versioned=True,
    parameters=ENTRY,
)
def retract_entry(call: Call, entry_id: str, body: WhyIn) -> RecordEntryOut:
    """Mark an entry as entered in error: a last version is added, those before stay readable."""
    found_entry(call, entry_id)
    return entry_out(entries.retract(entry_id, body.reason, call.if_match, author_of(call)))
