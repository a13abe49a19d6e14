"""Writing on the condition that what was read still stands, and deciding again where it does not."""

from collections.abc import Callable

from kernel.errors import Unavailable

ATTEMPTS = 5


class LostRace(Exception):
    """What was read has changed before it was written: read again and decide again."""


def again[T](attempt: Callable[[], T], attempts: int = ATTEMPTS) -> T:
    """Let `attempt` read, decide and write, again when it lost a race.

    Raises:
        Unavailable: it lost every time.
    """
    for _ in range(attempts):
        try:
            return attempt()
        except LostRace:
            continue
    raise Unavailable
