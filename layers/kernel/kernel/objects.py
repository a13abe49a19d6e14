"""Objects of S3 that are to be gone: buckets keep former versions, so that removing an object alone removes nothing."""

from typing import Any

from kernel import aws


class NotPurged(Exception):
    """S3 kept some of what was to go; asking again does no harm."""


def purge(bucket: str, prefix: str) -> None:
    """Remove every version of every object whose key begins like this, for good. Done again it does no harm."""
    client = aws.s3()
    for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix):
        found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        if found:
            keys: Any = [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in found]
            answer = client.delete_objects(Bucket=bucket, Delete={"Objects": keys, "Quiet": True})
            if answer.get("Errors"):
                raise NotPurged
