"""Foreign keys: conditions on other domains' small status items, which cannot be read."""

from pynamodb.attributes import BooleanAttribute

from kernel.dynamodb import FromEnvironment, Item, Transaction


class PatientStatus(Item):
    """Of the patients table anybody may ask: is there `PATIENT#…` / `STATUS`, and is it active?"""

    class Meta:
        table_name = FromEnvironment("PATIENTS_TABLE_NAME")

    active = BooleanAttribute()


class PractitionerStatus(Item):
    """Of the practitioners table likewise: `PRACTITIONER#…` / `STATUS`, `ROOM#…` / `STATUS`."""

    class Meta:
        table_name = FromEnvironment("PRACTITIONERS_TABLE_NAME")

    active = BooleanAttribute()


def check_patient(transaction: Transaction, patient_id: str) -> None:
    """Make the transaction fail by the condition `patient` unless there is such an active patient."""
    active = PatientStatus.active == True  # noqa: E712 - a condition of PynamoDB
    transaction.check("patient", PatientStatus, f"PATIENT#{patient_id}", "STATUS", active)


def check_practitioner(transaction: Transaction, practitioner_id: str) -> None:
    """Likewise by the condition `practitioner`."""
    active = PractitionerStatus.active == True  # noqa: E712
    transaction.check("practitioner", PractitionerStatus, f"PRACTITIONER#{practitioner_id}", "STATUS", active)
