"""Fields that only their patient's own key opens, so that destroying the key erases them wherever they lie.

Each patient has one data key. It is stored wrapped by KMS, bound to the patient's id, in a table of its own that no
backup keeps; unwrapped it is known to a function's memory only, for minutes. A field is sealed by AES-256-GCM under
that key and bound to its patient and its name, so that it opens nowhere else.
"""

import os
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pynamodb.attributes import BinaryAttribute, NumberAttribute
from pynamodb.exceptions import PutError

from kernel import aws, clock
from kernel.config import load
from kernel.dynamodb import FromEnvironment, Item, Transaction, condition_failed
from kernel.errors import Erased

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_ALIVE = "key"  # the condition that `require_key` adds
_FORM = b"\x01"  # of what `seal` writes, should there ever be another: nonce, ciphertext with tag
_NONCE = 12  # bytes, as NIST SP 800-38D recommends; random, which is safe for 2^32 fields of one patient
_REMEMBERED_SECONDS = 300
_MOST_REMEMBERED = 500


class Unsealable(Exception):
    """There is no key, or the field was sealed for another patient or name, or has been changed."""


@dataclass(frozen=True)
class _Environment:
    patient_key_id: str


class _Key(Item):
    """`PATIENT#pat_0192…` / `KEY`: the patient's data key as KMS wrapped it; without it, once it is destroyed."""

    class Meta:
        table_name = FromEnvironment("KEYS_TABLE_NAME")

    wrapped = BinaryAttribute(legacy_encoding=False, null=True)
    created_at = NumberAttribute()
    destroyed_at = NumberAttribute(null=True)


class _Memory:
    """The keys used last, each for some minutes after it was fetched."""

    def __init__(self) -> None:
        self._keys: OrderedDict[str, tuple[float, AESGCM]] = OrderedDict()

    def get(self, patient_id: str) -> "AESGCM | None":
        until, key = self._keys.get(patient_id, (0.0, None))
        if time.monotonic() >= until:
            self._keys.pop(patient_id, None)
            return None
        self._keys.move_to_end(patient_id)
        return key

    def keep(self, patient_id: str, key: "AESGCM") -> None:
        self._keys[patient_id] = time.monotonic() + _REMEMBERED_SECONDS, key
        self._keys.move_to_end(patient_id)
        if len(self._keys) > _MOST_REMEMBERED:
            self._keys.popitem(last=False)

    def clear(self) -> None:
        self._keys.clear()


memory = _Memory()


def seal(patient_id: str, field: str, plain: bytes) -> bytes:
    """`plain` under the patient's key, which is made if this is the first time. Some 30 bytes longer.

    Raises:
        Erased: the key was destroyed.
    """
    nonce = os.urandom(_NONCE)
    key = _key(patient_id) or _made_key(patient_id)
    return _FORM + nonce + key.encrypt(nonce, plain, _bound_to(patient_id, field))


def unseal(patient_id: str, field: str, sealed: bytes) -> bytes:
    """What `seal` was given for the same patient and field.

    Raises:
        Erased: the key was destroyed.
        Unsealable: it is not what `seal` wrote for them.
    """
    from cryptography.exceptions import InvalidTag

    key = _key(patient_id)
    if key is None or not sealed.startswith(_FORM):
        raise Unsealable(field)
    nonce, ciphertext = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
    try:
        return key.decrypt(nonce, ciphertext, _bound_to(patient_id, field))
    except (InvalidTag, ValueError):
        raise Unsealable(field) from None


def require_key(transaction: Transaction, patient_id: str) -> None:
    """Make the transaction fail by the condition `KEY_ALIVE` if the patient's key was destroyed meanwhile: a function
    that remembers a key would otherwise store what nobody can read any more."""
    transaction.check(KEY_ALIVE, _Key, _pk(patient_id), "KEY", _Key.wrapped.exists())


def _key(patient_id: str) -> "AESGCM | None":
    """The patient's key; None where there has never been one."""
    remembered = memory.get(patient_id)
    if remembered is not None:
        return remembered
    item = _Key.find(_pk(patient_id), "KEY")
    if item is None:
        return None
    if item.wrapped is None:
        raise Erased
    answer = aws.kms().decrypt(
        KeyId=load(_Environment).patient_key_id,
        CiphertextBlob=bytes(item.wrapped),
        EncryptionContext={"patient_id": patient_id},
    )
    return _remembered(patient_id, answer["Plaintext"])


def _made_key(patient_id: str) -> "AESGCM":
    """A new key of the patient's, or the one that somebody else made at the same moment."""
    made = aws.kms().generate_data_key(
        KeyId=load(_Environment).patient_key_id, KeySpec="AES_256", EncryptionContext={"patient_id": patient_id}
    )
    item = _Key(_pk(patient_id), "KEY", wrapped=made["CiphertextBlob"], created_at=int(clock.now().timestamp()))
    try:
        item.save(condition=_Key.pk.does_not_exist())
    except PutError as error:
        if not condition_failed(error):
            raise
        key = _key(patient_id)
        assert key is not None  # noqa: S101 - keys are never removed, only emptied
        return key
    return _remembered(patient_id, made["Plaintext"])


def _remembered(patient_id: str, plain: bytes) -> "AESGCM":
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # not everybody who imports this unseals

    key = AESGCM(plain)
    memory.keep(patient_id, key)
    return key


def _bound_to(patient_id: str, field: str) -> bytes:
    return f"{patient_id}|{field}".encode()


def _pk(patient_id: str) -> str:
    return f"PATIENT#{patient_id}"
