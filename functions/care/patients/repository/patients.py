"""Patients: their details, their identity, and that other domains may refer to them."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import date
from typing import Any

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute, UnicodeSetAttribute

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
from kernel import clock
from kernel.dynamodb import ConditionsFailed, Transaction
from kernel.errors import Stale


class NamesakeExists(Exception):
    """Somebody with the same names and birth date is registered."""


class AlreadyRegistered(Exception):
    """The patient is stored already: the request is a repetition."""

    def __init__(self, patient: Patient) -> None:
        super().__init__(patient.patient_id)
        self.patient = patient


class PatientItem(Stored):
    """`PATIENT#pat_0192…` / `PROFILE`."""

    patient_id = UnicodeAttribute()
    given_name = UnicodeAttribute()
    family_name = UnicodeAttribute()
    birth_date = UnicodeAttribute()
    sex = UnicodeAttribute()
    phone = UnicodeAttribute(null=True)
    email = UnicodeAttribute(null=True)
    address = JSONAttribute(null=True)
    emergency_contacts = JSONAttribute()
    insurance = JSONAttribute()
    language = UnicodeAttribute(null=True)
    preferred_contact = UnicodeAttribute(null=True)
    possible_duplicate = BooleanAttribute()
    user_id = UnicodeAttribute(null=True)
    fingerprint = UnicodeAttribute()
    version = NumberAttribute()
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()
    changed_by = UnicodeAttribute()


class StatusItem(Stored):
    """`PATIENT#pat_0192…` / `STATUS`: what other domains check when they refer to a patient."""

    active = BooleanAttribute()


class IdentityItem(Stored):
    """`IDENTITY#09ab…` (a keyed hash of names and birth date) / `IDENTITY`: who has this identity."""

    patients = UnicodeSetAttribute(null=True)


def find(patient_id: str) -> tuple[Patient | None, frozenset[str]]:
    """A patient, None where there is none, and the ids of those who may act for them."""
    answer = Stored.table().query(
        patient_key(patient_id), range_key_condition=Stored.sk.between("PROFILE", "PROXY#~"), consistent_read=True
    )
    patient, proxies = None, set()
    for raw in answer["Items"]:
        kind, _, proxy_id = raw["sk"]["S"].partition("#")
        if kind == "PROFILE":
            patient = _patient(PatientItem.from_raw_data(raw))
        elif raw["active"]["BOOL"]:
            proxies.add(proxy_id)
    return patient, frozenset(proxies)


def find_all(patient_ids: Collection[str]) -> list[Patient]:
    """Those of the patients who exist, in this order."""
    keys = [(patient_key(patient_id), "PROFILE") for patient_id in patient_ids]
    found = {item.patient_id: _patient(item) for item in PatientItem.batch_get(keys, consistent_read=True)}
    return [found[patient_id] for patient_id in patient_ids if patient_id in found]


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
    """
    transaction = Transaction()
    transaction.put("patient", _patient_item(patient), PatientItem.pk.does_not_exist(), show=True)
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
        raise NamesakeExists from refused


def change(before: Patient, after: Patient, *, alone: bool) -> None:
    """Replace what is stored of a patient, and what they are found by.

    Args:
        alone: refuse if somebody else has the new identity.

    Raises:
        Stale: another version than `before` is stored.
        NamesakeExists: somebody else has the new identity.
    """
    transaction = Transaction()
    transaction.put("patient", _patient_item(after), PatientItem.version == before.version)
    if identity(before.details) != identity(after.details):
        left = _identity_item(before.details)
        transaction.update("left", left, [IdentityItem.patients.delete({before.patient_id})])
        _take_identity(transaction, after, alone=alone)
    old, new = _terms(before), _terms(after)
    index(transaction, after.patient_id, added=new - old, removed=old - new)
    try:
        transaction.commit()
    except ConditionsFailed as refused:
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


def _patient_item(patient: Patient) -> PatientItem:
    details = patient.details
    return PatientItem(
        patient_key(patient.patient_id),
        "PROFILE",
        patient_id=patient.patient_id,
        given_name=details.given_name,
        family_name=details.family_name,
        birth_date=details.birth_date.isoformat(),
        sex=details.sex,
        phone=details.phone,
        email=details.email,
        address=asdict(details.address) if details.address else None,
        emergency_contacts=[asdict(contact) for contact in details.emergency_contacts],
        insurance=[asdict(insurance) | {"valid_to": _iso(insurance.valid_to)} for insurance in details.insurance],
        language=details.language,
        preferred_contact=details.preferred_contact,
        possible_duplicate=patient.possible_duplicate,
        user_id=patient.user_id,
        fingerprint=patient.fingerprint,
        version=patient.version,
        created_at=clock.iso(patient.created_at),
        updated_at=clock.iso(patient.updated_at),
        changed_by=patient.changed_by,
    )


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _patient(item: PatientItem) -> Patient:
    details = Details(
        given_name=item.given_name,
        family_name=item.family_name,
        birth_date=date.fromisoformat(item.birth_date),
        sex=Sex(item.sex),
        phone=item.phone,
        email=item.email,
        address=_address(item.address) if item.address else None,
        emergency_contacts=tuple(
            EmergencyContact(contact["name"], contact["phone"], Relationship(contact["relationship"]))
            for contact in item.emergency_contacts
        ),
        insurance=tuple(
            Insurance(
                insurance["payer"],
                insurance["member_number"],
                date.fromisoformat(insurance["valid_to"]) if insurance["valid_to"] else None,
            )
            for insurance in item.insurance
        ),
        language=item.language,
        preferred_contact=ContactWay(item.preferred_contact) if item.preferred_contact else None,
    )
    return Patient(
        patient_id=item.patient_id,
        details=details,
        version=int(item.version),
        created_at=clock.parse(item.created_at),
        updated_at=clock.parse(item.updated_at),
        changed_by=item.changed_by,
        fingerprint=item.fingerprint,
        possible_duplicate=item.possible_duplicate,
        user_id=item.user_id,
    )


def _address(stored: dict[str, Any]) -> Address:
    return Address(**stored | {"lines": tuple(stored["lines"])})
