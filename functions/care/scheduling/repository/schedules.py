"""Weeks and leave."""

import json
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from care.scheduling.models import Break, Hours, Kind, Leave, Plan, Resource, Schedule
from care.scheduling.repository.keys import DayItem, PlanItem, ScheduleItem, day_key, schedule_key, to_epoch
from care.scheduling.repository.references import check_room, raise_unknown
from kernel.dynamodb import ConditionsFailed, Transaction
from kernel.errors import Invalid
from kernel.races import LostRace
from kernel.references import check_practitioner

_LARGEST = 64 * 1024  # bytes of plans and leave: every booking reads them, and DynamoDB stores at most 400 KB


def schedule_of(practitioner_id: str) -> Schedule | None:
    """The practitioner's schedule, None where none was ever set. One strongly consistent read."""
    item = ScheduleItem.find(*schedule_key(practitioner_id))
    if item is None:
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
        Invalid: the schedule has grown too large.
        LostRace: somebody else changed the schedule.
        UnknownReference: the practitioner or a room of the plan is unknown or not active.
    """
    plan = schedule.plans[-1]
    transaction = Transaction()
    check_practitioner(transaction, schedule.practitioner_id)
    for room_id in sorted({hours.room_id for hours in plan.weekly if hours.room_id}):
        check_room(transaction, room_id)
    pk, _ = schedule_key(schedule.practitioner_id)
    kept = PlanItem(pk, f"PLAN#{plan.version:05d}", plan=_write_plan(plan), actor=actor, at=to_epoch(at))
    transaction.put("plan", kept)
    _put_schedule(transaction, schedule, "ScheduleChanged", actor, at)
    _commit_schedule(transaction, {"practitioner": "", "room": "/weekly"})


def save_leave(schedule: Schedule, change: str, days: Iterable[date], actor: str, at: datetime) -> None:
    """Store a schedule whose leave changed and, on the UTC `days` that it touches, the version that changed it.

    Raises:
        Invalid: the schedule has grown too large.
        LostRace: somebody else changed the schedule.
        UnknownReference: the practitioner is unknown or not active.
    """
    transaction = Transaction()
    check_practitioner(transaction, schedule.practitioner_id)
    _put_schedule(transaction, schedule, change, actor, at)
    for day in days:
        item = DayItem(*day_key(Resource(Kind.PRACTITIONER, schedule.practitioner_id), day))
        transaction.update(f"day {day}", item, [DayItem.leave_version.set(schedule.version)])
    _commit_schedule(transaction, {"practitioner": ""})


def _put_schedule(transaction: Transaction, schedule: Schedule, change: str, actor: str, at: datetime) -> None:
    plans = [_write_plan(plan) for plan in schedule.plans]
    leave = [_write_leave(item) for item in schedule.leave]
    if len(json.dumps([plans, leave])) > _LARGEST:
        raise Invalid("The schedule plans too many weeks and days of leave ahead")
    item = ScheduleItem(
        *schedule_key(schedule.practitioner_id),
        version=schedule.version,
        plans=plans,
        leave=leave,
        change=change,
        actor=actor,
        at=to_epoch(at),
    )
    unseen = ScheduleItem.pk.does_not_exist() if schedule.version == 1 else ScheduleItem.version == schedule.version - 1
    transaction.put("schedule", item, condition=unseen)


def _commit_schedule(transaction: Transaction, pointers: dict[str, str]) -> None:
    try:
        transaction.commit()
    except ConditionsFailed as error:
        raise_unknown(error.failed, pointers)
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
