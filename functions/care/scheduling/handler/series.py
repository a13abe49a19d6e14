"""Routes of series."""

from dataclasses import replace

from care.scheduling import service
from care.scheduling.errors import NotBookable, SeriesConflict
from care.scheduling.handler.api import SERIES, api, appointment_out, caller_of, visit_of
from care.scheduling.models import Appointment, Mode, Series
from care.scheduling.schemas.series import SeriesIn, SeriesOut
from care.scheduling.schemas.visits import CancelIn
from kernel.access import Resource
from kernel.errors import IdempotencyKeyReused, NotFound, UnknownReference
from kernel.http import Call


@api.post(
    "/v1/appointment-series",
    action="BookSeries",
    body=SeriesIn,
    answer=SeriesOut,
    status=201,
    problems=(SeriesConflict, NotBookable, UnknownReference, IdempotencyKeyReused),
    idempotent=True,
    told=True,
)
def book_series(call: Call, body: SeriesIn) -> SeriesOut:
    """Book a visit every week, or every so many weeks.

    All of them in one step, or none: a refusal names every occurrence that clashes, with free times near it, and those
    that could be booked. `changes` then moves or leaves out some.
    """
    call.authorize(visit_of(call, body.patient_id, body.practitioner_id))
    wish = service.SeriesWish(
        practitioner_id=body.practitioner_id,
        patient_id=body.patient_id,
        start=body.start,
        count=body.count,
        interval_weeks=body.interval_weeks,
        mode=Mode(body.mode),
        reason=body.reason,
        changes={change.occurrence: change.start for change in body.changes},
    )
    series, visits = service.book_series(wish, caller_of(call, body))
    return _series_out(series, visits)


@api.get(
    "/v1/appointment-series/{series_id}",
    action="ReadSeries",
    answer=SeriesOut,
    problems=(NotFound,),
    parameters=SERIES,
)
def read_series(call: Call, series_id: str) -> SeriesOut:
    """Tell the visits of a series as they are now, those that were moved or cancelled too."""
    series, resource = _found_series(call, series_id)
    return _series_out(series, _open_to(call, resource, service.visits_of_series(series)))


@api.post(
    "/v1/appointment-series/{series_id}/cancel",
    action="CancelSeries",
    body=CancelIn,
    answer=SeriesOut,
    problems=(NotFound,),
    parameters=SERIES,
)
def cancel_series(call: Call, series_id: str, body: CancelIn) -> SeriesOut:
    """Cancel those visits of a series that are still booked."""
    series, resource = _found_series(call, series_id)
    visits = _open_to(call, resource, service.visits_of_series(series))
    service.cancel_each(visits, body.reason, call.principal.user_id)
    return _series_out(series, _open_to(call, resource, service.visits_of_series(series)))


def _found_series(call: Call, series_id: str) -> tuple[Series, Resource]:
    """The series, and as what the caller was authorized for it.

    Raises:
        Forbidden: it is somebody else's, or missing and the caller may not see any.
        NotFound: it is missing.
    """
    series = service.find_series(series_id)
    resource = visit_of(call, series.patient_id if series else "", series.practitioner_id if series else "")
    call.authorize(resource)
    if series is None:
        raise NotFound
    return series, resource


def _open_to(call: Call, resource: Resource, visits: list[Appointment]) -> list[Appointment]:
    """Those of the visits that are the caller's affair too: one may have been moved to another practitioner."""
    return [
        visit
        for visit in visits
        if call.allows(replace(resource, attributes={**resource.attributes, "practitioner_id": visit.practitioner_id}))
    ]


def _series_out(series: Series, visits: list[Appointment]) -> SeriesOut:
    return SeriesOut(
        series_id=series.series_id,
        version=1 + sum(visit.version - 1 for visit in visits),
        appointments=[appointment_out(visit) for visit in visits],
    )
