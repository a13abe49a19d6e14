"""By what other houses know patients: their numbers there, of which only keyed hashes are kept."""

from pynamodb.attributes import UnicodeAttribute

from care.patients.repository.keys import Stored, keyed_hash


class IdentifierItem(Stored):
    """`IDENTIFIER#3be1…` (a keyed hash of system and value) / `IDENTIFIER`: whom it names."""

    patient_id = UnicodeAttribute()


def find(system: str, value: str) -> str | None:
    """The id of the patient with this identifier. One strongly consistent read."""
    item = IdentifierItem.find(identifier_key(system, value), "IDENTIFIER")
    return item.patient_id if item else None


def identifier_key(system: str, value: str) -> str:
    return f"IDENTIFIER#{keyed_hash('identifier', f'{system}|{value}')}"
