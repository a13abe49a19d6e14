"""The part of patients in the import of a bundle: whoever is not known yet is registered."""

from collections.abc import Mapping
from typing import Any

from care.patients import fhir, service
from care.patients.models.people import Details
from care.patients.schemas import NewPatient
from kernel.errors import Invalid, Problem
from kernel.fhir import bundles
from kernel.fhir.bundles import Done, Incoming, refused, refused_by
from kernel.fhir.elements import Json
from kernel.fhir.outcomes import issue
from kernel.http import checked

PART = "patients"
# What somebody is registered without, if it is not as we keep it.
_SPARED = frozenset({"phone", "email", "address", "language"})
_MOST_IDENTIFIERS = 20


def register(task: Mapping[str, Any], _context: object) -> None:
    """The state `Patients` of the workflow: register the patients of a bundle, and lay beside it who they are."""
    import_id, actor = str(task["import_id"]), str(task["requested_by"])
    incoming = [entry for entry in bundles.entries(import_id) if entry.type == "Patient"]
    bundles.put_part(import_id, PART, [_register(entry, import_id, actor) for entry in incoming])


def _register(entry: Incoming, import_id: str, actor: str) -> Done:
    try:
        known_as = fhir.identifiers_of(entry.resource, entry.full_url)
        said = fhir.registration_of(entry.resource)
    except (AttributeError, KeyError, TypeError):
        return refused(entry, "structure", "is not as FHIR R4 has it")
    if not 0 < len(known_as) <= _MOST_IDENTIFIERS:
        return refused(entry, "required", f"has 1 to {_MOST_IDENTIFIERS} identifiers", "identifier")
    try:
        details, notes = _details(entry, said)
        patient_id, new = service.register_imported(details, known_as, import_id, actor)
    except Problem as problem:
        return refused_by(entry, problem)
    if not new:
        notes = [issue("information", "informational", "is known already; nothing was changed")]
    return Done(entry.number, 201 if new else 200, patient_id, tuple(notes))


def _details(entry: Incoming, said: Json) -> tuple[Details, list[Json]]:
    """What is kept of a Patient, and what is not.

    Raises:
        Invalid: nobody can be registered with names or a birth date like these.
    """
    left = fhir.left_out(entry.resource)
    notes = [issue("information", "not-supported", f"not kept: {', '.join(left)}", "Patient")] if left else []
    try:
        return checked(NewPatient, said).details(), notes
    except Invalid as wrong:
        places = {error["pointer"].split("/")[1] for error in wrong.extensions["errors"]}
        if not places <= _SPARED:
            raise
    notes.append(issue("information", "invalid", f"not as we keep it, and left out: {', '.join(sorted(places))}"))
    return checked(NewPatient, said | dict.fromkeys(places)).details(), notes
