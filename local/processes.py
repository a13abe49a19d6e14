"""Background processes that outlive the command that started them, known by a file each."""

from __future__ import annotations

import fcntl
import json
import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from local.progress import say
from local.settings import LocalError

_LONG_LOG = 20_000_000
_PORTS = range(20_000, 32_000)

# Children of this very command: they must be waited for when they end, or they stay in the process table.
_started: dict[int, subprocess.Popen[bytes]] = {}


@dataclass(frozen=True, slots=True)
class Service:
    """A named background process of one runtime; `<home>/run/<name>.json` says which one it is."""

    name: str
    home: Path

    @property
    def log(self) -> Path:
        return self.home / "logs" / f"{self.name}.log"

    @property
    def _record(self) -> Path:
        return self.home / "run" / f"{self.name}.json"

    def pid(self) -> int | None:
        """The running process, or None. A number that has passed to another process counts as none."""
        try:
            record = json.loads(self._record.read_text())
        except (OSError, ValueError):
            return None
        pid = int(record["pid"])
        return pid if _birth(pid) == record["birth"] else None

    def identity(self) -> str:
        """What `start` was told of the running process, or an empty text."""
        try:
            return str(json.loads(self._record.read_text())["identity"])
        except (OSError, ValueError, KeyError):
            return ""

    def start(self, command: Sequence[str], env: Mapping[str, str], cwd: Path, identity: str) -> None:
        """Start the process in a session of its own, its output appended to its log."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self._record.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > _LONG_LOG:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                command,
                env=dict(env),
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        _started[process.pid] = process
        record = {"pid": process.pid, "birth": _birth(process.pid), "identity": identity}
        self._record.write_text(json.dumps(record))

    def stop(self, patience: float = 300) -> bool:
        """Ask the process to end, then make it and its children; True if there was one.

        An emulator that holds a whole network writes its state for a minute or two, and would lose all of it.
        """
        pid = self.pid()
        if pid is None:
            self._record.unlink(missing_ok=True)
            return False
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        _until(lambda: _birth(pid) is None, patience)
        # Its session is its own, so whatever is still in it was started by it.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
        _until(lambda: _birth(pid) is None, 5)
        child = _started.pop(pid, None)
        if child is not None:
            with suppress(subprocess.TimeoutExpired):
                child.wait(5)
        self._record.unlink(missing_ok=True)
        return True

    def tail(self, lines: int = 15) -> str:
        """The end of its log."""
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        except OSError:
            return ""


def require_free(port: int, variable: str) -> None:
    """Refuse a port that another program listens on.

    Raises:
        LocalError: names the variable that moves us elsewhere.
    """
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise LocalError(f"Port {port} is taken by another program; set {variable} to a free port.") from None


def free_ports(count: int) -> list[int]:
    """Ports that were free a moment ago, all different; below those that systems give to connections, so that they are
    still free when somebody comes to listen there, minutes later."""
    found: list[int] = []
    for port in random.sample(_PORTS, len(_PORTS)):
        with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            found.append(port)
        if len(found) == count:
            return found
    raise LocalError("No port is free.")


@contextmanager
def exclusively(lock: Path, waiting: str) -> Iterator[None]:
    """Let one command at a time into the block; another one says what it is waiting for."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say(waiting)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def run(command: Sequence[str], *, cwd: Path, env: Mapping[str, str], log: Path, failure: str) -> None:
    """Run a command to its end with its output in a log.

    Raises:
        LocalError: it failed; carries the end of its output.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        code = _wait(command, cwd, env, output)
    if code:
        end = "\n".join(log.read_text(errors="replace").splitlines()[-25:])
        raise LocalError(f"{failure} (exit {code}); the end of {log}:\n{end}")


def _wait(command: Sequence[str], cwd: Path, env: Mapping[str, str], output: IO[bytes]) -> int:
    return subprocess.run(
        command, cwd=cwd, env=dict(env), stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, check=False
    ).returncode


def _until(done: Callable[[], bool], patience: float) -> None:
    limit = time.monotonic() + patience
    while not done() and time.monotonic() < limit:
        time.sleep(0.05)


def _birth(pid: int) -> str | None:
    """When a live process began, as the system tells it; None if there is none or only its corpse."""
    if pid in _started and _started[pid].poll() is not None:
        return None
    stat = Path(f"/proc/{pid}/stat")
    if Path("/proc/self/stat").exists():
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            return None
        return None if fields[0] == "Z" else fields[19]
    answer = subprocess.run(["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    state, _, started = answer.stdout.strip().partition(" ")
    return None if not state or state.startswith("Z") else started.strip()
