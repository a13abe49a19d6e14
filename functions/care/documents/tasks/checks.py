"""The queue of what happens to files: they arrive, are scanned, or do not come."""

from collections.abc import Mapping
from typing import Any

from care.documents.repository.keys import read_quarantine
from care.documents.service import checks, uploads
from care.documents.service.scanners import GUARDDUTY, Verdict
from kernel import log
from kernel.events import Event, Unreadable, consume_queue


def work(batch: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Handle one batch of the queue; messages that fail come back by themselves."""
    return consume_queue(batch, handle)


def handle(event: Event) -> None:
    """Do what an event makes worth doing; what is to be done is in the table, whatever the event says.

    Raises:
        Unreadable: the event does not say what its type promises.
    """
    match event.type:
        case "DocumentUploaded":
            checks.begin(event.subject, event.version)
        case "ObjectArrived":
            uploads.arrive(*_version(event))
        case "ObjectScanned":
            document_id, number = _version(event)
            verdict = GUARDDUTY.get(str(event.data.get("result")), Verdict.UNKNOWN)
            checks.scanned(document_id, number, event.data.get("object_version"), verdict)
        case checks.SCAN_DUE:
            checks.give_up(event.subject, event.version)
        case "UploadsDue":
            log.logger().info("uploads given up", extra={"uploads": checks.expire_uploads(event.at)})
        case _:
            raise Unreadable(event.type)


def _version(event: Event) -> tuple[str, int]:
    """The document and the version that an object in quarantine stands for."""
    found = read_quarantine(event.subject)
    if found is None:
        raise Unreadable("not a key of ours")
    return found
