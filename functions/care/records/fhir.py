"""What a record says, as FHIR R4: pure, entries and encounters to resources.

| here | there |
|---|---|
| encounter | Encounter |
| diagnosis, problem | Condition, told apart by their category |
| allergy | AllergyIntolerance |
| vitals | Observation: one for each sign, blood pressure as the panel that FHIR's vital signs profile asks for |
| procedure | Procedure |
| care plan item | CarePlan with one activity |
| note | DocumentReference with the text in it |

What was entered in error is told with that status, as its last version says it.
"""

import base64
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from care.records.models import (
    DIASTOLIC,
    ENTERED_IN_ERROR,
    SIGNS,
    SYSTOLIC,
    Encounter,
    EncounterClass,
    Entry,
    Kind,
)
from kernel import clock
from kernel.fhir.elements import (
    ICD_10_CM,
    LOINC,
    SALUS,
    UCUM,
    Json,
    coding,
    concept,
    fhir_id,
    identifier,
    meta,
    reference,
    terminology,
    tidy,
)

_ACT_CODES = {
    EncounterClass.AMBULATORY: "ambulatory",
    EncounterClass.VIRTUAL: "virtual",
    EncounterClass.EMERGENCY: "emergency",
    EncounterClass.HOME: "home health",
    EncounterClass.INPATIENT: "inpatient encounter",
}
CONDITION_CATEGORIES = {Kind.DIAGNOSIS: "encounter-diagnosis", Kind.PROBLEM: "problem-list-item"}
_CATEGORY_NAMES = {"encounter-diagnosis": "Encounter Diagnosis", "problem-list-item": "Problem List Item"}
VITAL_SIGNS = "vital-signs"
BLOOD_PRESSURE = "85354-9"
_PRESSURES = (SYSTOLIC, DIASTOLIC)
_FLAGS = {"L": "Low", "H": "High", "LL": "Critical low", "HH": "Critical high"}
# CarePlan.status, from the status of its one activity.
_PLANS = {
    "not-started": "active",
    "scheduled": "active",
    "in-progress": "active",
    "on-hold": "on-hold",
    "completed": "completed",
    "cancelled": "revoked",
    "stopped": "revoked",
    "unknown": "unknown",
    ENTERED_IN_ERROR: ENTERED_IN_ERROR,
}
_HOUSE_SERVICES = f"{SALUS}/services"
_HOUSE_ALLERGENS = f"{SALUS}/allergens"


def of_encounter(encounter: Encounter) -> Json:
    history = encounter.history
    changes = [one for number, one in enumerate(history) if number == 0 or one.status != history[number - 1].status]
    begun = encounter.started_at or encounter.opened_at
    people = [encounter.practitioner_id, *sorted(one for one in encounter.participants if one.startswith("prc_"))]
    return tidy(
        {
            "resourceType": "Encounter",
            "id": fhir_id(encounter.encounter_id),
            "meta": meta(encounter.version, encounter.history[-1].at, encounter.source),
            "identifier": [identifier("encounter", encounter.encounter_id)],
            "status": encounter.status.value,
            "statusHistory": [
                {
                    "status": one.status.value,
                    "period": {"start": clock.iso(one.at), "end": clock.iso(following.at)},
                }
                for one, following in pairwise(changes)  # the present status is no history
            ],
            "class": coding(terminology("v3-ActCode"), encounter.class_.value, _ACT_CODES[encounter.class_]),
            "subject": reference("Patient", encounter.patient_id),
            "participant": [{"individual": reference("Practitioner", one)} for one in people if one],
            "appointment": [reference("Appointment", encounter.appointment_id)] if encounter.appointment_id else None,
            "period": {
                "start": clock.iso(begun),
                "end": clock.iso(encounter.ended_at) if encounter.ended_at else None,
            },
        }
    )


def of_entry(entry: Entry) -> list[Json]:
    """The resources that an entry is: several where it holds several vital signs, none for an encounter's line."""
    make = _MAKERS.get(entry.kind)
    return [tidy(document) for document in make(entry)] if make else []


