"""The waitlist: who joins, waits and leaves, and who sees and does what."""

from datetime import UTC, datetime, timedelta
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
    NURSE,
    TOM,
    Clinic,
    before,
    doctor,
    patient,
)
from tests.integration.care.scheduling.waiting import (
    PATH,
    Waitlist,
    accept,
    decline,
    free_a_slot,
    join,
    status,
    wish,
)
from tests.integration.gateway import refusal

from care.scheduling import repository
from care.scheduling.service import offers

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
