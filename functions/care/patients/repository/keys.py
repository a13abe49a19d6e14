"""What all of the table's items have in common: their table, their patient's key, the hashes in their keys."""

import hashlib
import hmac
from dataclasses import dataclass
from functools import cache

from kernel import aws
from kernel.config import load
from kernel.dynamodb import FromEnvironment, Item


class Stored(Item):
    class Meta:
        table_name = FromEnvironment("TABLE_NAME")


@dataclass(frozen=True)
class _Environment:
    search_key_secret_arn: str


@cache
def search_key() -> bytes:
    """The secret key of all hashes, fetched once."""
    environment: _Environment = load(_Environment)
    return aws.secrets().get_secret_value(SecretId=environment.search_key_secret_arn)["SecretString"].encode()


def keyed_hash(kind: str, text: str) -> str:
    """32 hex digits that nobody without the key can compute; the same text of two kinds hashes differently."""
    return hmac.digest(search_key(), f"{kind}\x1f{text}".encode(), hashlib.sha256).hex()[:32]


def patient_key(patient_id: str) -> str:
    return f"PATIENT#{patient_id}"
