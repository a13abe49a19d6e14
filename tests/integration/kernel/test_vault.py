"""Fields under a patient's own key, and that under a branch key, on moto's KMS."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.integration.tables import asked

from kernel import aws, clock, vault
from kernel.dynamodb import ConditionsFailed, Transaction
from kernel.errors import Erased
from kernel.vault import KEY_ALIVE, Unsealable, seal, unseal

MARIA, TOM = "pat_" + "1" * 32, "pat_" + "2" * 32


@contextmanager
def counted(calls: list[str]) -> Iterator[None]:
    """Notes the calls of KMS in the block."""
    client = aws.kms()

    def note(model: Any, **_: Any) -> None:
        calls.append(model.name)

    client.meta.events.register("before-call.kms", note)
    try:
        yield
    finally:
        client.meta.events.unregister("before-call.kms", note)


def branches(table: str) -> dict[str, int]:
    """Under which branch each patient's key is wrapped."""
    items = boto3.client("dynamodb").scan(TableName=table)["Items"]
    return {
        item["pk"]["S"].removeprefix("PATIENT#"): int(item["branch"]["N"])
        for item in items
        if item["pk"]["S"].startswith("PATIENT#")
    }


def destroy(table: str, patient_id: str) -> None:
    boto3.client("dynamodb").update_item(
        TableName=table,
        Key={"pk": {"S": f"PATIENT#{patient_id}"}, "sk": {"S": "KEY"}},
        UpdateExpression="REMOVE #wrapped SET destroyed_at = :now",
        ExpressionAttributeNames={"#wrapped": "wrapped"},
        ExpressionAttributeValues={":now": {"N": str(int(clock.now().timestamp()))}},
    )


@given(plain=st.binary(max_size=2000))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_sealed_opens_again_and_does_not_show(keys: str, plain: bytes) -> None:
    sealed = seal(MARIA, "body", plain)
    assert unseal(MARIA, "body", sealed) == plain
    assert len(plain) < 8 or plain not in sealed


def test_the_same_text_is_never_sealed_alike(keys: str) -> None:
    assert seal(MARIA, "body", b"cough") != seal(MARIA, "body", b"cough")


def test_a_field_opens_for_no_other_patient_and_under_no_other_name(keys: str) -> None:
    sealed = seal(MARIA, "body", b"cough")
    seal(TOM, "body", b"so that Tom has a key too")
    for patient_id, field in ((TOM, "body"), (MARIA, "reason")):
        with pytest.raises(Unsealable):
            unseal(patient_id, field, sealed)


@pytest.mark.parametrize("place", [0, 1, 13, -1])
def test_a_changed_byte_is_noticed_wherever_it_is(keys: str, place: int) -> None:
    sealed = bytearray(seal(MARIA, "body", b"cough"))
    sealed[place] ^= 1
    with pytest.raises(Unsealable):
        unseal(MARIA, "body", bytes(sealed))


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01" + b"0" * 12, b"cough"])
def test_what_was_never_sealed_does_not_open(keys: str, sealed: bytes) -> None:
    seal(MARIA, "body", b"cough")
    with pytest.raises(Unsealable):
        unseal(MARIA, "body", sealed)


def test_nothing_opens_for_a_patient_who_never_had_a_key(keys: str) -> None:
    sealed = seal(MARIA, "body", b"cough")
    with pytest.raises(Unsealable):
        unseal(TOM, "body", sealed)


