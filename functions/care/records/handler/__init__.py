"""HTTP routes of the record. Each module declares some; this one is what Lambda calls."""

from care.records.handler import codes, encounters, entries, fhir, record
from care.records.handler.api import api

__all__ = ["api", "codes", "encounters", "entries", "fhir", "record"]

handler = api.handler
