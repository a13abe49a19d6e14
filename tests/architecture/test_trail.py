"""Which calls the audit trail tells of, written down once more by hand, and held against the routes."""

from tools.contract import APPS, apis

from kernel.access import policies
from kernel.http import Route

# Those that tell of nobody: the directory, hours and free slots, one's own account, staff and the house.
OF_NOBODY = {
    "care": {
        "GET /v1/health",
        "POST /v1/registrations",  # nobody has signed in; the event of the registration is in the trail
        "GET /v1/me",
        "POST /v1/staff",
        "GET /v1/staff",
        "GET /v1/staff/{staff_id}",
        "PATCH /v1/staff/{staff_id}",
        "POST /v1/staff/{staff_id}/disable",
        "POST /v1/staff/{staff_id}/enable",
        "GET /v1/practitioners",
        "GET /v1/practitioners/{practitioner_id}",
        "GET /v1/specialties",
        "POST /v1/departments",
        "GET /v1/departments",
        "POST /v1/rooms",
        "GET /v1/rooms",
        "GET /v1/practitioners/{practitioner_id}/schedule",
        "DELETE /v1/practitioners/{practitioner_id}/leave/{day}",
        "GET /v1/practitioners/{practitioner_id}/availability",
        "GET /v1/slots",
        "GET /v1/audit/seals",
        "POST /v1/audit/seals/{number}/verify",
        "GET /fhir/R4/metadata",
        "GET /fhir/R4/Practitioner",
        "GET /fhir/R4/Practitioner/{logical_id}",
        "GET /fhir/R4/Schedule",
        "GET /fhir/R4/Schedule/{logical_id}",
        "GET /fhir/R4/Slot",
        "GET /fhir/R4/Slot/{logical_id}",
        "GET /v1/codes/icd-10",
        "GET /v1/codes/allergens",
        "GET /v1/codes/vital-signs",
    },
    "research": {
        "GET /v1/health",
        "GET /v1/me",
        "GET /v1/audit/seals",
        "POST /v1/audit/seals/{number}/verify",
    },
}
# Those whose successes the domain tells by events, so that they cost no write of their own. Each success is a change of
# its own, or the same caller's repetition of it: nobody else reads anything by it.
TOLD = {
    "care": {
        "POST /v1/holds",
        "POST /v1/appointments",
        "POST /v1/appointments/{appointment_id}/cancel",
        "POST /v1/appointments/{appointment_id}/check-in",
        "POST /v1/appointments/{appointment_id}/start",
        "POST /v1/appointments/{appointment_id}/complete",
        "POST /v1/appointments/{appointment_id}/no-show",
        "POST /v1/appointment-series",
        "POST /v1/waitlist",
        "POST /v1/waitlist/{waitlist_id}/decline",
        "POST /v1/encounters",
        "POST /v1/encounters/{encounter_id}/start",
        "POST /v1/encounters/{encounter_id}/close",
        "POST /v1/encounters/{encounter_id}/cancel",
        "POST /v1/encounters/{encounter_id}/entered-in-error",
        "POST /v1/encounters/{encounter_id}/notes",
        "POST /v1/encounters/{encounter_id}/vitals",
        "POST /v1/encounters/{encounter_id}/diagnoses",
        "POST /v1/encounters/{encounter_id}/procedures",
        "POST /v1/patients/{patient_id}/allergies",
        "POST /v1/patients/{patient_id}/problems",
        "POST /v1/patients/{patient_id}/care-plan",
        "PUT /v1/records/{entry_id}",
    },
    "research": set(),
}


def routes(app: str) -> list[Route]:
    return [route for api in apis(app).values() for route in api.routes]


def test_every_call_about_patients_is_in_the_trail() -> None:
    for app in APPS:
        untold = {
            f"{route.method} {route.path}"
            for route in routes(app)
            if not route.personal and route.action not in policies(app).personal
        }
        assert untold == OF_NOBODY[app]


def test_only_these_are_left_to_events() -> None:
    for app in APPS:
        assert {f"{route.method} {route.path}" for route in routes(app) if route.told} == TOLD[app]


def test_what_is_declared_personal_would_not_be_otherwise() -> None:
    for app in APPS:
        assert not [route.path for route in routes(app) if route.personal and route.action in policies(app).personal]
