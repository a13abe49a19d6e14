"""`python -m local.network`: what `make load-network` calls. DOCTORS, PATIENTS and SEED say which network."""

from __future__ import annotations

import os
import sys

from local.network.load import load
from local.settings import LocalError, Settings


def main() -> int:
    try:
        doctors, patients, seed = (_number(*pair) for pair in (("DOCTORS", 19_000), ("PATIENTS", 200_000), ("SEED", 1)))
        load(Settings.from_environment(), doctors, patients, seed)
    except LocalError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted; the same command goes on from here.\n")
        return 130
    return 0


def _number(variable: str, default: int) -> int:
    text = os.environ.get(variable, str(default))
    if not text.isdigit() or int(text) < 1:
        raise LocalError(f"{variable} must be a number from 1 on, not {text!r}.")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
