"""Encounters: a patient and a practitioner meet, from arrival to the end."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from kernel.errors import InvalidTransition

MOST_PARTICIPANTS = 20


class EncounterClass(StrEnum):
    """Codes of HL7 v3 ActCode that FHIR R4 Encounter.class takes."""

    AMBULATORY = "AMB"
    VIRTUAL = "VR"
    EMERGENCY = "EMER"
    HOME = "HH"
    INPATIENT = "IMP"  # of other houses, imported; this one opens none


class EncounterStatus(StrEnum):
    """Codes of FHIR R4 Encounter.status."""

    PLANNED = "planned"
    ARRIVED = "arrived"
    IN_PROGRESS = "in-progress"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    ENTERED_IN_ERROR = "entered-in-error"


class Step(StrEnum):
    """What can happen to an encounter."""

    OPEN = "open"
    START = "start"
    JOIN = "join"
    LEAVE = "leave"
    CLOSE = "close"
    CANCEL = "cancel"
    RETRACT = "retract"
    IMPORT = "import"  # it was in another house, and is over


_AWAITED = frozenset({EncounterStatus.PLANNED, EncounterStatus.ARRIVED})
_OPEN = _AWAITED | {EncounterStatus.IN_PROGRESS}
# Step -> where it may be taken, and where it leads; None: it stays where it is.
TRANSITIONS: dict[Step, tuple[frozenset[EncounterStatus], EncounterStatus | None]] = {
    Step.START: (_AWAITED, EncounterStatus.IN_PROGRESS),
    Step.JOIN: (_OPEN, None),
    Step.LEAVE: (_OPEN, None),
    Step.CLOSE: (frozenset({EncounterStatus.IN_PROGRESS}), EncounterStatus.FINISHED),
    Step.CANCEL: (_AWAITED, EncounterStatus.CANCELLED),
    Step.RETRACT: (_OPEN | {EncounterStatus.FINISHED}, EncounterStatus.ENTERED_IN_ERROR),
}
_ENDS = frozenset({Step.CLOSE, Step.CANCEL})


@dataclass(frozen=True, slots=True)
class Happened:
    """One version of an encounter: what was done to it, when and by whom (a user id)."""

    version: int
    step: Step
    status: EncounterStatus
    at: datetime
    actor: str


@dataclass(frozen=True, slots=True)
class Coded:
    """A diagnosis or procedure of an encounter as its current version says it."""

    kind: str
    code: str
    status: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Encounter:
    """A meeting as stored.

    Attributes:
        practitioner_id: None where it was in another house.
        participants: practitioner ids, and user ids of those who are none, who take part beside the practitioner.
        entries: how many of the entries recorded in it stand.
        codes: entry id -> what it says in codes.
        revision: counts changes of the entries and codes.
        source: what the house that it comes from calls it; None where it is ours.
        fingerprint: of the request that opened it.
    """

    encounter_id: str
    patient_id: str
    practitioner_id: str | None
    class_: EncounterClass
    status: EncounterStatus
    appointment_id: str | None
    opened_at: datetime
    version: int
    history: tuple[Happened, ...]
    participants: frozenset[str] = frozenset()
    started_at: datetime | None = None
    ended_at: datetime | None = None
    entries: int = 0
    codes: Mapping[str, Coded] = field(default_factory=dict)
    revision: int = 0
    source: str | None = None
    fingerprint: str = ""

    def advance(self, step: Step, now: datetime, actor: str) -> "Encounter":
        """The encounter after a step.

        Raises:
            InvalidTransition: its state does not allow it.
        """
        allowed, to = TRANSITIONS[step]
        if self.status not in allowed:
            raise InvalidTransition(f"The encounter is {self.status}", current_status=self.status.value)
        status = to or self.status
        return replace(
            self,
            status=status,
            version=self.version + 1,
            history=(*self.history, Happened(self.version + 1, step, status, now, actor)),
            started_at=now if step is Step.START else self.started_at,
            ended_at=now if step in _ENDS else self.ended_at,
        )

    def join(self, participant: str, now: datetime, actor: str) -> "Encounter":
        """The encounter with somebody more taking part; itself where they do already.

        Raises:
            InvalidTransition: it is over, or has as many as there can be.
        """
        if participant in self.participants or participant == self.practitioner_id:
            return self
        if len(self.participants) >= MOST_PARTICIPANTS:
            raise InvalidTransition("Nobody more can take part", current_status=self.status.value)
        return replace(self.advance(Step.JOIN, now, actor), participants=self.participants | {participant})

    def leave(self, participant: str, now: datetime, actor: str) -> "Encounter":
        """The encounter with somebody taking part no longer; itself where they do not.

        Raises:
            InvalidTransition: it is over.
        """
        if participant not in self.participants:
            return self
        return replace(self.advance(Step.LEAVE, now, actor), participants=self.participants - {participant})


class VisitStatus(StrEnum):
    """Codes of FHIR R4 Appointment.status, as scheduling's events tell them."""

    BOOKED = "booked"
    CHECKED_IN = "checked-in"
    ARRIVED = "arrived"
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"
    NO_SHOW = "noshow"


@dataclass(frozen=True, slots=True)
class Visit:
    """A booked visit, as the newest of its events told it."""

    appointment_id: str
    patient_id: str
    practitioner_id: str
    status: VisitStatus
    video: bool
    end: datetime
    version: int

    @property
    def over(self) -> bool:
        return self.status in (VisitStatus.CANCELLED, VisitStatus.NO_SHOW)
