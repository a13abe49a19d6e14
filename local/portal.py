"""The portal's build, skipped while nothing that it reads has changed; `python -m local.portal lint|types|test`."""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from local.processes import exclusively, run
from local.progress import say, step
from local.settings import APPS, ROOT, LocalError

WEB = ROOT / "web"
DIST = WEB / "dist"
# What the build says of its own size.
SIZES = WEB / "dist.sizes.json"
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
    with _alone():
        current = _digest(_inputs())
        if (DIST / "index.html").exists() and _read(_BUILT) == current:
            say("  portal: nothing has changed")
            return
        install()
        with step("build the portal"):
            _npm("build", "run", "build")
        _BUILT.write_text(current)


def install() -> None:
    """Install the packages that the lock names, unless they are there; one at a time.

    Raises:
        LocalError: npm is missing, or could not install them.
    """
    current = _digest([_LOCK])
    if _read(_INSTALLED) == current:
        return
    with step("install the portal's packages"):
        _npm("install", "ci")
    _INSTALLED.write_text(current)


def run_script(name: str) -> None:
    """Run one of package.json's scripts: `types`, `lint` or `test`.

    Raises:
        LocalError: it failed; carries the end of its output.
    """
    with _alone():
        install()
    _npm(name, "run", "--silent", name)


def _alone() -> AbstractContextManager[None]:
    return exclusively(ROOT / ".local" / "portal.lock", "  waiting for another build of the portal to finish")


def _npm(name: str, *arguments: str) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise LocalError("Node 20 is needed: there is no `npm` on the PATH.")
    log = ROOT / ".local" / "logs" / f"portal-{name}.log"
    # What builds is installed as for development; a machine that is set to production would leave it out.
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


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m local.portal", description=__doc__)
    parser.add_argument("script", choices=["lint", "types", "test"])
    try:
        run_script(parser.parse_args().script)
    except LocalError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
