"""FHIR R4 on the running system: what can be done is told, a bundle comes in once, and is read under the same rules."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx
from local.bundles import OF_ENCOUNTER, OF_PATIENT, bundle
from local.client import Stack, connect
from tests.e2e.hospital import PASSWORD, Hospital, good, week
from tests.e2e.post import Post, until
from tests.fhir.validator import wrong

from kernel import ids
from kernel.fhir import bundles

BASE = "/fhir/R4"
ENCOUNTERS = 25


def imported(admin: httpx.Client, sent: dict[str, Any]) -> dict[str, Any]:
    """What became of a bundle, waited for where it takes longer than a call does."""
    answer = admin.post(BASE, json=sent, headers={"Content-Type": "application/fhir+json"})
    if answer.status_code == 202:
        place = answer.headers["Content-Location"].partition("/api/care")[2]

        def ended() -> httpx.Response | None:
            found = admin.get(place)
            return None if found.status_code == 202 else found

        found = until(ended)
        assert found is not None
        answer = found
    assert answer.headers["content-type"] == "application/fhir+json"
    return good(answer)


def lying(stack: Stack, import_id: str) -> set[str]:
    """The names of all objects of an import that lie in the imports' bucket, former versions too."""
    s3 = Post(stack).client("s3")
    names = [one["Name"] for one in s3.list_buckets()["Buckets"]]
    [bucket] = [name for name in names if name.startswith(f"{stack['care']['stack']}-importsbucket-")]
    versions = s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=f"imports/{import_id}/")
    return {one["Key"].rpartition("/")[2] for page in versions for one in page.get("Versions", [])}


def test_anybody_is_told_what_can_be_done(stack: Stack) -> None:
    with connect(stack, "care") as anybody:
        statement = good(anybody.get(f"{BASE}/metadata"))
    assert statement["resourceType"] == "CapabilityStatement"
    assert wrong([statement]) == []


def test_a_bundle_of_hundreds_comes_in_once_and_every_entry_is_told_of(
    stack: Stack, hospital: Hospital, sign_in: Callable[..., httpx.Client]
) -> None:
    sent = bundle(uuid.uuid4().hex, ENCOUNTERS)
    assert len(sent["entry"]) == OF_PATIENT + ENCOUNTERS * OF_ENCOUNTER > 300
    first = imported(hospital.admin, sent)
    told = [entry["response"] for entry in first["entry"]]
    taken = Counter(one["status"][:3] for one in told)
    unknown = 2 + 2 * ENCOUNTERS  # an organization and an immunization; a claim and a laboratory value each
    assert taken == Counter({"201": len(sent["entry"]) - unknown, "422": unknown})
    assert all(one["outcome"]["issue"] for one in told if one["status"].startswith("422"))
    assert imported(hospital.admin, sent) == first
    # The bundle is gone with its former versions, what came of it is not.
    import_id = ids.derived("imp", good(hospital.admin.get("/v1/me"))["user_id"], bundles.digest(sent))
    until(lambda: lying(stack, import_id) == {"patients.json", "records.json", "response.json"})

    patient = told[0]["location"].removeprefix("Patient/")
    number = sent["entry"][0]["resource"]["identifier"][0]
    search = {"identifier": f"{number['system']}|{number['value']}"}
    [found] = good(hospital.desk.get(f"{BASE}/Patient", params=search))["entry"]
    assert found["resource"]["id"] == patient

    doctor = hospital.hire(week("09:00", "17:00", 30))
    with sign_in(doctor.email, PASSWORD) as stranger:
        conditions = f"{BASE}/Condition?patient={patient}&_count=20"
        refused = stranger.get(conditions)
        assert (refused.status_code, refused.json()["issue"][0]["code"]) == (403, "forbidden")
        reason = {"reason": "Found unconscious in the street"}
        good(stranger.post(f"/v1/patients/pat_{patient.removeprefix('pat-')}/emergency-access", json=reason), 201)
        page = good(stranger.get(conditions))
        following = next(link["url"] for link in page["link"] if link["relation"] == "next")
        rest = good(stranger.get(following.partition("/api/care")[2]))
        assert (len(page["entry"]), len(rest["entry"])) == (20, ENCOUNTERS - 20)
        assert wrong([page, rest]) == []
        # The administrator who brought it in reads none of it.
        assert hospital.admin.get(conditions).status_code == 403


def test_of_a_bundle_with_a_broken_reference_nothing_comes_in(hospital: Hospital) -> None:
    sent = bundle(uuid.uuid4().hex, 1)
    sent["entry"][-1]["resource"]["patient"] = {"reference": "urn:uuid:nobody"}
    answer = hospital.admin.post(BASE, json=sent)
    assert answer.status_code == 400
    number = sent["entry"][0]["resource"]["identifier"][0]
    search = {"identifier": f"{number['system']}|{number['value']}"}
    assert "entry" not in good(hospital.desk.get(f"{BASE}/Patient", params=search))
