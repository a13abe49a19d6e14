"""Searches of FHIR R4 that scheduling answers. Names are FHIR's own."""

from kernel.fhir.wire import Dates, PatientReference, PractitionerReference, ScheduleReference, Search, Tokens


class AppointmentSearch(Search):
    """Of a patient, a practitioner, or of both together."""

    patient: PatientReference | None = None
    practitioner: PractitionerReference | None = None
    date: Dates | None = None
    status: Tokens | None = None


class ScheduleSearch(Search):
    actor: PractitionerReference


class SlotSearch(Search):
    """`start` bounds at most a month; without it, the next seven days are looked at."""

    schedule: ScheduleReference
    start: Dates | None = None
    status: Tokens | None = None
