"""By what other houses know patients: their numbers there, of which only keyed hashes are kept."""

from collections.abc import Iterable

from pynamodb.attributes import JSONAttribute, UnicodeAttribute

from care.patients.repository.keys import Stored, keyed_hash, patient_key
from kernel.dynamodb import Transaction

NAMED = "identifier"  # how the conditions of `name` begin


class IdentifierItem(Stored):
    """`IDENTIFIER#3be1…` (a keyed hash of system and value) / `IDENTIFIER`: whom it names."""

    patient_id = UnicodeAttribute()


class KnownAsItem(Stored):
    """`PATIENT#pat_0192…` / `KNOWNAS`: the keys of a patient's identifiers, so that erasing the patient finds them."""

    identifiers = JSONAttribute()


class Known(Exception):
    """Somebody has one of these identifiers."""


def name(transaction: Transaction, patient_id: str, identifiers: Iterable[tuple[str, str]]) -> None:
    """Let identifiers name a patient from now on; each names one patient at most."""
    keys = sorted({identifier_key(system, value) for system, value in identifiers})
    for number, key in enumerate(keys):
        item = IdentifierItem(key, "IDENTIFIER", patient_id=patient_id)
        transaction.put(f"{NAMED} {number}", item, IdentifierItem.pk.does_not_exist())
    if keys:
        transaction.put("known as", KnownAsItem(patient_key(patient_id), "KNOWNAS", identifiers=keys))


def forget(transaction: Transaction, patient_id: str) -> None:
    """Let no identifier name the patient any more."""
    known = KnownAsItem.find(patient_key(patient_id), "KNOWNAS")
    if known is not None:
        transaction.delete("known as", known)
        for key in known.identifiers:
            transaction.delete(NAMED, IdentifierItem(key, "IDENTIFIER"))


def find(system: str, value: str) -> str | None:
    """The id of the patient with this identifier. One strongly consistent read."""
    item = IdentifierItem.find(identifier_key(system, value), "IDENTIFIER")
    return item.patient_id if item else None


def identifier_key(system: str, value: str) -> str:
    return f"IDENTIFIER#{keyed_hash('identifier', f'{system}|{value}')}"
