import sys
from collections.abc import Iterator

import pytest
from layers.codes import build
from tests.integration import tables
from tests.integration.care.records.ward import BABY, BORN, GRETA, KENJI, MARIA, TOM, Ward

from kernel import clock


@pytest.fixture(scope="session", autouse=True)
def classification() -> Iterator[None]:
    """ICD-10-CM as it ships, where a layer would put it."""
    place = str(build.built())
    sys.path.append(place)
    yield
    sys.path.remove(place)


@pytest.fixture
def ward(account: pytest.MonkeyPatch, keys: str) -> Ward:
    """Two doctors and three patients. Greta treats Maria and Tom; nobody treats the baby."""
    found = Ward({"keys": keys})
    for domain, variable in {
        "records": "TABLE_NAME",
        "patients": "PATIENTS_TABLE_NAME",
        "practitioners": "PRACTITIONERS_TABLE_NAME",
    }.items():
        found.tables[domain] = tables.create_table(f"{domain.capitalize()}Table")
        account.setenv(variable, found.tables[domain])
    account.setattr(clock, "now", lambda: found.now)
    for patient_id in (MARIA, TOM, BABY):
        found.refer("patients", f"PATIENT#{patient_id}", "STATUS", active={"BOOL": True})
        found.refer("patients", f"PATIENT#{patient_id}", "PROFILE", birth_date={"S": BORN[patient_id]})
    for practitioner_id in (GRETA, KENJI):
        found.refer("practitioners", f"PRACTITIONER#{practitioner_id}", "STATUS", active={"BOOL": True})
    for patient_id in (MARIA, TOM):
        found.treats(GRETA, patient_id, minutes=60 * 24 * 30)
    return found
