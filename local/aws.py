"""How this package speaks to its own emulator: as the root user, whatever else the machine is signed in to."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from local.settings import REGION, Settings

if TYPE_CHECKING:
    from mypy_boto3_apigateway import APIGatewayClient
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_ssm import SSMClient

ACCESS_KEY = "test"
_CONFIG = Config(retries={"mode": "standard", "max_attempts": 3}, connect_timeout=5, read_timeout=60)


class Aws:
    """Clients of one runtime's emulator, each made when first asked for."""

    def __init__(self, settings: Settings) -> None:
        self._url = f"http://127.0.0.1:{settings.aws_port}"
        self._session = boto3.Session(
            aws_access_key_id=ACCESS_KEY, aws_secret_access_key=ACCESS_KEY, region_name=REGION
        )

    @cached_property
    def apigateway(self) -> APIGatewayClient:
        return self._session.client("apigateway", endpoint_url=self._url, config=_CONFIG)

    @cached_property
    def cloudformation(self) -> CloudFormationClient:
        return self._session.client("cloudformation", endpoint_url=self._url, config=_CONFIG)

    @cached_property
    def cognito(self) -> CognitoIdentityProviderClient:
        return self._session.client("cognito-idp", endpoint_url=self._url, config=_CONFIG)

    @cached_property
    def dynamodb(self) -> DynamoDBClient:
        return self._session.client("dynamodb", endpoint_url=self._url, config=_CONFIG)

    @cached_property
    def iam(self) -> Any:
        return self._session.client("iam", endpoint_url=self._url, config=_CONFIG)

    @cached_property
    def lambda_(self) -> LambdaClient:
        return self._session.client("lambda", endpoint_url=self._url, config=_CONFIG)

    @cached_property
    def s3(self) -> S3Client:
        return self._session.client("s3", endpoint_url=self._url, config=_CONFIG)

    @cached_property
    def ssm(self) -> SSMClient:
        return self._session.client("ssm", endpoint_url=self._url, config=_CONFIG)

    def recall(self, name: str) -> str:
        """What was last remembered under a name, or an empty text. Lives and dies with the emulator's own state."""
        try:
            return self.ssm.get_parameter(Name=f"/salus/local/{name}")["Parameter"].get("Value", "")
        except self.ssm.exceptions.ParameterNotFound:
            return ""

    def remember(self, name: str, value: str) -> None:
        """Keep a text within the emulator's state."""
        self.ssm.put_parameter(Name=f"/salus/local/{name}", Value=value, Type="String", Overwrite=True)


def environment(settings: Settings) -> dict[str, str]:
    """The variables with which a command-line tool reaches the emulator and cannot reach anything else."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTHON", "MAKE"))}
    return kept | {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{settings.aws_port}",
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": ACCESS_KEY,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
