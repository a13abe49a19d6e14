"""The rules of holds and erasures."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.privacy.models import Blocker, Erasure, Ground, Hold, State
from kernel.errors import InvalidTransition

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
ASKED = Erasure("era", "pat", Ground.PATIENT_REQUEST, State.REQUESTED, "manager", NOW, "manager", NOW, version=1)


@pytest.mark.parametrize(
    ("until", "lifted", "stands"),
    [
        (None, False, True),
        (None, True, False),
        (NOW + timedelta(seconds=1), False, True),
        (NOW, False, False),
        (NOW + timedelta(days=1), True, False),
    ],
)
def test_a_hold_stands_until_it_ends_or_is_lifted(until: datetime | None, lifted: bool, stands: bool) -> None:
    assert Hold("pat", "why", until, "u", NOW, 1, lifted).stands(NOW) is stands


@given(st.lists(st.sampled_from(State), max_size=12))
def test_whatever_is_tried_nothing_is_erased_but_by_destroying_and_nothing_destroyed_comes_back(
    tried: list[State],
) -> None:
    erasure, confirmed, destroyed = ASKED, 0, False
    for number, state in enumerate(tried):
        if state is State.REQUESTED:
            continue
        try:
            erasure = erasure.become(state, NOW + timedelta(seconds=number), "u", blockers=(Blocker.LEGAL_HOLD,))
        except InvalidTransition:
            continue
        confirmed += state is State.CONFIRMED
        destroyed |= state is State.DESTROYED
        assert (erasure.attempt, erasure.destroyed_at is not None) == (confirmed, destroyed)
        assert destroyed <= (erasure.state not in {State.BLOCKED, State.WITHDRAWN})
        assert (erasure.state is State.ERASED) <= destroyed
        assert not (destroyed and erasure.is_over(NOW + timedelta(days=30)))


def test_each_confirmation_is_an_attempt_of_its_own() -> None:
    first = ASKED.become(State.CONFIRMED, NOW, "auditor")
    second = first.become(State.FAILED, NOW, "erasure").become(State.CONFIRMED, NOW, "auditor")
    assert [first.attempt, second.attempt] == [1, 2]


def test_only_what_waits_lapses() -> None:
    later = NOW + timedelta(days=7)
    with pytest.raises(InvalidTransition):
        ASKED.become(State.CONFIRMED, later, "auditor")
    failed = ASKED.become(State.CONFIRMED, NOW, "auditor").become(State.FAILED, NOW, "erasure")
    assert failed.become(State.CONFIRMED, later, "auditor").attempt == 2
