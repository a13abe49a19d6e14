"""Routes of FHIR R4: the same actions, the same rules of access, in other words."""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta

from care.scheduling import fhir, service
from care.scheduling.handler.api import api, found_visit, patient_meant, practitioner
from care.scheduling.models import ONE_DAY, Appointment, Kind, Slot, Span, Status
from care.scheduling.models import Resource as Occupied
from care.scheduling.schemas.fhir import AppointmentSearch, ScheduleSearch, SlotSearch
from care.scheduling.schemas.fields import EARLIEST_DAY, LATEST_DAY
from kernel import clock
from kernel.dynamodb import Place, decode_cursor, encode_cursor
from kernel.errors import Fault, FieldError, Malformed, NotFound
from kernel.fhir import wire
from kernel.fhir.elements import own_id
from kernel.fhir.wire import (
    BASE,
    FHIR,
    BadSearch,
    FhirBundle,
    FhirResource,
    Tokens,
    logical,
    resource,
    searchset,
    wanted,
)
from kernel.http import Call

_BEGINNING = datetime.combine(EARLIEST_DAY, time(), UTC)
_END = datetime.combine(LATEST_DAY, time(), UTC)
_SOON = timedelta(days=7)
_LONGEST = timedelta(days=31)
_STATUSES = "http://hl7.org/fhir/appointmentstatus"
_FREE = "http://hl7.org/fhir/slotstatus"


# ---- visits ---------------------------------------------------------------------------------------------------------


@api.get(
    f"{BASE}/Appointment/{{logical_id}}",
    action="ReadAppointment",
    answer=FhirResource,
    problems=(NotFound,),
    parameters=logical("apt"),
    dialect=FHIR,
)
def read_fhir_appointment(call: Call, logical_id: str) -> FhirResource:
    """Tell a visit, as FHIR R4."""
    return resource(fhir.of_appointment(found_visit(call, own_id(logical_id))))


@api.get(f"{BASE}/Appointment", action="ListAppointments", query=AppointmentSearch, answer=FhirBundle, dialect=FHIR)
def search_fhir_appointments(call: Call, query: AppointmentSearch) -> FhirBundle:
    """Find visits of a patient or a practitioner, as FHIR R4, by start, cancelled ones too."""
    whose = _whose(call, query)
    span = _within(query.date, Span(_BEGINNING, _END))
    statuses = None if query.status is None else frozenset(_meant(query.status, _STATUSES, Status))
    after = Place.of(query.cursor)
    page, ended = service.visits_of(whose, span, after, query.limit, statuses)
    found = [fhir.of_appointment(visit) for visit in page if _with(visit, query.practitioner)]
    return searchset(call, query, "Appointment", found, ended.cursor() if ended else None)


def _whose(call: Call, query: AppointmentSearch) -> Occupied:
    """Whose visits the search is about; the caller may see them."""
    if query.practitioner and not query.patient:
        call.authorize(practitioner(query.practitioner))
        return Occupied(Kind.PRACTITIONER, query.practitioner)
    nobody = BadSearch("", FieldError(Fault.MISSING, "or practitioner is needed", parameter="patient"))
    return Occupied(Kind.PATIENT, patient_meant(call, query.patient, nobody))


def _with(visit: Appointment, practitioner_id: str | None) -> bool:
    return practitioner_id in (None, visit.practitioner_id)


# ---- hours and free slots -------------------------------------------------------------------------------------------


@api.get(
    f"{BASE}/Schedule/{{logical_id}}",
    action="ReadSchedule",
    answer=FhirResource,
    problems=(NotFound,),
    parameters=logical("prc"),
    dialect=FHIR,
)
def read_fhir_schedule(call: Call, logical_id: str) -> FhirResource:
    """Tell that a practitioner has hours, and until when, as FHIR R4."""
    call.authorize(practitioner(own_id(logical_id)))
    return resource(fhir.of_schedule(service.schedule(own_id(logical_id))))


