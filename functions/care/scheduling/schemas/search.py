"""Wire shapes of the search for free slots."""

from datetime import timedelta
from typing import Annotated, Self

from pydantic import Field, model_validator

from care.scheduling.models import SEARCHED
from care.scheduling.schemas.fields import Day, DepartmentId, Instant, PractitionerId, RoomId
from kernel.errors import Fault
from kernel.fields import wrong
from kernel.http import Wire

Specialty = Annotated[str, Field(max_length=40, pattern=r"^[a-z]+(-[a-z]+)*$", examples=["cardiology"])]


class SlotsQuery(Wire):
    """`from` and `to` are local days of whoever offers the slot, both included, by default today and the six days after
    `from`; at most 31."""

    specialty: Specialty
    first: Day | None = Field(default=None, alias="from")
    last: Day | None = Field(default=None, alias="to")
    department_id: DepartmentId | None = None
    limit: int = Field(default=20, ge=1, le=50)
    cursor: str | None = Field(default=None, max_length=300)

    @model_validator(mode="after")
    def _short(self) -> Self:
        if self.first and self.last and not timedelta() <= self.last - self.first < SEARCHED:
            raise wrong(Fault.WRONG_PERIOD, "from … to is 1 to {limit} days", limit=SEARCHED.days)
        return self


class OfferOut(Wire):
    """A free slot of a practitioner; `time_zone` is the one in which their clinic counts its days."""

    practitioner_id: PractitionerId
    department_id: DepartmentId
    start: Instant
    end: Instant
    room_id: RoomId | None
    time_zone: str


class SlotsOut(Wire):
    """Free slots, soonest first. A page can be short, or empty, and have another one after it."""

    specialty: Specialty
    slots: list[OfferOut]
    next_cursor: str | None
