"""Foreign keys: conditions on other domains' items, which cannot be read."""

from collections.abc import Iterable

from pynamodb.attributes import BooleanAttribute

from kernel.dynamodb import ConditionsFailed, FromEnvironment, Item, Transaction
from kernel.errors import Fault, FieldError, UnknownReference


class _PatientReference(Item):
    """Of the patients table we may ask one thing: is `PATIENT#…` / `STATUS` active?"""

    class Meta:
        table_name = FromEnvironment("PATIENTS_TABLE_NAME")

    active = BooleanAttribute()


class _PractitionerReference(Item):
    """Of the practitioners table likewise: `PRACTITIONER#…` / `STATUS`, `ROOM#…` / `STATUS`."""

    class Meta:
        table_name = FromEnvironment("PRACTITIONERS_TABLE_NAME")

    active = BooleanAttribute()


def check_patient(transaction: Transaction, patient_id: str) -> None:
    transaction.check("patient", _PatientReference, f"PATIENT#{patient_id}", "STATUS", _PatientReference.active == True)  # noqa: E712


def check_practitioner(transaction: Transaction, practitioner_id: str) -> None:
    active = _PractitionerReference.active == True  # noqa: E712
    transaction.check("practitioner", _PractitionerReference, f"PRACTITIONER#{practitioner_id}", "STATUS", active)


def check_room(transaction: Transaction, room_id: str) -> None:
    active = _PractitionerReference.active == True  # noqa: E712
    transaction.check(f"room {room_id}", _PractitionerReference, f"ROOM#{room_id}", "STATUS", active)


def raise_unknown(failed: Iterable[str], pointers: dict[str, str]) -> None:
    """Raises UnknownReference if a reference is among the failed conditions."""
    errors = [
        FieldError(
            Fault.UNKNOWN_REFERENCE, "does not exist or is not active", pointer=pointers.get(name.split()[0], "")
        )
        for name in sorted(failed)
        if name.split()[0] in ("patient", "practitioner", "room")
    ]
    if errors:
        raise UnknownReference("", *errors)


BOOKING_POINTERS = {"patient": "/patient_id", "practitioner": "/practitioner_id", "room": "/room_id"}


def require_practitioner(practitioner_id: str) -> None:
    """Raises UnknownReference unless there is such an active practitioner."""
    transaction = Transaction()
    check_practitioner(transaction, practitioner_id)
    try:
        transaction.commit()
    except ConditionsFailed as error:
        raise_unknown(error.failed, BOOKING_POINTERS)
