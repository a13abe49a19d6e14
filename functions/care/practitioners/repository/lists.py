"""Lists: where things stand in them, and pages of what is wanted of them."""

from collections.abc import Callable, Sequence

from care.practitioners.models import MOST_LETTERS, Names
from kernel.dynamodb import Item, decode_cursor, encode_cursor
from kernel.errors import Malformed
from kernel.text import fold

_MOST_READ = 600  # entries of a list in one call, about 30 read units


def folded(name: str) -> str:
    return fold(name)[: 2 * MOST_LETTERS]


def place(names: Names, identifier: str) -> str:
    return f"NAME#{names.sort_key}#{identifier}"


def places(names: Names, identifier: str) -> list[str]:
    words = [f"WORD#{word}#{names.sort_key}#{identifier}" for word in names.words]
    return [place(names, identifier), *words]


def prefix_of(words: Sequence[str]) -> str:
    return f"WORD#{max(words, key=len)}" if words else "NAME#"


def is_first_match(entry: Item, names: Names, words: Sequence[str]) -> bool:
    """Whether all words match, and this entry is the first of those under which the search meets the person."""
    if not words:
        return True
    longest = max(words, key=len)
    first = min((word for word in names.words if word.startswith(longest)), default="")
    return entry.sk.split("#")[1] == first and names.matches(words)


def page[E: Item](
    model: type[E],
    partition: str,
    prefix: str,
    limit: int,
    cursor: str | None,
    wanted: Callable[[E], bool] = lambda _entry: True,
) -> tuple[list[E], str | None]:
    """At most `limit` wanted entries after the cursor, and the cursor of the next page."""
    after = _after(cursor, prefix)
    kept: list[E] = []
    read = 0
    while read < _MOST_READ:
        batch = list(
            model.query(
                partition,
                model.sk.startswith(prefix),
                limit=limit + 1,
                last_evaluated_key={"pk": {"S": partition}, "sk": {"S": after}} if after else None,
            )
        )
        for entry in batch:
            if wanted(entry):
                if len(kept) == limit:
                    return kept, encode_cursor({"after": kept[-1].sk})
                kept.append(entry)
        if len(batch) <= limit:
            return kept, None
        after = batch[-1].sk
        read += len(batch)
    return kept, encode_cursor({"after": after or ""})


def _after(cursor: str | None, prefix: str) -> str | None:
    if cursor is None:
        return None
    after = decode_cursor(cursor, ["after"])["after"]
    if not after.startswith(prefix):
        raise Malformed("The cursor is of another search")
    return after
