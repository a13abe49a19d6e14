"""Scanners: who says whether a file does harm."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from care.documents.models import Examined
from kernel.config import load


class Verdict(StrEnum):
    CLEAN = "clean"
    INFECTED = "infected"
    UNKNOWN = "unknown"  # the scanner could not read it


type Scanner = Callable[[Examined], Verdict | None]
"""Its verdict, None where it will come by itself as an event."""

# What GuardDuty calls its results, as far as they are verdicts; all others mean that it could not scan.
GUARDDUTY = {"NO_THREATS_FOUND": Verdict.CLEAN, "THREATS_FOUND": Verdict.INFECTED}

# eicar.org's harmless test file, which every scanner takes for a virus. In two halves, or this file would be one.
_EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}" + rb"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@dataclass(frozen=True)
class _Environment:
    scanner: str


def scanner() -> Scanner:
    """The one that the environment names."""
    return _SCANNERS[load(_Environment).scanner]


def _by_rules(file: Examined) -> Verdict:
    """What a laptop has: it knows one virus, where it stands in the first or the last million bytes."""
    return Verdict.INFECTED if _EICAR in file.head or _EICAR in file.tail else Verdict.CLEAN


def _by_guardduty(_file: Examined) -> None:
    """GuardDuty reads every object that comes into quarantine, and tells what it found."""


_SCANNERS: dict[str, Scanner] = {"rules": _by_rules, "guardduty": _by_guardduty}
