"""What happens in privacy without a caller: events, and the steps of the workflows that erase and export."""

from collections.abc import Iterator, Mapping
from typing import Any

from care.privacy import service
from care.privacy.models import Blocker, ExportState, State
from kernel import clock
from kernel.events import Change, Event, changes, publish_stream
from kernel.exports import Place

_EVENTS = {
    State.REQUESTED: "ErasureRequested",
    State.CONFIRMED: "ErasureConfirmed",
    State.BLOCKED: "ErasureBlocked",
    State.DESTROYED: "PatientKeyDestroyed",
    State.ERASED: "PatientErased",
    State.FAILED: "ErasureFailed",
    State.WITHDRAWN: "ErasureWithdrawn",
}

_EXPORTS = {
    ExportState.RUNNING: "ExportRequested",
    ExportState.READY: "ExportCompleted",
    ExportState.FAILED: "ExportFailed",
}


def publish(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """The table's stream: begin the workflows that are due, and tell of holds, erasures and exports.

    A workflow that cannot be begun fails the whole batch, which comes again: nothing in it does harm a second time.
    """
    for change in changes(event):
        _begin(change.after or {})
    return publish_stream(event, "salus.care.privacy", translate)


def _begin(item: Mapping[str, Any]) -> None:
    match item.get("sk"), item.get("state"):
        case "ERASURE", State.CONFIRMED:
            service.start_erasure(item["patient_id"], item["erasure_id"], int(item["attempt"]))
        case "EXPORT", ExportState.RUNNING:
            service.start_export(item["patient_id"], item["export_id"])


def translate(change: Change) -> Iterator[Event]:
    """The event that a change of an item stands for."""
    after = change.after
    if after is None:
        return
    if after["sk"] == "EXPORTING":
        return  # beside the export, which tells the same
    version, patient_id = int(after["version"]), after["patient_id"]
    data: dict[str, Any] = {}
    if after["sk"] == "EXPORT":
        subject, kind = after["export_id"], _EXPORTS[ExportState(after["state"])]
    elif after["sk"] == "HOLD":
        subject, kind = patient_id, "LegalHoldLifted" if after["lifted"] else "LegalHoldPlaced"
    else:
        subject, kind = after["erasure_id"], _EVENTS[State(after["state"])]
        data = {"ground": after["ground"]}
    yield Event(
        id=f"{subject}:{version}:{kind}",
        type=kind,
        at=clock.parse(after["changed_at"]),
        subject=subject,
        actor=after.get("changed_by") or after["requested_by"],
        version=version,
        data={"patient_id": patient_id, **data},
    )


def erase(work: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """A step of the workflow. `decide` destroys the patient's key, the point of no return, unless something stands
    against it; `forget` removes exports; the others note how it ended."""
    patient_id = work["patient_id"]
    match work["step"]:
        case "decide":
            blockers = service.destroy_key(patient_id, [Blocker(blocker) for blocker in work["blockers"]])
            return {"blocked": bool(blockers), "blockers": blockers, "wait_seconds": service.until_forgotten()}
        case "blocked":
            service.block_erasure(patient_id, [Blocker(blocker) for blocker in work["blockers"]])
        case "forget":
            service.forget_exports(patient_id)
        case "erased":
            service.finish_erasure(patient_id)
        case "failed":
            service.fail_erasure(patient_id)
        case unknown:
            raise ValueError(unknown)
    return {}


def export(work: Mapping[str, Any], _context: object) -> None:
    """A step of the workflow that exports: `pack` the parts, or note that it is `ready` or has `failed`."""
    if work["step"] == "pack":
        service.pack_export(Place.of(work))
    else:
        service.end_export(work["export_id"], ExportState(work["step"]))
