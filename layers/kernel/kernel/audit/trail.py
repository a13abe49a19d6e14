"""Reading the trail: newest first, by whom it is about, by who acted, or by time."""

import heapq
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from kernel import clock
from kernel.audit.records import SHARDS, Record, RecordItem, hour_of, partition, stamp
from kernel.errors import Malformed

# Hours that one page of a list by time looks at; a quiet night takes several pages.
_HOURS = 48
_PLACE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z[#$](aud_[0-9a-f]{32})?")

type Found = tuple[list[Record], str | None]


def about(subject: str, after: datetime, until: datetime, at: str | None, limit: int) -> Found:
    """A page of what was done with a patient's data, or with another thing, and the place where the next begins.

    Args:
        at: such a place, None for the first page.
    """
    return _page(RecordItem.by_subject.query, subject, after, until, at, limit)


def by(actor: str, after: datetime, until: datetime, at: str | None, limit: int) -> Found:
    """A page of what somebody did."""
    return _page(RecordItem.by_actor.query, actor, after, until, at, limit)


def during(after: datetime, until: datetime, at: str | None, limit: int) -> Found:
    """A page of all that was done. It may hold fewer records than asked for, and yet have a next one."""
    high = _until(until, at)
    hour = clock.parse(high[:27]).replace(minute=0, second=0, microsecond=0)
    items: list[RecordItem] = []
    for _ in range(_HOURS):
        if hour + timedelta(hours=1) <= after:
            return _cut(items, limit)
        items += islice(_hour(hour, stamp(after), high, limit + 1), limit + 1 - len(items))
        if len(items) > limit:
            return _cut(items, limit)
        hour -= timedelta(hours=1)
    return _cut(items, limit)[0], f"{stamp(hour + timedelta(hours=1))}#"


def _hour(hour: datetime, low: str, high: str, limit: int) -> Iterator[RecordItem]:
    between = RecordItem.sk.between(low, high)
    shards = [
        RecordItem.query(partition(hour_of(hour), shard), between, scan_index_forward=False, limit=limit)
        for shard in range(SHARDS)
    ]
    return heapq.merge(*shards, key=lambda item: item.sk, reverse=True)


def _page(query: Any, key: str, after: datetime, until: datetime, at: str | None, limit: int) -> Found:
    between = RecordItem.sk.between(stamp(after), _until(until, at))
    return _cut(list(query(key, between, scan_index_forward=False, limit=limit + 1)), limit)


def _until(until: datetime, at: str | None) -> str:
    if at is None:
        return f"{stamp(until)}$"
    if not _PLACE.fullmatch(at):
        raise Malformed("The cursor is not one that this list gave")
    return min(at, f"{stamp(until)}$")


def _cut(items: list[RecordItem], limit: int) -> Found:
    following = str(items[limit].sk) if len(items) > limit else None
    return [Record.parse(item.record) for item in items[:limit]], following
