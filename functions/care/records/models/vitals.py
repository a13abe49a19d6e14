"""Vital signs: what can be measured, in which units, what is possible at all, and what is abnormal at an age.

Codes are LOINC's, as in FHIR R4's vital signs profiles; units are UCUM's. Where the numbers come from:

- adults' temperature, pulse, respiration and oxygen: the bands of the National Early Warning Score 2 (Royal College of
  Physicians, 2017): what scores nothing is normal, its outermost band is critical;
- adults' blood pressure: low by the same score, high from 140/90 on (ESC/ESH guideline, 2018), critical from 180/120
  on (AHA, hypertensive crisis, 2017);
- children's pulse, respiration and blood pressure: the vital signs by age of Pediatric Advanced Life Support (AHA,
  2020);
- glucose: Standards of Care in Diabetes (ADA, 2024), low below 70 and critical below 54, high above 180 mg/dL;
- body mass index of adults: the classes of the WHO (Technical Report Series 894, 2000);
- pain: mild to 3, moderate to 6, severe above, on the numeric rating scale.

What is possible is wide: it catches slips of the pen and wrong units, not rare findings.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum


class Flag(StrEnum):
    """Codes of HL7 v3 ObservationInterpretation."""

    LOW = "L"
    HIGH = "H"
    CRITICALLY_LOW = "LL"
    CRITICALLY_HIGH = "HH"


@dataclass(frozen=True, slots=True)
class Band:
    """What is normal from an age on, both bounds included, and beyond which it is critical.

    Attributes:
        from_months: the age at which it begins to hold.
        low, high: the normal range.
        critically_low, critically_high: at or beyond these; None where nothing is.
    """

    from_months: int
    low: Decimal | None
    high: Decimal | None
    critically_low: Decimal | None = None
    critically_high: Decimal | None = None

    def flag(self, value: Decimal) -> Flag | None:
        if self.critically_low is not None and value <= self.critically_low:
            return Flag.CRITICALLY_LOW
        if self.critically_high is not None and value >= self.critically_high:
            return Flag.CRITICALLY_HIGH
        if self.low is not None and value < self.low:
            return Flag.LOW
        return Flag.HIGH if self.high is not None and value > self.high else None


@dataclass(frozen=True, slots=True)
class Scale:
    """canonical = (value - `offset`) * `factor`"""

    factor: Decimal
    offset: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Sign:
    """Something that can be measured.

    Attributes:
        code: LOINC.
        unit: the UCUM unit in which it is kept and compared, with `decimals`.
        units: the units in which it may be given.
        least, most: what is possible.
        bands: what is normal, by age, youngest first.
    """

    code: str
    name: str
    unit: str
    decimals: int
    units: Mapping[str, Scale]
    least: Decimal
    most: Decimal
    bands: tuple[Band, ...] = ()

    def canonical(self, value: Decimal, unit: str) -> Decimal:
        """The value in `self.unit`.

        Raises:
            KeyError: it is not measured in that unit.
        """
        scale = self.units[unit]
        exact = (value - scale.offset) * scale.factor
        return exact.quantize(Decimal(1).scaleb(-self.decimals), ROUND_HALF_UP)

    def band(self, months: int) -> Band | None:
        """What is normal at this age; None where nothing is known to be."""
        return next((band for band in reversed(self.bands) if band.from_months <= months), None)


_D = Decimal
_SAME = Scale(_D(1))
_POUND = _D("0.45359237")  # kg, exactly
_INCH = _D("2.54")  # cm, exactly
_KPA = _D("7.500617")  # mm[Hg]
_GLUCOSE = _D("18.016")  # mg/dL for 1 mmol/L: 180.16 g/mol
_YEAR = 12
_ADULT = 16 * _YEAR  # where NEWS2 begins
# Where the ages of PALS begin, in months: infant, toddler, preschool, school age, preadolescent, adolescent.
_AGES = (1, 1 * _YEAR, 3 * _YEAR, 6 * _YEAR, 10 * _YEAR, 12 * _YEAR)


def _children(*ranges: tuple[int, int]) -> tuple[Band, ...]:
    """Bands of a newborn and of each age of PALS."""
    ages = (0, *_AGES)
    return tuple(Band(age, _D(low), _D(high)) for age, (low, high) in zip(ages, ranges, strict=True))


_TEMPERATURE = (Band(0, _D("36.1"), _D("38.0"), _D("35.0"), _D("39.1")),)
_PAIN = (Band(0, None, _D(3), None, _D(7)),)
_OXYGEN = (Band(0, _D(96), None, _D(91)),)

SIGNS: Mapping[str, Sign] = {
    sign.code: sign
    for sign in (
        Sign(
            "8310-5",
            "Body temperature",
            "Cel",
            1,
            {"Cel": _SAME, "[degF]": Scale(_D(5) / _D(9), _D(32))},
            _D(20),
            _D(45),
            _TEMPERATURE,
        ),
        Sign(
            "8867-4",
            "Heart rate",
            "/min",
            0,
            {"/min": _SAME, "{beats}/min": _SAME},
            _D(10),
            _D(350),
            (
                *_children((100, 205), (100, 180), (98, 140), (80, 120), (75, 118), (75, 118), (60, 100)),
                Band(_ADULT, _D(51), _D(90), _D(40), _D(131)),
            ),
        ),
        Sign(
            "9279-1",
            "Respiratory rate",
            "/min",
            0,
            {"/min": _SAME, "{breaths}/min": _SAME},
            _D(2),
            _D(120),
            (
                *_children((30, 60), (30, 53), (22, 37), (20, 28), (18, 25), (18, 25), (12, 20)),
                Band(_ADULT, _D(12), _D(20), _D(8), _D(25)),
            ),
        ),
        Sign(
            "8480-6",
            "Systolic blood pressure",
            "mm[Hg]",
            0,
            {"mm[Hg]": _SAME, "kPa": Scale(_KPA)},
            _D(30),
            _D(320),
            (
                *_children((67, 84), (72, 104), (86, 106), (89, 112), (97, 115), (102, 120), (110, 131)),
                Band(_ADULT, _D(111), _D(139), _D(90), _D(180)),
            ),
        ),
        Sign(
            "8462-4",
            "Diastolic blood pressure",
            "mm[Hg]",
            0,
            {"mm[Hg]": _SAME, "kPa": Scale(_KPA)},
            _D(10),
            _D(220),
            (
                *_children((35, 53), (37, 56), (42, 63), (46, 72), (57, 76), (61, 80), (64, 83)),
                Band(_ADULT, None, _D(89), None, _D(120)),
            ),
        ),
        Sign("59408-5", "Oxygen saturation by pulse oximetry", "%", 0, {"%": _SAME}, _D(30), _D(100), _OXYGEN),
        Sign("2708-6", "Oxygen saturation in arterial blood", "%", 0, {"%": _SAME}, _D(30), _D(100), _OXYGEN),
        Sign(
            "29463-7",
            "Body weight",
            "kg",
            2,
            {"kg": _SAME, "g": Scale(_D("0.001")), "[lb_av]": Scale(_POUND)},
            _D("0.2"),
            _D(650),
        ),
        Sign(
            "8302-2",
            "Body height",
            "cm",
            1,
            {"cm": _SAME, "m": Scale(_D(100)), "[in_i]": Scale(_INCH)},
            _D(15),
            _D(275),
        ),
        Sign(
            "9843-4",
            "Head circumference",
            "cm",
            1,
            {"cm": _SAME, "[in_i]": Scale(_INCH)},
            _D(10),
            _D(100),
        ),
        Sign(
            "39156-5",
            "Body mass index",
            "kg/m2",
            1,
            {"kg/m2": _SAME},
            _D(5),
            _D(250),
            (Band(18 * _YEAR, _D("18.5"), _D("24.9"), _D("15.9"), _D(40)),),
        ),
        Sign(
            "41653-7",
            "Glucose in capillary blood",
            "mg/dL",
            0,
            {"mg/dL": _SAME, "mmol/L": Scale(_GLUCOSE)},
            _D(5),
            _D(2000),
            (Band(0, _D(70), _D(180), _D(53)),),
        ),
        Sign("72514-3", "Pain severity", "{score}", 0, {"{score}": _SAME}, _D(0), _D(10), _PAIN),
    )
}
SYSTOLIC, DIASTOLIC = "8480-6", "8462-4"


@dataclass(frozen=True, slots=True)
class Measurement:
    """One value as it was given and as it is kept."""

    code: str
    value: Decimal
    unit: str
    canonical: Decimal
    flag: Flag | None
    low: Decimal | None
    high: Decimal | None


def measurement(sign: Sign, value: Decimal, unit: str, months: int) -> Measurement:
    """A possible value of somebody of this age, with what is normal for them.

    Raises:
        KeyError: the sign is not measured in that unit.
    """
    canonical = sign.canonical(value, unit)
    band = sign.band(months)
    flag = band.flag(canonical) if band else None
    return Measurement(sign.code, value, unit, canonical, flag, band.low if band else None, band.high if band else None)
