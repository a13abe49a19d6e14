"""Holds over HTTP: a slot is kept for a while for who is about to book it."""

from datetime import timedelta
from typing import Any

import pytest
from tests.integration.care.scheduling.clinic import (
    DESK,
    GRETA,
    KENJI,
    MARIA,
    NINE,
    NOBODY,
    OTHER_ROOM,
    ROOM,
    TOM,
    Clinic,
    local,
    patient,
)
from tests.integration.gateway import places, refusal

from care.scheduling.models import Kind


def test_a_hold_keeps_the_slot_for_ten_minutes_for_who_has_it(clinic: Clinic) -> None:
    held = clinic.hold(caller=patient(MARIA))
    assert held == {
        "hold_id": held["hold_id"],
        "practitioner_id": GRETA,
        "patient_id": MARIA,
        "room_id": None,
        "start": NINE,
        "end": local("2026-11-23T09:20"),
        "expires_at": "2026-11-20T12:10:00Z",
    }
    clinic.now += timedelta(minutes=10, seconds=-1)
    assert refusal(DESK.post("/v1/appointments", clinic.wish(patient_id=TOM))) == (409, "slot-taken")
    booked = clinic.book(caller=patient(MARIA), hold_id=held["hold_id"])
    assert booked["start"] == NINE
    assert clinic.items("HOLD#") == []


def test_a_hold_that_ran_out_is_free_on_the_second(clinic: Clinic) -> None:
    held = clinic.hold()
    clinic.now += timedelta(minutes=10)
    assert NINE in clinic.free()
    clinic.book(patient_id=TOM)
    answer = DESK.post("/v1/appointments", clinic.wish(hold_id=held["hold_id"]))
    assert refusal(answer) == (409, "slot-taken")


def test_an_expired_hold_still_books_what_is_still_free(clinic: Clinic) -> None:
    held = clinic.hold()
    clinic.now += timedelta(minutes=11)
    clinic.book(hold_id=held["hold_id"])


def test_a_hold_in_a_room_books_that_room_also_when_it_is_not_named_again(clinic: Clinic) -> None:
    held = clinic.hold(room_id=ROOM)
    booked = clinic.book(hold_id=held["hold_id"])
    assert booked["room_id"] == ROOM
    assert len(clinic.taken(Kind.ROOM, ROOM)) == 4


def test_a_hold_lets_its_owner_choose_another_room(clinic: Clinic) -> None:
    held = clinic.hold(room_id=ROOM)
    booked = clinic.book(hold_id=held["hold_id"], room_id=OTHER_ROOM)
    assert booked["room_id"] == OTHER_ROOM
    clinic.now += timedelta(minutes=10)
    assert clinic.taken(Kind.ROOM, ROOM) == set()


@pytest.mark.parametrize(
    "change",
    [{"patient_id": TOM}, {"start": local("2026-11-23T09:20")}, {"practitioner_id": KENJI}],
)
def test_a_hold_is_of_no_use_for_another_visit(clinic: Clinic, change: dict[str, Any]) -> None:
    held = clinic.hold()
    answer = DESK.post("/v1/appointments", clinic.wish(hold_id=held["hold_id"]) | change)
    assert refusal(answer) == (422, "hold-unusable")
    assert places(answer) == {"/hold_id"}


def test_a_hold_books_once(clinic: Clinic) -> None:
    held = clinic.hold()
    clinic.book(hold_id=held["hold_id"])
    assert refusal(DESK.post("/v1/appointments", clinic.wish(hold_id=held["hold_id"]))) == (409, "slot-taken")


def test_a_second_tab_cannot_hold_what_the_first_holds(clinic: Clinic) -> None:
    clinic.hold(caller=patient(MARIA))
    again = patient(MARIA).post("/v1/holds", clinic.wish())
    assert refusal(again) == (409, "slot-taken")
    assert {conflict["resource"] for conflict in again.json["conflicts"]} == {"practitioner", "patient"}


def test_a_released_hold_is_free_at_once_and_gone(clinic: Clinic) -> None:
    held = clinic.hold(caller=patient(MARIA), room_id=ROOM)
    path = f"/v1/holds/{held['hold_id']}"
    assert refusal(patient(TOM).delete(path)) == (403, "forbidden")
    assert patient(MARIA).delete(path).status == 204
    assert clinic.taken(Kind.PRACTITIONER, GRETA) | clinic.taken(Kind.ROOM, ROOM) == set()
    clinic.book(patient_id=TOM)
    assert refusal(DESK.delete(path)) == (404, "not-found")
    assert refusal(patient(MARIA).delete(path)) == (403, "forbidden")
    assert refusal(patient(MARIA).delete(f"/v1/holds/hold_{NOBODY}")) == (403, "forbidden")


def test_to_release_a_hold_that_was_booked_leaves_the_visit_alone(clinic: Clinic) -> None:
    held = clinic.hold()
    clinic.book(hold_id=held["hold_id"])
    assert refusal(DESK.delete(f"/v1/holds/{held['hold_id']}")) == (404, "not-found")
    assert refusal(DESK.post("/v1/appointments", clinic.wish(patient_id=TOM))) == (409, "slot-taken")


def test_to_release_a_hold_that_ran_out_leaves_the_next_visit_alone(clinic: Clinic) -> None:
    held = clinic.hold()
    clinic.now += timedelta(minutes=10)
    clinic.book(patient_id=TOM)
    assert DESK.delete(f"/v1/holds/{held['hold_id']}").status == 204
    assert len(clinic.taken(Kind.PRACTITIONER, GRETA)) == 4
    assert clinic.taken(Kind.PATIENT, MARIA) == set()


def test_records_of_holds_expire_by_themselves(clinic: Clinic) -> None:
    clinic.hold()
    (item,) = clinic.items("HOLD#")
    assert int(item["expires_at"]["N"]) > int(item["until"]["N"])
