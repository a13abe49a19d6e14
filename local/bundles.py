"""A bundle as public generators of synthetic patients make them: one transaction for each patient, everything created
by POST, entries that refer to each other by urn:uuid, SNOMED CT and LOINC, and much that is not ours. The people are
invented here."""

from __future__ import annotations

import random
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

type Json = dict[str, Any]

SNOMED, LOINC, UCUM = "http://snomed.info/sct", "http://loinc.org", "http://unitsofmeasure.org"
_HL7 = "http://terminology.hl7.org/CodeSystem"
_GIVEN, _FAMILY = ("Mira", "Jonas", "Ayse", "Pavel", "Lena"), ("Beispiel", "Muster", "Probe", "Modell")
_CONDITIONS = (
    ("38341003", "Hypertension"),
    ("44054006", "Diabetes mellitus type 2"),
    ("195662009", "Viral pharyngitis"),
)
_SIGNS = (
    ("8302-2", "Body height", 150, 195, "cm"),
    ("29463-7", "Body weight", 45, 120, "kg"),
    ("39156-5", "Body mass index", 18, 35, "kg/m2"),
    ("8867-4", "Heart rate", 55, 105, "/min"),
    ("9279-1", "Respiratory rate", 12, 20, "/min"),
    ("72514-3", "Pain severity", 0, 6, "{score}"),
)
# Vital signs, of each encounter, after its condition, procedure, claim and laboratory value.
OF_ENCOUNTER = 1 + 1 + len(_SIGNS) + 1 + 1 + 1 + 1
OF_PATIENT = 1 + 1 + 1 + 1 + 1  # patient, organization, allergy, care plan, immunization


