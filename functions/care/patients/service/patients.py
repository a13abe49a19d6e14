"""What the front desk and patients do with patients' details."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from care.patients.errors import PossibleDuplicate
from care.patients.models.likeness import Likeness, most_alike
from care.patients.models.people import Details, Patient
from care.patients.models.search import Search, blocks
from care.patients.repository import identifiers, patients
from care.patients.repository.patients import AlreadyRegistered, NamesakeExists, Sealed
from care.patients.repository.search import just_after, matching
from kernel import clock, ids
from kernel.errors import IdempotencyKeyReused, Stale
from kernel.fhir.elements import SALUS

OWN_IDENTIFIERS = f"{SALUS}/patient"
_CANDIDATES = 10
_COMPARED = 100  # patients of one block that a new one is compared with
_ROUNDS = 5

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
        Erased: the patient whom this request registered was.
    """
    patient_id = ids.for_create("pat", f"{caller}|RegisterPatient", idempotency_key)
    if idempotency_key and (stored := patients.find(patient_id)[0]):
        return _repeated(stored.open(), fingerprint)
    if not confirmed and (alike := possible_duplicates(details)):
        raise _refusal(alike)
    patient = new_patient(patient_id, details, caller, fingerprint)
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


def new_patient(patient_id: str, details: Details, caller: str, fingerprint: str) -> Patient:
    """A patient as first stored."""
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


def find_all(patient_ids: Collection[str]) -> list[Patient]:
    """Those of the patients who exist and have not been erased, in this order."""
    return patients.find_all(patient_ids)


def identified(system: str, value: str) -> str | None:
    """The id of the patient whom an identifier names: one of ours, or one that they were imported with."""
    return value if system == OWN_IDENTIFIERS else identifiers.find(system, value)


def find_file(patient_id: str) -> tuple[Sealed | None, frozenset[str]]:
    """A patient's file, unopened, None where there is none, and the ids of those who may act for them."""
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
