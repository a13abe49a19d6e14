"""What can be wrong with an encounter or an entry."""

from kernel.errors import Conflict


class EncounterExists(Conflict):
    """Carries the `encounter_id` of the one that the appointment has."""

    slug, title = "encounter-exists", "The appointment has an encounter already"


class EncounterNotOpen(Conflict):
    """Nothing is charted before an encounter begins and after it ends. Carries its `current_status`."""

    slug, title = "encounter-not-open", "The encounter is not under way"


class EncounterNotEmpty(Conflict):
    slug, title = "encounter-not-empty", "What was recorded in the encounter must be marked as entered in error first"


class AppointmentOver(Conflict):
    slug, title = "appointment-over", "The appointment was cancelled or did not take place"
