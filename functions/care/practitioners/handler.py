"""HTTP routes of practitioners: staff, practitioners, departments and rooms."""

from care.practitioners import fhir, service
from care.practitioners.errors import HiringUnderWay, LastAdmin, NameTaken, OwnAccount
from care.practitioners.models import Specialty, search_words
from care.practitioners.schemas import (
    DepartmentAnswer,
    DepartmentIn,
    DepartmentQuery,
    PractitionerAnswer,
    PractitionerQuery,
    PractitionerSearch,
    RoomAnswer,
    RoomIn,
    RoomQuery,
    SpecialtiesAnswer,
    SpecialtyAnswer,
    StaffAnswer,
    StaffChangeIn,
    StaffIn,
    StaffQuery,
    StaffSummary,
    staff_answer,
)
from kernel import ids
from kernel.access import Resource
from kernel.directory import AccountExists
from kernel.errors import (
    Fault,
    FieldError,
    IdempotencyKeyReused,
    NotFound,
    Stale,
    Unavailable,
    UnknownReference,
)
from kernel.fhir.elements import SALUS, own_id
from kernel.fhir.wire import BASE, FHIR, BadSearch, FhirBundle, FhirResource, logical, resource, searchset
from kernel.http import Api, Call, Page, fingerprint

api = Api("care")

_CARE = Resource("Application", "care")
_STAFF_ID = {"staff_id": ids.pattern("stf")}
_MOST_NAMED = 50
_PRACTITIONER_ID = {"practitioner_id": ids.pattern("prc")}


# ---- staff ----------------------------------------------------------------------------------------------------------


@api.post(
    "/v1/staff",
    action="HireStaff",
    body=StaffIn,
    answer=StaffAnswer,
    status=201,
    idempotent=True,
    problems=[AccountExists, HiringUnderWay, IdempotencyKeyReused, UnknownReference, Unavailable],
)
def hire(call: Call, body: StaffIn) -> StaffAnswer:
    """Hire a staff member, who can sign in from then on.

    With a `temporary_password` they must change it at their first sign-in; without one, they are sent an invitation
    with one that lasts three days.
    """
    call.authorize(_CARE)
    return staff_answer(
        service.hire(
            body.hiring(), actor=call.principal.user_id, key=call.idempotency_key, fingerprint=fingerprint(body)
        )
    )


@api.get("/v1/staff", action="ListStaff", query=StaffQuery, answer=Page[StaffSummary])
def find_staff(call: Call, query: StaffQuery) -> Page[StaffSummary]:
    """List staff in alphabetical order, by name, address, role or status."""
    call.authorize(_CARE)
    found, cursor = service.find_members(query.query, query.role, query.status, query.limit, query.cursor)
    return Page(items=[StaffSummary.of(person) for person in found], next_cursor=cursor)


@api.get("/v1/staff/{staff_id}", action="ReadStaff", answer=StaffAnswer, parameters=_STAFF_ID, problems=[NotFound])
def read_staff(call: Call, staff_id: str) -> StaffAnswer:
    """Read a staff member."""
    call.authorize(_CARE)
    return staff_answer(service.member(staff_id))


@api.patch(
    "/v1/staff/{staff_id}",
    action="ChangeStaff",
    body=StaffChangeIn,
    answer=StaffAnswer,
    parameters=_STAFF_ID,
    versioned=True,
    problems=[NotFound, OwnAccount, LastAdmin, Stale, UnknownReference, Unavailable],
)
def change_staff(call: Call, staff_id: str, body: StaffChangeIn) -> StaffAnswer:
    """Change names, roles or the profile of a staff member.

    Roles hold within five minutes: tokens live no longer, and a refreshed one carries the new roles.
    """
    call.authorize(_CARE)
    actor = call.principal.user_id
    return staff_answer(service.change_member(staff_id, body.change(), expected=call.if_match, actor=actor))


@api.post(
    "/v1/staff/{staff_id}/disable",
    action="DisableStaff",
    answer=StaffAnswer,
    parameters=_STAFF_ID,
    problems=[NotFound, OwnAccount, LastAdmin, Unavailable],
)
def disable_staff(call: Call, staff_id: str) -> StaffAnswer:
    """Disable a staff member: no sign-in, no refresh, no bookings from now on; tokens die within five minutes.

    Whoever is disabled already stays so.
    """
    call.authorize(_CARE)
    return staff_answer(service.set_employed(staff_id, False, actor=call.principal.user_id))


@api.post(
    "/v1/staff/{staff_id}/enable",
    action="EnableStaff",
    answer=StaffAnswer,
    parameters=_STAFF_ID,
    problems=[NotFound, Unavailable],
)
def enable_staff(call: Call, staff_id: str) -> StaffAnswer:
    """Let a disabled staff member sign in again, and patients book with them.

    Whoever is active already stays so.
    """
    call.authorize(_CARE)
    return staff_answer(service.set_employed(staff_id, True, actor=call.principal.user_id))


# ---- practitioners --------------------------------------------------------------------------------------------------


@api.get("/v1/practitioners", action="BrowsePractitioners", query=PractitionerQuery, answer=Page[PractitionerAnswer])
def find_practitioners(call: Call, query: PractitionerQuery) -> Page[PractitionerAnswer]:
    """List active practitioners in alphabetical order, by name, specialty and department.

    A page can be shorter than its limit and have a next one. With `ids`, those practitioners are told instead, active
    or not, in that order.
    """
    call.authorize(_CARE)
    if query.ids is not None:
        found, cursor = service.practitioners(query.ids.split(",")), None
    else:
        found, cursor = service.find_practitioners(
            query.query, query.specialty, query.department_id, query.limit, query.cursor
        )
    names = service.department_names([person.profile.department_id for person in found])
    return Page(items=[PractitionerAnswer.of(person, names) for person in found], next_cursor=cursor)


