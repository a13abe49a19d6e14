"""The chart when something comes between: colleagues, other tabs, a change of mind, a small screen."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from local.client import Stack, connect
from playwright.sync_api import Page, expect
from tests.e2e.browser.conftest import Visit
from tests.e2e.browser.pages import assert_accessible
from tests.e2e.hospital import PASSWORD, Doctor, Hospital, good
from tests.e2e.post import until

SignIn = Callable[[Page, str, str], None]
Client = Callable[..., httpx.Client]


@pytest.fixture
def doctor(hospital: Hospital) -> Doctor:
    return hospital.hire()


@pytest.fixture
def elsewhere(stack: Stack, doctor: Doctor) -> Iterator[httpx.Client]:
    """The doctor in another tab."""
    with connect(stack, "care", doctor.email, PASSWORD) as client:
        yield client


@pytest.fixture
def waiting(hospital: Hospital, doctor: Doctor, elsewhere: httpx.Client) -> dict[str, Any]:
    """The encounter of a patient whom the desk has received for the doctor, who treats them: an event tells of it."""
    walk_in = {"patient_id": hospital.patient(), "practitioner_id": doctor.practitioner_id}
    encounter = good(hospital.desk.post("/v1/encounters", json=walk_in), 201)
    until(lambda: elsewhere.get(f"/v1/patients/{encounter['patient_id']}/summary").status_code == 200)
    return encounter


@pytest.fixture
def begun(elsewhere: httpx.Client, waiting: dict[str, Any]) -> dict[str, Any]:
    return good(elsewhere.post(f"/v1/encounters/{waiting['encounter_id']}/start"))


def test_a_colleague_is_asked_and_removed_and_what_was_overtaken_is_called_off_for_a_reason(
    hospital: Hospital,
    stack: Stack,
    client_for: Client,
    doctor: Doctor,
    waiting: dict[str, Any],
    visit: Visit,
    sign_in: SignIn,
) -> None:
    name = uuid.uuid4().hex[:8]
    colleague = hospital.hire(family_name=f"Colleague {name}")
    page = _opens_the_chart(visit(), sign_in, doctor, waiting)
    encounter = page.get_by_role("region", name="Encounter")
    encounter.get_by_role("button", name="Ask a colleague").click()
    expect(encounter.get_by_role("combobox", name="Who should take part?")).to_be_focused()
    encounter.get_by_role("button", name="Go back").click()
    expect(encounter).to_be_focused()
    encounter.get_by_role("button", name="Ask a colleague").click()
    encounter.get_by_role("button", name="Let them take part").click()
    expect(encounter.get_by_text("Choose the doctor.")).to_be_visible()
    assert_accessible(page)
    encounter.get_by_role("combobox", name="Who should take part?").fill(name)
    page.get_by_role("option", name=re.compile(name)).click()
    encounter.get_by_role("button", name="Let them take part").click()
    taking_part = encounter.get_by_role("list", name="Taking part")
    expect(taking_part).to_contain_text(f"Colleague {name}")
    assert_accessible(page)
    with connect(stack, "care", colleague.email, PASSWORD) as theirs:
        record = f"/v1/patients/{waiting['patient_id']}/record"
        until(lambda: theirs.get(record).status_code == 200)
        taking_part.get_by_role("button", name=re.compile(f"^Remove .*{name}")).click()
        question = page.get_by_role("dialog")
        assert_accessible(page)
        question.get_by_role("button", name="Remove").click()
        expect(taking_part).to_have_count(0)
        until(lambda: theirs.get(record).status_code == 403)

    good(client_for("nurse").post(f"/v1/encounters/{waiting['encounter_id']}/join"))
    encounter.get_by_role("button", name="Cancel the encounter").click()
    encounter.get_by_role("button", name="Cancel the encounter").click()
    expect(encounter.get_by_text("Give a reason.")).to_be_visible()
    assert_accessible(page)
    encounter.get_by_role("textbox", name="Why is it cancelled?").fill("Received for the wrong doctor")
    encounter.get_by_role("button", name="Cancel the encounter").click()
    overtaken = encounter.get_by_role("alert").filter(has_text="Somebody else has changed this meanwhile.")
    assert_accessible(page)
    overtaken.get_by_role("button", name="Show what it is now").click()
    expect(taking_part).to_contain_text("a nurse")
    encounter.get_by_role("button", name="Cancel the encounter").click()
    encounter.get_by_role("textbox", name="Why is it cancelled?").fill("Received for the wrong doctor")
    encounter.get_by_role("button", name="Cancel the encounter").click()
    expect(page.get_by_text("No encounter is under way.")).to_be_visible()
    expect(page.get_by_role("article").filter(has_text="Cancelled")).to_be_visible()


def test_an_encounter_that_should_never_have_been_is_taken_back_only_while_nothing_in_it_stands(
    elsewhere: httpx.Client, doctor: Doctor, begun: dict[str, Any], visit: Visit, sign_in: SignIn
) -> None:
    path = f"/v1/encounters/{begun['encounter_id']}"
    written = good(elsewhere.post(f"{path}/notes", json={"text": "Of somebody else."}), 201)
    page = _opens_the_chart(visit("phone", scheme="dark"), sign_in, doctor, begun)
    page.get_by_role("button", name="Write in the chart").click()
    encounter = page.get_by_role("dialog", name="Write").get_by_role("region", name="Encounter")
    encounter.get_by_role("button", name="Entered in error").click()
    encounter.get_by_role("textbox", name="Why should there be no such encounter?").fill("Another patient")
    encounter.get_by_role("button", name="Entered in error").click()
    expect(encounter.get_by_role("alert")).to_contain_text("Mark everything recorded in the encounter")
    assert_accessible(page)
    good(elsewhere.post(f"/v1/records/{written['entry_id']}/entered-in-error", json={"reason": "Another patient"}))
    encounter.get_by_role("button", name="Entered in error").click()
    expect(page.get_by_text("No encounter is under way.")).to_be_visible()
    assert good(elsewhere.get(path))["status"] == "entered-in-error"


def test_a_correction_that_another_tab_was_faster_with_is_made_to_what_it_says_now(
    elsewhere: httpx.Client, doctor: Doctor, begun: dict[str, Any], visit: Visit, sign_in: SignIn
) -> None:
    notes = f"/v1/encounters/{begun['encounter_id']}/notes"
    written = good(elsewhere.post(notes, json={"text": "Coughs since Monday."}), 201)
    page = _opens_the_chart(visit(), sign_in, doctor, begun)
    page.get_by_role("article").get_by_role("button", name="Correct").click()
    workspace = page.get_by_role("complementary", name="Write")
    workspace.get_by_role("textbox", name="Note").fill("Coughs since Tuesday.")
    workspace.get_by_role("textbox", name="Why is it corrected?").fill("Asked again")
    change = {"reason": "A slip", "content": {"text": "Coughs since Sunday."}}
    good(elsewhere.put(f"/v1/records/{written['entry_id']}", json=change, headers={"If-Match": '"1"'}))
    workspace.get_by_role("button", name="Save").click()
    overtaken = workspace.get_by_role("alert").filter(has_text="Somebody else has corrected this meanwhile.")
    expect(overtaken).to_contain_text("Coughs since Sunday.")
    expect(workspace.get_by_role("button", name="Save")).to_be_disabled()
    expect(workspace.get_by_role("textbox", name="Note")).to_have_value("Coughs since Tuesday.")
    assert_accessible(page)
    overtaken.get_by_role("button", name="Correct this version").click()
    workspace.get_by_role("button", name="Save").click()
    expect(page.get_by_role("article").filter(has_text="Coughs since Tuesday.")).to_be_visible()
    versions = good(elsewhere.get(f"/v1/records/{written['entry_id']}/versions"))["items"]
    assert [version["content"]["text"].split()[-1] for version in versions] == ["Monday.", "Sunday.", "Tuesday."]


def test_what_is_written_while_another_tab_closes_the_encounter_is_kept_and_goes_into_the_next(
    elsewhere: httpx.Client, doctor: Doctor, begun: dict[str, Any], visit: Visit, sign_in: SignIn
) -> None:
    page = _opens_the_chart(visit(), sign_in, doctor, begun)
    workspace = page.get_by_role("complementary", name="Write")
    workspace.get_by_role("button", name="Note").click()
    workspace.get_by_role("textbox", name="Note").fill("Goes home.")
    good(elsewhere.post(f"/v1/encounters/{begun['encounter_id']}/close"))
    with page.expect_response(re.compile("/notes$")) as refusal:
        workspace.get_by_role("button", name="Save").click()
    assert refusal.value.status == 409
    expect(workspace.get_by_role("alert")).to_contain_text("This encounter is not under way any more.")
    expect(workspace.get_by_role("button", name="Save")).to_be_disabled()
    assert_accessible(page)
    workspace.get_by_role("button", name="Begin an encounter").click()
    expect(workspace.get_by_text("Under way", exact=True)).to_be_visible()
    expect(workspace.get_by_role("alert")).to_have_count(0)
    expect(workspace.get_by_role("textbox", name="Note")).to_have_value("Goes home.")
    workspace.get_by_role("button", name="Save").click()
    expect(page.get_by_role("article").filter(has_text="Goes home.")).to_be_visible()
    [note] = good(elsewhere.get(f"/v1/patients/{begun['patient_id']}/record?kind=note"))["items"]
    assert note["encounter_id"] != begun["encounter_id"]


def test_on_a_phone_the_drawer_is_not_left_with_something_unsaved_without_being_asked(
    doctor: Doctor, begun: dict[str, Any], visit: Visit, sign_in: SignIn
) -> None:
    page = _opens_the_chart(visit("phone"), sign_in, doctor, begun)
    page.get_by_role("button", name="Write in the chart").click()
    drawer = page.get_by_role("dialog", name="Write")
    expect(drawer.get_by_role("region", name="About the patient")).to_be_visible()
    assert_accessible(page)
    drawer.get_by_role("button", name="Care plan").click()
    written = drawer.get_by_role("textbox", name="What is planned")
    written.fill("Walk daily")
    question = page.get_by_role("dialog", name="Leave without saving?")
    close = drawer.get_by_role("button", name="Close without saving")
    leaves: list[Callable[[], None]] = [lambda: page.keyboard.press("Escape"), close.first.click, close.last.click]
    for leave in leaves:
        leave()
        assert_accessible(page)
        question.get_by_role("button", name="Cancel").click()
        expect(question).to_have_count(0)
        expect(written).to_have_value("Walk daily")
    page.keyboard.press("Escape")
    question.get_by_role("button", name="Leave").click()
    expect(drawer).to_have_count(0)
    page.get_by_role("button", name="Write in the chart").click()
    drawer.get_by_role("button", name="Care plan").click()
    expect(written).to_have_value("")
    written.fill("Walk daily")
    drawer.get_by_role("button", name="Save").click()
    expect(drawer).to_have_count(0)
    expect(page.get_by_role("article").filter(has_text="Walk daily")).to_have_count(1)


def _opens_the_chart(page: Page, sign_in: SignIn, doctor: Doctor, encounter: dict[str, Any]) -> Page:
    sign_in(page, doctor.email, PASSWORD)
    page.goto(f"/patients/{encounter['patient_id']}/chart")
    expect(page.get_by_role("region", name="Patient", exact=True)).to_be_visible()
    return page
