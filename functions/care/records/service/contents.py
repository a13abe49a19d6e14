"""What an entry says: checked against codes, units and what is possible, and completed by what follows from it."""

from bisect import bisect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from care.records.models import ALLERGENS, DIASTOLIC, SIGNS, SYSTOLIC, Content, Kind, Sign, measurement
from care.records.repository import codes, references
from kernel.errors import Fault, FieldError, Invalid

_UNKNOWN = Fault.UNKNOWN_REFERENCE
# In months, every age at which something else becomes normal.
_AGES = sorted({band.from_months for sign in SIGNS.values() for band in sign.bands})


@dataclass(frozen=True, slots=True)
class About:
    """Whom and which time the content is about, and where in the request it stands (a JSON pointer)."""

    patient_id: str
    at: datetime
    pointer: str = ""
    born: date | None = None  # where it is known without asking


def content(kind: Kind, said: Mapping[str, Any], about: About) -> Content:
    """What is to be stored of what somebody said, in the shape that the wire has checked.

    Raises:
        Invalid: it names codes or units that there are not, or what is not possible.
    """
    return _MAKERS[kind](said, about)


def _note(said: Mapping[str, Any], _about: About) -> Content:
    return Content(said)


def _vitals(said: Mapping[str, Any], about: About) -> Content:
    given = [(one["code"], Decimal(str(one["value"])), one["unit"]) for one in said["measurements"]]
    wrong = list(_wrong(given, f"{about.pointer}/measurements"))
    if wrong:
        raise Invalid("", *wrong)
    graded = any(SIGNS[code].bands for code, _, _ in given)
    months = _age(about) if graded else 0
    measured = [measurement(SIGNS[code], value, unit, months) for code, value, unit in given]
    return Content(
        {
            "measurements": [
                {
                    "code": one.code,
                    "value": float(one.value),
                    "unit": one.unit,
                    "canonical_value": float(one.canonical),
                    "canonical_unit": SIGNS[one.code].unit,
                    "flag": one.flag,
                    "low": None if one.low is None else float(one.low),
                    "high": None if one.high is None else float(one.high),
                }
                for one in measured
            ]
        }
    )


def _wrong(given: list[tuple[str, Decimal, str]], pointer: str) -> Iterator[FieldError]:
    """What is wrong with measurements, each in the place of its number below `pointer`."""
    values: dict[str, tuple[int, Decimal]] = {}
    for number, (code, value, unit) in enumerate(given):
        place = f"{pointer}/{number}"
        sign = SIGNS.get(code)
        if sign is None:
            yield FieldError(_UNKNOWN, "is no vital sign of GET /v1/codes/vital-signs", pointer=f"{place}/code")
        elif code in values:
            yield FieldError(Fault.DUPLICATE, "is there twice", pointer=f"{place}/code")
        elif unit not in sign.units:
            units = f"{sign.name} is given in {' or '.join(sign.units)}"
            yield FieldError(Fault.NOT_A_CHOICE, units, pointer=f"{place}/unit")
        else:
            values[code] = number, sign.canonical(value, unit)
            yield from _impossible(sign, values[code][1], f"{place}/value")
    if {SYSTOLIC, DIASTOLIC} <= values.keys() and values[SYSTOLIC][1] <= values[DIASTOLIC][1]:
        below = "diastolic pressure is below systolic pressure"
        yield FieldError(Fault.NOT_ALLOWED, below, pointer=f"{pointer}/{values[DIASTOLIC][0]}/value")


def _impossible(sign: Sign, value: Decimal, pointer: str) -> Iterator[FieldError]:
    for limit, beyond, fault, word in (
        (sign.least, value < sign.least, Fault.TOO_SMALL, "at least"),
        (sign.most, value > sign.most, Fault.TOO_LARGE, "at most"),
    ):
        if beyond:
            detail = f"{sign.name} is {word} {limit} {sign.unit}"
            yield FieldError(fault, detail, pointer=pointer, values={"limit": f"{limit} {sign.unit}"})


def _age(about: About) -> int:
    """The patient's age in months, as exactly as it matters: the last of `_AGES` that they have reached.

    Asked by conditions, the oldest first, because most patients are grown up.
    """
    day = about.at.date()

    def reached(months: int) -> bool:
        year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
        by = date(year, month + 1, min(day.day, 28))
        return about.born <= by if about.born else references.born_by(about.patient_id, by)

    if reached(_AGES[-1]):
        return _AGES[-1]
    return _AGES[bisect(_AGES[1:-1], False, key=lambda months: not reached(months))]


def _condition(said: Mapping[str, Any], about: About) -> Content:
    found = codes.find(said["code"])
    if found is None:
        raise Invalid("", FieldError(_UNKNOWN, "is no code of ICD-10-CM", pointer=f"{about.pointer}/code"))
    body = {**said, "code": found.code, "display": found.name}
    return Content(_without_status(body), said["status"], found.code)


def _procedure(said: Mapping[str, Any], _about: About) -> Content:
    return Content(_without_status(said), said["status"], said["code"])


def _allergy(said: Mapping[str, Any], about: About) -> Content:
    known = ALLERGENS.get(said["code"]) if said["code"] else None
    if said["code"] and known is None:
        raise Invalid(
            "", FieldError(_UNKNOWN, "is no substance of GET /v1/codes/allergens", pointer=f"{about.pointer}/code")
        )
    body = {**said, "substance": known.name, "category": known.category} if known else said
    return Content(_without_status(body), said["status"])


def _care_plan(said: Mapping[str, Any], _about: About) -> Content:
    return Content(_without_status(said), said["status"])


def _without_status(said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if name != "status"}


_MAKERS: Mapping[Kind, Callable[[Mapping[str, Any], About], Content]] = {
    Kind.NOTE: _note,
    Kind.VITALS: _vitals,
    Kind.DIAGNOSIS: _condition,
    Kind.PROBLEM: _condition,
    Kind.PROCEDURE: _procedure,
    Kind.ALLERGY: _allergy,
    Kind.CARE_PLAN: _care_plan,
}
