"""Visits once they are booked: their day, and moving them."""

from typing import Any

import pytest
from tests.integration.care.scheduling.clinic import (
    ADMIN,
    ANNA,
    DESK,
    GRETA,
    KENJI,
    MANAGER,
    MARIA,
    NEW_YORK,
    NINE,
    NOBODY,
    NURSE,
    ROOM,
    TOM,
    Clinic,
    doctor,
    local,
    patient,
)
from tests.integration.gateway import places, refusal

from care.scheduling.models import Kind

# ---- the day of the visit


def test_a_visit_walks_through_its_states(clinic: Clinic) -> None:
    path = f"/v1/appointments/{clinic.book()['appointment_id']}"
    walked = [
        NURSE.post(f"{path}/check-in"),
        doctor(GRETA).post(f"{path}/start"),
        doctor(GRETA).post(f"{path}/complete"),
    ]
    assert [answer.status for answer in walked] == [200, 200, 200]
    assert [answer.json["status"] for answer in walked] == ["checked-in", "arrived", "fulfilled"]
    assert [answer.headers["ETag"] for answer in walked] == ['"2"', '"3"', '"4"']
    steps = [(entry["step"], entry["actor"]) for entry in walked[-1].json["history"]]
    assert steps == [
        ("book", "desk"),
        ("check-in", "nurse"),
        ("start", f"user-of-{GRETA}"),
        ("complete", f"user-of-{GRETA}"),
    ]


def test_the_wrong_step_names_the_state_that_does_not_allow_it(clinic: Clinic) -> None:
    path = f"/v1/appointments/{clinic.book()['appointment_id']}"
    answer = doctor(GRETA).post(f"{path}/complete")
    assert refusal(answer) == (409, "invalid-transition")
    assert answer.json["current_status"] == "booked"
    assert DESK.post(f"{path}/cancel", {"reason": "ill"}).status == 200
    for answer in (
        DESK.post(f"{path}/check-in"),
        DESK.post(f"{path}/no-show"),
        DESK.post(f"{path}/cancel", {"reason": "ill"}),
        DESK.post(f"{path}/reschedule", {"start": local("2026-11-24T09:00")}),
        DESK.post(f"{path}/reschedule", {"start": NINE}),
    ):
        assert refusal(answer) == (409, "invalid-transition")
        assert answer.json["current_status"] == "cancelled"


def test_each_step_has_its_people(clinic: Clinic) -> None:
    path = f"/v1/appointments/{clinic.book()['appointment_id']}"
    for step, callers in {
        "check-in": (patient(MARIA), MANAGER, ADMIN),
        "start": (patient(MARIA), DESK, NURSE),
        "complete": (patient(MARIA), DESK, NURSE),
        "no-show": (patient(MARIA), NURSE),
    }.items():
        for caller in callers:
            assert refusal(caller.post(f"{path}/{step}")) == (403, "forbidden")
    assert refusal(NURSE.post(f"{path}/cancel", {"reason": "x"})) == (403, "forbidden")
    assert refusal(NURSE.post(f"{path}/reschedule", {"start": NINE})) == (403, "forbidden")


def test_who_read_an_older_visit_changes_nothing(clinic: Clinic) -> None:
    path = f"/v1/appointments/{clinic.book()['appointment_id']}"
    assert DESK.post(f"{path}/check-in", if_match='"1"').status == 200
    later = {"start": local("2026-11-24T09:00")}
    for answer in (
        DESK.post(f"{path}/cancel", {"reason": "x"}, if_match='"1"'),
        DESK.post(f"{path}/reschedule", later, if_match='W/"1"'),
        doctor(GRETA).post(f"{path}/start", if_match="1"),
        DESK.post(f"{path}/no-show", if_match='"soon"'),
    ):
        assert refusal(answer) == (412, "stale")
    assert DESK.get(path).json["version"] == 2
    assert doctor(GRETA).post(f"{path}/start", if_match='"2"').status == 200
    assert doctor(GRETA).post(f"{path}/complete", if_match="*").status == 200


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": "x" * 301}, {"reason": "x", "fee": 1}])
def test_a_cancellation_needs_its_reason(clinic: Clinic, body: dict[str, Any]) -> None:
    path = f"/v1/appointments/{clinic.book()['appointment_id']}"
    assert places(DESK.post(f"{path}/cancel", body)) <= {"/reason", "/fee"}


def test_a_cancelled_visit_frees_everything_it_had(clinic: Clinic) -> None:
    booked = clinic.book(room_id=ROOM)
    answer = patient(MARIA).post(f"/v1/appointments/{booked['appointment_id']}/cancel", {"reason": "better"})
    assert (answer.status, answer.json["status"]) == (200, "cancelled")
    assert answer.json["history"][-1]["reason"] == "better"
    for kind, resource_id in ((Kind.PRACTITIONER, GRETA), (Kind.PATIENT, MARIA), (Kind.ROOM, ROOM)):
        assert clinic.taken(kind, resource_id) == set()
    clinic.book(patient_id=TOM, room_id=ROOM)


# ---- moving


