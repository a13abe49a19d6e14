"""The documents table and the bucket of files. Access patterns:

| question | how |
|---|---|
| a document with all its versions | GetItem |
| a page of a patient's documents, of a kind, of an encounter, newest first | a Query of lines, a BatchGetItem |
| uploads that were announced and have not arrived | a Query for each hour |
| may this be written | conditions of the transaction that writes it |
| a file: form, parts, what arrived, a link | S3, by keys made of ids |
"""

from care.documents.repository import documents, files
from care.documents.repository.files import Form, Parts
from care.documents.repository.keys import AlreadyStored

__all__ = ["AlreadyStored", "Form", "Parts", "documents", "files"]
