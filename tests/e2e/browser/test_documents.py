"""Documents in the portal: sent, checked, looked at and replaced, by those who treat somebody and by the patient."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from local import samples
from local.client import Stack, connect
from playwright.sync_api import FilePayload, Locator, Page, Route, expect
from tests.e2e.browser.conftest import GuestAt, Visit
from tests.e2e.browser.pages import assert_accessible
from tests.e2e.hospital import PASSWORD, Doctor, Guest, Hospital, good
from tests.e2e.post import PATIENCE, until
from tests.e2e.test_documents import EICAR, MIB, PDF

SignIn = Callable[[Page, str, str], None]


def test_a_doctor_adds_a_picture_to_the_chart_and_the_patient_looks_at_it(
    hospital: Hospital, stack: Stack, visit: Visit, sign_in: SignIn
) -> None:
    doctor, guest = hospital.hire(), hospital.guest()
    _treats(hospital, stack, doctor, guest)
    page = visit()
    sign_in(page, doctor.email, PASSWORD)
    page.goto(f"/patients/{guest.patient_id}/chart?view=documents")
    page.get_by_role("button", name="Add a document").click()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Choose a file.")).to_be_visible()
    _send(page, "x-ray.png", "image/png", samples.png(2, 1))
    picture = page.get_by_role("article").filter(has_text="x-ray.png")
    expect(picture.get_by_text("Available", exact=True)).to_be_visible()
    picture.get_by_role("button", name="Look").click()
    _shown(page.get_by_role("dialog").get_by_role("img", name="x-ray.png"))
    assert_accessible(page)

    patient = visit("phone")
    sign_in(patient, guest.email, PASSWORD)
    patient.goto("/record/documents")
    theirs = patient.get_by_role("article").filter(has_text="x-ray.png")
    expect(theirs.get_by_role("button", name="New version")).to_have_count(0)
    theirs.get_by_role("button", name="Look").click()
    _shown(patient.get_by_role("dialog").get_by_role("img", name="x-ray.png"))
    with patient.expect_popup() as saved:
        patient.get_by_role("button", name="Close").click()
        with patient.expect_response(re.compile("/link$")) as link:
            theirs.get_by_role("button", name="Save").click()
    assert saved.value is not None
    assert link.value.ok


def test_a_letter_is_looked_at_over_the_page_and_closing_leads_back_to_where_it_was_opened(guest_at: GuestAt) -> None:
    _, page = guest_at("/record/documents")
    page.get_by_role("button", name="Add a document").click()
    _send(page, "letter.pdf", "application/pdf", samples.pdf(["Dear patient, all is well."]))
    look = page.get_by_role("article").filter(has_text="letter.pdf").get_by_role("button", name="Look")
    # What the browser's own viewer cannot show it would save; the viewer is an extension of its own.
    with (
        page.expect_response(lambda answer: answer.headers.get("content-type") == "application/pdf") as file,
        page.expect_request(re.compile("^chrome-extension://.*/pdf_viewer")),
    ):
        look.click()
    assert (file.value.status, file.value.headers["content-disposition"].split(";")[0]) == (200, "inline")
    letter = page.get_by_role("dialog", name="letter.pdf")
    frame = letter.locator("iframe[title='letter.pdf']")
    expect(frame).to_be_visible()
    assert frame.evaluate("frame => frame.clientHeight") > 500
    assert_accessible(page)
    letter.get_by_role("button", name="Close").click()
    expect(letter).to_have_count(0)
    expect(look).to_be_focused()


def test_a_patient_sends_a_letter_and_its_next_version_but_nothing_infected(guest_at: GuestAt) -> None:
    _, page = guest_at("/record/documents", "phone", scheme="dark")
    page.get_by_role("button", name="Add a document").click()
    assert_accessible(page)
    _send(page, "letter.pdf", "application/pdf", PDF)
    letter = page.get_by_role("article").filter(has_text="letter.pdf")
    expect(letter.get_by_text("Available", exact=True)).to_be_visible()
    letter.get_by_role("button", name="New version").click()
    letter.get_by_role("textbox", name="Why there is a new version").fill("The first page was missing")
    _send(page, "letter.pdf", "application/pdf", PDF + b"%")
    letter.get_by_role("button", name="Versions").click()
    expect(letter.get_by_text("Reason: The first page was missing")).to_be_visible()
    expect(letter.get_by_text("Available", exact=True)).to_have_count(3)
    assert_accessible(page)

    page.get_by_role("button", name="Add a document").click()
    _send(page, "harmless.txt", "text/plain", EICAR)
    refused = page.get_by_role("article").filter(has_text="harmless.txt")
    expect(refused.get_by_text("Harmful software was found in the file.")).to_be_visible()
    expect(refused.get_by_role("button", name="Save")).to_have_count(0)
    assert_accessible(page)


def test_a_large_file_goes_on_where_the_connection_broke(guest_at: GuestAt, tmp_path: Path) -> None:
    _, page = guest_at("/record/documents")
    broken: list[str] = []

    def breaks_once(route: Route) -> None:
        if broken:
            route.continue_()
        else:
            broken.append(route.request.url)
            route.abort("connectionreset")

    page.route(re.compile("partNumber=2"), breaks_once)
    page.get_by_role("button", name="Add a document").click()
    file = tmp_path / "long.txt"
    file.write_bytes(b"word " * (10 * MIB + 1))
    _choose_and_send(page, file)
    sent = page.get_by_role("article").filter(has_text="long.txt")
    expect(sent.get_by_text("Available", exact=True)).to_be_visible(timeout=PATIENCE * 1000)
    assert len(broken) == 1


def _send(page: Page, name: str, type_: str, content: bytes) -> None:
    _choose_and_send(page, {"name": name, "mimeType": type_, "buffer": content})


def _choose_and_send(page: Page, chosen: FilePayload | Path) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="File").click()
    chooser.value.set_files(chosen)
    page.get_by_role("button", name="Send").click()


def _shown(image: Locator) -> None:
    """Holds that the picture has come, and from where the page's policy lets it."""
    expect(image).to_be_visible()
    until(lambda: image.evaluate("image => image.naturalWidth") == 2)


def _treats(hospital: Hospital, stack: Stack, doctor: Doctor, guest: Guest) -> None:
    """Lets the desk receive the patient for the doctor, and waits until they treat them: an event tells of it."""
    walk_in = {"patient_id": guest.patient_id, "practitioner_id": doctor.practitioner_id}
    good(hospital.desk.post("/v1/encounters", json=walk_in), 201)
    with connect(stack, "care", doctor.email, PASSWORD) as treating:
        until(lambda: treating.get(f"/v1/patients/{guest.patient_id}/documents").status_code == 200)