def test_a_rescheduled_visit_frees_the_old_slot_and_takes_the_new(clinic: Clinic) -> None:
    booked = clinic.book()
    answer = patient(MARIA).post(
        f"/v1/appointments/{booked['appointment_id']}/reschedule", {"start": local("2026-11-24T16:40")}
    )
    assert answer.status == 200, answer.text
    assert (answer.json["start"], answer.json["version"]) == (local("2026-11-24T16:40"), 2)
    assert [entry["start"] for entry in answer.json["history"]] == [NINE, local("2026-11-24T16:40")]
    assert NINE in clinic.free()
    assert local("2026-11-24T16:40") not in clinic.free("2026-11-24")
    clinic.book(patient_id=TOM)


def test_a_visit_moves_into_time_that_overlaps_its_own(clinic: Clinic) -> None:
    booked = clinic.book(local("2026-11-23T09:20"), room_id=ROOM)
    clinic.week(slot_minutes=30, valid_from="2026-11-23")
    path = f"/v1/appointments/{booked['appointment_id']}/reschedule"
    for wall in ("09:00", "09:30", "09:00"):
        answer = DESK.post(path, {"start": local(f"2026-11-23T{wall}")})
        assert answer.status == 200, answer.text
        assert len(clinic.taken(Kind.PRACTITIONER, GRETA)) == 6
        assert clinic.taken(Kind.PRACTITIONER, GRETA) == clinic.taken(Kind.PATIENT, MARIA)
        assert clinic.taken(Kind.ROOM, ROOM) == clinic.taken(Kind.PATIENT, MARIA)


def test_a_visit_moves_to_another_practitioner(clinic: Clinic) -> None:
    booked = clinic.book(room_id=ROOM)
    answer = DESK.post(
        f"/v1/appointments/{booked['appointment_id']}/reschedule", {"start": NINE, "practitioner_id": KENJI}
    )
    assert answer.status == 200, answer.text
    moved = answer.json
    assert (moved["practitioner_id"], moved["time_zone"], moved["room_id"]) == (KENJI, NEW_YORK, None)
    assert moved["end"] == local("2026-11-23T09:30")
    assert clinic.taken(Kind.PRACTITIONER, GRETA) | clinic.taken(Kind.ROOM, ROOM) == set()
    assert len(clinic.taken(Kind.PATIENT, MARIA)) == 6
    assert DESK.get(f"/v1/appointments?practitioner_id={GRETA}").json["items"] == []
    assert DESK.get(f"/v1/appointments?practitioner_id={KENJI}").json["items"] == [moved]
    assert DESK.get(f"/v1/appointments?patient_id={MARIA}").json["items"] == [moved]


def test_a_visit_moves_to_another_practitioner_at_the_same_time(clinic: Clinic) -> None:
    clinic.week(KENJI)
    path = f"/v1/appointments/{clinic.book(room_id=ROOM)['appointment_id']}/reschedule"
    answer = DESK.post(path, {"start": NINE, "practitioner_id": KENJI})
    assert (answer.status, answer.json["practitioner_id"]) == (200, KENJI)
    assert clinic.taken(Kind.PRACTITIONER, KENJI) == clinic.taken(Kind.PATIENT, MARIA)
    assert clinic.taken(Kind.PRACTITIONER, GRETA) | clinic.taken(Kind.ROOM, ROOM) == set()
    assert DESK.get(f"/v1/appointments?patient_id={MARIA}").json["items"] == [answer.json]


def test_a_visit_keeps_its_slot_when_the_new_one_is_taken(clinic: Clinic) -> None:
    mine = clinic.book()
    clinic.book(local("2026-11-23T10:00"), patient_id=TOM)
    answer = DESK.post(f"/v1/appointments/{mine['appointment_id']}/reschedule", {"start": local("2026-11-23T10:00")})
    assert refusal(answer) == (409, "slot-taken")
    assert [conflict["resource"] for conflict in answer.json["conflicts"]] == ["practitioner"]
    assert answer.json["alternatives"]
    assert DESK.get(f"/v1/appointments/{mine['appointment_id']}").json == mine
    assert refusal(DESK.post("/v1/appointments", clinic.wish(patient_id=ANNA))) == (409, "slot-taken")


def test_a_visit_moved_to_where_it_is_stays_as_it_is(clinic: Clinic) -> None:
    mine = clinic.book()
    answer = DESK.post(f"/v1/appointments/{mine['appointment_id']}/reschedule", {"start": NINE})
    assert (answer.status, answer.json) == (200, mine)


def test_a_visit_cannot_move_to_a_practitioner_who_does_not_exist_or_left(clinic: Clinic) -> None:
    path = f"/v1/appointments/{clinic.book()['appointment_id']}/reschedule"
    unknown = DESK.post(path, {"start": NINE, "practitioner_id": f"prc_{NOBODY}"})
    assert refusal(unknown) == (422, "unknown-reference")
    clinic.refer("practitioners", f"PRACTITIONER#{KENJI}", active=False)
    assert refusal(DESK.post(path, {"start": NINE, "practitioner_id": KENJI})) == (422, "unknown-reference")


@pytest.mark.parametrize(
    ("body", "place"),
    [({}, "/start"), ({"start": "x"}, "/start"), ({"start": NINE, "practitioner_id": "x"}, "/practitioner_id")],
)
def test_a_move_needs_to_say_where(clinic: Clinic, body: dict[str, Any], place: str) -> None:
    path = f"/v1/appointments/{clinic.book()['appointment_id']}/reschedule"
    assert places(DESK.post(path, body)) == {place}
