"""Holds: slots kept for somebody for a while."""

from datetime import datetime
from typing import NoReturn

from pynamodb.expressions.operand import Path

from care.scheduling.models import Hold, Schedule, day_changes
from care.scheduling.repository.days import change_name, raise_taken, take, tick_name
from care.scheduling.repository.keys import AlreadyBooked, DayItem, HoldItem, day_key, from_epoch, hold_key, to_epoch
from care.scheduling.repository.references import BOOKING_POINTERS, check_room, raise_unknown
from kernel.dynamodb import ConditionsFailed, Transaction
from kernel.references import check_patient, check_practitioner

_HOLD_KEPT_SECONDS = 86_400  # DynamoDB removes the record some time after that; the time itself is free on the second


def hold(hold_id: str) -> Hold | None:
    """One hold, expired or not, None where there is none."""
    item = HoldItem.find(*hold_key(hold_id))
    if item is None:
        return None
    return Hold(
        hold_id=hold_id,
        patient_id=item.patient_id,
        practitioner_id=item.practitioner_id,
        room_id=item.room_id,
        start=from_epoch(item.start),
        end=from_epoch(item.end),
        expires_at=from_epoch(item.until),
        actor=item.actor,
        fingerprint=item.fingerprint,
    )


def place_hold(new: Hold, schedule: Schedule, now: datetime) -> None:
    """Store a hold and take its time until it expires.

    Raises:
        AlreadyBooked: a hold with this id is stored.
        UnknownReference: patient, practitioner or room is unknown or not active.
        SlotTaken: with `conflicts`.
        LostRace: the schedule changed.
    """
    transaction = Transaction()
    if new.room_id:
        check_room(transaction, new.room_id)
    add_hold(transaction, new, schedule, now)
    try:
        transaction.commit()
    except ConditionsFailed as error:
        if "hold" in error.failed:
            raise AlreadyBooked from error
        raise_held(error, new, now)


def add_hold(transaction: Transaction, new: Hold, schedule: Schedule, now: datetime) -> None:
    """Add to a transaction what keeps a slot for somebody who exists."""
    check_patient(transaction, new.patient_id)
    check_practitioner(transaction, new.practitioner_id)
    item = HoldItem(
        *hold_key(new.hold_id),
        patient_id=new.patient_id,
        practitioner_id=new.practitioner_id,
        room_id=new.room_id,
        start=to_epoch(new.start),
        end=to_epoch(new.end),
        until=to_epoch(new.expires_at),
        actor=new.actor,
        fingerprint=new.fingerprint,
        expires_at=to_epoch(new.expires_at) + _HOLD_KEPT_SECONDS,
    )
    transaction.put("hold", item, condition=HoldItem.pk.does_not_exist())
    changes = day_changes(None, new.occupancy)
    take(transaction, changes, to_epoch(new.expires_at), now, leave_version=schedule.version)


def raise_held(error: ConditionsFailed, new: Hold, now: datetime) -> NoReturn:
    """Tell why a hold was refused.

    Raises:
        UnknownReference: patient, practitioner or room is unknown or not active.
        SlotTaken: with `conflicts`.
        LostRace: the schedule changed.
    """
    raise_unknown(error.failed, BOOKING_POINTERS)
    raise_taken(day_changes(None, new.occupancy), error.failed, now)


def release_hold(held: Hold) -> None:
    """Remove a hold and free those of its ticks that are still its own; nothing happens where it is gone already."""
    transaction = Transaction()
    stored = HoldItem(*hold_key(held.hold_id))
    transaction.delete("hold", stored, condition=HoldItem.until == to_epoch(held.expires_at))
    free_hold(transaction, held)
    try:
        transaction.commit()
    except ConditionsFailed:
        # It expired and somebody took the time, or it was used: then only the record itself is left to remove.
        stored.delete()


def free_hold(transaction: Transaction, held: Hold) -> None:
    """Add to a transaction what frees a hold's ticks, all of which must still be its own."""
    for change in day_changes(held.occupancy, None):
        item = DayItem(*day_key(change.resource, change.day))
        own = [Path(tick_name(index)) == to_epoch(held.expires_at) for index in sorted(change.free)]
        condition = own[0]
        for other in own[1:]:
            condition &= other
        transaction.update(
            change_name(change), item, [Path(tick_name(i)).remove() for i in sorted(change.free)], condition
        )
