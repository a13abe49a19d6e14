"""Lines that say what is going on while it goes on."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()


def say(text: str) -> None:
    """Print a line at once, whole, whichever thread says it."""
    with _lock:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()


@contextmanager
def step(name: str) -> Iterator[None]:
    """Announce a piece of work, and say how long it took once it is done."""
    say(f"  {name} …")
    began = time.monotonic()
    yield
    say(f"  {name}: {time.monotonic() - began:.1f} s")
