"""The days of practitioners, patients and rooms, and what is taken in them.

A day item maps each taken five-minute tick of one UTC day to the epoch second until which it is taken: far away for a
visit, the expiry for a hold. A tick is free where the attribute is absent or its second has passed, and that is the
condition under which it is taken. A write costs by the whole item, so names and values are a few bytes: tick 100
(08:20) is `2s`, its number in base 36, and a visit that begins there leaves its 16 bytes in `v2s`. `gone` keeps those
of cancelled visits, so that the day still lists them. A full day of eight hours stays under one KB.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import batched
from typing import Any, NoReturn

from care.scheduling.errors import SlotTaken
from care.scheduling.models import Conflict, DayChange, Hold, Kind, Resource, Span, Tick, day_changes, merge
from care.scheduling.repository.keys import DayItem, day_key, to_epoch
from kernel import ids
from kernel.dynamodb import RawItem, Transaction, backoff
from kernel.errors import Unavailable
from kernel.races import LostRace

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_TICK_NAME = re.compile(r"[0-7][0-9a-z]")
_VISIT_NAME = re.compile(r"v[0-7][0-9a-z]")
_READ_ATTEMPTS = 4
FOR_GOOD = 10**10  # the year 2286; one significant digit, so two bytes


def taken(resource: Resource, span: Span, now: datetime) -> set[Tick]:
    """The ticks of the resource that are taken within the span's UTC days. One Query of at most some 32 small items."""
    return {
        Tick(day_of(raw), index)
        for raw in days_between(resource, Tick.at(span.start).day, span.end.date(), None)
        for index in _taken_in(raw, now)
    }


def days_between(resource: Resource, first: date, last: date, limit: int | None) -> list[RawItem]:
    pk, low = day_key(resource, first)
    _, high = day_key(resource, last)
    answer = DayItem.table().query(
        pk, range_key_condition=DayItem.sk.between(low, high), consistent_read=True, limit=limit
    )
    items: list[RawItem] = answer["Items"]
    return items


def day_of(raw: RawItem) -> date:
    return date.fromisoformat(raw["sk"]["S"].removeprefix("DAY#"))


def booked(practitioner_id: str, first: date, last: date) -> set[Tick]:
    """The practitioner's ticks that visits take, not holds, on these UTC days. One Query."""
    return {
        Tick(day_of(raw), int(name, base=36))
        for raw in days_between(Resource(Kind.PRACTITIONER, practitioner_id), first, last, None)
        for name, value in raw.items()
        if _TICK_NAME.fullmatch(name) and float(value["N"]) >= FOR_GOOD
    }


def taken_on(days: Iterable[tuple[str, date]], now: datetime) -> dict[str, set[Tick]]:
    """The ticks that are taken on these UTC days of practitioners, by practitioner. A BatchGetItem for each hundred.

    Raises:
        Unavailable: DynamoDB gave some of them back unread every time.
    """
    found: dict[str, set[Tick]] = {}
    for hundred in batched(days, 100, strict=False):
        keys = [day_key(Resource(Kind.PRACTITIONER, practitioner_id), day) for practitioner_id, day in hundred]
        for raw in _read_all(keys):
            day = day_of(raw)
            ticks = found.setdefault(raw["pk"]["S"].removeprefix("PRACTITIONER#"), set())
            ticks.update(Tick(day, index) for index in _taken_in(raw, now))
    return found


def _read_all(keys: Sequence[tuple[str, str]]) -> Iterator[RawItem]:
    table = DayItem.table()
    left: list[dict[str, Any]] = [{"pk": pk, "sk": sk} for pk, sk in keys]
    for attempt in range(_READ_ATTEMPTS):
        answer = table.batch_get_item(left, consistent_read=True)  # type: ignore[arg-type] # it takes whole keys
        yield from answer["Responses"].get(table.table_name, [])
        unread = answer.get("UnprocessedKeys", {}).get(table.table_name, {}).get("Keys", [])
        left = [{name: value["S"] for name, value in key.items()} for key in unread]
        if not left:
            return
        backoff(attempt)
    raise Unavailable


