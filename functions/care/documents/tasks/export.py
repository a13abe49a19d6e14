"""The part of documents in the workflow that exports what is known of a patient."""

from collections.abc import Iterator, Mapping
from typing import Any

from care.documents.fhir import of_document
from care.documents.service import reading
from kernel import exports
from kernel.exports import Place


def export(work: Mapping[str, Any], _context: object) -> None:
    """Its one step: files, and what is known of them."""
    place = Place.of(work)
    exports.write_part(place, "documents", _resources(place))


def _resources(place: Place) -> Iterator[Mapping[str, Any]]:
    for found in reading.export(place.patient_id):
        name = reading.copy_out(found, place)
        resource = of_document(found.document, found.names, "")
        resource["content"][0]["attachment"]["url"] = f"../{name}"
        yield resource
