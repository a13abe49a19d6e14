"""A runtime for tests: ports and state of its own, nothing left behind.

`python -m local.testing <pytest arguments>` runs pytest against one; the `stack` fixture of the end-to-end tests starts
one itself when pytest runs by itself.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local import runtime
from local.processes import free_ports
from local.settings import ROOT, LocalError, Settings

_HOMES = ROOT / ".local"
_PREFIX = "test-"
STACK_VARIABLE = "SALUS_E2E_STACK"


@contextmanager
def running() -> Iterator[Path]:
    """A runtime for as long as the block lasts; gives its `stack.json`.

    Raises:
        LocalError: it could not be started.
    """
    with runtime_of_its_own() as settings:
        yield settings.stack_file


@contextmanager
def runtime_of_its_own() -> Iterator[Settings]:
    """The same; gives its settings."""
    _sweep()
    port, aws_port, sftp_port = free_ports(3)
    settings = Settings(_HOMES / f"{_PREFIX}{os.getpid()}", port, aws_port, sftp_port)
    try:
        runtime.start(settings)
        yield settings
    finally:
        runtime.discard(settings)
        shutil.rmtree(settings.home, ignore_errors=True)


def _sweep() -> None:
    """Clear away what a run that was killed left behind."""
    for home in _HOMES.glob(f"{_PREFIX}*"):
        if not _is_alive(int(home.name.removeprefix(_PREFIX))):
            runtime.discard(Settings(home, 0, 0, 0))
            shutil.rmtree(home, ignore_errors=True)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def main() -> int:
    # Ended from outside, it still has to clear up.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with running() as stack_file:
            command = [sys.executable, "-m", "pytest", *sys.argv[1:]]
            environment = os.environ | {
                STACK_VARIABLE: str(stack_file),
                "PYTEST_DEBUG_TEMPROOT": str(stack_file.parent),  # its temporary files go with the runtime
            }
            return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    except LocalError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
