"""Clients of AWS services: made once, lazily, with explicit timeouts and bounded retries."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from botocore.config import Config
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_scheduler import EventBridgeSchedulerClient
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_ses import SESClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_stepfunctions import SFNClient


def _config(attempts: int = 3) -> "Config":
    from botocore.config import Config

    return Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": attempts, "mode": "standard"})


# boto3 costs a tenth of a second to import, and a booking needs none of these clients: it is imported on first use.


@cache
def cognito() -> "CognitoIdentityProviderClient":
    import boto3

    return boto3.client("cognito-idp", config=_config())


@cache
def events() -> "EventBridgeClient":
    import boto3

    return boto3.client("events", config=_config())


@cache
def kms() -> "KMSClient":
    import boto3

    return boto3.client("kms", config=_config())


@cache
def s3() -> "S3Client":
    """Signs links the way that encrypted buckets demand."""
    import boto3
    from botocore.config import Config

    return boto3.client("s3", config=_config().merge(Config(signature_version="s3v4")))


@cache
def s3_for_files() -> "S3Client":
    """S3 for files that people send and fetch themselves by links, and for reading and copying large ones.

    Links name the bucket's own regional host, which a page's security policy can list, and demand no checksum that
    whoever signs them cannot know.
    """
    import boto3
    from botocore.config import Config

    config = Config(
        signature_version="s3v4",
        s3={"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        read_timeout=60,
    )
    return boto3.client("s3", config=_config().merge(config))


@cache
def scheduler() -> "EventBridgeSchedulerClient":
    import boto3

    return boto3.client("scheduler", config=_config())


@cache
def secrets() -> "SecretsManagerClient":
    import boto3

    return boto3.client("secretsmanager", config=_config())


@cache
def ses() -> "SESClient":
    """Tries once: a repeated SendEmail is another mail, so that its caller must decide."""
    import boto3

    return boto3.client("ses", config=_config(attempts=1))


@cache
def workflows() -> "SFNClient":
    import boto3

    return boto3.client("stepfunctions", config=_config())


@cache
def sqs() -> "SQSClient":
    import boto3

    return boto3.client("sqs", config=_config())
