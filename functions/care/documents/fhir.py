"""Documents as FHIR R4, pure: a DocumentReference for each, whose file is a Binary."""

from care.documents.models import LOINC, Document, Names, Role, Status
from kernel import clock
from kernel.fhir.elements import LOINC as LOINC_SYSTEM
from kernel.fhir.elements import (
    SALUS,
    Json,
    coding,
    fhir_id,
    identifier,
    meta,
    reference,
    tidy,
)

KINDS = f"{SALUS}/documents"
# What can be told: what people can open, and what they could before it was withdrawn.
TOLD = frozenset({Status.AVAILABLE, Status.ENTERED_IN_ERROR})


def status_of(document: Document) -> str:
    """FHIR's document-reference-status."""
    return "entered-in-error" if document.withdrawal else "current"


def of_document(document: Document, names: Names, base: str) -> Json:
    """`base`: the address below which resources stand, with its slash; empty where nobody knows it."""
    shown = document.shown
    code, display = LOINC[document.kind]
    by = {"display": shown.author_role.value.capitalize()}
    author = reference("Patient", document.patient_id) if shown.author_role is Role.PATIENT else by
    attachment = {
        "contentType": shown.content_type,
        "size": shown.size,
        "title": names.files[shown.number],
        "creation": clock.iso(shown.created_at),
        # A version that was withdrawn is told of and not opened.
        "url": None if document.withdrawal else f"{base}Binary/{fhir_id(document.document_id)}",
    }
    encounter = reference("Encounter", document.encounter_id)
    return tidy(
        {
            "resourceType": "DocumentReference",
            "id": fhir_id(document.document_id),
            "meta": meta(document.revision, document.withdrawal.at if document.withdrawal else shown.created_at),
            "identifier": [identifier("document", document.document_id)],
            "status": status_of(document),
            "docStatus": "entered-in-error" if document.withdrawal else "final",
            "type": {"coding": [coding(LOINC_SYSTEM, code, display), coding(KINDS, document.kind.value)]},
            "subject": reference("Patient", document.patient_id),
            "date": clock.iso(document.created_at),
            "author": [author],
            "description": names.title,
            "content": [{"attachment": attachment}],
            "context": {"encounter": [encounter]} if encounter else None,
        }
    )
