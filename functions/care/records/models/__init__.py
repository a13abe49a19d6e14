"""The rules of the record, pure."""

from care.records.models.allergens import ALLERGENS, find_allergens
from care.records.models.encounters import (
    Coded,
    Encounter,
    EncounterClass,
    EncounterStatus,
    Happened,
    Step,
    Visit,
    VisitStatus,
)
from care.records.models.entries import (
    ENTERED_IN_ERROR,
    OF_THE_PATIENT,
    Author,
    Content,
    Entry,
    Kind,
    first_status,
    line,
)
from care.records.models.vitals import DIASTOLIC, SIGNS, SYSTOLIC, Flag, Measurement, Sign, measurement

__all__ = [
    "ALLERGENS",
    "DIASTOLIC",
    "ENTERED_IN_ERROR",
    "OF_THE_PATIENT",
    "SIGNS",
    "SYSTOLIC",
    "Author",
    "Coded",
    "Content",
    "Encounter",
    "EncounterClass",
    "EncounterStatus",
    "Entry",
    "Flag",
    "Happened",
    "Kind",
    "Measurement",
    "Sign",
    "Step",
    "Visit",
    "VisitStatus",
    "find_allergens",
    "first_status",
    "line",
    "measurement",
]
