"""The import of bundles on moto: the tables of the domains that take part, the bucket, and the workflow itself, run
state by state as it is written."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest
from layers.codes import build
from tests.integration import tables
from tests.integration.gateway import Answer, Caller, claims

from care.fhir import handler as fhir
from care.fhir import tasks
from care.patients import imports as patients
from care.patients.handler import api as patients_api
from care.patients.repository import keys
from care.records import imports as records
from care.records.handler import api as records_api
from kernel import aws
from kernel.http import Api

MACHINE = Path(__file__).parents[4] / "statemachines" / "care" / "fhir-import.asl.json"
BASE = "/fhir/R4"
ADMIN = claims("admin", user_id="admin")
DESK = claims("receptionist", user_id="desk")

type Task = Callable[[Mapping[str, Any], object], None]


class ExecutionAlreadyExists(Exception):
    pass


class House:
    """Runs executions when they are started, unless told to hold them; `broken`: tasks that fail so many times more."""

    class exceptions:  # noqa: N801 - as boto3 has it
        ExecutionAlreadyExists = ExecutionAlreadyExists

    def __init__(self, environment: pytest.MonkeyPatch) -> None:
        self._environment = environment
        self._tables = {
            domain: tables.create_table(f"{domain.title()}Table") for domain in ("fhir", "patients", "records")
        }
        environment.setenv("PATIENTS_TABLE_NAME", self._tables["patients"])
        self.executions: list[str] = []
        self.held: list[str] = []
        self.hold = False
        self.broken: dict[str, int] = {}

    @contextmanager
    def at(self, domain: str) -> Iterator[None]:
        """In a function of a domain."""
        with self._environment.context() as inside:
            inside.setenv("TABLE_NAME", self._tables[domain])
            yield

    def start_execution(self, *, stateMachineArn: str, name: str, input: str) -> None:  # noqa: A002, N803
        if name in self.executions:
            raise ExecutionAlreadyExists(name)
        self.executions.append(name)
        if self.hold:
            self.held.append(input)
        else:
            self.execute(input)

    def execute(self, given: str) -> None:
        work: dict[str, tuple[str, Task]] = {
            "${PatientsFunction}": ("patients", patients.register),
            "${RecordsFunction}": ("records", records.record),
            "${AnswerFunction}": ("fhir", tasks.finish),
            "${FailedFunction}": ("fhir", tasks.fail),
        }
        machine = json.loads(MACHINE.read_text())
        name = machine["StartAt"]
        while name:
            state = machine["States"][name]
            if state["Type"] == "Fail":
                return
            domain, task = work[state["Parameters"]["FunctionName"]]
            try:
                for _ in range(1 + state["Retry"][0]["MaxAttempts"]):
                    if self.broken.get(name, 0) == 0:
                        break
                    self.broken[name] -= 1
                else:
                    raise RuntimeError(name)
                with self.at(domain):
                    task(json.loads(given), None)
            except Exception:  # as `States.ALL` catches it
                name = state["Catch"][0]["Next"]
            else:
                name = state.get("Next", "")

    def post(self, bundle: Any, who: Mapping[str, str] = ADMIN, **headers: str) -> Answer:
        with self.at("fhir"):
            return Caller(fhir.api, who).post(BASE, bundle, **headers)

    def get(self, path: str, who: Mapping[str, str]) -> Answer:
        """Read what a domain tells."""
        kind = path.split("/")[0].split("?")[0]
        found: dict[str, tuple[str, Api]] = {"imports": ("fhir", fhir.api), "Patient": ("patients", patients_api)}
        domain, api = found.get(kind, ("records", records_api))
        with self.at(domain):
            return Caller(api, who).get(path if path.startswith("/") else f"{BASE}/{path}")

    def objects(self) -> list[str]:
        """The names of what lies in the bucket, former versions too."""
        found = boto3.client("s3").list_object_versions(Bucket="imports").get("Versions", [])
        return sorted(one["Key"].rpartition("/")[2] for one in found)

    def items(self, domain: str) -> list[dict[str, Any]]:
        found = boto3.client("dynamodb").scan(TableName=self._tables[domain], ConsistentRead=True)["Items"]
        return list(found)


@pytest.fixture(scope="session", autouse=True)
def classification() -> Iterator[None]:
    """ICD-10-CM as it ships, where a layer would put it."""
    place = str(build.built())
    sys.path.append(place)
    yield
    sys.path.remove(place)


@pytest.fixture
def house(account: pytest.MonkeyPatch, keys_table: str) -> Iterator[House]:
    account.setenv("PRACTITIONERS_TABLE_NAME", tables.create_table("PractitionersTable"))
    secret = boto3.client("secretsmanager").create_secret(Name="search-key", SecretString="a key of the tests")
    account.setenv("SEARCH_KEY_SECRET_ARN", secret["ARN"])
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="imports")
    s3.put_bucket_versioning(Bucket="imports", VersioningConfiguration={"Status": "Enabled"})
    account.setenv("IMPORTS_BUCKET_NAME", "imports")
    account.setenv("IMPORT_MACHINE_ARN", "machine")
    account.setattr(fhir, "_PATIENCE", 0.0)
    found = House(account)
    account.setattr(aws, "workflows", lambda: found)
    keys.search_key.cache_clear()
    yield found
    keys.search_key.cache_clear()


@pytest.fixture
def keys_table(keys: str) -> str:
    return keys
