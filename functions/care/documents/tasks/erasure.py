"""The part of documents in the workflow that erases a patient."""

from collections.abc import Mapping
from typing import Any

from care.documents.service import erasing


def erase(work: Mapping[str, Any], _context: object) -> None:
    """Its one step: remove the patient's files. Who runs out of time is called again and goes on."""
    erasing.erase(work["patient_id"])
