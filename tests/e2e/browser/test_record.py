"""The record in the portal: charted, read by the patient and in an emergency by a stranger; and the trail holds."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from local.client import Stack, connect, demo_user
from playwright.sync_api import Page, expect
from tests.e2e.browser.conftest import Visit
from tests.e2e.browser.pages import assert_accessible, unfold
from tests.e2e.hospital import PASSWORD, Doctor, Guest, Hospital, free, good, soon, week
from tests.e2e.post import until

SignIn = Callable[[Page, str, str], None]
Client = Callable[..., httpx.Client]
REASON = "Collapsed in the waiting room, no companion"


def test_a_visit_is_charted_and_read_by_the_patient_and_in_an_emergency_by_a_stranger_who_is_reviewed(
    hospital: Hospital, stack: Stack, visit: Visit, sign_in: SignIn
) -> None:
    doctor, stranger, guest = hospital.hire(week("09:00", "17:00", 30)), hospital.hire(), hospital.guest()
    booked = _booked(hospital, doctor, guest.patient_id)
    _treats(stack, doctor, guest.patient_id)
    page = visit()
    sign_in(page, doctor.email, PASSWORD)
    page.goto(f"/calendar?day={booked['start'][:10]}&visit={booked['appointment_id']}")
    panel = page.get_by_role("complementary", name="Visit")
    panel.get_by_role("button", name="Check in").click()
    expect(panel.get_by_text("Checked in", exact=True).first).to_be_visible()
    panel.get_by_role("link", name="Open the chart").click()
    _charts(page)

    patient = visit("phone")
    sign_in(patient, guest.email, PASSWORD)
    _reads(patient)

    other = visit("phone", scheme="dark")
    sign_in(other, stranger.email, PASSWORD)
    _breaks_the_glass(other, guest)

    manager = demo_user(stack, "manager")
    reviewer = visit()
    sign_in(reviewer, manager["email"], manager["password"])
    reviewer.goto("/emergency/reviews")
    entry = reviewer.get_by_role("region").filter(has_text=guest.patient_id)
    unfold(reviewer, entry)
    expect(entry.get_by_text(REASON)).to_be_visible()
    entry.get_by_role("textbox", name="What it rests on").fill("The nurse on duty was there")
    entry.get_by_role("button", name="Close the review").click()
    expect(entry).to_have_count(0)

    patient.goto("/record/who")
    until(lambda: _told(patient))
    assert_accessible(patient)


def _charts(page: Page) -> None:
    """Writes down what the visit was about, corrects it, and closes."""
    banner = page.get_by_role("region", name="Patient")
    expect(banner.get_by_text(re.compile(r"\d+ years old"))).to_be_visible()
    expect(banner.get_by_text("No known allergies")).to_be_visible()
    workspace = page.get_by_role("complementary", name="Write")
    until(lambda: _begun(page, workspace.get_by_role("button", name="Begin the encounter of this visit").click))
    expect(workspace.get_by_text("Under way")).to_be_visible()
    assert_accessible(page)

    workspace.get_by_role("button", name="Note").click()
    workspace.get_by_role("textbox", name="Note").fill("Coughs since Monday.")
    assert_accessible(page)
    workspace.get_by_role("button", name="Save").click()
    note = page.get_by_role("article").filter(has_text="Coughs since Monday.")
    expect(note).to_be_visible()

    workspace.get_by_role("button", name="Vital signs").click()
    form = workspace.get_by_role("region", name="Vital signs")
    form.get_by_role("textbox", name="Body temperature").fill("60")
    form.get_by_role("textbox", name="Pain, 0 to 10").fill("0")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_text("At most 45 Cel.")).to_be_visible()
    form.get_by_role("textbox", name="Body temperature").fill("39.5")
    form.get_by_role("button", name="Save").click()
    vitals = page.get_by_role("article").filter(has_text="39.5 °C")
    expect(vitals.get_by_text("HH · critically high")).to_be_visible()
    expect(vitals.get_by_role("definition").filter(has_text=re.compile("^0"))).to_be_visible()

    workspace.get_by_role("button", name="Diagnosis").click()
    workspace.get_by_role("combobox", name="Diagnosis (ICD-10)").fill("acute upper resp")
    page.get_by_role("option").filter(has_text="J06.9").click()
    workspace.get_by_role("button", name="Save").click()
    expect(page.get_by_role("article").filter(has_text="J06.9")).to_be_visible()

    workspace.get_by_role("button", name="Allergy").click()
    workspace.get_by_role("combobox", name="To what").fill("Peanuts")
    workspace.get_by_role("combobox", name="Severity").click()
    page.get_by_role("option", name="severe").click()
    workspace.get_by_role("button", name="Save").click()
    expect(banner.get_by_text(re.compile("Peanut.*severe"))).to_be_visible()

    note.get_by_role("button", name="Correct").click()
    workspace.get_by_role("textbox", name="Note").fill("Coughs since Sunday.")
    workspace.get_by_role("textbox", name="Why is it corrected?").fill("It was Sunday")
    workspace.get_by_role("button", name="Save").click()
    corrected = page.get_by_role("article").filter(has_text="Coughs since Sunday.")
    corrected.get_by_role("button", name="Earlier versions").click()
    expect(corrected.get_by_role("deletion")).to_have_text("Coughs since Monday.")
    expect(corrected.get_by_text("Reason: It was Sunday")).to_be_visible()
    assert_accessible(page)

    page.get_by_role("tab", name="Trends").click()
    expect(page.get_by_role("img", name=re.compile("Body temperature: 1 measured, last 39.5 °C"))).to_be_visible()
    assert_accessible(page)
    page.get_by_text("Tables", exact=True).click()
    expect(page.get_by_role("table", name="Pain, 0 to 10").get_by_role("row")).to_have_count(2)
    assert_accessible(page)

    workspace.get_by_role("button", name="Close the encounter").click()
    page.get_by_role("dialog").get_by_role("button", name="Close the encounter").click()
    expect(workspace.get_by_text("No encounter is under way.")).to_be_visible()


def _reads(patient: Page) -> None:
    """What a patient finds in their own record."""
    patient.goto("/record")
    expect(patient.get_by_role("article").filter(has_text="Coughs since Sunday.")).to_be_visible()
    expect(patient.get_by_role("article").get_by_text("far above normal")).to_be_visible()
    expect(patient.get_by_role("region", name="Allergies").get_by_text(re.compile("Peanut"))).to_be_visible()
    expect(patient.get_by_role("button", name="Correct", exact=True)).to_have_count(0)
    assert_accessible(patient)
    patient.get_by_role("link", name="What was written down in it").click()
    expect(patient.get_by_role("heading", name="A visit")).to_be_visible()
    expect(patient.get_by_role("article")).to_have_count(3)
    assert_accessible(patient)


def _breaks_the_glass(page: Page, guest: Guest) -> None:
    page.goto(f"/patients/{guest.patient_id}/chart")
    expect(page.get_by_role("heading", name="Emergency access")).to_be_visible()
    expect(page.get_by_text("Coughs since Sunday.")).to_have_count(0)
    assert_accessible(page)
    page.get_by_role("textbox", name="Why do you have to see this patient now?").fill(REASON)
    page.get_by_role("button", name="Break the glass").click()
    expect(page.get_by_text(re.compile(r"Time left: (60:00|5\d:\d\d)"))).to_be_visible()
    expect(page.get_by_role("article").filter(has_text="Coughs since Sunday.")).to_be_visible()
    assert_accessible(page)


def _told(patient: Page) -> int:
    """How often the patient reads that somebody saw them because of an emergency."""
    patient.reload()
    listed = patient.get_by_role("list", name="Who opened it")
    expect(listed).to_be_visible()
    return listed.get_by_text("Emergency access", exact=True).count()


def test_what_is_not_saved_is_not_lost_without_being_asked(
    hospital: Hospital, stack: Stack, visit: Visit, sign_in: SignIn
) -> None:
    doctor, patient_id = hospital.hire(), hospital.patient()
    walk_in = {"patient_id": patient_id, "practitioner_id": doctor.practitioner_id}
    good(hospital.desk.post("/v1/encounters", json=walk_in), 201)
    _treats(stack, doctor, patient_id)
    page = visit()
    sign_in(page, doctor.email, PASSWORD)
    page.goto(f"/patients/{patient_id}/chart")
    workspace = page.get_by_role("complementary", name="Write")
    workspace.get_by_role("button", name="Care plan").click()
    written = workspace.get_by_role("textbox", name="What is planned")
    written.fill("Walk daily")

    question = page.get_by_role("dialog", name="Leave without saving?")
    for leave in (
        workspace.get_by_role("button", name="Close without saving"),
        page.get_by_role("navigation").get_by_role("link", name="Calendar"),
    ):
        leave.click()
        assert_accessible(page)
        question.get_by_role("button", name="Cancel").click()
        expect(question).to_have_count(0)
    with page.expect_event("dialog") as closing:
        page.close(run_before_unload=True)
    assert closing.value.type == "beforeunload"
    closing.value.dismiss()
    expect(written).to_have_value("Walk daily")

    page.route("**/care-plan", lambda route: route.abort())
    workspace.get_by_role("button", name="Save").click()
    expect(workspace.get_by_text("No connection.")).to_be_visible()
    expect(written).to_have_value("Walk daily")
    page.unroute("**/care-plan")
    workspace.get_by_role("button", name="Save").click()
    expect(page.get_by_role("article").filter(has_text="Walk daily")).to_have_count(1)
    page.get_by_role("navigation").get_by_role("link", name="Calendar").click()
    expect(page.get_by_role("heading", name="My calendar")).to_be_visible()


@pytest.mark.parametrize("screen", ["desktop", "phone"])
def test_an_auditor_finds_what_was_done_and_has_a_seal_verified(
    hospital: Hospital, stack: Stack, client_for: Client, visit: Visit, sign_in: SignIn, screen: str
) -> None:
    patient_id, auditor = hospital.patient(), demo_user(stack, "auditor")
    good(hospital.desk.get(f"/v1/patients/{patient_id}"))
    page = visit(screen)
    sign_in(page, auditor["email"], auditor["password"])
    page.goto("/audit")
    page.get_by_role("textbox", name="About (patient number)").fill("somebody")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_text("Enter a patient number; it begins with pat_.")).to_be_visible()
    page.get_by_role("textbox", name="About (patient number)").fill(patient_id)
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_text("Receptionist saw the personal details")).to_be_visible()
    expect(page.get_by_text(hospital.name)).to_have_count(0)
    assert_accessible(page)

    until(lambda: good(client_for("auditor").get("/v1/audit/seals"))["items"])
    page.get_by_role("link", name="Seals").click()
    seal = page.get_by_role("region").first
    seal.get_by_role("button", name="Verify").click()
    expect(seal.get_by_text("Sound", exact=True)).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Export").click()
    page.get_by_role("button", name="Make the export").click()
    expect(page.get_by_role("link", name="Download")).to_have_attribute("href", re.compile("^http"))
    assert_accessible(page)


def _booked(hospital: Hospital, doctor: Doctor, patient_id: str) -> dict[str, Any]:
    slot = free(hospital.desk, doctor.practitioner_id, soon())[0]
    wish = {"practitioner_id": doctor.practitioner_id, "patient_id": patient_id, "start": slot["start"]}
    return good(hospital.desk.post("/v1/appointments", json=wish), 201)


def _treats(stack: Stack, doctor: Doctor, patient_id: str) -> None:
    """Waits until the doctor treats the patient: an event tells of it."""
    with connect(stack, "care", doctor.email, PASSWORD) as treating:
        until(lambda: treating.get(f"/v1/patients/{patient_id}/summary").status_code == 200)


def _begun(page: Page, begin: Callable[[], None]) -> bool:
    """Whether the encounter is begun: a visit is known to the record some seconds after it was booked."""
    with page.expect_response(re.compile(r"/v1/encounters$")) as answer:
        begin()
    return answer.value.ok
