"""Foreign keys: conditions on other domains' items, which cannot be read."""

from collections.abc import Collection

from pynamodb.attributes import UnicodeAttribute

from kernel import vault
from kernel.dynamodb import FromEnvironment, Item, Transaction
from kernel.errors import Erased, Fault, FieldError, UnknownReference

_REFUSALS = {
    "patient": FieldError(Fault.UNKNOWN_REFERENCE, "does not exist or is not active", pointer="/patient_id"),
    "encounter": FieldError(Fault.UNKNOWN_REFERENCE, "is no encounter of the patient's", pointer="/encounter_id"),
}


class _EncounterReference(Item):
    """Of the records table: whose is `ENCOUNTER#…` / `ENCOUNTER`?"""

    class Meta:
        table_name = FromEnvironment("RECORDS_TABLE_NAME")

    patient_id = UnicodeAttribute()


def check_encounter(transaction: Transaction, encounter_id: str, patient_id: str) -> None:
    theirs = _EncounterReference.patient_id == patient_id
    transaction.check("encounter", _EncounterReference, f"ENCOUNTER#{encounter_id}", "ENCOUNTER", theirs)


def raise_refused(failed: Collection[str]) -> None:
    """Raises UnknownReference if a reference is among the failed conditions, Erased if the patient's key is."""
    if vault.KEY_ALIVE in failed:
        raise Erased
    wrong = [_REFUSALS[name] for name in failed if name in _REFUSALS]
    if wrong:
        raise UnknownReference("", *wrong)
