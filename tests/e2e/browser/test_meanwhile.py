"""What the portal says and keeps when others were faster, a right ran out on the way, or the doctor's hours changed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from local.client import Stack, demo_user
from playwright.sync_api import Page, Route, expect
from tests.e2e.browser.conftest import GuestAt, Visit, mornings
from tests.e2e.browser.pages import assert_accessible
from tests.e2e.hospital import DAY, PASSWORD, Doctor, Hospital, every, free, good, soon, today
from tests.e2e.post import until

SignIn = Callable[[Page, str, str], None]


def test_an_offer_that_is_declined_goes_to_the_next_and_one_that_is_gone_is_told_kindly(
    hospital: Hospital, doctor: Doctor, visit: Visit, sign_in: SignIn
) -> None:
    first, second = hospital.guest("First"), hospital.guest("Second")
    entries = [_join(hospital, doctor, guest.patient_id) for guest in (first, second)]
    start = _fall_free(hospital, doctor)
    _await_offer(hospital, entries[0])
    page = visit("phone")
    sign_in(page, first.email, PASSWORD)
    page.goto("/waitlist")
    offer = page.get_by_role("region", name="A time has become free for you")
    offer.get_by_role("button", name="Not this one").click()
    expect(page.get_by_text("We keep looking for you.")).to_be_visible()
    expect(offer).to_be_hidden()
    expect(page.get_by_role("main").get_by_role("article")).to_contain_text("Waiting")

    assert _await_offer(hospital, entries[1])["start"] == start
    other = visit()
    sign_in(other, second.email, PASSWORD)
    other.goto("/waitlist")
    offer = other.get_by_role("region", name="A time has become free for you")
    take = offer.get_by_role("button", name="Take this time")
    expect(take).to_be_visible()
    # Answered elsewhere, and the page has not asked again yet.
    other.route("**/v1/waitlist?*", lambda route: route.abort())
    good(hospital.desk.post(f"/v1/waitlist/{entries[1]}/decline"))
    take.click()
    expect(offer.get_by_role("alert")).to_contain_text("This offer is gone")
    assert_accessible(other)
    other.unroute_all()
    offer.get_by_role("button", name="Go on waiting").click()
    expect(offer).to_be_hidden()
    expect(other.get_by_role("main").get_by_role("article")).to_contain_text("Waiting")
    assert every(hospital.desk, patient_id=second.patient_id) == []


def test_the_desk_accepts_an_offer_for_who_waits(
    hospital: Hospital, doctor: Doctor, stack: Stack, visit: Visit, sign_in: SignIn
) -> None:
    patient_id = hospital.patient()
    entry = _join(hospital, doctor, patient_id)
    start = _fall_free(hospital, doctor)
    _await_offer(hospital, entry)
    page = visit()
    user = demo_user(stack, "receptionist")
    sign_in(page, user["email"], user["password"])
    page.goto(f"/waiting?practitioner={doctor.practitioner_id}")
    waiting = page.get_by_role("article").filter(has_text=hospital.name)
    expect(waiting.get_by_text("Has an offer")).to_be_visible()
    assert_accessible(page)
    waiting.get_by_role("button", name="Accept for the patient").click()
    expect(page.get_by_text("The visit is booked.")).to_be_visible()
    expect(page.get_by_text("Nobody waits here")).to_be_visible()
    [booked] = every(hospital.desk, patient_id=patient_id)
    assert (booked["start"], booked["status"]) == (start, "booked")


def test_hours_that_end_while_a_patient_looks_are_told_beside_what_is_free_now(
    hospital: Hospital, doctor: Doctor, guest_at: GuestAt
) -> None:
    guest, page = guest_at(f"/book/{doctor.practitioner_id}", "phone")
    slots = page.get_by_role("region").get_by_role("button")
    expect(slots.filter(has_text="08:00").first).to_be_visible()
    good(hospital.admin.put(f"/v1/practitioners/{doctor.practitioner_id}/schedule", json=mornings("10:00")))
    slots.filter(has_text="08:00").first.click()
    refusal = page.get_by_role("alert").filter(has_text="cannot be booked any more")
    expect(refusal).to_contain_text("The doctor's hours have changed meanwhile.")
    expect(slots.filter(has_text="08:00")).to_have_count(0)
    assert_accessible(page)
    slots.filter(has_text="10:00").first.click()
    page.get_by_role("button", name="Book this visit").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your visit is booked")
    assert len(every(hospital.desk, patient_id=guest.patient_id)) == 1


def test_a_hold_that_somebody_else_got_past_keeps_the_reason_for_another_time(
    hospital: Hospital, doctor: Doctor, guest_at: GuestAt
) -> None:
    guest, page = guest_at(f"/book/{doctor.practitioner_id}")
    with page.expect_response("**/v1/holds") as answer:
        page.get_by_role("region").get_by_role("button", name="09:00").first.click()
    held = answer.value.json()
    page.get_by_label("Reason for the visit").fill("Written before it was lost")
    # The page counts on, but the time is no longer reserved and goes to somebody else.
    assert hospital.desk.delete(f"/v1/holds/{held['hold_id']}").status_code == 204
    taken = {"practitioner_id": doctor.practitioner_id, "patient_id": hospital.patient(), "start": held["start"]}
    good(hospital.desk.post("/v1/appointments", json=taken), 201)
    page.get_by_role("button", name="Book this visit").click()
    refusal = page.get_by_role("alert").filter(has_text="Somebody else has just taken")
    refusal.get_by_role("button", name=re.compile("08:30|09:30")).first.click()
    expect(page.get_by_label("Reason for the visit")).to_have_value("Written before it was lost")
    page.get_by_role("button", name="Book this visit").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your visit is booked")
    [booked] = every(hospital.desk, patient_id=guest.patient_id)
    assert (booked["reason"], booked["start"] != held["start"]) == ("Written before it was lost", True)


def test_a_token_that_runs_out_while_booking_is_renewed_and_books_once(
    hospital: Hospital, doctor: Doctor, guest_at: GuestAt
) -> None:
    guest, page = guest_at(f"/book/{doctor.practitioner_id}")
    page.get_by_role("region").get_by_role("button", name="11:00").first.click()
    sent: list[tuple[str, str]] = []

    def refuse_the_first(route: Route) -> None:
        """The harder way: it was booked, and the answer says that the token was not good."""
        headers = route.request.headers
        sent.append((headers["authorization"], headers["idempotency-key"]))
        answer = route.fetch()
        if len(sent) > 1:
            route.fulfill(response=answer)
        else:
            assert answer.status == 201
            problem = {"type": "https://salus.dev/problems/unauthorized", "title": "Sign in first", "status": 401}
            route.fulfill(status=401, content_type="application/problem+json", body=json.dumps(problem))

    page.route("**/v1/appointments", refuse_the_first)
    page.get_by_role("button", name="Book this visit").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your visit is booked")
    tokens, keys = zip(*sent, strict=True)
    assert (len(sent), len(set(tokens)), len(set(keys))) == (2, 2, 1)
    assert len(every(hospital.desk, patient_id=guest.patient_id)) == 1


def test_a_doctor_who_was_overtaken_sees_it_with_what_they_wrote_and_then_the_visit_as_it_is(
    hospital: Hospital, doctor: Doctor, visit: Visit, sign_in: SignIn
) -> None:
    booked = _booked(hospital, doctor, free(hospital.desk, doctor.practitioner_id, soon())[0]["start"])
    path = f"/v1/appointments/{booked['appointment_id']}"
    page = visit()
    sign_in(page, doctor.email, PASSWORD)
    page.goto(f"/calendar?day={booked['start'][:10]}&visit={booked['appointment_id']}")
    panel = page.get_by_role("complementary", name="Visit")
    overtaken = panel.get_by_role("alert").filter(has_text="Somebody else has changed this meanwhile.")
    panel.get_by_role("button", name="Cancel the visit").click()
    panel.get_by_label("Reason").fill("I am called away")
    good(hospital.desk.post(f"{path}/check-in"))
    panel.get_by_role("button", name="Cancel the visit").click()
    expect(overtaken).to_be_visible()
    expect(panel.get_by_label("Reason")).to_have_value("I am called away")
    assert_accessible(page)
    overtaken.get_by_role("button", name="Show the present state").click()
    expect(panel.get_by_text("Checked in", exact=True).first).to_be_visible()

    good(hospital.desk.post(f"{path}/cancel", json={"reason": "Called off"}))
    panel.get_by_role("button", name="Start").click()
    overtaken.get_by_role("button", name="Show the present state").click()
    expect(panel.get_by_text("Called off")).to_be_visible()
    expect(panel.get_by_role("button", name="Start")).to_have_count(0)
    assert good(hospital.desk.get(path))["version"] == 3


def _booked(hospital: Hospital, doctor: Doctor, start: str) -> dict[str, Any]:
    body = {"practitioner_id": doctor.practitioner_id, "patient_id": hospital.patient(), "start": start}
    return good(hospital.desk.post("/v1/appointments", json=body), 201)


def _fall_free(hospital: Hospital, doctor: Doctor) -> str:
    """Somebody's visit falls away; when it would have been."""
    booked = _booked(hospital, doctor, free(hospital.desk, doctor.practitioner_id, soon())[0]["start"])
    good(hospital.desk.post(f"/v1/appointments/{booked['appointment_id']}/cancel", json={"reason": "ill"}))
    return str(booked["start"])


def _join(hospital: Hospital, doctor: Doctor, patient_id: str) -> str:
    period = {"from": today().isoformat(), "to": (today() + 7 * DAY).isoformat(), "time_zone": "Europe/Berlin"}
    wish = {"patient_id": patient_id, "practitioner_id": doctor.practitioner_id, **period}
    return str(good(hospital.desk.post("/v1/waitlist", json=wish), 201)["waitlist_id"])


def _await_offer(hospital: Hospital, waitlist_id: str) -> dict[str, Any]:
    offer: dict[str, Any] = until(lambda: good(hospital.desk.get(f"/v1/waitlist/{waitlist_id}"))["offer"])
    return offer
