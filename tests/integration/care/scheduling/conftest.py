from datetime import timedelta

import boto3
import pytest
from tests.integration import tables
from tests.integration.care.scheduling.clinic import (
    ANNA,
    GRETA,
    KENJI,
    MARIA,
    NEW_YORK,
    OTHER_ROOM,
    ROOM,
    TOM,
    Clinic,
)
from tests.integration.care.scheduling.happenings import Happenings
from tests.integration.care.scheduling.waiting import SOMEBODY, Waitlist, set_up, specialise

from care.scheduling.service import views
from kernel import clock

TABLES = {"scheduling": "TABLE_NAME", "patients": "PATIENTS_TABLE_NAME", "practitioners": "PRACTITIONERS_TABLE_NAME"}


def build(account: pytest.MonkeyPatch) -> Clinic:
    """Two doctors, three patients and two rooms; the doctors have no hours yet."""
    clinic = Clinic()
    for domain, variable in TABLES.items():
        clinic.tables[domain] = tables.create_table(f"{domain.capitalize()}Table")
        account.setenv(variable, clinic.tables[domain])
    account.setattr(clock, "now", lambda: clinic.now)
    for patient_id in (MARIA, TOM, ANNA):
        clinic.refer("patients", f"PATIENT#{patient_id}")
    for practitioner_id in (GRETA, KENJI):
        clinic.refer("practitioners", f"PRACTITIONER#{practitioner_id}")
    for room_id in (ROOM, OTHER_ROOM):
        clinic.refer("practitioners", f"ROOM#{room_id}")
    return clinic


@pytest.fixture
def founding(account: pytest.MonkeyPatch) -> Clinic:
    """A clinic whose doctors have no hours yet."""
    return build(account)


@pytest.fixture
def clinic(founding: Clinic) -> Clinic:
    """A clinic that works every day: Greta in Berlin 09:00-17:00 in slots of 20 minutes, Kenji in New York 03:00-11:00
    in slots of 30, which is the same time."""
    founding.week(GRETA)
    weekly = [{"weekday": day, "start": "03:00", "end": "11:00"} for day in range(7)]
    founding.week(KENJI, time_zone=NEW_YORK, slot_minutes=30, weekly=weekly)
    return founding


@pytest.fixture
def happenings(clinic: Clinic, account: pytest.MonkeyPatch) -> Happenings:
    """The clinic with its read models: both doctors are cardiologists of one department and known as such. Openings are
    kept five days ahead: a transaction on moto takes the longer the more there is in the table."""
    account.setattr(views, "HORIZON", timedelta(days=5))
    queue = boto3.client("sqs").create_queue(QueueName="views")["QueueUrl"]
    account.setenv("QUEUE_URL", queue)
    found = Happenings(clinic, queue)
    found.bring([*found.told(), found.practitioner(GRETA), found.practitioner(KENJI)])
    return found


@pytest.fixture
def waitlist(clinic: Clinic, account: pytest.MonkeyPatch) -> Waitlist:
    """The clinic's waitlist, empty as yet. Greta and Kenji are cardiologists, and Kenji treats pain too."""
    set_up(account)
    clinic.refer("patients", f"PATIENT#{SOMEBODY}")
    specialise(clinic, GRETA, "cardiology")
    specialise(clinic, KENJI, "cardiology", "pain-medicine")
    return Waitlist(clinic)
