"""Booking over HTTP: what is refused, where and why, and what is offered instead."""

from typing import Any

import pytest
from tests.integration.care.scheduling.clinic import (
    ADMIN,
    ANNA,
    BERLIN,
    DESK,
    GRETA,
    KENJI,
    MARIA,
    NEW_YORK,
    NINE,
    NOBODY,
    OTHER_ROOM,
    ROOM,
    TOM,
    Clinic,
    local,
    patient,
)
from tests.integration.gateway import places, refusal

from care.scheduling.models import Kind

LEAVE = f"/v1/practitioners/{GRETA}/leave"


def test_a_patient_books_a_visit_of_their_own(clinic: Clinic) -> None:
    answer = patient(MARIA).post("/v1/appointments", clinic.wish(reason="a cough", mode="video"))
    assert answer.status == 201, answer.text
    assert answer.headers["ETag"] == '"1"'
    visit = answer.json
    assert visit == {
        "appointment_id": visit["appointment_id"],
        "status": "booked",
        "practitioner_id": GRETA,
        "patient_id": MARIA,
        "room_id": None,
        "start": NINE,
        "end": local("2026-11-23T09:20"),
        "time_zone": BERLIN,
        "mode": "video",
        "reason": "a cough",
        "version": 1,
        "created_at": "2026-11-20T12:00:00Z",
        "series_id": None,
        "history": [
            {
                "version": 1,
                "step": "book",
                "status": "booked",
                "at": "2026-11-20T12:00:00Z",
                "actor": f"user-of-{MARIA}",
                "start": NINE,
                "end": local("2026-11-23T09:20"),
                "practitioner_id": GRETA,
                "room_id": None,
                "reason": None,
            }
        ],
    }
    assert patient(MARIA).get(f"/v1/appointments/{visit['appointment_id']}").json == visit


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"start": "soon"}, "/start"),
        ({"start": "2026-11-23T09:00:00"}, "/start"),
        ({"start": "1999-11-23T09:00:00Z"}, "/start"),
        ({"start": "9999-12-31T23:59:59-14:00"}, "/start"),
        ({"practitioner_id": "prc_1"}, "/practitioner_id"),
        ({"patient_id": GRETA}, "/patient_id"),
        ({"room_id": ""}, "/room_id"),
        ({"hold_id": "mine"}, "/hold_id"),
        ({"mode": "telepathy"}, "/mode"),
        ({"reason": "x" * 301}, "/reason"),
        ({"reason": "  "}, "/reason"),
        ({"status": "booked"}, "/status"),
        ({"patient_id": None}, "/patient_id"),
    ],
)
def test_a_booking_that_makes_no_sense_is_refused_where_it_does_not(
    clinic: Clinic, change: dict[str, Any], place: str
) -> None:
    assert places(DESK.post("/v1/appointments", clinic.wish() | change)) == {place}


@pytest.mark.parametrize("field", ["practitioner_id", "patient_id", "start"])
def test_a_booking_needs_who_with_whom_and_when(clinic: Clinic, field: str) -> None:
    wish = clinic.wish()
    del wish[field]
    for path in ("/v1/appointments", "/v1/holds"):
        assert places(DESK.post(path, wish)) == {f"/{field}"}


@pytest.mark.parametrize("body", ["", "[]", "null", '"text"', "{", "{'a': 1}", '{"start": NaN}'])
def test_a_body_that_is_no_object_is_refused(clinic: Clinic, body: str) -> None:
    answer = DESK.post("/v1/appointments", body)
    assert refusal(answer) in {(400, "malformed"), (422, "invalid")}


def test_a_body_over_64_kib_is_too_large(clinic: Clinic) -> None:
    answer = DESK.post("/v1/appointments", clinic.wish(reason="ä" * 40_000))
    assert refusal(answer) == (413, "too-large")


@pytest.mark.parametrize(
    "start",
    [
        "2026-11-20T12:00:00Z",  # now
        local("2026-11-19T09:00"),
        local("2026-11-23T08:40"),
        local("2026-11-23T17:00"),
        local("2026-11-23T09:10"),
        local("2026-11-23T09:00:01"),
        local("2027-11-23T09:00"),
    ],
)
def test_past_far_away_outside_the_hours_or_off_the_grid_cannot_be_booked(clinic: Clinic, start: str) -> None:
    for path in ("/v1/appointments", "/v1/holds"):
        assert refusal(DESK.post(path, clinic.wish(start))) == (422, "not-bookable")
    booked = clinic.book()
    moved = DESK.post(f"/v1/appointments/{booked['appointment_id']}/reschedule", {"start": start})
    assert refusal(moved) == (422, "not-bookable")


def test_a_practitioner_without_hours_cannot_be_booked(founding: Clinic) -> None:
    assert refusal(DESK.post("/v1/appointments", founding.wish())) == (422, "not-bookable")


def test_a_start_in_another_offset_is_the_same_slot(clinic: Clinic) -> None:
    assert clinic.book("2026-11-23T17:00:00+09:00")["start"] == NINE


@pytest.mark.parametrize("path", ["/v1/appointments", "/v1/holds"])
def test_unknown_references_are_named_each_at_its_place(clinic: Clinic, path: str) -> None:
    answer = DESK.post(path, clinic.wish(patient_id=f"pat_{NOBODY}", room_id=f"room_{NOBODY}"))
    assert refusal(answer) == (422, "unknown-reference")
    assert places(answer) == {"/patient_id", "/room_id"}
    answer = DESK.post(path, clinic.wish(practitioner_id=f"prc_{NOBODY}"))
    assert refusal(answer) == (422, "unknown-reference")
    assert places(answer) == {"/practitioner_id"}
    assert clinic.taken(Kind.PRACTITIONER, GRETA) == set()


