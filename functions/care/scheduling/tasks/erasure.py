"""The part of scheduling in the workflow that erases a patient."""

from collections.abc import Mapping
from typing import Any

from care.scheduling.service import erasure


def erase(work: Mapping[str, Any], _context: object) -> list[str]:
    """A step of it: `look` adds what stands in its way to the `blockers`, `forget` removes what was written of
    visits."""
    if work["step"] == "look":
        return [*work["blockers"], *(["open-visits"] if erasure.has_open(work["patient_id"]) else [])]
    erasure.forget_words(work["patient_id"])
    return []
