"""What tests of the portal do with any page."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page
from tests.e2e.post import until

_ROOT = Path(__file__).parents[3]
_AXE = _ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
_SCREENSHOTS = _ROOT / "artifacts" / "screenshots"
# What axe calls "moderate" and "minor" is advice; these keep somebody from using the page.
_GRAVE = frozenset({"serious", "critical"})


def assert_accessible(page: Page) -> None:
    """Fail on what axe finds serious or critical on the page as it stands."""
    page.evaluate(_AXE.read_text() + "\n;undefined")
    found: list[dict[str, Any]] = page.evaluate("async () => (await axe.run(document)).violations")
    grave = [
        {"rule": item["id"], "help": item["help"], "at": [node["target"] for node in item["nodes"]][:5]}
        for item in found
        if item["impact"] in _GRAVE
    ]
    assert not grave, json.dumps(grave, indent=1)


def unfold(page: Page, entry: Locator) -> None:
    """Ask for more of a list until it has the entry: there may be many before it."""
    more = page.get_by_role("button", name="Show more")

    def found() -> int:
        if not entry.count() and more.count() and more.is_enabled():
            more.click()
        return entry.count()

    until(found)


def keep(page: Page, name: str) -> None:
    """Keep what the page looks like as `artifacts/screenshots/<name>.png`."""
    _SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=_SCREENSHOTS / f"{_slug(name)}.png", full_page=True)


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:120]
