"""Reception and administration at work, in a browser."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import httpx
import pytest
from local.client import Stack, demo_user
from playwright.sync_api import Locator, Page, expect
from tests.e2e.browser.conftest import Visit
from tests.e2e.browser.pages import assert_accessible
from tests.e2e.hospital import DAY, PASSWORD, Doctor, Hospital, every, free, good, soon, today, week
from tests.e2e.post import until

SignIn = Callable[..., None]
Clients = Callable[..., httpx.Client]


@pytest.fixture
def hospital(stack: Stack, client_for: Clients) -> Hospital:
    return Hospital.found(stack, client_for("admin"), client_for("receptionist"))


@pytest.fixture
def enter(stack: Stack, visit: Visit, sign_in: SignIn) -> Callable[..., Page]:
    """`enter(role, screen)`: a page on which that role's demo user has signed in."""

    def enter(role: str, screen: str = "desktop", **look: str) -> Page:
        page = visit(screen, **look)
        user = demo_user(stack, role)
        sign_in(page, user["email"], user["password"])
        return page

    return enter


def around_the_clock(hospital: Hospital) -> Doctor:
    return hospital.hire(week("00:00", "00:00", 60, valid_from=soon().isoformat()))


def booked(hospital: Hospital, doctor: Doctor, day: date) -> dict[str, Any]:
    """A visit at the first free time of a day."""
    slot = free(hospital.desk, doctor.practitioner_id, day)[0]
    body = {"practitioner_id": doctor.practitioner_id, "patient_id": hospital.patient(), "start": slot["start"]}
    return good(hospital.desk.post("/v1/appointments", json=body), 201)


def stored(hospital: Hospital, appointment_id: str) -> dict[str, Any]:
    return good(hospital.desk.get(f"/v1/appointments/{appointment_id}"))


