"""Sealing: closes the trail minute by minute, and looks each day whether it still is what was sealed.

Whoever runs, twice at once or after a crash anywhere, the chain has one seal for each number: a seal comes to be by
one transaction that requires the head of the chain to be the one on which it was made. What was done before it, keeping
the batch and signing, leaves nothing that counts.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

from kernel import clock
from kernel.audit.records import SHARDS, hour_of, stamp
from kernel.audit.seals import GENESIS, Entry, Seal, batch, records_of, root_of

MOST = 1000  # records of a seal; a batch is read at once
STEPS = 72  # hours, or full batches, of one run
_TICK = timedelta(microseconds=1)


class Overtaken(Exception):
    """Somebody else has moved the head of the chain; nothing was written."""


@dataclass(frozen=True, slots=True)
class Head:
    """Where the chain stands.

    Attributes:
        number, hash: of the last seal; 0 and `GENESIS` before the first.
        sealed_until: `until` of the last seal that was not late, or when the trail began.
        closed_until: up to here every record is sealed: no sooner than `sealed_until`, for there may be none after it.
    """

    number: int
    hash: str
    sealed_until: str
    closed_until: str

    @classmethod
    def first(cls, beginning: str) -> "Head":
        return cls(0, GENESIS, beginning, beginning)


class Store(Protocol):
    """What sealing stands on."""

    def beginning(self) -> datetime:
        """An instant before the first record."""

    def head(self) -> Head | None: ...

    def entries(self, hour: str, shard: int, after: str, until: str, limit: int) -> list[Entry]:
        """The first `limit` records of a shard of an hour that are later than `after` and not later than `until`."""

    def keep(self, seal: Seal, content: bytes) -> None:
        """Put the batch of a seal to be into the archive, for good."""

    def batch(self, seal: Seal) -> bytes: ...

    def key(self) -> str:
        """The fingerprint of the key that signs."""

    def sign(self, text: str) -> str:
        """The signature of a text, in base64."""

    def commit(self, seen: Head | None, head: Head, seal: Seal | None, hour: str) -> None:
        """Move the head from what it was seen to be, and with it store the seal, among those of an hour.

        Raises:
            Overtaken: the head is another.
        """

    def seals_of(self, hour: str) -> list[Seal]:
        """The seals over records of an hour."""


def seal_due(store: Store, now: datetime, delay: timedelta, most: int = MOST) -> list[Seal]:
    """Seal what was written up to `delay` ago. That must be longer than any write takes that is under way.

    Bounded; what is left is for the next run.
    """
    horizon = stamp(now - delay)
    seen = store.head()
    head = seen or Head.first(stamp(store.beginning()))
    made: list[Seal] = []
    try:
        for _ in range(STEPS):
            if head.closed_until >= horizon:
                break
            hour, end = _rest_of_hour(head.closed_until)
            entries, until = _take(store, hour, head.closed_until, min(end, horizon), most)
            if entries:
                seal = _made(store, entries, head, until, now, late=False)
                new = Head(seal.number, seal.hash(), until, until)
                store.commit(seen, new, seal, hour)
                made.append(seal)
                seen = head = new
            else:
                head = replace(head, closed_until=until)
        if head != seen:
            store.commit(seen, head, None, "")
    except Overtaken:
        return made  # another run does the same
    return made


def _rest_of_hour(closed_until: str) -> tuple[str, str]:
    """The hour in which the first record would lie that is not sealed yet, and its last instant."""
    begins = clock.parse(closed_until) + _TICK
    ends = begins.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1) - _TICK
    return hour_of(begins), stamp(ends)


def _take(store: Store, hour: str, after: str, until: str, most: int) -> tuple[list[Entry], str]:
    """The first records of a time, at most `most`, and until when they are all. What was written in the same
    microsecond stays together."""
    while True:
        found = _read(store, hour, after, until, most + 1)
        if len(found) <= most:
            return found, until
        taken = [entry for entry in found[:most] if entry.at < found[most].at]
        if taken:
            return taken, taken[-1].at
        most *= 2


def _read(store: Store, hour: str, after: str, until: str, limit: int) -> list[Entry]:
    found = [entry for shard in range(SHARDS) for entry in store.entries(hour, shard, after, until, limit)]
    return sorted(found, key=lambda entry: entry.place)[:limit]


def _made(store: Store, entries: list[Entry], head: Head, until: str, now: datetime, *, late: bool) -> Seal:
    texts = [entry.text for entry in entries]
    seal = Seal(
        number=head.number + 1,
        late=late,
        after=entries[0].at if late else head.sealed_until,
        until=until,
        count=len(entries),
        root=root_of(texts),
        previous=head.hash,
        at=stamp(now),
        key=store.key(),
    )
    store.keep(seal, batch(texts))
    return seal.signed(store.sign(seal.text()))


@dataclass(frozen=True, slots=True)
class Findings:
    """Ids of records of an hour that were not sealed in time, and of those that were sealed and are gone or altered."""

    late: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


def check(store: Store, hour: str, now: datetime) -> Findings:
    """Compare an hour of the trail with what was sealed of it, and seal what is late.

    Raises:
        Overtaken: the head moved meanwhile; checking again finds the rest.
    """
    head = store.head()
    begins = datetime.strptime(hour, "%Y-%m-%dT%H").replace(tzinfo=UTC)
    after, end = stamp(begins - _TICK), stamp(begins + timedelta(hours=1) - _TICK)
    if head is None or head.closed_until < end:
        return Findings()
    sealed = {text for seal in store.seals_of(hour) for text in records_of(store.batch(seal))}
    present: set[str] = set()
    late: list[Entry] = []
    for entry in _pages(store, hour, after, end):
        present.add(entry.text)
        if entry.text not in sealed:
            late.append(entry)
    lost = sorted(json.loads(text)["id"] for text in sealed - present)
    for start in range(0, len(late), MOST):
        some = late[start : start + MOST]
        seal = _made(store, some, head, some[-1].at, now, late=True)
        new = replace(head, number=seal.number, hash=seal.hash())
        store.commit(head, new, seal, hour)
        head = new
    return Findings(tuple(entry.record_id for entry in late), tuple(lost))


def _pages(store: Store, hour: str, after: str, end: str) -> Iterable[Entry]:
    while after < end:
        entries, after = _take(store, hour, after, end, MOST)
        yield from entries


def hours_of(day: datetime) -> list[str]:
    """The hours of the UTC day before."""
    midnight = day.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return [hour_of(midnight - timedelta(hours=ago)) for ago in range(24, 0, -1)]
