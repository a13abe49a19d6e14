"""What is meant: role by action by relation, written down once more by hand, and held against the policies.

Who changes a policy changes this table too, and so says twice what they mean.
"""

import importlib
import re
from pathlib import Path

import cedarpy
import pytest
from tools import access_matrix
from tools.contract import APPS, apis

from kernel.access import Attribute, Principal, Resource, policies, policy_folder

ROOT = Path(__file__).parents[2]
ALL = "yes"
OWN, FAMILY, PATIENTS, EMERGENCY, VISITS = "own", "family", "own patients", "emergency", "own visits"
ANYBODY = {OWN, FAMILY, PATIENTS, EMERGENCY, ALL}
ANY_VISIT = {OWN, FAMILY, VISITS, ALL}
TAKING_PART, LISTS, WRITTEN = "taking part", "own patients' lists", "written by them"
ANY_ENCOUNTER = {OWN, FAMILY, PATIENTS, EMERGENCY, VISITS, TAKING_PART, ALL}
FROM_OWN, FROM_FAMILY, FROM_PATIENTS = "own uploads", "family's uploads", "own patients' uploads"
SENT = "sent by them"
SENDERS = {"patient": {SENT}, "doctor": {SENT}, "nurse": {SENT}}
DOCUMENT_READERS = {
    "patient": {OWN, FROM_OWN, FAMILY, FROM_FAMILY},
    "doctor": {PATIENTS, FROM_PATIENTS, EMERGENCY},
    "nurse": {PATIENTS, FROM_PATIENTS, EMERGENCY},
}
MAY_READ = {
    "patient": {OWN, FAMILY},
    "doctor": {PATIENTS, EMERGENCY},
    "nurse": {PATIENTS, EMERGENCY},
}

type Meant = dict[str, dict[str, set[str]]]  # action -> role, or * for each -> relations

