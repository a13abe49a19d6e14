"""Who is soonest free: the search across practitioners."""

from datetime import timedelta
from typing import Any

import pytest
from tests.integration.care.scheduling.clinic import (
    ADMIN,
    ANNA,
    DESK,
    GRETA,
    KENJI,
    MARIA,
    NEW_YORK,
    NINE,
    ROOM,
    TOM,
    Clinic,
    before,
    doctor,
    local,
    patient,
    watched,
)
from tests.integration.care.scheduling.happenings import SURGERY, WARD, Happenings

from care.scheduling import repository
from kernel.dynamodb import encode_cursor

SLOTS = "/v1/slots?specialty=cardiology"


def found(query: str = "&from=2026-11-23&to=2026-11-23", limit: int = 50) -> list[dict[str, Any]]:
    answer = patient(MARIA).get(f"{SLOTS}{query}&limit={limit}")
    assert answer.status == 200, answer.text
    slots: list[dict[str, Any]] = answer.json["slots"]
    assert [slot["start"] for slot in slots] == sorted(slot["start"] for slot in slots)
    return slots


def starts(query: str = "&from=2026-11-23&to=2026-11-23", who: str = GRETA, limit: int = 50) -> list[str]:
    return [slot["start"] for slot in found(query, limit) if slot["practitioner_id"] == who]


def test_the_soonest_slots_come_first_whoever_offers_them(happenings: Happenings) -> None:
    slots = found(limit=5)
    assert [(slot["start"], slot["practitioner_id"]) for slot in slots] == [
        (NINE, GRETA),
        (NINE, KENJI),
        (local("2026-11-23T09:20"), GRETA),
        (local("2026-11-23T09:30"), KENJI),
        (local("2026-11-23T09:40"), GRETA),
    ]
    assert slots[0] == {
        "practitioner_id": GRETA,
        "department_id": SURGERY,
        "start": NINE,
        "end": local("2026-11-23T09:20"),
        "room_id": None,
        "time_zone": "Europe/Berlin",
    }
    assert slots[1]["time_zone"] == NEW_YORK


