"""Kinds of fields that several domains take on the wire: checked strictly, kept in one form."""

import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr, StringConstraints
from pydantic_core import PydanticCustomError

from kernel import clock
from kernel.config import load
from kernel.errors import Fault
from kernel.http import Wire
from kernel.money import Money

_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# What Amazon Cognito counts as a symbol.
_SYMBOLS = frozenset("^$*.[]{}()?-\"!@#%&/\\,><':;|_~`+= ")
_EARLIEST_BIRTH = date(1900, 1, 1)
_FURTHEST_ZONE = timedelta(hours=14)
_MOST_MINOR = 10**12


@dataclass(frozen=True)
class _Environment:
    phone_region: str = ""


def wrong(fault: Fault, sentence: str, **values: int | str) -> PydanticCustomError:
    """What a validator raises; `sentence` holds the values in braces."""
    return PydanticCustomError(fault.value, sentence, values or None)


def clean(text: str) -> str:
    """One line of text: composed characters, single spaces.

    Raises:
        PydanticCustomError: it has control characters, or some that turn the direction of writing.
    """
    if any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in text) or (
        _BIDI_CONTROLS.intersection(text)
    ):
        raise wrong(Fault.CONTROL_CHARACTERS, "must not have control characters")
    return " ".join(unicodedata.normalize("NFC", text).split())


def _name(text: str) -> str:
    if not any(character.isalpha() for character in text):
        raise wrong(Fault.NOT_A_NAME, "a name has at least one letter")
    return clean(text)


def _past_date(day: date) -> date:
    if day > (clock.now() + _FURTHEST_ZONE).date():
        raise wrong(Fault.IN_THE_FUTURE, "must not be in the future")
    return day


def e164(text: str) -> str:
    """A telephone number in E.164, e.g. `+4930901820`. Numbers without `+` are read as PHONE_REGION's, where set.

    Raises:
        PydanticCustomError: it is no possible number.
    """
    import phonenumbers  # its tables cost more to import than most requests to serve

    environment: _Environment = load(_Environment)
    try:
        number = phonenumbers.parse(text, environment.phone_region or None)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or number.extension or not phonenumbers.is_valid_number(number):
        raise wrong(Fault.NOT_A_PHONE_NUMBER, "must be a telephone number with its country code, such as +4930901820")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _password(secret: SecretStr) -> SecretStr:
    text = secret.get_secret_value()
    kinds = (str.islower, str.isupper, str.isdigit, _SYMBOLS.__contains__)
    if text != text.strip() or not all(any(kind(character) for character in text) for kind in kinds):
        raise wrong(Fault.WEAK_PASSWORD, "must have upper and lower case letters, digits and symbols")
    return secret


PersonName = Annotated[str, StringConstraints(min_length=1, max_length=100), AfterValidator(_name)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(clean)]
# The addresses that browsers take for one (HTML, "valid e-mail address"), in a domain, in lower case.
Email = Annotated[
    str,
    StringConstraints(
        min_length=6,
        max_length=254,
        to_lower=True,
        pattern=r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@"
        r"([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$",
    ),
]
Phone = Annotated[str, StringConstraints(min_length=4, max_length=32), AfterValidator(e164)]
Password = Annotated[SecretStr, Field(min_length=12, max_length=256), AfterValidator(_password)]
BirthDate = Annotated[date, Field(strict=True, ge=_EARLIEST_BIRTH), AfterValidator(_past_date)]
Language = Annotated[
    str, StringConstraints(max_length=35, pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"), Field(description="BCP 47")
]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$"), Field(description="ISO 3166-1 alpha-2")]


class Amount(Wire):
    """An amount of money: integer minor units (cents, pence) of an ISO 4217 currency."""

    minor: int = Field(strict=True, ge=0, le=_MOST_MINOR)
    currency: str = Field(pattern=r"^[A-Z]{3}$", examples=["EUR"])

    def money(self) -> Money:
        return Money(self.minor, self.currency)

    @classmethod
    def of(cls, money: Money) -> "Amount":
        return cls(minor=money.minor, currency=money.currency)
