"""Wire shapes of series."""

from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from care.scheduling.models import MOST_OCCURRENCES
from care.scheduling.schemas.fields import Instant, ModeCode, PatientId, PractitionerId, Reason, SeriesId, in_utc
from care.scheduling.schemas.hours import SlotOut
from care.scheduling.schemas.visits import AppointmentOut, ConflictOut
from kernel.errors import Fault
from kernel.fields import wrong
from kernel.http import Wire


class ChangeIn(Wire):
    """Another time for one of the series, or null to leave it out."""

    occurrence: int = Field(ge=1, le=MOST_OCCURRENCES)
    start: Instant | None

    _utc = field_validator("start")(lambda at: at if at is None else in_utc(at))


class SeriesIn(Wire):
    """`count` visits, one every `interval_weeks`, each at the time of day of the first."""

    practitioner_id: PractitionerId
    patient_id: PatientId
    start: Instant
    count: int = Field(ge=2, le=MOST_OCCURRENCES)
    interval_weeks: int = Field(default=1, ge=1, le=8)
    mode: ModeCode = "in_person"
    reason: Reason | None = None
    changes: list[ChangeIn] = Field(default=[], max_length=MOST_OCCURRENCES)

    _utc = field_validator("start")(in_utc)

    @model_validator(mode="after")
    def _leave_something(self) -> Self:
        named = [change.occurrence for change in self.changes]
        if len(set(named)) < len(named):
            raise wrong(Fault.DUPLICATE, "changes name an occurrence twice")
        if any(number > self.count for number in named):
            raise wrong(Fault.TOO_LARGE, "changes name an occurrence beyond the last, {limit}", limit=self.count)
        if sum(change.start is None for change in self.changes) == self.count:
            raise wrong(Fault.TOO_FEW, "changes leave out every occurrence", limit=1)
        return self


class SeriesOut(Wire):
    """`version` grows with every change of one of its visits."""

    series_id: SeriesId
    version: int
    appointments: list[AppointmentOut]


class OccurrenceOut(Wire):
    occurrence: int
    start: Instant


class ClashOut(OccurrenceOut):
    problem: Literal["slot-taken", "not-bookable"]
    conflicts: list[ConflictOut]
    alternatives: list[SlotOut] = Field(max_length=5)


class SeriesConflictMembers(Wire):
    """What the problem `series-conflict` carries: every occurrence that cannot be booked, and those that could."""

    clashes: list[ClashOut]
    free: list[OccurrenceOut]
