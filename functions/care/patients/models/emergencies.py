"""Emergency access: a clinician sees a patient to whom nothing ties them, and somebody else reviews it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

EMERGENCY_LASTS = timedelta(hours=1)
_REVIEWED_WITHIN = timedelta(days=3)


class Verdict(StrEnum):
    JUSTIFIED = "justified"
    UNJUSTIFIED = "unjustified"


class ReviewState(StrEnum):
    OPEN = "open"
    REVIEWED = "reviewed"


@dataclass(frozen=True, slots=True)
class Words:
    """What people have written of an access: why they broke the glass, and what a review rests on."""

    reason: str
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """What somebody else found. `reviewed_by` is their user id."""

    verdict: Verdict
    reviewed_by: str
    reviewed_at: datetime


@dataclass(frozen=True, slots=True)
class EmergencyAccess:
    """A clinician saw a patient to whom nothing tied them, for a reason that is reviewed afterwards.

    Attributes:
        user_id, practitioner_id: who broke the glass; a nurse is no practitioner.
        sealed: its `Words`, which may name the patient and so open with their key alone.
        reminders: how many times somebody was told that nobody has reviewed it.
    """

    emergency_id: str
    patient_id: str
    user_id: str
    practitioner_id: str | None
    sealed: bytes
    started_at: datetime
    expires_at: datetime
    reminders: int = 0
    review: Review | None = None

    @property
    def state(self) -> ReviewState:
        return ReviewState.REVIEWED if self.review else ReviewState.OPEN

    def reminders_due(self, now: datetime) -> int:
        """How many times somebody should have been told by now: once a day after three days without a review."""
        late = now - self.started_at - _REVIEWED_WITHIN
        return 0 if self.review or late < timedelta() else late.days + 1
