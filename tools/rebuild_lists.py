"""Makes the lists of free slots, the boards and the work list anew: `make rebuild-lists`, here or with STAGE=dev.

All practitioners are told of once more, a page of the staff with each call; what follows their events then looks at
each of them again. It does no harm at any time, and what was interrupted may begin anew, or go on from where it stood.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from local.aws import Aws
from local.settings import LocalError, Settings, stack_name

from tools.publish_portal import outputs

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_lambda import LambdaClient

OUTPUT = "PractitionersRetellingArn"


def main() -> int:
    arguments = _arguments()
    cloudformation, functions = _clients(arguments)
    stack = stack_name("care") if arguments.stage == "local" else f"salus-{arguments.stage}"
    try:
        function = arguments.function or outputs(cloudformation, stack).get(OUTPUT)
        if not function:
            raise LocalError(f"{stack} does not tell {OUTPUT}; see --help.")
        told = rebuild(functions, function, arguments.cursor)
    except (LocalError, BotoCoreError, ClientError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{told} practitioners are told of; their lists follow within minutes.\n")
    return 0


def rebuild(functions: LambdaClient, function: str, cursor: str | None = None) -> int:
    """Have all pages told of from the cursor on.

    Returns:
        Of how many practitioners.

    Raises:
        LocalError: a page was not told of; says from where to go on.
    """
    told = 0
    while True:
        asked = {"cursor": cursor} if cursor else {}
        answer = functions.invoke(FunctionName=function, Payload=json.dumps(asked).encode())
        page: dict[str, Any] = json.loads(answer["Payload"].read())
        if answer.get("FunctionError"):
            rest = f' Go on with OPTIONS="--cursor {cursor}".' if cursor else ""
            raise LocalError(f"{told} practitioners are told of, then it failed; its log says why.{rest}")
        told += int(page["told"])
        cursor = page["cursor"]
        if cursor is None:
            return told


def _clients(arguments: argparse.Namespace) -> tuple[CloudFormationClient, LambdaClient]:
    if arguments.stage == "local":
        aws = Aws(Settings.from_environment())
        return aws.cloudformation, aws.lambda_
    session = boto3.Session(region_name=arguments.region)
    return session.client("cloudformation"), session.client("lambda")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.rebuild_lists", description=__doc__)
    parser.add_argument("stage", nargs="?", choices=["local", "dev", "stage", "prod"], default="local")
    parser.add_argument("--region", default=os.environ.get("AWS_REGION", "us-east-1"))
    parser.add_argument("--function", help=f"output {OUTPUT} of care that is deployed by itself")
    parser.add_argument("--cursor", help="where an earlier run stopped")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
