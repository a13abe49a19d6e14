"""The portal in a real browser: visitors with a screen each, what a page must never do, and axe."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol

import pytest
from local.browser import FLAGS, executable
from local.client import Stack
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright
from tests.e2e.browser.pages import keep
from tests.e2e.hospital import PASSWORD, Doctor, Guest, Hospital, soon, week

SCREENS: dict[str, ViewportSize] = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1440, "height": 900}}
_VIEWER = ("chrome-extension://mhjfbmdgcfjbbpaeojofohoefgiehjai/", "chrome://resources/")  # the browser's own, of PDF
PATIENCE = 60_000  # milliseconds: a function that nobody used yet starts with its first call, and a machine may be busy

expect.set_options(timeout=PATIENCE)


class Visit(Protocol):
    def __call__(self, screen: str = "desktop", *, scheme: str = "light", language: str = "en-GB") -> Page: ...


class GuestAt(Protocol):
    def __call__(self, path: str, screen: str = "desktop", *, scheme: str = "light") -> tuple[Guest, Page]: ...


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser, stack: Stack, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """`visit("phone")`: a new visitor of the portal, in a browser profile of their own.

    A test fails when a page of its visitors throws, writes an error to the console (a violation of the content
    security policy is one), or asks anybody but the portal itself and the store of documents. What the pages
    looked like in the end is kept in `artifacts/screenshots/`.
    """
    pages: list[Page] = []
    wrong: list[str] = []

    def visit(screen: str = "desktop", *, scheme: str = "light", language: str = "en-GB") -> Page:
        context = browser.new_context(
            base_url=stack["portal"],
            viewport=SCREENS[screen],
            has_touch=screen == "phone",
            is_mobile=screen == "phone",
            color_scheme="dark" if scheme == "dark" else "light",
            locale=language,
            timezone_id="Europe/Berlin",
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(f"thrown: {error}"))
        page.on("console", lambda message: wrong.append(message.text) if _alarms(message.type, message.text) else None)
        page.on(
            "request",
            lambda asked: wrong.append(f"asked {asked.url}") if not asked.url.startswith(_own(stack)) else None,
        )
        pages.append(page)
        return page

    yield visit
    for number, page in enumerate(pages, 1):
        keep(page, f"{request.node.name}-{number}")
        page.context.close()
    assert not wrong, wrong


def _own(stack: Stack) -> tuple[str, ...]:
    store = stack["aws"]["endpoint_url"].replace("localhost", "127.0.0.1")
    return (f"{stack['portal']}/", f"{store}/", "data:", "blob:", *_VIEWER)


def _alarms(kind: str, text: str) -> bool:
    """Whether a line of the console is an error of ours; a refused call is logged by the browser itself."""
    return kind == "error" and not text.startswith("Failed to load resource")


@pytest.fixture(scope="session")
def sign_in(stack: Stack) -> Callable[[Page, str, str], None]:
    """`sign_in(page, email, password)`: through the sign-in page, as people do; ends where they land."""

    def sign_in(page: Page, email: str, password: str, app: str = "care") -> None:
        page.goto("/login" if app == "care" else "/research")
        page.get_by_label("E-mail").fill(email)
        page.get_by_label("Password", exact=True).fill(password)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("button", name="Account")).to_be_visible()

    return sign_in


@pytest.fixture
def guest_at(hospital: Hospital, visit: Visit, sign_in: Callable[[Page, str, str], None]) -> GuestAt:
    """`guest_at("/record", "phone")`: a new patient, signed in, and the page to which they have gone."""

    def guest_at(path: str, screen: str = "desktop", *, scheme: str = "light") -> tuple[Guest, Page]:
        guest, page = hospital.guest(), visit(screen, scheme=scheme)
        sign_in(page, guest.email, PASSWORD)
        page.goto(path)
        return guest, page

    return guest_at


@pytest.fixture
def doctor(hospital: Hospital) -> Doctor:
    """Somebody with free times in the morning, in a zone that is not the tests'."""
    return hospital.hire(mornings("08:00"))


def mornings(begin: str) -> dict[str, Any]:
    return week(begin, "12:00", 30, "Europe/Berlin", valid_from=soon().isoformat())
