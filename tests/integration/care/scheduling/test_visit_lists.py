"""Lists of visits, page by page."""

import base64
import json
from datetime import timedelta

import pytest
from tests.integration.care.scheduling.clinic import (
    ADMIN,
    DESK,
    GRETA,
    KENJI,
    MANAGER,
    MARIA,
    TOM,
    Clinic,
    doctor,
    local,
    patient,
)
from tests.integration.gateway import Caller, places, refusal

from care.scheduling.repository import appointments


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
