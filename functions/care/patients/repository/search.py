"""By what patients are found: one small item for each index term of each patient."""

from bisect import bisect_left
from collections.abc import Collection, Iterable

from care.patients.repository.keys import Stored, keyed_hash, patient_key
from kernel.dynamodb import Transaction

_PAGE = 250  # tokens of one read, about 100 bytes each
_PAGES = 40  # reads of one search


class TokenItem(Stored):
    """`TOKEN#5f2c…` (a keyed hash of `word:garc`) / `PATIENT#pat_0192…`: the patient is found by it."""


def token(term: str) -> str:
    """The partition of those who are found by a term."""
    return f"TOKEN#{keyed_hash('term', term)}"


def index(transaction: Transaction, patient_id: str, *, added: Iterable[str], removed: Iterable[str]) -> None:
    """Let the patient be found by the terms `added`, and no longer by those `removed`."""
    for term in sorted(removed):
        transaction.delete("token", TokenItem(token(term), patient_key(patient_id)))
    for term in sorted(added):
        transaction.put("token", TokenItem(token(term), patient_key(patient_id)))


class _Postings:
    """The ids of the patients under one term, in order, read a page at a time from where they are needed."""

    def __init__(self, term: str) -> None:
        self._token = token(term)
        self._ids: list[str] = []
        self._complete = False
        self.pages = 0

    def seek(self, start: str) -> str | None:
        """The first id that is not before `start`; None where there is none."""
        at = bisect_left(self._ids, start)
        if at == len(self._ids) and not self._complete:
            self._read(start)
            at = 0
        return self._ids[at] if at < len(self._ids) else None

    def _read(self, start: str) -> None:
        page = TokenItem.query(
            self._token, TokenItem.sk >= patient_key(start), consistent_read=True, limit=_PAGE, page_size=_PAGE
        )
        self._ids = [item.sk.removeprefix("PATIENT#") for item in page]
        self._complete = len(self._ids) < _PAGE
        self.pages += 1


def matching(terms: Collection[str], start: str, limit: int) -> tuple[list[str], str | None]:
    """The ids of up to `limit` patients who are found by every one of the terms, in order, none before `start`.

    Returns:
        the ids, and where to start the next time; None where there are no more. There may be fewer than `limit` and
        yet more to come: a request reads a bounded number of pages.
    """
    lists = [_Postings(term) for term in terms]
    found: list[str] = []
    while len(found) < limit and sum(postings.pages for postings in lists) < _PAGES:
        heads = {postings.seek(start) for postings in lists}
        if None in heads:
            return found, None
        start = max(head for head in heads if head is not None)
        if len(heads) == 1:
            found.append(start)
            start = just_after(start)
    return found, start


def just_after(patient_id: str) -> str:
    """A text between this id and the next."""
    return patient_id + "+"
