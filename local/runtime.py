"""Start, stop and reset of one runtime; each may be repeated at any time."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import asdict
from typing import Any

from local import build, deploy, emulator, front, portal, seed
from local.aws import ACCESS_KEY, Aws
from local.processes import Service, exclusively
from local.progress import say
from local.settings import APPS, REGION, LocalError, Settings, stack_name


def start(settings: Settings) -> str:
    """Build, deploy, seed and serve; afterwards `stack.json` tells clients where everything is.

    Returns:
        Addresses and demo sign-ins, for people to read.

    Raises:
        LocalError: what went wrong, in words for the person at the keyboard.
    """
    began = time.monotonic()
    with _alone(settings):
        say("Starting Salus")
        with ThreadPoolExecutor(1) as pool:
            pages = pool.submit(portal.build)
            if emulator.start(settings):
                say("  emulator: started")
            aws = Aws(settings)
            with build.built():
                deployed = deploy.deploy(settings, aws)
            pages.result()
        paths = {app: deployed[app].path for app in APPS}
        front.start(settings, paths, {app: deployed[app].outputs["UserPoolClientId"] for app in APPS})
        users = seed.seed(settings, aws, deployed)
        settings.stack_file.write_text(json.dumps(_stack(settings, deployed, users), indent=2) + "\n")
    say(f"Ready in {time.monotonic() - began:.1f} s")
    return _welcome(settings, users)


def stop(settings: Settings) -> None:
    """Stop what runs; the emulator writes its state as it goes."""
    with _alone(settings):
        stopped = [name for name, service in _services(settings).items() if service.stop()]
    say(f"Stopped {' and '.join(stopped)}; state is kept" if stopped else "Nothing was running")


def reset(settings: Settings) -> None:
    """Stop, and delete every trace of this runtime; tools and builds stay."""
    discard(settings)
    say("Forgot all local state")


def discard(settings: Settings) -> None:
    """What reset does, without a word."""
    with _alone(settings):
        for service in _services(settings).values():
            service.stop()
        for name in ("emulator", "logs", "run"):
            shutil.rmtree(settings.home / name, ignore_errors=True)
        for name in ("stack.json", "routes.json", "config.json"):
            (settings.home / name).unlink(missing_ok=True)


def status(settings: Settings) -> bool:
    """Say what runs; True if everything does."""
    running = {name: service.pid() for name, service in _services(settings).items()}
    for name, pid in running.items():
        say(f"{name:10} {f'running, process {pid}' if pid else 'stopped'}")
    if all(running.values()):
        say(f"{'portal':10} {settings.portal}")
    return all(running.values())


def logs(settings: Settings) -> None:
    """Follow all logs until interrupted.

    Raises:
        LocalError: there are none yet.
    """
    files = sorted(settings.logs.glob("*.log"))
    if not files:
        raise LocalError("There are no logs yet; run `make start` first.")
    subprocess.run(["tail", "-n", "20", "-F", *map(str, files)], check=False)


def _services(settings: Settings) -> dict[str, Service]:
    return {"front": front.service(settings), "emulator": emulator.service(settings)}


def _stack(
    settings: Settings, deployed: Mapping[str, deploy.Deployed], users: Sequence[seed.DemoUser]
) -> dict[str, Any]:
    applications = {
        app: {
            "api": settings.api(app),
            "user_pool_id": deployed[app].outputs["UserPoolId"],
            "client_id": deployed[app].outputs["UserPoolClientId"],
            "stack": stack_name(app),
        }
        for app in APPS
    }
    return {
        "portal": settings.portal,
        **applications,
        "aws": {
            "endpoint_url": settings.endpoint_url,
            "region": REGION,
            "access_key_id": ACCESS_KEY,
            "secret_access_key": ACCESS_KEY,
        },
        "sftp": {"host": "127.0.0.1", "port": settings.sftp_port},
        "demo_users": [{key: value for key, value in asdict(user).items() if value} for user in users],
    }


def _welcome(settings: Settings, users: Sequence[seed.DemoUser]) -> str:
    lines = [
        "",
        f"  portal     {settings.portal}",
        *(f"  {app:10} {settings.api(app)}" for app in APPS),
        f"  aws        {settings.endpoint_url}   (access key and secret: {ACCESS_KEY})",
        f"  clients    {settings.stack_file}",
        "",
        "  Demo sign-ins (invented people, on this machine only):",
        *(f"    {user.app:9} {user.role:20} {user.email:42} {user.password}" for user in users),
        "",
    ]
    return "\n".join(lines)


def _alone(settings: Settings) -> AbstractContextManager[None]:
    return exclusively(settings.home / "lock", "Waiting for another start or stop to finish")
