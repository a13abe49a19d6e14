"""Use cases of privacy: legal holds, the erasure of a patient by two people and a workflow, exports for patients."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime

from care.privacy import packing, repository
from care.privacy.errors import ErasureUnderWay, ExportUnderWay, LegalHold
from care.privacy.models import Blocker, Erasure, Export, ExportState, Ground, Hold, State
from kernel import clock, exports, ids, vault, workflows
from kernel.config import load
from kernel.errors import Erased, NotFound
from kernel.exports import Place
from kernel.races import again

WORKFLOW = "erasure"  # who acts where nobody does
_MARGIN = 1.1  # a call that began with a remembered key comes to its end


@dataclass(frozen=True)
class _Environment:
    erasure_workflow_arn: str
    export_workflow_arn: str


# ---- legal holds ----------------------------------------------------------------------------------------------------


def hold_of(patient_id: str) -> Hold:
    """The hold that stands on a patient.

    Raises:
        NotFound: none does.
        Erased: the patient was.
    """
    hold = repository.hold_of(patient_id)
    if hold is None or not hold.stands(clock.now()):
        raise NotFound
    return hold


def place_hold(patient_id: str, reason: str, until: datetime | None, *, caller: str) -> Hold:
    """Keep a patient's data from being erased, in place of the hold before.

    Raises:
        NotFound: there is no such patient.
        Erased: the patient was.
    """
    repository.require_patient(patient_id)

    def once() -> Hold:
        stored = repository.hold_of(patient_id)
        if stored and stored.stands(clock.now()) and (stored.reason, stored.until) == (reason, until):
            return stored
        hold = Hold(patient_id, reason, until, caller, clock.second(), version=stored.version + 1 if stored else 1)
        repository.put_hold(hold)
        return hold

    return again(once)


def lift_hold(patient_id: str, *, caller: str) -> None:
    """End the hold on a patient.

    Raises:
        NotFound: none stands.
        Erased: the patient was.
    """

    def once() -> None:
        hold = hold_of(patient_id)
        lifted = replace(hold, lifted=True, changed_by=caller, changed_at=clock.second(), version=hold.version + 1)
        repository.put_hold(lifted)

    again(once)


# ---- erasures, as people ask for them -------------------------------------------------------------------------------


def erasure_of(patient_id: str) -> Erasure | None:
    return repository.erasure_of(patient_id)


def request_erasure(patient_id: str, ground: Ground, *, caller: str) -> Erasure:
    """Ask for a patient's erasure, which somebody else has to confirm. Asked again by the same person, it is the same.

    Raises:
        NotFound: there is no such patient.
        Erased: the patient was.
        ErasureUnderWay: somebody has asked before.
        LegalHold: one stands.
    """
    repository.require_patient(patient_id)

    def once() -> Erasure:
        now = clock.second()
        stored = repository.erasure_of(patient_id)
        if stored and not stored.is_over(now):
            if stored.state is State.ERASED:
                raise Erased
            if (stored.state, stored.requested_by, stored.ground) != (State.REQUESTED, caller, ground):
                raise ErasureUnderWay
            return stored
        asked = Erasure(
            erasure_id=ids.new("era"),
            patient_id=patient_id,
            ground=ground,
            state=State.REQUESTED,
            requested_by=caller,
            requested_at=now,
            changed_by=caller,
            changed_at=now,
            version=stored.version + 1 if stored else 1,
        )
        repository.put_erasure(asked, unless_held=True)
        return asked

    return again(once)


def withdraw_erasure(patient_id: str, *, caller: str) -> None:
    """Take back a request that nobody has confirmed.

    Raises:
        NotFound: nobody has asked.
        InvalidTransition: it was confirmed, or is over.
    """
    _bring(patient_id, lambda stored, now: stored.become(State.WITHDRAWN, now, caller))


def confirm_erasure(patient_id: str, *, caller: str) -> Erasure:
    """Have a patient erased whose erasure somebody else asked for, or go on with one that failed. The workflow begins
    because that is stored (`start_erasure`).

    Raises:
        NotFound: nobody has asked.
        InvalidTransition: it is over.
        LegalHold: one stands.
    """

    def confirmed(stored: Erasure, now: datetime) -> Erasure:
        if stored.state is State.CONFIRMED:
            return stored
        return stored.become(State.CONFIRMED, now, caller)

    return _bring(patient_id, confirmed, unless_held=True)


# ---- erasures, as the workflow carries them out ---------------------------------------------------------------------


def start_erasure(patient_id: str, erasure_id: str, attempt: int) -> None:
    """Begin what was confirmed. Done again it changes nothing, so that it can be done until it is certain."""
    work = {"patient_id": patient_id, "erasure_id": erasure_id}
    workflows.start(load(_Environment).erasure_workflow_arn, f"{erasure_id}-{attempt}", work)


def destroy_key(patient_id: str, blockers: list[Blocker]) -> list[Blocker]:
    """Destroy the patient's key, unless something stands in the way, or a legal hold: then nothing happens. After an
    attempt that came as far as that nothing can stand in the way any more.

    Returns:
        what stands in the way.
    """
    stored = repository.erasure_of(patient_id)
    if blockers and stored is not None and stored.destroyed_at is None:
        return blockers
    try:
        _bring(patient_id, lambda stored, now: _again(stored, State.DESTROYED, now), unless_held=True, destroy=True)
    except LegalHold:
        return [Blocker.LEGAL_HOLD]
    return []


def until_forgotten() -> int:
    """How many seconds it takes until no function remembers a key that was destroyed."""
    return round(vault.remembered_seconds() * _MARGIN)


def block_erasure(patient_id: str, blockers: Collection[Blocker]) -> None:
    """Say what stood against the erasure."""
    _bring(
        patient_id,
        lambda stored, now: _again(stored, State.BLOCKED, now, tuple(sorted(blockers))),
    )


def finish_erasure(patient_id: str) -> None:
    """Say that nothing of the patient opens any more."""
    _bring(patient_id, lambda stored, now: _again(stored, State.ERASED, now))


def fail_erasure(patient_id: str) -> None:
    """Say that the workflow gave up."""
    _bring(patient_id, lambda stored, now: _again(stored, State.FAILED, now))


# ---- exports --------------------------------------------------------------------------------------------------------


def request_export(patient_id: str, *, caller: str) -> Export:
    """Have all that is known of a patient put together. The workflow begins because that is stored (`start_export`).

    Raises:
        NotFound: there is no such patient, or they are being erased.
        ExportUnderWay: one is being made for somebody else.
    """
    wanted = Export(ids.new("exp"), patient_id, ExportState.RUNNING, caller, clock.second(), version=1)
    running = repository.add_export(wanted)
    export = wanted if running == wanted.export_id else repository.export(running)
    if export is None or export.requested_by != caller:
        raise ExportUnderWay
    return export


def start_export(patient_id: str, export_id: str) -> None:
    """Begin what was asked for; done again it changes nothing."""
    work = {"patient_id": patient_id, "export_id": export_id}
    workflows.start(load(_Environment).export_workflow_arn, export_id, work)


def find_export(export_id: str) -> Export | None:
    """An export, None where there is none, or no longer."""
    export = repository.export(export_id)
    return export if export and clock.now() < export.expires_at else None


def parts_done(export: Export) -> int:
    return exports.parts_done(_place(export))


def link(export: Export) -> tuple[str, datetime]:
    """Where a finished export can be had, and until when."""
    return packing.link(_place(export))


def _place(export: Export) -> Place:
    return Place(export.patient_id, export.export_id)


def pack_export(place: Place) -> None:
    """Put the domains' parts of an export into one file."""
    packing.pack(place)


