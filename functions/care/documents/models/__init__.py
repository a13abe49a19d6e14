"""The rules of documents, pure."""

from care.documents.models.documents import (
    LOINC,
    MOST_VERSIONS,
    Document,
    Kind,
    Names,
    Refusal,
    Role,
    Status,
    Version,
    Withdrawal,
)
from care.documents.models.files import EDGE, FORM_BYTES, MOST_BYTES, MOST_PARTS, TYPES, Examined, part_size, parts

__all__ = [
    "EDGE",
    "FORM_BYTES",
    "LOINC",
    "MOST_BYTES",
    "MOST_PARTS",
    "MOST_VERSIONS",
    "TYPES",
    "Document",
    "Examined",
    "Kind",
    "Names",
    "Refusal",
    "Role",
    "Status",
    "Version",
    "Withdrawal",
    "part_size",
    "parts",
]
