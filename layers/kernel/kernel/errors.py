"""Expected failures, by kind. A domain's error subclasses the kind that says how the caller must take it.

The HTTP layer renders any of them as an RFC 9457 problem document; nothing here knows HTTP beyond the status that
the kind stands for. Details are sentences for people and never carry another person's data.
"""

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one input. `pointer` is a JSON pointer into the body (RFC 6901); `parameter` names a query,
    path or header parameter."""

    detail: str
    pointer: str | None = None
    parameter: str | None = None

    def document(self) -> dict[str, str]:
        place = {"pointer": self.pointer} if self.pointer is not None else {"parameter": self.parameter or ""}
        return {"detail": self.detail, **place}


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
