"""The part of records in the workflows that erase a patient, and export what is known of one. What stands in the record
needs no step to be erased: it goes with the patient's key."""

from collections.abc import Iterator, Mapping
from typing import Any

from care.records.fhir import of_encounter, of_entry
from care.records.models import Kind
from care.records.service import encounters, entries
from kernel import exports
from kernel.exports import Place


def erase(work: Mapping[str, Any], _context: object) -> list[str]:
    """A step of the first: adds what stands in its way to the `blockers`."""
    return [*work["blockers"], *(["open-encounters"] if encounters.has_open(work["patient_id"]) else [])]


def export(work: Mapping[str, Any], _context: object) -> None:
    """The step of the second: encounters, and what was written down in them and beyond them."""
    exports.write_part(Place.of(work), "records", _resources(work["patient_id"]))


def _resources(patient_id: str) -> Iterator[Mapping[str, Any]]:
    for entry in entries.whole(patient_id):
        if entry.kind is Kind.ENCOUNTER:
            encounter = encounters.find(entry.entry_id)
            if encounter is not None:
                yield of_encounter(encounter)
        else:
            yield from of_entry(entry)