@api.get(
    "/v1/practitioners/{practitioner_id}",
    action="BrowsePractitioners",
    answer=PractitionerAnswer,
    parameters=_PRACTITIONER_ID,
    problems=[NotFound],
)
def read_practitioner(call: Call, practitioner_id: str) -> PractitionerAnswer:
    """Read a practitioner, active or not."""
    call.authorize(_CARE)
    found = service.practitioner(practitioner_id)
    return PractitionerAnswer.of(found, service.department_names([found.profile.department_id]))


@api.get("/v1/specialties", action="BrowsePractitioners", answer=SpecialtiesAnswer)
def list_specialties(call: Call) -> SpecialtiesAnswer:
    """List the specialties that practitioners can have."""
    call.authorize(_CARE)
    return SpecialtiesAnswer(items=[SpecialtyAnswer(code=code, name=code.display) for code in Specialty])


@api.get(
    f"{BASE}/Practitioner/{{logical_id}}",
    action="BrowsePractitioners",
    answer=FhirResource,
    parameters=logical("prc"),
    problems=[NotFound],
    dialect=FHIR,
)
def read_fhir_practitioner(call: Call, logical_id: str) -> FhirResource:
    """Read a practitioner, active or not, as FHIR R4."""
    call.authorize(_CARE)
    return resource(fhir.of_practitioner(service.practitioner(own_id(logical_id))))


@api.get(
    f"{BASE}/Practitioner", action="BrowsePractitioners", query=PractitionerSearch, answer=FhirBundle, dialect=FHIR
)
def search_fhir_practitioners(call: Call, query: PractitionerSearch) -> FhirBundle:
    """Find active practitioners by name, in alphabetical order, or any by id, as FHIR R4."""
    call.authorize(_CARE)
    if query.id or query.identifier:
        named = service.practitioners(_named(query))
        found, cursor = [person for person in named if person.names.matches(search_words(query.name or ""))], None
    else:
        found, cursor = service.find_practitioners(query.name or "", None, None, query.limit, query.cursor)
    return searchset(call, query, "Practitioner", [fhir.of_practitioner(person) for person in found], cursor)


def _named(query: PractitionerSearch) -> list[str]:
    """The ids that an id or an identifier means, and both where both are given."""
    meant = [{own_id(token.code) for token in query.id}] if query.id else []
    if query.identifier:
        system = f"{SALUS}/practitioner"
        meant.append({token.code for token in query.identifier if token.matches(system, token.code)})
    found = sorted(one for one in set.intersection(*meant) if ids.matches("prc", one))
    if len(found) > _MOST_NAMED:
        limit = {"limit": _MOST_NAMED}
        raise BadSearch("", FieldError(Fault.TOO_MANY, "names too many", parameter="_id", values=limit))
    return found


# ---- departments and rooms ------------------------------------------------------------------------------------------


@api.post(
    "/v1/departments",
    action="CreateDepartment",
    body=DepartmentIn,
    answer=DepartmentAnswer,
    status=201,
    idempotent=True,
    problems=[NameTaken, IdempotencyKeyReused, Unavailable],
)
def create_department(call: Call, body: DepartmentIn) -> DepartmentAnswer:
    """Create a department. No two have the same name, however it is written."""
    call.authorize(_CARE)
    department = service.open_department(
        body.name,
        body.code,
        actor=call.principal.user_id,
        key=call.idempotency_key,
        fingerprint=fingerprint(body),
    )
    return DepartmentAnswer.of(department)


@api.get("/v1/departments", action="BrowseDepartments", query=DepartmentQuery, answer=Page[DepartmentAnswer])
def list_departments(call: Call, query: DepartmentQuery) -> Page[DepartmentAnswer]:
    """List departments in alphabetical order."""
    call.authorize(_CARE)
    found, cursor = service.list_departments(query.limit, query.cursor)
    return Page(items=[DepartmentAnswer.of(department) for department in found], next_cursor=cursor)


@api.post(
    "/v1/rooms",
    action="CreateRoom",
    body=RoomIn,
    answer=RoomAnswer,
    status=201,
    idempotent=True,
    problems=[NameTaken, IdempotencyKeyReused, UnknownReference, Unavailable],
)
def create_room(call: Call, body: RoomIn) -> RoomAnswer:
    """Create a room. No two of a department have the same name, however it is written."""
    call.authorize(_CARE)
    room = service.furnish_room(
        body.name,
        body.department_id,
        body.location,
        actor=call.principal.user_id,
        key=call.idempotency_key,
        fingerprint=fingerprint(body),
    )
    return RoomAnswer.of(room)


@api.get("/v1/rooms", action="BrowseRooms", query=RoomQuery, answer=Page[RoomAnswer])
def list_rooms(call: Call, query: RoomQuery) -> Page[RoomAnswer]:
    """List rooms in alphabetical order, of one department or of all."""
    call.authorize(_CARE)
    found, cursor = service.list_rooms(query.department_id, query.limit, query.cursor)
    return Page(items=[RoomAnswer.of(room) for room in found], next_cursor=cursor)


handler = api.handler
