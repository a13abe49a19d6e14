"""The portal's build, skipped while nothing that it reads has changed."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from local.processes import exclusively, run
from local.progress import say, step
from local.settings import APPS, ROOT, LocalError

WEB = ROOT / "web"
DIST = WEB / "dist"
_MODULES = WEB / "node_modules"
_LOCK = WEB / "package-lock.json"
# What the installed packages and the present build were made of.
_INSTALLED = _MODULES / ".lock.digest"
_BUILT = WEB / "dist.digest"
_FILES = ("index.html", "package.json", "package-lock.json", "postcss.config.js", "tsconfig.json", "vite.config.ts")
_FOLDERS = ("public", "scripts", "src")
_GENERATED = WEB / "src" / "api" / "generated"


def build() -> None:
    """Install packages and build pages, each only if it has to be.

    Raises:
        LocalError: npm is missing, or what it did failed.
    """
    with exclusively(ROOT / ".local" / "portal.lock", "  waiting for another build of the portal to finish"):
        current = _digest(_inputs())
        if (DIST / "index.html").exists() and _read(_BUILT) == current:
            say("  portal: nothing has changed")
            return
        install()
        with step("build the portal"):
            _npm("build", "run", "build")
        _BUILT.write_text(current)


def install() -> None:
    """Install the packages that the lock names, unless they are there."""
    current = _digest([_LOCK])
    if _read(_INSTALLED) == current:
        return
    with step("install the portal's packages"):
        _npm("install", "ci")
    _INSTALLED.write_text(current)


def run_script(name: str) -> None:
    """Run one of package.json's scripts, its packages installed.

    Raises:
        LocalError: it failed.
    """
    install()
    _npm(name, "run", name)


def _npm(name: str, *arguments: str) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise LocalError("Node 20 is needed: there is no `npm` on the PATH.")
    log = ROOT / ".local" / "logs" / f"portal-{name}.log"
    # Tools for development are what builds; a machine that is set to production would leave them out.
    environment = {key: value for key, value in os.environ.items() if key not in {"NODE_ENV", "MAKEFLAGS", "MAKELEVEL"}}
    run([npm, *arguments], cwd=WEB, env=environment, log=log, failure=f"npm {' '.join(arguments)}")


def _inputs() -> Iterator[Path]:
    yield from (WEB / name for name in _FILES)
    yield from (ROOT / "api" / f"{app}.yaml" for app in APPS)
    for folder in _FOLDERS:
        for path in sorted((WEB / folder).rglob("*")):
            if path.is_file() and _GENERATED not in path.parents:
                yield path


def _digest(paths: Iterable[Path]) -> str:
    together = hashlib.sha256()
    for path in paths:
        together.update(f"{path.relative_to(ROOT)}\0".encode())
        together.update(hashlib.sha256(path.read_bytes()).digest())
    return together.hexdigest()


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
