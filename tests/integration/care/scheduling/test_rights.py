"""Who may do what with whose visits."""

import pytest
from tests.integration.care.scheduling.clinic import (
    DESK,
    GRETA,
    KENJI,
    MARIA,
    NINE,
    NOBODY,
    TOM,
    Clinic,
    doctor,
    local,
    patient,
)
from tests.integration.gateway import Caller, claims, refusal

from care.scheduling.handler import api

SCHEDULE = f"/v1/practitioners/{GRETA}/schedule"


def test_another_patients_visit_is_forbidden_whether_it_exists_or_not(clinic: Clinic) -> None:
    booked = clinic.book()
    seen = []
    for appointment_id in (booked["appointment_id"], f"apt_{NOBODY}"):
        path = f"/v1/appointments/{appointment_id}"
        for caller in (patient(TOM), doctor(KENJI)):
            answers = [
                caller.get(path),
                caller.post(f"{path}/cancel", {"reason": "mine"}),
                caller.post(f"{path}/reschedule", {"start": NINE}),
                caller.post(f"{path}/check-in"),
                caller.post(f"{path}/start"),
                caller.post(f"{path}/complete"),
                caller.post(f"{path}/no-show"),
            ]
            assert {refusal(answer) for answer in answers} == {(403, "forbidden")}
            seen.append([answer.text for answer in answers])
    assert seen[0] == seen[2]
    assert seen[1] == seen[3]


def test_the_front_desk_hears_that_a_visit_is_missing(clinic: Clinic) -> None:
    assert refusal(DESK.get(f"/v1/appointments/apt_{NOBODY}")) == (404, "not-found")
    assert refusal(DESK.post(f"/v1/appointments/apt_{NOBODY}/cancel", {"reason": "x"})) == (404, "not-found")
    assert refusal(DESK.get("/v1/appointments/apt_1")) == (404, "not-found")


def test_a_patient_neither_books_nor_holds_nor_lists_for_a_stranger(clinic: Clinic) -> None:
    for patient_id in (TOM, f"pat_{NOBODY}"):
        wish = clinic.wish(patient_id=patient_id)
        assert refusal(patient(MARIA).post("/v1/appointments", wish)) == (403, "forbidden")
        assert refusal(patient(MARIA).post("/v1/holds", wish)) == (403, "forbidden")
        assert refusal(patient(MARIA).get(f"/v1/appointments?patient_id={patient_id}")) == (403, "forbidden")
    assert refusal(patient(MARIA).get(f"/v1/appointments?practitioner_id={GRETA}")) == (403, "forbidden")


@pytest.mark.parametrize("role", ["nurse", "manager", "lab-technician", "courier", "auditor", "admin", "doctor"])
def test_roles_without_business_at_the_desk_do_not_book(clinic: Clinic, role: str) -> None:
    caller = Caller(api, claims(role, user_id="u-9", practitioner_id=GRETA))
    for path in ("/v1/appointments", "/v1/holds"):
        assert refusal(caller.post(path, clinic.wish())) == (403, "forbidden")
        assert refusal(caller.post(path, {"nonsense": True})) == (403, "forbidden")


def test_who_has_not_signed_in_or_has_no_role_gets_nowhere(clinic: Clinic) -> None:
    assert refusal(Caller(api).post("/v1/appointments", clinic.wish())) == (401, "unauthorized")
    assert refusal(Caller(api, claims()).post("/v1/appointments", clinic.wish())) == (403, "forbidden")
    assert refusal(Caller(api, claims()).get(SCHEDULE)) == (403, "forbidden")


def test_a_parent_acts_for_a_child_until_that_is_revoked(clinic: Clinic) -> None:
    clinic.let_act(MARIA, TOM)
    parent = patient(MARIA)
    booked = clinic.book(caller=parent, patient_id=TOM)
    path = f"/v1/appointments/{booked['appointment_id']}"
    assert parent.get(path).status == 200
    assert parent.get(f"/v1/appointments?patient_id={TOM}").json["items"] == [booked]
    assert parent.post(f"{path}/reschedule", {"start": local("2026-11-23T09:20")}).status == 200
    clinic.hold(local("2026-11-23T10:00"), caller=parent, patient_id=TOM)
    clinic.let_act(MARIA, TOM, active=False)
    assert refusal(parent.get(path)) == (403, "forbidden")
    assert refusal(parent.post(f"{path}/cancel", {"reason": "late"})) == (403, "forbidden")
    assert refusal(parent.get(f"/v1/appointments?patient_id={TOM}")) == (403, "forbidden")
    assert patient(TOM).get(path).status == 200


def test_to_act_for_somebody_works_in_one_direction_only(clinic: Clinic) -> None:
    clinic.let_act(MARIA, TOM)
    assert refusal(patient(TOM).post("/v1/appointments", clinic.wish(patient_id=MARIA))) == (403, "forbidden")
