"""Keys and items of the scheduling table, each with an example, and what every part of the repository shares."""

from datetime import UTC, date, datetime

from pynamodb.attributes import BinarySetAttribute, BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute

from care.scheduling.models import Resource
from kernel.dynamodb import FromEnvironment, Item


class AlreadyBooked(Exception):
    """A visit with this id is stored: the request is a repetition."""


class Stored(Item):
    class Meta:
        table_name = FromEnvironment("TABLE_NAME")


class ScheduleItem(Stored):
    """`PRACTITIONER#prc_0192…` / `SCHEDULE`: plans and leave as they hold; `change` says what its version brought."""

    version = NumberAttribute()
    plans = JSONAttribute()
    leave = JSONAttribute()
    change = UnicodeAttribute()
    actor = UnicodeAttribute()
    at = NumberAttribute()


class PlanItem(Stored):
    """`PRACTITIONER#prc_0192…` / `PLAN#00003`: a version of the week as it was set, kept for good."""

    plan = JSONAttribute()
    actor = UnicodeAttribute()
    at = NumberAttribute()


class DayItem(Stored):
    """`PRACTITIONER#prc_0192…` / `DAY#2026-11-21`, likewise `PATIENT#…` and `ROOM#…`: the ticks of a UTC day.

    `leave_version` is the version of the schedule that last put leave on the day: a booking that was decided on an
    older schedule is refused by condition.
    """

    gone = BinarySetAttribute(legacy_encoding=False, null=True)
    leave_version = NumberAttribute(null=True)


class AppointmentItem(Stored):
    """`APPOINTMENT#apt_0192…` / `APPOINTMENT`."""

    status = UnicodeAttribute()
    practitioner_id = UnicodeAttribute()
    patient_id = UnicodeAttribute()
    room_id = UnicodeAttribute(null=True)
    start = NumberAttribute()
    end = NumberAttribute()
    time_zone = UnicodeAttribute()
    mode = UnicodeAttribute()
    reason = UnicodeAttribute(null=True)
    version = NumberAttribute()
    created_at = NumberAttribute()
    fingerprint = UnicodeAttribute()
    history = JSONAttribute()
    series_id = UnicodeAttribute(null=True)


class SeriesItem(Stored):
    """`SERIES#ser_0192…` / `SERIES`: visits that were booked together, as `[id, start, end]` each."""

    patient_id = UnicodeAttribute()
    practitioner_id = UnicodeAttribute()
    time_zone = UnicodeAttribute()
    mode = UnicodeAttribute()
    visits = JSONAttribute()
    created_at = NumberAttribute()
    actor = UnicodeAttribute()
    fingerprint = UnicodeAttribute()


class HoldItem(Stored):
    """`HOLD#hold_0192…` / `HOLD`."""

    patient_id = UnicodeAttribute()
    practitioner_id = UnicodeAttribute()
    room_id = UnicodeAttribute(null=True)
    start = NumberAttribute()
    end = NumberAttribute()
    until = NumberAttribute()
    actor = UnicodeAttribute()
    fingerprint = UnicodeAttribute()
    expires_at = NumberAttribute()


class ProfileItem(Stored):
    """`PRACTITIONER#prc_0192…` / `PROFILE`: the copy of a practitioner, as their domain's events tell it."""

    department_id = UnicodeAttribute()
    specialties = JSONAttribute()
    active = BooleanAttribute()
    version = NumberAttribute()


class RosterItem(Stored):
    """`ROSTER` / `prc_0192…`: every practitioner of whom there is a copy, for the nightly walk."""


class ViewItem(Stored):
    """`PRACTITIONER#prc_0192…` / `VIEW#2026-11-23`, `APPOINTMENT#apt_0192…` / `VIEW`: the copies that lists hold of a
    practitioner's day or of a visit, in DynamoDB's JSON; `revision` counts their changes."""

    revision = NumberAttribute()
    copies = JSONAttribute()
    expires_at = NumberAttribute()


class OpeningItem(Stored):
    """`OPENINGS#cardiology#2026-11-23` / `1795420800#prc_0192…`: what a practitioner has free on a UTC day, sorted by
    the first free slot. `slots` are runs of equal slots that follow one another: first tick, ticks of a slot, how many
    slots, room."""

    department_id = UnicodeAttribute()
    time_zone = UnicodeAttribute()
    slots = JSONAttribute()
    expires_at = NumberAttribute()


class BoardItem(Stored):
    """`BOARD#dep_0192…#2026-11-23` / `1795420800#apt_0192…`: a visit of a department on its local day."""

    status = UnicodeAttribute()
    practitioner_id = UnicodeAttribute()
    patient_id = UnicodeAttribute()
    room_id = UnicodeAttribute(null=True)
    end = NumberAttribute()
    time_zone = UnicodeAttribute()
    mode = UnicodeAttribute()
    version = NumberAttribute()
    expires_at = NumberAttribute()


class MoveItem(Stored):
    """`MOVES` or `PRACTITIONER#prc_0192…` / `MOVE#1795420800#apt_0192…`: a booked visit that should be moved."""

    practitioner_id = UnicodeAttribute()
    patient_id = UnicodeAttribute()
    end = NumberAttribute()
    time_zone = UnicodeAttribute()
    cause = UnicodeAttribute()
    since = NumberAttribute()
    expires_at = NumberAttribute()


