"""Background processes: started, known again, stopped with all their children."""

import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from local.processes import Service, free_ports, require_free, run
from local.settings import LocalError

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)",
]
PARENT = [
    sys.executable,
    "-c",
    (
        "import subprocess, sys, time; "
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); "
        "print(child.pid, flush=True); time.sleep(60)"
    ),
]


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    service = Service("thing", tmp_path)
    yield service
    service.stop(patience=0)


def start(service: Service, command: list[str]) -> int:
    service.start(command, dict(os.environ), service.home, "this one")
    pid = service.pid()
    assert pid is not None
    return pid


def line_of(service: Service) -> str:
    limit = time.monotonic() + 10
    while not service.tail() and time.monotonic() < limit:
        time.sleep(0.02)
    return service.tail()


def test_what_was_started_is_known_to_whoever_asks_later(service: Service) -> None:
    pid = start(service, SLEEP)
    again = Service(service.name, service.home)
    assert again.pid() == pid
    assert again.identity() == "this one"


def test_stopping_ends_it_and_stopping_twice_does_no_harm(service: Service) -> None:
    start(service, SLEEP)
    assert service.stop()
    assert service.pid() is None
    assert not service.stop()


def test_what_does_not_want_to_stop_is_made_to(service: Service) -> None:
    start(service, STUBBORN)
    assert "up" in line_of(service)
    assert service.stop(patience=0.2)
    assert service.pid() is None


def test_its_children_end_with_it(service: Service) -> None:
    start(service, PARENT)
    child = int(line_of(service))
    service.stop()
    limit = time.monotonic() + 5
    while Path(f"/proc/{child}").exists() and time.monotonic() < limit:
        time.sleep(0.02)
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


def test_what_was_killed_from_outside_is_not_running(service: Service) -> None:
    pid = start(service, SLEEP)
    os.kill(pid, signal.SIGKILL)
    limit = time.monotonic() + 5
    while service.pid() is not None and time.monotonic() < limit:
        time.sleep(0.02)
    assert service.pid() is None


def test_a_number_that_has_passed_to_another_process_is_not_ours(service: Service, tmp_path: Path) -> None:
    start(service, SLEEP)
    service.stop()
    record = tmp_path / "run" / "thing.json"
    record.parent.mkdir(exist_ok=True)
    record.write_text(f'{{"pid": {os.getpid()}, "birth": "1", "identity": ""}}')
    assert service.pid() is None
    assert not service.stop()


def test_a_taken_port_names_the_variable_that_moves_us() -> None:
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(LocalError, match=rf"^Port {port} is taken by another program; set SALUS_PORT"):
            require_free(port, "SALUS_PORT")


def test_free_ports_are_different_free_and_none_that_a_connection_gets() -> None:
    ports = free_ports(3)
    assert len(set(ports)) == 3
    for port in ports:
        assert port < 32_768
        require_free(port, "SALUS_PORT")


def test_a_command_that_fails_shows_the_end_of_what_it_said(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import sys; print('the reason'); sys.exit(3)"]
    with pytest.raises(LocalError, match="build failed") as caught:
        run(command, cwd=tmp_path, env=dict(os.environ), log=tmp_path / "log", failure="build failed")
    assert "the reason" in str(caught.value)
    assert "exit 3" in str(caught.value)
