"""Patients in the portal: from looking for a doctor to a visit that is kept, moved, given up or waited for."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from local.client import Stack
from playwright.sync_api import Page, Route, expect
from tests.e2e.browser.conftest import GuestAt, Visit
from tests.e2e.browser.pages import assert_accessible
from tests.e2e.hospital import DAY, PASSWORD, Doctor, Guest, Hospital, free, good, soon, week
from tests.e2e.post import PATIENCE, until

SignIn = Callable[[Page, str, str], None]
BERLIN = ZoneInfo("Europe/Berlin")


def test_a_patient_books_on_a_phone_then_moves_and_cancels(
    hospital: Hospital, doctor: Doctor, guest_at: GuestAt
) -> None:
    _until_found(hospital, soon())
    guest, page = guest_at("/home", "phone")
    expect(page.get_by_role("heading", level=1)).to_have_text("Hello Test")
    expect(page.get_by_text("No visits to come")).to_be_visible()
    assert_accessible(page)

    page.get_by_role("main").get_by_role("link", name="Find a doctor", exact=True).click()
    page.get_by_text("First free time", exact=True).click()
    _choose(page, "Specialty", "Cardiology")
    _choose(page, "Department", f"Department {hospital.name}")
    opening = page.get_by_role("link", name=re.compile("^08:00")).first
    expect(opening).to_be_visible()
    assert_accessible(page)

    opening.click()
    expect(page.get_by_role("heading", name="Your time")).to_be_visible()
    expect(page.get_by_text("This time is reserved for you")).to_be_visible()
    expect(page.get_by_text(re.compile(r"^9:\d\d$"))).to_be_visible()
    expect(page.get_by_text("Berlin time").first).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Reason for the visit").fill("A check-up")
    page.get_by_role("button", name="Book this visit").dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your visit is booked")
    assert_accessible(page)
    with page.expect_download() as calendar:
        page.get_by_role("button", name="Add to calendar").click()
    assert calendar.value.suggested_filename.endswith(".ics")

    page.get_by_role("link", name="All my visits").click()
    listed = page.get_by_role("main").get_by_role("article")
    expect(listed).to_have_count(1)
    expect(listed).to_contain_text(re.compile("08:00.08:30"))
    assert_accessible(page)

    listed.get_by_role("link").click()
    page.get_by_role("link", name="Move", exact=True).click()
    page.get_by_role("button", name="10:30").first.click()
    expect(page.get_by_role("heading", name="New time")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Move it to this time").click()
    expect(page.get_by_text("Moved", exact=True)).to_be_visible()
    expect(page.get_by_text(re.compile("10:30.11:00")).first).to_be_visible()

    page.get_by_role("button", name="Cancel", exact=True).click()
    asked = page.get_by_role("dialog")
    expect(asked.get_by_role("button", name="Cancel the visit")).to_be_disabled()
    asked.get_by_text("I cannot come at that time").click()
    assert_accessible(page)
    asked.get_by_role("button", name="Cancel the visit").click()
    expect(page.get_by_role("link", name="Book again")).to_be_visible()
    [kept] = _visits(hospital, guest)
    assert (kept["status"], len(kept["history"])) == ("cancelled", 3)


def test_a_slot_that_somebody_else_took_offers_others(hospital: Hospital, doctor: Doctor, guest_at: GuestAt) -> None:
    guest, page = guest_at(f"/book/{doctor.practitioner_id}")
    wanted = page.get_by_role("region").get_by_role("button", name="09:00").first
    expect(wanted).to_be_visible()
    start = _first_at(hospital, doctor, "09:00")
    other = {"practitioner_id": doctor.practitioner_id, "patient_id": hospital.patient(), "start": start}
    good(hospital.desk.post("/v1/appointments", json=other), 201)

    wanted.click()
    refusal = page.get_by_role("alert")
    expect(refusal).to_contain_text("Somebody else has just taken")
    expect(refusal.get_by_role("button")).to_have_count(5)
    assert_accessible(page)
    refusal.get_by_role("button", name=re.compile("08:30|09:30")).first.click()
    page.get_by_role("button", name="Book this visit").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your visit is booked")
    assert len(_visits(hospital, guest)) == 1


def test_a_hold_that_ended_is_said_and_renewed_with_one_click(
    hospital: Hospital, doctor: Doctor, guest_at: GuestAt
) -> None:
    guest, page = guest_at(f"/book/{doctor.practitioner_id}", "phone")
    page.route("**/v1/holds", _ends_soon, times=1)
    page.get_by_role("region").get_by_role("button", name="08:30").first.click()
    page.get_by_label("Reason for the visit").fill("Kept while the hold ends")

    ended = page.get_by_role("alert").filter(has_text="Your reservation has ended")
    expect(ended).to_be_visible()
    expect(page.get_by_role("button", name="Book this visit")).to_be_disabled()
    assert_accessible(page)
    ended.get_by_role("button", name="Reserve it again").click()
    expect(page.get_by_text("This time is reserved for you")).to_be_visible()
    page.get_by_role("button", name="Book this visit").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your visit is booked")
    assert [one["reason"] for one in _visits(hospital, guest)] == ["Kept while the hold ends"]


def test_an_answer_that_was_lost_does_not_book_twice(hospital: Hospital, doctor: Doctor, guest_at: GuestAt) -> None:
    guest, page = guest_at(f"/book/{doctor.practitioner_id}")
    page.get_by_role("region").get_by_role("button", name="11:00").first.click()
    # The request arrives each time it is sent, and none of its answers does.
    page.route("**/v1/appointments", _loses_the_answer, times=3)
    page.get_by_role("button", name="Book this visit").click()
    expect(page.get_by_role("alert")).to_contain_text("We did not hear back")
    assert len(_visits(hospital, guest)) == 1

    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your visit is booked")
    assert len(_visits(hospital, guest)) == 1


def test_a_series_is_booked_once_its_clash_is_settled(hospital: Hospital, doctor: Doctor, guest_at: GuestAt) -> None:
    # A week later by the clock of the clinic, which may be another hour in UTC.
    start = datetime.fromisoformat(_first_at(hospital, doctor, "09:30")).astimezone(BERLIN)
    clashing = (start + timedelta(weeks=1)).astimezone(UTC).isoformat()
    other = {"practitioner_id": doctor.practitioner_id, "patient_id": hospital.patient(), "start": clashing}
    good(hospital.desk.post("/v1/appointments", json=other), 201)
    _, page = guest_at(f"/book/{doctor.practitioner_id}")
    page.get_by_role("region").get_by_role("button", name="09:30").first.click()
    page.get_by_role("switch", name="Repeat this visit").check()
    page.get_by_label("Number of visits").fill("3")
    page.get_by_role("button", name="Book 3 visits").click()
    clash = page.get_by_role("group", name=re.compile("^Visit 2"))
    expect(clash).to_contain_text("This time is taken.")
    assert_accessible(page)
    clash.get_by_role("button", name="Leave it out").click()
    page.get_by_role("button", name="Book 2 visits").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your visits are booked")
    expect(page.get_by_role("main").get_by_role("article")).to_have_count(2)
    assert_accessible(page)


def test_a_cancelled_visit_is_offered_to_who_waits_and_taken(
    hospital: Hospital, doctor: Doctor, visit: Visit, sign_in: SignIn
) -> None:
    leaving, waiting = hospital.guest("Leaving"), hospital.guest("Waiting")
    start = free(hospital.desk, doctor.practitioner_id, soon())[2]["start"]
    booking = {"practitioner_id": doctor.practitioner_id, "patient_id": leaving.patient_id, "start": start}
    booked = good(hospital.desk.post("/v1/appointments", json=booking), 201)

    queue = visit("phone")
    sign_in(queue, waiting.email, PASSWORD)
    queue.goto(f"/waitlist/join?practitioner={doctor.practitioner_id}")
    expect(queue.get_by_text("Berlin time")).to_be_visible()
    assert_accessible(queue)
    queue.get_by_role("button", name="Join the list").click()
    expect(queue.get_by_role("main").get_by_role("article")).to_contain_text("Waiting")
    assert_accessible(queue)

    page = visit()
    sign_in(page, leaving.email, PASSWORD)
    page.goto(f"/visits/{booked['appointment_id']}")
    page.get_by_role("button", name="Cancel", exact=True).click()
    page.get_by_role("dialog").get_by_text("I do not need it any more").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel the visit").click()
    expect(page.get_by_role("link", name="Book again")).to_be_visible()

    offer = queue.get_by_role("region", name="A time has become free for you")
    expect(offer).to_be_visible(timeout=PATIENCE * 1000)
    assert_accessible(queue)
    offer.get_by_role("button", name="Take this time").click()
    expect(queue.get_by_role("heading", level=1)).to_have_text("Your visit is booked")
    [taken] = _visits(hospital, waiting)
    assert (taken["start"], taken["status"]) == (start, "booked")


def test_visits_of_a_family_member_are_theirs_and_say_so(
    hospital: Hospital, doctor: Doctor, visit: Visit, sign_in: SignIn
) -> None:
    guest, child = hospital.guest("Parent"), hospital.guest("Child")
    relation = {"relationship": "parent", "may_act": True}
    good(hospital.desk.put(f"/v1/patients/{child.patient_id}/family/{guest.patient_id}", json=relation))
    page = visit()
    sign_in(page, guest.email, PASSWORD)
    page.get_by_role("button", name=re.compile("Book for Child")).click()
    expect(page.get_by_text(re.compile("^For Child Invented")).first).to_be_visible()
    page.get_by_label("Name").fill("nobody is called this")
    expect(page.get_by_text("Nobody found")).to_be_visible()
    _choose(page, "Department", f"Department {hospital.name}")
    page.get_by_label("Name").fill("invented")
    page.get_by_role("link", name=re.compile("^All free times of")).last.click()
    page.get_by_role("region").get_by_role("button").first.click()
    expect(page.get_by_role("region", name=re.compile("^Time for Child Invented"))).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Book this visit").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your visit is booked")
    assert (len(_visits(hospital, child)), len(_visits(hospital, guest))) == (1, 0)


def test_later_times_go_on_within_a_day_that_has_more_than_a_page_of_them(
    stack: Stack, client_for: Callable[..., httpx.Client], guest_at: GuestAt
) -> None:
    hospital, day = Hospital.found(stack, client_for("admin"), client_for("receptionist")), soon()
    hospital.hire(week("08:00", "18:00", 10, "Europe/Berlin", valid_from=day.isoformat()))
    _until_found(hospital, day + 5 * DAY)
    _, page = guest_at(f"/find?view=first-free&specialty=cardiology&department={hospital.department_id}", "phone")
    times = page.locator(f"section[aria-labelledby='day-{day}']").get_by_role("link")
    later = page.get_by_role("button", name="Later times")
    for shown in (50, 100, 150, 200):
        expect(page.locator("section[aria-labelledby^='day-']").get_by_role("link")).to_have_count(shown)
        later.click()
    expect(times).to_have_count(60)
    assert_accessible(page)


def _choose(page: Page, label: str, option: str) -> None:
    """One of a select's options."""
    page.get_by_role("combobox", name=label).or_(page.get_by_role("textbox", name=label)).first.fill(option)
    page.get_by_role("option", name=option).click()


