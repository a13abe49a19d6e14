"""Visits: booked, moved and cancelled in one transaction with the days they occupy, and listed by those days."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, time
from typing import Any

from pynamodb.exceptions import PutError
from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action

from care.scheduling.models import (
    ONE_DAY,
    Appointment,
    Entry,
    Hold,
    Mode,
    Resource,
    Schedule,
    Span,
    Status,
    Step,
    day_changes,
)
from care.scheduling.repository.days import (
    FOR_GOOD,
    change_name,
    day_of,
    days_between,
    listed,
    raise_taken,
    take,
    tick_name,
)
from care.scheduling.repository.keys import (
    AlreadyBooked,
    AppointmentItem,
    DayItem,
    HoldItem,
    appointment_key,
    day_key,
    from_epoch,
    hold_key,
    to_epoch,
)
from care.scheduling.repository.references import BOOKING_POINTERS, check_room, raise_unknown
from kernel import ids
from kernel.dynamodb import ConditionsFailed, Place, RawItem, Transaction, condition_failed
from kernel.races import LostRace
from kernel.references import check_patient, check_practitioner

_DAYS_PER_READ = 31
_READS_PER_PAGE = 24


def appointment(appointment_id: str) -> Appointment | None:
    """One visit, None where there is none. One strongly consistent read."""
    item = AppointmentItem.find(*appointment_key(appointment_id))
    return _read_appointment(item) if item else None


def book(
    visit: Appointment,
    schedule: Schedule,
    now: datetime,
    hold: Hold | None,
    room_named: bool,
    also: Callable[[Transaction], None] = lambda _: None,
) -> None:
    """Store a new visit and take its time: one transaction over practitioner, patient and room.

    Args:
        hold: the caller's own hold of the same slot, which is used up.
        room_named: the caller chose the room, so that it must be shown to exist.
        also: adds what is to happen with it; a condition of its own that fails is a lost race.

    Raises:
        AlreadyBooked: a visit with this id is stored.
        UnknownReference: patient, practitioner or room is unknown or not active.
        SlotTaken: with `conflicts`.
        LostRace: the schedule changed.
    """
    changes = day_changes(None, visit.occupancy)
    transaction = Transaction()
    check_patient(transaction, visit.patient_id)
    check_practitioner(transaction, visit.practitioner_id)
    if room_named and visit.room_id:
        check_room(transaction, visit.room_id)
    if hold is not None:
        stored = HoldItem(*hold_key(hold.hold_id))
        transaction.delete("hold", stored, condition=HoldItem.until == to_epoch(hold.expires_at))
    item = write_appointment(visit)
    transaction.put("appointment", item, condition=AppointmentItem.pk.does_not_exist())
    take(
        transaction,
        changes,
        FOR_GOOD,
        now,
        visit=ids.to_bytes(visit.appointment_id),
        leave_version=schedule.version,
        hold=hold,
    )
    also(transaction)
    try:
        transaction.commit()
    except ConditionsFailed as error:
        if "appointment" in error.failed:
            raise AlreadyBooked from error
        raise_unknown(error.failed, BOOKING_POINTERS)
        if "hold" in error.failed:
            raise LostRace from error
        raise_taken(changes, error.failed, now, hold)


def move(old: Appointment, new: Appointment, schedule: Schedule, now: datetime) -> None:
    """Store a visit in its new time, free the old and take the new: one transaction.

    Raises:
        UnknownReference: the practitioner is unknown or not active.
        SlotTaken: with `conflicts`; the visit keeps its old time.
        LostRace: the visit or the schedule changed.
    """
    changes = day_changes(old.occupancy, new.occupancy)
    transaction = Transaction()
    check_practitioner(transaction, new.practitioner_id)
    transaction.put("appointment", write_appointment(new), condition=AppointmentItem.version == old.version)
    mark = ids.to_bytes(new.appointment_id)
    take(transaction, changes, FOR_GOOD, now, visit=mark, leave_version=schedule.version)
    try:
        transaction.commit()
    except ConditionsFailed as error:
        if "appointment" in error.failed:
            raise LostRace from error
        raise_unknown(error.failed, BOOKING_POINTERS)
        raise_taken(changes, error.failed, now)


def cancel(old: Appointment, new: Appointment) -> None:
    """Store a cancelled visit and free its time.

    Raises:
        LostRace: the visit changed.
    """
    transaction = Transaction()
    transaction.put("appointment", write_appointment(new), condition=AppointmentItem.version == old.version)
    mark = ids.to_bytes(old.appointment_id)
    for change in day_changes(old.occupancy, None):
        actions: list[Action] = [Path(tick_name(index)).remove() for index in sorted(change.free)]
        if change.began is not None:
            actions += [Path("v" + tick_name(change.began)).remove(), DayItem.gone.add({mark})]
        transaction.update(change_name(change), DayItem(*day_key(change.resource, change.day)), actions)
    try:
        transaction.commit()
    except ConditionsFailed as error:
        raise LostRace from error


def save(old: Appointment, new: Appointment) -> None:
    """Store a visit that keeps its time.

    Raises:
        LostRace: the visit changed.
    """
    try:
        write_appointment(new).save(condition=AppointmentItem.version == old.version)
    except PutError as error:
        # A transaction of somebody else's may be changing the visit at this moment.
        if condition_failed(error) or error.cause_response_code == "TransactionConflictException":
            raise LostRace from error
        raise


def visits(
    resource: Resource, span: Span, after: Place | None, limit: int, wanted: frozenset[Status] | None
) -> tuple[list[Appointment], Place | None]:
    """A page of the visits that begin in the span, cancelled ones too, by start.

    A page reads no more days and visits than it needs, and at most some two years of days: a filter that finds
    nothing for so long is answered with a short page and its end.

    Returns:
        the page, and where it ended unless it is the last.
    """
    found: list[Appointment] = []
    day, last = max(span.start, after.at if after else span.start).date(), span.end.date()
    for _ in range(_READS_PER_PAGE):
        if day > last:
            return found, None
        days = days_between(resource, day, last, _DAYS_PER_READ)
        for some in _enough(days, limit + 1 - len(found)):
            found += [
                visit
                for visit in fetch(some)
                if (wanted is None or visit.status in wanted)
                and (after is None or (visit.start, visit.appointment_id) > after)
                and span.start <= visit.start < span.end
            ]
            if len(found) > limit:
                ended = found[limit - 1]
                return found[:limit], Place(ended.start, ended.appointment_id)
        if len(days) < _DAYS_PER_READ:
            return found, None
        day = day_of(days[-1]) + ONE_DAY
    return found, Place(datetime.combine(day, time(), UTC), "")


def _enough(days: Iterable[RawItem], wanted: int) -> Iterator[list[str]]:
    """The ids of the visits on whole days, in bundles of at least `wanted`, as far as there are."""
    bundle: list[str] = []
    for raw in days:
        bundle += listed(raw)
        if len(bundle) >= wanted:
            yield bundle
            bundle = []
    if bundle:
        yield bundle


def fetch(appointment_ids: Iterable[str]) -> list[Appointment]:
    """These visits by start; one BatchGetItem for each hundred, strongly consistent."""
    keys = [appointment_key(appointment_id) for appointment_id in appointment_ids]
    items = [_read_appointment(item) for item in AppointmentItem.batch_get(keys, consistent_read=True)]
    return sorted(items, key=lambda visit: (visit.start, visit.appointment_id))


def write_appointment(visit: Appointment) -> AppointmentItem:
    return AppointmentItem(
        *appointment_key(visit.appointment_id),
        status=visit.status,
        practitioner_id=visit.practitioner_id,
        patient_id=visit.patient_id,
        room_id=visit.room_id,
        start=to_epoch(visit.start),
        end=to_epoch(visit.end),
        time_zone=visit.time_zone,
        mode=visit.mode,
        reason=visit.reason,
        version=visit.version,
        created_at=to_epoch(visit.created_at),
        fingerprint=visit.fingerprint,
        history=[_write_entry(entry) for entry in visit.history],
        series_id=visit.series_id,
    )


def _read_appointment(item: AppointmentItem) -> Appointment:
    return Appointment(
        appointment_id=item.pk.removeprefix("APPOINTMENT#"),
        status=Status(item.status),
        practitioner_id=item.practitioner_id,
        patient_id=item.patient_id,
        room_id=item.room_id,
        start=from_epoch(item.start),
        end=from_epoch(item.end),
        time_zone=item.time_zone,
        mode=Mode(item.mode),
        reason=item.reason,
        version=int(item.version),
        created_at=from_epoch(item.created_at),
        fingerprint=item.fingerprint,
        history=tuple(_read_entry(raw) for raw in item.history),
        series_id=item.series_id,
    )


def _write_entry(entry: Entry) -> list[Any]:
    return [
        entry.version,
        entry.step,
        entry.status,
        to_epoch(entry.at),
        entry.actor,
        to_epoch(entry.start),
        to_epoch(entry.end),
        entry.practitioner_id,
        entry.room_id,
        entry.reason,
    ]


def _read_entry(raw: list[Any]) -> Entry:
    version, step, status, at, actor, start, end, practitioner_id, room_id, reason = raw
    return Entry(
        version=version,
        step=Step(step),
        status=Status(status),
        at=from_epoch(at),
        actor=actor,
        start=from_epoch(start),
        end=from_epoch(end),
        practitioner_id=practitioner_id,
        room_id=room_id,
        reason=reason,
    )
