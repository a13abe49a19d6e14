"""The waitlist: whose turn it is when a slot becomes free."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from tests.integration.care.scheduling.clinic import (
    ANNA,
    DESK,
    GRETA,
    KENJI,
    MARIA,
    NEW_YORK,
    NINE,
    TOM,
    Clinic,
    local,
)
from tests.integration.care.scheduling.waiting import (
    SOMEBODY,
    Waitlist,
    cancel,
    decline,
    entry,
    free_a_slot,
    join,
    on_leave,
    specialise,
    status,
    with_other_hours,
    without_the_doctor,
)
from tests.integration.gateway import refusal

from kernel import clock

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
