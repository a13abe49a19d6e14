"""How long a newcomer waits: `make start` in a fresh clone of what is committed, with the packages in uv's cache."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from pathlib import Path

from local.processes import free_ports
from local.settings import ROOT

from bench.report import Row

MOST_FIRST, MOST_SECOND = 90, 20


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="salus-") as directory:
        clone = Path(directory) / "salus"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        ports = dict(zip(("SALUS_PORT", "SALUS_AWS_PORT", "SALUS_SFTP_PORT"), map(str, free_ports(3)), strict=True))
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("SALUS_", "MAKE"))}
        try:
            first = _make("start", clone, kept | ports)
            again = _make("start", clone, kept | ports)
            _make("stop", clone, kept | ports)
            back = _make("start", clone, kept | ports)
        finally:
            _make("reset", clone, kept | ports)
    return [
        _row("`make start` in a fresh clone, packages in the cache", first, MOST_FIRST),
        _row("`make start` again", again, MOST_SECOND),
        _row("`make start` after `make stop`", back, MOST_SECOND),
    ]


def _row(what: str, seconds: float, most: int) -> Row:
    return Row("start", what, f"{seconds:.0f} s", f"at most {most} s", seconds <= most)


def _make(target: str, folder: Path, environment: dict[str, str]) -> float:
    began = time.monotonic()
    done = subprocess.run(["make", target], cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"make {target} failed: {(done.stdout + done.stderr)[-2000:]}")
    return time.monotonic() - began
