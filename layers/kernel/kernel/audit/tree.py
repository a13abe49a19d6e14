"""The Merkle tree of RFC 6962, section 2.1, over SHA-256: one root that stands for a list in its order."""

from collections.abc import Sequence
from hashlib import sha256


def leaf(entry: bytes) -> bytes:
    """The hash of an entry. The byte before it keeps entries from being passed off as parts of the tree."""
    return sha256(b"\x00" + entry).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over hashes of entries; that of an empty list is the hash of nothing."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    left = 1 << (len(leaves) - 1).bit_length() - 1  # the largest power of two below their number
    return sha256(b"\x01" + root(leaves[:left]) + root(leaves[left:])).digest()
