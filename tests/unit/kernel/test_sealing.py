"""Whatever crashes, runs twice or comes late: one chain, in which every record stands once."""

import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from kernel.audit.records import SHARDS, Outcome, Record, hour_of, place, stamp
from kernel.audit.sealing import Head, Overtaken, check, hours_of, seal_due
from kernel.audit.seals import GENESIS, Entry, Seal, finding, records_of

BEGINNING = datetime(2026, 11, 21, 14, 30, tzinfo=UTC)
DELAY = timedelta(seconds=60)


class Crash(Exception):
    """The process ends here."""


def crash() -> None:
    raise Crash


class Memory:
    """A store in which something happens, once, before the step that it is told; what was done until then, stays."""

    def __init__(self) -> None:
        self.trail: dict[tuple[str, int], list[Entry]] = {}
        self.chain: list[Seal] = []
        self.archive: dict[str, bytes] = {}
        self.tally: dict[str, list[Seal]] = {}
        self.stands: Head | None = None
        self.happens: dict[str, Callable[[], object]] = {}

    def write(self, at: datetime, number: int) -> Entry:
        record = Record(f"aud_{number:032x}", at, "care", "u-1", "Read", Outcome.GRANTED, "Patient")
        entry = Entry(place(at, record.id), record.text())
        self.trail.setdefault((hour_of(at), number % SHARDS), []).append(entry)
        return entry

    def _step(self, name: str) -> None:
        self.happens.pop(name, lambda: None)()

    def beginning(self) -> datetime:
        return BEGINNING

    def head(self) -> Head | None:
        self._step("head")
        return self.stands

    def entries(self, hour: str, shard: int, after: str, until: str, limit: int) -> list[Entry]:
        self._step("entries")
        found = sorted(self.trail.get((hour, shard), []), key=lambda entry: entry.place)
        return [entry for entry in found if after < entry.at <= until][:limit]

    def keep(self, seal: Seal, content: bytes) -> None:
        self._step("keep")
        self.archive[seal.batch_key] = content
        self._step("kept")

    def batch(self, seal: Seal) -> bytes:
        return self.archive[seal.batch_key]

    def key(self) -> str:
        return "k"

    def sign(self, text: str) -> str:
        self._step("sign")
        return f"signed {len(text)}"

    def commit(self, seen: Head | None, head: Head, seal: Seal | None, hour: str) -> None:
        self._step("commit")
        if self.stands != seen:
            raise Overtaken
        self.stands = head
        if seal is not None:
            self.chain.append(seal)
            self.tally.setdefault(hour, []).append(seal)
        self._step("committed")

    def seals_of(self, hour: str) -> list[Seal]:
        return self.tally.get(hour, [])

    def sealed(self) -> list[str]:
        return [text for seal in self.chain for text in records_of(self.batch(seal))]

    def written(self) -> list[Entry]:
        return sorted((entry for entries in self.trail.values() for entry in entries), key=lambda entry: entry.place)


STEPS = st.sampled_from(["head", "entries", "keep", "kept", "sign", "commit", "committed"])


