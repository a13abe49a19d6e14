"""Wire shapes of audit that are care's own; the others stand in the kernel."""

from typing import Annotated

from pydantic import AwareDatetime, Field

from kernel import ids
from kernel.audit.api import Period, TrailQuery
from kernel.http import Wire


class PatientTrailQuery(TrailQuery):
    patient_id: Annotated[str, Field(pattern=ids.pattern("pat"))] | None = None


class DisclosuresQuery(Period):
    cursor: str | None = None
    limit: int = Field(default=50, ge=1, le=200)


class DisclosureOut(Wire):
    """Somebody opened the record, changed it or was refused. Practitioners are named by their id, others by their
    roles; `own` is what the caller did."""

    at: AwareDatetime
    action: str
    own: bool
    roles: list[str]
    practitioner_id: str | None
    because: str | None
    purpose: str | None
    outcome: str
