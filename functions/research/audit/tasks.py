"""What keeps the trail without a caller: the events of research, and the clock."""

from collections.abc import Mapping
from typing import Any

from kernel.audit.keeping import keep_event, keep_sealed
from kernel.events import consume_queue


def record(batch: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Put what the domains tell into the trail: one batch of the queue of all events."""
    return consume_queue(batch, keep_event)


def seal(batch: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Seal the trail, and check it: one batch of the queue that the clock fills."""
    return consume_queue(batch, keep_sealed)
