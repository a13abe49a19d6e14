"""The practitioners domain on moto, as its tests see it: from its API and from what it leaves in AWS."""

import json
from dataclasses import dataclass
from typing import Any

import boto3
from tests.integration import tables
from tests.integration.gateway import Caller, Context, claims

from care.practitioners import handler, tasks
from kernel import directory

TEMPORARY = "Temporary-2026!"
OWN = "My-own-secret-2026!"


@dataclass
class Hospital:
    """The domain behind its API, with what it leaves in AWS."""

    pool: str
    client: str
    invited: list[str]
    department_id: str = ""

    def caller(self, *roles: str, user_id: str = "u-admin", **more: str) -> Caller:
        return Caller(handler.api, claims(*roles, user_id=user_id, **more))

    @property
    def admin(self) -> Caller:
        return self.caller("admin")

    def new(self, family_name: str = "Nowak", *roles: str, **more: Any) -> dict[str, Any]:
        """The body of a hiring: a nurse, unless other roles are named."""
        email = f"{family_name}.{more.get('given_name', 'Ewa')}@clinic.example".lower().replace(" ", "-")
        return {
            "email": email.encode("ascii", "ignore").decode(),
            "given_name": "Ewa",
            "family_name": family_name,
            "roles": list(roles) or ["nurse"],
            "temporary_password": TEMPORARY,
            **more,
        }

    def doctor(self, family_name: str = "Kowalska", **more: Any) -> dict[str, Any]:
        profile = {
            "specialties": more.pop("specialties", ["cardiology"]),
            "department_id": more.pop("department_id", self.department_id),
            "fee": {"minor": 5000, "currency": "EUR"},
            "languages": ["pl", "en"],
        }
        return self.new(family_name, "doctor", **{"practitioner": profile, **more})

    def hire(self, body: dict[str, Any]) -> dict[str, Any]:
        answer = self.admin.post("/v1/staff", body)
        assert answer.status == 201, answer
        hired: dict[str, Any] = answer.json
        return hired

    def department(self, name: str) -> str:
        answer = self.admin.post("/v1/departments", {"name": name})
        assert answer.status == 201, answer
        return str(answer.json["department_id"])

    def found(self, path: str) -> list[str]:
        """The family names on one page."""
        answer = self.caller("patient").get(path) if "staff" not in path else self.admin.get(path)
        assert answer.status == 200, answer
        return [item["family_name"] for item in answer.json["items"]]

    def sign_in(self, email: str, password: str) -> dict[str, Any]:
        """What Cognito answers to a password; it raises when it refuses."""
        return dict(
            boto3.client("cognito-idp").initiate_auth(
                ClientId=self.client,
                AuthFlow="USER_PASSWORD_AUTH",
                AuthParameters={"USERNAME": email, "PASSWORD": password},
            )
        )

    def first_sign_in(self, email: str) -> dict[str, Any]:
        """Sign in with the temporary password and choose an own one."""
        challenge = self.sign_in(email, TEMPORARY)
        return dict(
            boto3.client("cognito-idp").respond_to_auth_challenge(
                ClientId=self.client,
                ChallengeName="NEW_PASSWORD_REQUIRED",
                Session=challenge["Session"],
                ChallengeResponses={"USERNAME": email, "NEW_PASSWORD": OWN},
            )
        )

    def sign_up(self, email: str, attributes: dict[str, str], password: str) -> str:
        """An account that hiring has not made."""
        user = directory.create_user(email, attributes)
        directory.set_password(user, password, permanent=True)
        return user

    def attributes(self, user: str) -> dict[str, str]:
        return directory.attributes_of(user) or {}

    def enabled(self, user: str) -> bool:
        found = boto3.client("cognito-idp").admin_get_user(UserPoolId=self.pool, Username=user)
        return found["Enabled"]

    def users(self) -> list[str]:
        """The addresses that have an account."""
        users = boto3.client("cognito-idp").list_users(UserPoolId=self.pool)["Users"]
        return [pair["Value"] for user in users for pair in user["Attributes"] if pair["Name"] == "email"]

    def groups(self, user_id: str) -> set[str]:
        cognito = boto3.client("cognito-idp")
        groups = cognito.admin_list_groups_for_user(UserPoolId=self.pool, Username=user_id)["Groups"]
        return {group["GroupName"] for group in groups}

    def bookable(self, practitioner_id: str) -> bool:
        status = self.item(f"PRACTITIONER#{practitioner_id}", "STATUS")
        assert status is not None
        return bool(status["active"])

    def items(self) -> list[dict[str, Any]]:
        """All that stands in the table, but the department."""
        stored = boto3.resource("dynamodb").Table("PractitionersTable").scan()["Items"]
        return [item for item in stored if not str(item["pk"]).startswith("DEPARTMENT")]

    def item(self, pk: str, sk: str) -> dict[str, Any] | None:
        found = boto3.resource("dynamodb").Table("PractitionersTable").get_item(Key={"pk": pk, "sk": sk})
        item: dict[str, Any] | None = found.get("Item")
        return item


@dataclass
class Stream:
    """The table's stream, its publisher, and two queues behind the bus: the hiring checks, and all that is told."""

    checks: str
    all: str
    seen: int = 0

    def records(self) -> list[dict[str, Any]]:
        """What has happened to the table since the last call, as Lambda gets it."""
        records = tables.stream_records("PractitionersTable")
        new, self.seen = records[self.seen :], len(records)
        return new

    def publish(self) -> None:
        """Publish what has happened to the table since."""
        assert tasks.publish({"Records": self.records()}, Context()) == {"batchItemFailures": []}

    def settle(self) -> None:
        """Let the delayed checks come."""
        records = [{"messageId": body["id"], "body": json.dumps(body)} for body in _arrived(self.checks)]
        assert tasks.settle_staff({"Records": records}, Context()) == {"batchItemFailures": []}

    def told(self) -> list[dict[str, Any]]:
        """The events that have been published since the last call."""
        self.publish()
        return [message["detail"] for message in _arrived(self.all)]


def _arrived(queue: str) -> list[dict[str, Any]]:
    sqs = boto3.client("sqs")
    found = []
    while messages := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", []):
        for message in messages:
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        found += messages
    return [json.loads(message["Body"]) for message in found]
