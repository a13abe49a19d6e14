"""Likeness: whether two people may be one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from care.patients.models.people import Details, Patient, words

_COMPARED = 40  # letters of a name


def edits(one: str, other: str) -> int:
    """Letters added, left out, changed or swapped with their neighbour between two texts: the optimal string
    alignment distance (Damerau-Levenshtein without editing a part twice)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        before, last, row = row, before, [i]
        for j, against in enumerate(other, start=1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                best = min(best, last[j - 2] + 1)
            row.append(best)
    return row[-1]


class Reason(StrEnum):
    """Why two people may be one."""

    SAME_NAMES = "same-names"
    SIMILAR_NAMES = "similar-names"
    SAME_BIRTH_DATE = "same-birth-date"
    SIMILAR_BIRTH_DATE = "similar-birth-date"
    SAME_PHONE = "same-phone"
    SAME_EMAIL = "same-email"


@dataclass(frozen=True, slots=True)
class Likeness:
    """How probably two people are one: `score` from 0 to 1, and the reasons that make it up."""

    score: float
    reasons: tuple[Reason, ...]

    @property
    def suspicious(self) -> bool:
        """The same or similar names and the same birth date, or the same names, telephone and e-mail.

        Two people cannot be that alike without the same birth date, telephone or e-mail: they are looked up by these.
        """
        return self.score >= 0.75


def likeness(one: Details, other: Details) -> Likeness:
    """Points out of a hundred: up to 50 for the names from three quarters alike on, 35 for the birth date (20 where
    one digit differs or day and month are swapped), 15 each for telephone and e-mail."""
    points = 0.0
    reasons = []
    names = _names_alike(one, other)
    if names >= 0.75:
        points += 50 * names
        reasons.append(Reason.SAME_NAMES if names == 1 else Reason.SIMILAR_NAMES)
    if one.birth_date == other.birth_date:
        points += 35
        reasons.append(Reason.SAME_BIRTH_DATE)
    elif _dates_alike(one.birth_date, other.birth_date):
        points += 20
        reasons.append(Reason.SIMILAR_BIRTH_DATE)
    if one.phone and one.phone == other.phone:
        points += 15
        reasons.append(Reason.SAME_PHONE)
    if one.email and one.email == other.email:
        points += 15
        reasons.append(Reason.SAME_EMAIL)
    return Likeness(score=min(round(points), 100) / 100, reasons=tuple(reasons))


def _names_alike(one: Details, other: Details) -> float:
    given, family = words(one.given_name), words(one.family_name)
    other_given, other_family = words(other.given_name), words(other.family_name)
    straight = _alike(given, other_given) + _alike(family, other_family)
    swapped = _alike(given, other_family) + _alike(family, other_given)
    return max(straight, swapped) / 2


def _alike(one: list[str], other: list[str]) -> float:
    """From 0 to 1; 0.9 where one is the other with names left out, as in Ana and Ana Maria."""
    left, right = "".join(one)[:_COMPARED], "".join(other)[:_COMPARED]
    if left == right:
        return 1
    written = 1 - edits(left, right) / max(len(left), len(right))
    contained = bool(one and other) and (set(one) <= set(other) or set(other) <= set(one))
    return max(written, 0.9) if contained else written


def _dates_alike(one: date, other: date) -> bool:
    swapped = (one.year, one.month, one.day) == (other.year, other.day, other.month)
    return swapped or edits(f"{one:%Y%m%d}", f"{other:%Y%m%d}") == 1


def identity(details: Details) -> str:
    """The same for two people with the same names and birth date, however their names are written."""
    names = ("".join(words(name)) for name in (details.given_name, details.family_name))
    return "|".join([*names, details.birth_date.isoformat()])


def most_alike(details: Details, others: Iterable[Patient], limit: int) -> list[tuple[Patient, Likeness]]:
    """Those of the others who may be this person, the most alike first."""
    return sorted(_suspicious(details, others), key=lambda pair: -pair[1].score)[:limit]


def _suspicious(details: Details, others: Iterable[Patient]) -> Iterator[tuple[Patient, Likeness]]:
    for other in others:
        alike = likeness(details, other.details)
        if alike.suspicious:
            yield other, alike
