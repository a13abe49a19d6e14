"""Patients read as FHIR R4."""

from typing import Any

import pytest
from tests.fhir.validator import wrong
from tests.integration.care.patients.conftest import Clinic
from tests.integration.care.patients.test_handler import DESK, MARIA, NOBODY, NURSE, as_patient, registered
from tests.integration.gateway import Answer, Caller

from kernel.fhir.elements import fhir_id

BASE = "/fhir/R4/Patient"
OWN = "https://salus.dev/fhir/patient"
ALL: dict[str, Any] = {
    "address": {"lines": ["Am Ring 1"], "city": "Berlin", "postal_code": "10115", "country": "DE"},
    "emergency_contacts": [
        {"name": "Ana", "phone": "+4930901821", "relationship": "sibling"},
        {"name": "Ben", "phone": "+4930901822", "relationship": "other"},
    ],
    "language": "de-DE",
    "preferred_contact": "sms",
}


def found(query: str, caller: Caller = DESK) -> list[dict[str, Any]]:
    answer = caller.get(f"{BASE}?{query}")
    assert answer.status == 200, answer.text
    return [entry["resource"] for entry in answer.json.get("entry", [])]


def codes(answer: Answer) -> list[str]:
    assert answer.json["resourceType"] == "OperationOutcome"
    return [issue["code"] for issue in answer.json["issue"]]


def test_a_patient_is_as_hl7_defines_one(clinic: Clinic) -> None:
    patient_id = registered(**ALL)
    answer = as_patient(patient_id).get(f"{BASE}/{fhir_id(patient_id)}")
    assert answer.status == 200
    assert answer.headers["ETag"] == 'W/"1"'
    assert wrong([answer.json]) == []
    assert answer.json["name"][0] == {
        "use": "official",
        "text": "María José García-López",
        "family": "García-López",
        "given": ["María", "José"],
    }
    assert [(one["system"], one.get("rank")) for one in answer.json["telecom"]] == [
        ("sms", 1),
        ("phone", None),
        ("email", None),
    ]
    assert wrong(found(f"identifier={OWN}|{patient_id}", NURSE)) == []


def test_patients_are_found_by_id_identifier_name_and_birth_date(clinic: Clinic) -> None:
    maria, other = registered(), registered(given_name="Ana", birth_date="1999-12-31")
    for query in (
        f"_id={fhir_id(maria)}",
        f"identifier={OWN}|{maria}",
        "name=garcia maria",
        "birthdate=1980-05-01",
        f"_id={fhir_id(maria)},{fhir_id(other)}&birthdate=eq1980-05-01",
    ):
        assert [one["id"] for one in found(query)] == [fhir_id(maria)], query
    for query in (f"_id={fhir_id(NOBODY)}", "_id=x", "identifier=urn:elsewhere|1", f"_id={fhir_id(maria)}&name=ana"):
        assert found(query) == [], query


def test_a_search_goes_on_where_its_page_ended(clinic: Clinic) -> None:
    everybody = {fhir_id(registered(given_name=name)) for name in ("Ada", "Bea", "Cem")}
    first = DESK.get(f"{BASE}?name=garcia&_count=2").json
    [following] = [link["url"] for link in first["link"] if link["relation"] == "next"]
    second = DESK.get(f"/fhir/R4/{following}").json
    ids = [entry["resource"]["id"] for page in (first, second) for entry in page["entry"]]
    assert len(ids) == 3
    assert set(ids) == everybody


def test_who_only_identifies_learns_no_more(clinic: Clinic) -> None:
    registered(**ALL)
    [seen] = found("name=garcia", NURSE)
    assert not {"telecom", "address", "contact"} & seen.keys()
    assert seen["meta"]["tag"][0]["code"] == "SUBSETTED"
    [whole] = found("name=garcia", DESK)
    assert {"telecom", "address", "contact"} <= whole.keys()


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "required"),
        ("birthdate=ge1980-05-01", "invalid"),
        ("birthdate=1980", "invalid"),
        ("identifier=1", "invalid"),
        (f"phone={MARIA['phone']}", "not-supported"),
    ],
)
def test_what_cannot_be_searched_by_is_said(clinic: Clinic, query: str, code: str) -> None:
    answer = DESK.get(f"{BASE}?{query}")
    assert answer.status == 400
    assert codes(answer) == [code]


def test_others_than_the_desk_and_nurses_find_nobody(clinic: Clinic) -> None:
    patient_id = registered()
    stranger = as_patient(NOBODY)
    for path in (f"{BASE}?name=garcia", f"{BASE}/{fhir_id(patient_id)}"):
        answer = stranger.get(path)
        assert (answer.status, codes(answer)) == (403, ["forbidden"])
    assert DESK.get(f"{BASE}/{fhir_id(NOBODY)}").status == 404
