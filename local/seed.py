"""Demo people: one of every role, invented and saying so, for a machine that nobody else reaches."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from local.aws import Aws
from local.deploy import Deployed
from local.progress import say, step
from local.settings import Settings

PASSWORD = "Salus-demo-2026!"
CARE_ROLES = (
    "patient",
    "doctor",
    "nurse",
    "receptionist",
    "lab-technician",
    "pathologist",
    "pharmacist",
    "courier",
    "cashier",
    "claims-officer",
    "manager",
    "auditor",
    "admin",
)
RESEARCH_ROLES = ("scientist", "clinical-lead", "quality", "regulatory-lead", "compliance-auditor", "admin")


@dataclass(frozen=True, slots=True)
class DemoUser:
    """Somebody to sign in as."""

    app: str
    role: str
    email: str
    password: str
    patient_id: str = ""
    practitioner_id: str = ""


def seed(settings: Settings, aws: Aws, deployed: Mapping[str, Deployed]) -> Sequence[DemoUser]:
    """Create who is missing; the same people every time."""
    users = [DemoUser("care", role, f"demo.{role}@care.example", PASSWORD) for role in CARE_ROLES]
    users += [DemoUser("research", role, f"demo.{role}@research.example", PASSWORD) for role in RESEARCH_ROLES]
    version = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
    if aws.recall("seeded") == version:
        say("  demo data: nothing has changed")
        return users
    with step("demo data"):
        for user in users:
            _sign_up(aws, deployed[user.app].outputs["UserPoolId"], user)
    aws.remember("seeded", version)
    return users


def _sign_up(aws: Aws, pool: str, user: DemoUser) -> None:
    with suppress(aws.cognito.exceptions.UsernameExistsException):
        aws.cognito.admin_create_user(
            UserPoolId=pool,
            Username=user.email,
            MessageAction="SUPPRESS",
            UserAttributes=[{"Name": "email", "Value": user.email}, {"Name": "email_verified", "Value": "true"}],
        )
    aws.cognito.admin_set_user_password(UserPoolId=pool, Username=user.email, Password=user.password, Permanent=True)
    aws.cognito.admin_add_user_to_group(UserPoolId=pool, Username=user.email, GroupName=user.role)
