"""Puts the parts of an export into one ZIP, in the exports' bucket, with a bounded piece of it in memory."""

import io
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from kernel import aws, clock, objects
from kernel.exports import Place, bucket

_PART = 8 * 1024 * 1024  # bytes of a part of an upload; S3 wants five megabytes at least
_CHUNK = 1024 * 1024
_LINK_LASTS = timedelta(minutes=5)


class _Upload(io.RawIOBase):
    """A file in S3 that is written from its beginning to its end."""

    def __init__(self, key: str) -> None:
        self._place: dict[str, Any] = {"Bucket": bucket(), "Key": key}
        begun = aws.s3().create_multipart_upload(**self._place, ContentType="application/zip")
        self._place["UploadId"] = begun["UploadId"]
        self._buffer = bytearray()
        self._parts: list[Any] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._buffer += data
        if len(self._buffer) >= _PART:
            self._send()
        return len(data)

    def _send(self) -> None:
        number = len(self._parts) + 1
        sent = aws.s3().upload_part(**self._place, PartNumber=number, Body=bytes(self._buffer))
        self._parts.append({"PartNumber": number, "ETag": sent["ETag"]})
        self._buffer.clear()

    def finish(self) -> None:
        """Make it a file; until then there is none."""
        self._send()
        aws.s3().complete_multipart_upload(**self._place, MultipartUpload={"Parts": self._parts})

    def give_up(self) -> None:
        aws.s3().abort_multipart_upload(**self._place)


def pack(export: Place) -> None:
    """Put the parts into one file. Done again it makes the same anew."""
    upload = _Upload(export.zip_key)
    try:
        with ZipFile(upload, "w", ZIP_DEFLATED) as archive:
            names = []
            for key in _keys(export):
                name = key.removeprefix(export.key(""))
                _copy(archive, key, name)
                names.append(name)
            about = {"made_at": clock.iso(clock.second()), "format": "FHIR R4, newline delimited", "files": names}
            archive.writestr("manifest.json", json.dumps(about, indent=2))
        upload.finish()
    except BaseException:
        upload.give_up()
        raise


def link(export: Place) -> tuple[str, datetime]:
    """Where the file can be had for some minutes, and until when."""
    place = {
        "Bucket": bucket(),
        "Key": export.zip_key,
        "ResponseContentDisposition": 'attachment; filename="health-record.zip"',
    }
    url = aws.s3().generate_presigned_url("get_object", Params=place, ExpiresIn=int(_LINK_LASTS.total_seconds()))
    return url, clock.second() + _LINK_LASTS


def purge(patient_id: str) -> None:
    """Remove every version of every object of a patient's exports."""
    objects.purge(bucket(), f"{patient_id}/")


def _keys(export: Place) -> Iterator[str]:
    """The objects that belong into the file, in order."""
    for folder in ("documents", "fhir"):
        pages = aws.s3().get_paginator("list_objects_v2").paginate(Bucket=bucket(), Prefix=export.key(f"{folder}/"))
        for page in pages:
            for found in page.get("Contents", []):
                yield found["Key"]


def _copy(archive: ZipFile, key: str, name: str) -> None:
    body = aws.s3().get_object(Bucket=bucket(), Key=key)["Body"]
    entry = ZipInfo(name, clock.now().timetuple()[:6])
    entry.compress_type = ZIP_DEFLATED
    with archive.open(entry, "w", force_zip64=True) as file:
        for chunk in body.iter_chunks(_CHUNK):
            file.write(chunk)
