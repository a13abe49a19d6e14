"""Searches of FHIR R4 that the record answers. Names are FHIR's own."""

from pydantic import Field

from kernel.fhir.wire import Dates, PatientReference, Search, Tokens


class OfPatient(Search):
    patient: PatientReference


class EncounterSearch(OfPatient):
    """`date`: when the encounter was opened."""

    date: Dates | None = None
    status: Tokens | None = None


class ConditionSearch(OfPatient):
    category: Tokens | None = None
    clinical_status: Tokens | None = Field(default=None, alias="clinical-status")
    code: Tokens | None = None
    recorded_date: Dates | None = Field(default=None, alias="recorded-date")


class AllergySearch(OfPatient):
    clinical_status: Tokens | None = Field(default=None, alias="clinical-status")
    date: Dates | None = None


class ObservationSearch(OfPatient):
    category: Tokens | None = None
    code: Tokens | None = None
    date: Dates | None = None
    status: Tokens | None = None


class ProcedureSearch(OfPatient):
    date: Dates | None = None
    status: Tokens | None = None


class CarePlanSearch(OfPatient):
    status: Tokens | None = None
