"""HTTP routes of patients: registration, details, search, families, emergencies."""

import re
from dataclasses import asdict
from datetime import date, timedelta

from care.patients import fhir, service
from care.patients.errors import PatientClosed, PossibleDuplicate, RegistrationPending
from care.patients.models.emergencies import EmergencyAccess
from care.patients.models.people import Patient, words
from care.patients.models.search import MOST_WORDS, Search, parse_search
from care.patients.schemas import (
    EmergencyAccessAnswer,
    EmergencyAccessesQuery,
    EmergencyAccessItem,
    EmergencyAccessPage,
    EmergencyReason,
    EmergencyReview,
    FamilyMemberAnswer,
    FamilyMemberBody,
    FamilyPage,
    FamilyQuery,
    FhirPatientSearch,
    FoundPatient,
    NewPatient,
    NewRegistration,
    PatientAnswer,
    PatientChange,
    PatientNameAnswer,
    PatientNamesAnswer,
    PatientNamesQuery,
    PatientPage,
    PatientSearch,
    PossibleDuplicateMembers,
    RegistrationAnswer,
)
from kernel import ids
from kernel.access import Resource, policies
from kernel.directory import AccountExists
from kernel.dynamodb import decode_cursor, encode_cursor
from kernel.errors import (
    Erased,
    Fault,
    FieldError,
    Forbidden,
    IdempotencyKeyReused,
    Invalid,
    InvalidTransition,
    Malformed,
    NotFound,
    Stale,
    UnknownReference,
)
from kernel.fhir.elements import own_id
from kernel.fhir.wire import BASE, FHIR, BadSearch, FhirBundle, FhirResource, logical, resource, searchset
from kernel.http import Api, Call, fingerprint

api = Api("care", problem_shapes={PossibleDuplicate: PossibleDuplicateMembers})

_CARE = Resource("Application", "care")
_NOBODY = Resource("Patient", "unknown", {"patient_id": "", "proxies": ()})
_PATIENT = {"patient_id": ids.pattern("pat")}
_MEMBER = _PATIENT | {"member_id": ids.pattern("pat")}
_EMERGENCY = {"emergency_id": ids.pattern("emg")}
_MOST_NAMED = 100


@api.post(
    "/v1/registrations",
    action=None,
    body=NewRegistration,
    answer=RegistrationAnswer,
    status=201,
    problems=[AccountExists, RegistrationPending, IdempotencyKeyReused],
    idempotent=True,
)
def register(call: Call, body: NewRegistration) -> RegistrationAnswer:
    """Register as a patient, with an account to sign in with.

    The same request again gives the same answer, also after one that broke off.
    """
    patient_id = service.sign_up(
        body.email,
        body.password.get_secret_value(),
        body.details(),
        fingerprint=fingerprint(body),
        idempotency_key=call.idempotency_key,
    )
    return RegistrationAnswer(patient_id=patient_id, email=body.email)


@api.post(
    "/v1/patients",
    action="RegisterPatient",
    body=NewPatient,
    answer=PatientAnswer,
    status=201,
    problems=[PossibleDuplicate, IdempotencyKeyReused, Erased],
    idempotent=True,
    personal=True,
)
def register_patient(call: Call, body: NewPatient) -> PatientAnswer:
    """Register a patient at the front desk, without an account."""
    call.authorize(_CARE)
    patient = service.register_at_desk(
        body.details(),
        caller=call.principal.user_id,
        fingerprint=fingerprint(body),
        idempotency_key=call.idempotency_key,
        confirmed=body.confirm_not_duplicate,
    )
    return _answer(call, patient)


@api.get("/v1/patients", action="SearchPatients", query=PatientSearch, answer=PatientPage, personal=True)
def search_patients(call: Call, query: PatientSearch) -> PatientPage:
    """Find patients by names, telephone, e-mail, birth date or id.

    A page may hold fewer patients than asked for, and yet have a next one. Who only identifies patients is told neither
    telephone number nor e-mail address.
    """
    call.authorize(_CARE)
    wanted = parse_search(query.query or "", for_review=query.possible_duplicate is not None)
    if wanted is None:
        raise Invalid("", FieldError(Fault.NOT_A_NAME, "names nothing to look for", parameter="query"))
    # The cursor is a place among ids; what was looked for is personal and stays out of it.
    start = _place(query.cursor, "from") if query.cursor else ""
    found, following = service.search(wanted, start, query.limit)
    return PatientPage(
        items=[FoundPatient.of(patient, contact=_keeps_files(call)) for patient in found],
        next_cursor=encode_cursor({"from": following}) if following else None,
    )


@api.get("/v1/patient-names", action="ReadPatientName", query=PatientNamesQuery, answer=PatientNamesAnswer)
def read_patient_names(call: Call, query: PatientNamesQuery) -> PatientNamesAnswer:
    """Tell the names of patients whose ids stand in a list.

    Patients whom the caller may not see are left out, and so are ids of nobody.
    """
    ties = service.ties(query.patient_ids, call.principal)
    visible = call.only(
        Resource("Patient", patient_id, {"patient_id": patient_id, **asdict(tied)}) for patient_id, tied in ties.items()
    )
    found = service.find_all([patient.id for patient in visible])
    return PatientNamesAnswer(items=[PatientNameAnswer.of(patient) for patient in found])


