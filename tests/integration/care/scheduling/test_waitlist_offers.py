"""The waitlist: what becomes of an offer, also when things come twice, out of order or not at all."""

import json
from collections.abc import Callable
from datetime import timedelta

import boto3
import pytest
from tests.integration.care.scheduling.clinic import (
    ANNA,
    DESK,
    GRETA,
    KENJI,
    MARIA,
    NINE,
    ROOM,
    TOM,
    Clinic,
    before,
    cancelled,
    local,
    patient,
    refusing,
)
from tests.integration.care.scheduling.waiting import (
    PATH,
    SOMEBODY,
    Waitlist,
    accept,
    cancel,
    decline,
    entry,
    free_a_slot,
    join,
    on_leave,
    status,
    with_other_hours,
    without_the_doctor,
)
from tests.integration.gateway import Answer, refusal

from care.scheduling import repository
from care.scheduling.models import Kind
from care.scheduling.service import offers
from care.scheduling.tasks.offers import handle, offer
from kernel import clock
from kernel.errors import Unavailable
from kernel.events import Event

HALF = timedelta(minutes=30)


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
