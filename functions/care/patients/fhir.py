"""Patients as FHIR R4, and back, pure."""

from collections.abc import Callable, Mapping
from typing import Any

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


# ---- and back -------------------------------------------------------------------------------------------------------

# What of a Patient is kept; of everything else the import says that it is not.
_KEPT = frozenset(
    {
        "resourceType",
        "id",
        "meta",
        "text",
        "identifier",
        "active",
        "name",
        "gender",
        "birthDate",
        "telecom",
        "address",
        "communication",
    }
)


def registration_of(found: Mapping[str, Any]) -> Json:
    """What a Patient says, in the shape in which the front desk registers somebody. Nothing of it is checked."""
    name = _first(found.get("name"), lambda one: one.get("use") == "official")
    address = _first(found.get("address"), lambda one: one.get("use") == "home")
    language = _first(_first(found.get("communication")).get("language", {}).get("coding"))
    return {
        "given_name": " ".join(map(str, name.get("given") or ())),
        "family_name": name.get("family") or "",
        "birth_date": found.get("birthDate"),
        "sex": found.get("gender") or "unknown",
        "phone": _reached(found, "phone"),
        "email": _reached(found, "email"),
        "address": _place(address) if address else None,
        "language": language.get("code"),
        "confirm_not_duplicate": True,
    }


def identifiers_of(found: Mapping[str, Any], full_url: str) -> list[tuple[str, str]]:
    """By what other houses know a patient: system and value each. What the bundle calls them is one more."""
    known = [
        (str(one["system"]), str(one["value"]))
        for one in found.get("identifier") or ()
        if isinstance(one, dict) and one.get("system") and one.get("value")
    ]
    return sorted({*known, *([(_URI, full_url)] if full_url else [])})


def left_out(found: Mapping[str, Any]) -> list[str]:
    """The elements of a Patient that are not kept."""
    return sorted(found.keys() - _KEPT)


_URI = "urn:ietf:rfc:3986"


def _first(many: Any, wanted: Callable[[Mapping[str, Any]], bool] = lambda _one: True) -> Mapping[str, Any]:
    """The first that is wanted, or the first at all, or nothing."""
    known = [one for one in many or () if isinstance(one, dict)] if isinstance(many, list) else []
    return next((one for one in known if wanted(one)), known[0] if known else {})


def _reached(found: Mapping[str, Any], system: str) -> Any:
    ways = [one for one in found.get("telecom") or () if isinstance(one, dict) and one.get("system") == system]
    return ways[0].get("value") if ways else None


def _place(address: Mapping[str, Any]) -> Json:
    country = address.get("country")
    parts = {"lines": address.get("line"), "city": address.get("city"), "country": country}
    more = {"state": address.get("state"), "postal_code": address.get("postalCode")}
    return parts | {name: value for name, value in more.items() if value}
