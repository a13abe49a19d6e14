"""What scheduling stores and what that costs: figures that must not grow with people or years."""

import re
from datetime import timedelta

import pytest
from tests.integration.care.scheduling.clinic import (
    ADMIN,
    DESK,
    GRETA,
    MARIA,
    NINE,
    NOW,
    ROOM,
    TOM,
    Clinic,
    Request,
    local,
    patient,
    size_of,
    watched,
)

from care.scheduling.models import Kind

KB = 1024
LONGEST = 360


def operations(requests: list[Request]) -> list[str]:
    return [request.operation for request in requests]


def test_a_booking_is_one_read_and_one_write_of_three_items_under_two_checks(clinic: Clinic) -> None:
    with watched() as requests:
        clinic.book(reason="a cough for three weeks, worse at night")
    assert operations(requests) == ["GetItem", "TransactWriteItems"]
    kinds = [kind for kind, _ in requests[1].actions]
    assert sorted(kinds) == ["ConditionCheck", "ConditionCheck", "Put", "Update", "Update"]
    sizes = [size_of(item) for item in clinic.items() if item["sk"]["S"].startswith(("APPOINTMENT", "DAY#"))]
    assert len(sizes) == 3
    assert 2 * sum(-(-size // KB) for size in sizes) + 2 * 2 <= 10  # write units


def test_a_refused_booking_looks_once_at_the_days_of_the_two_people(clinic: Clinic) -> None:
    clinic.book()
    with watched() as requests:
        assert DESK.post("/v1/appointments", clinic.wish(patient_id=TOM)).status == 409
    assert operations(requests) == ["GetItem", "TransactWriteItems", "Query", "Query"]


def test_a_booking_with_a_hold_reads_twice_and_writes_once(clinic: Clinic) -> None:
    hold_id = clinic.hold()["hold_id"]
    with watched() as requests:
        clinic.book(hold_id=hold_id)
    assert sorted(operations(requests)) == ["GetItem", "GetItem", "TransactWriteItems"]


def test_a_booking_by_a_proxy_asks_once_whether_they_may(clinic: Clinic) -> None:
    clinic.let_act(MARIA, TOM)
    with watched() as requests:
        clinic.book(caller=patient(MARIA), patient_id=TOM)
    assert operations(requests) == ["TransactWriteItems", "GetItem", "TransactWriteItems"]
    assert [kind for kind, _ in requests[0].actions] == ["ConditionCheck"]


def test_other_domains_are_checked_and_never_read_or_written(clinic: Clinic) -> None:
    own = clinic.tables["scheduling"]
    with watched() as requests:
        held = clinic.hold(room_id=ROOM)
        booked = clinic.book(hold_id=held["hold_id"])
        path = f"/v1/appointments/{booked['appointment_id']}"
        DESK.post(f"{path}/reschedule", {"start": local("2026-11-24T09:00")})
        DESK.post(f"{path}/cancel", {"reason": "ill"})
        DESK.get(f"/v1/appointments?patient_id={MARIA}")
        ADMIN.put(f"/v1/practitioners/{GRETA}/leave/2026-11-24", {})
    for request in requests:
        for kind, action in request.actions:
            assert action["TableName"] == own or kind == "ConditionCheck"
        assert request.actions or own in str(request.body.get("TableName", request.body.get("RequestItems")))


def test_a_full_day_of_eight_hours_stays_under_a_kilobyte(clinic: Clinic) -> None:
    free = clinic.free("2026-11-23")
    assert len(free) == 24
    for start in free:
        clinic.book(start)
    days = [item for item in clinic.items() if item["sk"]["S"] == "DAY#2026-11-23"]
    assert {item["pk"]["S"] for item in days} == {f"PRACTITIONER#{GRETA}", f"PATIENT#{MARIA}"}
    assert all(size_of(item) < KB for item in days)
    assert clinic.free("2026-11-23") == []


def test_a_visit_with_its_whole_life_is_small(clinic: Clinic) -> None:
    path = f"/v1/appointments/{clinic.book(reason='a cough for three weeks')['appointment_id']}"
    (item,) = clinic.items("APPOINTMENT#")
    assert size_of(item) < KB
    DESK.post(f"{path}/check-in")
    DESK.post(f"{path}/cancel", {"reason": "called away"})
    (item,) = clinic.items("APPOINTMENT#")
    assert size_of(item) < KB


def test_reads_cost_the_same_however_many_visits_there_were(clinic: Clinic) -> None:
    for week in range(8):
        clinic.book(f"{(NOW + timedelta(days=3 + 7 * week)).date()}T08:00:00Z")
    with watched() as requests:
        DESK.get(f"/v1/practitioners/{GRETA}/availability?from=2026-11-23&to=2026-11-29")
        DESK.get(f"/v1/appointments?practitioner_id={GRETA}&from={NINE}&to={local('2026-11-24T00:00')}")
        DESK.get(f"/v1/appointments?patient_id={MARIA}&limit=2")
    assert operations(requests) == ["GetItem", "Query", "Query", "BatchGetItem", "Query", "BatchGetItem"]
    asked = [len(next(iter(r.body["RequestItems"].values()))["Keys"]) for r in requests if "RequestItems" in r.body]
    assert asked == [1, 3]


def test_a_page_over_many_empty_days_is_one_query(clinic: Clinic) -> None:
    with watched() as requests:
        DESK.get(f"/v1/appointments?patient_id={MARIA}")
    assert operations(requests) == ["Query"]


def test_a_schedule_that_every_booking_reads_cannot_grow_without_end(clinic: Clinic) -> None:
    day = NOW.date()
    for n in range(100):
        path = f"/v1/practitioners/{GRETA}/leave/{day + timedelta(days=n)}"
        answer = ADMIN.put(path, {"reason": "\N{PALM TREE}" * 200})
        if answer.status != 200:
            break
    assert (answer.status, answer.slug) == (422, "invalid")
    (item,) = [item for item in clinic.items(f"PRACTITIONER#{GRETA}") if item["sk"]["S"] == "SCHEDULE"]
    assert size_of(item) <= 65 * KB
    assert ADMIN.delete(f"/v1/practitioners/{GRETA}/leave/{day}").status == 204


def test_a_year_of_ordinary_leave_fits(clinic: Clinic) -> None:
    for n in range(60):
        path = f"/v1/practitioners/{GRETA}/leave/{NOW.date() + timedelta(days=6 * n)}"
        assert ADMIN.put(path, {"reason": "summer holidays"}).status == 200
    (item,) = [item for item in clinic.items(f"PRACTITIONER#{GRETA}") if item["sk"]["S"] == "SCHEDULE"]
    assert size_of(item) < 8 * KB


@pytest.mark.parametrize("held", [False, True])
def test_the_longest_visit_stays_within_dynamodbs_limits_of_an_expression(founding: Clinic, held: bool) -> None:
    weekly = [{"weekday": day, "start": "00:00", "end": "00:00"} for day in range(7)]
    founding.week(slot_minutes=LONGEST, weekly=weekly, time_zone="UTC")
    founding.week("prc_" + "b" * 32, slot_minutes=LONGEST, weekly=weekly, time_zone="UTC")
    start = "2026-11-23T06:00:00Z"
    hold_id = founding.hold(start, room_id=ROOM)["hold_id"] if held else None
    with watched() as requests:
        booked = founding.book(start, room_id=ROOM, hold_id=hold_id)
        path = f"/v1/appointments/{booked['appointment_id']}"
        DESK.post(f"{path}/reschedule", {"start": "2026-11-23T12:00:00Z"})
        DESK.post(f"{path}/reschedule", {"start": "2026-11-23T12:00:00Z", "practitioner_id": "prc_" + "b" * 32})
        DESK.post(f"{path}/cancel", {"reason": "ill"})
        again = founding.hold(start, room_id=ROOM)
        DESK.delete(f"/v1/holds/{again['hold_id']}")
    assert len(founding.taken(Kind.ROOM, ROOM)) == 0
    for request in requests:
        for _, action in request.actions:
            condition, update = action.get("ConditionExpression", ""), action.get("UpdateExpression", "")
            operators = re.findall(r"attribute_\w+|\bAND\b|\bOR\b|\bNOT\b|[<>=]+", condition)
            assert len(operators) <= 300
            assert len(condition.encode()) <= 4096
            assert len(update.encode()) <= 4096


def test_the_condition_that_a_tick_is_free_holds_whatever_is_asked(clinic: Clinic) -> None:
    with watched() as requests:
        clinic.book()
    updates = [action for kind, action in requests[-1].actions if kind == "Update"]
    assert len(updates) == 2
    for action in updates:
        names = set(action["ExpressionAttributeNames"].values())
        taken = {name for name in names if re.fullmatch(r"[0-7][0-9a-z]", name)}
        assert taken == {"2o", "2p", "2q", "2r"}  # 08:00 to 08:15 UTC
        assert action["ConditionExpression"].count("attribute_not_exists") >= len(taken)
