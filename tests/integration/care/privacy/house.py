"""Everybody who has a part in erasing a patient, on moto."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import boto3
from tests.integration import tables
from tests.integration.gateway import Context
from tests.integration.workflows import Task, Workflow

from care.documents.tasks import erasure as documents_erasure
from care.documents.tasks import export as documents_export
from care.patients import service as patients
from care.patients import tasks as patients_tasks
from care.patients.models.people import Details
from care.privacy import tasks as privacy_tasks
from care.records.models import Author, Kind
from care.records.schemas.entries import Allergy
from care.records.service import entries
from care.records.service.callers import Caller
from care.records.tasks import privacy as records_tasks
from care.scheduling.tasks import privacy as scheduling_tasks
from kernel import clock, vault

EMAIL, PASSWORD = "maria@mail.example", "Salus-test-2026!"
MARIA = Details("Maria", "García", date(1980, 5, 1), phone="+4930901820", email=EMAIL)
TABLES = {
    "patients": "PatientsTable",
    "scheduling": "SchedulingTable",
    "records": "RecordsTable",
    "documents": "DocumentsTable",
    "privacy": "PrivacyTable",
}

STEPS: dict[str, Task] = {
    "patients": patients_tasks.erase,
    "scheduling": scheduling_tasks.erase,
    "records": records_tasks.erase,
    "documents": documents_erasure.erase,
    "privacy": privacy_tasks.erase,
}
PARTS: dict[str, Task] = {
    "patients": patients_tasks.export,
    "scheduling": scheduling_tasks.export,
    "records": records_tasks.export,
    "documents": documents_export.export,
    "privacy": privacy_tasks.export,
}


@dataclass
class House:
    """`before`: called before each step of the workflow with its domain and name; what it raises, the step fails by."""

    before: list[Callable[[str, str], None]] = field(default_factory=list)

    def become(self, domain: str) -> None:
        os.environ["TABLE_NAME"] = TABLES[domain]

    def register(self) -> str:
        self.become("patients")
        patient_id = patients.sign_up(EMAIL, PASSWORD, MARIA, fingerprint="f", idempotency_key=None)
        self.become("privacy")
        return patient_id

    def publish(self) -> None:
        """The table's stream brings all that has ever happened to it, as after a crash it may."""
        records = tables.stream_records("PrivacyTable")
        assert privacy_tasks.publish({"Records": records}, Context()) == {"batchItemFailures": []}

    def executions(self, workflow: str) -> dict[str, dict[str, str]]:
        """What has been started of `ERASURE` or `EXPORT`: the input of each execution, by its name."""
        client = boto3.client("stepfunctions")
        found = client.list_executions(stateMachineArn=os.environ[f"{workflow}_WORKFLOW_ARN"])["executions"]
        told = [client.describe_execution(executionArn=execution["executionArn"]) for execution in found]
        return {execution["name"]: json.loads(execution["input"]) for execution in told}

    def erase(self, patient_id: str) -> str:
        """Run the workflow that a confirmation has started; the state in which it ends."""
        return self._run("care/erasure", STEPS, {"patient_id": patient_id, "erasure_id": "era"})

    def export(self, patient_id: str, export_id: str) -> str:
        """Run the workflow that a request for an export has started; the state in which it ends."""
        return self._run("care/patient-export", PARTS, {"patient_id": patient_id, "export_id": export_id})

    def _run(self, name: str, parts: dict[str, Task], work: dict[str, str]) -> str:
        tasks = {domain.capitalize(): self._step(domain, task) for domain, task in parts.items()}
        try:
            return Workflow(name, tasks).run(work)
        finally:
            self.become("privacy")

    def repeat(self, domain: str, step: str, patient_id: str) -> None:
        """Do a step of the workflow by itself."""
        self.become(domain)
        STEPS[domain]({"step": step, "patient_id": patient_id, "blockers": []}, None)

    def _step(self, domain: str, task: Task) -> Task:
        def step(work: dict[str, Any], context: object) -> Any:
            vault.memory.clear()  # each domain has functions of its own
            self.become(domain)
            for hook in self.before:
                hook(domain, work["step"])
            return task(work, context)

        return step

    def somebody(self) -> Details:
        return Details("Juan", "Díaz", date(1950, 5, 1))

    def allergy(self, patient_id: str) -> None:
        """Something that stands in the patient's record."""
        self.become("records")
        entries.record_of(
            patient_id, Kind.ALLERGY, Allergy(code="peanut").model_dump(), None, Caller(Author("u"), None, "f")
        )
        self.become("privacy")

    def visit(self, patient_id: str, status: str, days: int) -> str:
        """A visit so many days from now, as scheduling stores it."""
        start = clock.second() + timedelta(days=days)
        appointment_id = f"apt_{days % 1000:032x}"
        client = boto3.client("dynamodb")
        at = str(int(start.timestamp()))
        line = [1, "book", status, int(at), "u", int(at), int(at) + 1800, "prc", None, "since Monday"]
        client.put_item(
            TableName="SchedulingTable",
            Item={
                "pk": {"S": f"APPOINTMENT#{appointment_id}"},
                "sk": {"S": "APPOINTMENT"},
                "status": {"S": status},
                "practitioner_id": {"S": "prc"},
                "patient_id": {"S": patient_id},
                "start": {"N": at},
                "end": {"N": str(int(at) + 1800)},
                "time_zone": {"S": "UTC"},
                "mode": {"S": "in_person"},
                "reason": {"S": "chest pain"},
                "version": {"N": "1"},
                "created_at": {"N": at},
                "fingerprint": {"S": "f"},
                "history": {"S": json.dumps([line])},
            },
        )
        client.put_item(
            TableName="SchedulingTable",
            Item={
                "pk": {"S": f"PATIENT#{patient_id}"},
                "sk": {"S": f"DAY#{start.date()}"},
                "v00": {"B": bytes.fromhex(appointment_id.removeprefix("apt_"))},
            },
        )
        return appointment_id

    def encounter(self, patient_id: str, status: str) -> None:
        boto3.client("dynamodb").put_item(
            TableName="RecordsTable",
            Item={
                "pk": {"S": f"PATIENT#{patient_id}#encounter"},
                "sk": {"S": f"AT#2026-11-21T09:00:00Z#{status}"},
                "status": {"S": status},
            },
        )
