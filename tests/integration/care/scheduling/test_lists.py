"""The day board and the work list, and the decision that a visit stays."""

from datetime import timedelta
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
    TOM,
    Clinic,
    before,
    doctor,
    local,
    patient,
)
from tests.integration.care.scheduling.happenings import SURGERY, WARD, Happenings
from tests.integration.gateway import Caller

from care.scheduling import repository

LEAVE = f"/v1/practitioners/{GRETA}/leave/2026-11-23"
TEN = local("2026-11-23T10:00")


def board(day: str = "2026-11-23", department_id: str = SURGERY) -> list[tuple[str, str]]:
    answer = DESK.get(f"/v1/board?department_id={department_id}&date={day}")
    assert answer.status == 200, answer.text
    assert answer.json["next_cursor"] is None
    return [(visit["start"], visit["status"]) for visit in answer.json["items"]]


def to_move(caller: Caller = DESK, query: str = "") -> list[dict[str, Any]]:
    answer = caller.get(f"/v1/work-list{query}")
    assert answer.status == 200, answer.text
    items: list[dict[str, Any]] = answer.json["items"]
    return items


def causes(caller: Caller = DESK, query: str = "") -> list[tuple[str, str]]:
    return [(move["start"], move["cause"]) for move in to_move(caller, query)]


def act(visit: dict[str, Any], step: str, body: dict[str, Any] | None = None) -> None:
    assert DESK.post(f"/v1/appointments/{visit['appointment_id']}/{step}", body).status == 200


# ---- the board


def test_the_board_shows_a_visit_as_the_desk_needs_it(happenings: Happenings) -> None:
    visit = happenings.clinic.book(NINE, mode="video")
    happenings.catch_up()
    answer = NURSE.get(f"/v1/board?department_id={SURGERY}&date=2026-11-23")
    shown = (
        "appointment_id",
        "status",
        "practitioner_id",
        "patient_id",
        "room_id",
        "start",
        "end",
        "time_zone",
        "mode",
    )
    assert answer.json["items"] == [{name: visit[name] for name in (*shown, "version")}]


def test_the_board_follows_a_visit_to_its_end(happenings: Happenings) -> None:
    received, missed = happenings.clinic.book(NINE), happenings.clinic.book(TEN, patient_id=TOM)
    cancelled = happenings.clinic.book(local("2026-11-23T11:00"), patient_id=ANNA)
    act(received, "check-in")
    act(missed, "no-show")
    act(cancelled, "cancel", {"reason": "better"})
    happenings.catch_up()
    assert board() == [(NINE, "checked-in"), (TEN, "noshow"), (local("2026-11-23T11:00"), "cancelled")]


def test_a_moved_visit_leaves_the_board_of_its_old_day_and_department(happenings: Happenings) -> None:
    happenings.bring([happenings.practitioner(KENJI, department_id=WARD)])
    visit = happenings.clinic.book(NINE)
    happenings.catch_up()
    tuesday = local("2026-11-24T09:00")
    act(visit, "reschedule", {"start": tuesday})
    happenings.catch_up()
    assert (board(), board("2026-11-24")) == ([], [(tuesday, "booked")])
    act(visit, "reschedule", {"start": tuesday, "practitioner_id": KENJI})
    happenings.catch_up()
    # Kenji sees patients in New York, where it is still night.
    assert (board("2026-11-24"), board("2026-11-24", WARD)) == ([], [(tuesday, "booked")])