class Sealing(RuleBasedStateMachine):
    """Records come, time passes, sealers run, crash and overtake each other."""

    def __init__(self) -> None:
        super().__init__()
        self.store = Memory()
        self.now = BEGINNING + timedelta(minutes=1)
        self.number = 0

    @rule(count=st.integers(1, 6), spread=st.sampled_from([0, 1, 900_000]))
    def write(self, count: int, spread: int) -> None:
        for _ in range(count):
            self.number += 1
            self.store.write(self.now + timedelta(microseconds=spread * self.number % 1_000_000), self.number)

    @rule(seconds=st.sampled_from([1, 30, 59, 60, 61, 600, 3600, 7200, 100_000]))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def seal(self) -> None:
        seal_due(self.store, self.now, DELAY, most=3)

    @rule(step=STEPS)
    def seal_and_crash(self, step: str) -> None:
        self.store.happens = {step: crash}
        with suppress(Crash):
            seal_due(self.store, self.now, DELAY, most=3)
        self.store.happens = {}

    @rule(step=STEPS)
    def seal_twice_at_once(self, step: str) -> None:
        self.store.happens = {step: lambda: seal_due(self.store, self.now, DELAY, most=3)}
        seal_due(self.store, self.now, DELAY, most=3)
        self.store.happens = {}

    @precondition(lambda self: self.store.stands is not None)
    @rule(ago=st.integers(61, 5000))
    def one_comes_late(self, ago: int) -> None:
        at = max(self.now - timedelta(seconds=ago), BEGINNING + timedelta(seconds=1))
        self.number += 1
        self.store.write(at, self.number)

    @rule(step=STEPS, what=st.sampled_from(["nothing", "crash", "seal"]))
    def look_for_late_ones(self, step: str, what: str) -> None:
        if what != "nothing":
            self.store.happens = {step: crash if what == "crash" else self.seal}
        with suppress(Crash, Overtaken):
            check(self.store, hour_of(self.now - timedelta(hours=1)), self.now)
        self.store.happens = {}

    @invariant()
    def the_chain_has_no_fork_and_every_batch_is_what_was_sealed(self) -> None:
        before: Seal | None = None
        until = stamp(BEGINNING)
        for seal in self.store.chain:
            assert finding(seal, before, self.store.batch(seal)) is None
            if not seal.late:
                assert seal.after == until
                until = seal.until
            before = seal
        head = self.store.stands
        if head is not None:
            assert (head.number, head.hash) == (len(self.store.chain), before.hash() if before else GENESIS)
            assert head.sealed_until == until <= head.closed_until

    @invariant()
    def no_record_is_sealed_twice_and_none_that_was_not_written(self) -> None:
        sealed = Counter(self.store.sealed())
        assert all(count == 1 for count in sealed.values())
        assert set(sealed) <= {entry.text for entry in self.store.written()}

    def teardown(self) -> None:
        """In the end everything is sealed: what came in time by the sealer, the rest by the check."""
        self.now += timedelta(hours=2)
        for _ in range(100):
            seal_due(self.store, self.now, DELAY, most=3)
        assert self.store.stands is not None
        assert self.store.stands.closed_until == stamp(self.now - DELAY)
        for hour in {hour for hour, _ in self.store.trail}:
            check(self.store, hour, self.now)
        assert sorted(self.store.sealed()) == sorted(entry.text for entry in self.store.written())


Sealing.TestCase.settings = settings(max_examples=60, stateful_step_count=25, suppress_health_check=list(HealthCheck))
TestSealing = Sealing.TestCase


@pytest.fixture
def store() -> Memory:
    return Memory()


def test_what_is_younger_than_any_write_can_take_is_left_open(store: Memory) -> None:
    now = BEGINNING + timedelta(minutes=10)
    store.write(now - timedelta(seconds=60), 1)
    young = store.write(now - timedelta(seconds=59), 2)
    (seal,) = seal_due(store, now, DELAY)
    assert seal.count == 1
    assert young.text not in store.sealed()


def test_time_without_records_is_closed_without_a_seal(store: Memory) -> None:
    now = BEGINNING + timedelta(hours=5)
    assert seal_due(store, now, DELAY) == []
    assert store.stands == Head(0, GENESIS, stamp(BEGINNING), stamp(now - DELAY))


def test_many_records_of_one_microsecond_stay_together(store: Memory) -> None:
    for number in range(10):
        store.write(BEGINNING + timedelta(seconds=1), number)
    (seal,) = seal_due(store, BEGINNING + timedelta(minutes=10), DELAY, most=3)
    assert seal.count == 10


def test_a_record_that_is_gone_or_altered_after_it_was_sealed_is_found(store: Memory) -> None:
    entries = [store.write(BEGINNING + timedelta(seconds=number), number) for number in range(1, 6)]
    now = BEGINNING + timedelta(hours=2)
    seal_due(store, now, DELAY)
    hour = hour_of(BEGINNING)
    assert check(store, hour, now).lost == ()
    gone = random.Random(1).choice(entries)  # noqa: S311 - any will do
    for shard in store.trail.values():
        shard[:] = [entry for entry in shard if entry != gone]
    assert check(store, hour, now).lost == (gone.record_id,)


def test_an_hour_that_is_not_closed_is_not_checked(store: Memory) -> None:
    store.write(BEGINNING + timedelta(seconds=1), 1)
    seal_due(store, BEGINNING + timedelta(minutes=2), DELAY)
    store.write(BEGINNING + timedelta(seconds=2), 2)
    assert check(store, hour_of(BEGINNING), BEGINNING + timedelta(minutes=3)).late == ()


def test_a_day_has_24_hours() -> None:
    hours = hours_of(datetime(2026, 11, 22, 1, 20, tzinfo=UTC))
    assert (hours[0], hours[-1], len(hours)) == ("2026-11-21T00", "2026-11-21T23", 24)
