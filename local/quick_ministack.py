"""MiniStack, with what it would do anew for every request done once. Runs in the emulator's own environment.

It parses each policy and each expression at every use, and copies items value by value; on two cores that is two fifths
of a booking. What it makes of a text depends on that text alone, so it can be kept. This knows the insides of one
version, which pyproject.toml pins; another one would fail at its start, not quietly.
"""

import copy
import functools
import marshal
from typing import Any

from ministack import app
from ministack.core import iam_evaluator
from ministack.services import dynamodb

_KEPT = 4096


class _QuickCopy:
    """Stands where the DynamoDB service looks for `copy`."""

    copy = staticmethod(copy.copy)

    @staticmethod
    def deepcopy(value: Any) -> Any:
        try:
            return marshal.loads(marshal.dumps(value))  # noqa: S302 - written on the same line
        except ValueError:  # more than plain data
            return copy.deepcopy(value)


def hasten() -> None:
    """Keep the results of MiniStack's parsers."""
    parse = iam_evaluator.parse_policy_document
    kept = functools.lru_cache(_KEPT)(parse)
    iam_evaluator.parse_policy_document = lambda text: kept(text) if isinstance(text, str) else parse(text)
    for name in ("_tokenize", "_condition_syntax_error", "_number_size_bytes"):
        setattr(dynamodb, name, functools.lru_cache(_KEPT)(getattr(dynamodb, name)))
    dynamodb.copy = _QuickCopy


if __name__ == "__main__":
    hasten()
    app.main()
