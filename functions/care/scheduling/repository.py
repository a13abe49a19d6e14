"""The scheduling table. Access patterns, each a read whose cost does not grow with years or people:

| question | how |
|---|---|
| may this be booked | GetItem of the schedule; the rest are conditions of the booking's transaction |
| what is free | GetItem of the schedule, Query of the practitioner's days |
| the visits of a practitioner or patient from … to … | Query of their days, BatchGetItem of the visits found there |
| one visit, one hold | GetItem |

A day item maps each taken five-minute tick of one UTC day to the epoch second until which it is taken: far away for a
visit, the expiry for a hold. A tick is free where the attribute is absent or its second has passed, and that is the
condition under which it is taken. A write costs by the whole item, so names and values are a few bytes: tick 100
(08:20) is `2s`, its number in base 36, and a visit that begins there leaves its 16 bytes in `v2s`. `gone` keeps those
of cancelled visits, so that the day still lists them. A full day of eight hours stays under one KB.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from pynamodb.attributes import (
    BinarySetAttribute,
    BooleanAttribute,
    JSONAttribute,
    NumberAttribute,
    UnicodeAttribute,
)
from pynamodb.exceptions import DoesNotExist, PutError
from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action

from care.scheduling.errors import SlotTaken
from care.scheduling.models import (
    ONE_DAY,
    Appointment,
    Break,
    Conflict,
    DayChange,
    Entry,
    Hold,
    Hours,
    Kind,
    Leave,
    Mode,
    Plan,
    Resource,
    Schedule,
    Span,
    Status,
    Step,
    Tick,
    day_changes,
    merge,
)
from kernel import ids
from kernel.dynamodb import ConditionsFailed, FromEnvironment, Item, RawItem, Transaction, condition_failed
from kernel.errors import FieldError, UnknownReference

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_TICK_NAME = re.compile(r"[0-7][0-9a-z]")
_VISIT_NAME = re.compile(r"v[0-7][0-9a-z]")
_FOR_GOOD = 10**10  # the year 2286; one significant digit, so two bytes
_DAYS_PER_READ = 31
_READS_PER_PAGE = 24
_HOLD_KEPT_SECONDS = 86_400  # DynamoDB removes the record some time after that; the time itself is free on the second


class LostRace(Exception):
    """What was read has changed before it was written: read again and decide again."""


class AlreadyBooked(Exception):
    """A visit with this id is stored: the request is a repetition."""


# ---- items ----------------------------------------------------------------------------------------------------------


class _Stored(Item):
    class Meta:
        table_name = FromEnvironment("TABLE_NAME")


class ScheduleItem(_Stored):
    """`PRACTITIONER#prc_0192…` / `SCHEDULE`: plans and leave as they hold; `change` says what its version brought."""

    version = NumberAttribute()
    plans = JSONAttribute()
    leave = JSONAttribute()
    change = UnicodeAttribute()
    actor = UnicodeAttribute()
    at = NumberAttribute()


class PlanItem(_Stored):
    """`PRACTITIONER#prc_0192…` / `PLAN#00003`: a version of the week as it was set, kept for good."""

    plan = JSONAttribute()
    actor = UnicodeAttribute()
    at = NumberAttribute()


class DayItem(_Stored):
    """`PRACTITIONER#prc_0192…` / `DAY#2026-11-21`, likewise `PATIENT#…` and `ROOM#…`: the ticks of a UTC day.

    `leave_version` is the version of the schedule that last put leave on the day: a booking that was decided on an
    older schedule is refused by condition.
    """

    gone = BinarySetAttribute(legacy_encoding=False, null=True)
    leave_version = NumberAttribute(null=True)


class AppointmentItem(_Stored):
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


class HoldItem(_Stored):
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


class _PatientReference(Item):
    """Of the patients table we may ask one thing: is `PATIENT#…` / `STATUS` or `PROXY#…` active?"""

    class Meta:
        table_name = FromEnvironment("PATIENTS_TABLE_NAME")

    active = BooleanAttribute()


class _PractitionerReference(Item):
    """Of the practitioners table likewise: `PRACTITIONER#…` / `STATUS`, `ROOM#…` / `STATUS`."""

    class Meta:
        table_name = FromEnvironment("PRACTITIONERS_TABLE_NAME")

    active = BooleanAttribute()


def _schedule_key(practitioner_id: str) -> tuple[str, str]:
    return f"PRACTITIONER#{practitioner_id}", "SCHEDULE"


def _day_key(resource: Resource, day: date) -> tuple[str, str]:
    return f"{resource.kind.upper()}#{resource.id}", f"DAY#{day.isoformat()}"


def _appointment_key(appointment_id: str) -> tuple[str, str]:
    return f"APPOINTMENT#{appointment_id}", "APPOINTMENT"


def _hold_key(hold_id: str) -> tuple[str, str]:
    return f"HOLD#{hold_id}", "HOLD"


# ---- references -----------------------------------------------------------------------------------------------------


def _require_patient(transaction: Transaction, patient_id: str) -> None:
    transaction.check("patient", _PatientReference, f"PATIENT#{patient_id}", "STATUS", _PatientReference.active == True)  # noqa: E712


def _require_practitioner(transaction: Transaction, practitioner_id: str) -> None:
    active = _PractitionerReference.active == True  # noqa: E712
    transaction.check("practitioner", _PractitionerReference, f"PRACTITIONER#{practitioner_id}", "STATUS", active)


def _require_room(transaction: Transaction, room_id: str) -> None:
    active = _PractitionerReference.active == True  # noqa: E712
    transaction.check(f"room {room_id}", _PractitionerReference, f"ROOM#{room_id}", "STATUS", active)


def _raise_unknown(failed: Iterable[str], pointers: dict[str, str]) -> None:
    """Raises UnknownReference if a reference is among the failed conditions."""
    errors = [
        FieldError("does not exist or is not active", pointer=pointers.get(name.split()[0], ""))
        for name in sorted(failed)
        if name.split()[0] in ("patient", "practitioner", "room")
    ]
    if errors:
        raise UnknownReference("", *errors)


_BOOKING_POINTERS = {"patient": "/patient_id", "practitioner": "/practitioner_id", "room": "/room_id"}


def speaks_for(proxy_id: str, patient_id: str) -> bool:
    """Whether the patient `proxy_id` may act for `patient_id`: a foreign key that cannot read."""
    transaction = Transaction()
    active = _PatientReference.active == True  # noqa: E712
    transaction.check("proxy", _PatientReference, f"PATIENT#{patient_id}", f"PROXY#{proxy_id}", active)
    try:
        transaction.commit()
    except ConditionsFailed:
        return False
    return True


def require_practitioner(practitioner_id: str) -> None:
    """Raises UnknownReference unless there is such an active practitioner."""
    transaction = Transaction()
    _require_practitioner(transaction, practitioner_id)
    try:
        transaction.commit()
    except ConditionsFailed as error:
        _raise_unknown(error.failed, _BOOKING_POINTERS)


# ---- schedules ------------------------------------------------------------------------------------------------------


def schedule_of(practitioner_id: str) -> Schedule | None:
    """The practitioner's schedule, None where none was ever set. One strongly consistent read."""
    try:
        item = ScheduleItem.get(*_schedule_key(practitioner_id), consistent_read=True)
    except DoesNotExist:
        return None
    return Schedule(
        practitioner_id=practitioner_id,
        version=int(item.version),
        plans=tuple(_read_plan(raw) for raw in item.plans),
        leave=tuple(_read_leave(raw) for raw in item.leave),
    )