class Synthetic:
    """Makes the same bundle of the same seed."""

    def __init__(self, seed: str) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - the same people every time, not secrets
        self.entries: list[Json] = []

    def uuid(self) -> str:
        return f"urn:uuid:{uuid.UUID(int=self._chance.getrandbits(128), version=4)}"

    def add(self, type_: str, **elements: Any) -> str:
        url = self.uuid()
        resource = {"resourceType": type_, "id": url.removeprefix("urn:uuid:"), **elements}
        self.entries.append({"fullUrl": url, "resource": resource, "request": {"method": "POST", "url": type_}})
        return url

    def coded(self, system: str, code: str, display: str) -> Json:
        return {"coding": [{"system": system, "code": code, "display": display}], "text": display}

    def patient(self) -> str:
        return self.add(
            "Patient",
            identifier=[
                {"system": "https://generator.example/patients", "value": self.uuid().removeprefix("urn:uuid:")},
                {"system": "http://hospital.example/mrn", "value": str(self._chance.randrange(10**9))},
            ],
            name=[
                {"use": "official", "family": self._chance.choice(_FAMILY), "given": [self._chance.choice(_GIVEN)]},
            ],
            telecom=[{"system": "phone", "value": "555-0100", "use": "home"}],
            gender=self._chance.choice(("male", "female")),
            birthDate=f"{self._chance.randrange(1940, 2000)}-04-{self._chance.randrange(1, 29):02}",
            address=[{"line": ["1 Example Way"], "city": "Springfield", "state": "MA", "country": "US"}],
            maritalStatus={"text": "S"},
            communication=[{"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": "en-US"}]}}],
        )

    def encounter(self, patient: str, at: datetime) -> None:
        subject = {"reference": patient}
        period = {"start": at.isoformat(), "end": (at + timedelta(minutes=30)).isoformat()}
        encounter = self.add(
            "Encounter",
            status="finished",
            **{"class": {"system": f"{_HL7}/v3-ActCode", "code": "AMB"}},
            type=[self.coded(SNOMED, "162673000", "General examination of patient")],
            subject=subject,
            period=period,
        )
        during = {"subject": subject, "encounter": {"reference": encounter}}
        active = {"coding": [{"system": f"{_HL7}/condition-clinical", "code": "active"}]}
        self.add(
            "Condition",
            clinicalStatus=active,
            verificationStatus={"coding": [{"system": f"{_HL7}/condition-ver-status", "code": "confirmed"}]},
            category=[{"coding": [{"system": f"{_HL7}/condition-category", "code": "encounter-diagnosis"}]}],
            code=self.coded(SNOMED, *self._chance.choice(_CONDITIONS)),
            onsetDateTime=at.isoformat(),
            recordedDate=at.isoformat(),
            **during,
        )
        vital = [{"coding": [{"system": f"{_HL7}/observation-category", "code": "vital-signs"}]}]
        for code, name, low, high, unit in _SIGNS:
            quantity = {"value": self._chance.randrange(low, high), "unit": unit, "system": UCUM, "code": unit}
            self.observation(vital, code, name, at, valueQuantity=quantity, **during)
        pressures = [
            {
                "code": self.coded(LOINC, code, name),
                "valueQuantity": {"value": value, "unit": "mm[Hg]", "code": "mm[Hg]"},
            }
            for code, name, value in (("8462-4", "Diastolic", 81), ("8480-6", "Systolic", 128))
        ]
        self.observation(vital, "85354-9", "Blood pressure panel", at, component=pressures, **during)
        laboratory = [{"coding": [{"system": f"{_HL7}/observation-category", "code": "laboratory"}]}]
        self.observation(
            laboratory, "2339-0", "Glucose", at, valueQuantity={"value": 90, "unit": "mg/dL", "code": "mg/dL"}, **during
        )
        self.add(
            "Procedure",
            status="completed",
            code=self.coded(SNOMED, "430193006", "Medication reconciliation"),
            performedPeriod=period,
            **during,
        )
        self.add("Claim", status="active", use="claim", patient=subject, created=at.isoformat())

    def observation(self, category: list[Json], code: str, name: str, at: datetime, **more: Any) -> None:
        self.add(
            "Observation",
            status="final",
            category=category,
            code=self.coded(LOINC, code, name),
            effectiveDateTime=at.isoformat(),
            issued=at.isoformat(),
            **more,
        )

    def around(self, patient: str, at: datetime) -> None:
        """What is not of one encounter."""
        self.add("Organization", name="Example Clinic", active=True)
        self.add(
            "AllergyIntolerance",
            clinicalStatus={"coding": [{"system": f"{_HL7}/allergyintolerance-clinical", "code": "active"}]},
            verificationStatus={"coding": [{"system": f"{_HL7}/allergyintolerance-verification", "code": "confirmed"}]},
            type="allergy",
            category=["food"],
            criticality="low",
            code=self.coded(SNOMED, "735029006", "Shellfish"),
            patient={"reference": patient},
            recordedDate=at.isoformat(),
            reaction=[{"manifestation": [self.coded(SNOMED, "247472004", "Wheal")], "severity": "mild"}],
        )
        self.add(
            "CarePlan",
            status="active",
            intent="order",
            category=[self.coded(SNOMED, "698360004", "Diabetes self management plan")],
            subject={"reference": patient},
            period={"start": at.isoformat()},
            activity=[{"detail": {"status": "in-progress", "code": self.coded(SNOMED, "160670007", "Diabetic diet")}}],
        )
        self.add(
            "Immunization",
            status="completed",
            vaccineCode={"text": "Influenza"},
            patient={"reference": patient},
            occurrenceDateTime=at.isoformat(),
        )


def bundle(seed: str, encounters: int) -> Json:
    """A patient with so many encounters: `OF_PATIENT` entries, and `OF_ENCOUNTER` for each encounter."""
    made = Synthetic(seed)
    patient = made.patient()
    first = datetime(2019, 3, 4, 9, tzinfo=UTC)
    made.around(patient, first)
    for number in range(encounters):
        made.encounter(patient, first + timedelta(days=40 * number))
    return {"resourceType": "Bundle", "type": "transaction", "entry": made.entries}
