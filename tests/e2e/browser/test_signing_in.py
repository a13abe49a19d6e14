"""Signing in, staying and leaving, as people do it in a browser."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

import httpx
import pytest
from local.client import Stack, demo_user
from playwright.sync_api import Page, Route, expect
from tests.e2e.browser.conftest import Visit
from tests.e2e.browser.pages import assert_accessible
from tests.e2e.totp import one_time_code

PASSWORD = "Correct-horse-2026!"
TEMPORARY = "Temporary-2026!"
SignIn = Callable[..., None]
MINUTE = 60_000


def fill(page: Page, **fields: str) -> None:
    for label, value in fields.items():
        page.get_by_label(re.compile(f"^{label.replace('_', ' ')}", re.IGNORECASE)).fill(value)


def register(page: Page) -> str:
    """A new patient, signed in; gives their address."""
    email = f"portal.{uuid.uuid4().hex[:12]}@patients.example"
    page.goto("/register")
    fill(page, given_name="Nora", family_name="Invented", date_of_birth="1991-05-04", **{"e-mail": email})
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_role("button", name="Account")).to_be_visible()
    return email


@pytest.fixture
def staff(client_for: Callable[..., httpx.Client]) -> str:
    """The address of somebody whom administration has just hired."""
    email = f"portal.{uuid.uuid4().hex[:12]}@clinic.example"
    member = {"email": email, "given_name": "Nils", "family_name": "Invented", "roles": ["receptionist"]}
    headers = {"Idempotency-Key": uuid.uuid4().hex}
    hired = client_for("admin").post("/v1/staff", json=member | {"temporary_password": TEMPORARY}, headers=headers)
    assert hired.status_code == 201, hired.text
    return email


@pytest.mark.parametrize("path", ["/", "/login", "/register", "/forgot-password", "/research/login", "/nowhere"])
@pytest.mark.parametrize(("screen", "scheme"), [("phone", "light"), ("desktop", "dark")])
def test_pages_for_everybody_are_accessible(visit: Visit, path: str, screen: str, scheme: str) -> None:
    page = visit(screen, scheme=scheme)
    page.goto(path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert_accessible(page)


def test_a_first_visit_that_loses_its_network_is_told_so_in_the_visitors_language_and_goes_on_later(
    visit: Visit,
) -> None:
    page = visit("phone", scheme="dark", language="de-DE")
    lost = re.compile(r"/config\.json$|/assets/(common|nav)-")
    page.route(lost, lambda route: route.abort("internetdisconnected"))
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Keine Verbindung")
    assert_accessible(page)
    page.get_by_role("button", name="Noch einmal versuchen").click()
    expect(page.get_by_role("status")).to_have_text("Es gibt noch keine Verbindung.")
    assert_accessible(page)
    page.unroute(lost)
    page.get_by_role("button", name="Noch einmal versuchen").click()
    expect(page.get_by_role("link", name="Anmelden").first).to_be_visible()


def test_a_portal_that_does_not_come_at_all_leaves_a_way_to_try_again(visit: Visit) -> None:
    page = visit("phone", scheme="dark")
    program = re.compile(r"/assets/.*\.js$")
    page.route(program, lambda route: route.abort("internetdisconnected"))
    page.goto("/")
    again = page.get_by_role("link", name="Try again")
    expect(again).to_be_visible()
    assert_accessible(page)
    page.unroute(program)
    again.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(again).to_have_count(0)


def test_a_patient_registers_on_a_phone_and_is_signed_in(visit: Visit) -> None:
    page = visit("phone")
    register(page)
    page.goto("/profile")
    expect(page.get_by_label("Given name")).to_have_value("Nora")
    assert_accessible(page)


def test_a_registration_that_lacks_something_says_what_at_the_field(visit: Visit) -> None:
    page = visit()
    page.goto("/register")
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_label("Given name")).to_have_accessible_description("Enter the name.")
    expect(page.get_by_role("textbox", name="Password")).to_have_accessible_description(re.compile("are needed"))


def test_what_the_api_finds_wrong_is_said_at_the_field_too(visit: Visit) -> None:
    page = visit()
    page.goto("/register")
    fill(
        page, given_name="Nora", family_name="Invented", date_of_birth="2091-05-04", **{"e-mail": "x@patients.example"}
    )
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_role("alert")).to_have_text("Some of the input is not valid.")
    expect(page.get_by_label("Date of birth")).to_have_accessible_description(re.compile("future"))


def test_a_wrong_password_is_told_in_the_readers_language(visit: Visit, stack: Stack) -> None:
    page = visit(language="de-DE")
    page.goto("/login")
    fill(page, **{"E-Mail": demo_user(stack, "patient")["email"]})
    page.get_by_label("Passwort", exact=True).fill("wrong")
    page.get_by_role("button", name="Anmelden").click()
    expect(page.get_by_role("alert")).to_have_text("E-Mail-Adresse oder Passwort stimmen nicht.")


def test_who_was_on_their_way_to_a_page_gets_there(visit: Visit, sign_in: SignIn, stack: Stack) -> None:
    page = visit()
    user = demo_user(stack, "patient")
    page.goto("/account")
    expect(page).to_have_url(re.compile(r"/login\?next="))
    fill(page, **{"E-mail": user["email"]})
    page.get_by_label("Password", exact=True).fill(user["password"])
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile("/account$"))


def test_a_next_page_of_another_site_is_not_gone_to(visit: Visit, stack: Stack) -> None:
    page = visit()
    user = demo_user(stack, "patient")
    page.goto("/login?next=//elsewhere.example/")
    fill(page, **{"E-mail": user["email"]})
    page.get_by_label("Password", exact=True).fill(user["password"])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Account")).to_be_visible()
    assert page.url.startswith(stack["portal"])


def test_a_new_colleague_chooses_a_password_of_their_own(visit: Visit, staff: str) -> None:
    page = visit()
    page.goto("/login")
    fill(page, **{"E-mail": staff})
    page.get_by_label("Password", exact=True).fill(TEMPORARY)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("New password").fill("short")
    page.get_by_role("button", name="Set the password").click()
    expect(page.get_by_label("New password")).to_have_accessible_description(re.compile("are needed"))
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_role("button", name="Set the password").click()
    expect(page.get_by_role("button", name="Account")).to_be_visible()


def test_with_an_authenticator_a_password_is_not_enough(visit: Visit) -> None:
    page = visit("phone")
    email = register(page)
    page.goto("/account")
    page.get_by_role("button", name="Set up an authenticator app").click()
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    secret = page.locator("code").inner_text().replace(" ", "")
    page.get_by_label("Code", exact=True).fill(one_time_code(secret))
    page.get_by_role("button", name="Confirm", exact=True).click()
    expect(page.get_by_role("button", name="Turn off")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Account").click()
    page.get_by_role("menuitem", name="Sign out").click()

    fill(page, **{"E-mail": email})
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Code", exact=True).fill("000 000")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_have_text("The code is not right.")
    page.get_by_label("Code", exact=True).fill(one_time_code(secret))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Account")).to_be_visible()


def test_a_password_is_changed_by_who_knows_the_present_one(visit: Visit) -> None:
    page = visit()
    register(page)
    page.goto("/account")
    fill(page, present_password="Not-this-one-2026!", new_password="Another-horse-2026!")
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_role("alert")).to_be_visible()
    fill(page, present_password=PASSWORD)
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_text("Your password is changed.")).to_be_visible()


def test_a_reload_and_a_second_tab_go_on_and_signing_out_ends_both(visit: Visit, sign_in: SignIn, stack: Stack) -> None:
    page = visit()
    user = demo_user(stack, "patient")
    sign_in(page, user["email"], user["password"])
    page.reload()
    expect(page.get_by_role("button", name="Account")).to_be_visible()
    second = page.context.new_page()
    second.goto("/account")
    expect(second.get_by_role("heading", name="Account")).to_be_visible()
    kept = page.evaluate("JSON.stringify({...localStorage}) + JSON.stringify({...sessionStorage})")
    assert "eyJ" not in page.evaluate("JSON.stringify({...localStorage})"), kept
    page.get_by_role("button", name="Account").click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(second.get_by_role("heading", name="Sign in")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_whoever_leaves_the_room_is_asked_and_then_signed_out(visit: Visit, sign_in: SignIn, stack: Stack) -> None:
    page = visit()
    page.clock.install()
    user = demo_user(stack, "patient")
    sign_in(page, user["email"], user["password"])
    page.clock.run_for(14 * MINUTE + 5000)
    question = page.get_by_role("dialog", name="Are you still there?")
    expect(question).to_be_visible()
    assert_accessible(page)
    question.get_by_role("button", name="Stay signed in").click()
    expect(question).to_be_hidden()
    page.clock.run_for(15 * MINUTE + 5000)
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_token_that_is_refused_mid_way_is_renewed_without_anybody_noticing(
    visit: Visit, sign_in: SignIn, stack: Stack
) -> None:
    page = visit()
    user = demo_user(stack, "patient")
    sign_in(page, user["email"], user["password"])
    tokens: list[str] = []

    def refuse_once(route: Route) -> None:
        tokens.append(route.request.headers["authorization"])
        if len(tokens) == 1:
            route.fulfill(status=401, content_type="application/problem+json", body="{}")
        else:
            route.continue_()

    page.route("**/api/care/v1/patients/*", refuse_once)
    page.goto("/profile")
    expect(page.get_by_label("Given name")).not_to_have_value("")
    assert len(set(tokens)) == 2


def test_somebody_elses_change_in_between_is_told_and_shown(visit: Visit) -> None:
    page = visit()
    register(page)
    page.goto("/profile")
    phone = page.get_by_label("Phone")
    expect(phone).to_be_visible()
    other = page.context.new_page()
    other.goto("/profile")
    other.get_by_label("Phone").fill("+49 30 1234567")
    other.get_by_role("button", name="Save").click()
    expect(other.get_by_text("Your details are saved.")).to_be_visible()

    phone.fill("+49 40 7654321")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Somebody else has changed this meanwhile.")
    page.get_by_role("button", name="Show the present state").click()
    expect(phone).to_have_value("+49301234567")
    phone.fill("+49 40 7654321")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Your details are saved.")).to_be_visible()


def test_a_member_of_the_family_acts_for_who_lets_them(visit: Visit) -> None:
    mother, daughter = visit("phone"), visit("desktop")
    register(mother)
    register(daughter)
    daughter.goto("/profile")
    number = daughter.locator("code").inner_text()
    mother.goto("/profile")
    fill(mother, their_patient_number=number)
    mother.get_by_role("button", name="Let them act for me").click()
    expect(mother.get_by_role("switch")).to_be_checked()
    assert_accessible(mother)

    daughter.reload()
    daughter.get_by_role("button", name="For me", exact=True).click()
    daughter.get_by_role("menuitem").last.click()
    expect(daughter.get_by_role("heading", level=1)).to_have_text("Details of Nora")
    expect(daughter.get_by_role("heading", name="Family")).to_be_hidden()

    mother.get_by_role("button", name="Remove Spouse").click()
    mother.get_by_role("button", name="Remove", exact=True).click()
    expect(mother.get_by_text("Nobody yet.")).to_be_visible()


def test_research_has_its_own_door(visit: Visit, sign_in: Callable[..., None], stack: Stack) -> None:
    page = visit()
    user = demo_user(stack, "scientist", "research")
    sign_in(page, user["email"], user["password"], "research")
    expect(page.get_by_text(f"Signed in as {user['email']}")).to_be_visible()
    expect(page.get_by_text("scientist", exact=True)).to_be_visible()
    assert_accessible(page)
    page.goto("/account")
    expect(page).to_have_url(re.compile("/login"))


def test_a_keyboard_is_enough_to_sign_in(visit: Visit, stack: Stack) -> None:
    page = visit()
    user = demo_user(stack, "patient")
    page.goto("/login")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.get_by_label("E-mail").focus()
    page.keyboard.type(user["email"])
    page.keyboard.press("Tab")
    page.keyboard.type(user["password"])
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Account")).to_be_visible()
