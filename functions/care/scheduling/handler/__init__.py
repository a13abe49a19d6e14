"""HTTP routes of scheduling. Each module declares some; this one is what Lambda calls."""

from care.scheduling.handler import hours, lists, search, series, visits, waitlist
from care.scheduling.handler.api import api

__all__ = ["api", "hours", "lists", "search", "series", "visits", "waitlist"]

api.later("/fhir/", "care.scheduling.handler.fhir")
handler = api.handler
