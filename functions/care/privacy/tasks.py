"""What happens in privacy without a caller: events, and the steps of the workflow that erases."""

from collections.abc import Iterator, Mapping
from typing import Any

from care.privacy import service
from care.privacy.models import Blocker, State
from kernel import clock
from kernel.events import Change, Event, publish_stream

_EVENTS = {
    State.REQUESTED: "ErasureRequested",
    State.CONFIRMED: "ErasureConfirmed",
    State.BLOCKED: "ErasureBlocked",
    State.DESTROYED: "PatientKeyDestroyed",
    State.ERASED: "PatientErased",
    State.FAILED: "ErasureFailed",
    State.WITHDRAWN: "ErasureWithdrawn",
}


def publish(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """The table's stream: tell of holds and erasures."""
    return publish_stream(event, "salus.care.privacy", translate)


def translate(change: Change) -> Iterator[Event]:
    """The event that a change of an item stands for."""
    after = change.after
    if after is None:
        return
    version, patient_id = int(after["version"]), after["patient_id"]
    if after["sk"] == "HOLD":
        subject, kind, data = patient_id, "LegalHoldLifted" if after["lifted"] else "LegalHoldPlaced", {}
    else:
        subject, kind = after["erasure_id"], _EVENTS[State(after["state"])]
        data = {"ground": after["ground"]}
    yield Event(
        id=f"{subject}:{version}:{kind}",
        type=kind,
        at=clock.parse(after["changed_at"]),
        subject=subject,
        actor=after["changed_by"],
        version=version,
        data={"patient_id": patient_id, **data},
    )


def erase(work: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """A step of the workflow. `decide` destroys the patient's key, the point of no return, unless something stands
    against it; the others note how it ended."""
    patient_id = work["patient_id"]
    match work["step"]:
        case "decide":
            blockers = service.destroy_key(patient_id, [Blocker(blocker) for blocker in work["blockers"]])
            return {"blocked": bool(blockers), "blockers": blockers, "wait_seconds": service.until_forgotten()}
        case "blocked":
            service.block_erasure(patient_id, [Blocker(blocker) for blocker in work["blockers"]])
        case "erased":
            service.finish_erasure(patient_id)
        case "failed":
            service.fail_erasure(patient_id)
        case unknown:
            raise ValueError(unknown)
    return {}
