"""What every use case that writes has in common: who acts, and deciding again after a lost race."""

from collections.abc import Callable
from dataclasses import dataclass

from care.scheduling.repository import LostRace
from kernel.errors import Unavailable

ATTEMPTS = 4


@dataclass(frozen=True, slots=True)
class Caller:
    """Who acts, and the key that makes their create idempotent."""

    user_id: str
    idempotency_key: str | None = None
    fingerprint: str = ""


def again[T](attempt: Callable[[], T]) -> T:
    """Let `attempt` read, decide and write, again when it lost a race.

    Raises:
        Unavailable: it lost every time.
    """
    for _ in range(ATTEMPTS):
        try:
            return attempt()
        except LostRace:
            continue
    raise Unavailable
