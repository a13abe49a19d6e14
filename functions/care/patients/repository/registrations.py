"""Registrations under way, each locking its e-mail address."""

from dataclasses import replace

from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DeleteError, UpdateError

from care.patients.models.people import Registration, RegistrationState
from care.patients.repository.keys import Stored
from kernel import clock
from kernel.dynamodb import ConditionsFailed, RawItem, Transaction, condition_failed
from kernel.races import LostRace


class RegistrationClosed(Exception):
    """The registration is not pending any more."""

    def __init__(self, *, completed: bool) -> None:
        super().__init__("completed" if completed else "undone")
        self.completed = completed


_REPEATABLE_SECONDS = 86_400


class RegistrationItem(Stored):
    """`REGISTRATION#77de…` (a keyed hash of the e-mail address) / `REGISTRATION`: locks the address."""

    patient_id = UnicodeAttribute()
    email = UnicodeAttribute(null=True)
    state = UnicodeAttribute()
    attempt = NumberAttribute()
    attempted_at = UnicodeAttribute()
    fingerprint = UnicodeAttribute()
    password_hash = BinaryAttribute(legacy_encoding=False)
    idempotency_key = UnicodeAttribute(null=True)
    expires_at = NumberAttribute(null=True)


def begin(registration: Registration) -> Registration:
    """Lock the address for this registration.

    Returns:
        the registration that holds the address: this one, or the one that was there.
    """
    transaction = Transaction()
    item = RegistrationItem(
        f"REGISTRATION#{registration.key}",
        "REGISTRATION",
        patient_id=registration.patient_id,
        email=registration.email,
        state=registration.state,
        attempt=registration.attempt,
        attempted_at=clock.iso(clock.now()),
        fingerprint=registration.fingerprint,
        password_hash=registration.password_hash,
        idempotency_key=registration.idempotency_key,
    )
    transaction.put("registration", item, RegistrationItem.pk.does_not_exist(), show=True)
    try:
        transaction.commit()
    except ConditionsFailed as refused:
        return _registration(RegistrationItem.from_raw_data(refused.failed["registration"] or {}))
    return registration


def resume(registration: Registration) -> Registration:
    """Join in a pending registration with an attempt of one's own.

    Raises:
        LostRace: it is not pending any more.
    """
    item = _registration_key(registration)
    try:
        item.update(
            [RegistrationItem.attempt.add(1), RegistrationItem.attempted_at.set(clock.iso(clock.now()))],
            (RegistrationItem.state == RegistrationState.PENDING)
            & (RegistrationItem.patient_id == registration.patient_id),
        )
    except UpdateError as error:
        if condition_failed(error):
            raise LostRace from error
        raise
    return replace(registration, attempt=int(item.attempt))


def find(key: str) -> Registration | None:
    item = RegistrationItem.find(f"REGISTRATION#{key}", "REGISTRATION")
    return _registration(item) if item else None


def give_up(registration: Registration) -> bool:
    """Mark a registration as being undone, so that it cannot be completed any more; whether that was possible."""
    try:
        _registration_key(registration).update(
            [RegistrationItem.state.set(RegistrationState.UNDOING)],
            (RegistrationItem.patient_id == registration.patient_id)
            & (
                (RegistrationItem.state == RegistrationState.UNDOING)
                | (RegistrationItem.state == RegistrationState.PENDING)
                & (RegistrationItem.attempt == registration.attempt)
            ),
        )
    except UpdateError as error:
        if condition_failed(error):
            return False
        raise
    return True


def forget(registration: Registration) -> None:
    """Free the address of a registration that was given up."""
    try:
        _registration_key(registration).delete(
            (RegistrationItem.state == RegistrationState.UNDOING)
            & (RegistrationItem.patient_id == registration.patient_id)
        )
    except DeleteError as error:
        if not condition_failed(error):
            raise


def complete(transaction: Transaction, registration: Registration) -> None:
    """Complete a pending registration, in the transaction that stores the patient. For a day it still answers
    repetitions; then nothing that was derived from the password is left."""
    transaction.update(
        "registration",
        _registration_key(registration),
        [
            RegistrationItem.state.set(RegistrationState.COMPLETED),
            RegistrationItem.email.remove(),
            RegistrationItem.expires_at.set(int(clock.now().timestamp()) + _REPEATABLE_SECONDS),
        ],
        (RegistrationItem.state == RegistrationState.PENDING)
        & (RegistrationItem.patient_id == registration.patient_id),
        show=True,
    )


def closed(stored: RawItem | None) -> RegistrationClosed:
    """Why a registration could not be completed, from the item that stood there."""
    state = RegistrationItem.from_raw_data(stored).state if stored else None
    return RegistrationClosed(completed=state == RegistrationState.COMPLETED)


def _registration_key(registration: Registration) -> RegistrationItem:
    return RegistrationItem(f"REGISTRATION#{registration.key}", "REGISTRATION")


def _registration(item: RegistrationItem) -> Registration:
    return Registration(
        key=item.pk.removeprefix("REGISTRATION#"),
        email=item.email or "",
        patient_id=item.patient_id,
        state=RegistrationState(item.state),
        attempt=int(item.attempt),
        fingerprint=item.fingerprint,
        password_hash=item.password_hash,
        idempotency_key=item.idempotency_key,
    )
