"""What scheduling does when things happen twice, at the same time, or not at all."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.integration.care.scheduling.clinic import (
    ADMIN,
    ANNA,
    DESK,
    GRETA,
    MARIA,
    NINE,
    ROOM,
    TOM,
    WEEK,
    Clinic,
    before,
    cancelled,
    doctor,
    local,
    patient,
    refusing,
)
from tests.integration.gateway import Answer, Caller, claims, refusal

from care.scheduling import repository
from care.scheduling.handler import api
from care.scheduling.models import Kind
from kernel import dynamodb

LEAVE = f"/v1/practitioners/{GRETA}/leave"
TEN = local("2026-11-23T10:00")


def nothing_is_taken(clinic: Clinic) -> bool:
    resources = ((Kind.PRACTITIONER, GRETA), (Kind.PATIENT, MARIA), (Kind.ROOM, ROOM))
    return all(clinic.taken(kind, resource_id) == set() for kind, resource_id in resources)


# ---- twice


def moved(clinic: Clinic, path: str) -> None:
    assert DESK.post(f"{path}/reschedule", {"start": TEN}).status == 200


def called_off(clinic: Clinic, path: str) -> None:
    assert DESK.post(f"{path}/cancel", {"reason": "ill"}).status == 200


def called_off_and_booked_by_another(clinic: Clinic, path: str) -> None:
    called_off(clinic, path)
    clinic.book(patient_id=TOM)


def with_other_hours(clinic: Clinic, path: str) -> None:
    clinic.week(weekly=[{"weekday": 0, "start": "13:00", "end": "17:00"}])


def on_leave(clinic: Clinic, path: str) -> None:
    assert ADMIN.put(f"{LEAVE}/2026-11-23", {}).status == 200


def without_the_doctor(clinic: Clinic, path: str) -> None:
    clinic.refer("practitioners", f"PRACTITIONER#{GRETA}", active=False)


def over(clinic: Clinic, path: str) -> None:
    clinic.now += timedelta(days=30)


SINCE = [
    lambda clinic, path: None,
    moved,
    called_off,
    called_off_and_booked_by_another,
    with_other_hours,
    on_leave,
    without_the_doctor,
    over,
]


@pytest.mark.parametrize("since", SINCE)
def test_a_repeated_booking_is_answered_like_the_first_whatever_happened_since(
    clinic: Clinic, since: Callable[[Clinic, str], None]
) -> None:
    first = DESK.post("/v1/appointments", clinic.wish(reason="a cough"), idempotency_key="k")
    assert first.status == 201
    path = f"/v1/appointments/{first.json['appointment_id']}"
    since(clinic, path)
    stands = DESK.get(path).json
    again = DESK.post("/v1/appointments", clinic.wish(reason="a cough"), idempotency_key="k")
    assert (again.status, again.text, again.headers["ETag"]) == (201, first.text, '"1"')
    assert DESK.get(path).json == stands


def test_a_key_belongs_to_its_first_body(clinic: Clinic) -> None:
    assert DESK.post("/v1/appointments", clinic.wish(), idempotency_key="k").status == 201
    for change in ({"start": TEN}, {"patient_id": TOM}, {"reason": "a cough"}, {"start": local("2026-11-23T09:10")}):
        answer = DESK.post("/v1/appointments", clinic.wish() | change, idempotency_key="k")
        assert refusal(answer) == (422, "idempotency-key-reused")
    assert len(clinic.taken(Kind.PRACTITIONER, GRETA)) == 4


def test_the_same_wish_in_other_words_is_the_same_wish(clinic: Clinic) -> None:
    first = DESK.post("/v1/appointments", clinic.wish(), idempotency_key="k")
    again = DESK.post("/v1/appointments", clinic.wish("2026-11-23T09:00:00+01:00", room_id=None), idempotency_key="k")
    assert (again.status, again.json) == (201, first.json)


def test_a_key_belongs_to_its_caller(clinic: Clinic) -> None:
    assert DESK.post("/v1/appointments", clinic.wish(), idempotency_key="k").status == 201
    other = Caller(api, claims("receptionist", user_id="other desk"))
    assert refusal(other.post("/v1/appointments", clinic.wish(), idempotency_key="k")) == (409, "slot-taken")


def test_a_key_for_a_booking_is_free_for_a_hold(clinic: Clinic) -> None:
    assert DESK.post("/v1/holds", clinic.wish(TEN), idempotency_key="k").status == 201
    assert DESK.post("/v1/appointments", clinic.wish(), idempotency_key="k").status == 201


def test_a_refused_booking_leaves_its_key_unused(clinic: Clinic) -> None:
    other = clinic.book(patient_id=TOM)
    assert refusal(DESK.post("/v1/appointments", clinic.wish(), idempotency_key="k")) == (409, "slot-taken")
    called_off(clinic, f"/v1/appointments/{other['appointment_id']}")
    assert DESK.post("/v1/appointments", clinic.wish(), idempotency_key="k").status == 201


@pytest.mark.parametrize("key", ["", "k" * 256])
def test_a_key_has_1_to_255_characters(clinic: Clinic, key: str) -> None:
    for path in ("/v1/appointments", "/v1/holds"):
        answer = DESK.post(path, clinic.wish(), idempotency_key=key)
        assert refusal(answer) == (422, "invalid")
        assert answer.json["errors"][0]["parameter"] == "Idempotency-Key"


@pytest.mark.parametrize("since", [SINCE[0], with_other_hours, on_leave, without_the_doctor, over])
def test_a_repeated_hold_is_answered_like_the_first(clinic: Clinic, since: Callable[[Clinic, str], None]) -> None:
    first = DESK.post("/v1/holds", clinic.wish(), idempotency_key="k")
    clinic.now += timedelta(minutes=1)
    since(clinic, "")
    again = DESK.post("/v1/holds", clinic.wish(), idempotency_key="k")
    assert (again.status, again.json) == (201, first.json)
    assert refusal(DESK.post("/v1/holds", clinic.wish(TEN), idempotency_key="k")) == (422, "idempotency-key-reused")


def test_two_deliveries_of_one_request_at_the_same_moment_are_one_visit(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers: list[Answer] = []

    def deliver() -> None:
        answers.append(DESK.post("/v1/appointments", clinic.wish(), idempotency_key="k"))

    monkeypatch.setattr(repository, "book", before(repository.book, deliver))
    deliver()
    assert [answer.status for answer in answers] == [201, 201]
    assert answers[0].text == answers[1].text


# ---- at the same time: somebody else writes between our read and our write


def test_leave_planned_while_somebody_books_wins(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repository, "book", before(repository.book, lambda: on_leave(clinic, "")))
    answer = DESK.post("/v1/appointments", clinic.wish(room_id=ROOM))
    assert refusal(answer) == (422, "not-bookable")
    assert nothing_is_taken(clinic)
    assert clinic.items("APPOINTMENT#") == []


def test_leave_planned_while_somebody_holds_wins(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repository, "place_hold", before(repository.place_hold, lambda: on_leave(clinic, "")))
    assert refusal(DESK.post("/v1/holds", clinic.wish(room_id=ROOM))) == (422, "not-bookable")
    assert nothing_is_taken(clinic)


def test_leave_planned_while_a_visit_moves_wins(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    booked = clinic.book(local("2026-11-25T09:00"))
    monkeypatch.setattr(repository, "move", before(repository.move, lambda: on_leave(clinic, "")))
    path = f"/v1/appointments/{booked['appointment_id']}"
    assert refusal(DESK.post(f"{path}/reschedule", {"start": NINE})) == (422, "not-bookable")
    assert DESK.get(path).json == booked


def test_leave_planned_while_a_held_slot_is_booked_wins(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    held = clinic.hold()
    monkeypatch.setattr(repository, "book", before(repository.book, lambda: on_leave(clinic, "")))
    assert refusal(DESK.post("/v1/appointments", clinic.wish(hold_id=held["hold_id"]))) == (422, "not-bookable")


def test_leave_wins_also_on_the_second_day_of_a_visit_over_midnight(
    founding: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    founding.week(weekly=[{"weekday": 0, "start": "23:30", "end": "02:00"}], time_zone="UTC", slot_minutes=60)

    def leave() -> None:
        assert ADMIN.put(f"{LEAVE}/2026-11-24", {}).status == 200

    monkeypatch.setattr(repository, "book", before(repository.book, leave))
    answer = DESK.post("/v1/appointments", founding.wish("2026-11-23T23:30:00Z"))
    assert refusal(answer) == (422, "not-bookable")
    assert nothing_is_taken(founding)


@pytest.mark.parametrize("held", [False, True])
def test_leave_at_another_hour_does_not_stop_a_booking(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch, held: bool
) -> None:
    hold_id = clinic.hold()["hold_id"] if held else None

    def leave() -> None:
        assert ADMIN.put(f"{LEAVE}/2026-11-23", {"start": "12:00", "end": "13:00"}).status == 200

    monkeypatch.setattr(repository, "book", before(repository.book, leave))
    assert clinic.book(hold_id=hold_id)["start"] == NINE


def test_who_loses_every_race_is_asked_to_come_back(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    def leave() -> None:
        assert ADMIN.put(f"{LEAVE}/2026-11-23", {"start": "12:00", "end": "13:00"}).status == 200

    monkeypatch.setattr(repository, "book", before(repository.book, leave, times=99))
    assert refusal(DESK.post("/v1/appointments", clinic.wish())) == (503, "unavailable")
    assert nothing_is_taken(clinic)


def test_of_two_who_saw_the_slot_free_one_gets_it(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    faster: list[dict[str, Any]] = []
    real = repository.book
    monkeypatch.setattr(repository, "book", before(real, lambda: faster.append(clinic.book(patient_id=TOM))))
    answer = DESK.post("/v1/appointments", clinic.wish())
    assert refusal(answer) == (409, "slot-taken")
    assert answer.json["alternatives"]
    assert len(clinic.items("APPOINTMENT#")) == 1
    assert clinic.taken(Kind.PATIENT, MARIA) == set()
    assert clinic.taken(Kind.PATIENT, TOM) == clinic.taken(Kind.PRACTITIONER, GRETA)


def test_a_hold_released_while_it_is_booked_is_booked_all_the_same(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = clinic.hold()
    path = f"/v1/holds/{held['hold_id']}"
    monkeypatch.setattr(repository, "book", before(repository.book, lambda: DESK.delete(path)))
    clinic.book(hold_id=held["hold_id"])


def test_a_hold_booked_in_two_tabs_is_one_visit(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    hold_id = clinic.hold()["hold_id"]
    monkeypatch.setattr(repository, "book", before(repository.book, lambda: clinic.book(hold_id=hold_id)))
    assert refusal(DESK.post("/v1/appointments", clinic.wish(hold_id=hold_id))) == (409, "slot-taken")
    assert len(clinic.items("APPOINTMENT#")) == 1


def test_a_hold_takes_over_its_own_ticks_and_nobody_elses(clinic: Clinic) -> None:
    mine = clinic.hold(NINE)
    theirs = clinic.hold(local("2026-11-23T09:20"), patient_id=TOM)
    assert mine["expires_at"] == theirs["expires_at"]
    clinic.week(slot_minutes=30)
    answer = DESK.post("/v1/appointments", clinic.wish(hold_id=mine["hold_id"]))
    assert refusal(answer) == (409, "slot-taken")
    assert answer.json["conflicts"] == [
        {"resource": "practitioner", "start": local("2026-11-23T09:20"), "end": local("2026-11-23T09:30")}
    ]


def test_who_books_with_a_hold_gets_the_longer_slot_where_the_rest_is_free(clinic: Clinic) -> None:
    hold_id = clinic.hold()["hold_id"]
    clinic.week(slot_minutes=30)
    assert clinic.book(hold_id=hold_id)["end"] == local("2026-11-23T09:30")


def test_a_visit_cancelled_while_it_is_moved_stays_cancelled(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    path = f"/v1/appointments/{clinic.book()['appointment_id']}"
    monkeypatch.setattr(repository, "move", before(repository.move, lambda: called_off(clinic, path)))
    answer = DESK.post(f"{path}/reschedule", {"start": TEN})
    assert refusal(answer) == (409, "invalid-transition")
    assert nothing_is_taken(clinic)


def test_a_visit_moved_while_it_is_cancelled_frees_where_it_went(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/v1/appointments/{clinic.book()['appointment_id']}"
    monkeypatch.setattr(repository, "cancel", before(repository.cancel, lambda: moved(clinic, path)))
    answer = DESK.post(f"{path}/cancel", {"reason": "ill"})
    assert (answer.status, answer.json["start"], answer.json["version"]) == (200, TEN, 3)
    assert nothing_is_taken(clinic)


def test_who_read_the_visit_before_it_changed_is_stale_even_in_a_race(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/v1/appointments/{clinic.book()['appointment_id']}"
    monkeypatch.setattr(repository, "cancel", before(repository.cancel, lambda: moved(clinic, path)))
    assert refusal(DESK.post(f"{path}/cancel", {"reason": "ill"}, if_match='"1"')) == (412, "stale")


def test_a_visit_checked_in_while_it_is_cancelled_is_cancelled_with_both_in_its_history(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/v1/appointments/{clinic.book()['appointment_id']}"
    check_in = before(repository.cancel, lambda: DESK.post(f"{path}/check-in"))
    monkeypatch.setattr(repository, "cancel", check_in)
    answer = DESK.post(f"{path}/cancel", {"reason": "ill"})
    assert [entry["step"] for entry in answer.json["history"]] == ["book", "check-in", "cancel"]


def test_a_visit_cancelled_while_it_is_checked_in_is_not_received(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/v1/appointments/{clinic.book()['appointment_id']}"
    monkeypatch.setattr(repository, "save", before(repository.save, lambda: called_off(clinic, path)))
    assert refusal(DESK.post(f"{path}/check-in")) == (409, "invalid-transition")


def test_two_first_weeks_at_once_are_two_versions(founding: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repository, "save_plan", before(repository.save_plan, lambda: founding.week(slot_minutes=30)))
    assert founding.week().json["version"] == 2
    path = f"/v1/practitioners/{GRETA}/schedule"
    other = before(repository.save_plan, lambda: founding.week(slot_minutes=30))
    monkeypatch.setattr(repository, "save_plan", other)
    assert refusal(doctor(GRETA).put(path, WEEK, if_match='"2"')) == (412, "stale")


# ---- not at all: DynamoDB refuses


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dynamodb, "backoff", lambda attempt: None)


PASSING = [
    cancelled("TransactionConflict", "None"),
    cancelled("None", "None", "None", "TransactionConflict", "TransactionConflict"),
    cancelled("ThrottlingError"),
    cancelled("ProvisionedThroughputExceeded", "TransactionConflict"),
    {"Error": {"Code": "TransactionInProgressException", "Message": "x"}},
    {"Error": {"Code": "ThrottlingException", "Message": "x"}},
    {"Error": {"Code": "InternalServerError", "Message": "x"}},
]


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("error", PASSING)
def test_what_passes_by_itself_is_tried_again(clinic: Clinic, error: dict[str, Any]) -> None:
    with refusing("TransactWriteItems", 3, error) as calls:
        clinic.book()
    assert len(calls) == 4
    assert len(clinic.items("APPOINTMENT#")) == 1


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("error", PASSING)
def test_what_does_not_pass_is_given_up_after_six_tries_and_nothing_is_written(
    clinic: Clinic, error: dict[str, Any]
) -> None:
    booked = clinic.book(TEN, patient_id=TOM)
    held = clinic.hold(local("2026-11-23T11:00"), patient_id=ANNA)
    written = clinic.items()
    path = f"/v1/appointments/{booked['appointment_id']}"
    tries: list[Callable[[], Answer]] = [
        lambda: DESK.post("/v1/appointments", clinic.wish()),
        lambda: DESK.post("/v1/holds", clinic.wish()),
        lambda: DESK.post(f"{path}/reschedule", {"start": NINE}),
        lambda: DESK.post(f"{path}/cancel", {"reason": "ill"}),
        lambda: DESK.delete(f"/v1/holds/{held['hold_id']}"),
        lambda: ADMIN.put(f"{LEAVE}/2026-11-23", {}),
        lambda: patient(MARIA).get(f"/v1/appointments?patient_id={TOM}"),
    ]
    for attempt in tries:
        with refusing("TransactWriteItems", 99, error) as calls:
            assert refusal(attempt()) == (503, "unavailable")
        assert len(calls) == 6
    assert clinic.items() == written


def test_a_conflict_beside_a_failed_condition_is_answered_at_once(clinic: Clinic) -> None:
    error = cancelled("None", "None", "None", "TransactionConflict", "ConditionalCheckFailed")
    error["CancellationReasons"][4]["Item"] = {"2o": {"N": "10000000000"}}
    with refusing("TransactWriteItems", 1, error) as calls:
        answer = DESK.post("/v1/appointments", clinic.wish())
    assert refusal(answer) == (409, "slot-taken")
    assert len(calls) == 1


@pytest.mark.usefixtures("impatient")
def test_a_fault_of_ours_is_not_repeated_and_says_nothing(clinic: Clinic) -> None:
    error = {"Error": {"Code": "ValidationException", "Message": f"no such thing as {MARIA}"}}
    with refusing("TransactWriteItems", 99, error) as calls:
        answer = DESK.post("/v1/appointments", clinic.wish())
    assert refusal(answer) == (500, "internal")
    assert MARIA not in answer.text
    assert len(calls) == 1


def test_a_check_in_waits_for_a_transaction_on_the_same_visit(clinic: Clinic) -> None:
    path = f"/v1/appointments/{clinic.book()['appointment_id']}"
    busy = {"Error": {"Code": "TransactionConflictException", "Message": "x"}}
    with refusing("PutItem", 1, busy):
        assert DESK.post(f"{path}/check-in").status == 200
    with refusing("PutItem", 99, busy):
        assert refusal(doctor(GRETA).post(f"{path}/start")) == (503, "unavailable")
    assert DESK.get(path).json["status"] == "checked-in"


def test_times_are_whole_seconds_so_that_what_is_stored_is_what_was_answered(clinic: Clinic) -> None:
    clinic.now = datetime(2026, 11, 20, 12, 0, 0, 999_999, UTC)
    booked = clinic.book()
    assert booked["created_at"] == "2026-11-20T12:00:00Z"
    assert DESK.get(f"/v1/appointments/{booked['appointment_id']}").json == booked
