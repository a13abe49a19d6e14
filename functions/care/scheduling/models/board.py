"""The day board: the visits of a department on one local day."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from care.scheduling.models.visits import Appointment, Mode, Status


@dataclass(frozen=True, slots=True)
class BoardEntry:
    """A visit as the board shows it."""

    appointment_id: str
    status: Status
    practitioner_id: str
    patient_id: str
    room_id: str | None
    start: datetime
    end: datetime
    time_zone: str
    mode: Mode
    version: int


def local_date(visit: Appointment) -> date:
    """The day on which the visit begins, in its own zone."""
    return visit.start.astimezone(ZoneInfo(visit.time_zone)).date()
