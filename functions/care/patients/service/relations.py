"""Who is whose to a patient: what visits and encounters tell, and what ties a patient to a caller."""

from collections.abc import Collection
from datetime import datetime

from care.patients.models.carers import Ties, Visit
from care.patients.repository import carers, emergencies, families
from kernel import clock
from kernel.access import Principal
from kernel.dynamodb import backoff
from kernel.errors import Unavailable
from kernel.races import LostRace
from kernel.relations import CARERS, EMERGENCY, PROXIES, possible

_RACES = 5


def learn_of_visit(patient_id: str, carer_id: str, visit_id: str, visit: Visit) -> None:
    """Remember what an event says of a visit or encounter; an older event than the one known changes nothing.

    Raises:
        Unavailable: others have learnt of visits of the two again and again meanwhile.
    """
    for attempt in range(_RACES):
        known = carers.find(patient_id, carer_id)
        learnt = known.having(visit_id, visit, clock.now())
        if learnt == known:
            return
        try:
            carers.put(learnt)
        except LostRace:  # above all among the visits of a series, whose events come together
            backoff(attempt)
        else:
            return
    raise Unavailable


def ties(patient_ids: Collection[str], caller: Principal) -> dict[str, Ties]:
    """What ties each of the patients to a caller; `kernel.relations` asks the same from outside."""
    now = clock.now()
    standing = [(tie, own_id, _standing(tie, own_id, patient_ids, now)) for tie, own_id in possible(caller)]

    def by(relation: str, patient_id: str) -> frozenset[str]:
        return frozenset(own_id for tie, own_id, tied in standing if tie == relation and patient_id in tied)

    return {
        patient_id: Ties(by(PROXIES, patient_id), by(CARERS, patient_id), by(EMERGENCY, patient_id))
        for patient_id in patient_ids
    }


def _standing(relation: str, own_id: str, patient_ids: Collection[str], now: datetime) -> set[str]:
    """Those of the patients to whom somebody stands in a relation."""
    if relation == PROXIES:
        return families.represented_by(own_id, patient_ids)
    if relation == CARERS:
        return carers.treated_by(own_id, patient_ids, now)
    return emergencies.open_to(own_id, patient_ids, now)
