"""What is written down about a patient: entries in immutable versions."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from care.records.models.encounters import Encounter
from kernel.errors import InvalidTransition

MOST_VERSIONS = 200
ENTERED_IN_ERROR = "entered-in-error"


class Kind(StrEnum):
    """What stands in a record. Encounters stand in the timeline too, though they are no entries."""

    NOTE = "note"
    VITALS = "vitals"
    DIAGNOSIS = "diagnosis"
    PROCEDURE = "procedure"
    ALLERGY = "allergy"
    PROBLEM = "problem"
    CARE_PLAN = "care-plan"
    ENCOUNTER = "encounter"


# What is true of the patient beyond an encounter, and looked after by whoever treats them.
OF_THE_PATIENT = frozenset({Kind.ALLERGY, Kind.PROBLEM, Kind.CARE_PLAN})

# FHIR R4 codes of what has no status of its own but that of being written (DocumentReference.docStatus,
# Observation.status): as first written, and as corrected. All other kinds bring theirs.
_WRITTEN = {Kind.NOTE: ("final", "amended"), Kind.VITALS: ("final", "corrected")}


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a version: the user, and the practitioner who they are, if any."""

    user_id: str
    practitioner_id: str | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """What an entry says: `body` is the content in JSON, under a status of FHIR's where its kind has one. `code` is
    what of it is plain for the benefit of billing and statistics."""

    body: Mapping[str, Any]
    status: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One version of an entry.

    Attributes:
        practitioner_id: whose encounter it was recorded in, None outside of any.
        at: when what it says was so; the same in all versions, and its place in the timeline.
        recorded_by: who wrote the first version.
        recorded_at, author: of this version.
        reason: why it differs from the version before; None in the first.
        fingerprint: of the request that recorded it.
    """

    entry_id: str
    kind: Kind
    patient_id: str
    encounter_id: str | None
    practitioner_id: str | None
    status: str
    at: datetime
    recorded_by: str
    recorded_at: datetime
    author: Author
    version: int
    content: Content
    reason: str | None = None
    fingerprint: str = ""

    @property
    def stands(self) -> bool:
        return self.status != ENTERED_IN_ERROR

    def correct(self, content: Content, author: Author, reason: str, now: datetime) -> "Entry":
        """The next version, which says something else.

        Raises:
            InvalidTransition: it was entered in error, or was corrected more often than anybody could follow.
        """
        status = content.status or _WRITTEN[self.kind][1]
        return replace(self._next(author, reason, now), content=content, status=status)

    def retract(self, author: Author, reason: str, now: datetime) -> "Entry":
        """The next and last version: it should never have been written. What it said stays readable.

        Raises:
            InvalidTransition: it was entered in error already.
        """
        return replace(self._next(author, reason, now), status=ENTERED_IN_ERROR)

    def _next(self, author: Author, reason: str, now: datetime) -> "Entry":
        if not self.stands or self.version >= MOST_VERSIONS:
            raise InvalidTransition(f"The entry is {self.status}", current_status=self.status)
        return replace(self, version=self.version + 1, recorded_at=now, author=author, reason=reason)


def first_status(kind: Kind, content: Content) -> str:
    """The status of an entry's first version."""
    return content.status or _WRITTEN[kind][0]


def line(encounter: Encounter, reason: str | None = None) -> Entry:
    """An encounter as it stands in the timeline; `reason`: why it came to its last state."""
    first, last = encounter.history[0], encounter.history[-1]
    body = {
        "class": encounter.class_.value,
        "practitioner_id": encounter.practitioner_id,
        "appointment_id": encounter.appointment_id,
        "started_at": encounter.started_at.isoformat() if encounter.started_at else None,
        "ended_at": encounter.ended_at.isoformat() if encounter.ended_at else None,
    }
    return Entry(
        entry_id=encounter.encounter_id,
        kind=Kind.ENCOUNTER,
        patient_id=encounter.patient_id,
        encounter_id=encounter.encounter_id,
        practitioner_id=encounter.practitioner_id,
        status=encounter.status.value,
        at=encounter.opened_at,
        recorded_by=first.actor,
        recorded_at=last.at,
        author=Author(last.actor),
        version=encounter.version,
        content=Content(body),
        reason=reason,
    )