def visit_panel(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Visit")


def test_the_desk_finds_a_patient_by_typing_and_opens_them_with_the_keyboard(
    hospital: Hospital, enter: Callable[..., Page]
) -> None:
    patient_id = hospital.patient()
    page = enter("receptionist")
    page.goto("/patients")
    expect(page.get_by_label("Search patients")).to_be_focused()
    page.keyboard.type(f"test {hospital.name}")
    expect(page.get_by_text("1 patient", exact=True)).to_be_visible()
    assert_accessible(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/patients/{patient_id}$"))
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Test Invented {hospital.name}")
    assert_accessible(page)


def test_who_is_very_like_somebody_known_is_shown_beside_them_before_they_are_registered(
    hospital: Hospital, enter: Callable[..., Page]
) -> None:
    known = hospital.patient()
    page = enter("receptionist")
    page.goto("/patients")
    page.get_by_label("Search patients").fill(f"Test Invented {hospital.name}")
    page.get_by_role("link", name="Register a patient").first.click()
    # What was searched for is the beginning of the registration.
    expect(page.get_by_label("Given name")).to_have_value(re.compile("Test"))
    page.get_by_label("Given name").fill("Test")
    page.get_by_label("Family name").fill(f"Invented {hospital.name}")
    page.get_by_label("Date of birth").fill("1990-01-01")
    page.get_by_role("button", name="Register").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Is this the same person?")
    expect(page.get_by_text("same date of birth")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="This is the person").click()
    expect(page).to_have_url(re.compile(f"/patients/{known}$"))

    page.goto("/patients/new")
    page.get_by_label("Given name").fill("Test")
    page.get_by_label("Family name").fill(f"Invented {hospital.name}")
    page.get_by_label("Date of birth").fill("1990-01-01")
    page.get_by_role("button", name="Register").click()
    page.get_by_role("button", name="Register anyway").click()
    expect(page).to_have_url(re.compile("/patients/pat_"))
    expect(page).not_to_have_url(re.compile(known))
    found = good(hospital.desk.get("/v1/patients", params={"query": hospital.name}))["items"]
    assert len(found) == 2


def test_the_desk_reviews_who_registered_themselves_and_is_very_like_somebody(
    hospital: Hospital, anonymous: Callable[[str], httpx.Client], enter: Callable[..., Page]
) -> None:
    known = good(hospital.desk.get(f"/v1/patients/{hospital.patient()}"))
    names = {name: known[name] for name in ("given_name", "family_name", "birth_date")}
    account = {"email": f"{uuid.uuid4().hex[:12]}@patients.example", "password": PASSWORD}
    good(anonymous("care").post("/v1/registrations", json=names | account), 201)
    page = enter("receptionist")
    page.goto("/patients")
    page.get_by_text("Possible duplicates to review").click()
    page.get_by_label("Search patients").fill(hospital.name)
    page.get_by_role("list", name="Patients found").get_by_role("link", name=account["email"]).click()
    page.get_by_role("button", name="Looked at: another person").click()
    expect(page.get_by_text("Possible duplicate")).to_be_hidden()
    review = {"query": hospital.name, "possible_duplicate": "true"}
    assert good(hospital.desk.get("/v1/patients", params=review))["items"] == []


def test_a_details_form_that_somebody_else_overtook_says_so_and_shows_what_they_wrote(
    hospital: Hospital, enter: Callable[..., Page]
) -> None:
    patient_id = hospital.patient()
    page = enter("receptionist")
    page.goto(f"/patients/{patient_id}?tab=details")
    page.get_by_label("E-mail address").fill("mine@patients.example")
    good(hospital.desk.patch(f"/v1/patients/{patient_id}", json={"email": "theirs@patients.example"}))
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Show the present state").click()
    expect(page.get_by_label("E-mail address")).to_have_value("theirs@patients.example")


@pytest.mark.parametrize("screen", ["desktop", "phone"])
def test_the_desk_books_moves_checks_in_and_cancels(
    hospital: Hospital, enter: Callable[..., Page], screen: str
) -> None:
    doctor, patient_id = around_the_clock(hospital), hospital.patient()
    page = enter("receptionist", screen)

    page.goto(f"/patients/{patient_id}")
    page.get_by_role("link", name="Book a visit").click()
    department = page.get_by_role("combobox", name="Department")
    department.click()
    department.fill(hospital.name)
    page.get_by_role("option", name=hospital.name).click()
    page.get_by_role("list", name="Doctors").get_by_role("button", name=f"Department {hospital.name}").click()
    page.locator("[data-slot]").first.click()
    expect(page.get_by_text("This time is reserved.")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Book this visit").click()
    page.get_by_role("list", name="To come").get_by_role("button").click()
    [visit] = every(hospital.desk, patient_id=patient_id)
    assert visit["status"] == "booked"

    panel = visit_panel(page)
    panel.get_by_role("button", name="Move").click()
    panel.locator("[data-slot]").last.click()
    panel.get_by_role("button", name="Move the visit").click()
    expect(panel.get_by_text("Moved", exact=True)).to_be_visible()
    moved = stored(hospital, visit["appointment_id"])
    assert moved["start"] > visit["start"]
    assert moved["practitioner_id"] == doctor.practitioner_id

    page.goto(f"/board?department={hospital.department_id}&day={moved['start'][:10]}")
    row = page.get_by_role("list", name="Visits of the day").get_by_role("listitem").filter(has_text=hospital.name)
    row.get_by_role("button", name="Check in").click()
    expect(row.get_by_text("Checked in")).to_be_visible()
    # The keyboard stays where it was, although its button is gone.
    expect(row.get_by_role("button", name=hospital.name)).to_be_focused()
    assert_accessible(page)

    row.get_by_role("button", name=hospital.name).click()
    panel.get_by_role("button", name="Cancel the visit").click()
    panel.get_by_role("button", name="Cancel the visit").click()
    expect(panel.get_by_text("Say why the visit is cancelled.")).to_be_visible()
    panel.get_by_role("button", name="At the patient's wish").click()
    panel.get_by_role("button", name="Cancel the visit").click()
    expect(panel.get_by_text("Cancelled").first).to_be_visible()
    assert_accessible(page)
    assert stored(hospital, visit["appointment_id"])["status"] == "cancelled"


def test_a_step_that_somebody_else_took_meanwhile_is_refused_kindly_on_the_board(
    hospital: Hospital, enter: Callable[..., Page]
) -> None:
    visit = booked(hospital, around_the_clock(hospital), soon())
    page = enter("receptionist")
    page.goto(f"/board?department={hospital.department_id}&day={visit['start'][:10]}")
    button = page.get_by_role("listitem").filter(has_text=hospital.name).get_by_role("button", name="Check in")
    expect(button).to_be_visible()
    # The page has no newer answer yet.
    page.route("**/v1/board?*", lambda _: None)
    good(hospital.desk.post(f"/v1/appointments/{visit['appointment_id']}/cancel", json={"reason": "Elsewhere"}))
    button.click()
    expect(page.get_by_role("alert").filter(has_text=re.compile("changed", re.IGNORECASE))).to_be_visible()


def test_leave_puts_a_visit_on_the_work_list_and_one_click_moves_it(
    hospital: Hospital, enter: Callable[..., Page]
) -> None:
    doctor = around_the_clock(hospital)
    day = soon()
    visit = booked(hospital, doctor, day)
    good(hospital.admin.put(f"/v1/practitioners/{doctor.practitioner_id}/leave/{day.isoformat()}", json={}))
    # The list is a copy that follows: whoever looks a moment later finds it.
    theirs = {"practitioner_id": doctor.practitioner_id}
    until(lambda: good(hospital.desk.get("/v1/work-list", params=theirs))["items"])
    page = enter("receptionist")
    page.goto("/work-list")
    card = page.get_by_role("article").filter(has_text=hospital.name)
    expect(card.get_by_text("The doctor is on leave")).to_be_visible()
    expect(page.get_by_role("link", name="Visits to move")).to_contain_text(re.compile(r"\d"))
    # What is free is asked for when somebody sees the entry, and in a busy house it is far down.
    card.scroll_into_view_if_needed()
    card.get_by_role("group", name="Free near the old time:").get_by_role("button").first.click()
    expect(page.get_by_role("alert").filter(has_text="Moved to")).to_be_visible()
    expect(card).to_be_hidden()
    assert stored(hospital, visit["appointment_id"])["start"] != visit["start"]
    assert_accessible(page)


def test_the_desk_puts_a_patient_on_the_waitlist_urgently_sees_the_line_and_takes_them_off(
    hospital: Hospital, enter: Callable[..., Page]
) -> None:
    doctor, patient_id = around_the_clock(hospital), hospital.patient()
    page = enter("receptionist")
    page.goto(f"/patients/{patient_id}?tab=waitlist")
    page.get_by_role("button", name="Put on the list").click()
    expect(page.get_by_text("Choose a doctor or a specialty.")).to_be_visible()
    # One that no other test frees a time of: whoever waits for it would be the first to be asked.
    choose(page, "Anybody of a specialty", "Neurology")
    page.get_by_label("Urgent: asked before the others").check()
    page.get_by_role("combobox", name="Not before").click()
    page.get_by_role("option", name="08:00").click()
    page.get_by_role("group", name="Weekdays").get_by_text("Tue").click()
    page.get_by_text("By video").click()
    page.get_by_role("button", name="Put on the list").click()
    wanted = page.get_by_role("article", name="Neurology")
    expect(wanted.get_by_text("Urgent")).to_be_visible()
    expect(wanted).to_contain_text(re.compile("Tue · 08:00.+ · By video"))
    assert_accessible(page)
    # The same wish again says so.
    choose(page, "Anybody of a specialty", "Neurology")
    page.get_by_role("button", name="Put on the list").click()
    expect(page.get_by_role("main").get_by_role("alert")).to_be_visible()

    wish = {"patient_id": patient_id, "practitioner_id": doctor.practitioner_id, "time_zone": "UTC"}
    days = {"from": today().isoformat(), "to": (today() + DAY).isoformat()}
    good(hospital.desk.post("/v1/waitlist", json=wish | days), 201)
    page.goto(f"/waiting?practitioner={doctor.practitioner_id}")
    entry = page.get_by_role("article").filter(has_text=hospital.name)
    expect(entry).to_have_count(1)
    assert_accessible(page)
    entry.get_by_role("button", name="Take off the list").click()
    page.get_by_role("dialog").get_by_role("button", name="Take off the list").click()
    expect(page.get_by_text("Nobody waits here")).to_be_visible()
    waiting = good(hospital.desk.get("/v1/waitlist", params={"patient_id": patient_id, "status": "waiting"}))["items"]
    assert [item["specialty"] for item in waiting] == ["neurology"]


def test_administration_hires_a_doctor_and_disables_them(hospital: Hospital, enter: Callable[..., Page]) -> None:
    name = f"Invented {uuid.uuid4().hex[:8]}"
    page = enter("admin")
    page.goto("/staff")
    page.get_by_role("link", name="Hire somebody").click()
    page.get_by_role("button", name="Hire", exact=True).click()
    expect(page.get_by_label("Given name")).to_have_accessible_description("Enter the name.")
    page.get_by_label("Given name").fill("Dora")
    page.get_by_label("Family name").fill(name)
    page.get_by_label("E-mail address").fill(f"{uuid.uuid4().hex[:12]}@clinic.example")
    choose(page, "Roles", "Doctor")
    choose(page, "Specialties", "Cardiology")
    choose(page, "Department", f"Department {hospital.name}")
    page.get_by_label("Fee of a visit").fill("45.50")
    page.get_by_text("First password", exact=True).first.click()
    page.get_by_role("button", name="Suggest one").click()
    assert_accessible(page)
    page.get_by_role("button", name="Hire", exact=True).click()
    expect(page).to_have_url(re.compile("/staff/stf_"))
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Dora {name}")
    assert_accessible(page)
    hired = good(hospital.admin.get(f"/v1/staff/{page.url.split('/')[-1]}"))
    assert hired["practitioner"]["fee"] == {"minor": 4550, "currency": "EUR"}

    page.get_by_role("link", name="Leave").click()
    page.get_by_role("link", name="Set the hours").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Working hours")
    expect(page.get_by_text(f"Dora {name}")).to_be_visible()
    page.goto(f"/staff/{hired['staff_id']}")
    page.get_by_role("button", name="Disable").click()
    dialog = page.get_by_role("dialog", name=f"Disable Dora {name}?")
    expect(dialog).to_contain_text("Nobody can book visits with them")
    dialog.get_by_role("button", name="Disable").click()
    expect(page.get_by_role("button", name="Enable")).to_be_visible()
    assert good(hospital.desk.get(f"/v1/practitioners/{hired['practitioner_id']}"))["active"] is False


def choose(page: Page, field: str, option: str) -> None:
    """Choose by typing, as people do in long lists."""
    box = page.get_by_role("combobox", name=field)
    box.click()
    box.fill(option)
    page.get_by_role("option", name=option, exact=True).click()
    page.keyboard.press("Escape")


def test_administrators_do_not_disable_their_own_account(hospital: Hospital, visit: Visit) -> None:
    member = {"email": f"{uuid.uuid4().hex[:12]}@clinic.example", "given_name": "Ada", "family_name": "Invented"}
    body = {**member, "roles": ["admin"], "temporary_password": "Temporary-2026!"}
    own = good(hospital.admin.post("/v1/staff", json=body), 201)
    page = visit()
    page.goto(f"/login?next=/staff/{own['staff_id']}")
    page.get_by_label("E-mail").fill(member["email"])
    page.get_by_label("Password", exact=True).fill("Temporary-2026!")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_role("button", name="Set the password and sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ada Invented")
    expect(page.get_by_role("button", name="Disable")).to_be_disabled()
    expect(page.get_by_text("This is your own account.")).to_be_visible()


def test_administration_furnishes_a_department(enter: Callable[..., Page]) -> None:
    name = f"Department {uuid.uuid4().hex[:8]}"
    page = enter("admin")
    page.goto("/departments")
    page.get_by_label("Name of the department").fill(name)
    page.get_by_role("button", name="Create the department").click()
    page.get_by_label("Name of the room").fill("Room 1")
    page.get_by_role("button", name="Add the room").click()
    expect(page.get_by_role("listitem").filter(has_text="Room 1")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Name of the department").fill(name.upper())
    page.get_by_role("button", name="Create the department").click()
    expect(page.get_by_role("main").get_by_role("alert")).to_have_text("There is one of this name already.")


def test_a_manager_sees_the_day_without_patients_names(hospital: Hospital, enter: Callable[..., Page]) -> None:
    visit = booked(hospital, around_the_clock(hospital), soon())
    page = enter("manager")
    page.goto(f"/board?department={hospital.department_id}&day={visit['start'][:10]}")
    row = page.get_by_role("list", name="Visits of the day").get_by_role("listitem")
    expect(row).to_contain_text("A patient")
    expect(row).to_contain_text("Test Invented")
    expect(row).not_to_contain_text(hospital.name)
    expect(row.get_by_role("button")).to_have_count(0)


def test_everybody_can_read_who_may_do_what(enter: Callable[..., Page]) -> None:
    page = enter("auditor")
    page.get_by_role("link", name="Who may do what").click()
    page.get_by_label("Search what can be done").fill("book a visit")
    row = page.get_by_role("row").filter(has_text="Book a visit")
    expect(row.get_by_role("cell").first).to_have_text("their own and their family's")
    assert_accessible(page)
    page.get_by_label("Search what can be done").fill("fly to the moon")
    expect(page.get_by_text("Nothing found")).to_be_visible()


@pytest.mark.parametrize(
    ("role", "path"),
    [
        ("receptionist", "/board"),
        ("receptionist", "/patients"),
        ("receptionist", "/patients/new"),
        ("receptionist", "/work-list"),
        ("receptionist", "/waiting"),
        ("admin", "/staff"),
        ("admin", "/staff/new"),
        ("admin", "/departments"),
        ("admin", "/access"),
    ],
)
def test_pages_are_accessible_on_a_dark_phone_in_german(enter: Callable[..., Page], role: str, path: str) -> None:
    page = enter(role, "phone", scheme="dark")
    page.evaluate("localStorage.setItem('salus.language', 'de')")
    page.goto(path)
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert_accessible(page)
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow == 0, "The page must not scroll sideways"