def save_plan(schedule: Schedule, actor: str, at: datetime) -> None:
    """Store a schedule whose latest plan is new.

    Raises:
        LostRace: somebody else changed the schedule.
        UnknownReference: the practitioner or a room of the plan is unknown or not active.
    """
    plan = schedule.plans[-1]
    transaction = Transaction()
    _require_practitioner(transaction, schedule.practitioner_id)
    for room_id in sorted({hours.room_id for hours in plan.weekly if hours.room_id}):
        _require_room(transaction, room_id)
    pk, _ = _schedule_key(schedule.practitioner_id)
    kept = PlanItem(pk, f"PLAN#{plan.version:05d}", plan=_write_plan(plan), actor=actor, at=_epoch(at))
    transaction.put("plan", kept)
    _put_schedule(transaction, schedule, "ScheduleChanged", actor, at)
    _commit_schedule(transaction, {"practitioner": "", "room": "/weekly"})


def save_leave(schedule: Schedule, change: str, days: Iterable[date], actor: str, at: datetime) -> None:
    """Store a schedule whose leave changed and, on the UTC `days` that it touches, the version that changed it.

    Raises:
        LostRace: somebody else changed the schedule.
        UnknownReference: the practitioner is unknown or not active.
    """
    transaction = Transaction()
    _require_practitioner(transaction, schedule.practitioner_id)
    _put_schedule(transaction, schedule, change, actor, at)
    for day in days:
        item = DayItem(*_day_key(Resource(Kind.PRACTITIONER, schedule.practitioner_id), day))
        transaction.update(f"day {day}", item, [DayItem.leave_version.set(schedule.version)])
    _commit_schedule(transaction, {"practitioner": ""})


