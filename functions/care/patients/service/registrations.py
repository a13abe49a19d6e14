"""Registration by patients themselves.

A saga over the table and the user directory. The registration item locks the address; from its writing on, a check
is on its way (see `check`) that removes whatever an attempt leaves behind. Each attempt has its own check, after a
time that no request lives: what a check undoes, nobody is at work on any more.
"""

import hashlib
from dataclasses import replace
from hmac import compare_digest

from care.patients.errors import RegistrationPending
from care.patients.models.people import Details, Registration, RegistrationState
from care.patients.repository import patients, registrations
from care.patients.repository.keys import keyed_hash
from care.patients.repository.patients import NamesakeExists
from care.patients.repository.registrations import RegistrationClosed
from care.patients.service.patients import new_patient, possible_duplicates
from kernel import directory, ids, log
from kernel.directory import AccountExists
from kernel.errors import IdempotencyKeyReused
from kernel.races import LostRace

_RACES = 5


def sign_up(email: str, password: str, details: Details, *, fingerprint: str, idempotency_key: str | None) -> str:
    """Register a patient with an account to sign in with, whose name is the e-mail address.

    A request that died may be repeated, and goes on where it stopped.

    Returns:
        the patient's id.

    Raises:
        AccountExists: the address has an account.
        RegistrationPending: another registration of the address is under way.
        IdempotencyKeyReused: the key was used for another request with this address.
        Invalid: the directory refuses address or password.
    """
    registration = _begin(email, password, fingerprint, idempotency_key)
    if registration.state is RegistrationState.COMPLETED:
        return registration.patient_id
    try:
        user_id = _open_account(registration, password)
        _enter(registration, details, user_id)
    except Exception:
        # After a repetition the request before it may still be at work: that is left to the check.
        if registration.attempt == 1:
            _undo_now(registration)
        raise
    return registration.patient_id


def _begin(email: str, password: str, fingerprint: str, idempotency_key: str | None) -> Registration:
    key = keyed_hash("email", email)
    wanted = Registration(
        key=key,
        email=email,
        patient_id=ids.new("pat"),
        state=RegistrationState.PENDING,
        attempt=1,
        fingerprint=fingerprint,
        password_hash=hashlib.scrypt(password.encode(), salt=key.encode(), n=2**14, r=8, p=1, dklen=32),
        idempotency_key=keyed_hash("idempotency-key", idempotency_key) if idempotency_key else None,
    )
    for _ in range(_RACES):
        stored = registrations.begin(wanted)
        if stored is wanted:
            return wanted
        _compare(wanted, stored)
        if stored.state is RegistrationState.COMPLETED:
            return stored
        try:
            return registrations.resume(stored)
        except LostRace:  # it has been completed or undone meanwhile
            continue
    raise RegistrationPending


def _compare(wanted: Registration, stored: Registration) -> None:
    """Let a repetition of the request that holds the address pass.

    Raises:
        IdempotencyKeyReused, AccountExists, RegistrationPending: it is none, or comes while it is undone.
    """
    same = stored.fingerprint == wanted.fingerprint and compare_digest(stored.password_hash, wanted.password_hash)
    if not same and wanted.idempotency_key and wanted.idempotency_key == stored.idempotency_key:
        raise IdempotencyKeyReused
    if not same and stored.state is RegistrationState.COMPLETED:
        raise AccountExists
    if not same or stored.state is RegistrationState.UNDOING:
        raise RegistrationPending


def _open_account(registration: Registration, password: str) -> str:
    """An account for the patient, in the group of patients; the password comes last and lets them in."""
    email = registration.email
    try:
        user_id = directory.create_user(email, {"custom:patient_id": registration.patient_id})
    except AccountExists:
        account = _own_account(registration)
        if account is None:
            raise
        user_id = account["sub"]
    directory.add_roles(email, ["patient"])
    directory.set_password(email, password, permanent=True)
    return user_id


def _own_account(registration: Registration) -> dict[str, str] | None:
    """The account that this registration has made."""
    account = directory.attributes_of(registration.email)
    return account if account and account.get("custom:patient_id") == registration.patient_id else None


def _enter(registration: Registration, details: Details, user_id: str) -> None:
    """Store the patient and complete the registration. Who they are like is not for them to know."""
    patient = new_patient(registration.patient_id, details, user_id, registration.fingerprint)
    patient = replace(patient, user_id=user_id, possible_duplicate=bool(possible_duplicates(details)))
    try:
        try:
            patients.add(patient, alone=not patient.possible_duplicate, registration=registration)
        except NamesakeExists:
            patients.add(replace(patient, possible_duplicate=True), alone=False, registration=registration)
    except RegistrationClosed as closed:
        if not closed.completed:
            raise RegistrationPending("It took too long and was undone; please register again") from closed


def _undo_now(registration: Registration) -> None:
    try:
        undo(registration)
    except Exception as error:
        log.logger().error("registration left to its check", extra=log.failure(error))


def undo(registration: Registration) -> None:
    """Remove what an attempt left behind, unless the registration is completed or in another attempt's hands."""
    if not registrations.give_up(registration):
        return
    if _own_account(registration) is not None:
        directory.delete_user(registration.email)
    registrations.forget(registration)


def check(key: str, patient_id: str, attempt: int) -> None:
    """See, a while after an attempt at a registration began, that it came to an end; undo it where it did not."""
    registration = registrations.find(key)
    if registration is None or registration.patient_id != patient_id:
        return
    if registration.state is RegistrationState.UNDOING or registration.attempt == attempt:
        undo(registration)
