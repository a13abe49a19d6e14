"""Series over HTTP: all of a series, or nothing and the reasons."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.integration.care.scheduling.clinic import (
    ADMIN,
    ANNA,
    DESK,
    GRETA,
    KENJI,
    MARIA,
    NINE,
    NURSE,
    ROOM,
    TOM,
    Clinic,
    before,
    cancelled,
    doctor,
    local,
    patient,
    refusing,
    watched,
)
from tests.integration.gateway import Caller, refusal

from care.scheduling import repository
from care.scheduling.models import Kind

PATH = "/v1/appointment-series"
MONDAYS = [local(f"{day}T09:00") for day in ("2026-11-23", "2026-11-30", "2026-12-07", "2026-12-14")]


def wish(**changes: Any) -> dict[str, Any]:
    return {"practitioner_id": GRETA, "patient_id": MARIA, "start": NINE, "count": 4, **changes}


def book(caller: Caller = DESK, **changes: Any) -> dict[str, Any]:
    answer = caller.post(PATH, wish(**changes))
    assert answer.status == 201, answer.text
    booked: dict[str, Any] = answer.json
    return booked


def test_a_series_books_the_same_time_every_week(clinic: Clinic) -> None:
    series = book(reason="physiotherapy", mode="video")
    assert series["version"] == 1
    assert [visit["start"] for visit in series["appointments"]] == MONDAYS
    assert {visit["series_id"] for visit in series["appointments"]} == {series["series_id"]}
    assert {(visit["reason"], visit["mode"]) for visit in series["appointments"]} == {("physiotherapy", "video")}
    listed = DESK.get(f"/v1/appointments?patient_id={MARIA}").json["items"]
    assert listed == series["appointments"]
    assert DESK.get(f"{PATH}/{series['series_id']}").json == series


def test_a_single_visit_belongs_to_no_series(clinic: Clinic) -> None:
    assert clinic.book()["series_id"] is None


def test_twenty_visits_with_a_room_fit_one_transaction(clinic: Clinic) -> None:
    clinic.week(weekly=[{"weekday": day, "start": "09:00", "end": "17:00", "room_id": ROOM} for day in range(7)])
    with watched() as requests:
        series = book(count=20, interval_weeks=2)
    assert len(series["appointments"]) == 20
    writes = [request for request in requests if request.operation == "TransactWriteItems"]
    assert [len(request.actions) for request in writes] == [20 * 4 + 3]


def test_a_series_goes_on_through_daylight_saving(clinic: Clinic) -> None:
    series = book(start=local("2027-03-22T09:00"), count=2)
    assert [visit["start"] for visit in series["appointments"]] == [
        "2027-03-22T08:00:00Z",
        "2027-03-29T07:00:00Z",
    ]


def test_if_one_visit_cannot_be_booked_none_is_and_every_reason_is_told(clinic: Clinic) -> None:
    clinic.book(MONDAYS[1], patient_id=TOM)
    clinic.book(MONDAYS[3], practitioner_id=KENJI)
    assert ADMIN.put(f"/v1/practitioners/{GRETA}/leave/2026-12-07", {}).status == 200
    before_it = clinic.items()
    answer = DESK.post(PATH, wish())
    assert refusal(answer) == (409, "series-conflict")
    clashes = {clash["occurrence"]: clash for clash in answer.json["clashes"]}
    assert {number: (clash["start"], clash["problem"]) for number, clash in clashes.items()} == {
        2: (MONDAYS[1], "slot-taken"),
        3: (MONDAYS[2], "not-bookable"),
        4: (MONDAYS[3], "slot-taken"),
    }
    taken = {number: [one["resource"] for one in clash["conflicts"]] for number, clash in clashes.items()}
    assert taken == {2: ["practitioner"], 3: [], 4: ["patient"]}
    assert all(len(clash["alternatives"]) == 5 for clash in clashes.values())
    assert answer.json["free"] == [{"occurrence": 1, "start": MONDAYS[0]}]
    assert clinic.items() == before_it
    assert TOM not in answer.text


def test_the_alternatives_of_a_clash_make_the_series_bookable(clinic: Clinic) -> None:
    clinic.book(MONDAYS[1], patient_id=TOM)
    [clash] = DESK.post(PATH, wish()).json["clashes"]
    instead = clash["alternatives"][0]["start"]
    series = book(changes=[{"occurrence": 2, "start": instead}])
    assert [visit["start"] for visit in series["appointments"]] == [MONDAYS[0], instead, *MONDAYS[2:]]


def test_no_alternative_is_on_the_day_of_another_visit_of_the_series(clinic: Clinic) -> None:
    clinic.week(weekly=[{"weekday": 0, "start": "09:00", "end": "09:40"}])
    clinic.book(MONDAYS[1], patient_id=TOM)
    [clash] = DESK.post(PATH, wish()).json["clashes"]
    assert [slot["start"] for slot in clash["alternatives"]] == [local("2026-11-30T09:20")]


def test_a_visit_can_be_left_out(clinic: Clinic) -> None:
    clinic.book(MONDAYS[2], patient_id=TOM)
    series = book(changes=[{"occurrence": 3, "start": None}])
    assert [visit["start"] for visit in series["appointments"]] == [MONDAYS[0], MONDAYS[1], MONDAYS[3]]


def test_visits_too_far_ahead_clash(clinic: Clinic) -> None:
    answer = DESK.post(PATH, wish(count=20, interval_weeks=8))
    assert refusal(answer) == (409, "series-conflict")
    assert {clash["problem"] for clash in answer.json["clashes"]} == {"not-bookable"}
    assert [one["occurrence"] for one in answer.json["free"]] == [1, 2, 3, 4, 5, 6, 7]
    assert all(clash["alternatives"] == [] for clash in answer.json["clashes"][1:])


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"count": 1}, "/count"),
        ({"count": 21}, "/count"),
        ({"interval_weeks": 0}, "/interval_weeks"),
        ({"interval_weeks": 9}, "/interval_weeks"),
        ({"changes": [{"occurrence": 0, "start": None}]}, "/changes/0/occurrence"),
        ({"changes": [{"occurrence": 1}]}, "/changes/0/start"),
        ({"changes": [{"occurrence": 5, "start": None}]}, ""),
        ({"changes": [{"occurrence": 1, "start": None}] * 2}, ""),
        ({"changes": [{"occurrence": number, "start": None} for number in range(1, 5)]}, ""),
        # Two visits of one patient on one day: a transaction touches an item once.
        ({"changes": [{"occurrence": 2, "start": local("2026-11-23T10:00")}]}, "/changes"),
    ],
)
def test_what_is_no_series_is_refused_at_its_place(clinic: Clinic, change: dict[str, Any], place: str) -> None:
    answer = DESK.post(PATH, wish(**change))
    assert answer.status == 422, answer.text
    assert {error["pointer"] for error in answer.json["errors"]} == {place}
    assert clinic.items("SERIES") == []


def test_a_series_that_touches_more_days_than_a_transaction_takes_is_refused(clinic: Clinic) -> None:
    nights = [{"weekday": day, "start": "23:50", "end": "00:10", "room_id": ROOM} for day in range(7)]
    clinic.week(time_zone="UTC", weekly=nights)
    assert refusal(DESK.post(PATH, wish(start="2026-11-23T23:50:00Z", count=20))) == (422, "invalid")
    assert len(book(start="2026-11-23T23:50:00Z", count=13)["appointments"]) == 13


def test_who_is_unknown_gets_no_series(clinic: Clinic) -> None:
    clinic.refer("patients", f"PATIENT#{MARIA}", active=False)
    assert refusal(DESK.post(PATH, wish())) == (422, "unknown-reference")
    assert clinic.taken(Kind.PRACTITIONER, GRETA) == set()


def test_a_repeated_series_is_answered_like_the_first_whatever_happened_since(clinic: Clinic) -> None:
    first = DESK.post(PATH, wish(), idempotency_key="k")
    moved = f"/v1/appointments/{first.json['appointments'][0]['appointment_id']}"
    assert DESK.post(f"{moved}/reschedule", {"start": local("2026-12-21T09:00")}).status == 200
    assert ADMIN.put(f"/v1/practitioners/{GRETA}/leave/2026-11-30", {}).status == 200
    again = DESK.post(PATH, wish(), idempotency_key="k")
    assert (again.status, again.text, again.headers["ETag"]) == (201, first.text, '"1"')
    assert refusal(DESK.post(PATH, wish(count=3), idempotency_key="k")) == (422, "idempotency-key-reused")


def test_two_who_want_the_same_weeks_get_one_series_and_one_refusal(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    faster = before(repository.book_series, lambda: book(patient_id=TOM))
    monkeypatch.setattr(repository, "book_series", faster)
    answer = DESK.post(PATH, wish())
    assert refusal(answer) == (409, "series-conflict")
    assert [clash["occurrence"] for clash in answer.json["clashes"]] == [1, 2, 3, 4]


def test_leave_planned_meanwhile_is_seen(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    leave = f"/v1/practitioners/{GRETA}/leave/2026-12-07"
    monkeypatch.setattr(repository, "book_series", before(repository.book_series, lambda: ADMIN.put(leave, {})))
    answer = DESK.post(PATH, wish())
    assert [(clash["occurrence"], clash["problem"]) for clash in answer.json["clashes"]] == [(3, "not-bookable")]


def test_transactions_in_each_others_way_are_tried_again(clinic: Clinic) -> None:
    with refusing("TransactWriteItems", 2, cancelled("TransactionConflict")) as calls:
        book()
    assert len(calls) == 3


def test_what_is_left_of_a_series_can_be_cancelled(clinic: Clinic) -> None:
    series = book()
    first = f"/v1/appointments/{series['appointments'][0]['appointment_id']}"
    assert DESK.post(f"{first}/check-in").status == 200
    path = f"{PATH}/{series['series_id']}/cancel"
    answer = patient(MARIA).post(path, {"reason": "moved away"})
    assert answer.status == 200, answer.text
    assert [visit["status"] for visit in answer.json["appointments"]] == ["checked-in", *["cancelled"] * 3]
    assert {visit["history"][-1]["reason"] for visit in answer.json["appointments"][1:]} == {"moved away"}
    assert answer.json["version"] == 5
    assert clinic.free("2026-11-30")[0] == MONDAYS[1]
    again = patient(MARIA).post(path, {"reason": "moved away"})
    assert (again.status, again.json) == (200, answer.json)


def test_a_cancellation_that_broke_off_is_finished_by_its_repetition(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    series = book()
    path = f"{PATH}/{series['series_id']}/cancel"
    with refusing("TransactWriteItems", 100, cancelled("TransactionConflict")):
        assert DESK.post(path, {"reason": "ill"}).status == 503
    assert {visit["status"] for visit in DESK.post(path, {"reason": "ill"}).json["appointments"]} == {"cancelled"}


def test_who_may_book_and_see_visits_may_do_so_with_series(clinic: Clinic) -> None:
    series = book(patient(MARIA))
    path = f"{PATH}/{series['series_id']}"
    clinic.let_act(TOM, MARIA)
    for caller in (patient(MARIA), patient(TOM), DESK, NURSE, doctor(GRETA)):
        assert caller.get(path).status == 200
    assert refusal(patient(ANNA).get(path)) == (403, "forbidden")
    assert refusal(doctor(KENJI).get(path)) == (403, "forbidden")
    assert refusal(NURSE.post(f"{path}/cancel", {"reason": "ill"})) == (403, "forbidden")
    assert refusal(doctor(GRETA).post(PATH, wish())) == (403, "forbidden")
    assert refusal(patient(ANNA).post(PATH, wish())) == (403, "forbidden")
    nowhere = f"{PATH}/ser_{'0' * 32}"
    assert refusal(patient(ANNA).get(nowhere)) == (403, "forbidden")
    assert refusal(DESK.get(nowhere)) == (404, "not-found")
    assert doctor(GRETA).post(f"{path}/cancel", {"reason": "closed"}).status == 200


def test_a_doctor_neither_sees_nor_cancels_the_visit_that_went_to_another(clinic: Clinic) -> None:
    series = book()
    moved = series["appointments"][0]["appointment_id"]
    body = {"start": NINE, "practitioner_id": KENJI}
    assert DESK.post(f"/v1/appointments/{moved}/reschedule", body).status == 200
    path = f"{PATH}/{series['series_id']}"
    assert len(doctor(GRETA).get(path).json["appointments"]) == 3
    assert doctor(GRETA).post(f"{path}/cancel", {"reason": "closed"}).status == 200
    assert [visit["status"] for visit in DESK.get(path).json["appointments"]] == ["booked", *["cancelled"] * 3]


def test_past_times_clash(clinic: Clinic) -> None:
    clinic.now = datetime(2026, 11, 23, 8, tzinfo=UTC) + timedelta(minutes=1)
    answer = DESK.post(PATH, wish())
    assert [(clash["occurrence"], clash["problem"]) for clash in answer.json["clashes"]] == [(1, "not-bookable")]


def test_without_hours_there_is_nothing_to_book(founding: Clinic) -> None:
    assert refusal(DESK.post(PATH, wish())) == (422, "not-bookable")
