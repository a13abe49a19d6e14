"""HTTP routes of scheduling. Each module declares some; this one is what Lambda calls."""

from care.scheduling.handler import fhir, hours, lists, search, series, visits, waitlist
from care.scheduling.handler.api import api

__all__ = ["api", "fhir", "hours", "lists", "search", "series", "visits", "waitlist"]

handler = api.handler