def observation_id(entry_id: str, code: str) -> str:
    """The id of one sign of an entry."""
    return f"{fhir_id(entry_id)}.{code}"


def _about(entry: Entry, type_: str) -> Json:
    """What every resource of an entry has."""
    return {
        "resourceType": type_,
        "id": fhir_id(entry.entry_id),
        "meta": meta(entry.version, entry.recorded_at, entry.content.body.get("source")),
        "identifier": [identifier("entry", entry.entry_id)],
    }


def _author(entry: Entry) -> Json | None:
    return reference("Practitioner", entry.author.practitioner_id)


def _condition(entry: Entry) -> Iterator[Json]:
    said, stands = entry.content.body, entry.stands
    category = CONDITION_CATEGORIES[entry.kind]
    verification = said["verification"] if stands else ENTERED_IN_ERROR
    yield _about(entry, "Condition") | {
        "clinicalStatus": concept(terminology("condition-clinical"), entry.status) if stands else None,
        "verificationStatus": concept(terminology("condition-ver-status"), verification),
        "category": [concept(terminology("condition-category"), category, _CATEGORY_NAMES[category])],
        "code": concept(said.get("system") or ICD_10_CM, said["code"], said["display"], said.get("text")),
        "subject": reference("Patient", entry.patient_id),
        "encounter": reference("Encounter", entry.encounter_id),
        "onsetDateTime": said.get("onset"),
        "abatementDateTime": said.get("abatement"),
        "recordedDate": clock.iso(entry.at),
        "recorder": _author(entry),
    }


def _allergy(entry: Entry) -> Iterator[Json]:
    said, stands = entry.content.body, entry.stands
    verification = said["verification"] if stands else ENTERED_IN_ERROR
    found = said.get("coding")
    nowhere = said.get("severity") and not said.get("reaction")  # to R4 a severity is that of a reaction
    codes = [coding(found["system"], found["code"], found.get("display"))] if found else []
    if said.get("code"):
        codes = [coding(_HOUSE_ALLERGENS, said["code"], said["substance"])]
    yield _about(entry, "AllergyIntolerance") | {
        "clinicalStatus": concept(terminology("allergyintolerance-clinical"), entry.status) if stands else None,
        "verificationStatus": concept(terminology("allergyintolerance-verification"), verification),
        "category": [said["category"]] if said.get("category") else None,
        "criticality": said.get("criticality"),
        "code": {"coding": codes, "text": said["substance"]},
        "patient": reference("Patient", entry.patient_id),
        "recordedDate": clock.iso(entry.at),
        "recorder": _author(entry),
        "reaction": [{"manifestation": [{"text": said["reaction"]}], "severity": said.get("severity")}]
        if said.get("reaction")
        else None,
        "note": [{"text": f"Severity: {said['severity']}"}] if nowhere else None,
    }


def _vitals(entry: Entry) -> Iterator[Json]:
    measured = {one["code"]: one for one in entry.content.body["measurements"]}
    if measured.keys() & set(_PRESSURES):
        yield _observation(entry, BLOOD_PRESSURE, "Blood pressure panel with all children optional") | {
            "component": [_component(code, measured.get(code)) for code in _PRESSURES]
        }
    for code, one in measured.items():
        if code not in _PRESSURES:
            yield _observation(entry, code, SIGNS[code].name) | _measured(one)


def _observation(entry: Entry, code: str, name: str) -> Json:
    return _about(entry, "Observation") | {
        "id": observation_id(entry.entry_id, code),
        "status": entry.status,
        "category": [concept(terminology("observation-category"), VITAL_SIGNS, "Vital Signs")],
        "code": concept(LOINC, code, name),
        "subject": reference("Patient", entry.patient_id),
        "encounter": reference("Encounter", entry.encounter_id),
        "effectiveDateTime": clock.iso(entry.at),
        "issued": clock.iso(entry.recorded_at),
        "performer": [_author(entry)] if entry.author.practitioner_id else None,
    }


