"""Wire shapes of privacy."""

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, Field, StringConstraints

from care.privacy.models import EXPORT_PARTS, Blocker, Erasure, Export, ExportState, Ground, Hold, State
from kernel.http import Wire


class NewHold(Wire):
    """Why a patient's data has to be kept, and until when; without `until` somebody has to lift it."""

    reason: Annotated[str, StringConstraints(min_length=5, max_length=500)]
    until: AwareDatetime | None = None


class HoldAnswer(Wire):
    """A legal hold that stands. `placed_by` is a user id."""

    patient_id: str
    reason: str
    until: datetime | None
    placed_by: str
    placed_at: datetime
    version: int

    @classmethod
    def of(cls, hold: Hold) -> "HoldAnswer":
        return cls(
            patient_id=hold.patient_id,
            reason=hold.reason,
            until=hold.until,
            placed_by=hold.changed_by,
            placed_at=hold.changed_at,
            version=hold.version,
        )


class NewErasure(Wire):
    """On what ground a patient is to be erased."""

    ground: Ground


class ErasureAnswer(Wire):
    """How an erasure stands. Who asked for it and who confirmed it are user ids.

    `confirm_by`: when the request lapses. `blockers`: what stood against it, where it is `blocked`. `destroyed_at`:
    when the patient's key went; until the erasure is `erased`, what it sealed may open for some minutes more.
    """

    erasure_id: str
    patient_id: str
    ground: Ground
    state: State
    requested_by: str
    requested_at: datetime
    confirm_by: datetime
    confirmed_by: str | None
    changed_at: datetime
    destroyed_at: datetime | None
    blockers: list[Blocker] = Field(default_factory=list)
    version: int

    @classmethod
    def of(cls, erasure: Erasure) -> "ErasureAnswer":
        return cls(
            erasure_id=erasure.erasure_id,
            patient_id=erasure.patient_id,
            ground=erasure.ground,
            state=erasure.state,
            requested_by=erasure.requested_by,
            requested_at=erasure.requested_at,
            confirm_by=erasure.confirm_by,
            confirmed_by=erasure.confirmed_by,
            changed_at=erasure.changed_at,
            destroyed_at=erasure.destroyed_at,
            blockers=list(erasure.blockers),
            version=erasure.version,
        )


class ExportProgress(Wire):
    """How many of the `parts` that make up an export are `done`; the last is to pack them."""

    done: int
    parts: int


class ExportAnswer(Wire):
    """An export of all that is known of a patient: a ZIP with FHIR R4 and documents. `url`, where it is `ready`, is
    good until `url_expires_at`; ask again for another. The export itself is gone after `expires_at`."""

    export_id: str
    patient_id: str
    state: ExportState
    progress: ExportProgress
    requested_at: datetime
    expires_at: datetime
    url: str | None = None
    url_expires_at: datetime | None = None

    @classmethod
    def of(cls, export: Export, done: int, link: tuple[str, datetime] | None = None) -> "ExportAnswer":
        parts = len(EXPORT_PARTS) + 1
        return cls(
            export_id=export.export_id,
            patient_id=export.patient_id,
            state=export.state,
            progress=ExportProgress(done=parts if export.state is ExportState.READY else done, parts=parts),
            requested_at=export.requested_at,
            expires_at=export.expires_at,
            url=link[0] if link else None,
            url_expires_at=link[1] if link else None,
        )
