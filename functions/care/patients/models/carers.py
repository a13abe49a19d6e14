"""Who treats whom, as visits and encounters tell."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

_AFTERCARE = timedelta(days=30)  # for so long after a visit or encounter somebody is still one of the patient's carers


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit or an encounter as far as it makes somebody one of the patient's carers. `counts`: it has neither been
    called off nor gone to another practitioner."""

    version: int
    end: datetime
    counts: bool


@dataclass(frozen=True, slots=True)
class Carer:
    """What is known of somebody's visits and encounters with a patient, by their ids.

    Attributes:
        carer_id: a practitioner, or the user id of somebody who is none: a nurse who receives or looks after them.
    """

    patient_id: str
    carer_id: str
    visits: Mapping[str, Visit] = field(default_factory=dict)
    version: int = 0

    @property
    def until(self) -> datetime | None:
        """Until when they are a carer; None where no visit makes them one."""
        ends = [visit.end for visit in self.visits.values() if visit.counts]
        return max(ends) + _AFTERCARE if ends else None

    @property
    def forgotten_at(self) -> datetime:
        """When nothing of this matters any more: visits that do not count are known as long as those that do, so that
        an older event that comes later does not bring them back."""
        return max(visit.end for visit in self.visits.values()) + _AFTERCARE

    def having(self, visit_id: str, visit: Visit, now: datetime) -> "Carer":
        """With what an event says of a visit, unless a newer one was heard; without what is long past."""
        known = self.visits.get(visit_id)
        if known is not None and known.version >= visit.version:
            return self
        current = {name: known for name, known in self.visits.items() if now < known.end + _AFTERCARE}
        return replace(self, visits=current | {visit_id: visit}, version=self.version + 1)


@dataclass(frozen=True, slots=True)
class Ties:
    """What of a patient's relations is about one caller: the ids by which they may act for the patient, care for them,
    and have broken the glass."""

    proxies: frozenset[str]
    carers: frozenset[str]
    emergency: frozenset[str]