@api.get(
    "/v1/patients/{patient_id}", action="ReadPatient", answer=PatientAnswer, problems=[Erased], parameters=_PATIENT
)
def read_patient(call: Call, patient_id: str) -> PatientAnswer:
    """Show a patient's details."""
    return _answer(call, _opened(call, patient_id))


@api.patch(
    "/v1/patients/{patient_id}",
    action="ChangePatient",
    body=PatientChange,
    answer=PatientAnswer,
    problems=[Stale, PatientClosed, Erased],
    versioned=True,
    parameters=_PATIENT,
)
def change_patient(call: Call, patient_id: str, body: PatientChange) -> PatientAnswer:
    """Change some of a patient's details."""
    patient = _opened(call, patient_id)
    if body.review is not None and not _keeps_files(call):
        raise Forbidden
    changed = service.change(
        patient,
        body.changes(),
        caller=call.principal.user_id,
        expected=call.if_match,
        possible_duplicate=body.review,
    )
    return _answer(call, changed)


@api.get(
    "/v1/patients/{patient_id}/family",
    action="ReadFamily",
    query=FamilyQuery,
    answer=FamilyPage,
    problems=[Erased],
    parameters=_PATIENT,
)
def read_family(call: Call, patient_id: str, query: FamilyQuery) -> FamilyPage:
    """List a patient's family, who may act for them, and for whom they may act."""
    _opened(call, patient_id)
    after = _place(query.cursor, "after") if query.cursor else None
    members, following = service.family(patient_id, after, query.limit)
    return FamilyPage(
        items=[FamilyMemberAnswer.of(member) for member in members],
        next_cursor=encode_cursor({"after": following}) if following else None,
        acts_for=service.acts_for(patient_id),
    )


@api.put(
    "/v1/patients/{patient_id}/family/{member_id}",
    action="SetFamilyMember",
    body=FamilyMemberBody,
    answer=FamilyMemberAnswer,
    problems=[UnknownReference, Stale, Erased],
    versioned=True,
    parameters=_MEMBER,
)
def set_family_member(call: Call, patient_id: str, member_id: str, body: FamilyMemberBody) -> FamilyMemberAnswer:
    """Say what another patient is to this one, and whether they may act for them."""
    _opened(call, patient_id)
    member = service.set_family_member(
        patient_id,
        member_id,
        body.relationship,
        may_act=body.may_act,
        caller=call.principal.user_id,
        expected=call.if_match,
    )
    return FamilyMemberAnswer.of(member)


@api.delete(
    "/v1/patients/{patient_id}/family/{member_id}",
    action="RemoveFamilyMember",
    status=204,
    problems=[Erased],
    parameters=_MEMBER,
)
def remove_family_member(call: Call, patient_id: str, member_id: str) -> None:
    """Take somebody out of a patient's family, and with that out of acting for them."""
    _opened(call, patient_id)
    service.remove_family_member(patient_id, member_id, caller=call.principal.user_id)


@api.post(
    "/v1/patients/{patient_id}/emergency-access",
    action="BeginEmergencyAccess",
    body=EmergencyReason,
    answer=EmergencyAccessAnswer,
    status=201,
    problems=[Erased],
    parameters=_PATIENT,
)
def begin_emergency_access(call: Call, patient_id: str, body: EmergencyReason) -> EmergencyAccessAnswer:
    """See a patient whom one does not treat, for an hour, because of an emergency.

    Somebody else is told at once, and reviews the reason. While it lasts, the same call gives the same answer.
    """
    call.authorize(Resource("Patient", patient_id, {"patient_id": patient_id, "proxies": ()}))
    emergency_id, expires_at = service.break_glass(patient_id, body.reason, call.principal)
    return EmergencyAccessAnswer(emergency_id=emergency_id, patient_id=patient_id, expires_at=expires_at)


@api.get(
    "/v1/emergency-access",
    action="ListEmergencyAccess",
    query=EmergencyAccessesQuery,
    answer=EmergencyAccessPage,
    personal=True,
)
def list_emergency_access(call: Call, query: EmergencyAccessesQuery) -> EmergencyAccessPage:
    """List who broke the glass: what waits for its review, the oldest first, or what was reviewed, the newest first."""
    call.authorize(_CARE)
    after = decode_cursor(query.cursor, ["after"])["after"] if query.cursor else None
    if after is not None and not ids.matches("emg", after):
        raise Malformed("The cursor is not one that this list gave")
    found, following = service.review_queue(query.state, after, query.limit)
    return EmergencyAccessPage(
        items=[EmergencyAccessItem.of(access, words) for access, words in found],
        next_cursor=encode_cursor({"after": following}) if following else None,
    )


