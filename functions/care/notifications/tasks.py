"""The queue of notifications: what happens to patients' visits and contacts."""

from collections.abc import Mapping
from typing import Any

from care.notifications import service
from kernel.events import consume_queue


def notify(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Handle one batch of the queue; messages that fail come back by themselves."""
    return consume_queue(event, service.take)
