"""Who does something."""

from dataclasses import dataclass

from care.records.models import Author


@dataclass(frozen=True, slots=True)
class Caller:
    """`key`: the Idempotency-Key; `fingerprint`: of the request's body."""

    author: Author
    key: str | None
    fingerprint: str
