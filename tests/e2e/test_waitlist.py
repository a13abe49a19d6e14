"""The waitlist on the deployed system: from a visit that falls away to the visit of who waited for it."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
from tests.e2e.hospital import DAY, Hospital, free, good, refused, soon, today, until, week


def join(desk: httpx.Client, patient_id: str, practitioner_id: str) -> str:
    period = {"from": today().isoformat(), "to": (today() + 7 * DAY).isoformat(), "time_zone": "UTC"}
    wish = {"patient_id": patient_id, "practitioner_id": practitioner_id, **period}
    return str(good(desk.post("/v1/waitlist", json=wish), 201)["waitlist_id"])


def becomes(desk: httpx.Client, waitlist_id: str, status: str) -> dict[str, Any]:
    """The entry once it has this status."""
    found = until(lambda: good(desk.get(f"/v1/waitlist/{waitlist_id}")), lambda entry: bool(entry["status"] == status))
    assert found["status"] == status
    return found


def test_a_cancelled_visits_slot_goes_down_the_line_and_is_booked_once(hospital: Hospital) -> None:
    desk, doctor = hospital.desk, hospital.hire(week("08:00", "12:00", 30)).practitioner_id
    first, second = (join(desk, hospital.patient(), doctor) for _ in range(2))
    day = soon()
    start = free(desk, doctor, day)[0]["start"]
    booking = {"practitioner_id": doctor, "patient_id": hospital.patient(), "start": start}
    visit = good(desk.post("/v1/appointments", json=booking), 201)
    good(desk.post(f"/v1/appointments/{visit['appointment_id']}/cancel", json={"reason": "ill"}))

    offered = becomes(desk, first, "offered")
    assert (offered["offer"]["practitioner_id"], offered["offer"]["start"]) == (doctor, start)
    assert good(desk.get(f"/v1/waitlist/{second}"))["status"] == "waiting"
    assert start not in {slot["start"] for slot in free(desk, doctor, day)}

    assert good(desk.post(f"/v1/waitlist/{first}/decline"))["status"] == "waiting"
    assert becomes(desk, second, "offered")["offer"]["start"] == start
    refused(desk.post(f"/v1/waitlist/{first}/accept"), 409, "offer-gone")

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: desk.post(f"/v1/waitlist/{second}/accept"), range(2)))
    one, two = (good(answer, 201) for answer in answers)
    assert one == two
    assert (one["start"], one["status"]) == (start, "booked")
    assert good(desk.get(f"/v1/waitlist/{second}"))["appointment_id"] == one["appointment_id"]
    assert good(desk.get(f"/v1/waitlist/{first}"))["status"] == "waiting"
    assert desk.delete(f"/v1/waitlist/{first}").status_code == 204


def test_a_series_is_booked_as_a_whole_and_its_clash_is_told(hospital: Hospital) -> None:
    desk, doctor = hospital.desk, hospital.hire(week("08:00", "12:00", 30)).practitioner_id
    start = free(desk, doctor, soon())[0]["start"]
    wish = {"practitioner_id": doctor, "patient_id": hospital.patient(), "start": start, "count": 20}
    series = good(desk.post("/v1/appointment-series", json=wish), 201)
    assert len(_starts(series["appointments"])) == 20
    problem = refused(
        desk.post("/v1/appointment-series", json=wish | {"patient_id": hospital.patient(), "count": 2}),
        409,
        "series-conflict",
    )
    assert [clash["occurrence"] for clash in problem["clashes"]] == [1, 2]
    path = f"/v1/appointment-series/{series['series_id']}/cancel"
    left = good(desk.post(path, json={"reason": "moved away"}))
    assert {visit["status"] for visit in left["appointments"]} == {"cancelled"}


def _starts(visits: Sequence[dict[str, Any]]) -> set[str]:
    return {visit["start"] for visit in visits}
