"""HTTP routes of audit: the trail for those who oversee, its seals, and what patients see of it."""

from care.audit.schemas import DisclosureOut, DisclosuresQuery, PatientTrailQuery
from kernel import clock, ids
from kernel.access import Resource
from kernel.audit import trail
from kernel.audit.api import EventOut, declare_seals, events
from kernel.dynamodb import decode_cursor, encode_cursor
from kernel.http import Api, Call, Page
from kernel.relations import PROXIES, relations

api = Api("care")

_CARE = Resource("Application", "care")
_PATIENT = {"patient_id": ids.pattern("pat")}


@api.get("/v1/audit/events", action="ReadTrail", query=PatientTrailQuery, answer=Page[EventOut])
def list_audit_events(call: Call, query: PatientTrailQuery) -> Page[EventOut]:
    """List what was done with a patient's data, or by somebody, or at a time, newest first.

    A page of a time may hold fewer records than asked for, and yet have a next one.
    """
    patient_id = query.patient_id
    named = Resource("Patient", patient_id, {"patient_id": patient_id, "proxies": ()}) if patient_id else None
    call.authorize(named or _CARE)
    return events(query, patient_id)


declare_seals(api)


@api.get(
    "/v1/patients/{patient_id}/disclosures",
    action="ReadDisclosures",
    query=DisclosuresQuery,
    answer=Page[DisclosureOut],
    parameters=_PATIENT,
)
def read_disclosures(call: Call, patient_id: str, query: DisclosuresQuery) -> Page[DisclosureOut]:
    """Tell who opened a patient's record, when and why, newest first."""
    caller = call.principal
    ties = relations(patient_id, caller, clock.now(), asked=(PROXIES,))
    call.authorize(Resource("Patient", patient_id, {"patient_id": patient_id, **ties}))
    at = decode_cursor(query.cursor, ["at"])["at"] if query.cursor else None
    found, following = trail.about(patient_id, *query.bounds(whole=True), at, query.limit)
    return Page[DisclosureOut](
        items=[
            DisclosureOut(
                at=record.at,
                action=record.action,
                own=record.actor == caller.user_id,
                roles=list(record.roles),
                practitioner_id=record.practitioner_id,
                because=record.because,
                purpose=record.purpose,
                outcome=record.outcome.value,
            )
            for record in found
        ],
        next_cursor=encode_cursor({"at": following}) if following else None,
    )


handler = api.handler
