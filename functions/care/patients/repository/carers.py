"""Who treats whom, as visits and encounters have told."""

from collections.abc import Collection
from datetime import UTC, datetime

from pynamodb.attributes import JSONAttribute, NumberAttribute
from pynamodb.exceptions import PutError

from care.patients.models.carers import Carer, Visit
from care.patients.repository.keys import Stored, patient_key
from kernel.dynamodb import condition_failed
from kernel.races import LostRace


class CarerItem(Stored):
    """`PATIENT#pat_0192…` / `CARER#prc_0193…`, or a user id where they are no practitioner: the second treats the first
    until a time, if there is one; other domains check it."""

    until = NumberAttribute(null=True)
    visits = JSONAttribute()  # id of the visit or encounter -> version, end in seconds, whether it counts
    version = NumberAttribute()
    expires_at = NumberAttribute()


def find(patient_id: str, carer_id: str) -> Carer:
    """What is known of somebody's visits and encounters with a patient."""
    item = CarerItem.find(patient_key(patient_id), _carer_key(carer_id))
    if item is None:
        return Carer(patient_id, carer_id)
    visits = {
        visit_id: Visit(version, datetime.fromtimestamp(end, UTC), counts)
        for visit_id, (version, end, counts) in item.visits.items()
    }
    return Carer(patient_id, carer_id, visits, int(item.version))


def put(carer: Carer) -> None:
    """Store what is known over the version before.

    Raises:
        LostRace: another version is stored.
    """
    item = CarerItem(
        patient_key(carer.patient_id),
        _carer_key(carer.carer_id),
        until=_seconds(carer.until) if carer.until else None,
        visits={
            visit_id: (visit.version, _seconds(visit.end), visit.counts) for visit_id, visit in carer.visits.items()
        },
        version=carer.version,
        expires_at=_seconds(carer.forgotten_at),
    )
    before = CarerItem.version == carer.version - 1 if carer.version > 1 else CarerItem.pk.does_not_exist()
    try:
        item.save(condition=before)
    except PutError as error:
        if condition_failed(error):
            raise LostRace from error
        raise


def treated_by(carer_id: str, patient_ids: Collection[str], now: datetime) -> set[str]:
    """Those of the patients whom somebody treats."""
    keys = [(patient_key(patient_id), _carer_key(carer_id)) for patient_id in patient_ids]
    items = CarerItem.batch_get(keys, consistent_read=True)
    return {item.pk.removeprefix("PATIENT#") for item in items if item.until and now.timestamp() < item.until}


def _carer_key(carer_id: str) -> str:
    return f"CARER#{carer_id}"


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
