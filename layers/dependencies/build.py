"""Build a layer of libraries: a locked group of pyproject.toml for Lambda's processor, without what no function uses.

Takes the processor (`arm64` or `x86_64`; `host` for a laptop that is no Linux), the group and the directory to fill.
The finished layer is kept under `.local/build/layers/<hash>` and copied from there as long as lock file, processor and
this script stay the same.
Byte code ships in place of the sources: Lambda's file system is read-only, so whatever is not compiled here would
be compiled again at every cold start, and both together would be a fifth larger than the budget allows.
Third-party frames in a traceback so name file, line and function, but do not quote the line.
"""

from __future__ import annotations

import compileall
import gzip
import hashlib
import json
import os
import py_compile
import shutil
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PLATFORMS = {"arm64": "aarch64-manylinux2014", "x86_64": "x86_64-manylinux2014"}
# botocore describes some 400 services; these are the ones our code and its credentials may speak to.
SERVICES = {
    "apigatewaymanagementapi",
    "cloudwatch",
    "cognito-idp",
    "dynamodb",
    "events",
    "kms",
    "lambda",
    "s3",
    "scheduler",
    "secretsmanager",
    "ses",
    "sesv2",
    "sqs",
    "stepfunctions",
    "sts",
}
# Parts that no function of ours uses and nothing that we use imports.
UNUSED = (
    "bin",
    "**/tests",
    "**/*.pyi",
    "**/examples-1.json*",
    "boto3/examples",
    "dateutil/zoneinfo/*.tar.gz",
    "aws_lambda_powertools/event_handler/openapi/swagger_ui/*.min.*",
    "aws_lambda_powertools/utilities/auth_alpha",
    "aws_lambda_powertools/utilities/circuit_breaker",
    "aws_lambda_powertools/utilities/data_masking",
    "aws_lambda_powertools/utilities/feature_flags",
    "aws_lambda_powertools/utilities/kafka",
    "aws_lambda_powertools/utilities/streaming",
)
METADATA = {"METADATA", "LICENSE", "LICENSE.txt", "LICENSE.md", "licenses", "NOTICE"}


def main() -> None:
    architecture, group, target = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    requirements = _requirements(group)
    digest = hashlib.sha256(requirements + architecture.encode() + Path(__file__).read_bytes()).hexdigest()[:16]
    built = ROOT / ".local" / "build" / "layers" / digest
    if not built.exists():
        _build(requirements, architecture, built)
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(built, target)


def _requirements(group: str) -> bytes:
    command = [_uv(), "export", "--quiet", "--frozen", "--only-group", group, "--no-emit-project", "--no-header"]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout


def _build(requirements: bytes, architecture: str, built: Path) -> None:
    partial = built.with_name(f"{built.name}.{os.getpid()}")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    listing = partial / "requirements.txt"
    listing.write_bytes(requirements)
    command = [_uv(), "pip", "install", "--quiet", "--python", sys.executable, "--python-version", "3.13"]
    command += ["--only-binary", ":all:", "--require-hashes", "--no-deps"]
    if architecture != "host":
        command += ["--python-platform", PLATFORMS[architecture]]
    # Files are changed below, and a link of uv's would be a file of its cache and of every other environment.
    command += ["--link-mode", "copy"]
    subprocess.run([*command, "--target", str(partial), "--requirement", str(listing)], check=True)
    listing.unlink()
    _prune(partial)
    _compile(partial)
    try:
        partial.rename(built)
    except OSError:  # another build finished the same layer first
        shutil.rmtree(partial)


def _prune(target: Path) -> None:
    if (target / "botocore").exists():
        _prune_services(target)
    for information in target.glob("*.dist-info"):
        for entry in information.iterdir():
            if entry.name not in METADATA:
                _delete(entry)
    for pattern in UNUSED:
        for entry in list(target.glob(pattern)):
            _delete(entry)
    for library in target.glob("**/*.so"):
        _strip(library)


def _prune_services(target: Path) -> None:
    for data in (target / "botocore" / "data", target / "boto3" / "data"):
        for service in data.iterdir():
            if service.is_dir() and service.name not in SERVICES:
                shutil.rmtree(service)
    _slim(target / "botocore" / "data")


def _slim(data: Path) -> None:
    """Leave out of botocore's descriptions what is for people, and the endpoints of services that are not there: both
    are parsed whenever a function's first client is made."""
    prefixes = set()
    for packed in data.glob("*/*/service-2.json.gz"):
        description = _undocumented(json.loads(gzip.decompress(packed.read_bytes())))
        prefixes.add(description["metadata"]["endpointPrefix"])
        for parameter in description.get("clientContextParams", {}).values():
            parameter["documentation"] = ""  # S3's client cannot be made without
        packed.with_suffix("").write_text(json.dumps(description, separators=(",", ":")))
        packed.unlink()
    path = data / "endpoints.json"
    endpoints = json.loads(path.read_text())
    for partition in endpoints["partitions"]:
        partition["services"] = {name: at for name, at in partition["services"].items() if name in prefixes}
    path.write_text(json.dumps(endpoints, separators=(",", ":")))


def _undocumented(node: Any) -> Any:
    if isinstance(node, dict):
        # A field that is called documentation is described by a dict; a text is about something else's field.
        kept = {name: value for name, value in node.items() if name != "documentation" or not isinstance(value, str)}
        return {name: _undocumented(value) for name, value in kept.items()}
    return [_undocumented(value) for value in node] if isinstance(node, list) else node


def _strip(library: Path) -> None:
    """Cut off the symbol and section tables, which lie behind everything that the program headers load.

    Works for any processor, where the `strip` at hand knows only its own. Offsets are those of the 64-bit ELF header.
    """
    content = bytearray(library.read_bytes())
    if not content.startswith(b"\x7fELF"):
        return
    headers, size, count = struct.unpack_from("<Q", content, 32)[0], *struct.unpack_from("<HH", content, 54)
    segments = (struct.unpack_from("<Q24xQ", content, headers + index * size + 8) for index in range(count))
    end = max(offset + length for offset, length in segments)
    struct.pack_into("<Q", content, 40, 0)  # no section headers …
    struct.pack_into("<HHH", content, 58, 0, 0, 0)  # … of no size, number or names
    library.write_bytes(content[:end])


def _delete(entry: Path) -> None:
    if entry.is_dir():
        shutil.rmtree(entry)
    else:
        entry.unlink(missing_ok=True)


def _compile(target: Path) -> None:
    compiled = compileall.compile_dir(
        target,
        quiet=1,
        legacy=True,
        force=True,
        workers=os.cpu_count() or 1,
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        stripdir=str(target),
        prependdir="/opt/python",
    )
    if not compiled:
        sys.exit("some of the dependencies do not compile")
    for source in list(target.glob("**/*.py")):
        source.unlink()


def _uv() -> str:
    own = ROOT / ".local" / "tools" / "bin" / "uv"
    return str(own) if own.exists() else "uv"


if __name__ == "__main__":
    main()
