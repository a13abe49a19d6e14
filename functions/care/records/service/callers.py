"""Who does something, and how often a lost race is run again."""

from collections.abc import Callable
from dataclasses import dataclass

from care.records.models import Author
from care.records.repository import LostRace
from kernel.errors import Unavailable

_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Caller:
    """`key`: the Idempotency-Key; `fingerprint`: of the request's body."""

    author: Author
    key: str | None
    fingerprint: str


def attempt[T](one: Callable[[], T]) -> T:
    """Try until no race is lost.

    Raises:
        Unavailable: others were always faster.
    """
    for _ in range(_ATTEMPTS):
        try:
            return one()
        except LostRace:
            continue
    raise Unavailable
