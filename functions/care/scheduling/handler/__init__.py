"""HTTP routes of scheduling. Each module declares some; this one is what Lambda calls."""

from care.scheduling.handler import hours, series, visits
from care.scheduling.handler.api import api

__all__ = ["api", "hours", "series", "visits"]

handler = api.handler
