"""Hours, free slots and visits read as FHIR R4."""

from typing import Any

import pytest
from tests.fhir.validator import wrong
from tests.integration.care.scheduling.clinic import (
    DESK,
    GRETA,
    KENJI,
    MARIA,
    NINE,
    NURSE,
    ROOM,
    TOM,
    Clinic,
    doctor,
    local,
    patient,
)
from tests.integration.gateway import Answer, Caller

from kernel.fhir.elements import fhir_id

BASE = "/fhir/R4"
SLOTS = f"Slot?schedule=Schedule/{fhir_id(GRETA)}"


def found(caller: Caller, search: str) -> list[dict[str, Any]]:
    """All of a search, page by page."""
    resources: list[dict[str, Any]] = []
    place = f"{BASE}/{search}"
    while place:
        answer = caller.get(place)
        assert answer.status == 200, answer.text
        resources += [entry["resource"] for entry in answer.json.get("entry", [])]
        following = [link["url"] for link in answer.json["link"] if link["relation"] == "next"]
        place = f"{BASE}/{following[0]}" if following else ""
    return resources


def codes(answer: Answer) -> tuple[int, list[str]]:
    return answer.status, [issue["code"] for issue in answer.json["issue"]]


def test_visits_slots_and_schedules_are_as_hl7_defines_them(clinic: Clinic) -> None:
    visit = clinic.book(NINE, room_id=ROOM, reason="A cough")
    cancelled = clinic.book(local("2026-11-24T09:00"))
    DESK.post(f"/v1/appointments/{cancelled['appointment_id']}/cancel", {"reason": "ill"})
    read = DESK.get(f"{BASE}/Appointment/{fhir_id(visit['appointment_id'])}")
    assert read.headers["ETag"] == 'W/"1"'
    everything = [
        read.json,
        *found(DESK, f"Appointment?patient={fhir_id(MARIA)}"),
        *found(DESK, f"{SLOTS}&start=2026-11-23"),
        *found(DESK, f"Schedule?actor=Practitioner/{fhir_id(GRETA)}"),
    ]
    assert {one["resourceType"] for one in everything} == {"Appointment", "Slot", "Schedule"}
    assert wrong(everything) == []
    assert read.json["reasonCode"] == [{"text": "A cough"}]
    assert everything[2]["status"] == "cancelled"
    assert everything[2]["cancelationReason"] == {"text": "ill"}


def test_visits_are_found_by_who_when_and_status(clinic: Clinic) -> None:
    walls = ["2026-11-23T09:00", "2026-11-24T09:00", "2026-11-25T09:00"]
    starts = [local(wall) for wall in walls]
    booked = [clinic.book(start) for start in starts]
    DESK.post(f"/v1/appointments/{booked[1]['appointment_id']}/cancel", {"reason": "x"})

    def seen(caller: Caller, query: str) -> list[str]:
        return [one["start"] for one in found(caller, f"Appointment?_count=1&{query}")]

    maria, greta = f"patient=Patient/{fhir_id(MARIA)}", f"practitioner=Practitioner/{fhir_id(GRETA)}"
    assert seen(DESK, maria) == seen(patient(MARIA), "") == seen(doctor(GRETA), greta) == starts
    assert seen(DESK, f"{maria}&{greta}&date=2026-11-24") == starts[1:2]
    assert seen(DESK, f"{maria}&practitioner={fhir_id(KENJI)}") == []
    assert seen(DESK, f"{greta}&date=ge2026-11-24&date=lt2026-11-25") == starts[1:2]
    assert seen(DESK, f"{maria}&status=booked,noshow") == [starts[0], starts[2]]
    assert seen(DESK, f"{maria}&status=proposed") == []


def test_free_slots_are_told_and_taken_ones_are_not(clinic: Clinic) -> None:
    before = found(NURSE, f"{SLOTS}&start=2026-11-23&_count=5")
    assert len(before) == 24
    assert before[0]["start"] == NINE
    clinic.book(NINE)
    after = found(NURSE, f"{SLOTS}&start=2026-11-23")
    assert [one["id"] for one in before[1:]] == [one["id"] for one in after]
    assert DESK.get(f"{BASE}/Slot/{after[0]['id']}").json == after[0]
    assert codes(DESK.get(f"{BASE}/Slot/{before[0]['id']}")) == (404, ["not-found"])
    assert found(NURSE, f"{SLOTS}&status=busy") == []
    assert found(NURSE, f"Slot?schedule={fhir_id(KENJI)[:-1]}f") == []  # who has never had hours


@pytest.mark.parametrize("stamp", ["20261399T000000Z", "00010101T000000Z", "99991231T235959Z"])
def test_a_slot_of_no_time_is_not_found(clinic: Clinic, stamp: str) -> None:
    assert codes(DESK.get(f"{BASE}/Slot/{fhir_id(GRETA)}.{stamp}")) == (404, ["not-found"])


@pytest.mark.parametrize("start", ["ge9999-12-30", "lt0002", "gt2999", "ge2999-12-31"])
def test_in_no_time_of_ours_nothing_is_free(clinic: Clinic, start: str) -> None:
    assert found(DESK, f"{SLOTS}&start={start}") == []


def test_slots_are_looked_for_within_a_month(clinic: Clinic) -> None:
    assert codes(DESK.get(f"{BASE}/{SLOTS}&start=ge2026-11-23&start=le2027-01-23")) == (400, ["invalid"])
    assert len(found(DESK, f"{SLOTS}&start=ge2026-11-23")) == 7 * 24


def test_others_visits_stay_theirs(clinic: Clinic) -> None:
    visit = clinic.book(NINE)
    for path in (f"Appointment?patient={fhir_id(MARIA)}", f"Appointment/{fhir_id(visit['appointment_id'])}"):
        assert codes(patient(TOM).get(f"{BASE}/{path}")) == (403, ["forbidden"])
    assert codes(DESK.get(f"{BASE}/Appointment")) == (400, ["required"])
