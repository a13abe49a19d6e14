"""Privacy in the portal: patients take their data along, and two people erase somebody."""

from __future__ import annotations

import io
from collections.abc import Callable
from zipfile import ZipFile

import httpx
from local.client import Stack, demo_user
from playwright.sync_api import Page, expect
from tests.e2e.browser.conftest import GuestAt, Visit
from tests.e2e.browser.pages import assert_accessible
from tests.e2e.hospital import Hospital
from tests.e2e.post import PATIENCE

SignIn = Callable[[Page, str, str], None]
WORKFLOW = PATIENCE * 1000  # a workflow has several steps, each a function that may have to start


def test_a_patient_asks_for_all_that_is_known_of_them_and_gets_it(guest_at: GuestAt) -> None:
    guest, page = guest_at("/record", "phone", scheme="dark")
    page.get_by_role("link", name="All my data").click()
    assert_accessible(page)
    page.get_by_role("button", name="Make a copy").click()
    page.wait_for_url("**/record/export?export=exp_*")
    page.reload()
    expect(page.get_by_text("The copy is ready")).to_be_visible(timeout=WORKFLOW)
    expect(page.get_by_text("The link holds until")).to_be_visible()
    assert_accessible(page)
    link = page.get_by_role("link", name="Download").get_attribute("href")
    assert link is not None
    archive = ZipFile(io.BytesIO(httpx.get(link, timeout=PATIENCE).raise_for_status().content))
    assert guest.given_name in archive.read("fhir/Patient.ndjson").decode()

    page.goto(f"/record/export?export=exp_{'0' * 32}")
    expect(page.get_by_text("This copy is not here, or no longer")).to_be_visible()
    expect(page.get_by_role("button", name="Make another copy")).to_be_visible()
    assert_accessible(page)


def test_a_manager_asks_for_an_erasure_and_an_auditor_confirms_it(
    hospital: Hospital, stack: Stack, visit: Visit, sign_in: SignIn
) -> None:
    patient_id = hospital.patient()
    page = visit()
    manager = demo_user(stack, "manager")
    sign_in(page, manager["email"], manager["password"])
    page.get_by_role("link", name="Privacy").click()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("Enter a patient number")).to_be_visible()
    page.get_by_role("textbox", name="Patient number").fill(patient_id)
    page.get_by_role("button", name="Go on").click()

    hold = page.get_by_role("region", name="Legal hold")
    hold.get_by_role("textbox", name="Why it has to be kept").fill("Letter of the court, 12/26")
    hold.get_by_role("button", name="Place the hold").click()
    expect(hold.get_by_text("Letter of the court, 12/26")).to_be_visible()
    expect(page.get_by_role("button", name="Ask for the erasure")).to_have_count(0)
    assert_accessible(page)
    hold.get_by_role("button", name="Lift the hold").click()
    page.get_by_role("dialog").get_by_role("button", name="Lift the hold").click()
    expect(hold.get_by_text("None stands.")).to_be_visible()

    page.get_by_role("button", name="Ask for the erasure").click()
    expect(page.get_by_text("Choose the ground.")).to_be_visible()
    page.get_by_role("combobox", name="Ground").click()
    page.get_by_role("option", name="Registered in error").click()
    page.get_by_role("button", name="Ask for the erasure").click()
    expect(page.get_by_text("You asked for it: somebody else confirms it.")).to_be_visible()
    expect(page.get_by_role("button", name="Erase this patient")).to_have_count(0)
    assert_accessible(page)

    auditor = demo_user(stack, "auditor")
    other = visit("phone")
    sign_in(other, auditor["email"], auditor["password"])
    other.goto(f"/patients/{patient_id}/privacy")
    typed = other.get_by_role("textbox", name="Last six characters")
    typed.fill("nobody")
    other.get_by_role("button", name="Erase this patient").click()
    expect(other.get_by_text("This is not the end of the number above.")).to_be_visible()
    assert_accessible(other)
    typed.fill(patient_id[-6:])
    other.get_by_role("button", name="Erase this patient").click()
    expect(other.get_by_text("Erased", exact=True)).to_be_visible(timeout=WORKFLOW)
    expect(other.get_by_role("region", name="Legal hold")).to_have_count(0)
    assert_accessible(other)
