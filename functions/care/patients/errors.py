"""What patients and registrations are refused for."""

from kernel.errors import Conflict


class PossibleDuplicate(Conflict):
    """Carries `candidates`, the most alike first; only ever told to those who may see any patient."""

    slug, title = "possible-duplicate", "Somebody very like this patient is registered"


class RegistrationPending(Conflict):
    slug, title = "registration-pending", "A registration with this e-mail address is under way; try again later"


class PatientClosed(Conflict):
    slug, title = "patient-closed", "This patient is being erased, and nothing of theirs can be changed"
