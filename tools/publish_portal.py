"""Puts the portal's build where the edge serves it from: `make publish-portal STAGE=dev`.

What an environment differs in, config.json, is written from the outputs of its stack. Where the applications are
deployed apart from each other, what that stack cannot tell is given instead.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
from local import portal
from local.settings import LocalError

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_s3 import S3Client

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}
# Beside the edge's own headers, which override them: so the files mean the same to whoever reads the bucket.
IMMUTABLE, UNCACHED = "public, max-age=31536000, immutable", "no-store"
# CloudFront compresses by itself; these are for the laptop's front.
PACKED = {".br", ".gz"}


def main() -> int:
    arguments = _arguments()
    session = boto3.Session(region_name=arguments.region)
    try:
        told = outputs(session.client("cloudformation"), f"salus-{arguments.stage}")
        given = {
            "PortalBucket": arguments.bucket,
            "CareClientId": arguments.care_client,
            "ResearchClientId": arguments.research_client,
        }
        known = told | {name: value for name, value in given.items() if value}
        missing = given.keys() - known.keys()
        if missing:
            raise LocalError(f"salus-{arguments.stage} does not tell {', '.join(sorted(missing))}; see --help.")
        portal.build()
    except LocalError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    count = publish(session.client("s3"), known["PortalBucket"], portal.DIST, config(known, arguments.region))
    sys.stdout.write(
        f"{count} files in {known['PortalBucket']}; {known.get('PortalUrl', 'the edge')} serves them now.\n"
    )
    return 0


def outputs(cloudformation: CloudFormationClient, stack: str) -> dict[str, str]:
    """What a stack tells; nothing if there is none of that name."""
    try:
        (found,) = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    except cloudformation.exceptions.ClientError:
        return {}
    return {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])}


def config(known: Mapping[str, str], region: str) -> dict[str, dict[str, str]]:
    """What browsers have to know of an environment; web/src/app/config.ts reads it."""
    sign_in = f"https://cognito-idp.{region}.amazonaws.com/"
    clients = {"care": known["CareClientId"], "research": known["ResearchClientId"]}
    return {app: {"sign_in": sign_in, "client_id": client} for app, client in clients.items()}


def publish(s3: S3Client, bucket: str, dist: Path, settings: Mapping[str, Mapping[str, str]]) -> int:
    """Upload a build so that whoever loads a page meanwhile gets the old one or the new one, whole.

    The page comes last, when all that it names is there; past assets stay for those who have the old page open.

    Returns:
        How many files were uploaded.
    """
    files = list(_in_order(dist))
    for path in files[:-1]:
        _put(s3, bucket, path.relative_to(dist).as_posix(), path.read_bytes())
    _put(s3, bucket, "config.json", json.dumps(settings).encode())
    _put(s3, bucket, files[-1].relative_to(dist).as_posix(), files[-1].read_bytes())
    return len(files) + 1


def _in_order(dist: Path) -> Iterator[Path]:
    page = dist / "index.html"
    for path in sorted(dist.rglob("*")):
        if path.is_file() and path.suffix not in PACKED and path != page:
            yield path
    yield page


def _put(s3: S3Client, bucket: str, key: str, body: bytes) -> None:
    s3.put_object(
        Bucket=bucket,
        Key=key,
        Body=body,
        ContentType=TYPES[Path(key).suffix],
        CacheControl=IMMUTABLE if key.startswith("assets/") else UNCACHED,
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.publish_portal", description=__doc__)
    parser.add_argument("stage", choices=["dev", "stage", "prod"])
    parser.add_argument("--region", default=os.environ.get("AWS_REGION", "us-east-1"))
    parser.add_argument("--bucket", help="output PortalBucket of an edge that is deployed by itself")
    parser.add_argument("--care-client", help="output UserPoolClientId of care that is deployed by itself")
    parser.add_argument("--research-client", help="output UserPoolClientId of research that is deployed by itself")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
