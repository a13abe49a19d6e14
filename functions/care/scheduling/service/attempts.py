"""What every use case that writes has in common: who acts, which version they saw, and deciding again after a lost
race."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from kernel import races
from kernel.errors import IdempotencyKeyReused, Stale, Unavailable
from kernel.races import LostRace

_ATTEMPTS = 4


@dataclass(frozen=True, slots=True)
class Caller:
    """Who acts, and the key that makes their create idempotent."""

    user_id: str
    idempotency_key: str | None = None
    fingerprint: str = ""


class Made(Protocol):
    """What a create has stored, with the fingerprint of the request."""

    @property
    def fingerprint(self) -> str: ...


class Versioned(Protocol):
    @property
    def version(self) -> int: ...


def again[T](attempt: Callable[[], T]) -> T:
    """Let `attempt` read, decide and write, again when it lost a race.

    Raises:
        Unavailable: it lost every time.
    """
    return races.again(attempt, _ATTEMPTS)


def on_latest[S, T](seen: S, read: Callable[[], S | None], attempt: Callable[[S], T]) -> T:
    """Try on a thing as it was seen, then on the latest after each lost race.

    Raises:
        Unavailable: it lost every time.
    """
    latest = seen
    for _ in range(_ATTEMPTS):
        try:
            return attempt(latest)
        except LostRace:
            latest = read() or latest
    raise Unavailable


def expect(found: Versioned, version: int | None) -> None:
    """Raises Stale where the caller has seen another version."""
    if version is not None and version != found.version:
        raise Stale


def repeated[T: Made](stored: T | None, caller: Caller) -> T:
    """What an earlier request of the caller's made with the same key.

    Raises:
        IdempotencyKeyReused: that was another request.
    """
    if stored is None or stored.fingerprint != caller.fingerprint:
        raise IdempotencyKeyReused
    return stored
