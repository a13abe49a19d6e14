"""A ward on moto: the records table, patients' keys, and of the other domains' tables what may be asked of them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
from tests.integration.gateway import Answer, Caller, claims

from care.records.handler import api
from care.records.tasks import visits
from kernel.events import Event

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
GRETA, KENJI = "prc_" + "a" * 32, "prc_" + "b" * 32
MARIA, TOM, BABY = "pat_" + "1" * 32, "pat_" + "2" * 32, "pat_" + "3" * 32
VISIT = "apt_" + "e" * 32
BORN = {MARIA: "1968-04-02", TOM: "2012-11-01", BABY: "2026-11-15"}


def doctor(practitioner_id: str) -> Caller:
    return Caller(api, claims("doctor", user_id=f"user-of-{practitioner_id}", practitioner_id=practitioner_id))


def patient(patient_id: str) -> Caller:
    return Caller(api, claims("patient", user_id=f"user-of-{patient_id}", patient_id=patient_id))


def nurse(user_id: str) -> Caller:
    return Caller(api, claims("nurse", user_id=user_id))


DESK = Caller(api, claims("receptionist", user_id="desk"))
ADMIN = Caller(api, claims("admin", user_id="admin"))
NURSE = nurse("nurse")
DR_GRETA, DR_KENJI = doctor(GRETA), doctor(KENJI)


@dataclass
class Ward:
    """`now` is the time that the kernel's clock shows."""

    tables: dict[str, str] = field(default_factory=dict)
    now: datetime = NOW

    def refer(self, domain: str, pk: str, sk: str, **attributes: dict[str, Any]) -> None:
        """Let another domain say something."""
        boto3.client("dynamodb").put_item(
            TableName=self.tables[domain], Item={"pk": {"S": pk}, "sk": {"S": sk}, **attributes}
        )

    def treats(self, who: str, patient_id: str, *, relation: str = "CARER", minutes: int = 60) -> None:
        """Say who treats a patient, or has broken the glass for them."""
        until = int((self.now + timedelta(minutes=minutes)).timestamp())
        self.refer("patients", f"PATIENT#{patient_id}", f"{relation}#{who}", until={"N": str(until)})

    def speaks_for(self, proxy_id: str, patient_id: str) -> None:
        self.refer("patients", f"PATIENT#{patient_id}", f"PROXY#{proxy_id}", active={"BOOL": True})

    def tell(self, status: str, version: int = 1, appointment_id: str = VISIT, **data: Any) -> None:
        """Let scheduling tell of a visit."""
        told = {"patient_id": MARIA, "practitioner_id": GRETA, "mode": "in_person", "end": "2026-11-23T08:20:00Z"}
        visits.handle(
            Event(
                f"{appointment_id}:{version}",
                "AppointmentBooked",
                self.now,
                appointment_id,
                "desk",
                version,
                told | {"status": status} | data,
            )
        )

    def opened(self, caller: Caller = DESK, **wish: Any) -> dict[str, Any]:
        """An encounter of Maria's, or as wished."""
        body = {"patient_id": MARIA, "practitioner_id": GRETA} if "appointment_id" not in wish else {}
        return made(caller.post("/v1/encounters", body | wish))

    def begun(self, **wish: Any) -> str:
        """The id of an encounter that Greta, or the practitioner wished for, has begun."""
        opened = self.opened(**wish)
        encounter_id: str = opened["encounter_id"]
        answer = doctor(opened["practitioner_id"]).post(f"/v1/encounters/{encounter_id}/start")
        assert answer.status == 200, answer.text
        return encounter_id

    def note(self, encounter_id: str, text: str = "Coughs since Monday.", caller: Caller = DR_GRETA) -> dict[str, Any]:
        return made(caller.post(f"/v1/encounters/{encounter_id}/notes", {"text": text}))

    def items(self, prefix: str = "") -> list[dict[str, Any]]:
        """What stands in the table under keys that begin like this, in DynamoDB's JSON."""
        found = boto3.client("dynamodb").scan(TableName=self.tables["records"], ConsistentRead=True)["Items"]
        return [item for item in found if item["pk"]["S"].startswith(prefix)]

    def forget(self, item: dict[str, Any]) -> None:
        """Remove an item, as if it had never been."""
        key = {name: item[name] for name in ("pk", "sk")}
        boto3.client("dynamodb").delete_item(TableName=self.tables["records"], Key=key)

    def erase(self, patient_id: str) -> None:
        boto3.client("dynamodb").update_item(
            TableName=self.tables["keys"],
            Key={"pk": {"S": f"PATIENT#{patient_id}"}, "sk": {"S": "KEY"}},
            UpdateExpression="REMOVE #wrapped",
            ExpressionAttributeNames={"#wrapped": "wrapped"},
        )


def made(answer: Answer) -> dict[str, Any]:
    assert answer.status == 201, answer.text
    found: dict[str, Any] = answer.json
    return found


def record(caller: Caller, patient_id: str = MARIA, query: str = "") -> list[dict[str, Any]]:
    """All of a patient's record, page by page."""
    items: list[dict[str, Any]] = []
    cursor = ""
    while True:
        answer = caller.get(f"/v1/patients/{patient_id}/record?{query}{cursor}")
        assert answer.status == 200, answer.text
        items += answer.json["items"]
        if answer.json["next_cursor"] is None:
            return items
        cursor = f"&cursor={answer.json['next_cursor']}"