def test_who_saw_a_visit_earlier_and_writes_later_does_not_put_it_back(
    happenings: Happenings, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = happenings.clinic.book(NINE)
    booked = happenings.told()

    def intrude() -> None:
        act(visit, "reschedule", {"start": local("2026-11-24T09:00")})
        happenings.catch_up()

    monkeypatch.setattr(repository, "show_visit", before(repository.show_visit, intrude))
    happenings.bring(booked)
    assert (board(), board("2026-11-24")) == ([], [(local("2026-11-24T09:00"), "booked")])


def test_the_visits_of_who_changes_department_go_with_them(happenings: Happenings) -> None:
    happenings.clinic.book(NINE)
    happenings.catch_up()
    happenings.bring([happenings.practitioner(GRETA, department_id=WARD)])
    assert (board(), board(department_id=WARD)) == ([], [(NINE, "booked")])


def test_a_day_of_the_board_is_the_visits_own(happenings: Happenings) -> None:
    evening = [{"weekday": day, "start": "19:00", "end": "20:00"} for day in range(7)]
    happenings.clinic.week(KENJI, weekly=evening, time_zone=NEW_YORK, slot_minutes=30)
    late = local("2026-11-23T19:30", NEW_YORK)
    assert late.startswith("2026-11-24")
    happenings.clinic.book(late, practitioner_id=KENJI)
    happenings.catch_up()
    assert (board("2026-11-23"), board("2026-11-24")) == ([(late, "booked")], [])


def test_a_visit_appears_once_its_department_is_known(clinic: Clinic, happenings: Happenings) -> None:
    stranger = "prc_" + "e" * 32
    clinic.refer("practitioners", f"PRACTITIONER#{stranger}")
    clinic.week(stranger)
    clinic.book(NINE, practitioner_id=stranger)
    happenings.catch_up()
    assert board() == []
    happenings.bring([happenings.practitioner(stranger)])
    assert board() == [(NINE, "booked")]


def test_the_board_comes_in_pages(happenings: Happenings) -> None:
    for minute, who in ((0, MARIA), (20, TOM), (40, ANNA)):
        happenings.clinic.book(local(f"2026-11-23T09:{minute:02}"), patient_id=who)
    happenings.catch_up()
    path = f"/v1/board?department_id={SURGERY}&date=2026-11-23&limit=2"
    first = MANAGER.get(path).json
    rest = MANAGER.get(f"{path}&cursor={first['next_cursor']}").json
    assert [visit["patient_id"] for visit in first["items"] + rest["items"]] == [MARIA, TOM, ANNA]
    assert rest["next_cursor"] is None
    other = DESK.get(f"/v1/appointments?practitioner_id={GRETA}&limit=1").json["next_cursor"]
    for cursor in ("nonsense", other, "eyJhZnRlciI6IngifQ"):
        answer = DESK.get(f"{path}&cursor={cursor}")
        assert (answer.status, answer.slug) == (400, "malformed")


def test_who_may_see_the_board(happenings: Happenings) -> None:
    path = f"/v1/board?department_id={SURGERY}&date=2026-11-23"
    for caller in (patient(MARIA), doctor(GRETA), ADMIN):
        assert caller.get(path).status == 403


# ---- the work list


def test_leave_opens_the_work_list_and_moving_the_visit_clears_it(happenings: Happenings) -> None:
    visit = happenings.clinic.book(NINE)
    happenings.clinic.book(TEN, patient_id=TOM)
    ADMIN.put(LEAVE, {"end": "10:00"})
    happenings.catch_up()
    assert to_move() == [
        {
            "appointment_id": visit["appointment_id"],
            "practitioner_id": GRETA,
            "patient_id": MARIA,
            "start": NINE,
            "end": local("2026-11-23T09:20"),
            "time_zone": "Europe/Berlin",
            "cause": "leave",
            "since": "2026-11-20T12:00:00Z",
        }
    ]
    act(visit, "reschedule", {"start": local("2026-11-23T11:00")})
    happenings.catch_up()
    assert to_move() == []


@pytest.mark.parametrize("end", ["cancel", "withdraw", "check-in", "time"])
def test_a_visit_leaves_the_work_list_when_nothing_is_left_to_move(happenings: Happenings, end: str) -> None:
    visit = happenings.clinic.book(NINE)
    ADMIN.put(LEAVE, {})
    happenings.catch_up()
    assert causes() == [(NINE, "leave")]
    match end:
        case "cancel":
            act(visit, "cancel", {"reason": "better"})
        case "withdraw":
            assert ADMIN.delete(LEAVE).status == 204
        case "check-in":
            act(visit, "check-in")
        case "time":
            happenings.clinic.now += timedelta(days=3)
    happenings.catch_up()
    assert causes() == []


def test_a_new_week_lists_what_lies_outside_it_and_what_has_another_length(happenings: Happenings) -> None:
    early, late = happenings.clinic.book(NINE), happenings.clinic.book(local("2026-11-23T16:40"), patient_id=TOM)
    answer = happenings.clinic.week(weekly=[{"weekday": 0, "start": "09:00", "end": "16:00"}])
    happenings.catch_up()
    assert causes() == [(late["start"], "schedule")]
    assert [visit["appointment_id"] for visit in answer.json["affected"]] == [late["appointment_id"]]
    happenings.clinic.week(slot_minutes=30)
    happenings.catch_up()
    assert causes() == [(early["start"], "schedule"), (late["start"], "schedule")]
    happenings.clinic.week()
    happenings.catch_up()
    assert causes() == []


def test_the_visits_of_who_leaves_the_house_must_be_moved(happenings: Happenings) -> None:
    happenings.clinic.book(NINE)
    happenings.clinic.book(TEN, practitioner_id=KENJI, patient_id=TOM)
    happenings.catch_up()
    happenings.bring([happenings.practitioner(GRETA, active=False)])
    assert causes() == [(NINE, "deactivated")]
    happenings.bring([happenings.practitioner(GRETA)])
    assert causes() == []


def test_a_booking_that_slipped_in_between_is_found(happenings: Happenings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new week does not touch the days: who decided on the old one a moment before may still book in it."""
    happenings.clinic.week(weekly=[{"weekday": 0, "start": "10:00", "end": "16:00"}])
    happenings.catch_up()
    happenings.clinic.week()
    happenings.clinic.book(NINE)
    events = happenings.told()
    happenings.clinic.week(weekly=[{"weekday": 0, "start": "10:00", "end": "16:00"}])
    changed = happenings.told()
    happenings.bring(changed)
    happenings.bring(events)
    assert causes() == [(NINE, "schedule")]


def test_many_visits_are_looked_at_a_page_at_a_time(happenings: Happenings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("care.scheduling.service.views._VISITS_AT_ONCE", 2)
    starts = [local(f"2026-11-23T{hour:02}:00") for hour in range(9, 14)]
    for start in starts:
        happenings.clinic.book(start)
    ADMIN.put(LEAVE, {})
    happenings.catch_up()
    assert causes() == [(start, "leave") for start in starts]
    page = DESK.get("/v1/work-list?limit=2").json
    pages = [[move["start"] for move in page["items"]]]
    while page["next_cursor"]:
        page = DESK.get(f"/v1/work-list?limit=2&cursor={page['next_cursor']}").json
        pages.append([move["start"] for move in page["items"]])
    assert pages == [starts[:2], starts[2:4], starts[4:]]


def test_the_list_says_since_when_and_does_not_forget_it(happenings: Happenings) -> None:
    happenings.clinic.book(NINE)
    ADMIN.put(LEAVE, {})
    happenings.catch_up()
    happenings.clinic.now += timedelta(hours=1)
    ADMIN.put(LEAVE, {"end": "12:00"})
    happenings.catch_up()
    assert [move["since"] for move in to_move()] == ["2026-11-20T12:00:00Z"]


def test_doctors_see_their_own_list_and_desks_and_managers_any(happenings: Happenings) -> None:
    happenings.clinic.book(NINE)
    happenings.clinic.book(TEN, practitioner_id=KENJI, patient_id=TOM)
    happenings.bring([happenings.practitioner(GRETA, active=False), happenings.practitioner(KENJI, active=False)])
    assert causes() == causes(MANAGER) == [(NINE, "deactivated"), (TEN, "deactivated")]
    assert causes(DESK, f"?practitioner_id={KENJI}") == causes(doctor(KENJI)) == [(TEN, "deactivated")]
    assert doctor(KENJI).get(f"/v1/work-list?practitioner_id={GRETA}").status == 403
    for caller in (patient(MARIA), NURSE, ADMIN):
        assert caller.get("/v1/work-list").status == 403


# ---- visits that stay


def keep(caller: Caller, visit: dict[str, Any]) -> int:
    return caller.post(f"/v1/work-list/{visit['appointment_id']}/keep", {"reason": "I come in for her"}).status


def test_a_visit_that_stays_leaves_the_list_at_once_and_who_decided_is_remembered(happenings: Happenings) -> None:
    visit = happenings.clinic.book(NINE)
    ADMIN.put(LEAVE, {})
    happenings.catch_up()
    assert keep(doctor(GRETA), visit) == 204
    assert to_move() == []
    assert keep(DESK, visit) == 204
    (kept,) = [item for item in happenings.clinic.items() if item["sk"]["S"] == "KEPT"]
    assert (kept["actor"]["S"], kept["reason"]["S"]) == ("desk", "I come in for her")
    happenings.bring([happenings.event("RebuildDue", GRETA, {})])
    assert to_move() == []


@pytest.mark.parametrize("change", ["visit", "leave", "week"])
def test_the_decision_ends_when_the_visit_or_its_hours_change(happenings: Happenings, change: str) -> None:
    visit = happenings.clinic.book(NINE)
    ADMIN.put(LEAVE, {})
    happenings.catch_up()
    keep(DESK, visit)
    match change:
        case "visit":
            ADMIN.put(LEAVE.replace("23", "24"), {"end": "09:20"})
            ADMIN.delete(LEAVE.replace("23", "24"))
            act(visit, "reschedule", {"start": local("2026-11-24T09:00")})
            ADMIN.put(LEAVE.replace("23", "24"), {})
        case "leave":
            ADMIN.put(LEAVE, {"end": "12:00"})
        case "week":
            ADMIN.delete(LEAVE)
            happenings.clinic.week(weekly=[{"weekday": 0, "start": "10:00", "end": "16:00"}])
    happenings.catch_up()
    assert len(to_move()) == 1


def test_leave_on_another_day_does_not_end_the_decision(happenings: Happenings) -> None:
    visit = happenings.clinic.book(NINE)
    ADMIN.put(LEAVE, {})
    happenings.catch_up()
    keep(DESK, visit)
    ADMIN.put(LEAVE.replace("23", "24"), {})
    happenings.bring([*happenings.told(), happenings.event("RebuildDue", GRETA, {})])
    assert to_move() == []


def test_only_what_does_not_fit_can_be_kept_and_only_by_who_may(happenings: Happenings) -> None:
    visit = happenings.clinic.book(NINE)
    assert keep(DESK, visit) == 404
    ADMIN.put(LEAVE, {})
    for caller in (doctor(KENJI), patient(MARIA), NURSE, MANAGER):
        assert keep(caller, visit) == 403
    assert keep(DESK, {"appointment_id": f"apt_{NOBODY}"}) == 404
    assert keep(doctor(GRETA), visit) == 204  # before the list knows of it
    happenings.catch_up()
    assert to_move() == []
