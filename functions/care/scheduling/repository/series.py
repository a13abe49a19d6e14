"""Series: visits that are booked together in one transaction, or not at all."""

from collections.abc import Sequence
from datetime import datetime

from care.scheduling.models import Appointment, Mode, Schedule, Series, day_changes
from care.scheduling.repository.appointments import fetch, write_appointment
from care.scheduling.repository.days import FOR_GOOD, raise_taken, take
from care.scheduling.repository.keys import AlreadyBooked, AppointmentItem, SeriesItem, from_epoch, series_key, to_epoch
from care.scheduling.repository.references import BOOKING_POINTERS, raise_unknown
from kernel import ids
from kernel.dynamodb import MOST_ITEMS, ConditionsFailed, Transaction
from kernel.errors import Fault, FieldError, Invalid
from kernel.references import check_patient, check_practitioner


def series(series_id: str) -> Series | None:
    """One series, None where there is none. One strongly consistent read."""
    item = SeriesItem.find(*series_key(series_id))
    if item is None:
        return None
    return Series(
        series_id=series_id,
        patient_id=item.patient_id,
        practitioner_id=item.practitioner_id,
        time_zone=item.time_zone,
        mode=Mode(item.mode),
        appointment_ids=tuple(appointment_id for appointment_id, _, _ in item.visits),
        starts=tuple(from_epoch(start) for _, start, _ in item.visits),
        ends=tuple(from_epoch(end) for _, _, end in item.visits),
        created_at=from_epoch(item.created_at),
        actor=item.actor,
        fingerprint=item.fingerprint,
    )


def visits_of_series(found: Series) -> list[Appointment]:
    """The visits of a series as they are now, by start."""
    return fetch(found.appointment_ids)


def book_series(new: Series, visits: Sequence[Appointment], schedule: Schedule, now: datetime) -> None:
    """Store a series with its new visits and take the time of each: one transaction.

    Raises:
        AlreadyBooked: a series with this id is stored.
        Invalid: two visits touch the same day, or all of them more days than a transaction takes.
        UnknownReference: patient or practitioner is unknown or not active.
        SlotTaken: of at least one.
        LostRace: the schedule changed.
    """
    transaction = Transaction()
    check_patient(transaction, new.patient_id)
    check_practitioner(transaction, new.practitioner_id)
    item = SeriesItem(
        *series_key(new.series_id),
        patient_id=new.patient_id,
        practitioner_id=new.practitioner_id,
        time_zone=new.time_zone,
        mode=new.mode,
        visits=[[visit.appointment_id, to_epoch(visit.start), to_epoch(visit.end)] for visit in visits],
        created_at=to_epoch(new.created_at),
        actor=new.actor,
        fingerprint=new.fingerprint,
    )
    transaction.put("series", item, condition=SeriesItem.pk.does_not_exist())
    changes_of = {visit.appointment_id: day_changes(None, visit.occupancy) for visit in visits}
    changes = [change for some in changes_of.values() for change in some]
    if len({(change.resource, change.day) for change in changes}) < len(changes):
        raise Invalid("", FieldError(Fault.OVERLAP, "puts two visits on one day, counted in UTC", pointer="/changes"))
    if len(changes) + len(visits) + 3 > MOST_ITEMS:
        raise Invalid(
            "", FieldError(Fault.NOT_ALLOWED, "is too much for visits that pass midnight in UTC", pointer="/count")
        )
    for visit in visits:
        unseen = AppointmentItem.pk.does_not_exist()
        transaction.put(f"visit {visit.appointment_id}", write_appointment(visit), condition=unseen)
        mark = ids.to_bytes(visit.appointment_id)
        some = changes_of[visit.appointment_id]
        take(transaction, some, FOR_GOOD, now, visit=mark, leave_version=schedule.version)
    try:
        transaction.commit()
    except ConditionsFailed as error:
        if "series" in error.failed:
            raise AlreadyBooked from error
        raise_unknown(error.failed, BOOKING_POINTERS)
        raise_taken(changes, error.failed, now)
