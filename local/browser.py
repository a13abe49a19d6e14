"""Which Chromium to drive: an installed one, else one that is installed for the purpose."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from local.settings import LocalError

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
# No first-run pages, no updates, no calls home: what a test sees is the portal and nothing else.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def executable() -> str | None:
    """The browser's path; None for the one that Playwright has downloaded for itself.

    Raises:
        LocalError: there is none, and none could be installed.
    """
    named = os.environ.get("SALUS_CHROMIUM")
    if named:
        return named
    found = _installed()
    if found is None and shutil.which("apt-get") and os.geteuid() == 0:
        _run("apt-get", "update", "--quiet=2")
        _run("apt-get", "install", "--quiet=2", "--yes", "--no-install-recommends", "chromium")
        found = _installed()
    if found is None and not _run(sys.executable, "-m", "playwright", "install", "chromium"):
        raise LocalError("The portal's tests need Chromium or Chrome; SALUS_CHROMIUM may name one.")
    return found


def _installed() -> str | None:
    found = next((path for path in map(shutil.which, _NAMES) if path), None)
    return found or (str(_MAC) if _MAC.exists() else None)


def _run(*command: str) -> bool:
    return subprocess.run(command, check=False, stdout=subprocess.DEVNULL).returncode == 0