def _taken_in(raw: RawItem, now: datetime) -> Iterator[int]:
    """The taken ticks of a day item."""
    for name, value in raw.items():
        if _TICK_NAME.fullmatch(name) and float(value["N"]) > to_epoch(now):
            yield int(name, base=36)


def take(
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
    values: RawItem = {":until": _number(until), ":now": _number(to_epoch(now))}
    if visit is not None:
        values[":visit"] = {"B": visit}
    if hold is not None:
        values[":held"] = _number(to_epoch(hold.expires_at))
    if leave_version is not None:
        values[":leave"] = _number(leave_version)
    for change in changes:
        take, free = [["#" + tick_name(index) for index in sorted(ticks)] for ticks in (change.take, change.free)]
        sets = [f"{tick} = :until" for tick in take]
        held = {"#" + tick_name(index) for index in own.get((change.resource, change.day), ())}
        is_free, is_held = "(attribute_not_exists({0}) OR {0} <= :now)", "{0} = :held"
        conditions = [(is_held if tick in held else is_free).format(tick) for tick in take]
        if visit is not None and change.began != change.begins:
            if change.began is not None:
                free.append("#v" + tick_name(change.began))
            if change.begins is not None:
                sets.append(f"#v{tick_name(change.begins)} = :visit")
        if take and leave_version is not None and change.resource.kind is Kind.PRACTITIONER:
            conditions.append("(attribute_not_exists(#leave_version) OR #leave_version <= :leave)")
        update = " ".join(f"{verb} {', '.join(parts)}" for verb, parts in (("SET", sets), ("REMOVE", free)) if parts)
        key = day_key(change.resource, change.day)
        transaction.update_as(change_name(change), DayItem, *key, update, " AND ".join(conditions), values)


def _ticks_of(hold: Hold | None) -> dict[tuple[Resource, date], frozenset[int]]:
    """What a hold keeps. Its second of expiry alone does not tell it from other holds."""
    changes = day_changes(None, hold.occupancy) if hold else []
    return {(change.resource, change.day): change.take for change in changes}


def _number(value: int) -> dict[str, str]:
    return {"N": str(value)}


def tick_name(index: int) -> str:
    return _DIGITS[index // 36] + _DIGITS[index % 36]


def change_name(change: DayChange) -> str:
    return f"{change.resource.kind}:{change.resource.id}:{change.day}"


def raise_taken(
    changes: Sequence[DayChange], failed: dict[str, RawItem | None], now: datetime, hold: Hold | None = None
) -> NoReturn:
    """Tell what is taken, and by what kind of thing.

    Raises:
        SlotTaken: ticks are taken.
        LostRace: a day refused though its ticks are free: leave was put on it since the schedule was read.
    """
    own = _ticks_of(hold)
    blocked: dict[Kind, list[Tick]] = {}
    for change in changes:
        raw = failed.get(change_name(change))
        if raw is not None:
            held = own.get((change.resource, change.day), frozenset())
            found = (change.take & set(_taken_in(raw, now))) - held
            blocked.setdefault(change.resource.kind, []).extend(Tick(change.day, index) for index in found)
    conflicts = [Conflict(kind, span.start, span.end) for kind, found in blocked.items() for span in merge(found)]
    if not conflicts:
        raise LostRace
    raise SlotTaken("", conflicts=conflicts)


def listed(raw: RawItem) -> list[str]:
    """The ids of the visits that begin on a day, or began there before they were cancelled."""
    marks = [value["B"] for name, value in raw.items() if _VISIT_NAME.fullmatch(name)]
    return [ids.from_bytes("apt", bytes(mark)) for mark in [*marks, *raw.get("gone", {}).get("BS", [])]]