def test_without_days_the_next_seven_are_searched(happenings: Happenings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert found("", 1)[0]["start"] == local("2026-11-20T13:20")  # it is 13:00
    monkeypatch.setattr("care.scheduling.service.views.HORIZON", timedelta(days=32))
    happenings.clinic.week(weekly=[{"weekday": 4, "start": "09:00", "end": "09:20"}])
    happenings.clinic.week(KENJI, weekly=[{"weekday": 4, "start": "12:00", "end": "12:30"}])
    happenings.catch_up()
    assert [slot["start"] for slot in found("")] == []
    assert [slot["start"] for slot in found("&to=2026-11-27")] == [local("2026-11-27T09:00"), local("2026-11-27T12:00")]


def test_what_is_booked_or_held_is_not_offered_even_before_the_openings_know(happenings: Happenings) -> None:
    happenings.clinic.book(NINE)
    happenings.clinic.hold(local("2026-11-23T09:20"), patient_id=TOM)
    assert starts()[0] == local("2026-11-23T09:40")
    happenings.catch_up()
    assert starts()[0] == local("2026-11-23T09:40")
    happenings.clinic.now += timedelta(minutes=11)
    assert starts()[0] == local("2026-11-23T09:20")


def test_a_cancelled_visit_is_offered_again(happenings: Happenings) -> None:
    visit = happenings.clinic.book(NINE)
    happenings.catch_up()
    assert NINE not in starts()
    DESK.post(f"/v1/appointments/{visit['appointment_id']}/cancel", {"reason": "better"})
    happenings.catch_up()
    assert starts()[0] == NINE


def test_a_moved_visit_frees_its_old_slot_with_the_practitioner_it_left(happenings: Happenings) -> None:
    visit = happenings.clinic.book(NINE)
    happenings.catch_up()
    path = f"/v1/appointments/{visit['appointment_id']}/reschedule"
    assert DESK.post(path, {"start": NINE, "practitioner_id": KENJI}).status == 200
    happenings.catch_up()
    assert NINE in starts()
    assert NINE not in starts(who=KENJI)


def test_leave_takes_offers_away_and_gives_them_back(happenings: Happenings) -> None:
    leave = f"/v1/practitioners/{GRETA}/leave/2026-11-23"
    ADMIN.put(leave, {"end": "12:00"})
    happenings.catch_up()
    assert starts()[0] == local("2026-11-23T12:00")
    ADMIN.delete(leave)
    happenings.catch_up()
    assert starts()[0] == NINE


def test_only_the_specialty_and_department_asked_for_are_searched(happenings: Happenings) -> None:
    happenings.bring([happenings.practitioner(KENJI, "cardiology", "internal-medicine", department_id=WARD)])
    assert {slot["practitioner_id"] for slot in found(f"&department_id={WARD}")} == {KENJI}
    assert {slot["practitioner_id"] for slot in found(f"&department_id={SURGERY}")} == {GRETA}
    answer = DESK.get("/v1/slots?specialty=internal-medicine")
    assert {slot["practitioner_id"] for slot in answer.json["slots"]} == {KENJI}
    assert DESK.get("/v1/slots?specialty=urology").json == {"specialty": "urology", "slots": [], "next_cursor": None}
    happenings.bring([happenings.practitioner(KENJI, "internal-medicine")])
    assert {slot["practitioner_id"] for slot in found()} == {GRETA}


def test_who_left_is_offered_no_more_whatever_comes_late(happenings: Happenings) -> None:
    late = happenings.practitioner(GRETA, "cardiology", "urology")
    happenings.bring([happenings.practitioner(GRETA, active=False)])
    assert starts() == []
    happenings.bring([late])
    assert starts() == []
    happenings.bring([happenings.practitioner(GRETA)])
    assert starts()[0] == NINE


def test_days_are_those_of_whoever_offers_the_slot(happenings: Happenings) -> None:
    """20:00 in New York is the next day in UTC."""
    evening = [{"weekday": day, "start": "19:00", "end": "20:00"} for day in range(7)]
    happenings.clinic.week(KENJI, weekly=evening, time_zone=NEW_YORK, slot_minutes=30)
    happenings.catch_up()
    assert starts(who=KENJI) == ["2026-11-24T00:00:00Z", "2026-11-24T00:30:00Z"]


def test_a_slot_that_passes_midnight_falls_out_when_its_end_is_taken(happenings: Happenings) -> None:
    night = [{"weekday": day, "start": "00:50", "end": "01:10"} for day in range(7)]
    happenings.clinic.week(weekly=night, slot_minutes=20)
    happenings.catch_up()
    passing = "2026-11-23T23:50:00Z"
    assert passing in starts("&from=2026-11-24&to=2026-11-24")
    happenings.clinic.week(
        weekly=[{"weekday": day, "start": "01:00", "end": "01:10"} for day in range(7)], slot_minutes=5
    )
    happenings.clinic.book("2026-11-24T00:00:00Z")
    happenings.clinic.week(weekly=night, slot_minutes=20)
    assert passing not in starts("&from=2026-11-24&to=2026-11-24")
    happenings.catch_up()
    assert passing not in starts("&from=2026-11-24&to=2026-11-24")


def test_rooms_of_the_hours_are_told(happenings: Happenings) -> None:
    happenings.clinic.week(weekly=[{"weekday": 0, "start": "09:00", "end": "10:00", "room_id": ROOM}])
    happenings.catch_up()
    assert {slot["room_id"] for slot in found() if slot["practitioner_id"] == GRETA} == {ROOM}


def test_who_was_free_earlier_today_is_still_found(happenings: Happenings) -> None:
    happenings.clinic.now += timedelta(hours=2)  # nothing has refreshed the openings since 13:00
    assert starts("", limit=1) == [local("2026-11-20T15:20")]


def test_openings_roll_on_with_the_days(happenings: Happenings) -> None:
    assert starts("&from=2026-11-25&to=2026-11-25") != []
    assert starts("&from=2026-11-26&to=2026-11-26") == []
    happenings.clinic.now += timedelta(days=1)
    happenings.bring([happenings.event("WalkDue", "roster", {"each": "OpeningsDue"})])
    assert starts("&from=2026-11-26&to=2026-11-26") != []


def test_a_walk_over_many_takes_a_page_at_a_time(happenings: Happenings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("care.scheduling.service.views._ROSTER_PAGE", 1)
    happenings.clinic.now += timedelta(days=1)
    happenings.bring([happenings.event("WalkDue", "roster", {"each": "RebuildDue"})])
    day = "&from=2026-11-26&to=2026-11-26"
    assert starts(day) != []
    assert starts(day, KENJI) != []


def test_a_burst_of_bookings_costs_each_day_one_look(happenings: Happenings) -> None:
    for minute, who in ((0, MARIA), (20, TOM), (40, ANNA)):
        happenings.clinic.book(local(f"2026-11-23T09:{minute:02}"), patient_id=who)
    with watched() as calls:
        happenings.catch_up()
    days = [call for call in calls if call.operation == "Query" and "DAY#" in str(call.body)]
    assert len(days) == 2  # one to change the openings, and one to see that nothing is left to change


def test_who_saw_the_truth_earlier_and_writes_later_brings_nothing_back(
    happenings: Happenings, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = happenings.clinic.book(NINE)

    def intrude() -> None:
        DESK.post(f"/v1/appointments/{visit['appointment_id']}/cancel", {"reason": "better"})
        happenings.catch_up()

    booked = happenings.told()
    monkeypatch.setattr(repository, "show_opening", before(repository.show_opening, intrude))
    happenings.bring(booked)
    assert starts()[0] == NINE


def test_events_that_change_nothing_write_nothing(happenings: Happenings) -> None:
    happenings.clinic.book(NINE)
    events = happenings.told()
    happenings.bring(events)
    with watched() as calls:
        happenings.bring([*events, happenings.event("RebuildDue", GRETA, {})])
    assert {call.operation for call in calls} <= {"GetItem", "Query", "BatchGetItem"}


def colleagues(happenings: Happenings, number: int) -> list[str]:
    """So many more cardiologists, who sort before Greta and are free on Monday at nine for twenty minutes."""
    others = [f"prc_{number:032x}" for number in range(number)]
    for other in others:
        happenings.clinic.refer("practitioners", f"PRACTITIONER#{other}")
        happenings.clinic.week(other, weekly=[{"weekday": 0, "start": "09:00", "end": "09:20"}])
    happenings.told()
    happenings.bring([happenings.practitioner(other) for other in others])
    return others


def test_a_search_reads_as_many_days_of_practitioners_as_it_shows(happenings: Happenings) -> None:
    others = colleagues(happenings, 12)
    with watched() as calls:
        slots = found(limit=5)
    assert [(slot["start"], slot["practitioner_id"]) for slot in slots] == [(NINE, other) for other in others[:5]]
    read = [call for call in calls if call.operation == "BatchGetItem"]
    assert sum(len(table["Keys"]) for call in read for table in call.body["RequestItems"].values()) == 5
    queries = [call for call in calls if call.operation == "Query"]
    assert len(queries) == 2  # the openings of Sunday and of Monday
    assert max(call.body["Limit"] for call in queries) == 20


def test_slots_that_are_held_make_a_search_look_further(happenings: Happenings) -> None:
    others = colleagues(happenings, 12)
    for number, other in enumerate(others[:9]):
        held = f"pat_{number:032x}"
        happenings.clinic.refer("patients", f"PATIENT#{held}")
        happenings.clinic.hold(NINE, practitioner_id=other, patient_id=held)
    assert [slot["practitioner_id"] for slot in found(limit=1)] == [others[9]]
    assert [slot["practitioner_id"] for slot in found(limit=5)] == [*others[9:], GRETA, KENJI]


def test_a_search_turns_pages_until_nobody_can_be_sooner(
    happenings: Happenings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("care.scheduling.service.search._PAGE", 2)
    others = colleagues(happenings, 5)
    for number, other in enumerate(others[:3]):
        happenings.clinic.book(NINE, practitioner_id=other, patient_id=(MARIA, TOM, ANNA)[number])
    assert [slot["practitioner_id"] for slot in found(limit=2)] == others[3:]
    # Two of Sunday's openings, and four of Monday's.
    monkeypatch.setattr("care.scheduling.service.search._MOST_READ", 6)
    assert [slot["practitioner_id"] for slot in found(limit=2)] == others[3:4]


def pages(query: str, limit: int) -> list[list[tuple[str, str]]]:
    """All pages of a search, each slot as its start and practitioner."""
    turned: list[list[tuple[str, str]]] = []
    cursor = ""
    while True:
        answer = patient(MARIA).get(f"{SLOTS}{query}&limit={limit}{cursor}").json
        turned.append([(slot["start"], slot["practitioner_id"]) for slot in answer["slots"]])
        if answer["next_cursor"] is None:
            return turned
        cursor = f"&cursor={answer['next_cursor']}"


@pytest.mark.parametrize("limit", [1, 4, 7])
def test_pages_go_on_exactly_where_the_one_before_ended(happenings: Happenings, limit: int) -> None:
    colleagues(happenings, 5)
    happenings.clinic.book(local("2026-11-23T09:40"))
    days = "&from=2026-11-23&to=2026-11-24"
    every = [slot for page in pages(days, 50) for slot in page]
    assert len(every) > 50
    turned = pages(days, limit)
    assert [slot for page in turned for slot in page] == every
    assert {len(page) for page in turned[:-1]} == {limit}


def test_a_page_goes_on_within_today(happenings: Happenings) -> None:
    happenings.clinic.now += timedelta(hours=2)  # nothing has refreshed the openings since 13:00
    today = "&from=2026-11-20&to=2026-11-20"
    every = [slot for page in pages(today, 50) for slot in page]
    assert every[0][0] >= local("2026-11-20T15:20")
    assert [slot for page in pages(today, 2) for slot in page] == every


def test_a_page_that_goes_on_reads_the_openings_before_it_and_the_days_of_those_alone_whom_it_shows(
    happenings: Happenings,
) -> None:
    colleagues(happenings, 12)
    first = DESK.get(f"{SLOTS}&from=2026-11-23&to=2026-11-23&limit=10").json
    with watched() as calls:
        DESK.get(f"{SLOTS}&from=2026-11-23&to=2026-11-23&limit=5&cursor={first['next_cursor']}")
    assert [call.operation for call in calls] == ["Query", "Query", "BatchGetItem"]
    assert [call.body["Limit"] for call in calls[:2]] == [500, 20]
    (read,) = calls[2].body["RequestItems"].values()
    assert len(read["Keys"]) == 4  # two of the twelve, Greta and Kenji, who has two of the five


def test_a_search_that_may_read_no_more_goes_on_from_there_and_misses_nothing(
    happenings: Happenings, monkeypatch: pytest.MonkeyPatch
) -> None:
    colleagues(happenings, 8)
    happenings.bring([happenings.practitioner(KENJI, "cardiology", department_id=WARD)])
    ward = f"&from=2026-11-23&to=2026-11-23&department_id={WARD}"
    every = [slot for page in pages(ward, 50) for slot in page]
    assert {who for _, who in every} == {KENJI}
    monkeypatch.setattr("care.scheduling.service.search._PAGE_TO_FILTER", 2)
    monkeypatch.setattr("care.scheduling.service.search._MOST_READ", 3)
    turned = pages(ward, 50)
    assert turned[0] == []
    assert [slot for page in turned for slot in page] == every


@pytest.mark.parametrize(
    "cursor", ["nonsense", encode_cursor({"at": "then", "id": GRETA}), encode_cursor({"at": NINE})]
)
def test_a_cursor_that_no_search_gave_is_refused(clinic: Clinic, cursor: str) -> None:
    answer = DESK.get(f"{SLOTS}&cursor={cursor}")
    assert (answer.status, answer.slug) == (400, "malformed")


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?specialty=Cardiology",
        "?specialty=a%23b",
        "?specialty=x&from=2026-11-23&to=2026-12-24",
        "?specialty=x&limit=51",
    ],
)
def test_a_search_says_what_is_wrong_with_it(clinic: Clinic, query: str) -> None:
    answer = DESK.get(f"/v1/slots{query}")
    assert (answer.status, answer.slug) == (422, "invalid")


def test_everybody_who_has_signed_in_may_search(happenings: Happenings) -> None:
    assert doctor(GRETA).get(SLOTS).json == patient(MARIA).get(SLOTS).json
