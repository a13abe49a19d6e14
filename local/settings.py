"""Where a runtime keeps its things and which ports it takes; the environment decides."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REGION = "us-east-1"
STAGE = "local"
APPS = ("care", "research")


class LocalError(Exception):
    """Something that the person at the keyboard can put right; its text is the whole message."""


def stack_name(app: str) -> str:
    """The CloudFormation stack of an application, such as `salus-local-care`."""
    return f"salus-{STAGE}-{app}"


def architecture() -> str:
    """This machine's processor, in Lambda's words: `arm64` or `x86_64`."""
    return "arm64" if platform.machine().lower() in {"arm64", "aarch64"} else "x86_64"


@dataclass(frozen=True, slots=True)
class Settings:
    """One runtime: its directory of state and logs, and its ports (all on the loopback interface)."""

    home: Path
    port: int
    aws_port: int
    sftp_port: int

    @property
    def stack_file(self) -> Path:
        return self.home / "stack.json"

    @property
    def portal(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def endpoint_url(self) -> str:
        return f"http://localhost:{self.aws_port}"

    def api(self, app: str) -> str:
        """Base address of an application's API, on the portal's own origin."""
        return f"{self.portal}/api/{app}"

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def routes_file(self) -> Path:
        """What the front reads: application -> path of its API on the emulator."""
        return self.home / "routes.json"

    @property
    def config_file(self) -> Path:
        """What browsers read as /config.json: where people sign in, and as whose client."""
        return self.home / "config.json"

    @staticmethod
    def from_environment() -> Settings:
        """Read SALUS_HOME, SALUS_PORT, SALUS_AWS_PORT and SALUS_SFTP_PORT.

        Raises:
            LocalError: a port is not a number from 1 to 65535.
        """
        return Settings(
            home=(ROOT / os.environ.get("SALUS_HOME", ".local")).resolve(),
            port=_port("SALUS_PORT", 8080),
            aws_port=_port("SALUS_AWS_PORT", 4566),
            sftp_port=_port("SALUS_SFTP_PORT", 2222),
        )


def _port(variable: str, default: int) -> int:
    text = os.environ.get(variable, str(default))
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise LocalError(f"{variable} must be a port number, not {text!r}.")
    return int(text)
