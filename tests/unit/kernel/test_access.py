"""Who a token speaks for, and what the policies then allow."""

import json
import os
from pathlib import Path
from typing import Any

import cedarpy
import pytest

from kernel.access import (
    PURPOSES,
    Attribute,
    Policies,
    Principal,
    Resource,
    parse_groups,
    policies,
    policy_folder,
    principal_from_claims,
)
from kernel.errors import Unauthorized

CLAIMS = {"token_use": "id", "aud": "client", "sub": "u-1", "cognito:groups": "doctor,patient"}

POLICIES = """
@because("care-team")
permit (principal in Role::"doctor", action == Action::"Read", resource)
when { principal has practitioner_id && resource.practitioner_id == principal.practitioner_id };
// permit (principal, action, resource);
@because("clinic")
permit (principal in Role::"nurse", action in [Action::"Read", Action::"Write"], resource);
permit (principal, action == Action::"Look", resource);
forbid (principal, action, resource) when { resource.practitioner_id == "closed" };
"""
SCHEMA = """
// action Commented appliesTo { principal: [User], resource: [Thing] };
entity Role; entity User in [Role] = { practitioner_id?: String }; entity Thing = { practitioner_id: String };
action Read, Write appliesTo { principal: [User], resource: [Thing] };
action Look
  appliesTo { principal: [User], resource: [Thing] };
"""


def written(app: str) -> str:
    return "\n".join(path.read_text() for path in sorted(policy_folder(app).glob("*.cedar")))


@pytest.fixture
def rules(tmp_path: Path) -> Policies:
    (tmp_path / "things.cedar").write_text(POLICIES)
    (tmp_path / "schema.cedarschema").write_text(SCHEMA)
    return Policies(tmp_path)


def thing(practitioner_id: str) -> Resource:
    return Resource("Thing", "1", {"practitioner_id": practitioner_id})


def person(*roles: str, practitioner_id: str | None = None) -> Principal:
    return Principal("u-1", frozenset(roles), practitioner_id=practitioner_id)


# ---- tokens ---------------------------------------------------------------------------------------------------------


def test_a_token_says_who_somebody_is() -> None:
    claims = CLAIMS | {"custom:patient_id": "pat_1", "custom:practitioner_id": "prc_1"}
    assert principal_from_claims(claims, "client") == Principal(
        "u-1", frozenset({"doctor", "patient"}), "pat_1", "prc_1"
    )


def test_who_is_nobody_in_the_records_has_no_ids() -> None:
    found = principal_from_claims(CLAIMS | {"custom:patient_id": ""}, "client")
    assert (found.patient_id, found.practitioner_id) == (None, None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"token_use": "access"},
        {"token_use": ""},
        {"aud": "another-client"},
        {"aud": ""},
        {"sub": ""},
    ],
)
def test_a_token_of_another_kind_or_for_another_client_is_none(wrong: dict[str, str]) -> None:
    with pytest.raises(Unauthorized):
        principal_from_claims(CLAIMS | wrong, "client")


@pytest.mark.parametrize("claim", ["token_use", "aud", "sub"])
def test_a_token_that_lacks_a_claim_is_none(claim: str) -> None:
    with pytest.raises(Unauthorized):
        principal_from_claims({name: value for name, value in CLAIMS.items() if name != claim}, "client")


@pytest.mark.parametrize("claim", ["[doctor, lab-technician]", "[doctor lab-technician]", "doctor,lab-technician"])
def test_groups_are_read_as_any_gateway_writes_them(claim: str) -> None:
    assert parse_groups(claim) == ["doctor", "lab-technician"]


@pytest.mark.parametrize("claim", ["", "[]", "[ ]"])
def test_no_groups_are_no_roles(claim: str) -> None:
    assert parse_groups(claim) == []


# ---- decisions ------------------------------------------------------------------------------------------------------


def test_what_no_policy_permits_is_denied(rules: Policies) -> None:
    assert not rules.allows(person("cashier"), "Read", thing("prc_1"))
    assert not rules.allows(person(), "Write", thing("prc_1"))
    assert not rules.allows(person("nurse"), "Undeclared", thing("prc_1"))
    assert rules.because(person("cashier"), "Read", thing("prc_1")) is None


def test_relations_decide_where_a_policy_asks_for_them(rules: Policies) -> None:
    assert rules.allows(person("doctor", practitioner_id="prc_1"), "Read", thing("prc_1"))
    assert not rules.allows(person("doctor", practitioner_id="prc_1"), "Read", thing("prc_2"))
    assert not rules.allows(person("doctor"), "Read", thing("prc_1"))
    assert not rules.allows(person("doctor"), "Read", thing(""))


def test_a_decision_tells_the_reason_that_is_closest_to_the_patient(rules: Policies) -> None:
    assert rules.because(person("nurse"), "Read", thing("prc_1")) == "clinic"
    both = person("nurse", "doctor", practitioner_id="prc_1")
    assert rules.because(both, "Read", thing("prc_1")) == "care-team"
    assert rules.because(both, "Write", thing("prc_1")) == "clinic"


@pytest.mark.parametrize("app", ["care", "research"])
def test_every_policy_says_why_in_a_word_that_stands_for_a_purpose(app: str) -> None:
    parsed = json.loads(cedarpy.policies_to_json_str(written(app)))["staticPolicies"]
    said = [policy.get("annotations", {}).get("because") for policy in parsed.values()]
    assert said == [policy.because for policy in policies(app).written]
    assert set(said) <= set(PURPOSES)


