"""Practitioners as FHIR R4, pure."""

from care.practitioners.models import Practitioner
from kernel.fhir.elements import SALUS, Json, concept, fhir_id, identifier, tidy

SPECIALTIES = f"{SALUS}/specialties"


def of_practitioner(person: Practitioner) -> Json:
    """What everybody may know of a practitioner: who they are, what they practise and in which languages."""
    names, profile = person.names, person.profile
    return tidy(
        {
            "resourceType": "Practitioner",
            "id": fhir_id(person.practitioner_id),
            "meta": {"versionId": str(person.version)},
            "identifier": [identifier("practitioner", person.practitioner_id)],
            "active": person.active,
            "name": [{"use": "official", "text": names.display, "family": names.family, "given": names.given.split()}],
            "qualification": [
                {"code": concept(SPECIALTIES, specialty.value, specialty.display)} for specialty in profile.specialties
            ],
            "communication": [
                {"coding": [{"system": "urn:ietf:bcp:47", "code": language}]} for language in profile.languages
            ],
        }
    )
