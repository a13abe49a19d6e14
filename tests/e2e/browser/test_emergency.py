"""Breaking the glass in the portal, and the review of it."""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx
import pytest
from local.client import Stack, demo_user
from playwright.sync_api import Page, expect
from tests.e2e.browser.conftest import Visit
from tests.e2e.browser.pages import assert_accessible, unfold
from tests.e2e.hospital import PASSWORD, Hospital

SignIn = Callable[[Page, str, str], None]
Client = Callable[..., httpx.Client]
REASON = "Found unconscious in the lift, no companion"


@pytest.fixture
def hospital(stack: Stack, client_for: Client) -> Hospital:
    return Hospital.found(stack, client_for("admin"), client_for("receptionist"))


@pytest.mark.parametrize("screen", ["desktop", "phone"])
def test_a_doctor_breaks_the_glass_and_a_manager_reviews_it(
    hospital: Hospital, stack: Stack, visit: Visit, sign_in: SignIn, screen: str
) -> None:
    doctor, patient_id = hospital.hire(), hospital.patient()
    page = visit(screen)
    sign_in(page, doctor.email, PASSWORD)
    page.goto("/emergency")
    page.get_by_role("textbox", name="Patient number").fill(patient_id)
    page.get_by_role("button", name="Go to the patient").click()
    expect(page.get_by_role("heading", name="Emergency access")).to_be_visible()
    expect(page.get_by_text(hospital.name)).to_have_count(0)
    assert_accessible(page)
    page.get_by_role("button", name="Break the glass").click()
    expect(page.get_by_text("Say in a sentence why.")).to_be_visible()
    page.get_by_role("textbox", name="Why do you have to see this patient now?").fill(REASON)
    page.get_by_role("button", name="Break the glass").click()
    expect(page.get_by_role("heading", name=re.compile(hospital.name))).to_be_visible()
    expect(page.get_by_text(re.compile(r"Time left: (60:00|5\d:\d\d)"))).to_be_visible()
    assert_accessible(page)

    manager = demo_user(stack, "manager")
    other = visit(screen)
    sign_in(other, manager["email"], manager["password"])
    other.goto("/emergency/reviews")
    entry = other.get_by_role("region").filter(has_text=patient_id)
    unfold(other, entry)
    expect(entry.get_by_text(REASON)).to_be_visible()
    expect(other.get_by_text(hospital.name)).to_have_count(0)
    assert_accessible(other)
    entry.get_by_text("Not justified").click()
    entry.get_by_role("textbox", name="What it rests on").fill("Nobody on the ward knows of it")
    entry.get_by_role("button", name="Close the review").click()
    expect(entry).to_have_count(0)
    other.get_by_text("Reviewed", exact=True).click()
    expect(entry.get_by_text("Nobody on the ward knows of it")).to_be_visible()
    assert_accessible(other)