def _component(code: str, one: Mapping[str, Any] | None) -> Json:
    said = _measured(one) if one else {"dataAbsentReason": concept(terminology("data-absent-reason"), "not-performed")}
    return {"code": concept(LOINC, code, SIGNS[code].name)} | said


def _measured(one: Mapping[str, Any]) -> Json:
    """A value in the unit in which it is compared; how it was given stays in the record."""
    unit, flag = one["canonical_unit"], one["flag"]
    limits = {name: _quantity(one[name], unit) for name in ("low", "high") if one[name] is not None}
    return {
        "valueQuantity": _quantity(one["canonical_value"], unit),
        "interpretation": [concept(terminology("v3-ObservationInterpretation"), flag, _FLAGS[flag])] if flag else None,
        "referenceRange": [limits] if limits else None,
    }


def _quantity(value: float, unit: str) -> Json:
    return {"value": value, "unit": unit, "system": UCUM, "code": unit}


def _procedure(entry: Entry) -> Iterator[Json]:
    said = entry.content.body
    found = said.get("coding")
    codes = [coding(_HOUSE_SERVICES, said["code"])] if said.get("code") else []
    codes += [coding(found["system"], found["code"], found.get("display"))] if found else []
    yield _about(entry, "Procedure") | {
        "status": entry.status,
        "code": {"coding": codes, "text": said["text"]},
        "subject": reference("Patient", entry.patient_id),
        "encounter": reference("Encounter", entry.encounter_id),
        "performedPeriod": {"start": clock.iso(entry.at), "end": said["ended"]} if said.get("ended") else None,
        "performedDateTime": None if said.get("ended") else clock.iso(entry.at),
        "recorder": _author(entry),
    }


def _care_plan(entry: Entry) -> Iterator[Json]:
    said = entry.content.body
    patient = reference("Patient", entry.patient_id)
    goal = said.get("goal")
    detail = {
        "status": entry.status,
        "scheduledString": f"until {said['due']}" if said.get("due") else None,
        "description": said["text"],
    }
    yield _about(entry, "CarePlan") | {
        "contained": [
            {
                "resourceType": "Goal",
                "id": "goal",
                "lifecycleStatus": "active",
                "description": {"text": goal},
                "subject": patient,
            }
        ]
        if goal
        else None,
        "status": _PLANS[entry.status],
        "intent": "plan",
        "subject": patient,
        "period": {"end": said["due"]} if said.get("due") else None,
        "created": clock.iso(entry.at),
        "author": _author(entry),
        "goal": [{"reference": "#goal"}] if goal else None,
        "activity": [{"detail": detail}],
    }


def _note(entry: Entry) -> Iterator[Json]:
    said, stands = entry.content.body, entry.stands
    attachment = {
        "contentType": "text/plain; charset=utf-8",
        "data": base64.b64encode(said["text"].encode()).decode(),
        "title": said.get("title"),
    }
    yield _about(entry, "DocumentReference") | {
        "status": "current" if stands else ENTERED_IN_ERROR,
        "docStatus": entry.status,
        "type": concept(LOINC, "34109-9", "Note"),
        "subject": reference("Patient", entry.patient_id),
        "date": clock.iso(entry.at),
        "author": [_author(entry)] if entry.author.practitioner_id else None,
        "description": said.get("title"),
        "content": [{"attachment": attachment}],
        "context": {"encounter": [reference("Encounter", entry.encounter_id)]} if entry.encounter_id else None,
    }


_MAKERS: Mapping[Kind, Callable[[Entry], Iterator[Json]]] = {
    Kind.DIAGNOSIS: _condition,
    Kind.PROBLEM: _condition,
    Kind.ALLERGY: _allergy,
    Kind.VITALS: _vitals,
    Kind.PROCEDURE: _procedure,
    Kind.CARE_PLAN: _care_plan,
    Kind.NOTE: _note,
}
