"""`python -m local start|stop|reset|logs|status|build`: what the Makefile calls."""

from __future__ import annotations

import argparse
import sys

from local import build, runtime
from local.settings import LocalError, Settings


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    parser.add_argument("command", choices=["start", "stop", "reset", "logs", "status", "build"])
    command = parser.parse_args().command
    try:
        settings = Settings.from_environment()
        match command:
            case "start":
                sys.stdout.write(runtime.start(settings))
            case "stop":
                runtime.stop(settings)
            case "reset":
                runtime.reset(settings)
            case "logs":
                runtime.logs(settings)
            case "status":
                return 0 if runtime.status(settings) else 1
            case _:
                with build.built():
                    pass
    except LocalError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
