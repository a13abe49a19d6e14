"""Routes of the whole record."""

from datetime import UTC, date, datetime, time, timedelta

from care.records.handler.api import PATIENT, api, entry_out, patient
from care.records.models import Kind
from care.records.schemas.entries import LastVitalOut, MeasurementOut, RecordEntryOut, RecordQuery, SummaryOut
from care.records.service import entries
from kernel.dynamodb import Place
from kernel.errors import Erased
from kernel.http import Call, Page

_END = datetime(2999, 12, 31, tzinfo=UTC)
_ALLERGIES = frozenset({"active"})
_PROBLEMS = frozenset({"active", "recurrence", "relapse"})


@api.get(
    "/v1/patients/{patient_id}/record",
    action="ReadRecord",
    query=RecordQuery,
    answer=Page[RecordEntryOut],
    problems=(Erased,),
    parameters=PATIENT,
)
def read_record(call: Call, patient_id: str, query: RecordQuery) -> Page[RecordEntryOut]:
    """Tell a patient's record, newest first: entries as they are now, and encounters.

    What was entered in error is told too, with that status.
    """
    call.authorize(patient(call, patient_id))
    kind = Kind(query.kind) if query.kind else None
    first = _bound(query.first, next_day=False) or entries.EARLIEST
    end = _bound(query.last, next_day=True) or _END
    page, ended = entries.page(patient_id, kind, first, end, Place.of(query.cursor), query.limit)
    return Page[RecordEntryOut](
        items=[entry_out(entry) for entry in page], next_cursor=ended.cursor() if ended else None
    )


@api.get(
    "/v1/patients/{patient_id}/summary",
    action="ReadSummary",
    answer=SummaryOut,
    problems=(Erased,),
    parameters=PATIENT,
)
def read_summary(call: Call, patient_id: str) -> SummaryOut:
    """Tell what to know of a patient first: active allergies and problems, and the last vital signs."""
    call.authorize(patient(call, patient_id))
    return SummaryOut(
        patient_id=patient_id,
        allergies=[entry_out(entry) for entry in entries.standing(patient_id, Kind.ALLERGY, _ALLERGIES)],
        problems=[entry_out(entry) for entry in entries.standing(patient_id, Kind.PROBLEM, _PROBLEMS)],
        vitals=[
            LastVitalOut(entry_id=entry.entry_id, at=entry.at, measurement=MeasurementOut.model_validate(measured))
            for entry, measured in entries.last_vitals(patient_id)
        ],
    )


def _bound(bound: date | datetime | None, *, next_day: bool) -> datetime | None:
    if bound is None:
        return None
    if not isinstance(bound, datetime):
        bound = datetime.combine(min(bound, _END.date()) + timedelta(days=next_day), time(), UTC)
    return min(max(bound, entries.EARLIEST), _END).astimezone(UTC)