CARE: Meant = {
    "ReadMe": {"*": {ALL}},
    "BrowseDepartments": {"*": {ALL}},
    "BrowseRooms": {"*": {ALL}},
    "BrowsePractitioners": {"*": {ALL}},
    "ReadSchedule": {"*": {OWN, ALL}},
    "ReadAvailability": {"*": {OWN, ALL}},
    "FindSlots": {"*": {ALL}},
    "ReadBoard": {"receptionist": {ALL}, "nurse": {ALL}, "manager": {ALL}},
    "ReadWorkList Application": {"receptionist": {ALL}, "manager": {ALL}},
    "ReadWorkList Practitioner": {"doctor": {OWN}, "receptionist": {OWN, ALL}, "manager": {OWN, ALL}},
    "KeepAppointment": {"doctor": {VISITS}, "receptionist": ANY_VISIT},
    "SearchCodes": {"*": {ALL}},
    "ImportBundle": {"admin": {ALL}},
    "ReadImport": {"admin": {ALL}},
    "ReadRecord": MAY_READ,
    "ReadSummary": MAY_READ,
    "RecordAllergy": {"doctor": {PATIENTS, EMERGENCY}, "nurse": {PATIENTS, EMERGENCY}},
    "RecordCarePlan": {"doctor": {PATIENTS, EMERGENCY}, "nurse": {PATIENTS, EMERGENCY}},
    "RecordProblem": {"doctor": {PATIENTS, EMERGENCY}},
    "OpenEncounter": {
        "doctor": {PATIENTS, EMERGENCY, VISITS},
        "nurse": ANY_ENCOUNTER,
        "receptionist": ANY_ENCOUNTER,
    },
    "ReadEncounter": {
        "patient": {OWN, FAMILY},
        "doctor": {PATIENTS, EMERGENCY, VISITS, TAKING_PART},
        "nurse": ANY_ENCOUNTER,
        "receptionist": ANY_ENCOUNTER,
    },
    "StartEncounter": {"doctor": {VISITS}},
    "JoinEncounter": {"nurse": ANY_ENCOUNTER},
    "AddParticipant": {"doctor": {VISITS}},
    "RemoveParticipant": {"doctor": {VISITS}},
    "CloseEncounter": {"doctor": {VISITS}},
    "CancelEncounter": {"doctor": {VISITS}, "nurse": ANY_ENCOUNTER, "receptionist": ANY_ENCOUNTER},
    "RetractEncounter": {"doctor": {VISITS}},
    "RecordNote": {"doctor": {VISITS, TAKING_PART}, "nurse": {TAKING_PART}},
    "RecordVitals": {"doctor": {VISITS, TAKING_PART}, "nurse": {TAKING_PART}},
    "RecordDiagnosis": {"doctor": {VISITS, TAKING_PART}},
    "RecordProcedure": {"doctor": {VISITS, TAKING_PART}, "nurse": {TAKING_PART}},
    "ReadEntry": {
        "patient": {OWN, FAMILY},
        "doctor": {PATIENTS, LISTS, EMERGENCY, VISITS, WRITTEN},
        "nurse": {PATIENTS, LISTS, EMERGENCY, WRITTEN},
    },
    "ReadEntryVersions": {
        "patient": {OWN, FAMILY},
        "doctor": {PATIENTS, LISTS, EMERGENCY, VISITS, WRITTEN},
        "nurse": {PATIENTS, LISTS, EMERGENCY, WRITTEN},
    },
    "CorrectEntry": {"doctor": {LISTS, VISITS, WRITTEN}, "nurse": {WRITTEN}},
    "RetractEntry": {"doctor": {LISTS, VISITS, WRITTEN}, "nurse": {WRITTEN}},
    "ListDocuments": MAY_READ,
    "AddDocument": MAY_READ,
    "ReadDocument": DOCUMENT_READERS,
    "ReadDocumentVersions": DOCUMENT_READERS,
    "OpenDocument": DOCUMENT_READERS,
    "AddDocumentVersion": {
        "patient": {FROM_OWN, FROM_FAMILY},
        "doctor": {PATIENTS},
        "nurse": {PATIENTS},
    },
    "ResumeUpload": SENDERS,
    "CompleteUpload": SENDERS,
    "WithdrawDocument": {
        "patient": {FROM_OWN, FROM_FAMILY},
        "doctor": {PATIENTS, FROM_PATIENTS},
        "nurse": {SENT},
    },
    "HireStaff": {"admin": {ALL}},
    "ListStaff": {"admin": {ALL}, "manager": {ALL}},
    "ReadStaff": {"admin": {ALL}, "manager": {ALL}},
    "ChangeStaff": {"admin": {ALL}},
    "DisableStaff": {"admin": {ALL}},
    "EnableStaff": {"admin": {ALL}},
    "CreateDepartment": {"admin": {ALL}},
    "CreateRoom": {"admin": {ALL}},
    "RegisterPatient": {"receptionist": {ALL}},
    "SearchPatients": {"receptionist": {ALL}, "nurse": {ALL}},
    "ReadPatientName": {
        "patient": {OWN, FAMILY},
        "doctor": {PATIENTS, EMERGENCY},
        "nurse": ANYBODY,
        "receptionist": ANYBODY,
    },
    "ReadPatient": {
        "patient": {OWN, FAMILY},
        "doctor": {PATIENTS, EMERGENCY},
        "nurse": {PATIENTS, EMERGENCY},
        "receptionist": ANYBODY,
    },
    "BeginEmergencyAccess": {
        "doctor": {FAMILY, PATIENTS, EMERGENCY, ALL},
        "nurse": {FAMILY, PATIENTS, EMERGENCY, ALL},
    },
    "ListEmergencyAccess": {"manager": {ALL}, "auditor": {ALL}},
    "ReviewEmergencyAccess": {"manager": {ALL}, "auditor": {ALL}},
    "RequestExport": {"patient": {OWN, FAMILY}, "manager": ANYBODY},
    "ReadExport": {"patient": {OWN}, "manager": {OWN}},
    "PlaceLegalHold": {"manager": ANYBODY, "auditor": ANYBODY},
    "ReadLegalHold": {"manager": ANYBODY, "auditor": ANYBODY},
    "LiftLegalHold": {"manager": ANYBODY, "auditor": ANYBODY},
    "RequestErasure": {"manager": {FAMILY, PATIENTS, EMERGENCY, ALL}},
    "ReadErasure": {"manager": ANYBODY, "auditor": ANYBODY},
    "WithdrawErasure": {"manager": ANYBODY, "auditor": ANYBODY},
    "ConfirmErasure": {"manager": {ALL}, "auditor": {ALL}},
    "ChangePatient": {"patient": {OWN, FAMILY}, "receptionist": ANYBODY},
    "ReadFamily": {"patient": {OWN, FAMILY}, "receptionist": ANYBODY},
    "SetFamilyMember": {"patient": {OWN}, "receptionist": ANYBODY},
    "RemoveFamilyMember": {"patient": {OWN}, "receptionist": ANYBODY},
    "SetSchedule": {"doctor": {OWN}, "admin": {OWN, ALL}},
    "PreviewSchedule": {"doctor": {OWN}, "admin": {OWN, ALL}},
    "PlanLeave": {"doctor": {OWN}, "admin": {OWN, ALL}},
    "WithdrawLeave": {"doctor": {OWN}, "admin": {OWN, ALL}},
    "PlaceHold": {"patient": {OWN, FAMILY}, "receptionist": ANY_VISIT},
    "ReleaseHold": {"patient": {OWN, FAMILY}, "receptionist": ANY_VISIT},
    "BookAppointment": {"patient": {OWN, FAMILY}, "receptionist": ANY_VISIT},
    "ReadAppointment": {
        "patient": {OWN, FAMILY},
        "doctor": {VISITS},
        "nurse": ANY_VISIT,
        "receptionist": ANY_VISIT,
    },
    "RescheduleAppointment": {
        "patient": {OWN, FAMILY},
        "doctor": {VISITS},
        "receptionist": ANY_VISIT,
    },
    "CancelAppointment": {
        "patient": {OWN, FAMILY},
        "doctor": {VISITS},
        "receptionist": ANY_VISIT,
    },
    "CheckInAppointment": {
        "doctor": {VISITS},
        "nurse": ANY_VISIT,
        "receptionist": ANY_VISIT,
    },
    "StartAppointment": {"doctor": {VISITS}},
    "CompleteAppointment": {"doctor": {VISITS}},
    "MarkNoShow": {"doctor": {VISITS}, "receptionist": ANY_VISIT},
    "BookSeries": {"patient": {OWN, FAMILY}, "receptionist": ANY_VISIT},
    "ReadSeries": {
        "patient": {OWN, FAMILY},
        "doctor": {VISITS},
        "nurse": ANY_VISIT,
        "receptionist": ANY_VISIT,
    },
    "CancelSeries": {
        "patient": {OWN, FAMILY},
        "doctor": {VISITS},
        "receptionist": ANY_VISIT,
    },
    "JoinWaitlist": {"patient": {OWN, FAMILY}, "receptionist": ANY_VISIT},
    "ReadWaitlistEntry": {
        "patient": {OWN, FAMILY},
        "doctor": {VISITS},
        "receptionist": ANY_VISIT,
    },
    "LeaveWaitlist": {"patient": {OWN, FAMILY}, "receptionist": ANY_VISIT},
    "AcceptOffer": {"patient": {OWN, FAMILY}, "receptionist": ANY_VISIT},
    "DeclineOffer": {"patient": {OWN, FAMILY}, "receptionist": ANY_VISIT},
    "ListWaitlist Patient": {"patient": {OWN, FAMILY}, "receptionist": ANYBODY},
    "ListWaitlist Practitioner": {"doctor": {OWN}, "receptionist": {OWN, ALL}},
    "ListWaitlist Application": {"receptionist": {ALL}},
    "ReadTrail Application": {"auditor": {ALL}, "manager": {ALL}},
    "ReadTrail Patient": {"auditor": ANYBODY, "manager": ANYBODY},
    "ReadSeals": {"auditor": {ALL}, "manager": {ALL}},
    "VerifySeal": {"auditor": {ALL}, "manager": {ALL}},
    "ExportTrail": {"auditor": {ALL}},
    "ReadDisclosures": {"patient": {OWN, FAMILY}, "auditor": ANYBODY},
    # Asked about one patient, or about one practitioner.
    "ListAppointments Patient": {
        "patient": {OWN, FAMILY},
        "nurse": ANYBODY,
        "receptionist": ANYBODY,
    },
    "ListAppointments Practitioner": {
        "doctor": {OWN},
        "nurse": {OWN, ALL},
        "receptionist": {OWN, ALL},
        "manager": {OWN, ALL},
    },
}
RESEARCH: Meant = {
    "ReadMe": {"*": {ALL}},
    "ReadTrail": {"compliance-auditor": {ALL}, "quality": {ALL}},
    "ReadSeals": {"compliance-auditor": {ALL}, "quality": {ALL}},
    "VerifySeal": {"compliance-auditor": {ALL}, "quality": {ALL}},
    "ExportTrail": {"compliance-auditor": {ALL}},
}
MEANT = {"care": CARE, "research": RESEARCH}