@pytest.mark.parametrize(
    ("table", "pk", "place"),
    [
        ("patients", f"PATIENT#{MARIA}", "/patient_id"),
        ("practitioners", f"PRACTITIONER#{GRETA}", "/practitioner_id"),
        ("practitioners", f"ROOM#{ROOM}", "/room_id"),
    ],
)
def test_who_is_no_longer_active_cannot_be_booked(clinic: Clinic, table: str, pk: str, place: str) -> None:
    clinic.refer(table, pk, active=False)
    answer = DESK.post("/v1/appointments", clinic.wish(room_id=ROOM))
    assert refusal(answer) == (422, "unknown-reference")
    assert places(answer) == {place}


def test_a_taken_slot_is_refused_with_what_is_in_the_way_and_free_times_near_it(clinic: Clinic) -> None:
    clinic.book(local("2026-11-23T10:00"))
    answer = DESK.post("/v1/appointments", clinic.wish(local("2026-11-23T10:00"), patient_id=TOM))
    assert refusal(answer) == (409, "slot-taken")
    assert answer.json["conflicts"] == [
        {"resource": "practitioner", "start": local("2026-11-23T10:00"), "end": local("2026-11-23T10:20")}
    ]
    offered = [slot["start"] for slot in answer.json["alternatives"]]
    assert offered == [local(f"2026-11-23T{wall}") for wall in ("09:00", "09:20", "09:40", "10:20", "10:40")]
    assert MARIA not in answer.text
    for slot in answer.json["alternatives"]:
        clinic.book(slot["start"], patient_id=TOM)


def test_alternatives_come_from_other_days_when_the_day_is_full_and_from_nowhere_when_the_week_is(
    founding: Clinic,
) -> None:
    founding.week(weekly=[{"weekday": day, "start": "09:00", "end": "09:40"} for day in (0, 3)])
    for start in founding.free("2026-11-23"):
        founding.book(start)
    answer = DESK.post("/v1/appointments", founding.wish(NINE, patient_id=TOM))
    assert [slot["start"] for slot in answer.json["alternatives"]] == [
        local("2026-11-26T09:00"),
        local("2026-11-26T09:20"),
    ]
    ADMIN.put(f"{LEAVE}/2026-11-26", {})
    answer = DESK.post("/v1/appointments", founding.wish(NINE, patient_id=TOM))
    assert (answer.status, answer.json["alternatives"]) == (409, [])


def test_a_patient_is_in_one_place_also_when_the_doctors_are_on_two_continents(clinic: Clinic) -> None:
    clinic.book(local("2026-11-23T09:20"))
    answer = DESK.post("/v1/appointments", clinic.wish(local("2026-11-23T03:30", NEW_YORK), practitioner_id=KENJI))
    assert refusal(answer) == (409, "slot-taken")
    assert answer.json["conflicts"] == [
        {"resource": "patient", "start": local("2026-11-23T09:30"), "end": local("2026-11-23T09:40")}
    ]


def test_a_room_holds_one_visit_and_every_conflict_is_named(clinic: Clinic) -> None:
    clinic.book(NINE, room_id=ROOM)
    answer = DESK.post("/v1/appointments", clinic.wish(NINE, practitioner_id=KENJI, room_id=ROOM))
    assert refusal(answer) == (409, "slot-taken")
    assert {conflict["resource"] for conflict in answer.json["conflicts"]} == {"patient", "room"}
    clinic.book(NINE, practitioner_id=KENJI, patient_id=TOM, room_id=OTHER_ROOM)


def test_alternatives_are_free_in_the_room_of_their_own_hours(founding: Clinic) -> None:
    weekly = [
        {"weekday": 0, "start": "09:00", "end": "09:40", "room_id": ROOM},
        {"weekday": 0, "start": "09:40", "end": "10:40", "room_id": OTHER_ROOM},
    ]
    founding.week(weekly=weekly)
    founding.week(KENJI, weekly=[{"weekday": 0, "start": "09:40", "end": "10:00", "room_id": OTHER_ROOM}])
    founding.book(NINE)
    founding.book(local("2026-11-23T09:40"), practitioner_id=KENJI, patient_id=TOM)
    answer = DESK.post("/v1/appointments", founding.wish(NINE, patient_id=ANNA))
    assert {conflict["resource"] for conflict in answer.json["conflicts"]} == {"practitioner", "room"}
    offered = [(slot["start"], slot["room_id"]) for slot in answer.json["alternatives"]]
    assert offered[:3] == [
        (local("2026-11-23T09:20"), ROOM),
        (local("2026-11-23T10:00"), OTHER_ROOM),
        (local("2026-11-23T10:20"), OTHER_ROOM),
    ]


def test_a_conflict_over_midnight_is_one_conflict(founding: Clinic) -> None:
    founding.week(weekly=[{"weekday": 0, "start": "23:30", "end": "02:00"}], time_zone="UTC", slot_minutes=60)
    founding.book("2026-11-23T23:30:00Z")
    answer = DESK.post("/v1/appointments", founding.wish("2026-11-23T23:30:00Z", patient_id=TOM))
    assert answer.json["conflicts"] == [
        {"resource": "practitioner", "start": "2026-11-23T23:30:00Z", "end": "2026-11-24T00:30:00Z"}
    ]
