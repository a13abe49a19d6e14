"""Booking over HTTP on the deployed system: the races that matter, and a visit from first look to last word."""

from __future__ import annotations

import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest
from local.client import Stack, connect, demo_user
from tests.e2e.hospital import DAY, PASSWORD, Hospital, every, free, good, refused, soon, week

CLIENTS = 16
SLOTS = 250  # 16 clients want each of them: 4,000 requests


@pytest.fixture(scope="module")
def desks(stack: Stack) -> Iterator[list[httpx.Client]]:
    """Sixteen desks, each with a connection of its own."""
    user = demo_user(stack, "receptionist")
    clients = [connect(stack, "care", user["email"], user["password"]) for _ in range(CLIENTS)]
    for client in clients:
        good(client.get("/v1/me"))
    yield clients
    for client in clients:
        client.close()


def at_once(desks: Sequence[httpx.Client], act: Callable[[int, httpx.Client], None]) -> None:
    """Let every desk act at the same time."""
    with ThreadPoolExecutor(len(desks)) as pool:
        for done in [pool.submit(act, number, desk) for number, desk in enumerate(desks)]:
            done.result()


def test_sixteen_desks_want_the_same_slots_and_each_slot_has_one_winner(
    hospital: Hospital, desks: list[httpx.Client]
) -> None:
    doctor = hospital.hire(week("00:00", "00:00", 5)).practitioner_id
    patients, day = [hospital.patient() for _ in desks], soon()
    wanted = [slot["start"] for slot in free(hospital.desk, doctor, day)[:SLOTS]]
    assert len(wanted) == SLOTS
    together = threading.Barrier(len(desks))
    answers: dict[str, list[httpx.Response]] = {start: [] for start in wanted}

    def book_all(number: int, desk: httpx.Client) -> None:
        for start in wanted:
            wish = {"practitioner_id": doctor, "patient_id": patients[number], "start": start}
            together.wait(timeout=120)
            answers[start].append(desk.post("/v1/appointments", json=wish))

    at_once(desks, book_all)

    winners: dict[str, str] = {}
    for start, heard in answers.items():
        assert Counter(answer.status_code for answer in heard) == {201: 1, 409: CLIENTS - 1}
        for answer in heard:
            if answer.status_code == 201:
                winners[start] = answer.json()["appointment_id"]
            else:
                problem = refused(answer, 409, "slot-taken")
                assert [conflict["resource"] for conflict in problem["conflicts"]] == ["practitioner"]
                assert all(conflict["start"] == start for conflict in problem["conflicts"])
                assert len(problem["alternatives"]) <= 5
                assert start not in {slot["start"] for slot in problem["alternatives"]}
    assert sum(len(heard) for heard in answers.values()) >= 4_000

    listed = every(hospital.desk, practitioner_id=doctor)
    assert {visit["start"]: visit["appointment_id"] for visit in listed} == winners
    assert len(listed) == SLOTS
    won = [visit["start"] for patient_id in patients for visit in every(hospital.desk, patient_id=patient_id)]
    assert sorted(won) == sorted(wanted)
    still_free = {slot["start"] for slot in free(hospital.desk, doctor, day)}
    assert not still_free & set(wanted)


def test_a_patient_whom_sixteen_desks_book_with_sixteen_doctors_has_one_visit_at_a_time(
    hospital: Hospital, desks: list[httpx.Client]
) -> None:
    doctors = [hospital.hire(week("08:00", "10:00", 30)).practitioner_id for _ in desks]
    patient_id = hospital.patient()
    starts = [slot["start"] for slot in free(hospital.desk, doctors[0], soon())]
    together = threading.Barrier(len(desks))
    heard: list[tuple[str, int]] = []

    def book_all(number: int, desk: httpx.Client) -> None:
        for start in starts:
            wish = {"practitioner_id": doctors[number], "patient_id": patient_id, "start": start}
            together.wait(timeout=120)
            # By turns with and without a hold before it, and by moving there from another time.
            answer = desk.post("/v1/holds" if number % 2 else "/v1/appointments", json=wish)
            if answer.status_code == 201 and "hold_id" in answer.json():
                answer = desk.post("/v1/appointments", json=wish | {"hold_id": answer.json()["hold_id"]})
            heard.append((start, answer.status_code))

    at_once(desks, book_all)
    assert Counter(heard) == Counter(
        {(start, status): n for start in starts for status, n in ((201, 1), (409, CLIENTS - 1))}
    )
    assert [visit["start"] for visit in every(hospital.desk, patient_id=patient_id)] == starts