def test_the_branch_key_is_made_once_and_asked_for_once_in_a_while(keys: str, account: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    account.setattr("kernel.vault.time.monotonic", lambda: now[0])
    calls: list[str] = []
    with counted(calls):
        sealed = [seal(MARIA, "body", b"cough") for _ in range(3)]
        assert calls == ["GenerateDataKey"]
        now[0] += 299
        unseal(MARIA, "body", sealed[0])
        assert calls == ["GenerateDataKey"]
        now[0] += 2
        unseal(MARIA, "body", sealed[1])
        assert calls == ["GenerateDataKey", "Decrypt"]


def test_only_so_many_keys_are_remembered_and_those_used_last(keys: str, account: pytest.MonkeyPatch) -> None:
    account.setattr(vault, "_MOST_REMEMBERED", 3)  # two patients', and the branch
    sealed = {patient_id: seal(patient_id, "body", b"cough") for patient_id in (MARIA, TOM)}
    unseal(MARIA, "body", sealed[MARIA])
    seal("pat_" + "3" * 32, "body", b"cough")
    reads: list[str] = []
    with asked(reads):
        unseal(MARIA, "body", sealed[MARIA])
        assert reads == []
        unseal(TOM, "body", sealed[TOM])
        assert reads == ["GetItem"]


def test_a_page_of_keys_is_one_read_and_asks_kms_nothing_while_the_branch_is_remembered(keys: str) -> None:
    people = [f"pat_{number:032x}" for number in range(50)]
    sealed = {patient_id: seal(patient_id, "name", patient_id.encode()) for patient_id in people}
    vault.memory.clear()
    vault.prepare()
    calls: list[str] = []
    reads: list[str] = []
    with counted(calls), asked(reads):
        vault.fetch(people)
        assert [unseal(who, "name", text).decode() for who, text in sealed.items()] == people
        vault.fetch(people)
    assert (calls, reads) == ([], ["BatchGetItem"])


def test_a_page_tells_of_those_who_are_erased_only_when_they_are_opened(keys: str) -> None:
    sealed = {patient_id: seal(patient_id, "name", b"somebody") for patient_id in (MARIA, TOM)}
    destroy(keys, MARIA)
    vault.memory.clear()
    vault.fetch([MARIA, TOM, "pat_" + "3" * 32])
    assert unseal(TOM, "name", sealed[TOM]) == b"somebody"
    with pytest.raises(Erased):
        unseal(MARIA, "name", sealed[MARIA])


def test_each_year_has_a_branch_for_its_new_patients_and_the_others_stay(
    keys: str, account: pytest.MonkeyPatch
) -> None:
    account.setattr(clock, "now", lambda: datetime(2026, 12, 31, 23, 59, tzinfo=UTC))
    of_maria = seal(MARIA, "body", b"cough")
    account.setattr(clock, "now", lambda: datetime(2027, 1, 1, tzinfo=UTC))
    of_tom = seal(TOM, "body", b"fever")
    assert branches(keys) == {MARIA: 2026, TOM: 2027}
    vault.memory.clear()
    assert (unseal(MARIA, "body", of_maria), unseal(TOM, "body", of_tom)) == (b"cough", b"fever")


def test_who_makes_the_branch_at_the_same_moment_takes_the_one_that_was_first(
    keys: str, account: pytest.MonkeyPatch
) -> None:
    first = seal(MARIA, "body", b"first")
    vault.memory.clear()
    looks = [None]  # the second function saw no branch yet
    real = vault._branch
    account.setattr(vault, "_branch", lambda year: looks.pop() if looks else real(year))
    second = seal(TOM, "body", b"second")
    vault.memory.clear()
    assert (unseal(MARIA, "body", first), unseal(TOM, "body", second)) == (b"first", b"second")


def test_who_makes_a_key_at_the_same_moment_takes_the_one_that_was_first(
    keys: str, account: pytest.MonkeyPatch
) -> None:
    first = seal(MARIA, "body", b"first")
    vault.memory.clear()
    looks = [None]  # the second function saw no key yet
    real = vault._key
    account.setattr(vault, "_key", lambda patient_id: looks.pop() if looks else real(patient_id))
    second = seal(MARIA, "body", b"second")
    vault.memory.clear()
    assert (unseal(MARIA, "body", first), unseal(MARIA, "body", second)) == (b"first", b"second")


def test_when_the_key_is_destroyed_nothing_opens_and_nothing_more_is_sealed(keys: str) -> None:
    sealed = seal(MARIA, "body", b"cough")
    destroy(keys, MARIA)
    vault.memory.clear()
    with pytest.raises(Erased):
        unseal(MARIA, "body", sealed)
    with pytest.raises(Erased):
        seal(MARIA, "body", b"fever")


def test_what_was_sealed_with_a_remembered_key_cannot_be_stored_after_its_end(keys: str) -> None:
    seal(MARIA, "body", b"cough")
    transaction = Transaction()
    vault.require_key(transaction, MARIA)
    transaction.commit()
    destroy(keys, MARIA)
    transaction = Transaction()
    vault.require_key(transaction, MARIA)
    with pytest.raises(ConditionsFailed) as refusal:
        transaction.commit()
    assert set(refusal.value.failed) == {KEY_ALIVE}


def test_a_key_is_unwrapped_for_its_own_patient_only(keys: str) -> None:
    """A wrapped key is bound to its patient: put into another's place it is of no use."""
    seal(MARIA, "body", b"cough")
    client = boto3.client("dynamodb")
    stolen = client.get_item(TableName=keys, Key={"pk": {"S": f"PATIENT#{MARIA}"}, "sk": {"S": "KEY"}})["Item"]
    client.put_item(TableName=keys, Item=stolen | {"pk": {"S": f"PATIENT#{TOM}"}})
    with pytest.raises(Unsealable):
        seal(TOM, "body", b"fever")


def test_a_branch_is_unwrapped_for_its_own_year_only(keys: str) -> None:
    """KMS itself binds it."""
    sealed = seal(MARIA, "body", b"cough")
    client = boto3.client("dynamodb")
    year = clock.now().year
    stored = client.get_item(TableName=keys, Key={"pk": {"S": f"BRANCH#{year}"}, "sk": {"S": "KEY"}})["Item"]
    client.put_item(TableName=keys, Item=stored | {"pk": {"S": f"BRANCH#{year + 1}"}})
    client.update_item(
        TableName=keys,
        Key={"pk": {"S": f"PATIENT#{MARIA}"}, "sk": {"S": "KEY"}},
        UpdateExpression="SET branch = branch + :one",
        ExpressionAttributeValues={":one": {"N": "1"}},
    )
    vault.memory.clear()
    with pytest.raises(aws.kms().exceptions.InvalidCiphertextException):
        unseal(MARIA, "body", sealed)
