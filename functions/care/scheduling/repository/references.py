"""Foreign keys: conditions on other domains' items, which cannot be read."""

from collections.abc import Iterable

from kernel.dynamodb import ConditionsFailed, Transaction
from kernel.errors import Fault, FieldError, UnknownReference
from kernel.references import PractitionerStatus, check_practitioner


def check_room(transaction: Transaction, room_id: str) -> None:
    active = PractitionerStatus.active == True  # noqa: E712
    transaction.check(f"room {room_id}", PractitionerStatus, f"ROOM#{room_id}", "STATUS", active)


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