def test_visits_that_move_onto_the_same_slot_end_on_different_ones(
    hospital: Hospital, desks: list[httpx.Client]
) -> None:
    doctor = hospital.hire(week("00:00", "00:00", 30)).practitioner_id
    slots = [slot["start"] for slot in free(hospital.desk, doctor, soon())]
    before, target = slots[: len(desks)], slots[-1]
    visits = []
    for start in before:
        wish = {"practitioner_id": doctor, "patient_id": hospital.patient(), "start": start}
        visits.append(good(hospital.desk.post("/v1/appointments", json=wish), 201)["appointment_id"])
    heard: list[int] = []
    together = threading.Barrier(len(desks))

    def move(number: int, desk: httpx.Client) -> None:
        together.wait(timeout=120)
        path = f"/v1/appointments/{visits[number]}/reschedule"
        heard.append(desk.post(path, json={"start": target}).status_code)

    at_once(desks, move)
    assert Counter(heard) == {200: 1, 409: CLIENTS - 1}
    after = every(hospital.desk, practitioner_id=doctor)
    assert {visit["appointment_id"] for visit in after} == set(visits)
    starts = [visit["start"] for visit in after]
    assert len(set(starts)) == len(starts)
    assert target in starts
    assert len(set(before) - set(starts)) == 1


def test_one_request_delivered_sixteen_times_is_one_visit(hospital: Hospital, desks: list[httpx.Client]) -> None:
    doctor = hospital.hire(week("00:00", "00:00", 30)).practitioner_id
    start = free(hospital.desk, doctor, soon())[0]["start"]
    wish = {"practitioner_id": doctor, "patient_id": hospital.patient(), "start": start}
    key = uuid.uuid4().hex
    answers: list[httpx.Response] = []
    together = threading.Barrier(len(desks))

    def book(_number: int, desk: httpx.Client) -> None:
        together.wait(timeout=120)
        answers.append(desk.post("/v1/appointments", json=wish, headers={"Idempotency-Key": key}))

    at_once(desks, book)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert len(every(hospital.desk, practitioner_id=doctor)) == 1
    other = hospital.desk.post("/v1/appointments", json=wish | {"mode": "video"}, headers={"Idempotency-Key": key})
    refused(other, 422, "idempotency-key-reused")


def test_a_visit_from_the_first_look_at_the_calendar_to_the_end_of_the_consultation(
    stack: Stack, hospital: Hospital, sign_in: Callable[..., httpx.Client]
) -> None:
    hired = hospital.hire(week("09:00", "17:00", 20, "Europe/Berlin", breaks=[{"start": "12:00", "end": "13:00"}]))
    day, email = soon(), f"patient.{uuid.uuid4().hex[:12]}@mail.example"
    person = {"email": email, "password": PASSWORD, "given_name": "Petra", "family_name": "Invented"}
    with connect(stack, "care") as anybody:
        patient_id = good(anybody.post("/v1/registrations", json=person | {"birth_date": "1980-05-01"}), 201)[
            "patient_id"
        ]
    with sign_in(email, PASSWORD) as patient, sign_in(hired.email, PASSWORD) as doctor:
        slots = free(patient, hired.practitioner_id, day)
        wish = {"practitioner_id": hired.practitioner_id, "patient_id": patient_id, "start": slots[0]["start"]}
        held = good(patient.post("/v1/holds", json=wish), 201)
        refused(
            hospital.desk.post("/v1/appointments", json=wish | {"patient_id": hospital.patient()}), 409, "slot-taken"
        )
        booked = patient.post("/v1/appointments", json={**wish, "hold_id": held["hold_id"], "reason": "a cough"})
        visit = good(booked, 201)
        assert (visit["status"], booked.headers["etag"]) == ("booked", '"1"')
        path = f"/v1/appointments/{visit['appointment_id']}"
        assert good(patient.get(path)) == good(doctor.get(path)) == visit

        stale = patient.post(f"{path}/reschedule", json={"start": slots[1]["start"]}, headers={"If-Match": '"7"'})
        refused(stale, 412, "stale")
        moved = good(patient.post(f"{path}/reschedule", json={"start": slots[1]["start"]}, headers={"If-Match": '"1"'}))
        assert (moved["start"], moved["version"]) == (slots[1]["start"], 2)
        assert slots[0]["start"] in {slot["start"] for slot in free(patient, hired.practitioner_id, day)}

        refused(patient.post(f"{path}/check-in"), 403, "forbidden")
        refused(doctor.post(f"{path}/complete"), 409, "invalid-transition")
        assert good(hospital.desk.post(f"{path}/check-in"))["status"] == "checked-in"
        assert good(doctor.post(f"{path}/start"))["status"] == "arrived"
        done = good(doctor.post(f"{path}/complete"))
        assert done["status"] == "fulfilled"
        assert [entry["step"] for entry in done["history"]] == ["book", "reschedule", "check-in", "start", "complete"]
        problem = refused(patient.post(f"{path}/cancel", json={"reason": "late"}), 409, "invalid-transition")
        assert problem["current_status"] == "fulfilled"
        assert every(patient) == every(doctor) == [done]


