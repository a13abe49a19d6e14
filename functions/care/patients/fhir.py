"""Patients as FHIR R4, pure."""

from care.patients.models.people import Address, ContactWay, EmergencyContact, Patient, Relationship
from kernel.fhir.elements import Json, concept, fhir_id, identifier, meta, terminology, tidy

# HL7 v3 RoleCode where it has a word for it.
_ROLES = {
    Relationship.SPOUSE: "SPS",
    Relationship.CHILD: "CHILD",
    Relationship.PARENT: "PRN",
    Relationship.SIBLING: "SIB",
    Relationship.GRANDPARENT: "GRPRN",
    Relationship.GRANDCHILD: "GRNDCHILD",
    Relationship.GUARDIAN: "GUARD",
    Relationship.PARENT_IN_LAW: "PRNINLAW",
}
_WAYS = {ContactWay.EMAIL: "email", ContactWay.PHONE: "phone", ContactWay.SMS: "sms"}


def of_patient(patient: Patient, *, contact: bool) -> Json:
    """A patient; without `contact` only what tells one from another, and marked as less than all."""
    details = patient.details
    told = meta(patient.version, patient.updated_at)
    if not contact:
        told["tag"] = [{"system": terminology("v3-ObservationValue"), "code": "SUBSETTED"}]
    document = {
        "resourceType": "Patient",
        "id": fhir_id(patient.patient_id),
        "meta": told,
        "identifier": [identifier("patient", patient.patient_id)],
        "active": True,
        "name": [
            {
                "use": "official",
                "text": f"{details.given_name} {details.family_name}",
                "family": details.family_name,
                "given": details.given_name.split(),
            }
        ],
        "gender": details.sex.value,
        "birthDate": details.birth_date.isoformat(),
    }
    return tidy(document | (_contact(patient) if contact else {}))


def _contact(patient: Patient) -> Json:
    details = patient.details
    preferred = _WAYS.get(details.preferred_contact) if details.preferred_contact else None
    reached = [("phone", details.phone), ("email", details.email)]
    if preferred == "sms" and details.phone:
        reached.insert(0, ("sms", details.phone))
    return {
        "telecom": [
            {"system": system, "value": value, "rank": 1 if system == preferred else None}
            for system, value in reached
            if value
        ],
        "address": [_address(details.address)] if details.address else None,
        "contact": [_emergency(one) for one in details.emergency_contacts],
        "communication": [{"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": details.language}]}}]
        if details.language
        else None,
    }


def _address(address: Address) -> Json:
    return {
        "line": list(address.lines),
        "city": address.city,
        "state": address.state,
        "postalCode": address.postal_code,
        "country": address.country,
    }


def _emergency(one: EmergencyContact) -> Json:
    """Somebody to call: contact relationship C of HL7 v2's table 0131, and what they are to the patient."""
    relationship = [concept(terminology("v2-0131"), "C", "Emergency Contact")]
    if one.relationship in _ROLES:
        relationship.append(concept(terminology("v3-RoleCode"), _ROLES[one.relationship]))
    return {
        "relationship": relationship,
        "name": {"text": one.name},
        "telecom": [{"system": "phone", "value": one.phone}],
    }
