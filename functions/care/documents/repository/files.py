"""The bucket of files: what lets people send one, what arrived, and what lets them fetch it. Keys hold ids alone."""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import quote

from care.documents.models import EDGE, Examined, parts
from kernel import aws, clock, objects
from kernel.config import load

LINK = timedelta(minutes=5)
UPLOAD_LINK = timedelta(hours=1)
_CHUNK = 1024 * 1024
_COPIED_AT_ONCE = 1024 * 1024 * 1024
_COPIED_PART = 256 * 1024 * 1024


@dataclass(frozen=True)
class _Environment:
    documents_bucket_name: str


@dataclass(frozen=True, slots=True)
class Form:
    """What a browser posts with the file as the last field, named `file`."""

    url: str
    fields: Mapping[str, str]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Parts:
    """Links to which the parts of a file are put; `arrived`: those that need not be sent any more."""

    part_size: int
    urls: Mapping[int, str]
    arrived: frozenset[int]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Part:
    size: int
    etag: str


def form(key: str, content_type: str, size: int, sha256: str) -> Form:
    """A form that takes exactly this file: S3 compares type, length and checksum. The bucket's own key encrypts it."""
    fields = {
        "Content-Type": content_type,
        "x-amz-checksum-algorithm": "SHA256",
        "x-amz-checksum-sha256": base64.b64encode(bytes.fromhex(sha256)).decode(),
    }
    conditions: list[Any] = [["content-length-range", size, size], *({name: text} for name, text in fields.items())]
    made = aws.s3_for_files().generate_presigned_post(
        _bucket(), key, Fields=dict(fields), Conditions=conditions, ExpiresIn=_seconds(UPLOAD_LINK)
    )
    return Form(made["url"], made["fields"], clock.second() + UPLOAD_LINK)


def begin(key: str, content_type: str) -> str:
    """Begin an upload in parts; its id."""
    answer = aws.s3_for_files().create_multipart_upload(Bucket=_bucket(), Key=key, ContentType=content_type)
    return answer["UploadId"]


def links(key: str, upload_id: str, sizes: Mapping[int, int]) -> Mapping[int, str]:
    """A link for each of these parts (number -> bytes), to which exactly so many bytes can be put."""
    client, bucket = aws.s3_for_files(), _bucket()
    return {
        number: client.generate_presigned_url(
            "upload_part",
            Params={
                "Bucket": bucket,
                "Key": key,
                "UploadId": upload_id,
                "PartNumber": number,
                "ContentLength": size,
            },
            ExpiresIn=_seconds(UPLOAD_LINK),
        )
        for number, size in sizes.items()
    }


def arrived_parts(key: str, upload_id: str, size: int) -> Mapping[int, Part] | None:
    """The parts of a file that have arrived whole; None where there is no such upload any more."""
    client = aws.s3_for_files()
    try:
        answer = client.list_parts(Bucket=_bucket(), Key=key, UploadId=upload_id)
    except client.exceptions.NoSuchUpload:
        return None
    wanted = parts(size)
    return {
        part["PartNumber"]: Part(part["Size"], part["ETag"])
        for part in answer.get("Parts", [])
        if wanted.get(part["PartNumber"]) == part["Size"]
    }


def join(key: str, upload_id: str, size: int) -> None:
    """Make one object of the parts that have arrived; what somebody joined before is fine."""
    arrived = arrived_parts(key, upload_id, size)
    if arrived is None:
        return
    aws.s3_for_files().complete_multipart_upload(
        Bucket=_bucket(),
        Key=key,
        UploadId=upload_id,
        MultipartUpload={"Parts": [{"PartNumber": n, "ETag": part.etag} for n, part in sorted(arrived.items())]},
    )


def abort(key: str, upload_id: str) -> None:
    """Forget an upload in parts; one that is over is fine."""
    client = aws.s3_for_files()
    try:
        client.abort_multipart_upload(Bucket=_bucket(), Key=key, UploadId=upload_id)
    except client.exceptions.NoSuchUpload:
        return


