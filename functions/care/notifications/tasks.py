"""The queues of notifications: what happens to patients' visits, wishes and contacts."""

from collections.abc import Mapping
from typing import Any

from care.notifications import service
from kernel.events import consume_queue


def notify(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Tell patients: handle one batch of the queue; messages that fail come back by themselves."""
    return consume_queue(event, service.take)


def remind(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Keep the timers of visits' reminders: handle one batch of their queue."""
    return consume_queue(event, service.plan_reminders)
