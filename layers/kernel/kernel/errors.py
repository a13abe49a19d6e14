"""Expected failures, by kind. A domain's error subclasses the kind that says how the caller must take it.

The HTTP layer renders any of them as an RFC 9457 problem document; nothing here knows HTTP beyond the status that
the kind stands for. Details are sentences for people and never carry another person's data.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar

PROBLEM_TYPES = "https://salus.dev/problems/"


class Problem(Exception):
    """A failure that the caller is told about.

    Attributes:
        status: the HTTP status of the kind.
        slug: last part of the problem type's address; stable, clients branch on it.
        title: the problem type in words, the same on every occurrence.
        detail: this occurrence in words.
        extensions: further members of the problem document.
    """

    status: ClassVar[int] = 500
    slug: ClassVar[str] = "internal"
    title: ClassVar[str] = "Something went wrong on our side"

    def __init__(self, detail: str = "", **extensions: Any) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.extensions = extensions

    def document(self, instance: str) -> dict[str, Any]:
        """The problem document; `instance` identifies the occurrence (a request id)."""
        document: dict[str, Any] = {"type": PROBLEM_TYPES + self.slug, "title": self.title, "status": self.status}
        if self.detail:
            document["detail"] = self.detail
        return document | {"instance": instance} | self.extensions


class Malformed(Problem):
    status, slug, title = 400, "malformed", "The request cannot be read"


class Unauthorized(Problem):
    status, slug, title = 401, "unauthorized", "Sign in first"


class Forbidden(Problem):
    status, slug, title = 403, "forbidden", "You may not do this"


class NotFound(Problem):
    status, slug, title = 404, "not-found", "There is no such thing"


class Conflict(Problem):
    status, slug, title = 409, "conflict", "This cannot be done now"


class InvalidTransition(Conflict):
    slug, title = "invalid-transition", "The state does not allow this"


class Erased(Problem):
    """The patient's data was erased for good."""

    status, slug, title = 410, "erased", "This has been erased"


class Stale(Problem):
    status, slug, title = 412, "stale", "Somebody changed this since you read it"


class TooLarge(Problem):
    status, slug, title = 413, "too-large", "The request is too large"


class Fault(StrEnum):
    """What can be wrong with an input. Stable and few, so that clients can say each in any language; a comment names
    the values that its sentence takes."""

    BEFORE_START = "before-start"
    CONTROL_CHARACTERS = "control-characters"
    DUPLICATE = "duplicate"
    IN_THE_FUTURE = "in-the-future"
    MISSING = "missing"
    NOT_A_CHOICE = "not-a-choice"
    NOT_A_DATE = "not-a-date"
    NOT_A_NAME = "not-a-name"
    NOT_A_NUMBER = "not-a-number"
    NOT_A_PHONE_NUMBER = "not-a-phone-number"
    NOT_A_TIME = "not-a-time"
    NOT_A_TIME_ZONE = "not-a-time-zone"
    NOT_ALLOWED = "not-allowed"
    NOT_ONE = "not-one"  # several were named where one is meant, or none
    OVERLAP = "overlap"
    PAST = "past"
    TOO_EARLY = "too-early"  # limit: the earliest date
    TOO_FAR_AHEAD = "too-far-ahead"
    TOO_FEW = "too-few"  # limit: how many at least
    TOO_LARGE = "too-large"  # limit: the largest number
    TOO_LATE = "too-late"  # limit: the latest date
    TOO_LONG = "too-long"  # limit: how many characters at most
    TOO_MANY = "too-many"  # limit: how many at most
    TOO_SHORT = "too-short"  # limit: how many characters at least
    TOO_SMALL = "too-small"  # limit: the smallest number
    UNKNOWN_FIELD = "unknown-field"
    UNKNOWN_REFERENCE = "unknown-reference"
    WEAK_PASSWORD = "weak-password"  # noqa: S105 - says what is wrong with one
    WRONG_FORM = "wrong-form"
    WRONG_KIND = "wrong-kind"
    WRONG_PERIOD = "wrong-period"  # limit: how many days at most
    WRONG_STEP = "wrong-step"  # step: what it has to be a multiple of


type Values = Mapping[str, int | str]


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one input: `fault` and its `values` for programs, `detail` the same in English.

    `pointer` is a JSON pointer into the body (RFC 6901); `parameter` names a query, path or header parameter.
    """

    fault: Fault
    detail: str
    pointer: str | None = None
    parameter: str | None = None
    values: Values = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        place = {"pointer": self.pointer} if self.pointer is not None else {"parameter": self.parameter or ""}
        values = {"values": dict(self.values)} if self.values else {}
        return {"code": self.fault, "detail": self.detail, **place, **values}


class Invalid(Problem):
    """Input that can be read and means nothing we can do."""

    status, slug, title = 422, "invalid", "Some of the input is not valid"

    def __init__(self, detail: str = "", *errors: FieldError, **extensions: Any) -> None:
        if errors:
            extensions["errors"] = [error.document() for error in errors]
        super().__init__(detail, **extensions)


class UnknownReference(Invalid):
    slug, title = "unknown-reference", "Something that the request refers to does not exist or is not active"


class IdempotencyKeyReused(Invalid):
    slug, title = "idempotency-key-reused", "This Idempotency-Key was used for another request"


class TooManyRequests(Problem):
    status, slug, title = 429, "too-many-requests", "Too many requests"


class Unavailable(Problem):
    """We could not finish within the bounded retries; nothing was changed and trying again is safe."""

    status, slug, title = 503, "unavailable", "Please try again in a moment"
