"""Broken glass: who may see a patient because of an emergency, and what of it waits for its review."""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from pynamodb.attributes import BinaryAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import UpdateError

from care.patients.models.emergencies import EmergencyAccess, Review, ReviewState, Verdict, Words
from care.patients.repository.keys import Stored, patient_key
from care.patients.repository.patients import StatusItem
from kernel import clock, vault
from kernel.dynamodb import ConditionsFailed, Transaction, condition_failed
from kernel.errors import Erased, NotFound
from kernel.races import LostRace

_KEPT = timedelta(days=1)  # after which a relation that has ended is removed; until then it is of use to support


class EmergencyItem(Stored):
    """`PATIENT#pat_0192…` / `EMERGENCY#<user id>`: may see the patient until a time; other domains check it."""

    emergency_id = UnicodeAttribute()
    until = NumberAttribute()
    expires_at = NumberAttribute()


class AccessItem(Stored):
    """`EMERGENCIES#open` / `ACCESS#emg_0193…`, once reviewed `EMERGENCIES#reviewed` / the same. Ids sort by time.

    `sealed`: reason and comment, under the patient's key.
    """

    patient_id = UnicodeAttribute()
    user_id = UnicodeAttribute()
    practitioner_id = UnicodeAttribute(null=True)
    sealed = BinaryAttribute(legacy_encoding=False)
    started_at = UnicodeAttribute()
    ends_at = UnicodeAttribute()
    reminders = NumberAttribute()
    review = JSONAttribute(null=True)


def require_patient(patient_id: str) -> None:
    """Raises NotFound where there is no such patient, of whom nothing could be sealed, or they are being erased."""
    status = StatusItem.find(patient_key(patient_id), "STATUS")
    if status is None or not status.active:
        raise NotFound


def seal(patient_id: str, emergency_id: str, words: Words) -> bytes:
    """Raises Erased where the patient was."""
    return vault.seal(patient_id, emergency_id, json.dumps(asdict(words), separators=(",", ":")).encode())


def words(accesses: Sequence[EmergencyAccess]) -> Iterator[Words | None]:
    """What people have written of each; None of patients who were erased."""
    vault.fetch(access.patient_id for access in accesses)
    for access in accesses:
        try:
            opened = vault.unseal(access.patient_id, access.emergency_id, access.sealed)
        except Erased:
            yield None
        else:
            yield Words(**json.loads(opened))


def begin(access: EmergencyAccess) -> tuple[str, datetime]:
    """Open the patient to whoever has broken the glass, unless it is open to them.

    Returns:
        the id of the access that runs, this one or the one before, and when it ends.

    Raises:
        NotFound: there is no such patient.
        Erased: the patient was.
    """
    key, sort_key = patient_key(access.patient_id), f"EMERGENCY#{access.user_id}"
    until = int(access.expires_at.timestamp())
    relation = EmergencyItem(
        key,
        sort_key,
        emergency_id=access.emergency_id,
        until=until,
        expires_at=until + int(_KEPT.total_seconds()),
    )
    ended = EmergencyItem.until <= access.started_at.timestamp()
    transaction = Transaction()
    transaction.put("relation", relation, EmergencyItem.pk.does_not_exist() | ended, show=True)
    transaction.put("access", _item(access), AccessItem.pk.does_not_exist())
    transaction.check("patient", StatusItem, key, "STATUS", StatusItem.active == True)  # noqa: E712
    vault.require_key(transaction, access.patient_id)
    try:
        transaction.commit()
    except ConditionsFailed as refused:
        if "patient" in refused.failed:
            raise NotFound from refused
        if vault.KEY_ALIVE in refused.failed:
            raise Erased from refused
        running = EmergencyItem.from_raw_data(refused.failed["relation"] or {})
        return running.emergency_id, datetime.fromtimestamp(int(running.until), UTC)
    return access.emergency_id, access.expires_at


def open_to(user_id: str, patient_ids: Collection[str], now: datetime) -> set[str]:
    """Those of the patients whom somebody sees because of an emergency."""
    keys = [(patient_key(patient_id), f"EMERGENCY#{user_id}") for patient_id in patient_ids]
    items = EmergencyItem.batch_get(keys, consistent_read=True)
    return {item.pk.removeprefix("PATIENT#") for item in items if now.timestamp() < item.until}


