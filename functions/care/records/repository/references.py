"""Foreign keys: conditions on other domains' items, which cannot be read."""

from collections.abc import Collection
from datetime import date

from pynamodb.attributes import UnicodeAttribute

from kernel import vault
from kernel.dynamodb import ConditionsFailed, FromEnvironment, Item, Transaction
from kernel.errors import Erased, Fault, FieldError, UnknownReference

_POINTERS = {"patient": "/patient_id", "practitioner": "/practitioner_id"}


class _ProfileReference(Item):
    """Of the patients table we may ask more: was `PATIENT#…` / `PROFILE` born by a day?"""

    class Meta:
        table_name = FromEnvironment("PATIENTS_TABLE_NAME")

    birth_date = UnicodeAttribute()


def raise_refused(failed: Collection[str]) -> None:
    """Raises UnknownReference if a reference is among the failed conditions, Erased if the patient's key is."""
    if vault.KEY_ALIVE in failed:
        raise Erased
    wrong = [_POINTERS[name] for name in failed if name in _POINTERS]
    if wrong:
        gone = "does not exist or is not active"
        raise UnknownReference("", *(FieldError(Fault.UNKNOWN_REFERENCE, gone, pointer=place) for place in wrong))


def born_by(patient_id: str, day: date) -> bool:
    """Whether the patient was born on that day or before it: as much of their age as a range of values needs."""
    transaction = Transaction()
    condition = _ProfileReference.birth_date <= day.isoformat()
    transaction.check("born", _ProfileReference, f"PATIENT#{patient_id}", "PROFILE", condition)
    try:
        transaction.commit()
    except ConditionsFailed:
        return False
    return True
