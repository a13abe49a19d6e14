"""A patient is erased: their files go, the documents stay as what cannot be read."""

from care.documents.models import Document
from care.documents.repository import documents, files
from care.documents.repository.keys import of_patient, quarantine
from care.documents.service.attempts import changed
from kernel import clock


def erase(patient_id: str) -> None:
    """Remove every file of a patient's, whatever its state, and say so in each document; repeating it does no harm.

    Files first: who crashes between begins anew. What is being sent or copied at this moment is removed by whoever
    finishes it, because the document says that it was erased; the patient's key should be destroyed before, so that
    nothing new is announced.
    """
    for document in documents.of_patient(patient_id):
        for version in document.versions:
            if version.upload_id:
                files.abort(quarantine(patient_id, document.document_id, version.number), version.upload_id)
        changed(document.document_id, _erased)
    for prefix in of_patient(patient_id):
        files.purge(prefix)


def _erased(document: Document) -> Document:
    return document.erase(clock.second())
