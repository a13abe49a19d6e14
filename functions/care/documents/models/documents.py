"""Documents and their versions, from the announcement of a file to the day on which it is withdrawn."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from kernel.errors import InvalidTransition

MOST_VERSIONS = 50


class Kind(StrEnum):
    """What sort of document it is. `LOINC` has a code for each."""

    REPORT = "report"
    LETTER = "letter"
    IMAGE = "image"
    SCAN = "scan"
    PRESCRIPTION = "prescription"
    CONSENT = "consent"
    OTHER = "other"


# LOINC's codes and names of document types (loinc.org); paper that was scanned has none of its own and is a note.
LOINC: dict[Kind, tuple[str, str]] = {
    Kind.REPORT: ("47045-0", "Study report"),
    Kind.LETTER: ("51852-2", "Letter"),
    Kind.IMAGE: ("72170-4", "Photographic image"),
    Kind.SCAN: ("34109-9", "Note"),
    Kind.PRESCRIPTION: ("57833-6", "Prescription for medication"),
    Kind.CONSENT: ("59284-0", "Consent Document"),
    Kind.OTHER: ("34109-9", "Note"),
}


class Role(StrEnum):
    """As whom somebody sends a file."""

    PATIENT = "patient"  # or who speaks for them
    DOCTOR = "doctor"
    NURSE = "nurse"


class Status(StrEnum):
    UPLOADING = "uploading"
    CHECKING = "checking"
    AVAILABLE = "available"
    REFUSED = "refused"
    EXPIRED = "expired"
    ENTERED_IN_ERROR = "entered-in-error"  # of a document as a whole; its versions keep theirs


class Refusal(StrEnum):
    """Why a file is not taken."""

    INFECTED = "infected"
    WRONG_TYPE = "wrong-type"
    CORRUPT = "corrupt"
    SIZE = "size"
    UNSCANNED = "unscanned"


# Where a version may go from where it is.
TRANSITIONS: dict[Status, frozenset[Status]] = {
    Status.UPLOADING: frozenset({Status.CHECKING, Status.EXPIRED}),
    Status.CHECKING: frozenset({Status.AVAILABLE, Status.REFUSED}),
}


@dataclass(frozen=True, slots=True)
class Version:
    """A file as it was announced, and what became of it.

    Attributes:
        created_by: a user id.
        author_role: as whom they sent it.
        upload_id: of the multipart upload, where the file is too large for a form.
        object_version: the version of S3's object that was checked; what is sent afterwards is never looked at.
        examined: size, checksum and type are as announced.
        clean: the scanner found nothing.
    """

    number: int
    content_type: str
    size: int
    sha256: str
    created_at: datetime
    created_by: str
    author_role: Role
    status: Status = Status.UPLOADING
    refusal: Refusal | None = None
    upload_id: str | None = None
    object_version: str | None = None
    examined: bool = False
    clean: bool = False

    def to(self, status: Status, refusal: Refusal | None = None) -> "Version":
        """Raises InvalidTransition if it may not go there."""
        if status not in TRANSITIONS.get(self.status, frozenset()):
            raise InvalidTransition(current_status=self.status)
        return replace(self, status=status, refusal=refusal)


@dataclass(frozen=True, slots=True)
class Withdrawal:
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Names:
    """What is personal about a document, and therefore sealed.

    Attributes:
        files, reasons: by the number of the version: what its file is called, why it replaced the one before.
        withdrawn: why the document was withdrawn.
        fingerprint: of the request that announced the document.
    """

    title: str | None
    files: dict[int, str]
    reasons: dict[int, str]
    withdrawn: str | None
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Document:
    """A document as stored.

    Attributes:
        versions: by number, the first one first.
        revision: counts every change.
        body: its `Names`, sealed.
    """

    document_id: str
    patient_id: str
    encounter_id: str | None
    kind: Kind
    created_at: datetime
    versions: tuple[Version, ...]
    revision: int = 1
    withdrawal: Withdrawal | None = None
    erased_at: datetime | None = None
    body: bytes = b""

    @property
    def newest(self) -> Version:
        return self.versions[-1]

    @property
    def current(self) -> Version | None:
        """The version that people open: the newest that came through its checks."""
        return next((version for version in reversed(self.versions) if version.status is Status.AVAILABLE), None)

    @property
    def shown(self) -> Version:
        return self.current or self.newest

    @property
    def by_patient(self) -> bool:
        """Whether it came from the patient or who speaks for them."""
        return self.versions[0].author_role is Role.PATIENT

    def version(self, number: int) -> Version | None:
        return self.versions[number - 1] if 0 < number <= len(self.versions) else None

    def status_of(self, version: Version) -> Status:
        return Status.ENTERED_IN_ERROR if self.withdrawal else version.status

    def change(self, number: int, change: Callable[[Version], Version]) -> "Document":
        """Raises InvalidTransition if `change` does."""
        changed = tuple(change(one) if one.number == number else one for one in self.versions)
        return self if changed == self.versions else replace(self, versions=changed, revision=self.revision + 1)

    def add(self, version: Version) -> "Document":
        """Another version; one that never arrived gives way to it.

        Raises:
            InvalidTransition: the document was withdrawn.
        """
        if self.withdrawal:
            raise InvalidTransition(current_status=Status.ENTERED_IN_ERROR)
        kept = [one.to(Status.EXPIRED) if one.status is Status.UPLOADING else one for one in self.versions]
        return replace(self, versions=(*kept, version), revision=self.revision + 1)

    def withdraw(self, at: datetime, by: str) -> "Document":
        """Raises InvalidTransition if it was withdrawn before."""
        if self.withdrawal:
            raise InvalidTransition(current_status=Status.ENTERED_IN_ERROR)
        return replace(self, withdrawal=Withdrawal(at, by), revision=self.revision + 1)

    def erase(self, at: datetime) -> "Document":
        return self if self.erased_at else replace(self, erased_at=at, revision=self.revision + 1)