@pytest.mark.parametrize("text", [POLICIES, *map(written, ["care", "research"])])
def test_each_policy_is_asked_on_the_actions_that_its_scope_names_to_cedar(tmp_path: Path, text: str) -> None:
    (tmp_path / "all.cedar").write_text(text)
    (tmp_path / "schema.cedarschema").write_text("")

    def named(scope: dict[str, Any]) -> set[str]:
        return {entity["id"] for entity in scope.get("entities", [scope["entity"]] if "entity" in scope else [])}

    parsed = json.loads(cedarpy.policies_to_json_str(text))["staticPolicies"]
    assert [named(policy["action"]) for policy in parsed.values()] == [
        policy.actions for policy in Policies(tmp_path).written
    ]


def test_an_action_on_something_of_a_patients_is_personal(tmp_path: Path) -> None:
    (tmp_path / "schema.cedarschema").write_text(
        "entity User in [Role] = { patient_id?: String };\n"
        "entity Patient = { patient_id: String };\nentity Room = {};\n"
        "action Open, Close appliesTo { principal: [User], resource: [Room] };\n"
        "action List appliesTo { principal: [User], resource: [Room, Patient] };\n"
    )
    assert Policies(tmp_path).personal == {"List"}


def test_what_is_forbidden_stays_so_whatever_permits_it(rules: Policies) -> None:
    assert not rules.allows(person("nurse"), "Read", thing("closed"))


def test_roles_add_up(rules: Policies) -> None:
    both = person("doctor", "nurse", practitioner_id="prc_1")
    assert rules.allows(both, "Write", thing("prc_2"))


@pytest.mark.parametrize("name", ['doctor"', "doctor\\", "a b", 'x", "y', 'Role::"nurse"', "é", ""])
def test_no_name_of_a_role_or_user_breaks_out_of_its_quotes(rules: Policies, name: str) -> None:
    odd = Principal(name, frozenset({name}), practitioner_id=name)
    assert not rules.allows(odd, "Read", thing("prc_1"))
    assert not rules.could_allow(odd, "Write")
    assert rules.allows(odd, "Look", Resource("Thing", name, {"practitioner_id": "prc_1"}))


def test_who_could_never_be_allowed_is_known_without_the_thing(rules: Policies) -> None:
    assert rules.could_allow(person("nurse"), "Write")
    assert rules.could_allow(person("doctor", practitioner_id="prc_1"), "Read")
    assert not rules.could_allow(person("doctor"), "Read")
    assert not rules.could_allow(person("doctor", practitioner_id="prc_1"), "Write")
    assert not rules.could_allow(person("cashier"), "Read")


def test_who_has_not_the_same_roles_and_kinds_of_ids_is_asked_about_anew(rules: Policies) -> None:
    first, second = person("doctor", practitioner_id="prc_1"), person("doctor", practitioner_id="prc_2")
    assert rules.could_allow(first, "Read")
    assert rules.could_allow(second, "Read")
    assert not rules.could_allow(person("doctor"), "Read")
    assert not rules.could_allow(person("cashier", practitioner_id="prc_1"), "Read")
    assert not rules.allows(second, "Read", thing("prc_1"))


def test_permissions_are_the_actions_that_somebody_may_do_to_something(rules: Policies) -> None:
    assert rules.actions == {"Read", "Write", "Look"}
    assert rules.permissions(person("nurse")) == ["Look", "Read", "Write"]
    assert rules.permissions(person("doctor", practitioner_id="prc_1")) == ["Look", "Read"]
    assert rules.permissions(person("cashier")) == ["Look"]


def test_sets_and_flags_are_attributes_too(tmp_path: Path) -> None:
    (tmp_path / "things.cedar").write_text(
        'permit (principal, action == Action::"Read", resource)'
        " when { resource.open && resource.proxies.contains(principal.patient_id) };"
    )
    (tmp_path / "schema.cedarschema").write_text("")
    found = Policies(tmp_path)
    mother = Principal("u-1", frozenset({"patient"}), patient_id="pat_1")
    for proxies, is_open, allowed in (
        (["pat_2", "pat_1"], True, True),
        (["pat_2"], True, False),
        (["pat_1"], False, False),
    ):
        attributes: dict[str, Attribute] = {"proxies": proxies, "open": is_open}
        assert found.allows(mother, "Read", Resource("Thing", "1", attributes)) is allowed


# ---- where policies lie ---------------------------------------------------------------------------------------------


def test_policies_are_taken_from_beside_the_code_in_lambda(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = tmp_path / "policies" / "care"
    shipped.mkdir(parents=True)
    monkeypatch.setenv("LAMBDA_TASK_ROOT", str(tmp_path))
    assert policy_folder("care") == shipped
    assert policy_folder("research") != tmp_path / "policies" / "research"


def test_policies_are_taken_from_the_repository_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LAMBDA_TASK_ROOT", raising=False)
    assert policy_folder("care") == Path(__file__).parents[3] / "policies" / "care"
    assert policies("care") is policies("care")
    assert "LAMBDA_TASK_ROOT" not in os.environ
