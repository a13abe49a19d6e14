"""The waitlist: who is asked for a slot that became free, in which order, and what becomes of them."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
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
    NURSE,
    ROOM,
    TOM,
    Clinic,
    Request,
    before,
    cancelled,
    doctor,
    local,
    patient,
    refusing,
    size_of,
    watched,
)
from tests.integration.care.scheduling.waiting import (
    PATH,
    Waitlist,
    accept,
    cancel,
    decline,
    entry,
    join,
    specialise,
    status,
    wish,
)
from tests.integration.gateway import Answer

from care.scheduling import repository
from care.scheduling.models import Kind
from care.scheduling.service import offers
from care.scheduling.tasks.offers import handle, offer
from kernel import clock
from kernel.errors import Unavailable
from kernel.events import Event

HOUR = timedelta(hours=1)
HALF = timedelta(minutes=30)
LEAVE = f"/v1/practitioners/{GRETA}/leave/2026-11-23"
SOMEBODY = "pat_" + "9" * 32  # has the visits that fall away


def refusal(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.slug


@pytest.fixture(autouse=True)
def somebody(clinic: Clinic) -> None:
    clinic.refer("patients", f"PATIENT#{SOMEBODY}")


def free_a_slot(clinic: Clinic, waitlist: Waitlist, start: str = NINE, **changes: Any) -> None:
    """A visit is booked and falls away."""
    cancel(clinic.book(start, patient_id=SOMEBODY, **changes)["appointment_id"])
    waitlist.let_move()


# ---- joining


def test_a_patient_joins_and_reads_what_they_wait_for(waitlist: Waitlist) -> None:
    wanted = wish(earliest="08:00", latest="12:00", weekdays=[4, 0], reason="pain", mode="video")
    answer = patient(MARIA).post(PATH, wanted)
    assert (answer.status, answer.headers["ETag"]) == (201, '"1"')
    assert answer.json == {
        **wanted,
        "waitlist_id": answer.json["waitlist_id"],
        "status": "waiting",
        "specialty": None,
        "weekdays": [0, 4],
        "priority": "routine",
        "joined_at": "2026-11-20T12:00:00Z",
        "version": 1,
        "offer": None,
        "appointment_id": None,
    }
    assert patient(MARIA).get(f"{PATH}/{answer.json['waitlist_id']}").json == answer.json
    assert patient(MARIA).get(PATH).json == {"items": [answer.json], "next_cursor": None}


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"specialty": "cardiology", "practitioner_id": GRETA}, ""),
        ({"practitioner_id": None}, ""),
        ({"practitioner_id": None, "specialty": "Heart"}, "/specialty"),
        ({"from": "2026-11-30"}, ""),
        ({"to": "2027-02-23"}, ""),
        ({"from": "2026-11-01", "to": "2026-11-19"}, "/to"),
        ({"from": "2027-11-01", "to": "2027-11-22"}, "/to"),
        ({"earliest": "12:00", "latest": "08:00"}, ""),
        ({"earliest": "12:01"}, "/earliest"),
        ({"weekdays": [7]}, "/weekdays/0"),
        ({"time_zone": "Europe/Entenhausen"}, "/time_zone"),
        ({"priority": "now"}, "/priority"),
    ],
)
def test_what_nobody_can_wait_for_is_refused_at_its_place(
    waitlist: Waitlist, change: dict[str, Any], place: str
) -> None:
    answer = DESK.post(PATH, wish() | change)
    assert answer.status == 422, answer.text
    assert {error["pointer"] for error in answer.json["errors"]} == {place}
    assert waitlist.clinic.items("WAITLIST") == []


def test_nobody_stands_twice_in_one_line(waitlist: Waitlist) -> None:
    first = join()
    answer = DESK.post(PATH, wish(**{"from": "2026-11-24"}))
    assert refusal(answer) == (409, "already-waiting")
    assert answer.json["waitlist_id"] == first
    join(specialty="cardiology")
    join(practitioner_id=KENJI)
    join(TOM)
    assert DESK.delete(f"{PATH}/{first}").status == 204
    join()


def test_nobody_stands_in_more_than_ten_lines(waitlist: Waitlist) -> None:
    specialties = ["cardiology", "pain-medicine", *(f"a-{letter}" for letter in "bcdefghi")]
    entries = [join(specialty=specialty) for specialty in specialties]
    assert refusal(DESK.post(PATH, wish())) == (409, "too-many-entries")
    assert DESK.delete(f"{PATH}/{entries[3]}").status == 204
    join()


def test_who_is_unknown_or_waits_for_nobody_cannot_join(waitlist: Waitlist) -> None:
    nobody = "0" * 32
    assert refusal(DESK.post(PATH, wish(f"pat_{nobody}"))) == (422, "unknown-reference")
    assert refusal(DESK.post(PATH, wish(practitioner_id=f"prc_{nobody}"))) == (422, "unknown-reference")


def test_joining_again_with_the_same_key_is_joining_once(waitlist: Waitlist) -> None:
    first = DESK.post(PATH, wish(), idempotency_key="k")
    assert DESK.post(PATH, wish(), idempotency_key="k").json == first.json
    free_a_slot(waitlist.clinic, waitlist)
    again = DESK.post(PATH, wish(), idempotency_key="k")
    assert (again.status, again.text) == (201, first.text)
    assert refusal(DESK.post(PATH, wish(TOM), idempotency_key="k")) == (422, "idempotency-key-reused")


def test_two_requests_with_one_key_at_the_same_time_are_one(
    waitlist: Waitlist, monkeypatch: pytest.MonkeyPatch
) -> None:
    def first() -> None:
        assert DESK.post(PATH, wish(), idempotency_key="k").status == 201

    monkeypatch.setattr(repository, "join", before(repository.join, first))
    assert DESK.post(PATH, wish(), idempotency_key="k").status == 201
    assert len(waitlist.clinic.items("WAITLIST")) == 1


# ---- precedence


def test_a_cancelled_visits_slot_is_offered_and_kept(waitlist: Waitlist, clinic: Clinic) -> None:
    waiting = join()
    free_a_slot(clinic, waitlist)
    found = entry(waiting)
    assert (found["status"], found["version"]) == ("offered", 2)
    assert found["offer"] == {
        "practitioner_id": GRETA,
        "start": NINE,
        "end": local("2026-11-23T09:20"),
        "time_zone": "Europe/Berlin",
        "room_id": None,
        "expires_at": "2026-11-20T12:30:00Z",
    }
    assert NINE not in clinic.free()
    assert refusal(DESK.post("/v1/appointments", clinic.wish(patient_id=TOM))) == (409, "slot-taken")


def test_a_moved_visits_old_slot_is_offered(waitlist: Waitlist, clinic: Clinic) -> None:
    waiting = join()
    visit = clinic.book(patient_id=SOMEBODY)["appointment_id"]
    waitlist.let_move()
    body = {"start": local("2026-11-23T12:00"), "practitioner_id": KENJI}
    assert DESK.post(f"/v1/appointments/{visit}/reschedule", body).status == 200
    waitlist.let_move()
    assert entry(waiting)["offer"]["start"] == NINE


def test_urgent_goes_first_then_who_named_the_doctor_then_who_has_waited_longest(
    waitlist: Waitlist, clinic: Clinic
) -> None:
    people = [f"pat_{number:032x}" for number in range(8)]
    for patient_id in people:
        clinic.refer("patients", f"PATIENT#{patient_id}")
    joined = {}
    anybody: dict[str, Any] = {"specialty": "cardiology"}
    for name, patient_id, changes in (
        ("routine, anybody, first", people[0], anybody),
        ("routine, anybody, second", people[1], anybody),
        ("routine, named, first", people[2], {}),
        ("routine, named, second", people[3], {}),
        ("urgent, anybody, first", people[4], anybody | {"priority": "urgent"}),
        ("urgent, anybody, second", people[5], anybody | {"priority": "urgent"}),
        ("urgent, named, first", people[6], {"priority": "urgent"}),
        ("urgent, named, second", people[7], {"priority": "urgent"}),
    ):
        joined[join(patient_id, **changes)] = name
        clinic.now += timedelta(minutes=1)
    free_a_slot(clinic, waitlist)
    asked = []
    for _ in joined:
        [offered] = [one for one in joined if status(one) == "offered"]
        asked.append(joined[offered])
        assert decline(offered).status == 200
        waitlist.let_move()
    assert asked == [
        f"{priority}, {whom}, {since}"
        for priority in ("urgent", "routine")
        for whom in ("named", "anybody")
        for since in ("first", "second")
    ]
    assert {status(one) for one in joined} == {"waiting"}
    assert NINE in clinic.free()


def test_who_waits_for_any_of_two_specialties_of_a_doctor_is_asked_by_when_they_joined(
    waitlist: Waitlist, clinic: Clinic
) -> None:
    first = join(MARIA, specialty="pain-medicine")
    clinic.now += timedelta(minutes=1)
    second = join(TOM, specialty="cardiology")
    free_a_slot(clinic, waitlist, practitioner_id=KENJI)
    assert (status(first), status(second)) == ("offered", "waiting")


@pytest.mark.parametrize(
    "unsuited",
    [
        {"from": "2026-11-24"},
        {"from": "2026-11-20", "to": "2026-11-22"},
        {"earliest": "09:05"},
        {"latest": "08:55"},
        {"weekdays": [1, 2, 3, 4, 5, 6]},
        {"practitioner_id": KENJI},
        {"specialty": "pain-medicine"},
        # In New York it is still three in the morning.
        {"time_zone": NEW_YORK, "earliest": "03:05"},
        {"time_zone": NEW_YORK, "weekdays": [1]},
    ],
)
def test_whom_the_slot_does_not_suit_is_not_asked(waitlist: Waitlist, clinic: Clinic, unsuited: dict[str, Any]) -> None:
    choosy = join(MARIA, **unsuited)
    waiting = join(TOM)
    free_a_slot(clinic, waitlist)
    assert (status(choosy), status(waiting)) == ("waiting", "offered")


@pytest.mark.parametrize("suited", [{"time_zone": NEW_YORK, "latest": "03:00"}, {"earliest": "09:00", "weekdays": [0]}])
def test_wishes_are_read_in_the_zone_in_which_they_were_made(
    waitlist: Waitlist, clinic: Clinic, suited: dict[str, Any]
) -> None:
    waiting = join(**suited)
    free_a_slot(clinic, waitlist)
    assert status(waiting) == "offered"


def test_who_is_busy_then_is_not_asked(waitlist: Waitlist, clinic: Clinic) -> None:
    busy, waiting = join(MARIA), join(TOM)
    clinic.book(practitioner_id=KENJI, start=local("2026-11-23T09:00"))
    free_a_slot(clinic, waitlist)
    assert (status(busy), status(waiting)) == ("waiting", "offered")


def test_who_was_asked_as_a_named_doctors_patient_is_not_asked_again_as_anybodys(
    waitlist: Waitlist, clinic: Clinic
) -> None:
    named, anybody = join(), join(specialty="cardiology")
    free_a_slot(clinic, waitlist)
    assert decline(named).status == 200
    waitlist.let_move()
    assert (status(named), status(anybody)) == ("waiting", "waiting")
    assert NINE in clinic.free()


def test_who_is_no_longer_active_is_passed_over(waitlist: Waitlist, clinic: Clinic) -> None:
    gone, waiting = join(MARIA), join(TOM)
    clinic.refer("patients", f"PATIENT#{MARIA}", active=False)
    free_a_slot(clinic, waitlist)
    assert (status(gone), status(waiting)) == ("waiting", "offered")


def test_one_person_has_one_offer_at_a_time(waitlist: Waitlist, clinic: Clinic) -> None:
    waiting = join()
    free_a_slot(clinic, waitlist)
    free_a_slot(clinic, waitlist, local("2026-11-23T10:00"))
    assert entry(waiting)["offer"]["start"] == NINE
    assert local("2026-11-23T10:00") in clinic.free()


# ---- slots that are offered to nobody


def too_soon(clinic: Clinic) -> None:
    clinic.now = datetime(2026, 11, 23, 7, 0, 1, tzinfo=UTC)


def on_leave(clinic: Clinic) -> None:
    assert ADMIN.put(LEAVE, {}).status == 200


def with_other_hours(clinic: Clinic) -> None:
    clinic.week(weekly=[{"weekday": 0, "start": "13:00", "end": "17:00"}])


def without_the_doctor(clinic: Clinic) -> None:
    clinic.refer("practitioners", f"PRACTITIONER#{GRETA}", active=False)


def with_a_doctor_known_to_be_gone(clinic: Clinic) -> None:
    specialise(clinic, GRETA, "cardiology", active=False)


def booked_by_another(clinic: Clinic) -> None:
    clinic.book(patient_id=ANNA)


def held_by_another(clinic: Clinic) -> None:
    clinic.hold(patient_id=ANNA)


@pytest.mark.parametrize(
    "meanwhile",
    [
        too_soon,
        on_leave,
        with_other_hours,
        without_the_doctor,
        with_a_doctor_known_to_be_gone,
        booked_by_another,
        held_by_another,
    ],
)
def test_a_slot_that_cannot_be_booked_is_offered_to_nobody(
    waitlist: Waitlist, clinic: Clinic, meanwhile: Callable[[Clinic], None]
) -> None:
    waiting = join()
    cancel(clinic.book(patient_id=SOMEBODY)["appointment_id"])
    meanwhile(clinic)
    waitlist.let_move()
    assert status(waiting) == "waiting"


def test_a_slot_an_hour_ahead_is_offered_for_half_an_hour(
    waitlist: Waitlist, clinic: Clinic, account: pytest.MonkeyPatch
) -> None:
    account.setenv("OFFER_SECONDS", "7200")
    waiting = join()
    visit = clinic.book(patient_id=SOMEBODY)["appointment_id"]
    clinic.now = datetime(2026, 11, 23, 7, tzinfo=UTC)
    cancel(visit)
    waitlist.let_move()
    assert entry(waiting)["offer"]["expires_at"] == "2026-11-23T07:30:00Z"


def test_after_a_hundred_people_a_slot_is_simply_free(waitlist: Waitlist, clinic: Clinic) -> None:
    waiting = join()
    key = {"pk": {"S": f"PRACTITIONER#{GRETA}"}, "sk": {"S": f"ASKED#{int(clock.parse(NINE).timestamp())}"}}
    asked = {"BS": [number.to_bytes(16) for number in range(100)]}
    boto3.client("dynamodb").put_item(TableName=clinic.tables["scheduling"], Item=key | {"asked": asked})
    free_a_slot(clinic, waitlist)
    assert status(waiting) == "waiting"


# ---- what becomes of an offer


def test_an_accepted_offer_is_a_visit_and_the_end_of_waiting(waitlist: Waitlist, clinic: Clinic) -> None:
    waiting = join(reason="pain", mode="video")
    free_a_slot(clinic, waitlist)
    answer = accept(waiting, patient(MARIA))
    assert answer.status == 201, answer.text
    visit = answer.json
    assert (visit["start"], visit["practitioner_id"], visit["patient_id"]) == (NINE, GRETA, MARIA)
    assert (visit["status"], visit["mode"], visit["reason"], visit["version"]) == ("booked", "video", "pain", 1)
    found = entry(waiting)
    assert (found["status"], found["offer"], found["appointment_id"]) == ("booked", None, visit["appointment_id"])
    assert DESK.get(f"{PATH}?practitioner_id={GRETA}").json["items"] == []
    assert clinic.items("HOLD") == []
    waitlist.let_move()
    join()


def test_accepting_twice_is_accepting_once(waitlist: Waitlist, clinic: Clinic) -> None:
    waiting = join()
    free_a_slot(clinic, waitlist)
    first = accept(waiting)
    assert DESK.post(f"/v1/appointments/{first.json['appointment_id']}/check-in").status == 200
    again = accept(waiting)
    assert (again.status, again.text) == (201, first.text)


def test_two_who_accept_for_one_patient_at_the_same_time_get_one_visit(
    waitlist: Waitlist, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = join()
    free_a_slot(clinic, waitlist)
    faster: list[Answer] = []
    monkeypatch.setattr(
        repository, "accept", before(repository.accept, lambda: faster.append(accept(waiting, patient(MARIA))))
    )
    slower = accept(waiting)
    assert (slower.status, slower.text) == (201, faster[0].text)
    assert len(DESK.get(f"/v1/appointments?patient_id={MARIA}").json["items"]) == 1


def test_without_an_offer_there_is_nothing_to_accept_or_decline(waitlist: Waitlist, clinic: Clinic) -> None:
    waiting = join()
    assert refusal(accept(waiting)) == refusal(decline(waiting)) == (409, "offer-gone")


def test_a_declined_offer_cannot_be_accepted(waitlist: Waitlist, clinic: Clinic) -> None:
    waiting = join()
    free_a_slot(clinic, waitlist)
    answer = decline(waiting, patient(MARIA))
    assert (answer.status, answer.json["status"], answer.json["offer"]) == (200, "waiting", None)
    assert NINE in clinic.free()
    assert refusal(accept(waiting)) == (409, "offer-gone")


def test_an_offer_that_is_over_cannot_be_accepted_even_before_anybody_noticed(
    waitlist: Waitlist, clinic: Clinic
) -> None:
    waiting = join()
    free_a_slot(clinic, waitlist)
    clinic.now += HALF
    assert refusal(accept(waiting)) == (409, "offer-gone")
    assert NINE in clinic.free()


def test_only_the_offer_that_was_read_is_accepted_where_the_caller_says_so(waitlist: Waitlist, clinic: Clinic) -> None:
    waiting = join()
    free_a_slot(clinic, waitlist)
    read = f'"{entry(waiting)["version"]}"'
    assert decline(waiting).status == 200
    free_a_slot(clinic, waitlist, local("2026-11-23T10:00"))
    assert DESK.post(f"{PATH}/{waiting}/accept", if_match=read).status == 412
    assert DESK.post(f"{PATH}/{waiting}/decline", if_match=read).status == 412
    assert DESK.post(f"{PATH}/{waiting}/accept", if_match=f'"{entry(waiting)["version"]}"').status == 201


def test_when_an_offer_lapses_the_next_is_asked_and_at_the_end_the_slot_is_free(
    waitlist: Waitlist, clinic: Clinic
) -> None:
    first = join(MARIA)
    clinic.now += timedelta(minutes=1)
    second = join(TOM)
    free_a_slot(clinic, waitlist)
    waitlist.let_pass(clinic.now + HALF)
    assert (status(first), status(second)) == ("waiting", "offered")
    waitlist.let_pass(clinic.now + HALF)
    assert (status(first), status(second)) == ("waiting", "waiting")
    assert NINE in clinic.free()
    assert clinic.items("HOLD") == []


def test_a_timer_that_fires_early_is_set_again(waitlist: Waitlist, clinic: Clinic) -> None:
    waiting = join()
    free_a_slot(clinic, waitlist)
    boto3.client("scheduler").delete_schedule(GroupName="care", Name=f"waitlist-offer-{waiting}")
    offers.lapse(waiting)
    assert status(waiting) == "offered"
    assert f"waitlist-offer-{waiting}" in {name for _, name in waitlist.timers()}


def test_who_leaves_with_an_offer_gives_it_to_the_next(waitlist: Waitlist, clinic: Clinic) -> None:
    first = join(MARIA)
    clinic.now += timedelta(minutes=1)
    second = join(TOM)
    free_a_slot(clinic, waitlist)
    assert DESK.delete(f"{PATH}/{first}").status == 204
    waitlist.let_move()
    assert (status(first), status(second)) == ("withdrawn", "offered")
    assert DESK.delete(f"{PATH}/{first}").status == 204
    assert refusal(accept(first)) == (409, "offer-gone")


def test_who_got_a_visit_cannot_leave(waitlist: Waitlist, clinic: Clinic) -> None:
    waiting = join()
    free_a_slot(clinic, waitlist)
    assert accept(waiting).status == 201
    assert refusal(DESK.delete(f"{PATH}/{waiting}")) == (409, "not-waiting")


@pytest.mark.parametrize("meanwhile", [on_leave, with_other_hours, without_the_doctor])
def test_an_offer_that_cannot_be_kept_is_gone_and_the_patient_waits_on(
    waitlist: Waitlist, clinic: Clinic, meanwhile: Callable[[Clinic], None]
) -> None:
    waiting = join()
    free_a_slot(clinic, waitlist)
    meanwhile(clinic)
    assert refusal(accept(waiting)) == (409, "offer-gone")
    waitlist.let_move()
    assert (status(waiting), clinic.items("HOLD")) == ("waiting", [])
    assert clinic.taken(Kind.PATIENT, MARIA) == set()


def test_a_room_of_the_hours_is_kept_and_booked_too(waitlist: Waitlist, clinic: Clinic) -> None:
    clinic.week(weekly=[{"weekday": 0, "start": "09:00", "end": "17:00", "room_id": ROOM}])
    waiting = join()
    free_a_slot(clinic, waitlist)
    assert entry(waiting)["offer"]["room_id"] == ROOM
    assert len(clinic.taken(Kind.ROOM, ROOM)) == 4
    assert accept(waiting).json["room_id"] == ROOM


def test_who_booked_such_a_visit_otherwise_is_not_asked_any_more(waitlist: Waitlist, clinic: Clinic) -> None:
    first, anybody = join(MARIA), join(ANNA, specialty="cardiology")
    clinic.now += timedelta(minutes=1)
    second = join(TOM)
    visit = clinic.book(local("2026-11-24T09:00"))["appointment_id"]
    other = clinic.book(local("2026-11-24T12:00"), patient_id=ANNA, practitioner_id=KENJI)["appointment_id"]
    free_a_slot(clinic, waitlist)
    assert (entry(first)["status"], entry(first)["appointment_id"]) == ("booked", visit)
    assert status(second) == "offered"
    assert refusal(accept(first)) == (409, "offer-gone")
    assert decline(second).status == 200
    waitlist.let_move()
    assert (entry(anybody)["status"], entry(anybody)["appointment_id"]) == ("booked", other)


def test_who_had_a_visit_before_joining_still_waits_for_an_earlier_one(waitlist: Waitlist, clinic: Clinic) -> None:
    clinic.book(local("2026-11-24T09:00"))
    clinic.now += timedelta(minutes=1)
    waiting = join()
    free_a_slot(clinic, waitlist)
    assert status(waiting) == "offered"


# ---- periods


def test_when_the_period_is_over_so_is_waiting(waitlist: Waitlist, clinic: Clinic) -> None:
    waiting = join()
    waitlist.let_move()
    waitlist.let_pass(datetime(2026, 11, 29, 22, 59, tzinfo=UTC))
    assert status(waiting) == "waiting"
    waitlist.let_pass(datetime(2026, 11, 29, 23, 1, tzinfo=UTC))
    assert status(waiting) == "expired"
    assert DESK.get(f"{PATH}?practitioner_id={GRETA}").json["items"] == []


def test_an_entry_whose_timer_was_lost_does_not_keep_its_patient_from_joining_again(
    waitlist: Waitlist, clinic: Clinic
) -> None:
    waiting = join()
    clinic.now = datetime(2026, 11, 30, 8, tzinfo=UTC)
    later: dict[str, Any] = {"from": "2026-12-01", "to": "2026-12-07"}
    join(**later)
    assert status(waiting) == "expired"


def test_an_offer_that_lapses_after_the_period_ends_the_entry(waitlist: Waitlist, clinic: Clinic) -> None:
    waiting = join(to="2026-11-23")
    free_a_slot(clinic, waitlist)
    clinic.now = datetime(2026, 11, 23, 23, tzinfo=UTC)
    offers.lapse(waiting)
    assert status(waiting) == "expired"


# ---- twice, out of order, broken off


def test_events_that_come_again_ask_nobody_else(waitlist: Waitlist, clinic: Clinic) -> None:
    first = join(MARIA)
    clinic.now += timedelta(minutes=1)
    second = join(TOM)
    free_a_slot(clinic, waitlist)
    for event in waitlist.told * 2:
        if event.type != "WaitlistOffered" and not event.type.startswith("AppointmentBooked"):
            handle(event)
    assert (status(first), status(second)) == ("offered", "waiting")
    assert accept(first).status == 201
    for event in waitlist.told:
        if event.type == "AppointmentCancelled":
            handle(event)
    assert (status(first), status(second)) == ("booked", "waiting")


def test_an_offer_that_broke_off_before_it_was_stored_is_made_by_the_next_delivery(
    waitlist: Waitlist, clinic: Clinic
) -> None:
    waiting = join()
    waitlist.let_move()
    cancel(clinic.book(patient_id=SOMEBODY)["appointment_id"])
    [event] = [event for event in waitlist.changes() if event.type == "AppointmentCancelled"]
    with (
        refusing("TransactWriteItems", 100, cancelled("TransactionConflict")),
        pytest.raises(Unavailable),
    ):
        handle(event)
    assert status(waiting) == "waiting"
    handle(event)
    assert status(waiting) == "offered"


def test_whoever_is_offered_something_else_meanwhile_is_not_offered_both(
    waitlist: Waitlist, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting, other = join(MARIA), join(TOM)
    ten = local("2026-11-23T10:00")
    monkeypatch.setattr(repository, "offer", before(repository.offer, lambda: offers.fill(GRETA, clock.parse(ten))))
    free_a_slot(clinic, waitlist)
    starts = {entry(one)["offer"]["start"] for one in (waiting, other)}
    assert starts == {NINE, ten}


def test_a_slot_that_somebody_books_meanwhile_is_theirs(
    waitlist: Waitlist, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = join()
    monkeypatch.setattr(repository, "offer", before(repository.offer, lambda: clinic.book(patient_id=ANNA)))
    free_a_slot(clinic, waitlist)
    assert status(waiting) == "waiting"


def test_what_is_no_event_of_the_waitlist_goes_to_the_dead_letters(waitlist: Waitlist) -> None:
    records = [
        {
            "messageId": type_,
            "body": json.dumps({"detail": Event("e", type_, clock.now(), "wtl_1", "a", 1).document()}),
            "attributes": {"ApproximateReceiveCount": "1"},
        }
        for type_ in ("SlotHeld", "AppointmentCancelled", "WaitlistJoined")
    ]
    failed = offer({"Records": records}, None)["batchItemFailures"]
    assert failed == [{"itemIdentifier": "SlotHeld"}, {"itemIdentifier": "AppointmentCancelled"}]


def test_events_of_entries_that_are_gone_mean_nothing(waitlist: Waitlist) -> None:
    for type_ in (offers.OFFER_DUE, offers.PERIOD_DUE):
        handle(Event("e", type_, clock.now(), f"wtl_{'0' * 32}", "waitlist", 1))


# ---- who sees and does what


def test_patients_wait_for_themselves_and_their_family_and_the_desk_for_everybody(
    waitlist: Waitlist, clinic: Clinic
) -> None:
    clinic.let_act(TOM, MARIA)
    waiting = join(caller=patient(TOM))
    assert patient(TOM).get(f"{PATH}/{waiting}").status == 200
    assert patient(TOM).get(f"{PATH}?patient_id={MARIA}").status == 200
    free_a_slot(clinic, waitlist)
    for stranger in (patient(ANNA), NURSE, MANAGER, ADMIN, doctor(KENJI)):
        assert refusal(stranger.get(f"{PATH}/{waiting}")) == (403, "forbidden")
        assert refusal(stranger.get(f"{PATH}?patient_id={MARIA}")) == (403, "forbidden")
        assert refusal(accept(waiting, stranger)) == (403, "forbidden")
        assert refusal(decline(waiting, stranger)) == (403, "forbidden")
        assert refusal(stranger.delete(f"{PATH}/{waiting}")) == (403, "forbidden")
        assert refusal(stranger.post(PATH, wish(MARIA))) == (403, "forbidden")
    assert accept(waiting, patient(TOM)).status == 201
    nowhere = f"{PATH}/wtl_{'0' * 32}"
    assert refusal(patient(ANNA).get(nowhere)) == (403, "forbidden")
    assert refusal(DESK.get(nowhere)) == (404, "not-found")


def test_only_the_desk_says_that_it_is_urgent(waitlist: Waitlist) -> None:
    assert refusal(patient(MARIA).post(PATH, wish(priority="urgent"))) == (403, "forbidden")
    waiting = join(priority="urgent")
    assert patient(MARIA).get(f"{PATH}/{waiting}").json["priority"] == "urgent"
    assert patient(MARIA).delete(f"{PATH}/{waiting}").status == 204


def test_doctors_see_who_waits_for_them(waitlist: Waitlist) -> None:
    waiting = join()
    join(TOM, specialty="cardiology")
    mine = doctor(GRETA).get(PATH).json["items"]
    assert [one["waitlist_id"] for one in mine] == [waiting]
    assert doctor(GRETA).get(f"{PATH}/{waiting}").json == mine[0]
    assert refusal(doctor(KENJI).get(f"{PATH}?practitioner_id={GRETA}")) == (403, "forbidden")
    assert refusal(doctor(GRETA).get(f"{PATH}?specialty=cardiology")) == (403, "forbidden")
    assert refusal(doctor(GRETA).delete(f"{PATH}/{waiting}")) == (403, "forbidden")
    assert len(DESK.get(f"{PATH}?specialty=cardiology").json["items"]) == 1
    assert DESK.get(PATH).status == 422


def test_a_patients_list_shows_the_newest_first_page_by_page_and_what_is_over_too(
    waitlist: Waitlist, clinic: Clinic
) -> None:
    made = []
    for specialty in ("a", "b", "c", "d", "e"):
        made.append(join(specialty=specialty))
        clinic.now += timedelta(minutes=1)
    assert DESK.delete(f"{PATH}/{made[1]}").status == 204
    shown: list[str] = []
    query = f"{PATH}?patient_id={MARIA}&limit=2"
    page = DESK.get(query).json
    while page["next_cursor"]:
        shown += [one["waitlist_id"] for one in page["items"]]
        page = DESK.get(f"{query}&cursor={page['next_cursor']}").json
    shown += [one["waitlist_id"] for one in page["items"]]
    assert shown == made[::-1]
    over = DESK.get(f"{PATH}?patient_id={MARIA}&status=withdrawn").json["items"]
    assert [one["waitlist_id"] for one in over] == [made[1]]
    assert DESK.get(f"{PATH}?patient_id={MARIA}&cursor=nonsense").status == 400


# ---- ten thousand in line


LINE = 10_000


def fill_the_line(clinic: Clinic) -> float:
    """Ten thousand live entries wait for Greta, on Sundays; the read units that all of them cost."""
    wanted = {"begins": 1_795_000_000, "ends": 1_797_000_000, "weekdays": "6", "time_zone": "Europe/Berlin"}
    times = {"earliest": "00:00", "latest": "23:59"}
    table = boto3.resource("dynamodb").Table(clinic.tables["scheduling"])
    with table.batch_writer() as batch:
        for number in range(LINE):
            place = f"1#{1_700_000_000 + number}#wtl_{number:032x}"
            batch.put_item(Item={"pk": f"LINE#{GRETA}", "sk": place, **wanted, **times})
    return sum(map(size_of, clinic.items(f"LINE#{GRETA}"))) / 8192


def of_the_line(requests: list[Request]) -> list[Request]:
    return [request for request in requests if f"LINE#{GRETA}" in json.dumps(request.body)]


def test_behind_ten_thousand_everything_costs_what_it_always_costs_and_an_offer_reads_the_line_at_most_once(
    waitlist: Waitlist, clinic: Clinic
) -> None:
    visit = clinic.book(patient_id=SOMEBODY)["appointment_id"]
    with watched() as alone:
        first = join(priority="urgent")
        entry(first)
        DESK.get(f"{PATH}?patient_id={MARIA}")
        DESK.get(f"{PATH}?practitioner_id={GRETA}&limit=50")
    units = fill_the_line(clinic)
    with watched() as behind:
        second = join(TOM)
        entry(second)
        DESK.get(f"{PATH}?patient_id={TOM}")
        DESK.get(f"{PATH}?practitioner_id={GRETA}&limit=50")
    assert [request.operation for request in behind] == [request.operation for request in alone]
    assert of_the_line(behind)[-1].body["Limit"] == 51
    writes = [len(request.actions) for request in behind if request.operation == "TransactWriteItems"]
    assert writes == [6]  # two checks; the entry, the patient's list and item, the line

    cancel(visit)
    with watched() as suited:
        offers.fill(GRETA, clock.parse(NINE))
    assert status(first) == "offered"
    assert len(of_the_line(suited)) == 1
    assert decline(first).status == 200
    with watched() as searched:
        offers.fill(GRETA, clock.parse(NINE))
    assert status(second) == "offered"
    pages = of_the_line(searched)
    assert len(pages) <= LINE / pages[-1].body["Limit"] + 3
    assert all("FilterExpression" in page.body for page in pages)
    assert len(searched) - len(pages) <= 16
    assert units < 300