def _put_schedule(transaction: Transaction, schedule: Schedule, change: str, actor: str, at: datetime) -> None:
    item = ScheduleItem(
        *_schedule_key(schedule.practitioner_id),
        version=schedule.version,
        plans=[_write_plan(plan) for plan in schedule.plans],
        leave=[_write_leave(leave) for leave in schedule.leave],
        change=change,
        actor=actor,
        at=_epoch(at),
    )
    unseen = ScheduleItem.pk.does_not_exist() if schedule.version == 1 else ScheduleItem.version == schedule.version - 1
    transaction.put("schedule", item, condition=unseen)


def _commit_schedule(transaction: Transaction, pointers: dict[str, str]) -> None:
    try:
        transaction.commit()
    except ConditionsFailed as error:
        _raise_unknown(error.failed, pointers)
        raise LostRace from error


def _write_plan(plan: Plan) -> dict[str, Any]:
    return {
        "version": plan.version,
        "time_zone": plan.time_zone,
        "slot_minutes": plan.slot_minutes,
        "weekly": [
            [h.weekday, h.start.isoformat("minutes"), h.end.isoformat("minutes"), h.room_id] for h in plan.weekly
        ],
        "breaks": [[b.start.isoformat("minutes"), b.end.isoformat("minutes"), b.weekday] for b in plan.breaks],
        "valid_from": plan.valid_from.isoformat(),
        "valid_to": plan.valid_to and plan.valid_to.isoformat(),
    }


def _read_plan(raw: dict[str, Any]) -> Plan:
    return Plan(
        version=raw["version"],
        time_zone=raw["time_zone"],
        slot_minutes=raw["slot_minutes"],
        weekly=tuple(
            Hours(weekday, time.fromisoformat(start), time.fromisoformat(end), room_id)
            for weekday, start, end, room_id in raw["weekly"]
        ),
        breaks=tuple(
            Break(time.fromisoformat(start), time.fromisoformat(end), weekday) for start, end, weekday in raw["breaks"]
        ),
        valid_from=date.fromisoformat(raw["valid_from"]),
        valid_to=date.fromisoformat(raw["valid_to"]) if raw["valid_to"] else None,
    )


def _write_leave(leave: Leave) -> list[str | None]:
    return [
        leave.day.isoformat(),
        leave.start.isoformat("minutes") if leave.start else None,
        leave.end.isoformat("minutes") if leave.end else None,
        leave.reason,
    ]


