"""What the front desk, patients and their families do with patients' details."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import replace
from hmac import compare_digest
from typing import Any

from care.patients.errors import PossibleDuplicate, RegistrationPending
from care.patients.models import (
    Details,
    FamilyMember,
    Likeness,
    Patient,
    Registration,
    RegistrationState,
    Relationship,
    Search,
    Ties,
    Visit,
    blocks,
    most_alike,
)
from care.patients.repository import carers, families, patients, registrations
from care.patients.repository.keys import LostRace, keyed_hash
from care.patients.repository.patients import AlreadyRegistered, NamesakeExists
from care.patients.repository.registrations import RegistrationClosed
from care.patients.repository.search import just_after, matching
from kernel import clock, directory, ids, log
from kernel.directory import AccountExists
from kernel.dynamodb import backoff
from kernel.errors import FieldError, IdempotencyKeyReused, Invalid, NotFound, Stale, Unavailable

_CANDIDATES = 10
_COMPARED = 100  # patients of one block that a new one is compared with
_ROUNDS = 5
_RACES = 5
_REPRESENTED = 100

# ---- the front desk -------------------------------------------------------------------------------------------------


def register_at_desk(
    details: Details, *, caller: str, fingerprint: str, idempotency_key: str | None, confirmed: bool
) -> Patient:
    """Register somebody without an account.

    Args:
        fingerprint: of the request; with the same Idempotency-Key it gives the same patient again.
        confirmed: the front desk has seen who is alike and says that this is another person.

    Raises:
        PossibleDuplicate: somebody very like them is registered, and nobody confirmed.
        IdempotencyKeyReused: the key was used for another request.
    """
    patient_id = ids.for_create("pat", f"{caller}|RegisterPatient", idempotency_key)
    if idempotency_key and (stored := patients.find(patient_id)[0]):
        return _repeated(stored, fingerprint)
    if not confirmed and (alike := possible_duplicates(details)):
        raise _refusal(alike)
    patient = _new_patient(patient_id, details, caller, fingerprint)
    try:
        patients.add(patient, alone=not confirmed)
    except AlreadyRegistered as repetition:
        return _repeated(repetition.patient, fingerprint)
    except NamesakeExists:
        raise _refusal(possible_duplicates(details)) from None
    return patient


def _refusal(alike: list[tuple[Patient, Likeness]]) -> PossibleDuplicate:
    return PossibleDuplicate(
        "Choose one of the candidates, or confirm that this is another person",
        candidates=[
            {
                "patient_id": patient.patient_id,
                "given_name": patient.details.given_name,
                "family_name": patient.details.family_name,
                "birth_date": patient.details.birth_date.isoformat(),
                "likeness": likeness.score,
                "reasons": list(likeness.reasons),
            }
            for patient, likeness in alike
        ],
    )


def _repeated(stored: Patient, fingerprint: str) -> Patient:
    if stored.fingerprint != fingerprint:
        raise IdempotencyKeyReused
    return stored


def _new_patient(patient_id: str, details: Details, caller: str, fingerprint: str) -> Patient:
    now = clock.now()
    return Patient(
        patient_id, details, version=1, created_at=now, updated_at=now, changed_by=caller, fingerprint=fingerprint
    )


def possible_duplicates(details: Details) -> list[tuple[Patient, Likeness]]:
    """Registered patients who may be this person, the most alike first."""
    found: set[str] = set()
    for block in blocks(details):
        patient_ids, more = matching(block.terms, "", _COMPARED)
        if more and block.narrower:
            # On some days, 1 January above all, too many are born, or said to be.
            for terms in block.narrower:
                found.update(matching(terms, "", _COMPARED)[0])
        else:
            found.update(patient_ids)
    return most_alike(details, patients.find_all(sorted(found)), limit=_CANDIDATES)


def search(wanted: Search, start: str, limit: int) -> tuple[list[Patient], str | None]:
    """Up to `limit` patients of whom all is true that is looked for, in the order of their ids.

    Returns:
        the patients, and where to start the next time; None where there are no more.
    """
    if wanted.patient_ids:
        return [patient for patient in patients.find_all(wanted.patient_ids) if wanted.finds(patient)], None
    found: list[Patient] = []
    following: str | None = start
    for _ in range(_ROUNDS):
        # An index term is the beginning of what was typed, so that some of the matches may turn out to be none.
        matches, following = matching(wanted.terms, following or "", limit + 1)
        found += filter(wanted.finds, patients.find_all(matches))
        if following is None or len(found) > limit:
            break
    if len(found) > limit:
        following = just_after(found[limit - 1].patient_id)
    return found[:limit], following


# ---- details --------------------------------------------------------------------------------------------------------


def open_file(patient_id: str) -> tuple[Patient | None, frozenset[str]]:
    """A patient, None where there is none, and the ids of those who may act for them."""
    return patients.find(patient_id)


def change(
    patient: Patient, changes: Mapping[str, Any], *, caller: str, expected: int | None, possible_duplicate: bool | None
) -> Patient:
    """Change some of a patient's details.

    Args:
        changes: fields of `Details` by name.
        expected: the version that the caller read, None where they do not say.
        possible_duplicate: the outcome of the front desk's review, None where there was none.

    Raises:
        Stale: the patient has another version.
    """
    if expected is not None and expected != patient.version:
        raise Stale
    flag = patient.possible_duplicate if possible_duplicate is None else possible_duplicate
    changed = replace(patient, details=replace(patient.details, **changes), possible_duplicate=flag)
    if changed == patient:
        return patient
    changed = replace(changed, version=patient.version + 1, updated_at=clock.now(), changed_by=caller)
    try:
        patients.change(patient, changed, alone=True)
    except NamesakeExists:
        changed = replace(changed, possible_duplicate=True)
        patients.change(patient, changed, alone=False)
    return changed


# ---- families -------------------------------------------------------------------------------------------------------


def set_family_member(
    patient_id: str, member_id: str, relationship: Relationship, *, may_act: bool, caller: str, expected: int | None
) -> FamilyMember:
    """Say what the member is to the patient, and whether they may act for them.

    Raises:
        Invalid: the two are one.
        UnknownReference: the member is no active patient.
        Stale: the caller expected another version.
    """
    if patient_id == member_id:
        raise Invalid("", FieldError("nobody is a member of their own family", parameter="member_id"))
    for _ in range(_RACES):
        stored, version = families.find_member(patient_id, member_id)
        if expected is not None and (stored is None or expected != stored.version):
            raise Stale
        if stored and (stored.relationship, stored.may_act) == (relationship, may_act):
            return stored
        member = FamilyMember(
            patient_id, member_id, relationship, may_act, version + 1, updated_at=clock.now(), changed_by=caller
        )
        try:
            families.put_member(member)
        except LostRace:
            continue
        return member
    raise Unavailable


def remove_family_member(patient_id: str, member_id: str, *, caller: str) -> None:
    """Take the member out of the patient's family; they may not act for the patient any longer.

    Raises:
        NotFound: they are no member.
    """
    for _ in range(_RACES):
        stored, version = families.find_member(patient_id, member_id)
        if stored is None:
            raise NotFound
        removed = replace(stored, version=version + 1, updated_at=clock.now(), changed_by=caller)
        try:
            families.put_member(removed, removed=True)
        except LostRace:
            continue
        return
    raise Unavailable


def acts_for(patient_id: str) -> list[str]:
    """Ids of the patients for whom this one may act, at most a hundred."""
    return families.acts_for(patient_id, _REPRESENTED)


def family(patient_id: str, after: str | None, limit: int) -> tuple[list[FamilyMember], str | None]:
    """Up to `limit` members of a patient's family, those after one of them; and after whom to go on, None at the
    end."""
    members = families.family(patient_id, after, limit + 1)
    return members[:limit], members[limit - 1].member_id if len(members) > limit else None


# ---- who treats whom ------------------------------------------------------------------------------------------------


def learn_of_visit(patient_id: str, practitioner_id: str, appointment_id: str, visit: Visit) -> None:
    """Remember what an event says of a visit; an older event than the one known changes nothing.

    Raises:
        Unavailable: others have learnt of visits of the two again and again meanwhile.
    """
    for attempt in range(_RACES):
        known = carers.find(patient_id, practitioner_id)
        learnt = known.having(appointment_id, visit, clock.now())
        if learnt == known:
            return
        try:
            carers.put(learnt)
        except LostRace:  # above all among the visits of a series, whose events come together
            backoff(attempt)
        else:
            return
    raise Unavailable


def ties(patient_ids: Collection[str], *, patient_id: str | None, practitioner_id: str | None) -> dict[str, Ties]:
    """What ties each of the patients to a caller, who is a patient, a practitioner, both or neither."""
    represented = families.represented_by(patient_id, patient_ids) if patient_id else set()
    treated = carers.treated_by(practitioner_id, patient_ids, clock.now()) if practitioner_id else set()
    return {
        known: Ties(
            proxies=frozenset({patient_id} if patient_id and known in represented else ()),
            carers=frozenset({practitioner_id} if practitioner_id and known in treated else ()),
        )
        for known in patient_ids
    }


def find_all(patient_ids: Collection[str]) -> list[Patient]:
    """Those of the patients who exist, in this order."""
    return patients.find_all(patient_ids)


# ---- registration by patients themselves ----------------------------------------------------------------------------
#
# A saga over the table and the user directory. The registration item locks the address; from its writing on, a check
# is on its way (see `check`) that removes whatever an attempt leaves behind. Each attempt has its own check, after a
# time that no request lives: what a check undoes, nobody is at work on any more.


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
    patient = _new_patient(registration.patient_id, details, user_id, registration.fingerprint)
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
