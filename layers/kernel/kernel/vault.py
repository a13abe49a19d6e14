"""Fields that only their patient's own key opens, so that destroying the key erases them wherever they lie.

Each patient has one data key. It stands in a table of its own that no backup keeps, wrapped by a *branch key* and bound
to the patient's id. There is one for each year, which wraps the keys of all patients who come in it; KMS wraps the
branch key, and so is asked once in a few minutes and not once for every patient (AWS Encryption SDK Developer Guide,
"AWS KMS Hierarchical keyrings", has the idea). Unwrapped keys are known to a function's memory only, for minutes. A
field is sealed by AES-256-GCM under the patient's key and bound to its patient and its name, so that it opens nowhere
else.
"""

import os
import time
from collections import OrderedDict
from collections.abc import Iterable
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
_FORM = b"\x01"  # of what is sealed, should there ever be another: nonce, ciphertext with tag
_NONCE = 12  # bytes, as NIST SP 800-38D recommends; random, which is safe for 2^32 fields or keys under one key
_KEY = 32  # bytes
_MOST_REMEMBERED = 1000


class Unsealable(Exception):
    """There is no key, or the field was sealed for another patient or name, or has been changed."""


@dataclass(frozen=True)
class _Environment:
    patient_key_id: str


@dataclass(frozen=True)
class _MemoryEnvironment:
    key_memory_seconds: int = 300


class _Stored(Item):
    class Meta:
        table_name = FromEnvironment("KEYS_TABLE_NAME")


class _BranchItem(_Stored):
    """`BRANCH#2026` / `KEY`: the branch key of a year as KMS wrapped it."""

    wrapped = BinaryAttribute(legacy_encoding=False)
    created_at = NumberAttribute()


class _KeyItem(_Stored):
    """`PATIENT#pat_0192…` / `KEY`: the patient's data key as its branch wrapped it; without it once it is destroyed."""

    branch = NumberAttribute(null=True)
    wrapped = BinaryAttribute(legacy_encoding=False, null=True)
    created_at = NumberAttribute(null=True)
    destroyed_at = NumberAttribute(null=True)


@dataclass(frozen=True, slots=True)
class _Key:
    """A key that can be used: the branch key of a year, or a patient's that it wraps."""

    branch: int
    cipher: "AESGCM"


class _Memory:
    """The keys used last, each for some minutes after it was fetched."""

    def __init__(self) -> None:
        self._keys: OrderedDict[str, tuple[float, _Key]] = OrderedDict()

    def get(self, name: str) -> _Key | None:
        until, key = self._keys.get(name, (0.0, None))
        if time.monotonic() >= until:
            self._keys.pop(name, None)
            return None
        self._keys.move_to_end(name)
        return key

    def keep(self, name: str, key: _Key) -> _Key:
        self._keys[name] = time.monotonic() + remembered_seconds(), key
        self._keys.move_to_end(name)
        if len(self._keys) > _MOST_REMEMBERED:
            self._keys.popitem(last=False)
        return key

    def clear(self) -> None:
        self._keys.clear()


memory = _Memory()


def remembered_seconds() -> int:
    """For how long a key may be remembered, and what it sealed be opened after it was destroyed."""
    environment: _MemoryEnvironment = load(_MemoryEnvironment)
    return environment.key_memory_seconds


def seal(patient_id: str, field: str, plain: bytes) -> bytes:
    """`plain` under the patient's key, which is made if this is the first time. Some 30 bytes longer.

    Raises:
        Erased: the key was destroyed.
    """
    key = _key(patient_id) or _made_key(patient_id)
    return _encrypted(key, plain, f"{patient_id}|{field}")


def unseal(patient_id: str, field: str, sealed: bytes) -> bytes:
    """What `seal` was given for the same patient and field.

    Raises:
        Erased: the key was destroyed.
        Unsealable: it is not what `seal` wrote for them.
    """
    key = _key(patient_id)
    if key is None:
        raise Unsealable(field)
    return _decrypted(key, sealed, f"{patient_id}|{field}")


def fetch(patient_ids: Iterable[str]) -> None:
    """Have the keys of many patients at hand before their fields are opened one by one: one read for a hundred.

    It need not be consistent: what it misses is read again when it is needed, and a key that was destroyed a moment ago
    is one that might have been remembered.
    """
    wanted = [patient_id for patient_id in dict.fromkeys(patient_ids) if memory.get(patient_id) is None]
    for item in _KeyItem.batch_get([(_pk(patient_id), "KEY") for patient_id in wanted]) if wanted else ():
        if item.wrapped is not None:
            _unwrapped(item.pk.removeprefix("PATIENT#"), item)


def prepare() -> None:
    """Have this year's branch key at hand before the keys of many new patients are made."""
    _branch_in_use()


def require_key(transaction: Transaction, patient_id: str) -> None:
    """Make the transaction fail by the condition `KEY_ALIVE` if the patient's key was destroyed meanwhile: a function
    that remembers a key would otherwise store what nobody can read any more."""
    transaction.check(KEY_ALIVE, _KeyItem, _pk(patient_id), "KEY", _KeyItem.wrapped.exists())


