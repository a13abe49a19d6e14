"""What resources of FHIR R4 are made of: ids, references, codes."""

from datetime import datetime
from typing import Any

from kernel import clock

# What we name ourselves: identifiers and codes of the house.
SALUS = "https://salus.dev/fhir"

ICD_10_CM = "http://hl7.org/fhir/sid/icd-10-cm"
LOINC = "http://loinc.org"
SNOMED_CT = "http://snomed.info/sct"
UCUM = "http://unitsofmeasure.org"
_TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"

type Json = dict[str, Any]


def fhir_id(own: str) -> str:
    """An id of ours as FHIR allows it, without the underscore."""
    return own.replace("_", "-", 1)


def own_id(logical_id: str) -> str:
    """The id behind what `fhir_id` made."""
    return logical_id.replace("-", "_", 1)


def reference(type_: str, own: str | None) -> Json | None:
    return {"reference": f"{type_}/{fhir_id(own)}"} if own else None


def terminology(name: str) -> str:
    """The address of one of HL7's own code systems."""
    return f"{_TERMINOLOGY}/{name}"


def coding(system: str, code: str, display: str | None = None) -> Json:
    return {"system": system, "code": code, "display": display}


def concept(system: str, code: str, display: str | None = None, text: str | None = None) -> Json:
    return {"coding": [coding(system, code, display)], "text": text}


def identifier(kind: str, value: str) -> Json:
    """What the house calls something: `kind` of thing, and its id."""
    return {"system": f"{SALUS}/{kind}", "value": value}


def meta(version: int, updated: datetime, source: str | None = None) -> Json:
    return {"versionId": str(version), "lastUpdated": clock.iso(updated), "source": source}


def tidy[Value](value: Value) -> Value:
    """The same without what is empty, which FHIR does not allow to be there."""
    if isinstance(value, dict):
        parts = ((name, tidy(part)) for name, part in value.items())
        return {name: part for name, part in parts if part is not None and part not in ([], {})}  # type: ignore[return-value]
    if isinstance(value, list):
        return [tidy(part) for part in value]  # type: ignore[return-value]
    return value