def _read_leave(raw: list[str | None]) -> Leave:
    day, start, end, reason = raw
    return Leave(
        day=date.fromisoformat(day or ""),
        start=time.fromisoformat(start) if start else None,
        end=time.fromisoformat(end) if end else None,
        reason=reason,
    )


# ---- occupancy ------------------------------------------------------------------------------------------------------


def taken(resource: Resource, span: Span, now: datetime) -> set[Tick]:
    """The ticks of the resource that are taken within the span's UTC days. One Query of at most some 32 small items."""
    return {
        Tick(date.fromisoformat(raw["sk"]["S"].removeprefix("DAY#")), index)
        for raw in _days(resource, Tick.at(span.start).day, span.end.date(), None)
        for index in _taken_in(raw, now)
    }


def _days(resource: Resource, first: date, last: date, limit: int | None) -> list[RawItem]:
    pk, low = _day_key(resource, first)
    _, high = _day_key(resource, last)
    answer = DayItem.table().query(
        pk, range_key_condition=DayItem.sk.between(low, high), consistent_read=True, limit=limit
    )
    items: list[RawItem] = answer["Items"]
    return items


def _taken_in(raw: RawItem, now: datetime) -> Iterator[int]:
    """The taken ticks of a day item."""
    for name, value in raw.items():
        if _TICK_NAME.fullmatch(name) and float(value["N"]) > _epoch(now):
            yield int(name, base=36)


def _take(
    transaction: Transaction,
    changes: Sequence[DayChange],
    until: int,
    now: datetime,
    *,
    visit: bytes | None = None,
    leave_version: int | None = None,
    hold: Hold | None = None,
) -> None:
    """Add the changes of days to a transaction.

    The expressions are written out, each value once: a visit of half an hour has some thirty terms, and composing them
    of PynamoDB's operators costs more than all else that a booking decides.

    Args:
        until: the second until which ticks become taken.
        visit: the bytes of the visit, None for a hold.
        leave_version: version of the practitioner's schedule on which the decision stands.
        hold: the caller's own, whose ticks are taken over.
    """
    own = _ticks_of(hold)
    values: RawItem = {":until": _number(until), ":now": _number(_epoch(now))}
    if visit is not None:
        values[":visit"] = {"B": visit}
    if hold is not None:
        values[":held"] = _number(_epoch(hold.expires_at))
    if leave_version is not None:
        values[":leave"] = _number(leave_version)
    for change in changes:
        take, free = [["#" + _name(index) for index in sorted(ticks)] for ticks in (change.take, change.free)]
        sets = [f"{tick} = :until" for tick in take]
        held = {"#" + _name(index) for index in own.get((change.resource, change.day), ())}
        is_free, is_held = "(attribute_not_exists({0}) OR {0} <= :now)", "{0} = :held"
        conditions = [(is_held if tick in held else is_free).format(tick) for tick in take]
        if visit is not None and change.began != change.begins:
            if change.began is not None:
                free.append("#v" + _name(change.began))
            if change.begins is not None:
                sets.append(f"#v{_name(change.begins)} = :visit")
        if take and leave_version is not None and change.resource.kind is Kind.PRACTITIONER:
            conditions.append("(attribute_not_exists(#leave_version) OR #leave_version <= :leave)")
        update = " ".join(f"{verb} {', '.join(parts)}" for verb, parts in (("SET", sets), ("REMOVE", free)) if parts)
        key = _day_key(change.resource, change.day)
        transaction.update_as(_change_name(change), DayItem, *key, update, " AND ".join(conditions), values)


def _ticks_of(hold: Hold | None) -> dict[tuple[Resource, date], frozenset[int]]:
    """What a hold keeps. Its second of expiry alone does not tell it from other holds."""
    changes = day_changes(None, hold.occupancy) if hold else []
    return {(change.resource, change.day): change.take for change in changes}


