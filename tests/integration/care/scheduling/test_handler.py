"""Scheduling over HTTP, as API Gateway hands requests on."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from tests.integration.care.scheduling.clinic import (
    ADMIN,
    ANNA,
    BERLIN,
    DESK,
    GRETA,
    KENJI,
    MANAGER,
    MARIA,
    NEW_YORK,
    NINE,
    NOBODY,
    NURSE,
    OTHER_ROOM,
    ROOM,
    TOM,
    WEEK,
    Clinic,
    doctor,
    local,
    patient,
)
from tests.integration.gateway import Answer, Caller, claims

from care.scheduling.handler import api
from care.scheduling.models import Kind
from care.scheduling.repository import appointments

SCHEDULE = f"/v1/practitioners/{GRETA}/schedule"
LEAVE = f"/v1/practitioners/{GRETA}/leave"


def refusal(answer: Answer) -> tuple[int, str]:
    assert answer.headers["Content-Type"] == "application/problem+json", answer.text
    return answer.status, answer.slug


def places(answer: Answer) -> set[str]:
    """Where the input is wrong."""
    assert answer.status == 422, answer.text
    return {error.get("pointer", error.get("parameter")) for error in answer.json["errors"]}


# ---- hours


def test_an_administrator_sets_a_week_and_everybody_reads_it(founding: Clinic) -> None:
    week = WEEK | {
        "breaks": [{"start": "12:00", "end": "13:00", "weekday": 2}],
        "valid_to": "2026-12-31",
        "weekly": [{"weekday": 0, "start": "09:00", "end": "17:00", "room_id": ROOM}],
    }
    answer = ADMIN.put(SCHEDULE, week)
    assert answer.status == 200, answer.text
    assert answer.headers["ETag"] == '"1"'
    assert answer.json == {
        "practitioner_id": GRETA,
        "version": 1,
        "plans": [week | {"version": 1}],
        "leave": [],
        "affected": [],
    }
    assert patient(MARIA).get(SCHEDULE).json == answer.json


def test_each_change_of_the_week_is_kept_as_it_was_set(clinic: Clinic) -> None:
    clinic.week(slot_minutes=30)
    kept = [item for item in clinic.items(f"PRACTITIONER#{GRETA}") if item["sk"]["S"].startswith("PLAN#")]
    assert [item["sk"]["S"] for item in kept] == ["PLAN#00001", "PLAN#00002"]
    assert [json.loads(item["plan"]["S"])["slot_minutes"] for item in kept] == [20, 30]


def test_doctors_set_their_own_week_and_nobody_elses(founding: Clinic) -> None:
    assert doctor(GRETA).put(SCHEDULE, WEEK).status == 200
    assert refusal(doctor(KENJI).put(SCHEDULE, WEEK)) == (403, "forbidden")
    assert refusal(DESK.put(SCHEDULE, WEEK)) == (403, "forbidden")
    assert refusal(patient(MARIA).put(SCHEDULE, WEEK)) == (403, "forbidden")


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"time_zone": "Europe/Entenhausen"}, "/time_zone"),
        ({"time_zone": "../etc/passwd"}, "/time_zone"),
        ({"time_zone": ""}, "/time_zone"),
        ({"slot_minutes": 0}, "/slot_minutes"),
        ({"slot_minutes": 7}, "/slot_minutes"),
        ({"slot_minutes": 485}, "/slot_minutes"),
        ({"slot_minutes": "often"}, "/slot_minutes"),
        ({"weekly": [{"weekday": 7, "start": "09:00", "end": "10:00"}]}, "/weekly/0/weekday"),
        ({"weekly": [{"weekday": 0, "start": "09:02", "end": "10:00"}]}, "/weekly/0/start"),
        ({"weekly": [{"weekday": 0, "start": "09:00", "end": "25:00"}]}, "/weekly/0/end"),
        ({"weekly": [{"weekday": 0, "start": "09:00", "end": "10:00", "room_id": "A1"}]}, "/weekly/0/room_id"),
        ({"weekly": [{"weekday": 0, "start": "09:00", "end": "10:00", "color": "red"}]}, "/weekly/0/color"),
        ({"weekly": [{"weekday": 0, "start": "09:00"}]}, "/weekly/0/end"),
        ({"breaks": [{"start": "12:01", "end": "13:00"}]}, "/breaks/0/start"),
        ({"valid_from": "2026-02-30"}, "/valid_from"),
        ({"valid_from": "9999-12-31"}, "/valid_from"),
        ({"valid_from": "0001-01-01"}, "/valid_from"),
        ({"valid_to": "9999-12-31"}, "/valid_to"),
        ({"valid_from": "2026-12-02", "valid_to": "2026-12-01"}, ""),
        ({"colour": "red"}, "/colour"),
        (
            {
                "weekly": [
                    {"weekday": 0, "start": "09:00", "end": "12:00"},
                    {"weekday": 0, "start": "11:00", "end": "15:00"},
                ]
            },
            "/weekly",
        ),
        (
            {
                "weekly": [
                    {"weekday": 6, "start": "22:00", "end": "02:00"},
                    {"weekday": 0, "start": "01:00", "end": "05:00"},
                ]
            },
            "/weekly",
        ),
    ],
)
def test_a_week_that_makes_no_sense_is_refused_where_it_does_not(
    founding: Clinic, change: dict[str, Any], place: str
) -> None:
    assert places(ADMIN.put(SCHEDULE, WEEK | change)) == {place}


def test_hours_that_meet_do_not_overlap(founding: Clinic) -> None:
    weekly = [
        {"weekday": 0, "start": "09:00", "end": "12:00"},
        {"weekday": 0, "start": "12:00", "end": "00:00"},
        {"weekday": 1, "start": "00:00", "end": "09:00"},
    ]
    assert ADMIN.put(SCHEDULE, WEEK | {"weekly": weekly}).status == 200


def test_a_week_needs_a_practitioner_and_rooms_that_exist(founding: Clinic) -> None:
    unknown = ADMIN.put(f"/v1/practitioners/prc_{NOBODY}/schedule", WEEK)
    assert refusal(unknown) == (422, "unknown-reference")
    founding.refer("practitioners", f"ROOM#{ROOM}", active=False)
    weekly = [{"weekday": 0, "start": "09:00", "end": "10:00", "room_id": ROOM}]
    answer = ADMIN.put(SCHEDULE, WEEK | {"weekly": weekly})
    assert refusal(answer) == (422, "unknown-reference")
    assert places(answer) == {"/weekly"}
    assert founding.items() == []


def test_whoever_read_an_older_schedule_changes_nothing(clinic: Clinic) -> None:
    assert ADMIN.put(SCHEDULE, WEEK, if_match='"1"').status == 200
    assert refusal(ADMIN.put(SCHEDULE, WEEK, if_match='"1"')) == (412, "stale")
    assert refusal(ADMIN.put(f"{LEAVE}/2026-11-23", {}, if_match='"1"')) == (412, "stale")
    assert refusal(ADMIN.put(SCHEDULE, WEEK, if_match="yesterday's")) == (412, "stale")
    assert ADMIN.get(SCHEDULE).json["version"] == 2


def test_a_new_week_names_the_visits_that_it_leaves_outside(clinic: Clinic) -> None:
    inside, outside = clinic.book(NINE), clinic.book(local("2026-11-23T16:40"), patient_id=TOM)
    past_days = clinic.week(weekly=[{"weekday": 0, "start": "09:00", "end": "12:00"}], valid_from="2026-11-23")
    assert [visit["appointment_id"] for visit in past_days.json["affected"]] == [outside["appointment_id"]]
    assert DESK.get(f"/v1/appointments/{outside['appointment_id']}").json["status"] == "booked"
    assert inside["appointment_id"] not in past_days.text


def test_a_week_of_the_past_can_still_be_set_and_touches_nobody(clinic: Clinic) -> None:
    clinic.book(NINE)
    answer = clinic.week(valid_from="2026-01-01", valid_to="2026-02-01")
    assert answer.json["affected"] == []
    assert NINE not in clinic.free()
    assert len(clinic.free("2026-11-24")) == 24


def test_without_a_schedule_there_is_nothing_to_read(founding: Clinic) -> None:
    assert refusal(ADMIN.get(SCHEDULE)) == (404, "not-found")
    assert refusal(DESK.get(f"/v1/practitioners/{GRETA}/availability?from=2026-11-23&to=2026-11-23")) == (
        404,
        "not-found",
    )
    assert refusal(ADMIN.put(f"{LEAVE}/2026-11-23", {})) == (404, "not-found")
    assert refusal(ADMIN.delete(f"{LEAVE}/2026-11-23")) == (404, "not-found")


# ---- leave


def test_leave_takes_slots_away_and_names_the_visits_in_it(clinic: Clinic) -> None:
    booked = clinic.book(local("2026-11-23T09:20"))
    answer = doctor(GRETA).put(f"{LEAVE}/2026-11-23", {"start": "09:00", "end": "09:30", "reason": "school"})
    assert answer.status == 200, answer.text
    assert answer.json["leave"] == [{"date": "2026-11-23", "start": "09:00", "end": "09:30", "reason": "school"}]
    assert [visit["appointment_id"] for visit in answer.json["affected"]] == [booked["appointment_id"]]
    assert clinic.free()[0] == local("2026-11-23T09:40")
    assert refusal(DESK.post("/v1/appointments", clinic.wish(NINE))) == (422, "not-bookable")


def test_leave_withdrawn_gives_the_slots_back(clinic: Clinic) -> None:
    ADMIN.put(f"{LEAVE}/2026-11-23", {})
    assert clinic.free() == []
    assert ADMIN.delete(f"{LEAVE}/2026-11-23").status == 204
    assert len(clinic.free()) == 24
    assert refusal(ADMIN.delete(f"{LEAVE}/2026-11-23")) == (404, "not-found")
    clinic.book(NINE)


@pytest.mark.parametrize("day", ["2026-02-30", "2026-13-01", "0001-01-01", "9999-12-31", "tomorrow", "20261123"])
def test_leave_needs_a_day_that_exists(clinic: Clinic, day: str) -> None:
    assert ADMIN.put(f"{LEAVE}/{day}", {}).status == 404
    assert ADMIN.delete(f"{LEAVE}/{day}").status == 404


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"start": "10:00", "end": "09:00"}, ""),
        ({"start": "10:01"}, "/start"),
        ({"end": "noon"}, "/end"),
        ({"reason": "x" * 201}, "/reason"),
        ({"days": 3}, "/days"),
    ],
)
def test_leave_that_makes_no_sense_is_refused(clinic: Clinic, body: dict[str, Any], place: str) -> None:
    assert places(ADMIN.put(f"{LEAVE}/2026-11-23", body)) == {place}


def test_only_the_doctor_and_administrators_plan_leave(clinic: Clinic) -> None:
    for caller in (DESK, NURSE, patient(MARIA), doctor(KENJI)):
        assert refusal(caller.put(f"{LEAVE}/2026-11-23", {})) == (403, "forbidden")
        assert refusal(caller.delete(f"{LEAVE}/2026-11-23")) == (403, "forbidden")


# ---- free slots


def test_free_slots_are_told_in_utc_with_the_zone_that_counts_the_days(clinic: Clinic) -> None:
    answer = patient(MARIA).get(f"/v1/practitioners/{GRETA}/availability?from=2026-11-23&to=2026-11-24")
    assert (answer.json["practitioner_id"], answer.json["time_zone"]) == (GRETA, BERLIN)
    assert len(answer.json["slots"]) == 48
    assert answer.json["slots"][0] == {"start": NINE, "end": local("2026-11-23T09:20"), "room_id": None}


def test_what_is_past_or_taken_is_not_free(clinic: Clinic) -> None:
    assert clinic.free("2026-11-20")[0] == local("2026-11-20T13:20")  # it is 13:00 in Berlin
    clinic.book(NINE)
    clinic.hold(local("2026-11-23T09:20"), patient_id=TOM)
    assert clinic.free()[0] == local("2026-11-23T09:40")


def test_the_night_shift_is_shown_on_the_days_on_which_its_slots_are(founding: Clinic) -> None:
    founding.week(weekly=[{"weekday": 0, "start": "22:00", "end": "02:00"}], slot_minutes=60)
    assert founding.free("2026-11-23") == [local("2026-11-23T22:00"), local("2026-11-23T23:00")]
    assert founding.free("2026-11-24") == [local("2026-11-24T00:00"), local("2026-11-24T01:00")]
    assert len(founding.free("2026-11-23", "2026-11-24")) == 4


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("from=2026-11-23", "to"),
        ("to=2026-11-23", "from"),
        ("from=2026-11-24&to=2026-11-23", ""),
        ("from=2026-11-01&to=2026-12-02", ""),
        ("from=today&to=2026-11-23", "from"),
        ("from=9999-12-31&to=9999-12-31", "from"),
        ("from=0001-01-01&to=0001-01-02", "from"),
        ("from=2026-11-23&to=2026-11-23&days=1", "days"),
    ],
)
def test_availability_is_asked_for_one_to_31_days(clinic: Clinic, query: str, place: str) -> None:
    assert place in places(DESK.get(f"/v1/practitioners/{GRETA}/availability?{query}"))


def test_31_days_are_one_answer(clinic: Clinic) -> None:
    assert len(clinic.free("2026-11-21", "2026-12-21")) == 31 * 24


@pytest.mark.parametrize(
    ("zone", "day", "count"),
    [
        (BERLIN, "2027-03-28", 69),  # 23 hours
        (BERLIN, "2027-10-31", 75),
        (NEW_YORK, "2027-03-14", 69),
        (NEW_YORK, "2027-11-07", 75),
        ("Australia/Lord_Howe", "2027-04-04", 73),  # 24 hours and a half: the last 10 minutes make no slot
        ("America/Santiago", "2027-09-05", 69),  # midnight is skipped
    ],
)
def test_a_day_on_which_clocks_change_has_the_slots_of_its_real_hours(
    founding: Clinic, zone: str, day: str, count: int
) -> None:
    weekly = [{"weekday": n, "start": "00:00", "end": "00:00"} for n in range(7)]
    founding.week(time_zone=zone, weekly=weekly)
    slots = founding.free(day)
    assert len(slots) == count
    booked = founding.book(slots[count // 2]) if day < "2027-10" else None
    assert booked is None or founding.free(day) == [*slots[: count // 2], *slots[count // 2 + 1 :]]


# ---- booking


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


# ---- who may


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


# ---- holds


def test_a_hold_keeps_the_slot_for_ten_minutes_for_who_has_it(clinic: Clinic) -> None:
    held = clinic.hold(caller=patient(MARIA))
    assert held == {
        "hold_id": held["hold_id"],
        "practitioner_id": GRETA,
        "patient_id": MARIA,
        "room_id": None,
        "start": NINE,
        "end": local("2026-11-23T09:20"),
        "expires_at": "2026-11-20T12:10:00Z",
    }
    clinic.now += timedelta(minutes=10, seconds=-1)
    assert refusal(DESK.post("/v1/appointments", clinic.wish(patient_id=TOM))) == (409, "slot-taken")
    booked = clinic.book(caller=patient(MARIA), hold_id=held["hold_id"])
    assert booked["start"] == NINE
    assert clinic.items("HOLD#") == []


def test_a_hold_that_ran_out_is_free_on_the_second(clinic: Clinic) -> None:
    held = clinic.hold()
    clinic.now += timedelta(minutes=10)
    assert NINE in clinic.free()
    clinic.book(patient_id=TOM)
    answer = DESK.post("/v1/appointments", clinic.wish(hold_id=held["hold_id"]))
    assert refusal(answer) == (409, "slot-taken")


def test_an_expired_hold_still_books_what_is_still_free(clinic: Clinic) -> None:
    held = clinic.hold()
    clinic.now += timedelta(minutes=11)
    clinic.book(hold_id=held["hold_id"])


def test_a_hold_in_a_room_books_that_room_also_when_it_is_not_named_again(clinic: Clinic) -> None:
    held = clinic.hold(room_id=ROOM)
    booked = clinic.book(hold_id=held["hold_id"])
    assert booked["room_id"] == ROOM
    assert len(clinic.taken(Kind.ROOM, ROOM)) == 4


def test_a_hold_lets_its_owner_choose_another_room(clinic: Clinic) -> None:
    held = clinic.hold(room_id=ROOM)
    booked = clinic.book(hold_id=held["hold_id"], room_id=OTHER_ROOM)
    assert booked["room_id"] == OTHER_ROOM
    clinic.now += timedelta(minutes=10)
    assert clinic.taken(Kind.ROOM, ROOM) == set()


@pytest.mark.parametrize(
    "change",
    [{"patient_id": TOM}, {"start": local("2026-11-23T09:20")}, {"practitioner_id": KENJI}],
)
def test_a_hold_is_of_no_use_for_another_visit(clinic: Clinic, change: dict[str, Any]) -> None:
    held = clinic.hold()
    answer = DESK.post("/v1/appointments", clinic.wish(hold_id=held["hold_id"]) | change)
    assert refusal(answer) == (422, "hold-unusable")
    assert places(answer) == {"/hold_id"}


def test_a_hold_books_once(clinic: Clinic) -> None:
    held = clinic.hold()
    clinic.book(hold_id=held["hold_id"])
    assert refusal(DESK.post("/v1/appointments", clinic.wish(hold_id=held["hold_id"]))) == (409, "slot-taken")


def test_a_second_tab_cannot_hold_what_the_first_holds(clinic: Clinic) -> None:
    clinic.hold(caller=patient(MARIA))
    again = patient(MARIA).post("/v1/holds", clinic.wish())
    assert refusal(again) == (409, "slot-taken")
    assert {conflict["resource"] for conflict in again.json["conflicts"]} == {"practitioner", "patient"}


def test_a_released_hold_is_free_at_once_and_gone(clinic: Clinic) -> None:
    held = clinic.hold(caller=patient(MARIA), room_id=ROOM)
    path = f"/v1/holds/{held['hold_id']}"
    assert refusal(patient(TOM).delete(path)) == (403, "forbidden")
    assert patient(MARIA).delete(path).status == 204
    assert clinic.taken(Kind.PRACTITIONER, GRETA) | clinic.taken(Kind.ROOM, ROOM) == set()
    clinic.book(patient_id=TOM)
    assert refusal(DESK.delete(path)) == (404, "not-found")
    assert refusal(patient(MARIA).delete(path)) == (403, "forbidden")
    assert refusal(patient(MARIA).delete(f"/v1/holds/hold_{NOBODY}")) == (403, "forbidden")


def test_to_release_a_hold_that_was_booked_leaves_the_visit_alone(clinic: Clinic) -> None:
    held = clinic.hold()
    clinic.book(hold_id=held["hold_id"])
    assert refusal(DESK.delete(f"/v1/holds/{held['hold_id']}")) == (404, "not-found")
    assert refusal(DESK.post("/v1/appointments", clinic.wish(patient_id=TOM))) == (409, "slot-taken")


def test_to_release_a_hold_that_ran_out_leaves_the_next_visit_alone(clinic: Clinic) -> None:
    held = clinic.hold()
    clinic.now += timedelta(minutes=10)
    clinic.book(patient_id=TOM)
    assert DESK.delete(f"/v1/holds/{held['hold_id']}").status == 204
    assert len(clinic.taken(Kind.PRACTITIONER, GRETA)) == 4
    assert clinic.taken(Kind.PATIENT, MARIA) == set()


def test_records_of_holds_expire_by_themselves(clinic: Clinic) -> None:
    clinic.hold()
    (item,) = clinic.items("HOLD#")
    assert int(item["expires_at"]["N"]) > int(item["until"]["N"])


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


# ---- lists


def listed(caller: Caller, query: str) -> list[str]:
    answer = caller.get(f"/v1/appointments?{query}")
    assert answer.status == 200, answer.text
    return [item["start"] for item in answer.json["items"]]


WALLS = ["2026-11-23T16:40", "2026-11-24T09:00", "2026-11-24T16:40", "2026-11-25T09:00"]


def test_lists_are_by_start_with_cancelled_visits_and_within_local_days(clinic: Clinic) -> None:
    every = [local(wall) for wall in WALLS]
    booked = [clinic.book(start) for start in reversed(every)][::-1]
    DESK.post(f"/v1/appointments/{booked[1]['appointment_id']}/cancel", {"reason": "x"})
    assert listed(DESK, f"patient_id={MARIA}") == every
    assert listed(DESK, f"practitioner_id={GRETA}") == every
    assert listed(DESK, f"practitioner_id={GRETA}&from=2026-11-24&to=2026-11-24") == every[1:3]
    assert listed(DESK, f"practitioner_id={GRETA}&from=2026-11-25") == every[3:]
    assert listed(DESK, f"practitioner_id={GRETA}&to=2026-11-23") == every[:1]
    assert listed(DESK, f"practitioner_id={GRETA}&status=cancelled") == every[1:2]
    assert listed(DESK, f"patient_id={MARIA}&status=booked") == [every[0], *every[2:]]
    assert listed(DESK, f"patient_id={MARIA}&status=noshow") == []


def test_days_of_a_list_are_those_of_the_zone_that_is_named(founding: Clinic) -> None:
    founding.week(weekly=[{"weekday": day, "start": "00:00", "end": "00:00"} for day in range(7)])
    late, early = local("2026-11-23T23:40"), local("2026-11-24T00:20")  # both on the 23rd in UTC
    founding.book(late)
    founding.book(early)
    assert listed(DESK, f"practitioner_id={GRETA}&from=2026-11-24&to=2026-11-24") == [early]
    assert listed(DESK, f"patient_id={MARIA}&from=2026-11-24&to=2026-11-24") == []
    assert listed(DESK, f"patient_id={MARIA}&from=2026-11-24&to=2026-11-24&time_zone=Europe/Berlin") == [early]
    assert listed(DESK, f"practitioner_id={GRETA}&from=2026-11-23&to=2026-11-23&time_zone=UTC") == [late, early]


def test_instants_bound_a_list_exactly(clinic: Clinic) -> None:
    every = [local(f"2026-11-23T{wall}") for wall in ("09:00", "09:20", "09:40")]
    for start in every:
        clinic.book(start)
    assert listed(DESK, f"patient_id={MARIA}&from={every[0]}&to={every[2]}") == every[:2]
    assert listed(DESK, f"patient_id={MARIA}&from={every[1]}") == every[1:]
    assert listed(DESK, f"patient_id={MARIA}&to=2026-11-23T00:00:00Z") == []  # midnight is an instant, not a day
    assert listed(DESK, f"patient_id={MARIA}&from=2026-11-23T00:00:00Z") == every
    assert listed(DESK, f"patient_id={MARIA}&from=2026-11-23T09:20:00%2B01:00") == every[1:]


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("status=lost", "status"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=ten", "limit"),
        ("from=yesterday", "from"),
        ("time_zone=Berlin", "time_zone"),
        ("patient_id=me", "patient_id"),
        ("color=red", "color"),
        (f"practitioner_id={GRETA}", ""),
    ],
)
def test_a_list_asked_for_wrongly_says_where(clinic: Clinic, query: str, place: str) -> None:
    answer = DESK.get(f"/v1/appointments?patient_id={MARIA}&{query}")
    assert any(found.startswith(place) for found in places(answer))


@pytest.mark.parametrize(
    "query",
    [
        "from=2026-12-02&to=2026-12-01",
        "from=2026-12-02T10:00:00Z&to=2026-11-01T10:00:00Z",
        "from=0001-01-01&to=0001-01-01",
        "from=9999-12-31&to=9999-12-31",
        "from=0001-01-01T00:00:00%2B14:00&to=9999-12-31T23:59:59-14:00&status=cancelled",
        "from=9999-12-31T23:59:59-14:00",
    ],
)
def test_times_in_which_nobody_is_seen_hold_no_visits(clinic: Clinic, query: str) -> None:
    clinic.book()
    assert listed(DESK, f"patient_id={MARIA}&{query}") == []


def test_people_see_their_own_list_without_naming_themselves(clinic: Clinic) -> None:
    booked = clinic.book()
    assert listed(patient(MARIA), "") == listed(doctor(GRETA), "") == [booked["start"]]
    assert listed(patient(TOM), "") == []
    assert places(DESK.get("/v1/appointments")) == {"practitioner_id"}
    assert refusal(ADMIN.get("/v1/appointments")) == (403, "forbidden")
    assert refusal(doctor(KENJI).get(f"/v1/appointments?practitioner_id={GRETA}")) == (403, "forbidden")
    assert refusal(doctor(GRETA).get(f"/v1/appointments?patient_id={MARIA}")) == (403, "forbidden")
    assert listed(MANAGER, f"practitioner_id={GRETA}") == [booked["start"]]
    assert refusal(MANAGER.get(f"/v1/appointments?patient_id={MARIA}")) == (403, "forbidden")


def pages(caller: Caller, query: str) -> list[list[str]]:
    found, cursor = [], ""
    while True:
        answer = caller.get(f"/v1/appointments?{query}{cursor}")
        assert answer.status == 200, answer.text
        found.append([item["appointment_id"] for item in answer.json["items"]])
        if answer.json["next_cursor"] is None:
            return found
        cursor = f"&cursor={answer.json['next_cursor']}"


@pytest.mark.parametrize("limit", [1, 2, 3, 6, 7, 100])
def test_pages_put_together_are_the_list(clinic: Clinic, limit: int) -> None:
    starts = [local(f"2026-11-{day}T{wall}") for day in (23, 24, 26) for wall in ("09:00", "12:00")]
    every = [clinic.book(start)["appointment_id"] for start in starts]
    found = pages(DESK, f"practitioner_id={GRETA}&limit={limit}")
    assert [one for page in found for one in page] == every
    assert all(len(page) == limit for page in found[:-1])
    assert found[-1]


def test_lists_reach_over_many_days_and_short_pages_lead_on(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    first = clinic.now.date() + timedelta(days=3)
    starts = [f"{first + timedelta(days=n)}T08:00:00Z" for n in range(35)]
    every = [clinic.book(start)["appointment_id"] for start in starts]
    assert pages(DESK, f"practitioner_id={GRETA}&limit=100") == [every]
    for appointment_id in every[:-1]:
        DESK.post(f"/v1/appointments/{appointment_id}/cancel", {"reason": "x"})
    assert pages(DESK, f"practitioner_id={GRETA}&limit=2&status=booked") == [every[-1:]]
    assert pages(DESK, f"practitioner_id={GRETA}&limit=20&status=cancelled") == [every[:20], every[20:-1]]
    # A filter that finds nothing for long ends the page, not the list.
    monkeypatch.setattr(appointments, "_READS_PER_PAGE", 1)
    assert pages(DESK, f"practitioner_id={GRETA}&limit=2&status=booked") == [[], every[-1:]]


def test_a_list_that_changes_under_the_reader_neither_repeats_nor_hides_what_stayed(clinic: Clinic) -> None:
    starts = [local(f"2026-11-23T{wall}") for wall in ("09:00", "10:00", "11:00", "12:00")]
    every = [clinic.book(start)["appointment_id"] for start in starts]
    first = DESK.get(f"/v1/appointments?practitioner_id={GRETA}&limit=2").json
    DESK.post(f"/v1/appointments/{every[1]}/reschedule", {"start": local("2026-11-23T09:20")})
    new = clinic.book(local("2026-11-23T11:20"), patient_id=TOM)["appointment_id"]
    rest = DESK.get(f"/v1/appointments?practitioner_id={GRETA}&limit=9&cursor={first['next_cursor']}").json
    assert [item["appointment_id"] for item in rest["items"]] == [every[2], new, every[3]]


def test_cancelled_and_new_visits_of_one_time_page_in_a_stable_order(clinic: Clinic) -> None:
    every = set()
    for _ in range(4):
        booked = clinic.book()["appointment_id"]
        every.add(booked)
        DESK.post(f"/v1/appointments/{booked}/cancel", {"reason": "x"})
    every.add(clinic.book()["appointment_id"])
    found = pages(DESK, f"practitioner_id={GRETA}&limit=2")
    assert [len(page) for page in found] == [2, 2, 1]
    assert {one for page in found for one in page} == every


def cursor(**key: str) -> str:
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "tampered",
    [
        "x",
        "%C3%A4",
        "e30",
        cursor(at="2026-11-23T08:00:00Z"),
        cursor(at="noon", id="apt_1"),
        cursor(at="2026-11-23T08:00:00", id="apt_1"),
        cursor(at="0001-01-01T00:00:00+14:00", id="apt_1"),
        cursor(at="2026-11-23T08:00:00Z", id="apt_1", more="x"),
        "W10",
    ],
)
def test_a_cursor_that_no_list_gave_is_refused(clinic: Clinic, tampered: str) -> None:
    answer = DESK.get(f"/v1/appointments?patient_id={MARIA}&cursor={tampered}")
    assert refusal(answer) == (400, "malformed")


def test_a_cursor_beyond_the_end_of_the_list_ends_it(clinic: Clinic) -> None:
    clinic.book()
    beyond = cursor(at="2027-11-23T08:00:00Z", id="apt_1")
    assert listed(DESK, f"patient_id={MARIA}&to=2026-11-30&cursor={beyond}") == []
    furthest = cursor(at="9999-12-31T23:59:59Z", id="apt_1")
    assert listed(DESK, f"patient_id={MARIA}&cursor={furthest}") == []