PAIRS = [
    (app, action, type_) for app in APPS for type_, names in access_matrix.actions(app).items() for action in names
]


def caller(*roles: str) -> Principal:
    return Principal("the-caller", frozenset(roles), patient_id="the-caller", practitioner_id="the-caller")


@pytest.mark.parametrize(("app", "action", "type_"), PAIRS, ids=lambda part: str(part))
def test_each_role_may_do_what_is_meant_and_no_more(app: str, action: str, type_: str) -> None:
    meant = MEANT[app].get(f"{action} {type_}") or MEANT[app][action]
    for role in access_matrix.roles(app):
        for relation, resource in access_matrix.REPRESENTATIVES[type_].items():
            wanted = relation in meant.get(role, set()) | meant.get("*", set())
            got = policies(app).allows(caller(role), action, resource)
            assert got is wanted, f"{role}, {relation}"


@pytest.mark.parametrize("app", APPS)
def test_nothing_is_meant_that_the_schema_does_not_know(app: str) -> None:
    known = {action for _, action, _ in PAIRS} | {f"{action} {type_}" for _, action, type_ in PAIRS}
    assert set(MEANT[app]) <= known
    assert {role for meant in MEANT[app].values() for role in meant} <= {*access_matrix.roles(app), "*"}


@pytest.mark.parametrize("role", ["patient", "doctor"])
def test_who_is_nobody_in_the_records_has_nothing_of_their_own(role: str) -> None:
    """An account without patient or practitioner must not own what has none either."""
    nobody = Principal("a-user", frozenset({role}))
    for type_ in ("Patient", "Practitioner", "Appointment", "Encounter", "Entry", "Document"):
        emptied: dict[str, Attribute] = {
            "patient_id": "",
            "practitioner_id": "",
            "author": "",
            "of_patient": True,
            "by_patient": True,
        }
        emptied |= {relation: [""] for relation in ("proxies", "carers", "emergency", "participants")}
        known = {key for resource in access_matrix.REPRESENTATIVES[type_].values() for key in resource.attributes}
        kept = {key: emptied[key] for key in known}
        for action in access_matrix.actions("care")[type_]:
            if action not in {"ReadSchedule", "ReadAvailability", "BeginEmergencyAccess"}:
                assert not policies("care").allows(nobody, action, Resource(type_, "1", kept)), action


