"""All practitioners told of once more, page after page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from local.settings import LocalError
from tools.rebuild_lists import rebuild

FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function:salus-dev-CarePractitionersRetelling:live"


@pytest.fixture
def functions() -> Any:
    return boto3.client("lambda", region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test")


@pytest.fixture
def pages(functions: Any) -> Iterator[Stubber]:
    """What Lambda is to be asked and to answer, in order."""
    with Stubber(functions) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def expect(pages: Stubber, cursor: str | None, answer: dict[str, Any], **more: str) -> None:
    asked = json.dumps({"cursor": cursor} if cursor else {}).encode()
    response = {"StatusCode": 200, "Payload": BytesIO(json.dumps(answer).encode()), **more}
    pages.add_response("invoke", response, {"FunctionName": FUNCTION, "Payload": asked})


def test_page_after_page_is_told_of_until_the_last(functions: Any, pages: Stubber) -> None:
    expect(pages, None, {"told": 200, "cursor": "after 200"})
    expect(pages, "after 200", {"told": 0, "cursor": "after 400"})
    expect(pages, "after 400", {"told": 12, "cursor": None})
    assert rebuild(functions, FUNCTION) == 212


def test_what_failed_says_from_where_to_go_on(functions: Any, pages: Stubber) -> None:
    expect(pages, None, {"told": 200, "cursor": "after-200"})
    expect(pages, "after-200", {"errorType": "NotPublished"}, FunctionError="Unhandled")
    with pytest.raises(LocalError, match=r"^200 practitioners .*--cursor after-200"):
        rebuild(functions, FUNCTION)
    expect(pages, "after-200", {"told": 12, "cursor": None})
    assert rebuild(functions, FUNCTION, "after-200") == 12


def test_where_nothing_is_told_of_nothing_is_to_be_gone_on_with(functions: Any, pages: Stubber) -> None:
    expect(pages, None, {"errorType": "NotPublished"}, FunctionError="Unhandled")
    with pytest.raises(LocalError) as failure:
        rebuild(functions, FUNCTION)
    assert "--cursor" not in str(failure.value)
