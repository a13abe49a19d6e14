"""MiniStack, the AWS emulator, in its own environment with IAM enforced."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
import urllib.error
import urllib.request
from pathlib import Path

from local.processes import Service, require_free
from local.settings import ROOT, LocalError, Settings

_BIN = ROOT / ".local" / "venvs" / "emulator" / "bin"
_SCRIPT = Path(__file__).with_name("quick_ministack.py")


def service(settings: Settings) -> Service:
    return Service("emulator", settings.home)


def start(settings: Settings) -> bool:
    """Start the emulator unless it runs and answers; True if it was started.

    Raises:
        LocalError: its port is taken, or it did not come up.
    """
    emulator = service(settings)
    environment = _environment(settings)
    identity = hashlib.sha256(_SCRIPT.read_bytes() + json.dumps(environment, sort_keys=True).encode()).hexdigest()
    if emulator.pid() is not None:
        if emulator.identity() == identity and _answers(settings):
            return False
        emulator.stop()
    require_free(settings.aws_port, "SALUS_AWS_PORT")
    # Workers unpack layers here; the ones of a killed emulator are nobody's any more.
    _empty(settings)
    _rewind_streams(settings)
    _move_to_port(settings)
    emulator.start([str(_BIN / "python"), "-P", str(_SCRIPT)], environment, ROOT, identity)
    limit = time.monotonic() + 300  # a whole network is read in a minute or two
    while not _answers(settings):
        if emulator.pid() is None or time.monotonic() > limit:
            emulator.stop()
            raise LocalError(f"The AWS emulator did not start; the end of {emulator.log}:\n{emulator.tail()}")
        time.sleep(0.1)
    return True


def _environment(settings: Settings) -> dict[str, str]:
    """All that it gets: Lambda workers inherit its variables, and ours are none of their business."""
    home = settings.home / "emulator"
    return {
        "PATH": f"{_BIN}:/usr/local/bin:/usr/bin:/bin",
        "HOME": str(home),
        "TMPDIR": str(home / "tmp"),
        "LANG": "C.UTF-8",
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(settings.aws_port),
        "MINISTACK_REGION": "us-east-1",
        "AUTH": "true",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(home / "state"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(home / "s3"),
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        # Lambda runs in plain processes; looking for containers would only slow the start.
        "LAMBDA_EXECUTOR": "local",
        "DOCKER_HOST": "unix:///nonexistent",
    }


def _empty(settings: Settings) -> None:
    temporary = settings.home / "emulator" / "tmp"
    shutil.rmtree(temporary, ignore_errors=True)
    for directory in (temporary, settings.home / "emulator" / "state", settings.home / "emulator" / "s3"):
        directory.mkdir(parents=True, exist_ok=True)


def _rewind_streams(settings: Settings) -> None:
    """Let publishers read streams from their beginning again.

    The emulator keeps how far they have read but not the streams themselves, so it would skip as many new records as
    were read before it stopped.
    """
    path = settings.home / "emulator" / "state" / "lambda.json"
    if not path.exists():
        return
    state = json.loads(path.read_text())
    positions = state["payload"]["dynamodb_stream_positions"]["data"]
    state["payload"]["dynamodb_stream_positions"]["data"] = dict.fromkeys(positions, 0)
    path.write_text(json.dumps(state))


def _move_to_port(settings: Settings) -> None:
    """Let state that was kept under another port be found: queues go by their addresses, and those carry the port."""
    marker = settings.home / "emulator" / "port"
    before = marker.read_text() if marker.exists() else ""
    if before and before != str(settings.aws_port):
        for path in (settings.home / "emulator" / "state").glob("*.json"):
            path.write_text(path.read_text().replace(f"localhost:{before}/", f"localhost:{settings.aws_port}/"))
    marker.write_text(str(settings.aws_port))


def _answers(settings: Settings) -> bool:
    address = f"http://127.0.0.1:{settings.aws_port}/_ministack/ready"
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
