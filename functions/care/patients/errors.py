"""What patients and registrations are refused for."""

from collections.abc import Iterable

from care.patients.models import Likeness, Patient
from kernel.errors import Conflict


class PossibleDuplicate(Conflict):
    """Carries `candidates`, the most alike first; only ever told to those who may see any patient."""

    slug, title = "possible-duplicate", "Somebody very like this patient is registered"

    def __init__(self, detail: str = "", *, candidates: Iterable[tuple[Patient, Likeness]] = ()) -> None:
        super().__init__(
            detail or "Choose one of the candidates, or confirm that this is another person",
            candidates=[
                {
                    "patient_id": patient.patient_id,
                    "given_name": patient.details.given_name,
                    "family_name": patient.details.family_name,
                    "birth_date": patient.details.birth_date.isoformat(),
                    "likeness": alike.score,
                    "reasons": list(alike.reasons),
                }
                for patient, alike in candidates
            ],
        )


class RegistrationPending(Conflict):
    slug, title = "registration-pending", "A registration with this e-mail address is under way"

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or "Please try again in a few minutes")


class NamesakeExists(Exception):
    """Somebody with the same names and birth date is registered."""


class AlreadyRegistered(Exception):
    """The patient is stored already: the request is a repetition."""

    def __init__(self, patient: Patient) -> None:
        super().__init__(patient.patient_id)
        self.patient = patient


class RegistrationClosed(Exception):
    """The registration is not pending any more."""

    def __init__(self, *, completed: bool) -> None:
        super().__init__("completed" if completed else "undone")
        self.completed = completed


class LostRace(Exception):
    """What was read has changed before it was written: read again and decide again."""
