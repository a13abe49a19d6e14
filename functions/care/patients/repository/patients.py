"""Patients: their details, their identity, and that other domains may refer to them."""

import base64
import json
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from pynamodb.attributes import (
    BinaryAttribute,
    BooleanAttribute,
    JSONAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)

from care.patients.errors import PatientClosed
from care.patients.models.likeness import identity
from care.patients.models.people import (
    Address,
    ContactWay,
    Details,
    EmergencyContact,
    Insurance,
    Patient,
    Registration,
    Relationship,
    Sex,
)
from care.patients.models.search import index_terms
from care.patients.repository import identifiers, registrations
from care.patients.repository.keys import Stored, keyed_hash, patient_key
from care.patients.repository.search import index
from kernel import clock, vault
from kernel.dynamodb import ConditionsFailed, Transaction
from kernel.errors import Erased, Stale

_CONTACT = ("email", "phone", "language", "given_name")  # what it takes to write to somebody


class NamesakeExists(Exception):
    """Somebody with the same names and birth date is registered."""


class AlreadyRegistered(Exception):
    """The patient is stored already: the request is a repetition."""

    def __init__(self, patient: Patient) -> None:
        super().__init__(patient.patient_id)
        self.patient = patient


class PatientItem(Stored):
    """`PATIENT#pat_0192…` / `PROFILE`. What is personal is sealed under the patient's key but for the birth date, of
    which other domains ask whether it is before a day.

    `contact`: how to write to the patient, sealed by itself and in base64, so that others can be told of it.
    `changed`: the fields in which this version differs from the one before, which nobody could see from outside. Of
    somebody who has been erased only the id, versions and times are left.
    """

    patient_id = UnicodeAttribute()
    birth_date = UnicodeAttribute(null=True)
    sealed = BinaryAttribute(legacy_encoding=False, null=True)
    contact = UnicodeAttribute(null=True)
    changed = JSONAttribute()
    possible_duplicate = BooleanAttribute()
    registered_by = UnicodeAttribute()
    user_id = UnicodeAttribute(null=True)
    version = NumberAttribute()
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()
    changed_by = UnicodeAttribute()


@dataclass(frozen=True, slots=True)
class Sealed:
    """A patient's details that have not been opened: as much as it takes to say who may open them."""

    patient_id: str
    version: int
    _item: PatientItem

    def open(self) -> Patient:
        """Raises Erased where the patient was."""
        return _patient(self._item)


class StatusItem(Stored):
    """`PATIENT#pat_0192…` / `STATUS`: what other domains check when they refer to a patient."""

    active = BooleanAttribute()


class IdentityItem(Stored):
    """`IDENTITY#09ab…` (a keyed hash of names and birth date) / `IDENTITY`: who has this identity."""

    patients = UnicodeSetAttribute(null=True)


def find(patient_id: str) -> tuple[Sealed | None, frozenset[str]]:
    """A patient, None where there is none, and the ids of those who may act for them."""
    answer = Stored.table().query(
        patient_key(patient_id), range_key_condition=Stored.sk.between("PROFILE", "PROXY#~"), consistent_read=True
    )
    patient, proxies = None, set()
    for raw in answer["Items"]:
        kind, _, proxy_id = raw["sk"]["S"].partition("#")
        if kind == "PROFILE":
            item = PatientItem.from_raw_data(raw)
            patient = Sealed(patient_id, int(item.version), item)
        elif raw["active"]["BOOL"]:
            proxies.add(proxy_id)
    return patient, frozenset(proxies)


def find_all(patient_ids: Collection[str]) -> list[Patient]:
    """Those of the patients who exist and have not been erased, in this order."""
    keys = [(patient_key(patient_id), "PROFILE") for patient_id in patient_ids]
    items = list(PatientItem.batch_get(keys, consistent_read=True))
    vault.fetch(item.patient_id for item in items)
    found = {patient.patient_id: patient for patient in _readable(items)}
    return [found[patient_id] for patient_id in patient_ids if patient_id in found]


def _readable(items: Iterable[PatientItem]) -> Iterator[Patient]:
    for item in items:
        with suppress(Erased):
            yield _patient(item)


def add(
    patient: Patient,
    *,
    alone: bool,
    registration: Registration | None = None,
    known_as: Collection[tuple[str, str]] = (),
) -> None:
    """Store a new patient, and complete the registration that they come from.

    Args:
        alone: refuse if somebody has the same identity.
        known_as: identifiers of other houses, systems and values, that nobody else may have.

    Raises:
        Known: somebody has one of the identifiers.
        RegistrationClosed: it is not pending any more.
        AlreadyRegistered: a patient with this id is stored.
        NamesakeExists: somebody has the same identity.
        Erased: a patient with this id was.
    """
    transaction = Transaction()
    transaction.put("patient", _patient_item(patient, before=None), PatientItem.pk.does_not_exist(), show=True)
    vault.require_key(transaction, patient.patient_id)
    transaction.put("status", StatusItem(patient_key(patient.patient_id), "STATUS", active=True))
    _take_identity(transaction, patient, alone=alone)
    index(transaction, patient.patient_id, added=_terms(patient), removed=frozenset())
    identifiers.name(transaction, patient.patient_id, known_as)
    if registration is not None:
        registrations.complete(transaction, registration)
    try:
        transaction.commit()
    except ConditionsFailed as refused:
        if any(name.startswith(identifiers.NAMED) for name in refused.failed):
            raise identifiers.Known from refused
        if "registration" in refused.failed:
            raise registrations.closed(refused.failed["registration"]) from refused
        if "patient" in refused.failed:
            raise AlreadyRegistered(_patient(PatientItem.from_raw_data(refused.failed["patient"] or {}))) from refused
        if vault.KEY_ALIVE in refused.failed:
            raise Erased from refused
        raise NamesakeExists from refused


