"""The part of scheduling in the workflows that erase a patient, and export what is known of one."""

from collections.abc import Mapping
from typing import Any

from care.scheduling.fhir import of_appointment
from care.scheduling.service import privacy
from kernel import exports
from kernel.exports import Place


def erase(work: Mapping[str, Any], _context: object) -> list[str]:
    """A step of the first: `look` adds what stands in its way to the `blockers`, `forget` removes what was written of
    visits."""
    if work["step"] == "look":
        return [*work["blockers"], *(["open-visits"] if privacy.has_open(work["patient_id"]) else [])]
    privacy.forget_words(work["patient_id"])
    return []


def export(work: Mapping[str, Any], _context: object) -> None:
    """The step of the second: visits, past and to come."""
    resources = map(of_appointment, privacy.visits(work["patient_id"]))
    exports.write_part(Place.of(work), "scheduling", resources)
