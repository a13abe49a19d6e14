"""How often a lost race is run again, and how a stored document is changed."""

from collections.abc import Callable

from care.documents.models import Document
from care.documents.repository import LostRace, documents
from kernel.errors import NotFound, Unavailable

_ATTEMPTS = 5


def attempt[T](one: Callable[[], T]) -> T:
    """Try until no race is lost.

    Raises:
        Unavailable: others were always faster.
    """
    for _ in range(_ATTEMPTS):
        try:
            return one()
        except LostRace:
            continue
    raise Unavailable


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

    return attempt(once)
