"""The rules of legal holds, erasures and exports, pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from kernel.errors import InvalidTransition

CONFIRMED_WITHIN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Hold:
    """That a patient's data must be kept, whoever asks for its erasure: a lawsuit, an inquiry.

    Attributes:
        until: when it ends by itself; None where somebody has to lift it.
        lifted: somebody has; it stays to be seen.
    """

    patient_id: str
    reason: str
    until: datetime | None
    changed_by: str
    changed_at: datetime
    version: int
    lifted: bool = False

    def stands(self, now: datetime) -> bool:
        return not self.lifted and (self.until is None or now < self.until)


class Ground(StrEnum):
    """Why somebody is erased. A code and no text: it outlives them."""

    PATIENT_REQUEST = "patient-request"
    REGISTERED_IN_ERROR = "registered-in-error"
    COURT_ORDER = "court-order"
    RETENTION_ENDED = "retention-ended"


class State(StrEnum):
    REQUESTED = "requested"  # waits for somebody else to confirm it
    CONFIRMED = "confirmed"  # the workflow looks what stands against it
    BLOCKED = "blocked"  # something does; nothing was changed
    DESTROYED = "destroyed"  # the key is gone; what is left of the patient is being removed
    ERASED = "erased"  # nothing of them opens any more, nowhere
    FAILED = "failed"  # the workflow gave up; confirming again goes on
    WITHDRAWN = "withdrawn"


class Blocker(StrEnum):
    """What stands against an erasure."""

    LEGAL_HOLD = "legal-hold"
    OPEN_VISITS = "open-visits"  # visits to come or under way, or places on the waitlist
    OPEN_ENCOUNTERS = "open-encounters"


_BEFORE: dict[State, frozenset[State]] = {
    State.CONFIRMED: frozenset({State.REQUESTED, State.FAILED}),
    State.WITHDRAWN: frozenset({State.REQUESTED}),
    State.BLOCKED: frozenset({State.CONFIRMED}),
    State.DESTROYED: frozenset({State.CONFIRMED, State.DESTROYED}),
    State.ERASED: frozenset({State.DESTROYED, State.ERASED}),
    State.FAILED: frozenset({State.CONFIRMED, State.DESTROYED, State.FAILED}),
}


@dataclass(frozen=True, slots=True)
class Erasure:
    """The erasure of a patient, from its request to its end.

    Attributes:
        requested_by, confirmed_by, changed_by: user ids; the last may be the workflow.
        attempt: how often it was confirmed: once, and again after each failure.
        destroyed_at: when the key went, and with it what it sealed.
        blockers: what stood against it, where it is blocked.
    """

    erasure_id: str
    patient_id: str
    ground: Ground
    state: State
    requested_by: str
    requested_at: datetime
    changed_by: str
    changed_at: datetime
    version: int
    confirmed_by: str | None = None
    attempt: int = 0
    destroyed_at: datetime | None = None
    blockers: tuple[Blocker, ...] = ()

    @property
    def confirm_by(self) -> datetime:
        return self.requested_at + CONFIRMED_WITHIN

    def is_over(self, now: datetime) -> bool:
        """Whether another may be requested."""
        if self.state is State.FAILED:
            return self.destroyed_at is None
        return self.state in {State.BLOCKED, State.WITHDRAWN} or (
            self.state is State.REQUESTED and now >= self.confirm_by
        )

    def become(self, state: State, at: datetime, by: str, *, blockers: tuple[Blocker, ...] = ()) -> "Erasure":
        """Raises InvalidTransition where its state does not allow it, or the time to confirm it is over."""
        late = self.state is State.REQUESTED and state is State.CONFIRMED and at >= self.confirm_by
        undone = state is State.BLOCKED and self.destroyed_at is not None
        if self.state not in _BEFORE[state] or late or undone:
            raise InvalidTransition("The request has lapsed" if late else "", current_state=self.state)
        confirmed = state is State.CONFIRMED
        return replace(
            self,
            state=state,
            changed_at=at,
            changed_by=by,
            version=self.version + 1,
            confirmed_by=by if confirmed else self.confirmed_by,
            attempt=self.attempt + confirmed,
            destroyed_at=self.destroyed_at or (at if state is State.DESTROYED else None),
            blockers=blockers,
        )


EXPORT_PARTS = ("patients", "scheduling", "records", "documents")  # each written by a domain
_EXPORT_LASTS = timedelta(days=1)


class ExportState(StrEnum):
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Export:
    """All that is known of a patient, being put together or ready for whoever asked; gone after a day."""

    export_id: str
    patient_id: str
    state: ExportState
    requested_by: str
    requested_at: datetime
    version: int

    @property
    def expires_at(self) -> datetime:
        return self.requested_at + _EXPORT_LASTS

    def end(self, state: ExportState) -> "Export":
        """A step that is repeated changes nothing.

        Raises:
            InvalidTransition: it has ended otherwise.
        """
        if self.state is state:
            return self
        if self.state is not ExportState.RUNNING:
            raise InvalidTransition(current_state=self.state)
        return replace(self, state=state, version=self.version + 1)