def find(emergency_id: str) -> EmergencyAccess | None:
    for state in ReviewState:
        item = AccessItem.find(_queue(state), f"ACCESS#{emergency_id}")
        if item is not None:
            return _access(item)
    return None


def queue(state: ReviewState, after: str | None, limit: int) -> list[EmergencyAccess]:
    """Up to `limit` accesses after one of them: those that wait, the oldest first; those reviewed, the newest first."""
    oldest_first = state is ReviewState.OPEN
    place = None
    if after is not None:
        place = AccessItem.sk > f"ACCESS#{after}" if oldest_first else AccessItem.sk < f"ACCESS#{after}"
    items = AccessItem.query(
        _queue(state), place, consistent_read=True, limit=limit, page_size=limit, scan_index_forward=oldest_first
    )
    return [_access(item) for item in items]


def waiting() -> Iterator[EmergencyAccess]:
    """All that wait for their review, the oldest first, read as far as they are asked for."""
    return map(_access, AccessItem.query(_queue(ReviewState.OPEN), consistent_read=True, page_size=50))


def close(reviewed: EmergencyAccess, *, keyed: bool) -> None:
    """Take an access with its review out of the queue; one that was not justified and still runs ends.

    Args:
        keyed: its words were sealed for this, and so only while the patient's key exists.

    Raises:
        LostRace: it waits no longer.
        Erased: the patient was.
    """
    waits = AccessItem(_queue(ReviewState.OPEN), f"ACCESS#{reviewed.emergency_id}")
    transaction = Transaction()
    review = reviewed.review
    if review and review.verdict is Verdict.UNJUSTIFIED and review.reviewed_at < reviewed.expires_at:
        relation = EmergencyItem(patient_key(reviewed.patient_id), f"EMERGENCY#{reviewed.user_id}")
        transaction.update(
            "relation",
            relation,
            [EmergencyItem.until.set(int(review.reviewed_at.timestamp()))],
            EmergencyItem.emergency_id == reviewed.emergency_id,
        )
    transaction.delete("open", waits, AccessItem.pk.exists())
    transaction.put("reviewed", _item(reviewed), AccessItem.pk.does_not_exist())
    if keyed:
        vault.require_key(transaction, reviewed.patient_id)
    try:
        transaction.commit()
    except ConditionsFailed as refused:
        if vault.KEY_ALIVE in refused.failed:
            raise Erased from refused
        raise LostRace from refused


def remember_reminder(access: EmergencyAccess, reminders: int) -> None:
    """Note that somebody was reminded so many times; nothing where it waits no longer, or somebody noted it before."""
    item = AccessItem(_queue(ReviewState.OPEN), f"ACCESS#{access.emergency_id}")
    try:
        item.update([AccessItem.reminders.set(reminders)], AccessItem.reminders == access.reminders)
    except UpdateError as error:
        if not condition_failed(error):
            raise


def _queue(state: ReviewState) -> str:
    return f"EMERGENCIES#{state}"


def _item(access: EmergencyAccess) -> AccessItem:
    review = access.review
    return AccessItem(
        _queue(access.state),
        f"ACCESS#{access.emergency_id}",
        patient_id=access.patient_id,
        user_id=access.user_id,
        practitioner_id=access.practitioner_id,
        sealed=access.sealed,
        started_at=clock.iso(access.started_at),
        ends_at=clock.iso(access.expires_at),
        reminders=access.reminders,
        review=review
        and {
            "verdict": review.verdict,
            "reviewed_by": review.reviewed_by,
            "reviewed_at": clock.iso(review.reviewed_at),
        },
    )


def _access(item: AccessItem) -> EmergencyAccess:
    stored = item.review
    return EmergencyAccess(
        emergency_id=item.sk.removeprefix("ACCESS#"),
        patient_id=item.patient_id,
        user_id=item.user_id,
        practitioner_id=item.practitioner_id,
        sealed=bytes(item.sealed),
        started_at=clock.parse(item.started_at),
        expires_at=clock.parse(item.ends_at),
        reminders=int(item.reminders),
        review=stored
        and Review(
            verdict=Verdict(stored["verdict"]),
            reviewed_by=stored["reviewed_by"],
            reviewed_at=clock.parse(stored["reviewed_at"]),
        ),
    )
