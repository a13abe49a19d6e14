"""The privacy table: for each patient a hold and an erasure, and exports for a day.

| question | how |
|---|---|
| is there a hold, and why | GetItem of `PATIENT#…` / `HOLD` |
| does none stand | condition on it, in each transaction that brings an erasure on |
| how does an erasure, an export stand | GetItem of `PATIENT#…` / `ERASURE`, `EXPORT#…` / `EXPORT` |
| is an export of the patient's being made | condition on `PATIENT#…` / `EXPORTING` |
"""

from datetime import UTC, datetime

from pynamodb.attributes import (
    BinaryAttribute,
    BooleanAttribute,
    JSONAttribute,
    NumberAttribute,
    UnicodeAttribute,
)

from care.privacy.errors import LegalHold
from care.privacy.models import Blocker, Erasure, Export, ExportState, Ground, Hold, State
from kernel import clock, vault
from kernel.dynamodb import ConditionsFailed, FromEnvironment, Item, Transaction
from kernel.errors import Erased, NotFound
from kernel.races import LostRace
from kernel.references import PatientStatus, check_patient


class Stored(Item):
    class Meta:
        table_name = FromEnvironment("TABLE_NAME")


class HoldItem(Stored):
    """`PATIENT#pat_0192…` / `HOLD`. The reason is sealed under the patient's key."""

    patient_id = UnicodeAttribute()
    reason = BinaryAttribute(legacy_encoding=False)
    until = NumberAttribute(null=True)
    lifted = BooleanAttribute()
    changed_by = UnicodeAttribute()
    changed_at = UnicodeAttribute()
    version = NumberAttribute()


class ErasureItem(Stored):
    """`PATIENT#pat_0192…` / `ERASURE`: the one that is under way, or the last one."""

    erasure_id = UnicodeAttribute()
    patient_id = UnicodeAttribute()
    ground = UnicodeAttribute()
    state = UnicodeAttribute()
    requested_by = UnicodeAttribute()
    requested_at = UnicodeAttribute()
    changed_by = UnicodeAttribute()
    changed_at = UnicodeAttribute()
    confirmed_by = UnicodeAttribute(null=True)
    attempt = NumberAttribute()
    destroyed_at = UnicodeAttribute(null=True)
    blockers = JSONAttribute()
    version = NumberAttribute()


class ExportItem(Stored):
    """`EXPORT#exp_0192…` / `EXPORT`."""

    export_id = UnicodeAttribute()
    patient_id = UnicodeAttribute()
    state = UnicodeAttribute()
    requested_by = UnicodeAttribute()
    requested_at = UnicodeAttribute()
    changed_at = UnicodeAttribute()
    version = NumberAttribute()
    expires_at = NumberAttribute()


class ExportingItem(Stored):
    """`PATIENT#pat_0192…` / `EXPORTING`: the patient's newest export; there is one at a time."""

    export_id = UnicodeAttribute()
    running = BooleanAttribute()
    expires_at = NumberAttribute()


def require_patient(patient_id: str) -> None:
    """Raises NotFound where there never was such a patient."""
    transaction = Transaction()
    transaction.check("patient", PatientStatus, _pk(patient_id), "STATUS", PatientStatus.active.exists())
    try:
        transaction.commit()
    except ConditionsFailed as refused:
        raise NotFound from refused


def hold_of(patient_id: str) -> Hold | None:
    """Raises Erased where the patient was."""
    item = HoldItem.find(_pk(patient_id), "HOLD")
    if item is None:
        return None
    return Hold(
        patient_id=patient_id,
        reason=vault.unseal(patient_id, "hold", bytes(item.reason)).decode(),
        until=_instant(item.until),
        changed_by=item.changed_by,
        changed_at=clock.parse(item.changed_at),
        version=int(item.version),
        lifted=item.lifted,
    )


def put_hold(hold: Hold) -> None:
    """Store a hold over the version before.

    Raises:
        LostRace: another version is stored.
        Erased: the patient was.
    """
    item = HoldItem(
        _pk(hold.patient_id),
        "HOLD",
        patient_id=hold.patient_id,
        reason=vault.seal(hold.patient_id, "hold", hold.reason.encode()),
        until=int(hold.until.timestamp()) if hold.until else None,
        lifted=hold.lifted,
        changed_by=hold.changed_by,
        changed_at=clock.iso(hold.changed_at),
        version=hold.version,
    )
    before = HoldItem.version == hold.version - 1 if hold.version > 1 else HoldItem.pk.does_not_exist()
    transaction = Transaction()
    transaction.put("hold", item, before)
    vault.require_key(transaction, hold.patient_id)
    try:
        transaction.commit()
    except ConditionsFailed as refused:
        if vault.KEY_ALIVE in refused.failed:
            raise Erased from refused
        raise LostRace from refused


def erasure_of(patient_id: str) -> Erasure | None:
    item = ErasureItem.find(_pk(patient_id), "ERASURE")
    return _erasure(item) if item else None