def version_at(key: str) -> str | None:
    """The newest version of the object under a key; None where there is none. It takes no right to read the object."""
    answer = aws.s3_for_files().list_object_versions(Bucket=_bucket(), Prefix=key, MaxKeys=10)
    return next((one["VersionId"] for one in answer.get("Versions", []) if one["IsLatest"]), None)


def examine(key: str, version_id: str) -> Examined | None:
    """Read a file through; None where it is gone. What S3 has compared on arrival is not reckoned again."""
    client = aws.s3_for_files()
    one: Any = {"Bucket": _bucket(), "Key": key, "VersionId": version_id}
    try:
        about = client.head_object(**one, ChecksumMode="ENABLED")
    except client.exceptions.ClientError as error:
        if error.response["Error"]["Code"] in ("404", "NoSuchKey", "NoSuchVersion"):
            return None
        raise
    size, known = about["ContentLength"], about.get("ChecksumSHA256", "")
    if known and "-" not in known and size > 2 * EDGE:  # a checksum of checksums of parts says nothing here
        first = client.get_object(**one, Range=f"bytes=0-{EDGE - 1}")["Body"].read()
        last = client.get_object(**one, Range=f"bytes={size - EDGE}-{size - 1}")["Body"].read()
        return Examined(size, base64.b64decode(known).hex(), first, last)
    return _read_through(client.get_object(**one)["Body"].iter_chunks(_CHUNK))


def _read_through(chunks: Iterable[bytes]) -> Examined:
    digest, size, head, tail = hashlib.sha256(), 0, b"", b""
    for chunk in chunks:
        digest.update(chunk)
        size += len(chunk)
        if len(head) < EDGE:
            head = (head + chunk)[:EDGE]
        tail = (tail + chunk)[-EDGE:]
    return Examined(size, digest.hexdigest(), head, tail)


def copy(source: str, version_id: str, target: str, content_type: str) -> None:
    """Copy one version of an object; in parts where it is large."""
    from boto3.s3.transfer import TransferConfig

    aws.s3_for_files().copy(
        {"Bucket": _bucket(), "Key": source, "VersionId": version_id},
        _bucket(),
        target,
        ExtraArgs={"ContentType": content_type, "MetadataDirective": "REPLACE"},
        Config=TransferConfig(multipart_threshold=_COPIED_AT_ONCE, multipart_chunksize=_COPIED_PART),
    )


def copy_out(source: str, bucket: str, target: str) -> None:
    """Copy an object into another bucket; in parts where it is large."""
    from boto3.s3.transfer import TransferConfig

    config = TransferConfig(multipart_threshold=_COPIED_AT_ONCE, multipart_chunksize=_COPIED_PART)
    aws.s3_for_files().copy({"Bucket": _bucket(), "Key": source}, bucket, target, Config=config)


def purge(prefix: str) -> None:
    """Remove every version of every object whose key begins like this, for good."""
    objects.purge(_bucket(), prefix)


def link(
    key: str, file_name: str, content_type: str, disposition: Literal["inline", "attachment"]
) -> tuple[str, datetime]:
    """A link to a file, for minutes, and until when it holds."""
    url: str = aws.s3_for_files().generate_presigned_url(
        "get_object",
        Params={
            "Bucket": _bucket(),
            "Key": key,
            "ResponseContentType": content_type,
            "ResponseContentDisposition": _disposition(disposition, file_name),
            "ResponseCacheControl": "no-store",
        },
        ExpiresIn=_seconds(LINK),
    )
    return url, clock.second() + LINK


def _disposition(kind: str, file_name: str) -> str:
    """The header of RFC 6266: the name in ASCII for old programs, and as it is."""
    plain = "".join(letter if letter.isascii() and letter not in '"\\%' else "_" for letter in file_name)
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(file_name, safe='')}"


def _seconds(time: timedelta) -> int:
    return int(time.total_seconds())


def _bucket() -> str:
    environment: _Environment = load(_Environment)
    return environment.documents_bucket_name