def forget_exports(patient_id: str) -> None:
    """Remove what was exported of a patient and is still there."""
    packing.purge(patient_id)


def end_export(export_id: str, state: ExportState) -> None:
    """Say how an export ended.

    Raises:
        NotFound: it is gone.
    """

    def once() -> None:
        stored = repository.export(export_id)
        if stored is None:
            raise NotFound
        ended = stored.end(state)
        if ended == stored:
            return
        repository.end_export(ended)

    again(once)


def _again(stored: Erasure, state: State, now: datetime, blockers: tuple[Blocker, ...] = ()) -> Erasure:
    """What a step of the workflow makes of it; a step that is repeated changes nothing."""
    return stored if stored.state is state else stored.become(state, now, WORKFLOW, blockers=blockers)


def _bring(
    patient_id: str,
    change: Callable[[Erasure, datetime], Erasure],
    *,
    unless_held: bool = False,
    destroy: bool = False,
) -> Erasure:
    """Bring a patient's erasure on by a change that is made of it as it stands.

    Raises:
        NotFound: nobody has asked for one.
        LegalHold: one stands.
    """

    def once() -> Erasure:
        stored = repository.erasure_of(patient_id)
        if stored is None:
            raise NotFound
        changed = change(stored, clock.second())
        if changed == stored:
            return stored
        repository.put_erasure(changed, unless_held=unless_held, destroy=destroy)
        return changed

    return again(once)
