"""Patients who come from other houses."""

from collections.abc import Collection
from dataclasses import replace

from care.patients.models.people import Details
from care.patients.repository import identifiers, patients
from care.patients.repository.identifiers import Known
from care.patients.repository.patients import AlreadyRegistered, NamesakeExists
from care.patients.service.patients import new_patient, possible_duplicates
from kernel import ids
from kernel.errors import Conflict, Unavailable

_RACES = 5


class SeveralPatients(Conflict):
    slug, title = "several-patients", "The identifiers name different patients"


def register_imported(
    details: Details, known_as: Collection[tuple[str, str]], import_id: str, actor: str
) -> tuple[str, bool]:
    """Find the patient whom the identifiers name, or register them, without an account.

    Who is like somebody else is registered all the same, and the front desk looks at it.

    Returns:
        the patient's id, and whether they are new.

    Raises:
        SeveralPatients: the identifiers name more than one.
    """
    for _ in range(_RACES):
        named = {found for system, value in known_as if (found := identifiers.find(system, value))}
        if len(named) > 1:
            raise SeveralPatients
        if named:
            return named.pop(), False
        # The same identifiers give the same id, so that an import that broke off goes on where it stood.
        patient_id = ids.derived("pat", "import", *(part for pair in sorted(known_as) for part in pair))
        patient = new_patient(patient_id, details, actor, import_id)
        patient = replace(patient, possible_duplicate=bool(possible_duplicates(details)))
        try:
            try:
                patients.add(patient, alone=not patient.possible_duplicate, known_as=known_as)
            except NamesakeExists:
                patients.add(replace(patient, possible_duplicate=True), alone=False, known_as=known_as)
        except (Known, AlreadyRegistered):
            continue
        return patient_id, True
    raise Unavailable
