"""A visit on the running system: booked, received, charted, corrected, closed, and read by whom it concerns alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
from tests.e2e.hospital import PASSWORD, Doctor, Guest, Hospital, free, good, refused, soon, week
from tests.e2e.post import until

FEVER = {"code": "8310-5", "value": 101.3, "unit": "[degF]"}


def received(hospital: Hospital, doctor: Doctor, guest: Guest) -> str:
    """The id of a visit whose patient has come."""
    slot = free(hospital.desk, doctor.practitioner_id, soon())[0]
    wish = {"practitioner_id": doctor.practitioner_id, "patient_id": guest.patient_id, "start": slot["start"]}
    visit = good(hospital.desk.post("/v1/appointments", json=wish), 201)
    good(hospital.desk.post(f"/v1/appointments/{visit['appointment_id']}/check-in"))
    return str(visit["appointment_id"])


def opened(client: httpx.Client, appointment_id: str) -> dict[str, Any]:
    """The encounter of a visit, which is known some seconds after it was booked and once the patient has come."""

    def attempt() -> dict[str, Any] | None:
        answer = client.post("/v1/encounters", json={"appointment_id": appointment_id})
        if answer.status_code in (403, 422):
            return None
        return good(answer, 201)

    found = until(attempt)
    assert found is not None
    return found


def test_a_visit_is_charted_and_read_by_the_patient_and_nobody_elses(
    hospital: Hospital, sign_in: Callable[..., httpx.Client]
) -> None:
    doctor, other = (hospital.hire(week("09:00", "17:00", 30)) for _ in range(2))
    guest, stranger = hospital.guest(), hospital.guest()
    with (
        sign_in(doctor.email, PASSWORD) as treating,
        sign_in(other.email, PASSWORD) as blind,
        sign_in(guest.email, PASSWORD) as patient,
        sign_in(stranger.email, PASSWORD) as nobody,
    ):
        appointment_id = received(hospital, doctor, guest)
        encounter = opened(treating, appointment_id)
        path = f"/v1/encounters/{encounter['encounter_id']}"
        again = refused(
            treating.post("/v1/encounters", json={"appointment_id": appointment_id}), 409, "encounter-exists"
        )
        assert again["encounter_id"] == encounter["encounter_id"]
        good(treating.post(f"{path}/start"))

        written = good(treating.post(f"{path}/notes", json={"text": "Coughs since Monday."}), 201)
        vitals = good(treating.post(f"{path}/vitals", json={"measurements": [FEVER]}), 201)
        assert vitals["content"]["measurements"][0]["flag"] == "H"
        [cold] = good(treating.get("/v1/codes/icd-10", params={"query": "J06.9"}))["items"]
        good(treating.post(f"{path}/diagnoses", json={"code": cold["code"]}), 201)
        until(lambda: treating.get(f"/v1/patients/{guest.patient_id}/summary").status_code == 200)
        good(treating.post(f"/v1/patients/{guest.patient_id}/allergies", json={"code": "peanut"}), 201)

        entry = f"/v1/records/{written['entry_id']}"
        change = {"reason": "it was Sunday", "content": {"text": "Coughs since Sunday."}}
        good(treating.put(entry, json=change, headers={"If-Match": '"1"'}))
        refused(treating.put(entry, json=change, headers={"If-Match": '"1"'}), 412, "stale")
        good(treating.post(f"{path}/close"))
        refused(treating.post(f"{path}/notes", json={"text": "too late"}), 409, "encounter-not-open")

        record = good(patient.get(f"/v1/patients/{guest.patient_id}/record"))["items"]
        assert {item["kind"] for item in record} == {"encounter", "note", "vitals", "diagnosis", "allergy"}
        versions = good(patient.get(f"{entry}/versions"))["items"]
        assert [version["content"]["text"] for version in versions] == ["Coughs since Monday.", "Coughs since Sunday."]
        for reader in (hospital.desk, hospital.admin, blind, nobody):
            for place in (f"/v1/patients/{guest.patient_id}/record", entry, f"{entry}/versions"):
                refused(reader.get(place), 403, "forbidden")
        refused(blind.post(f"{path}/notes", json={"text": "not mine"}), 403, "forbidden")


def test_who_receives_a_walk_in_makes_the_doctor_theirs(
    hospital: Hospital, sign_in: Callable[..., httpx.Client]
) -> None:
    doctor = hospital.hire(week("09:00", "17:00", 30))
    patient_id = hospital.patient()
    with sign_in(doctor.email, PASSWORD) as treating:
        refused(treating.post("/v1/encounters", json={"patient_id": patient_id}), 403, "forbidden")
        refused(treating.get(f"/v1/patients/{patient_id}/record"), 403, "forbidden")
        wish = {"patient_id": patient_id, "practitioner_id": doctor.practitioner_id, "class": "EMER"}
        encounter = good(hospital.desk.post("/v1/encounters", json=wish), 201)
        assert (encounter["class"], encounter["status"]) == ("EMER", "arrived")
        good(treating.post(f"/v1/encounters/{encounter['encounter_id']}/start"))
        until(lambda: treating.get(f"/v1/patients/{patient_id}/record").status_code == 200)