def destroy(transaction: Transaction, patient_id: str) -> None:
    """Destroy the patient's key with the transaction: what it sealed opens nowhere any more, and none is made again.
    Functions that remember it forget it within `remembered_seconds`."""
    destroyed_at = int(clock.now().timestamp())
    actions = [_KeyItem.wrapped.remove(), _KeyItem.destroyed_at.set(destroyed_at)]
    transaction.update("destroyed", _KeyItem(_pk(patient_id), "KEY"), actions)


def _key(patient_id: str) -> _Key | None:
    """The patient's key; None where there has never been one."""
    remembered = memory.get(patient_id)
    if remembered is not None:
        return remembered
    item = _KeyItem.find(_pk(patient_id), "KEY")
    if item is None:
        return None
    if item.wrapped is None:
        raise Erased
    return _unwrapped(patient_id, item)


def _unwrapped(patient_id: str, item: _KeyItem) -> _Key:
    branch = _branch(int(item.branch))
    if branch is None:
        raise Unsealable(KEY_ALIVE)
    plain = _decrypted(branch, bytes(item.wrapped), _wrapped_for(patient_id, branch))
    return memory.keep(patient_id, _usable(branch.branch, plain))


def _made_key(patient_id: str) -> _Key:
    """A new key of the patient's, or the one that somebody else made at the same moment."""
    branch, plain = _branch_in_use(), os.urandom(_KEY)
    item = _KeyItem(
        _pk(patient_id),
        "KEY",
        branch=branch.branch,
        wrapped=_encrypted(branch, plain, _wrapped_for(patient_id, branch)),
        created_at=int(clock.now().timestamp()),
    )
    if not _put_first(item):
        key = _key(patient_id)
        assert key is not None  # noqa: S101 - keys are never removed, only emptied
        return key
    return memory.keep(patient_id, _usable(branch.branch, plain))


# ---- branch keys ----------------------------------------------------------------------------------------------------


def _branch_in_use() -> _Key:
    """This year's branch key, made by whoever needs it first."""
    year = clock.now().year
    return _branch(year) or _made_branch(year)


def _branch(year: int) -> _Key | None:
    """The branch key of a year; None where there is none."""
    remembered = memory.get(_branch_pk(year))
    if remembered is not None:
        return remembered
    item = _BranchItem.find(_branch_pk(year), "KEY")
    if item is None:
        return None
    answer = aws.kms().decrypt(
        KeyId=load(_Environment).patient_key_id,
        CiphertextBlob=bytes(item.wrapped),
        EncryptionContext={"branch": str(year)},
    )
    return memory.keep(item.pk, _usable(year, answer["Plaintext"]))


def _made_branch(year: int) -> _Key:
    """The branch key of a new year, or the one that somebody else made at the same moment."""
    made = aws.kms().generate_data_key(
        KeyId=load(_Environment).patient_key_id, KeySpec="AES_256", EncryptionContext={"branch": str(year)}
    )
    created_at = int(clock.now().timestamp())
    item = _BranchItem(_branch_pk(year), "KEY", wrapped=made["CiphertextBlob"], created_at=created_at)
    if not _put_first(item):
        branch = _branch(year)
        assert branch is not None  # noqa: S101 - branches are never removed
        return branch
    return memory.keep(item.pk, _usable(year, made["Plaintext"]))


def _branch_pk(year: int) -> str:
    return f"BRANCH#{year}"


# ---- AES-256-GCM ----------------------------------------------------------------------------------------------------


def _usable(branch: int, plain: bytes) -> _Key:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # not everybody who imports this unseals

    return _Key(branch, AESGCM(plain))


def _encrypted(key: _Key, plain: bytes, bound_to: str) -> bytes:
    nonce = os.urandom(_NONCE)
    return _FORM + nonce + key.cipher.encrypt(nonce, plain, bound_to.encode())


def _decrypted(key: _Key, sealed: bytes, bound_to: str) -> bytes:
    """Raises Unsealable where it is not what `_encrypted` wrote for them."""
    from cryptography.exceptions import InvalidTag

    if not sealed.startswith(_FORM):
        raise Unsealable(bound_to)
    nonce, ciphertext = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
    try:
        return key.cipher.decrypt(nonce, ciphertext, bound_to.encode())
    except (InvalidTag, ValueError):
        raise Unsealable(bound_to) from None


def _wrapped_for(patient_id: str, branch: _Key) -> str:
    return f"{patient_id}|key of {branch.branch}"


def _put_first(item: _BranchItem | _KeyItem) -> bool:
    """Put an item where there is none yet; whether that was so."""
    try:
        item.save(condition=_Stored.pk.does_not_exist())
    except PutError as error:
        if not condition_failed(error):
            raise
        return False
    return True


def _pk(patient_id: str) -> str:
    return f"PATIENT#{patient_id}"
