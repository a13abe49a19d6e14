"""By what other houses know patients: their numbers there, of which only keyed hashes are kept."""

from collections.abc import Iterable

from pynamodb.attributes import UnicodeAttribute

from care.patients.repository.keys import Stored, keyed_hash
from kernel.dynamodb import Transaction

NAMED = "identifier"  # how the conditions of `name` begin


class IdentifierItem(Stored):
    """`IDENTIFIER#3be1…` (a keyed hash of system and value) / `IDENTIFIER`: whom it names."""

    patient_id = UnicodeAttribute()


class Known(Exception):
    """Somebody has one of these identifiers."""


def name(transaction: Transaction, patient_id: str, identifiers: Iterable[tuple[str, str]]) -> None:
    """Let identifiers name a patient from now on; each names one patient at most."""
    for number, (system, value) in enumerate(identifiers):
        item = IdentifierItem(identifier_key(system, value), "IDENTIFIER", patient_id=patient_id)
        transaction.put(f"{NAMED} {number}", item, IdentifierItem.pk.does_not_exist())


def find(system: str, value: str) -> str | None:
    """The id of the patient with this identifier. One strongly consistent read."""
    item = IdentifierItem.find(identifier_key(system, value), "IDENTIFIER")
    return item.patient_id if item else None


def identifier_key(system: str, value: str) -> str:
    return f"IDENTIFIER#{keyed_hash('identifier', f'{system}|{value}')}"
