"""The portal on its way into the edge's bucket."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws
from tools.publish_portal import config, outputs, publish

BUCKET = "salus-dev-portal"
KNOWN = {"CareClientId": "client-one", "ResearchClientId": "client-two"}


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    """A build of the portal in small."""
    (tmp_path / "assets").mkdir()
    for name in ("index.html", "favicon.svg", "assets/index-1a.js", "assets/index-1a.css"):
        (tmp_path / name).write_text(name)
        (tmp_path / f"{name}.br").write_text("packed")
    return tmp_path


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket=BUCKET)
        yield client


def stored(s3: Any, key: str) -> tuple[str, str, str]:
    found = s3.get_object(Bucket=BUCKET, Key=key)
    return found["ContentType"], found["CacheControl"], found["Body"].read().decode()


def test_each_file_is_kept_as_long_as_its_kind_may_be(s3: Any, dist: Path) -> None:
    publish(s3, BUCKET, dist, config(KNOWN, "eu-central-1"))
    for_ever = "public, max-age=31536000, immutable"
    assert stored(s3, "assets/index-1a.js") == ("text/javascript; charset=utf-8", for_ever, "assets/index-1a.js")
    assert stored(s3, "assets/index-1a.css") == ("text/css; charset=utf-8", for_ever, "assets/index-1a.css")
    assert stored(s3, "index.html") == ("text/html; charset=utf-8", "no-store", "index.html")
    assert stored(s3, "favicon.svg") == ("image/svg+xml", "no-store", "favicon.svg")


def test_the_page_comes_last_and_nothing_twice(s3: Any, dist: Path) -> None:
    keys: list[str] = []
    s3.meta.events.register("provide-client-params.s3.PutObject", lambda params, **_: keys.append(params["Key"]))
    assert publish(s3, BUCKET, dist, config(KNOWN, "us-east-1")) == len(keys) == 5
    assert keys[-2:] == ["config.json", "index.html"]
    assert set(keys[:-2]) == {"favicon.svg", "assets/index-1a.js", "assets/index-1a.css"}


def test_assets_of_the_release_before_stay_for_pages_that_are_open(s3: Any, dist: Path) -> None:
    s3.put_object(Bucket=BUCKET, Key="assets/index-0b.js", Body=b"past")
    publish(s3, BUCKET, dist, config(KNOWN, "us-east-1"))
    assert s3.get_object(Bucket=BUCKET, Key="assets/index-0b.js")["Body"].read() == b"past"


def test_browsers_learn_from_the_stacks_where_to_sign_in(s3: Any, dist: Path) -> None:
    publish(s3, BUCKET, dist, config(KNOWN, "eu-central-1"))
    kind, caching, text = stored(s3, "config.json")
    assert (kind, caching) == ("application/json", "no-store")
    endpoint = "https://cognito-idp.eu-central-1.amazonaws.com/"
    assert json.loads(text) == {
        "care": {"sign_in": endpoint, "client_id": "client-one"},
        "research": {"sign_in": endpoint, "client_id": "client-two"},
    }


def test_a_stack_tells_what_it_has_and_one_that_is_not_there_nothing() -> None:
    cloudformation = boto3.client("cloudformation", region_name="us-east-1")
    stack: Any = {"StackName": "salus-dev", "CreationTime": datetime.now(UTC), "StackStatus": "CREATE_COMPLETE"}
    told = [{"OutputKey": "PortalBucket", "OutputValue": "one"}]
    with Stubber(cloudformation) as cloud:
        cloud.add_response("describe_stacks", {"Stacks": [{**stack, "Outputs": told}]}, {"StackName": "salus-dev"})
        cloud.add_client_error("describe_stacks", "ValidationError", "Stack with id salus-prod does not exist")
        assert outputs(cloudformation, "salus-dev") == {"PortalBucket": "one"}
        assert outputs(cloudformation, "salus-prod") == {}
