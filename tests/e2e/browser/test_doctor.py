"""A doctor's day in the portal: visits carried through it, hours and leave with what they would do."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from local.client import Stack
from playwright.sync_api import Page, expect
from tests.e2e.browser.conftest import Visit
from tests.e2e.browser.pages import assert_accessible
from tests.e2e.hospital import DAY, PASSWORD, Doctor, Hospital, free, good, soon, today, week
from tests.e2e.post import until

SignIn = Callable[[Page, str, str], None]
Client = Callable[..., httpx.Client]


@pytest.fixture
def hospital(stack: Stack, client_for: Client) -> Hospital:
    return Hospital.found(stack, client_for("admin"), client_for("receptionist"))


def test_a_doctor_receives_a_patient_and_carries_the_visit_to_its_end(
    hospital: Hospital, visit: Visit, sign_in: SignIn
) -> None:
    doctor = hospital.hire(week("09:00", "17:00", 30))
    booked = _booked(hospital, doctor, free(hospital.desk, doctor.practitioner_id, soon())[0])
    page = visit("desktop")
    sign_in(page, doctor.email, PASSWORD)
    page.goto(f"/calendar?day={booked['start'][:10]}")
    page.get_by_role("table").get_by_role("button", name=re.compile(hospital.name)).click()
    panel = page.get_by_role("complementary", name="Visit")
    expect(panel.get_by_role("heading", name=re.compile(hospital.name))).to_be_visible()
    for step, status in (("Check in", "Checked in"), ("Start", "With the doctor"), ("Complete", "Done")):
        panel.get_by_role("button", name=step).click()
        expect(panel.get_by_text(status, exact=True).first).to_be_visible()
    expect(page.get_by_role("table").get_by_role("button", name=re.compile(f"{hospital.name}.*Done"))).to_be_visible()
    assert_accessible(page)
    assert _read(hospital, booked)["status"] == "fulfilled"


def test_a_patient_who_did_not_come_is_noted_once_the_visit_should_have_begun(
    hospital: Hospital, visit: Visit, sign_in: SignIn
) -> None:
    doctor = hospital.hire(week("00:00", "00:00", 5))
    near = datetime.now(UTC) + timedelta(minutes=5)
    slots = free(hospital.desk, doctor.practitioner_id, today(), today() + DAY)
    booked = _booked(hospital, doctor, next(slot for slot in slots if datetime.fromisoformat(slot["start"]) > near))
    address = f"/calendar?day={booked['start'][:10]}&visit={booked['appointment_id']}"
    page = visit("phone")
    sign_in(page, doctor.email, PASSWORD)
    page.goto(address)
    panel = page.get_by_role("dialog", name="Visit")
    expect(panel.get_by_role("button", name="Check in")).to_be_visible()
    expect(panel.get_by_role("button", name="Did not come")).to_have_count(0)
    page.clock.set_system_time(datetime.fromisoformat(booked["start"]) + timedelta(seconds=30))
    page.goto(address)
    panel.get_by_role("button", name="Did not come").click()
    expect(panel.get_by_role("button")).to_have_count(1)
    assert_accessible(page)
    assert _read(hospital, booked)["status"] == "noshow"


def test_new_hours_show_what_they_would_do_before_they_are_saved(
    hospital: Hospital, visit: Visit, sign_in: SignIn
) -> None:
    doctor = hospital.hire(week("09:00", "12:00", 30))
    tomorrow = today() + DAY
    last = free(hospital.desk, doctor.practitioner_id, tomorrow)[-1]
    booked = _booked(hospital, doctor, last)
    page = visit("desktop")
    sign_in(page, doctor.email, PASSWORD)
    page.goto("/schedule")
    page.get_by_role("group", name=f"{tomorrow:%A}", exact=True).get_by_label("Ends").fill("11:00")
    page.get_by_role("button", name="See what it does").click()
    outcome = page.get_by_role("region", name="What it does")
    expect(outcome.get_by_text("1 booked visit no longer fits")).to_be_visible()
    row = outcome.get_by_role("row").filter(has_text=f"{tomorrow.day} {tomorrow:%b}")
    expect(row.get_by_role("cell")).to_contain_text([re.compile("."), "5", "4"])
    assert_accessible(page)
    assert len(free(hospital.desk, doctor.practitioner_id, tomorrow)) == 5, "looking changes nothing"
    outcome.get_by_role("button", name="Save the week").click()
    expect(page.get_by_text("Saved. 1 visit must be moved.")).to_be_visible()
    assert len(free(hospital.desk, doctor.practitioner_id, tomorrow)) == 4
    # Nobody moves it: it should not stand in the way of who looks at the house's list next.
    good(hospital.desk.post(f"/v1/appointments/{booked['appointment_id']}/cancel", json={"reason": "Hours changed"}))


def test_hours_that_overlap_are_refused_where_they_stand(hospital: Hospital, visit: Visit, sign_in: SignIn) -> None:
    doctor = hospital.hire(week("09:00", "12:00", 30))
    page = visit("phone", scheme="dark")
    sign_in(page, doctor.email, PASSWORD)
    page.goto("/schedule")
    monday = page.get_by_role("group", name="Monday", exact=True)
    monday.get_by_role("button", name="Add hours on Monday").click()
    monday.get_by_label("Begins").last.fill("11:30")
    page.get_by_role("button", name="See what it does").click()
    expect(monday.get_by_text("This overlaps with other hours.")).to_be_visible()
    expect(page.get_by_role("region", name="What it does")).to_have_count(0)
    assert_accessible(page)


def test_leave_that_hits_a_visit_leads_to_the_work_list_where_moving_it_clears_it(
    hospital: Hospital, visit: Visit, sign_in: SignIn
) -> None:
    doctor = hospital.hire(week("09:00", "12:00", 30))
    tomorrow = today() + DAY
    booked = _booked(hospital, doctor, free(hospital.desk, doctor.practitioner_id, tomorrow)[0])
    page = visit("phone")
    sign_in(page, doctor.email, PASSWORD)
    page.goto("/leave")
    page.get_by_label("First day").fill(tomorrow.isoformat())
    page.get_by_role("button", name="See what it does").click()
    outcome = page.get_by_role("region", name="What it does")
    expect(outcome.get_by_text("1 booked visit no longer fits")).to_be_visible()
    assert_accessible(page)
    outcome.get_by_role("button", name="Take the day off").click()
    expect(page.get_by_text("Saved. 1 visit must be moved.")).to_be_visible()
    until(lambda: _to_move(hospital, doctor) == [booked["appointment_id"]])
    page.get_by_role("main").get_by_role("link", name="Visits to move").click()
    entry = page.get_by_role("article").filter(has_text=hospital.name)
    expect(entry).to_be_visible()
    assert_accessible(page)
    entry.get_by_role("group", name="Free near the old time:").get_by_role("button").first.click()
    expect(page.get_by_text("No visit has to be moved")).to_be_visible()
    moved = _read(hospital, booked)
    assert (moved["status"], moved["start"] != booked["start"]) == ("booked", True)


def _booked(hospital: Hospital, doctor: Doctor, slot: dict[str, Any]) -> dict[str, Any]:
    body = {"practitioner_id": doctor.practitioner_id, "patient_id": hospital.patient(), "start": slot["start"]}
    return good(hospital.desk.post("/v1/appointments", json=body), 201)


def _read(hospital: Hospital, booked: dict[str, Any]) -> dict[str, Any]:
    return good(hospital.desk.get(f"/v1/appointments/{booked['appointment_id']}"))


def _to_move(hospital: Hospital, doctor: Doctor) -> list[str]:
    page = good(hospital.desk.get("/v1/work-list", params={"practitioner_id": doctor.practitioner_id}))
    return [move["appointment_id"] for move in page["items"]]
