"""Doctors on the running system: a visit, booked over HTTP, opens a patient's name and file to its doctor alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
from tests.e2e.hospital import PASSWORD, Hospital, free, good, soon, week
from tests.e2e.post import until


def test_a_doctor_sees_the_name_of_who_comes_to_them_until_the_only_visit_is_cancelled(
    hospital: Hospital, sign_in: Callable[..., httpx.Client]
) -> None:
    doctor, other = (hospital.hire(week("09:00", "17:00", 30)) for _ in range(2))
    patient_id, stranger = hospital.patient(), hospital.patient()
    ids = {"ids": f"{stranger},{patient_id}"}
    with sign_in(doctor.email, PASSWORD) as seeing, sign_in(other.email, PASSWORD) as blind:

        def names(client: httpx.Client) -> list[dict[str, Any]]:
            items: list[dict[str, Any]] = good(client.get("/v1/patient-names", params=ids))["items"]
            return items

        assert names(seeing) == []
        slot = free(hospital.desk, doctor.practitioner_id, soon())[0]
        wish = {"practitioner_id": doctor.practitioner_id, "patient_id": patient_id, "mode": "in_person"}
        visit = good(hospital.desk.post("/v1/appointments", json={**wish, "start": slot["start"]}), 201)
        [seen] = until(lambda: names(seeing))
        assert (seen["patient_id"], seen["display_name"]) == (patient_id, f"Test Invented {hospital.name}")
        assert names(blind) == []
        opened = [client.get(f"/v1/patients/{patient_id}").status_code for client in (seeing, blind)]
        assert opened == [200, 403]

        good(hospital.desk.post(f"/v1/appointments/{visit['appointment_id']}/cancel", json={"reason": "test"}))
        until(lambda: names(seeing) == [])
        assert seeing.get(f"/v1/patients/{patient_id}").status_code == 403
        assert [item["patient_id"] for item in names(hospital.desk)] == [stranger, patient_id]
