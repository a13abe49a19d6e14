"""Search, board and work list on the deployed system: they follow what people do within seconds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import httpx
import pytest
from tests.e2e.hospital import DAY, PASSWORD, Doctor, Hospital, free, good, soon, until, week


@pytest.fixture
def doctor(hospital: Hospital) -> Doctor:
    return hospital.hire(week("09:00", "12:00", 30))


def soonest(hospital: Hospital, doctor: Doctor, day: date) -> Callable[[], str | None]:
    """When the doctor is first free on a day or the next, as the search says."""

    def ask() -> str | None:
        query = {"specialty": "cardiology", "department_id": hospital.department_id, "limit": "50"}
        query |= {"from": day.isoformat(), "to": (day + DAY).isoformat()}
        slots = good(hospital.desk.get("/v1/slots", params=query))["slots"]
        return next((str(s["start"]) for s in slots if s["practitioner_id"] == doctor.practitioner_id), None)

    return ask


def book(hospital: Hospital, doctor: Doctor, start: str) -> dict[str, Any]:
    wish = {"practitioner_id": doctor.practitioner_id, "patient_id": hospital.patient(), "start": start}
    return good(hospital.desk.post("/v1/appointments", json=wish), 201)


def test_the_search_finds_the_first_free_cardiologist_and_forgets_what_is_booked(
    hospital: Hospital, doctor: Doctor
) -> None:
    day = soon()
    ask = soonest(hospital, doctor, day)
    slots = free(hospital.desk, doctor.practitioner_id, day)
    first, second = (slot["start"] for slot in slots[:2])
    assert until(ask, lambda start: start == first) == first
    visit = book(hospital, doctor, first)
    assert ask() == second
    good(hospital.desk.post(f"/v1/appointments/{visit['appointment_id']}/cancel", json={"reason": "test"}))
    assert until(ask, lambda start: start == first) == first


def test_who_is_disabled_is_found_no_more(hospital: Hospital, doctor: Doctor) -> None:
    ask = soonest(hospital, doctor, soon())
    assert until(ask, bool) is not None
    good(hospital.admin.post(f"/v1/staff/{doctor.staff_id}/disable"))
    assert until(ask, lambda start: start is None) is None


def test_leave_opens_the_work_list_and_moving_the_visit_clears_it(
    hospital: Hospital, doctor: Doctor, sign_in: Callable[..., httpx.Client]
) -> None:
    day = soon()
    visit = book(hospital, doctor, free(hospital.desk, doctor.practitioner_id, day)[0]["start"])
    with sign_in(doctor.email, PASSWORD) as own:
        path = f"/v1/practitioners/{doctor.practitioner_id}/leave/{day}"
        promised = good(own.post(f"{path}/preview", json={}))
        assert promised["days"] == [{"date": day.isoformat(), "free_before": 5, "free_after": 0}]
        assert good(own.put(path, json={}))["affected"] == promised["affected"]

        def listed() -> list[dict[str, Any]]:
            items: list[dict[str, Any]] = good(own.get("/v1/work-list"))["items"]
            return items

        moves = until(listed, bool)
        assert [(move["appointment_id"], move["cause"]) for move in moves] == [(visit["appointment_id"], "leave")]
        theirs = {"practitioner_id": doctor.practitioner_id}
        assert good(hospital.desk.get("/v1/work-list", params=theirs))["items"] == moves
        other = free(hospital.desk, doctor.practitioner_id, day + DAY)[0]["start"]
        good(hospital.desk.post(f"/v1/appointments/{visit['appointment_id']}/reschedule", json={"start": other}))
        assert until(listed, lambda moves: not moves) == []


def test_a_visit_that_stays_leaves_the_work_list(hospital: Hospital, doctor: Doctor) -> None:
    day = soon()
    visit = book(hospital, doctor, free(hospital.desk, doctor.practitioner_id, day)[0]["start"])
    good(hospital.admin.put(f"/v1/practitioners/{doctor.practitioner_id}/leave/{day}", json={}))

    def listed() -> list[dict[str, Any]]:
        query = {"practitioner_id": doctor.practitioner_id}
        items: list[dict[str, Any]] = good(hospital.desk.get("/v1/work-list", params=query))["items"]
        return items

    assert len(until(listed, bool)) == 1
    kept = hospital.desk.post(f"/v1/work-list/{visit['appointment_id']}/keep", json={"reason": "she comes in for it"})
    assert (kept.status_code, kept.text) == (204, "")
    assert listed() == []


def test_the_board_shows_the_day_of_a_department_as_it_goes(hospital: Hospital, doctor: Doctor) -> None:
    day = soon()
    first, other = (slot["start"] for slot in free(hospital.desk, doctor.practitioner_id, day)[:2])
    visit = book(hospital, doctor, first)

    def board() -> list[tuple[str, str, str]]:
        query = {"department_id": hospital.department_id, "date": day.isoformat()}
        items = good(hospital.desk.get("/v1/board", params=query))["items"]
        own = [item for item in items if item["practitioner_id"] == doctor.practitioner_id]
        return [(item["appointment_id"], item["start"], item["status"]) for item in own]

    booked = [(visit["appointment_id"], first, "booked")]
    assert until(board, lambda shown: shown == booked) == booked
    path = f"/v1/appointments/{visit['appointment_id']}"
    good(hospital.desk.post(f"{path}/reschedule", json={"start": other}))
    good(hospital.desk.post(f"{path}/check-in"))
    received = [(visit["appointment_id"], other, "checked-in")]
    assert until(board, lambda shown: shown == received) == received


def test_practitioners_are_told_by_their_ids(hospital: Hospital, doctor: Doctor) -> None:
    another = hospital.hire()
    wanted = [another.practitioner_id, doctor.practitioner_id]
    found = good(hospital.desk.get("/v1/practitioners", params={"ids": ",".join(wanted)}))["items"]
    assert [person["practitioner_id"] for person in found] == wanted
