"""Amounts of money."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.money import Money

minors = st.integers(-(10**15), 10**15)


@given(minors, minors)
def test_what_is_added_can_be_taken_away(one: int, other: int) -> None:
    assert Money(one, "EUR") + Money(other, "EUR") - Money(other, "EUR") == Money(one, "EUR")
    assert (Money(one, "EUR") - Money(other, "EUR")).minor == one - other


def test_two_currencies_are_not_reckoned_together() -> None:
    with pytest.raises(ValueError, match="EUR and USD"):
        Money(1, "EUR") + Money(1, "USD")
    with pytest.raises(ValueError, match="EUR and USD"):
        Money(1, "EUR") - Money(1, "USD")
    assert Money(1, "EUR") != Money(1, "USD")


@pytest.mark.parametrize("code", ["", "eur", "EU", "EURO", "€", "EUR\n"])
def test_a_currency_is_a_three_letter_code(code: str) -> None:
    with pytest.raises(ValueError, match="ISO 4217"):
        Money(1, code)
