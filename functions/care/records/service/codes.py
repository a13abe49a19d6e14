"""Codes that diagnoses are written in."""

from care.records.repository import codes
from care.records.repository.codes import Code


def search(query: str, limit: int) -> list[Code]:
    """Codes of ICD-10-CM that begin like the query, or whose words do."""
    return codes.search(query, limit)
