"""Amounts of money: integer minor units of an ISO 4217 currency, never a float."""

import re
from dataclasses import dataclass

_CODE = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, slots=True)
class Money:
    """`minor` units (cents, pence, yen) of `currency`.

    Raises:
        ValueError: the currency is not a three-letter code.
    """

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if not _CODE.fullmatch(self.currency):
            raise ValueError("a currency is a three-letter ISO 4217 code")

    def __add__(self, other: "Money") -> "Money":
        """Raises ValueError when the currencies differ."""
        self._same_currency(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        """Raises ValueError when the currencies differ."""
        self._same_currency(other)
        return Money(self.minor - other.minor, self.currency)

    def _same_currency(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise ValueError(f"{self.currency} and {other.currency} cannot be reckoned together")