@pytest.mark.parametrize("app", APPS)
def test_roles_of_the_other_application_open_nothing(app: str) -> None:
    other = "research" if app == "care" else "care"
    foreign = set(access_matrix.roles(other)) - set(access_matrix.roles(app))
    for role in foreign | {"nobody", ""}:
        allowed = set(policies(app).permissions(caller(role)))
        assert allowed == {action for action, meant in MEANT[app].items() if "*" in meant}


@pytest.mark.parametrize("app", APPS)
def test_the_policies_fit_their_schema(app: str) -> None:
    folder = policy_folder(app)
    text = "\n".join(path.read_text() for path in sorted(folder.glob("*.cedar")))
    result = cedarpy.validate_policies(text, (folder / "schema.cedarschema").read_text())
    assert result.validation_passed, [str(error) for error in result.errors]


def test_a_policy_that_does_not_fit_its_schema_is_noticed() -> None:
    schema = (policy_folder("care") / "schema.cedarschema").read_text()
    wrong = 'permit (principal, action == Action::"ReadMe", resource) when { resource.patient_id == "1" };'
    assert not cedarpy.validate_policies(wrong, schema).validation_passed


@pytest.mark.parametrize("app", APPS)
def test_policies_name_only_roles_that_there_are(app: str) -> None:
    text = "\n".join(path.read_text() for path in policy_folder(app).glob("*.cedar"))
    named = set(re.findall(r'Role::"([^"]+)"', text))
    assert named <= set(access_matrix.roles(app))


# What could be allowed is remembered for all who have the same roles.
SOMEBODY = re.compile(r'\bUser::"|\bprincipal[\w.]*\s*(?:[=!]=|like)\s*"|"\s*[=!]=\s*principal\b')


@pytest.mark.parametrize("app", APPS)
def test_no_policy_is_about_somebody_in_particular(app: str) -> None:
    assert SOMEBODY.search('unless { principal.user_id == "usr_1" };')
    for path in policy_folder(app).glob("*.cedar"):
        assert not SOMEBODY.search(path.read_text()), path.name


@pytest.mark.parametrize("app", APPS)
def test_the_schema_and_the_routes_speak_of_the_same_actions(app: str) -> None:
    used = {route.action for api in apis(app).values() for route in api.routes if route.action}
    assert used == policies(app).actions
    assert policies(app).actions == {action for names in access_matrix.actions(app).values() for action in names}


def test_only_these_routes_are_public() -> None:
    public = {
        (app, f"{route.method} {route.path}")
        for app in APPS
        for api in apis(app).values()
        for route in api.routes
        if route.action is None
    }
    assert public == {
        ("care", "GET /v1/health"),
        ("care", "GET /fhir/R4/metadata"),
        ("care", "POST /v1/registrations"),
        ("research", "GET /v1/health"),
    }


@pytest.mark.parametrize("app", APPS)
def test_every_domain_with_routes_has_policies_of_its_own_name(app: str) -> None:
    for domain in apis(app):
        assert importlib.import_module(f"{app}.{domain}.handler")
        assert (policy_folder(app) / f"{domain}.cedar").exists()


def test_the_access_matrix_says_what_the_policies_say() -> None:
    assert access_matrix.PAGE.read_text() == access_matrix.page()
    assert access_matrix.PORTAL.read_text() == access_matrix.portal()
