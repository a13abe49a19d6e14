"""How a stored document is changed."""

from collections.abc import Callable

from care.documents.models import Document
from care.documents.repository import documents
from kernel.errors import NotFound
from kernel.races import again


def changed(document_id: str, change: Callable[[Document], Document]) -> Document:
    """A document after a change of the latest that is stored.

    Raises:
        NotFound: there is none.
    """

    def once() -> Document:
        old = documents.find(document_id)
        if old is None:
            raise NotFound
        new = change(old)
        if new is not old:
            documents.put(new)
        return new

    return again(once)
