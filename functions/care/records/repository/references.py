"""Foreign keys: conditions on other domains' items, which cannot be read."""

from collections.abc import Collection
from datetime import date

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute

from kernel import vault
from kernel.dynamodb import ConditionsFailed, FromEnvironment, Item, Transaction
from kernel.errors import Erased, Fault, FieldError, UnknownReference

_POINTERS = {"patient": "/patient_id", "practitioner": "/practitioner_id"}


class _PatientReference(Item):
    """Of the patients table we may ask: is `PATIENT#…` / `STATUS` active, and was `PROFILE` born by a day?"""

    class Meta:
        table_name = FromEnvironment("PATIENTS_TABLE_NAME")

    active = BooleanAttribute()
    birth_date = UnicodeAttribute()


class _PractitionerReference(Item):
    """Of the practitioners table likewise: `PRACTITIONER#…` / `STATUS`."""

    class Meta:
        table_name = FromEnvironment("PRACTITIONERS_TABLE_NAME")

    active = BooleanAttribute()


def check_patient(transaction: Transaction, patient_id: str) -> None:
    transaction.check("patient", _PatientReference, f"PATIENT#{patient_id}", "STATUS", _PatientReference.active == True)  # noqa: E712


def check_practitioner(transaction: Transaction, practitioner_id: str) -> None:
    active = _PractitionerReference.active == True  # noqa: E712
    transaction.check("practitioner", _PractitionerReference, f"PRACTITIONER#{practitioner_id}", "STATUS", active)


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
    condition = _PatientReference.birth_date <= day.isoformat()
    transaction.check("born", _PatientReference, f"PATIENT#{patient_id}", "PROFILE", condition)
    try:
        transaction.commit()
    except ConditionsFailed:
        return False
    return True
