"""The rules of the record: encounters, versions, vital signs."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.records.models import (
    SIGNS,
    Author,
    Content,
    Encounter,
    EncounterClass,
    EncounterStatus,
    Entry,
    Flag,
    Happened,
    Kind,
    Step,
    find_allergens,
    measurement,
)
from care.records.models.encounters import MOST_PARTICIPANTS, TRANSITIONS
from care.records.models.entries import MOST_VERSIONS
from kernel.errors import InvalidTransition

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
ADULT_MONTHS = 40 * 12


def encounter(status: EncounterStatus = EncounterStatus.ARRIVED) -> Encounter:
    opened = Happened(1, Step.OPEN, status, NOW, "desk")
    return Encounter("enc_1", "pat_1", "prc_1", EncounterClass.AMBULATORY, status, None, NOW, 1, (opened,))


def entry(kind: Kind = Kind.NOTE) -> Entry:
    author = Author("u-1")
    return Entry("rec_1", kind, "pat_1", None, None, "final", NOW, "u-1", NOW, author, 1, Content({"text": "a"}))


@given(steps=st.lists(st.sampled_from(sorted(TRANSITIONS))))
def test_whatever_is_tried_an_encounter_that_is_over_does_not_begin_again(steps: list[Step]) -> None:
    one = encounter()
    over = False
    for step in steps:
        try:
            one = one.advance(step, NOW, "u")
        except InvalidTransition:
            assert one.status not in TRANSITIONS[step][0]
            continue
        assert not over or one.status is EncounterStatus.ENTERED_IN_ERROR
        over = over or one.status in (EncounterStatus.FINISHED, EncounterStatus.CANCELLED)
    assert [happened.version for happened in one.history] == list(range(1, one.version + 1))


def test_an_encounter_has_a_bounded_number_of_participants() -> None:
    one = encounter()
    for number in range(MOST_PARTICIPANTS):
        one = one.join(f"nurse-{number}", NOW, "u")
    assert one.join("nurse-0", NOW, "u") is one
    with pytest.raises(InvalidTransition):
        one.join("one-too-many", NOW, "u")


def test_an_entry_has_a_bounded_number_of_versions() -> None:
    one = entry()
    for _ in range(MOST_VERSIONS - 1):
        one = one.correct(Content({"text": "b"}), Author("u-2"), "a slip", NOW)
    with pytest.raises(InvalidTransition):
        one.correct(Content({"text": "c"}), Author("u-2"), "a slip", NOW)


def test_a_version_remembers_who_wrote_the_first() -> None:
    changed = entry().correct(Content({"text": "b"}), Author("u-2"), "a slip", NOW)
    assert (changed.recorded_by, changed.author.user_id, changed.status) == ("u-1", "u-2", "amended")


@pytest.mark.parametrize("sign", SIGNS.values(), ids=lambda sign: sign.name)
def test_what_is_normal_is_possible_and_ordered(sign: object) -> None:
    assert isinstance(sign, type(SIGNS["8310-5"]))
    assert sign.unit in sign.units
    assert [band.from_months for band in sign.bands] == sorted({band.from_months for band in sign.bands})
    for band in sign.bands:
        marks = [band.critically_low, band.low, band.high, band.critically_high]
        known = [mark for mark in marks if mark is not None]
        assert known == sorted(set(known))
        assert all(sign.least <= mark <= sign.most for mark in known)


@pytest.mark.parametrize(
    ("code", "value", "flag"),
    [
        # Each edge of the National Early Warning Score 2.
        ("9279-1", 8, Flag.CRITICALLY_LOW),
        ("9279-1", 11, Flag.LOW),
        ("9279-1", 12, None),
        ("9279-1", 20, None),
        ("9279-1", 21, Flag.HIGH),
        ("9279-1", 25, Flag.CRITICALLY_HIGH),
        ("59408-5", 91, Flag.CRITICALLY_LOW),
        ("59408-5", 95, Flag.LOW),
        ("59408-5", 96, None),
        ("8867-4", 40, Flag.CRITICALLY_LOW),
        ("8867-4", 50, Flag.LOW),
        ("8867-4", 51, None),
        ("8867-4", 90, None),
        ("8867-4", 91, Flag.HIGH),
        ("8867-4", 131, Flag.CRITICALLY_HIGH),
        ("8480-6", 90, Flag.CRITICALLY_LOW),
        ("8480-6", 110, Flag.LOW),
        ("8480-6", 111, None),
        ("8480-6", 140, Flag.HIGH),
        ("8480-6", 180, Flag.CRITICALLY_HIGH),
        ("8462-4", 90, Flag.HIGH),
        ("8462-4", 120, Flag.CRITICALLY_HIGH),
        ("41653-7", 53, Flag.CRITICALLY_LOW),
        ("41653-7", 69, Flag.LOW),
        ("41653-7", 181, Flag.HIGH),
        ("72514-3", 4, Flag.HIGH),
        ("72514-3", 7, Flag.CRITICALLY_HIGH),
    ],
)
def test_an_adults_value_is_flagged_from_its_edge_on(code: str, value: int, flag: Flag | None) -> None:
    sign = SIGNS[code]
    assert measurement(sign, Decimal(value), sign.unit, ADULT_MONTHS).flag is flag


@pytest.mark.parametrize(
    ("months", "low", "high"),
    [(0, 100, 205), (1, 100, 180), (11, 100, 180), (12, 98, 140), (150, 60, 100), (192, 51, 90)],
)
def test_a_pulse_is_normal_by_age(months: int, low: int, high: int) -> None:
    found = measurement(SIGNS["8867-4"], Decimal(120), "/min", months)
    assert (found.low, found.high) == (Decimal(low), Decimal(high))


def test_a_unit_that_is_not_taken_is_not_guessed() -> None:
    with pytest.raises(KeyError):
        measurement(SIGNS["8310-5"], Decimal(100), "degF", ADULT_MONTHS)


@given(celsius=st.decimals(min_value=20, max_value=45, places=1))
def test_degrees_of_either_kind_mean_the_same_warmth(celsius: Decimal) -> None:
    sign = SIGNS["8310-5"]
    assert sign.canonical(celsius * 9 / 5 + 32, "[degF]") == sign.canonical(celsius, "Cel")


def test_allergens_are_found_by_the_beginnings_of_their_words() -> None:
    assert [one.code for one in find_allergens("Pen")] == ["penicillins"]
    assert [one.code for one in find_allergens("ven be")] == ["bee-venom"]
    assert find_allergens("xyz") == []
