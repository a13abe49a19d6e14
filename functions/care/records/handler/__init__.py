"""HTTP routes of the record. Each module declares some; this one is what Lambda calls."""

from care.records.handler import encounters, entries, record
from care.records.handler.api import api

__all__ = ["api", "encounters", "entries", "record"]

api.later("/v1/codes/", "care.records.handler.codes")
api.later("/fhir/", "care.records.handler.fhir")
handler = api.handler