class KeptItem(Stored):
    """`APPOINTMENT#apt_0192…` / `KEPT`: the decision that a visit stays although it does not fit."""

    practitioner_id = UnicodeAttribute()
    start = NumberAttribute()
    end = NumberAttribute()
    mark = UnicodeAttribute()
    reason = UnicodeAttribute()
    actor = UnicodeAttribute()
    at = NumberAttribute()


class EntryItem(Stored):
    """`WAITLIST#wtl_0192…` / `WAITLIST`: somebody's place in line, live or not. `expires_at` is long after it ended."""

    patient_id = UnicodeAttribute()
    practitioner_id = UnicodeAttribute(null=True)
    specialty = UnicodeAttribute(null=True)
    first = UnicodeAttribute()
    last = UnicodeAttribute()
    time_zone = UnicodeAttribute()
    earliest = UnicodeAttribute(null=True)
    latest = UnicodeAttribute(null=True)
    weekdays = UnicodeAttribute(null=True)
    mode = UnicodeAttribute()
    priority = UnicodeAttribute()
    reason = UnicodeAttribute(null=True)
    status = UnicodeAttribute()
    joined_at = NumberAttribute()
    changed_at = NumberAttribute()
    version = NumberAttribute()
    actor = UnicodeAttribute()
    fingerprint = UnicodeAttribute()
    offer = JSONAttribute(null=True)
    appointment_id = UnicodeAttribute(null=True)
    expires_at = NumberAttribute()


class LineItem(Stored):
    """`LINE#prc_0192…` or `LINE#cardiology` / `1#1795200000#wtl_0192…`: a live entry where its turn is, and as much of
    it as tells most slots that do not fit. 0 is urgent, 1 routine; then since when they wait. `weekdays` lists those
    that suit (`0123456`), times are `08:00`; all are local in `time_zone`."""

    begins = NumberAttribute()
    ends = NumberAttribute()
    time_zone = UnicodeAttribute()
    weekdays = UnicodeAttribute()
    earliest = UnicodeAttribute()
    latest = UnicodeAttribute()


class JoinedItem(Stored):
    """`PATIENT#pat_0192…` / `JOINED#1795200000#wtl_0192…`: that a patient once joined a line."""

    expires_at = NumberAttribute()


class WaitingItem(Stored):
    """`PATIENT#pat_0192…` / `WAITING`: how many live entries a patient has, and in an attribute for each line in which
    they stand (`prc_0192…`, `general_practice`) the id of the entry."""

    live = NumberAttribute()


class AskedItem(Stored):
    """`PRACTITIONER#prc_0192…` / `ASKED#1795420800`: the 16 bytes of each patient who was offered the slot that begins
    then."""

    asked = BinarySetAttribute(legacy_encoding=False, null=True)
    expires_at = NumberAttribute(null=True)


def schedule_key(practitioner_id: str) -> tuple[str, str]:
    return f"PRACTITIONER#{practitioner_id}", "SCHEDULE"


def day_key(resource: Resource, day: date) -> tuple[str, str]:
    return f"{resource.kind.upper()}#{resource.id}", f"DAY#{day.isoformat()}"


def appointment_key(appointment_id: str) -> tuple[str, str]:
    return f"APPOINTMENT#{appointment_id}", "APPOINTMENT"


def series_key(series_id: str) -> tuple[str, str]:
    return f"SERIES#{series_id}", "SERIES"


def hold_key(hold_id: str) -> tuple[str, str]:
    return f"HOLD#{hold_id}", "HOLD"


def profile_key(practitioner_id: str) -> tuple[str, str]:
    return f"PRACTITIONER#{practitioner_id}", "PROFILE"


def kept_key(appointment_id: str) -> tuple[str, str]:
    return f"APPOINTMENT#{appointment_id}", "KEPT"


def opening_partition(specialty: str, day: date) -> str:
    return f"OPENINGS#{specialty}#{day.isoformat()}"


def board_partition(department_id: str, day: date) -> str:
    return f"BOARD#{department_id}#{day.isoformat()}"


def place(at: datetime, identifier: str) -> str:
    """Where something stands in a list by time; the seconds have ten digits until the year 2286."""
    return f"{to_epoch(at):010d}#{identifier}"


def placed(place: str) -> tuple[datetime, str]:
    epoch, _, identifier = place.partition("#")
    return from_epoch(int(epoch)), identifier


def entry_key(waitlist_id: str) -> tuple[str, str]:
    return f"WAITLIST#{waitlist_id}", "WAITLIST"


def waiting_key(patient_id: str) -> tuple[str, str]:
    return f"PATIENT#{patient_id}", "WAITING"


def asked_key(practitioner_id: str, start: datetime) -> tuple[str, str]:
    return f"PRACTITIONER#{practitioner_id}", f"ASKED#{to_epoch(start)}"


def to_epoch(at: datetime) -> int:
    return int(at.timestamp())


def from_epoch(epoch: float) -> datetime:
    return datetime.fromtimestamp(int(epoch), UTC)
