"""The part of records in the workflow that erases a patient. What stands in the record needs no step: it went with the
patient's key."""

from collections.abc import Mapping
from typing import Any

from care.records.service import encounters


def erase(work: Mapping[str, Any], _context: object) -> list[str]:
    """A step of it: adds what stands in its way to the `blockers`."""
    return [*work["blockers"], *(["open-encounters"] if encounters.has_open(work["patient_id"]) else [])]
