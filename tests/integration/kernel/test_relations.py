"""Who is whose to a patient, asked of the patients domain's items without reading any."""

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from tests.integration import tables

from kernel import dynamodb
from kernel.access import Principal
from kernel.relations import relations

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
MARIA, TOM = "pat_" + "1" * 32, "pat_" + "2" * 32
GRETA, NURSE_USER = "prc_" + "a" * 32, "user-of-nurse"

PATIENT = Principal("user-of-tom", frozenset({"patient"}), patient_id=TOM)
DOCTOR = Principal("user-of-greta", frozenset({"doctor"}), practitioner_id=GRETA)
NURSE = Principal(NURSE_USER, frozenset({"nurse"}))
NOTHING: dict[str, frozenset[str]] = {"proxies": frozenset(), "carers": frozenset(), "emergency": frozenset()}


@pytest.fixture(autouse=True)
def table(account: pytest.MonkeyPatch) -> None:
    account.setenv("PATIENTS_TABLE_NAME", tables.create_table("PatientsTable"))


@pytest.fixture
def calls() -> list[dict[str, Any]]:
    """What DynamoDB is asked for, from now on."""
    found: list[dict[str, Any]] = []
    hooks = dynamodb.connection().client.meta.events
    hooks.register("before-call.dynamodb", lambda model, params, **_: found.append({model.name: params["body"]}))
    return found


def tie(sort_key: str, **attributes: Any) -> None:
    item = {"pk": f"PATIENT#{MARIA}", "sk": sort_key, **attributes}
    boto3.resource("dynamodb").Table("PatientsTable").put_item(Item=item)


def seconds(after: timedelta) -> int:
    return int((NOW + after).timestamp())


def test_a_patient_who_may_act_for_another_is_among_their_proxies() -> None:
    tie(f"PROXY#{TOM}", active=True)
    assert relations(MARIA, PATIENT, NOW) == NOTHING | {"proxies": {TOM}}


def test_who_may_no_longer_act_is_not() -> None:
    tie(f"PROXY#{TOM}", active=False)
    assert relations(MARIA, PATIENT, NOW) == NOTHING


@pytest.mark.parametrize(("caller", "own_id"), [(DOCTOR, GRETA), (NURSE, NURSE_USER)], ids=["doctor", "nurse"])
def test_clinicians_care_for_a_patient_until_the_time_is_over(caller: Principal, own_id: str) -> None:
    tie(f"CARER#{own_id}", until=seconds(timedelta(seconds=1)))
    assert relations(MARIA, caller, NOW) == NOTHING | {"carers": {own_id}}
    assert relations(MARIA, caller, NOW + timedelta(seconds=1)) == NOTHING


def test_a_visit_that_was_called_off_makes_no_carer() -> None:
    tie(f"CARER#{GRETA}")
    assert relations(MARIA, DOCTOR, NOW) == NOTHING


@pytest.mark.parametrize("caller", [DOCTOR, NURSE], ids=["doctor", "nurse"])
def test_who_broke_the_glass_stands_in_an_emergency_for_as_long_as_it_lasts(caller: Principal) -> None:
    tie(f"EMERGENCY#{caller.user_id}", until=seconds(timedelta(hours=1)))
    assert relations(MARIA, caller, NOW) == NOTHING | {"emergency": {caller.user_id}}
    assert relations(MARIA, caller, NOW + timedelta(hours=1)) == NOTHING


def test_each_relation_stands_by_itself() -> None:
    everything = Principal("u", frozenset({"patient", "doctor", "nurse"}), patient_id=TOM, practitioner_id=GRETA)
    tie(f"PROXY#{TOM}", active=True)
    tie("CARER#u", until=seconds(timedelta(days=1)))
    assert relations(MARIA, everything, NOW) == NOTHING | {"proxies": {TOM}, "carers": {"u"}}
    tie(f"CARER#{GRETA}", until=seconds(timedelta(days=1)))
    assert relations(MARIA, everything, NOW)["carers"] == {"u", GRETA}


def test_relations_to_one_patient_say_nothing_of_another() -> None:
    tie(f"CARER#{GRETA}", until=seconds(timedelta(days=1)))
    assert relations("pat_" + "3" * 32, DOCTOR, NOW) == NOTHING


def test_all_is_asked_by_one_transaction_of_conditions(calls: list[dict[str, Any]]) -> None:
    everything = Principal("u", frozenset({"patient", "doctor", "nurse"}), patient_id=TOM, practitioner_id=GRETA)
    relations(MARIA, everything, NOW)
    [call] = calls
    assert [*call] == ["TransactWriteItems"]
    [body] = call.values()
    assert body.count(b'"ConditionCheck"') == 4
    assert not any(verb in body for verb in (b'"Put"', b'"Update"', b'"Delete"', b"ALL_OLD"))


@pytest.mark.parametrize(
    "caller",
    [
        Principal("user-of-maria", frozenset({"patient"}), patient_id=MARIA),
        Principal("desk", frozenset({"receptionist", "manager"})),
        Principal("stranger", frozenset({"doctor", "nurse"}), patient_id=MARIA),
        Principal("pool", frozenset({"patient"})),
    ],
    ids=["the patient", "the desk", "a clinician as the patient", "nobody in the records"],
)
def test_nobody_is_asked_about_who_can_stand_in_no_relation(caller: Principal, calls: list[dict[str, Any]]) -> None:
    tie("EMERGENCY#stranger", until=seconds(timedelta(hours=1)))
    assert relations(MARIA, caller, NOW) == NOTHING
    assert calls == []


def test_what_policies_do_not_ask_for_is_not_looked_up(calls: list[dict[str, Any]]) -> None:
    assert relations(MARIA, DOCTOR, NOW, asked=("proxies",)) == {"proxies": frozenset()}
    assert calls == []


def test_roles_that_treat_nobody_gain_nothing_from_what_was_once_theirs() -> None:
    tie(f"CARER#{GRETA}", until=seconds(timedelta(days=1)))
    tie(f"EMERGENCY#{DOCTOR.user_id}", until=seconds(timedelta(hours=1)))
    former = Principal(DOCTOR.user_id, frozenset({"manager"}), practitioner_id=GRETA)
    assert relations(MARIA, former, NOW) == NOTHING
