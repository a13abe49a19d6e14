"""HTTP routes of privacy: legal holds, the erasure of patients, and exports of all that is known of one."""

from care.privacy import service
from care.privacy.errors import ErasureUnderWay, ExportUnderWay, LegalHold
from care.privacy.models import Erasure, ExportState
from care.privacy.schemas import ErasureAnswer, ExportAnswer, HoldAnswer, NewErasure, NewHold
from kernel import clock, ids
from kernel.access import Resource
from kernel.errors import Erased, Fault, FieldError, Invalid, InvalidTransition, NotFound
from kernel.http import Api, Call
from kernel.relations import PROXIES, relations

api = Api("care")

_PATIENT = {"patient_id": ids.pattern("pat")}
_EXPORT = {"export_id": ids.pattern("exp")}


@api.post(
    "/v1/patients/{patient_id}/legal-hold",
    action="PlaceLegalHold",
    body=NewHold,
    answer=HoldAnswer,
    status=201,
    problems=[NotFound, Erased],
    parameters=_PATIENT,
)
def place_legal_hold(call: Call, patient_id: str, body: NewHold) -> HoldAnswer:
    """Keep a patient's data from being erased, in place of the hold before."""
    call.authorize(_patient(patient_id))
    if body.until is not None and body.until <= clock.now():
        raise Invalid("", FieldError(Fault.PAST, "is over", pointer="/until"))
    return HoldAnswer.of(service.place_hold(patient_id, body.reason, body.until, caller=call.principal.user_id))


@api.get(
    "/v1/patients/{patient_id}/legal-hold",
    action="ReadLegalHold",
    answer=HoldAnswer,
    problems=[Erased],
    parameters=_PATIENT,
)
def read_legal_hold(call: Call, patient_id: str) -> HoldAnswer:
    """Show the hold that stands on a patient; 404 where none does."""
    call.authorize(_patient(patient_id))
    return HoldAnswer.of(service.hold_of(patient_id))


@api.delete(
    "/v1/patients/{patient_id}/legal-hold",
    action="LiftLegalHold",
    status=204,
    problems=[Erased],
    parameters=_PATIENT,
)
def lift_legal_hold(call: Call, patient_id: str) -> None:
    """End the hold that stands on a patient."""
    call.authorize(_patient(patient_id))
    service.lift_hold(patient_id, caller=call.principal.user_id)


@api.post(
    "/v1/patients/{patient_id}/erasure",
    action="RequestErasure",
    body=NewErasure,
    answer=ErasureAnswer,
    status=201,
    problems=[Erased, ErasureUnderWay, LegalHold],
    parameters=_PATIENT,
)
def request_erasure(call: Call, patient_id: str, body: NewErasure) -> ErasureAnswer:
    """Ask for a patient's erasure; somebody else confirms it within seven days, or it lapses."""
    call.authorize(_patient(patient_id))
    return ErasureAnswer.of(service.request_erasure(patient_id, body.ground, caller=call.principal.user_id))


@api.get("/v1/patients/{patient_id}/erasure", action="ReadErasure", answer=ErasureAnswer, parameters=_PATIENT)
def read_erasure(call: Call, patient_id: str) -> ErasureAnswer:
    """Show how a patient's erasure stands; 404 where nobody has asked for one."""
    call.authorize(_patient(patient_id))
    return ErasureAnswer.of(_found(service.erasure_of(patient_id)))


@api.post(
    "/v1/patients/{patient_id}/erasure/confirm",
    action="ConfirmErasure",
    answer=ErasureAnswer,
    status=202,
    problems=[InvalidTransition, LegalHold],
    parameters=_PATIENT,
)
def confirm_erasure(call: Call, patient_id: str) -> ErasureAnswer:
    """Have a patient erased whose erasure somebody else has asked for, or go on with one that failed.

    It ends `blocked`, and nothing has changed, where a legal hold, visits to come or open encounters stand against it.
    """
    erasure = service.erasure_of(patient_id)
    requested_by = erasure.requested_by if erasure else ""
    call.authorize(Resource("Erasure", patient_id, {"patient_id": patient_id, "requested_by": requested_by}))
    _found(erasure)
    return ErasureAnswer.of(service.confirm_erasure(patient_id, caller=call.principal.user_id))


@api.delete(
    "/v1/patients/{patient_id}/erasure",
    action="WithdrawErasure",
    status=204,
    problems=[InvalidTransition],
    parameters=_PATIENT,
)
def withdraw_erasure(call: Call, patient_id: str) -> None:
    """Take back the request for an erasure that nobody has confirmed."""
    call.authorize(_patient(patient_id))
    service.withdraw_erasure(patient_id, caller=call.principal.user_id)


@api.post(
    "/v1/patients/{patient_id}/exports",
    action="RequestExport",
    answer=ExportAnswer,
    status=202,
    problems=[ExportUnderWay],
    parameters=_PATIENT,
)
def request_export(call: Call, patient_id: str) -> ExportAnswer:
    """Have all that is known of a patient put together. Asked again while it is made, it is the same."""
    ties = relations(patient_id, call.principal, clock.now(), asked=(PROXIES,))
    call.authorize(Resource("Patient", patient_id, {"patient_id": patient_id, **ties}))
    return ExportAnswer.of(service.request_export(patient_id, caller=call.principal.user_id), done=0)


@api.get("/v1/exports/{export_id}", action="ReadExport", answer=ExportAnswer, parameters=_EXPORT)
def read_export(call: Call, export_id: str) -> ExportAnswer:
    """Show how far an export is, and where it can be had once it is ready; to whoever asked for it."""
    export = service.find_export(export_id)
    whose = {"patient_id": export.patient_id, "user_id": export.requested_by} if export else {}
    call.authorize(Resource("Export", export_id, {"patient_id": "", "user_id": ""} | whose))
    if export is None:
        raise NotFound
    ready = export.state is ExportState.READY
    return ExportAnswer.of(export, service.parts_done(export), service.link(export) if ready else None)


def _patient(patient_id: str) -> Resource:
    return Resource("Patient", patient_id, {"patient_id": patient_id, "proxies": ()})


def _found(erasure: Erasure | None) -> Erasure:
    if erasure is None:
        raise NotFound
    return erasure


handler = api.handler
