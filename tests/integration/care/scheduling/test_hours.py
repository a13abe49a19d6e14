"""Hours, leave and the free slots that follow from them, over HTTP."""

import json
from typing import Any

import pytest
from tests.integration.care.scheduling.clinic import (
    ADMIN,
    BERLIN,
    DESK,
    GRETA,
    KENJI,
    MARIA,
    NEW_YORK,
    NINE,
    NOBODY,
    NURSE,
    ROOM,
    TOM,
    WEEK,
    Clinic,
    doctor,
    local,
    patient,
)
from tests.integration.gateway import places, refusal

SCHEDULE = f"/v1/practitioners/{GRETA}/schedule"
LEAVE = f"/v1/practitioners/{GRETA}/leave"


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
