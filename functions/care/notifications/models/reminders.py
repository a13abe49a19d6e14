"""When patients are reminded of a visit: a day and an hour before it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from care.notifications.models.subjects import Visit
from kernel import clock
from kernel.events import Event


@dataclass(frozen=True, slots=True)
class Reminder:
    """One mail before a visit.

    Attributes:
        type: of the event that a timer brings when the mail is due.
        lead: how long before the visit that is.
        last: how long before the visit a late one is still of use: the next mail says the same.
    """

    name: str
    type: str
    lead: timedelta
    last: timedelta

    def timer(self, appointment_id: str) -> str:
        """The name of the timer of a visit."""
        return f"reminder-{self.name}-{appointment_id}"

    def at(self, visit: Visit) -> datetime:
        return visit.start - self.lead

    def is_wanted(self, visit: Visit) -> bool:
        """Not for a visit that was booked or moved within the lead: its patient has just been told."""
        return visit.expected and visit.at <= self.at(visit)

    def event(self, visit: Visit) -> Event:
        """What the timer brings. The id is the start's, not the version's: whoever is reminded of a visit at a time
        is reminded of it once, whatever else changes about it."""
        return Event(
            id=f"{visit.appointment_id}:reminder-{self.name}:{int(visit.start.timestamp())}",
            type=self.type,
            at=self.at(visit),
            subject=visit.appointment_id,
            actor="reminders",
            version=visit.version,
            data={
                "patient_id": visit.patient_id,
                "status": "booked",
                "mode": visit.mode,
                "start": clock.iso(visit.start),
                "end": clock.iso(visit.end),
                "time_zone": visit.zone.key,
            },
        )

    def is_due(self, visit: Visit, newest: Visit | None, now: datetime) -> bool:
        """Whether a mail about `visit`, as the timer remembers it, is true and of use.

        `newest`: the visit as it is known to stand, None where nothing is known of it.
        """
        standing = visit if newest is None or newest.version < visit.version else newest
        return standing.expected and standing.start == visit.start and now < visit.start - self.last


_DAY = Reminder("day", "DayReminderDue", lead=timedelta(hours=24), last=timedelta(hours=1))
_HOUR = Reminder("hour", "HourReminderDue", lead=timedelta(hours=1), last=timedelta())

REMINDERS = {reminder.type: reminder for reminder in (_DAY, _HOUR)}
