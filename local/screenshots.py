"""The README's pictures: `make screenshots` takes them of the running system, as demo people see it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from local.browser import FLAGS, executable
from local.client import Stack, demo_user, load_stack
from local.progress import step
from local.settings import ROOT, LocalError, Settings

_FOLDER = ROOT / "docs" / "images"
_PHONE: ViewportSize = {"width": 390, "height": 780}
_DESK: ViewportSize = {"width": 1180, "height": 780}


def main() -> int:
    settings = Settings.from_environment()
    try:
        if not settings.stack_file.exists():
            raise LocalError("Nothing runs here; run `make start` first.")
        stack = load_stack(settings.stack_file)
        _FOLDER.mkdir(parents=True, exist_ok=True)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=executable(), args=list(FLAGS))
            cardiologist = next(user for user in stack["demo_users"] if user["email"].startswith("demo.cardiologist"))
            book = f"/book/{cardiologist['practitioner_id']}"
            _take(browser, stack, "patient", _PHONE, book, _slots, "patient-books.png")
            # Their visits begin tomorrow, which may be a Sunday, when nobody works.
            week = f"/calendar?day={datetime.now(UTC).date() + timedelta(days=2)}"
            _take(browser, stack, "doctor", _DESK, week, _visits, "doctor-week.png")
            browser.close()
    except LocalError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _take(
    browser: Browser, stack: Stack, role: str, size: ViewportSize, path: str, ready: Callable[[Page], None], name: str
) -> None:
    with step(name):
        user = demo_user(stack, role, "care")
        page = browser.new_page(
            base_url=stack["portal"],
            viewport=size,
            locale="en-GB",
            timezone_id="Europe/Berlin",
            reduced_motion="reduce",
        )
        page.goto("/login")
        page.get_by_label("E-mail").fill(user["email"])
        page.get_by_label("Password", exact=True).fill(user["password"])
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("button", name="Account").wait_for()
        page.goto(path)
        ready(page)
        page.screenshot(path=_FOLDER / name)
        page.close()


def _slots(page: Page) -> None:
    page.get_by_role("button", name="09:30").first.wait_for()


def _visits(page: Page) -> None:
    page.get_by_role("table").get_by_role("button", name="Demo").first.wait_for()


if __name__ == "__main__":
    sys.exit(main())