@api.get(f"{BASE}/Schedule", action="ReadSchedule", query=ScheduleSearch, answer=FhirBundle, dialect=FHIR)
def search_fhir_schedules(call: Call, query: ScheduleSearch) -> FhirBundle:
    """Find a practitioner's schedule, as FHIR R4."""
    call.authorize(practitioner(query.actor))
    try:
        found = [fhir.of_schedule(service.schedule(query.actor))]
    except NotFound:
        found = []
    return searchset(call, query, "Schedule", found, None)


@api.get(
    f"{BASE}/Slot/{{logical_id}}",
    action="ReadAvailability",
    answer=FhirResource,
    problems=(NotFound,),
    parameters=logical("prc", suffix=r"\.[0-9]{8}T[0-9]{6}Z"),
    dialect=FHIR,
)
def read_fhir_slot(call: Call, logical_id: str) -> FhirResource:
    """Tell a slot that is free, as FHIR R4; one that is not, or never was, is not found."""
    try:
        practitioner_id, start = fhir.slot_meant(logical_id)
    except ValueError:
        raise NotFound from None
    call.authorize(practitioner(practitioner_id))
    moment = Span(start, min(start, _END) + timedelta(seconds=1))
    found = next(iter(_free(practitioner_id, moment)), None)
    if found is None:
        raise NotFound
    return resource(fhir.of_slot(practitioner_id, found))


@api.get(f"{BASE}/Slot", action="ReadAvailability", query=SlotSearch, answer=FhirBundle, dialect=FHIR)
def search_fhir_slots(call: Call, query: SlotSearch) -> FhirBundle:
    """Find the free slots of a schedule, as FHIR R4. Those that are taken are not told."""
    call.authorize(practitioner(query.schedule))
    now = clock.second()
    first = min(query.start.first, _END) if query.start and query.start.first else now
    span = _within(query.start, Span(first, first + _SOON))
    if span.end - span.start > _LONGEST:
        limit = {"limit": _LONGEST.days}
        raise BadSearch("", FieldError(Fault.WRONG_PERIOD, "bounds at most a month", parameter="start", values=limit))
    span = Span(max(span.start, _from(query.cursor) or span.start), span.end)
    told = query.status is None or bool(_meant(query.status, _FREE, ("free",)))
    try:
        slots = _free(query.schedule, span) if told else []
    except NotFound:
        slots = []
    page, following = slots[: query.limit], slots[query.limit : query.limit + 1]
    cursor = encode_cursor({"from": clock.iso(following[0].start)}) if following else None
    return searchset(call, query, "Slot", [fhir.of_slot(query.schedule, slot) for slot in page], cursor)


def _free(practitioner_id: str, span: Span) -> list[Slot]:
    """The free slots that begin within the span."""
    if span.end <= span.start or not _BEGINNING + ONE_DAY <= span.start < _END - _LONGEST:
        return []
    # Days are local to the practitioner, and reach a day beyond the span either way.
    _, slots = service.availability(practitioner_id, (span.start - ONE_DAY).date(), (span.end + ONE_DAY).date())
    return [slot for slot in slots if span.start <= slot.start < span.end]


def _within(asked: wire.Span | None, usual: Span) -> Span:
    first = (asked.first if asked else None) or usual.start
    end = (asked.end if asked else None) or usual.end
    return Span(min(max(first, _BEGINNING), _END), min(max(end, _BEGINNING), _END))


def _meant[Code: str](asked: Tokens, system: str, known: Iterable[Code]) -> list[Code]:
    """Those of the known codes that a search asks for; codes that we do not have match nothing."""
    return [code for code in known if wanted(asked, system, code)]


def _from(cursor: str | None) -> datetime | None:
    if cursor is None:
        return None
    try:
        return clock.parse(decode_cursor(cursor, ("from",))["from"])
    except (ValueError, OverflowError):
        raise Malformed("The cursor is not one that this search gave") from None