def change(before: Patient, after: Patient, *, alone: bool) -> None:
    """Replace what is stored of a patient, and what they are found by.

    Args:
        alone: refuse if somebody else has the new identity.

    Raises:
        Stale: another version than `before` is stored.
        NamesakeExists: somebody else has the new identity.
        PatientClosed: the patient is being erased.
        Erased: the patient was meanwhile.
    """
    transaction = Transaction()
    key = patient_key(after.patient_id)
    transaction.check("status", StatusItem, key, "STATUS", StatusItem.active == True)  # noqa: E712
    transaction.put("patient", _patient_item(after, before), PatientItem.version == before.version)
    vault.require_key(transaction, after.patient_id)
    if identity(before.details) != identity(after.details):
        left = _identity_item(before.details)
        transaction.update("left", left, [IdentityItem.patients.delete({before.patient_id})])
        _take_identity(transaction, after, alone=alone)
    old, new = _terms(before), _terms(after)
    index(transaction, after.patient_id, added=new - old, removed=old - new)
    try:
        transaction.commit()
    except ConditionsFailed as refused:
        if vault.KEY_ALIVE in refused.failed:
            raise Erased from refused
        if "status" in refused.failed:
            raise PatientClosed from refused
        raise (Stale if "patient" in refused.failed else NamesakeExists) from refused


def _terms(patient: Patient) -> frozenset[str]:
    return index_terms(patient.details, possible_duplicate=patient.possible_duplicate)


def _identity_item(details: Details) -> IdentityItem:
    return IdentityItem(f"IDENTITY#{keyed_hash('identity', identity(details))}", "IDENTITY")


def _take_identity(transaction: Transaction, patient: Patient, *, alone: bool) -> None:
    transaction.update(
        "identity",
        _identity_item(patient.details),
        [IdentityItem.patients.add({patient.patient_id})],
        IdentityItem.patients.does_not_exist() if alone else None,
    )


def _patient_item(patient: Patient, before: Patient | None) -> PatientItem:
    return PatientItem(
        patient_key(patient.patient_id),
        "PROFILE",
        patient_id=patient.patient_id,
        birth_date=patient.details.birth_date.isoformat(),
        sealed=_seal(patient, "details", _document(patient)),
        contact=_contact(patient) if patient.details.email else None,
        changed=_differences(before, patient) if before else [],
        possible_duplicate=patient.possible_duplicate,
        registered_by=_registered_by(patient),
        user_id=patient.user_id,
        version=patient.version,
        created_at=clock.iso(patient.created_at),
        updated_at=clock.iso(patient.updated_at),
        changed_by=patient.changed_by,
    )


def _registered_by(patient: Patient) -> str:
    if patient.user_id:
        return "self"
    return "import" if patient.fingerprint.startswith("imp_") else "front-desk"


def _seal(patient: Patient, field: str, document: dict[str, Any]) -> bytes:
    return vault.seal(patient.patient_id, field, json.dumps(document, separators=(",", ":")).encode())


def _differences(before: Patient, after: Patient) -> list[str]:
    names = [field.name for field in fields(Details)]
    changed = [name for name in names if getattr(before.details, name) != getattr(after.details, name)]
    if before.possible_duplicate != after.possible_duplicate:
        changed.append("possible_duplicate")
    return sorted(changed)


def _contact(patient: Patient) -> str:
    contact = {name: getattr(patient.details, name) for name in _CONTACT}
    return base64.b64encode(_seal(patient, "contact", contact)).decode()


def _document(patient: Patient) -> dict[str, Any]:
    """What is sealed. The fingerprint too: of so little it would tell as much as the text."""
    details = asdict(patient.details)
    del details["birth_date"]
    insurance = [asdict(one) | {"valid_to": _iso(one.valid_to)} for one in patient.details.insurance]
    return details | {"insurance": insurance, "fingerprint": patient.fingerprint}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _patient(item: PatientItem) -> Patient:
    if item.sealed is None:
        raise Erased
    stored = json.loads(vault.unseal(item.patient_id, "details", bytes(item.sealed)))
    details = Details(
        given_name=stored["given_name"],
        family_name=stored["family_name"],
        birth_date=date.fromisoformat(item.birth_date),
        sex=Sex(stored["sex"]),
        phone=stored["phone"],
        email=stored["email"],
        address=_address(stored["address"]) if stored["address"] else None,
        emergency_contacts=tuple(
            EmergencyContact(contact["name"], contact["phone"], Relationship(contact["relationship"]))
            for contact in stored["emergency_contacts"]
        ),
        insurance=tuple(
            Insurance(
                insurance["payer"],
                insurance["member_number"],
                date.fromisoformat(insurance["valid_to"]) if insurance["valid_to"] else None,
            )
            for insurance in stored["insurance"]
        ),
        language=stored["language"],
        preferred_contact=ContactWay(stored["preferred_contact"]) if stored["preferred_contact"] else None,
    )
    return Patient(
        patient_id=item.patient_id,
        details=details,
        version=int(item.version),
        created_at=clock.parse(item.created_at),
        updated_at=clock.parse(item.updated_at),
        changed_by=item.changed_by,
        fingerprint=stored["fingerprint"],
        possible_duplicate=item.possible_duplicate,
        user_id=item.user_id,
    )


def _address(stored: dict[str, Any]) -> Address:
    return Address(**stored | {"lines": tuple(stored["lines"])})