def _until_found(hospital: Hospital, day: date) -> None:
    """Search follows schedules by event, day by day."""
    days = {"from": day.isoformat(), "to": day.isoformat()}
    query = {"specialty": "cardiology", "department_id": hospital.department_id, **days}
    until(lambda: good(hospital.desk.get("/v1/slots", params=query))["slots"])


def _first_at(hospital: Hospital, doctor: Doctor, clock: str) -> str:
    """The first free slot that begins at this time in Berlin."""
    slots = free(hospital.desk, doctor.practitioner_id, soon())
    hour, minute = (int(part) for part in clock.split(":"))
    return str(next(slot["start"] for slot in slots if _berlin(slot["start"]) == (hour, minute)))


def _berlin(instant: str) -> tuple[int, int]:
    local = datetime.fromisoformat(instant).astimezone(BERLIN)
    return local.hour, local.minute


def _visits(hospital: Hospital, guest: Guest) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = good(hospital.desk.get("/v1/appointments", params={"patient_id": guest.patient_id}))[
        "items"
    ]
    return found


def _ends_soon(route: Route) -> None:
    """Pass a hold on as one of which three seconds are left."""
    answer = route.fetch()
    soon = (datetime.now(UTC) + timedelta(seconds=3)).isoformat()
    route.fulfill(response=answer, body=json.dumps(answer.json() | {"expires_at": soon}))


def _loses_the_answer(route: Route) -> None:
    route.fetch()
    route.abort("connectionreset")
