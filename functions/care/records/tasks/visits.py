"""The queue of scheduling's events: visits that encounters may be opened for."""

from collections.abc import Mapping
from typing import Any

from care.records.models import Visit, VisitStatus
from care.records.service import encounters
from kernel import clock
from kernel.events import Event, Unreadable, consume_queue


def follow(batch: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Handle one batch of the queue; messages that fail come back by themselves."""
    return consume_queue(batch, handle)


def handle(event: Event) -> None:
    """Remember the visit that an event tells of.

    Raises:
        Unreadable: it tells of none.
    """
    data = event.data
    try:
        visit = Visit(
            appointment_id=event.subject,
            patient_id=str(data["patient_id"]),
            practitioner_id=str(data["practitioner_id"]),
            status=VisitStatus(data["status"]),
            video=data["mode"] == "video",
            end=clock.parse(data["end"]),
            version=event.version,
        )
    except (KeyError, TypeError, ValueError):
        raise Unreadable(event.type) from None
    encounters.follow(visit)