def _number(value: int) -> dict[str, str]:
    return {"N": str(value)}


def _name(index: int) -> str:
    return _DIGITS[index // 36] + _DIGITS[index % 36]


def _change_name(change: DayChange) -> str:
    return f"{change.resource.kind}:{change.resource.id}:{change.day}"


def _raise_taken(
    changes: Sequence[DayChange], failed: dict[str, RawItem | None], now: datetime, hold: Hold | None = None
) -> None:
    """Tell what is taken, and by what kind of thing.

    Raises:
        SlotTaken: ticks are taken.
        LostRace: a day refused though its ticks are free: leave was put on it since the schedule was read.
    """
    own = _ticks_of(hold)
    blocked: dict[Kind, list[Tick]] = {}
    for change in changes:
        raw = failed.get(_change_name(change))
        if raw is not None:
            held = own.get((change.resource, change.day), frozenset())
            found = (change.take & set(_taken_in(raw, now))) - held
            blocked.setdefault(change.resource.kind, []).extend(Tick(change.day, index) for index in found)
    conflicts = [Conflict(kind, span.start, span.end) for kind, found in blocked.items() for span in merge(found)]
    if not conflicts:
        raise LostRace
    raise SlotTaken("", conflicts=conflicts)


# ---- visits ---------------------------------------------------------------------------------------------------------


def appointment(appointment_id: str) -> Appointment | None:
    """One visit, None where there is none. One strongly consistent read."""
    try:
        return _read_appointment(AppointmentItem.get(*_appointment_key(appointment_id), consistent_read=True))
    except DoesNotExist:
        return None


def book(visit: Appointment, schedule: Schedule, now: datetime, hold: Hold | None, room_named: bool) -> None:
    """Store a new visit and take its time: one transaction over practitioner, patient and room.

    Args:
        hold: the caller's own hold of the same slot, which is used up.
        room_named: the caller chose the room, so that it must be shown to exist.

    Raises:
        AlreadyBooked: a visit with this id is stored.
        UnknownReference: patient, practitioner or room is unknown or not active.
        SlotTaken: with `conflicts`.
        LostRace: the schedule changed.
    """
    changes = day_changes(None, visit.occupancy)
    transaction = Transaction()
    _require_patient(transaction, visit.patient_id)
    _require_practitioner(transaction, visit.practitioner_id)
    if room_named and visit.room_id:
        _require_room(transaction, visit.room_id)
    if hold is not None:
        stored = HoldItem(*_hold_key(hold.hold_id))
        transaction.delete("hold", stored, condition=HoldItem.until == _epoch(hold.expires_at))
    item = _write_appointment(visit)
    transaction.put("appointment", item, condition=AppointmentItem.pk.does_not_exist())
    _take(
        transaction,
        changes,
        _FOR_GOOD,
        now,
        visit=ids.to_bytes(visit.appointment_id),
        leave_version=schedule.version,
        hold=hold,
    )
    try:
        transaction.commit()
    except ConditionsFailed as error:
        if "appointment" in error.failed:
            raise AlreadyBooked from error
        _raise_unknown(error.failed, _BOOKING_POINTERS)
        if "hold" in error.failed:
            raise LostRace from error
        _raise_taken(changes, error.failed, now, hold)


def move(old: Appointment, new: Appointment, schedule: Schedule, now: datetime) -> None:
    """Store a visit in its new time, free the old and take the new: one transaction.

    Raises:
        UnknownReference: the practitioner is unknown or not active.
        SlotTaken: with `conflicts`; the visit keeps its old time.
        LostRace: the visit or the schedule changed.
    """
    changes = day_changes(old.occupancy, new.occupancy)
    transaction = Transaction()
    _require_practitioner(transaction, new.practitioner_id)
    transaction.put("appointment", _write_appointment(new), condition=AppointmentItem.version == old.version)
    mark = ids.to_bytes(new.appointment_id)
    _take(transaction, changes, _FOR_GOOD, now, visit=mark, leave_version=schedule.version)
    try:
        transaction.commit()
    except ConditionsFailed as error:
        if "appointment" in error.failed:
            raise LostRace from error
        _raise_unknown(error.failed, _BOOKING_POINTERS)
        _raise_taken(changes, error.failed, now)


def cancel(old: Appointment, new: Appointment) -> None:
    """Store a cancelled visit and free its time.

    Raises:
        LostRace: the visit changed.
    """
    transaction = Transaction()
    transaction.put("appointment", _write_appointment(new), condition=AppointmentItem.version == old.version)
    mark = ids.to_bytes(old.appointment_id)
    for change in day_changes(old.occupancy, None):
        actions: list[Action] = [Path(_name(index)).remove() for index in sorted(change.free)]
        if change.began is not None:
            actions += [Path("v" + _name(change.began)).remove(), DayItem.gone.add({mark})]
        transaction.update(_change_name(change), DayItem(*_day_key(change.resource, change.day)), actions)
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
        _write_appointment(new).save(condition=AppointmentItem.version == old.version)
    except PutError as error:
        # A transaction of somebody else's may be changing the visit at this moment.
        if condition_failed(error) or error.cause_response_code == "TransactionConflictException":
            raise LostRace from error
        raise


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of visits ended: the last visit on it."""

    start: datetime
    appointment_id: str


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
    day, last = max(span.start, after.start if after else span.start).date(), span.end.date()
    for _ in range(_READS_PER_PAGE):
        if day > last:
            return found, None
        days = _days(resource, day, last, _DAYS_PER_READ)
        for some in _enough(days, limit + 1 - len(found)):
            found += [
                visit
                for visit in _fetch(some)
                if (wanted is None or visit.status in wanted)
                and (after is None or (visit.start, visit.appointment_id) > (after.start, after.appointment_id))
                and span.start <= visit.start < span.end
            ]
            if len(found) > limit:
                ended = found[limit - 1]
                return found[:limit], Place(ended.start, ended.appointment_id)
        if len(days) < _DAYS_PER_READ:
            return found, None
        day = date.fromisoformat(days[-1]["sk"]["S"].removeprefix("DAY#")) + ONE_DAY
    return found, Place(datetime.combine(day, time(), UTC), "")


def _enough(days: Iterable[RawItem], wanted: int) -> Iterator[list[str]]:
    """The ids of the visits on whole days, in bundles of at least `wanted`, as far as there are."""
    bundle: list[str] = []
    for raw in days:
        bundle += _listed(raw)
        if len(bundle) >= wanted:
            yield bundle
            bundle = []
    if bundle:
        yield bundle


def _listed(raw: RawItem) -> list[str]:
    """The ids of the visits that begin on a day, or began there before they were cancelled."""
    marks = [value["B"] for name, value in raw.items() if _VISIT_NAME.fullmatch(name)]
    return [ids.from_bytes("apt", bytes(mark)) for mark in [*marks, *raw.get("gone", {}).get("BS", [])]]


def _fetch(appointment_ids: Iterable[str]) -> list[Appointment]:
    """These visits by start."""
    keys = [_appointment_key(appointment_id) for appointment_id in appointment_ids]
    items = [_read_appointment(item) for item in AppointmentItem.batch_get(keys, consistent_read=True)]
    return sorted(items, key=lambda visit: (visit.start, visit.appointment_id))


def _write_appointment(visit: Appointment) -> AppointmentItem:
    return AppointmentItem(
        *_appointment_key(visit.appointment_id),
        status=visit.status,
        practitioner_id=visit.practitioner_id,
        patient_id=visit.patient_id,
        room_id=visit.room_id,
        start=_epoch(visit.start),
        end=_epoch(visit.end),
        time_zone=visit.time_zone,
        mode=visit.mode,
        reason=visit.reason,
        version=visit.version,
        created_at=_epoch(visit.created_at),
        fingerprint=visit.fingerprint,
        history=[_write_entry(entry) for entry in visit.history],
    )


def _read_appointment(item: AppointmentItem) -> Appointment:
    return Appointment(
        appointment_id=item.pk.removeprefix("APPOINTMENT#"),
        status=Status(item.status),
        practitioner_id=item.practitioner_id,
        patient_id=item.patient_id,
        room_id=item.room_id,
        start=_instant(item.start),
        end=_instant(item.end),
        time_zone=item.time_zone,
        mode=Mode(item.mode),
        reason=item.reason,
        version=int(item.version),
        created_at=_instant(item.created_at),
        fingerprint=item.fingerprint,
        history=tuple(_read_entry(raw) for raw in item.history),
    )


def _write_entry(entry: Entry) -> list[Any]:
    return [
        entry.version,
        entry.step,
        entry.status,
        _epoch(entry.at),
        entry.actor,
        _epoch(entry.start),
        _epoch(entry.end),
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
        at=_instant(at),
        actor=actor,
        start=_instant(start),
        end=_instant(end),
        practitioner_id=practitioner_id,
        room_id=room_id,
        reason=reason,
    )


# ---- holds ----------------------------------------------------------------------------------------------------------


def hold(hold_id: str) -> Hold | None:
    """One hold, expired or not, None where there is none."""
    try:
        item = HoldItem.get(*_hold_key(hold_id), consistent_read=True)
    except DoesNotExist:
        return None
    return Hold(
        hold_id=hold_id,
        patient_id=item.patient_id,
        practitioner_id=item.practitioner_id,
        room_id=item.room_id,
        start=_instant(item.start),
        end=_instant(item.end),
        expires_at=_instant(item.until),
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
    changes = day_changes(None, new.occupancy)
    transaction = Transaction()
    _require_patient(transaction, new.patient_id)
    _require_practitioner(transaction, new.practitioner_id)
    if new.room_id:
        _require_room(transaction, new.room_id)
    item = HoldItem(
        *_hold_key(new.hold_id),
        patient_id=new.patient_id,
        practitioner_id=new.practitioner_id,
        room_id=new.room_id,
        start=_epoch(new.start),
        end=_epoch(new.end),
        until=_epoch(new.expires_at),
        actor=new.actor,
        fingerprint=new.fingerprint,
        expires_at=_epoch(new.expires_at) + _HOLD_KEPT_SECONDS,
    )
    transaction.put("hold", item, condition=HoldItem.pk.does_not_exist())
    _take(transaction, changes, _epoch(new.expires_at), now, leave_version=schedule.version)
    try:
        transaction.commit()
    except ConditionsFailed as error:
        if "hold" in error.failed:
            raise AlreadyBooked from error
        _raise_unknown(error.failed, _BOOKING_POINTERS)
        _raise_taken(changes, error.failed, now)


def release_hold(held: Hold) -> None:
    """Remove a hold and free those of its ticks that are still its own; nothing happens where it is gone already."""
    transaction = Transaction()
    stored = HoldItem(*_hold_key(held.hold_id))
    transaction.delete("hold", stored, condition=HoldItem.until == _epoch(held.expires_at))
    for change in day_changes(held.occupancy, None):
        item = DayItem(*_day_key(change.resource, change.day))
        own = [Path(_name(index)) == _epoch(held.expires_at) for index in sorted(change.free)]
        condition = own[0]
        for other in own[1:]:
            condition &= other
        transaction.update(
            _change_name(change), item, [Path(_name(i)).remove() for i in sorted(change.free)], condition
        )
    try:
        transaction.commit()
    except ConditionsFailed:
        # It expired and somebody took the time, or it was used: then only the record itself is left to remove.
        stored.delete()


def _epoch(at: datetime) -> int:
    return int(at.timestamp())


def _instant(epoch: float) -> datetime:
    return datetime.fromtimestamp(int(epoch), UTC)