def test_leave_and_cancellation_over_http(hospital: Hospital) -> None:
    doctor = hospital.hire(week("09:00", "17:00", 30)).practitioner_id
    day = soon()
    start = free(hospital.desk, doctor, day)[0]["start"]
    wish = {"practitioner_id": doctor, "patient_id": hospital.patient(), "start": start}
    visit = good(hospital.desk.post("/v1/appointments", json=wish), 201)
    leave = good(hospital.admin.put(f"/v1/practitioners/{doctor}/leave/{day}", json={}))
    assert [one["appointment_id"] for one in leave["affected"]] == [visit["appointment_id"]]
    assert free(hospital.desk, doctor, day) == []
    path = f"/v1/appointments/{visit['appointment_id']}/cancel"
    assert good(hospital.desk.post(path, json={"reason": "the doctor is away"}))["status"] == "cancelled"
    refused(hospital.desk.post("/v1/appointments", json=wish), 422, "not-bookable")
    assert hospital.admin.delete(f"/v1/practitioners/{doctor}/leave/{day}").status_code == 204
    good(hospital.desk.post("/v1/appointments", json=wish), 201)


def changes_of(zone: str) -> Iterator[tuple[date, int]]:
    """The days of the coming ten months on which the clocks change, and how many hours they have."""
    clocks, first = ZoneInfo(zone), soon()
    for n in range(300):
        day = first + n * DAY
        begins, ends = (datetime.combine(day + m * DAY, time(), clocks).astimezone(UTC) for m in (0, 1))
        hours = round((ends - begins) / timedelta(minutes=30))
        if hours != 48:
            yield day, hours


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
def test_days_on_which_the_clocks_change_have_their_real_hours(hospital: Hospital, zone: str) -> None:
    doctor = hospital.hire(week("00:00", "00:00", 30, zone)).practitioner_id
    changes = list(changes_of(zone))
    assert changes
    for day, halves in changes:
        slots = free(hospital.desk, doctor, day)
        assert len(slots) == halves
        walls = Counter(datetime.fromisoformat(slot["start"]).astimezone(ZoneInfo(zone)).time() for slot in slots)
        twice = [wall for wall, count in walls.items() if count == 2]
        assert bool(twice) == (halves > 48)
        # A wall time that comes twice is two visits, half an hour or an hour apart.
        for slot in slots:
            if datetime.fromisoformat(slot["start"]).astimezone(ZoneInfo(zone)).time() in twice[:1]:
                wish = {"practitioner_id": doctor, "patient_id": hospital.patient(), "start": slot["start"]}
                booked = good(hospital.desk.post("/v1/appointments", json=wish), 201)
                assert (booked["start"], booked["end"]) == (slot["start"], slot["end"])
        shown = every(hospital.desk, practitioner_id=doctor, **{"from": day.isoformat(), "to": day.isoformat()})
        assert len(shown) == (2 if twice else 0)


def test_a_night_shift_is_booked_on_both_sides_of_midnight_and_listed_on_its_days(hospital: Hospital) -> None:
    doctor = hospital.hire(week("23:30", "00:50", 40)).practitioner_id
    first = soon()
    second = first + DAY
    late = free(hospital.desk, doctor, first)[-1]["start"]
    assert late == f"{first}T23:30:00Z"
    wish = {"practitioner_id": doctor, "patient_id": hospital.patient(), "start": late}
    booked = good(hospital.desk.post("/v1/appointments", json=wish), 201)
    assert booked["end"] == f"{second}T00:10:00Z"
    again = hospital.desk.post("/v1/appointments", json=wish | {"patient_id": hospital.patient()})
    assert refused(again, 409, "slot-taken")["conflicts"] == [
        {"resource": "practitioner", "start": late, "end": booked["end"]}
    ]
    assert free(hospital.desk, doctor, second)[0]["start"] == f"{second}T00:10:00Z"
    for day, count in ((first, 1), (second, 0)):
        days = {"from": day.isoformat(), "to": day.isoformat()}
        assert len(every(hospital.desk, practitioner_id=doctor, **days)) == count