@api.post(
    "/v1/emergency-access/{emergency_id}/review",
    action="ReviewEmergencyAccess",
    body=EmergencyReview,
    answer=EmergencyAccessItem,
    problems=[InvalidTransition, Erased],
    parameters=_EMERGENCY,
)
def review_emergency_access(call: Call, emergency_id: str, body: EmergencyReview) -> EmergencyAccessItem:
    """Say whether breaking the glass was justified; by somebody else than who broke it.

    Where the patient has been erased the verdict is kept, and no comment.
    """
    access = service.find_access(emergency_id)
    call.authorize(_broken(emergency_id, access))
    if access is None:
        raise NotFound
    return EmergencyAccessItem.of(*service.review(access, body.verdict, body.comment, reviewer=call.principal.user_id))


# ---- FHIR R4: the same actions, the same rules of access, in other words --------------------------------------------


@api.get(
    f"{BASE}/Patient/{{logical_id}}",
    action="ReadPatient",
    answer=FhirResource,
    parameters=logical("pat"),
    dialect=FHIR,
)
def read_fhir_patient(call: Call, logical_id: str) -> FhirResource:
    """Show a patient's details, as FHIR R4."""
    return resource(fhir.of_patient(_opened(call, own_id(logical_id)), contact=True))


@api.get(
    f"{BASE}/Patient",
    action="SearchPatients",
    query=FhirPatientSearch,
    answer=FhirBundle,
    personal=True,
    dialect=FHIR,
)
def search_fhir_patients(call: Call, query: FhirPatientSearch) -> FhirBundle:
    """Find patients by names, birth date, id or identifier, as FHIR R4.

    Who only identifies patients is told what tells one from another, and no more.
    """
    call.authorize(_CARE)
    wanted = Search(birth_dates=_birth_date(query), words=tuple(words(query.name or ""))[:MOST_WORDS])
    start = _place(query.cursor, "from") if query.cursor else ""
    if query.id or query.identifier:
        named = service.find_all(_named(query))
        found, following = [patient for patient in named if wanted.finds(patient)], None
    elif wanted.terms:
        found, following = service.search(wanted, start, query.limit)
    else:
        raise BadSearch("", FieldError(Fault.MISSING, "or another parameter says who is looked for", parameter="name"))
    documents = [fhir.of_patient(patient, contact=_keeps_files(call)) for patient in found]
    return searchset(call, query, "Patient", documents, encode_cursor({"from": following}) if following else None)


def _birth_date(query: FhirPatientSearch) -> tuple[date, ...]:
    asked = query.birthdate
    if asked is None:
        return ()
    if asked.first is None or asked.end is None or asked.end - asked.first != timedelta(days=1):
        raise BadSearch("", FieldError(Fault.WRONG_PERIOD, "is one day", parameter="birthdate", values={"limit": 1}))
    return (asked.first.date(),)


def _named(query: FhirPatientSearch) -> list[str]:
    """The ids of those whom an id or an identifier means, and both where both are given."""
    meant: list[set[str]] = []
    if query.id:
        meant.append({own_id(token.code) for token in query.id})
    if query.identifier:
        if any(token.system is None for token in query.identifier):
            raise BadSearch("", FieldError(Fault.WRONG_FORM, "is system|value", parameter="identifier"))
        found = (service.identified(token.system or "", token.code) for token in query.identifier)
        meant.append({patient_id for patient_id in found if patient_id})
    both = sorted(patient_id for patient_id in set.intersection(*meant) if ids.matches("pat", patient_id))
    if len(both) > _MOST_NAMED:
        limit = {"limit": _MOST_NAMED}
        raise BadSearch("", FieldError(Fault.TOO_MANY, "names too many patients", parameter="_id", values=limit))
    return both


def _broken(emergency_id: str, access: EmergencyAccess | None) -> Resource:
    patient_id, user_id = (access.patient_id, access.user_id) if access else ("", "")
    return Resource("EmergencyAccess", emergency_id, {"patient_id": patient_id, "user_id": user_id})


def _opened(call: Call, patient_id: str) -> Patient:
    """The patient, for those who may; to others it is one whether there is such a patient, or was. Who treats them is
    looked up only when nothing else lets the caller in."""
    file, proxies = service.find_file(patient_id)
    known = {"patient_id": file.patient_id if file else "", "proxies": proxies}
    resource = Resource("Patient", patient_id, known)
    if not call.allows(resource):
        tied = service.ties([patient_id], call.principal)[patient_id]
        resource = Resource("Patient", patient_id, known | {"carers": tied.carers, "emergency": tied.emergency})
    call.authorize(resource)
    if file is None:
        raise NotFound
    return file.open()


def _keeps_files(call: Call) -> bool:
    """Whether the caller keeps anybody's details, and so may hear how to reach them and who is like whom."""
    return policies("care").allows(call.principal, "ChangePatient", _NOBODY)


def _answer(call: Call, patient: Patient) -> PatientAnswer:
    return PatientAnswer.of(patient, reviewer=_keeps_files(call))


def _place(cursor: str, name: str) -> str:
    """A place in a list that is sorted by patients' ids: at one, or just after it."""
    place = decode_cursor(cursor, [name])[name]
    if not re.fullmatch(r"pat_[0-9a-f]{32}\+?", place):
        raise Malformed("The cursor is not one that this list gave")
    return place


handler = api.handler
