"""Identifiers: a prefix that people can tell apart, then a UUID in 32 hex digits, e.g. `apt_0192f0c1…`."""

import hashlib
import re
from uuid import UUID

from uuid_utils.compat import uuid7

_SHAPE = re.compile(r"[a-z]{2,6}_[0-9a-f]{32}")


def new(prefix: str) -> str:
    """A fresh identifier over a UUIDv7: sorts by the time of its making."""
    return f"{prefix}_{uuid7().hex}"


def derived(prefix: str, *parts: str) -> str:
    """The identifier that always belongs to `parts`, a UUIDv8 (RFC 9562) over their SHA-256.

    A create that takes its id from caller and Idempotency-Key is idempotent through its own "must not exist"
    condition, without a record beside it.
    """
    digest = bytearray(hashlib.sha256("\x1f".join(parts).encode()).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x80
    digest[8] = digest[8] & 0x3F | 0x80
    return f"{prefix}_{digest.hex()}"


def for_create(prefix: str, caller: str, idempotency_key: str | None) -> str:
    """The id of a thing about to be created: derived from the caller's key where there is one, else fresh."""
    return derived(prefix, caller, idempotency_key) if idempotency_key else new(prefix)


def matches(prefix: str, text: str) -> bool:
    """Whether `text` has the shape of an identifier with this prefix."""
    return text.startswith(prefix + "_") and _SHAPE.fullmatch(text) is not None


def is_id(text: str) -> bool:
    """Whether `text` has the shape of an identifier, whatever its prefix."""
    return _SHAPE.fullmatch(text) is not None


def pattern(prefix: str) -> str:
    """The regular expression of such identifiers, for the contract."""
    return f"^{prefix}_[0-9a-f]{{32}}$"


def to_bytes(identifier: str) -> bytes:
    """The 16 bytes behind an identifier."""
    return bytes.fromhex(identifier.partition("_")[2])


def from_bytes(prefix: str, raw: bytes) -> str:
    """The identifier over these 16 bytes."""
    return f"{prefix}_{UUID(bytes=raw).hex}"
