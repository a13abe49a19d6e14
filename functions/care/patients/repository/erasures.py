"""Patients who are being erased: nothing of theirs changes any more, and what they were found by is known without
opening anything."""

from pynamodb.attributes import JSONAttribute, UnicodeAttribute

from care.patients.models.likeness import identity
from care.patients.models.search import index_terms
from care.patients.repository import identifiers
from care.patients.repository.keys import Stored, keyed_hash, patient_key
from care.patients.repository.patients import IdentityItem, PatientItem, Sealed, StatusItem
from care.patients.repository.search import TokenItem, token
from kernel import clock
from kernel.dynamodb import ConditionsFailed, Transaction
from kernel.races import LostRace

_BY = "erasure"


class ErasingItem(Stored):
    """`PATIENT#pat_0192…` / `ERASING`: the keys under which something leads to the patient, each a keyed hash, and the
    patient's account. Made while the details still open."""

    tokens = JSONAttribute()
    identity = UnicodeAttribute()
    user_id = UnicodeAttribute(null=True)


def close(file: Sealed) -> None:
    """Let nobody refer to the patient or change anything of theirs, and note what leads to them. Nothing where that
    was done before.

    Raises:
        LostRace: the details have changed since.
        Erased: the patient was erased before.
    """
    if find(file.patient_id) is not None:
        return
    patient, key = file.open(), patient_key(file.patient_id)
    terms = index_terms(patient.details, possible_duplicate=patient.possible_duplicate)
    item = ErasingItem(
        key,
        "ERASING",
        tokens=sorted(token(term) for term in terms),
        identity=keyed_hash("identity", identity(patient.details)),
        user_id=patient.user_id,
    )
    transaction = Transaction()
    transaction.put("erasing", item)
    transaction.put("status", StatusItem(key, "STATUS", active=False), StatusItem.active == True)  # noqa: E712
    transaction.check("patient", PatientItem, key, "PROFILE", PatientItem.version == patient.version)
    try:
        transaction.commit()
    except ConditionsFailed as refused:
        raise LostRace from refused


def reopen(patient_id: str) -> None:
    """Take back that a patient is being erased. Nothing where they are not."""
    key = patient_key(patient_id)
    transaction = Transaction()
    transaction.delete("erasing", ErasingItem(key, "ERASING"), ErasingItem.pk.exists())
    transaction.put("status", StatusItem(key, "STATUS", active=True))
    try:
        transaction.commit()
    except ConditionsFailed:
        return


def find(patient_id: str) -> ErasingItem | None:
    return ErasingItem.find(patient_key(patient_id), "ERASING")


def forget(patient_id: str, version: int) -> None:
    """Remove what leads to a patient, and what is left of the details, in one step. Nothing where that was done before.

    Raises:
        LostRace: the details have another version.
    """
    erasing, key = find(patient_id), patient_key(patient_id)
    if erasing is None:
        return
    transaction = Transaction()
    transaction.delete("erasing", ErasingItem(key, "ERASING"), ErasingItem.pk.exists())
    for found_by in erasing.tokens:
        transaction.delete("token", TokenItem(found_by, key))
    namesakes = IdentityItem(f"IDENTITY#{erasing.identity}", "IDENTITY")
    identifiers.forget(transaction, patient_id)
    transaction.update("identity", namesakes, [IdentityItem.patients.delete({patient_id})])
    transaction.update(
        "patient",
        PatientItem(key, "PROFILE"),
        [
            PatientItem.sealed.remove(),
            PatientItem.contact.remove(),
            PatientItem.birth_date.remove(),
            PatientItem.user_id.remove(),
            PatientItem.possible_duplicate.set(False),
            PatientItem.changed.set(["birth_date", "email", "family_name", "given_name"]),
            PatientItem.version.set(version + 1),
            PatientItem.updated_at.set(clock.iso(clock.now())),
            PatientItem.changed_by.set(_BY),
        ],
        PatientItem.version == version,
    )
    try:
        transaction.commit()
    except ConditionsFailed as refused:
        raise LostRace from refused