def put_erasure(erasure: Erasure, *, unless_held: bool = False, destroy: bool = False) -> None:
    """Store an erasure over the version before.

    Args:
        unless_held: only if no legal hold stands.
        destroy: destroy the patient's key, in the same transaction.

    Raises:
        LostRace: another version is stored.
        LegalHold: one stands.
    """
    before = ErasureItem.version == erasure.version - 1 if erasure.version > 1 else ErasureItem.pk.does_not_exist()
    transaction = Transaction()
    transaction.put("erasure", _item(erasure), before)
    if unless_held:
        now = erasure.changed_at.timestamp()
        ended = (HoldItem.lifted == True) | (HoldItem.until <= now)  # noqa: E712 - a condition of PynamoDB
        transaction.check("hold", HoldItem, _pk(erasure.patient_id), "HOLD", HoldItem.pk.does_not_exist() | ended)
    if destroy:
        vault.destroy(transaction, erasure.patient_id)
    try:
        transaction.commit()
    except ConditionsFailed as refused:
        if "hold" in refused.failed:
            raise LegalHold from refused
        raise LostRace from refused


def add_export(export: Export) -> str:
    """Begin an export, unless one of the patient's runs.

    Returns:
        the id of the export that runs now: this one, or the one before.

    Raises:
        NotFound: there is no such patient, or they are being erased.
    """
    now = export.requested_at.timestamp()
    transaction = Transaction()
    check_patient(transaction, export.patient_id)
    transaction.put("export", _export_item(export), ExportItem.pk.does_not_exist())
    over = (ExportingItem.running == False) | (ExportingItem.expires_at <= now)  # noqa: E712
    transaction.put("exporting", _exporting(export), ExportingItem.pk.does_not_exist() | over, show=True)
    try:
        transaction.commit()
    except ConditionsFailed as refused:
        if "patient" in refused.failed:
            raise NotFound from refused
        stood = refused.failed["exporting"]
        if stood is None:
            raise LostRace from refused
        return str(stood["export_id"]["S"])
    return export.export_id


def export(export_id: str) -> Export | None:
    item = ExportItem.find(*_export_key(export_id))
    if item is None:
        return None
    return Export(
        export_id=export_id,
        patient_id=item.patient_id,
        state=ExportState(item.state),
        requested_by=item.requested_by,
        requested_at=clock.parse(item.requested_at),
        version=int(item.version),
    )


def end_export(ended: Export) -> None:
    """Store how an export ended, so that another can be asked for.

    Raises:
        LostRace: another version is stored.
    """
    transaction = Transaction()
    transaction.put("export", _export_item(ended), ExportItem.version == ended.version - 1)
    transaction.put("exporting", _exporting(ended))
    try:
        transaction.commit()
    except ConditionsFailed as refused:
        raise LostRace from refused


def _export_item(export: Export) -> ExportItem:
    return ExportItem(
        *_export_key(export.export_id),
        export_id=export.export_id,
        patient_id=export.patient_id,
        state=export.state,
        requested_by=export.requested_by,
        requested_at=clock.iso(export.requested_at),
        changed_at=clock.iso(clock.second()),
        version=export.version,
        expires_at=int(export.expires_at.timestamp()),
    )


def _exporting(export: Export) -> ExportingItem:
    return ExportingItem(
        _pk(export.patient_id),
        "EXPORTING",
        export_id=export.export_id,
        running=export.state is ExportState.RUNNING,
        expires_at=int(export.expires_at.timestamp()),
    )


def _export_key(export_id: str) -> tuple[str, str]:
    return f"EXPORT#{export_id}", "EXPORT"


def _item(erasure: Erasure) -> ErasureItem:
    return ErasureItem(
        _pk(erasure.patient_id),
        "ERASURE",
        erasure_id=erasure.erasure_id,
        patient_id=erasure.patient_id,
        ground=erasure.ground,
        state=erasure.state,
        requested_by=erasure.requested_by,
        requested_at=clock.iso(erasure.requested_at),
        changed_by=erasure.changed_by,
        changed_at=clock.iso(erasure.changed_at),
        confirmed_by=erasure.confirmed_by,
        attempt=erasure.attempt,
        destroyed_at=clock.iso(erasure.destroyed_at) if erasure.destroyed_at else None,
        blockers=list(erasure.blockers),
        version=erasure.version,
    )


def _erasure(item: ErasureItem) -> Erasure:
    return Erasure(
        erasure_id=item.erasure_id,
        patient_id=item.patient_id,
        ground=Ground(item.ground),
        state=State(item.state),
        requested_by=item.requested_by,
        requested_at=clock.parse(item.requested_at),
        changed_by=item.changed_by,
        changed_at=clock.parse(item.changed_at),
        version=int(item.version),
        confirmed_by=item.confirmed_by,
        attempt=int(item.attempt),
        destroyed_at=clock.parse(item.destroyed_at) if item.destroyed_at else None,
        blockers=tuple(Blocker(blocker) for blocker in item.blockers),
    )


def _instant(epoch: float | None) -> datetime | None:
    return None if epoch is None else datetime.fromtimestamp(int(epoch), UTC)


def _pk(patient_id: str) -> str:
    return f"PATIENT#{patient_id}"
