"""What makes the waitlist move: visits that fall away, offers that come to nothing, timers that fire."""

from datetime import datetime
from typing import Any

from care.scheduling.service import offers
from kernel import clock
from kernel.events import Event, Unreadable, consume_queue


def offer(batch: dict[str, Any], _context: object) -> dict[str, Any]:
    """Handle a batch of the waitlist's queue."""
    return consume_queue(batch, handle)


def handle(event: Event) -> None:
    """Ask what an event makes worth asking; the answer is in the table, whatever the event says.

    Raises:
        Unreadable: the event does not say what its type promises.
    """
    match event.type:
        case "AppointmentCancelled" | "WaitlistOfferEnded":
            offers.fill(*_slot(event, ""))
        case "AppointmentRescheduled":
            offers.fill(*_slot(event, "previous_"))
        case offers.OFFER_DUE:
            offers.lapse(event.subject)
        case "WaitlistJoined" | offers.PERIOD_DUE:
            offers.expire(event.subject)
        case _:
            raise Unreadable("not an event of the waitlist's")


def _slot(event: Event, prefix: str) -> tuple[str, datetime]:
    """The practitioner and the beginning of the slot that an event names."""
    try:
        return str(event.data[f"{prefix}practitioner_id"]), clock.parse(event.data[f"{prefix}start"])
    except (KeyError, TypeError, ValueError):
        raise Unreadable("the event names no slot") from None
