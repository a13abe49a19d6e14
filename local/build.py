"""`sam build` of both applications, skipped while nothing that it reads has changed."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from local.processes import exclusively, run
from local.progress import say, step
from local.settings import APPS, ROOT, STAGE, architecture

SAM = ROOT / ".local" / "venvs" / "sam" / "bin" / "sam"
# What it would keep in the home directory stays here, and it reports to nobody.
TOOL_SETTINGS = {"SAM_CLI_TELEMETRY": "0", "__SAM_CLI_APP_DIR": str(ROOT / ".local" / "sam")}
CONFIG = ROOT / "samconfig.toml"
_BUILD = ROOT / ".aws-sam"


def template(app: str) -> Path:
    """The built template of an application."""
    return _BUILD / app / "template.yaml"


def digest(app: str) -> str:
    """What the build of an application depends on, as one number."""
    together = hashlib.sha256(architecture().encode())
    for path in _inputs(app):
        together.update(f"{path.relative_to(ROOT)}\0{path.stat().st_mode & 0o111}\0".encode())
        together.update(hashlib.sha256(path.read_bytes()).digest())
    return together.hexdigest()


def built_digest(app: str) -> str:
    """The digest of what the present build was made of, which may be older than the sources by now."""
    return _marker(app).read_text()


@contextmanager
def built() -> Iterator[None]:
    """Build what has changed; for as long as the block lasts no other runtime builds into the same place.

    Raises:
        LocalError: `sam build` failed.
    """
    with exclusively(_BUILD / ".lock", "  waiting for another build and deployment to finish"):
        stale = [app for app in APPS if not _is_built(app)]
        if not stale:
            say("  build: nothing has changed")
        with ThreadPoolExecutor() as pool:
            list(pool.map(_build, stale))
        yield


def _build(app: str) -> None:
    current = digest(app)
    marker = _marker(app)
    marker.unlink(missing_ok=True)
    command = [str(SAM), "build", "--config-env", STAGE, "--config-file", str(CONFIG)]
    command += ["--template-file", str(ROOT / "stacks" / f"{app}.yaml"), "--build-dir", str(_BUILD / app)]
    command += ["--parameter-overrides", f"Architecture={architecture()}"]
    with step(f"build {app}"):
        run(
            command,
            cwd=ROOT,
            env=_environment(),
            log=ROOT / ".local" / "logs" / f"build-{app}.log",
            failure="sam build",
        )
    marker.write_text(current)


def _is_built(app: str) -> bool:
    try:
        return template(app).exists() and built_digest(app) == digest(app)
    except OSError:
        return False


def _marker(app: str) -> Path:
    return _BUILD / f"{app}.digest"


def _inputs(app: str) -> Iterator[Path]:
    places = [
        ROOT / "stacks" / f"{app}.yaml",
        ROOT / "api" / f"{app}.gateway.yaml",
        CONFIG,
        ROOT / "uv.lock",
        ROOT / "functions" / "Makefile",
        *(ROOT / kind / app for kind in ("functions", "policies", "statemachines")),
        ROOT / "layers",
    ]
    for place in places:
        paths = sorted(place.rglob("*")) if place.is_dir() else [place]
        yield from (path for path in paths if path.is_file() and "__pycache__" not in path.parts)


def _environment() -> dict[str, str]:
    variables = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return variables | {
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "PYTHON": str(ROOT / ".venv" / "bin" / "python"),
        "SALUS_ARCHITECTURE": architecture() if sys.platform == "linux" else "host",
        **TOOL_SETTINGS,
        # Make passes its own flags and level on; the builds inside are none of that run.
        "MAKEFLAGS": "",
        "MAKELEVEL": "",
    }
