"""Data, its keys, and who signs in to it."""

from __future__ import annotations

from tests.architecture.rules.access import grants
from tests.architecture.rules.trail import TRAIL
from tests.architecture.stack import Stack

# Tables from which nothing may go by itself.
KEPT_FOR_GOOD = {"KeysTable", TRAIL, "AuditSealsTable"}

# Tables of which no old state may be kept for long, and for how many days.
FORGOTTEN = {"KeysTable": 3}


def tables_can_be_trusted(stack: Stack) -> list[str]:
    problems = []
    for table, properties in stack.of("AWS::DynamoDB::Table").items():
        checks = {
            "is not on demand": properties.get("BillingMode") == "PAY_PER_REQUEST",
            "cannot be restored": properties.get("PointInTimeRecoverySpecification", {}).get(
                "PointInTimeRecoveryEnabled"
            ),
            "is not under our key": properties.get("SSESpecification", {}).get("KMSMasterKeyId") == "${DataKey}",
            "can be deleted": properties.get("DeletionProtectionEnabled") or stack.stage == "local",
            "goes with its stack": stack.resources[table].get("DeletionPolicy") == "RetainExceptOnCreate",
            "goes with a change": stack.resources[table].get("UpdateReplacePolicy") == "Retain",
            "keeps what has expired": table in KEPT_FOR_GOOD
            or properties.get("TimeToLiveSpecification", {}).get("AttributeName") == "expires_at",
            "forgets": table not in KEPT_FOR_GOOD or "TimeToLiveSpecification" not in properties,
        }
        problems += [f"{table} {problem}" for problem, well in checks.items() if not well]
    return problems


def what_is_erased_stays_erased(stack: Stack) -> list[str]:
    problems = []
    for table, days in FORGOTTEN.items():
        for logical_id, properties in stack.of("AWS::DynamoDB::Table").items():
            recovery = properties.get("PointInTimeRecoverySpecification", {})
            if logical_id == table and recovery.get("RecoveryPeriodInDays", 35) > days:
                problems.append(f"{table} can be brought back for more than {days} days")
        for selection, properties in stack.of("AWS::Backup::BackupSelection").items():
            if any(table in resource for resource in properties["BackupSelection"]["Resources"]):
                problems.append(f"{selection} keeps {table}")
    return problems


def keys_rotate(stack: Stack) -> list[str]:
    """All that encrypt; one that signs cannot."""
    return [
        f"{key} does not rotate"
        for key, properties in stack.of("AWS::KMS::Key").items()
        if not properties.get("EnableKeyRotation") and properties.get("KeyUsage") != "SIGN_VERIFY"
    ]


def the_archive_is_locked(stack: Stack) -> list[str]:
    """Sealed records can be deleted by nobody before their time, and only one function may sign."""
    problems = []
    archive = stack.properties("AuditArchive")
    retention = archive.get("ObjectLockConfiguration", {}).get("Rule", {}).get("DefaultRetention", {})
    if not archive.get("ObjectLockEnabled") or retention.get("Mode") != "COMPLIANCE" or not retention.get("Days"):
        problems.append("AuditArchive lets go")
    signers = {grant.role for grant in grants(stack) if "kms:Sign" in grant.actions}
    sealer = f"{stack.app.title()}AuditSealerRole"
    return problems + [f"{role} may sign" for role in sorted(signers ^ {sealer})]


def buckets_are_private_and_encrypted(stack: Stack) -> list[str]:
    problems = []
    for bucket, properties in stack.of("AWS::S3::Bucket").items():
        rules = properties.get("BucketEncryption", {}).get("ServerSideEncryptionConfiguration", [])
        keys = [rule["ServerSideEncryptionByDefault"].get("KMSMasterKeyID") for rule in rules]
        if keys != ["${DataKey.Arn}"]:
            problems.append(f"{bucket} is not under our key")
        blocked = properties.get("PublicAccessBlockConfiguration", {})
        if list(blocked.values()) != [True] * 4:
            problems.append(f"{bucket} may become public")
        if properties.get("VersioningConfiguration") != {"Status": "Enabled"}:
            problems.append(f"{bucket} loses what is written over")
    return problems


def users_cannot_bind_themselves(stack: Stack) -> list[str]:
    """Whom a user is, and which roles they have, is written by our API alone; tokens die within five minutes."""
    problems = []
    for pool, properties in stack.of("AWS::Cognito::UserPool").items():
        if not properties.get("AdminCreateUserConfig", {}).get("AllowAdminCreateUserOnly"):
            problems.append(f"{pool} lets anybody sign up")
    for client, properties in stack.of("AWS::Cognito::UserPoolClient").items():
        writable = properties.get("WriteAttributes", ["everything"])
        problems += [f"{client} lets users write {name}" for name in writable if name != "email"]
        units, lives = properties["TokenValidityUnits"], ("IdToken", "AccessToken")
        problems += [
            f"{client}'s {token} outlives a disabled user"
            for token in lives
            if (properties[f"{token}Validity"], units[token]) != (5, "minutes")
        ]
    return problems
