"""Figures beside their budgets."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby


class Verdict(StrEnum):
    """`MISSED` fails the run; `SLOW` is a missed figure that depends on what else the machine does."""

    MET = "met"
    MISSED = "MISSED"
    SLOW = "slow"
    NONE = "-"


@dataclass(frozen=True, slots=True)
class Row:
    """One figure.

    Attributes:
        section: the name under which `python -m bench <section>` measures it again.
        exact: comes out the same on every machine, so that a miss is a defect.
    """

    section: str
    what: str
    figure: str
    budget: str
    met: bool | None
    exact: bool = False

    @property
    def verdict(self) -> Verdict:
        if self.met is None:
            return Verdict.NONE
        if self.met:
            return Verdict.MET
        return Verdict.MISSED if self.exact else Verdict.SLOW


def missed(rows: Iterable[Row]) -> bool:
    """Whether a figure is missed that no noise can excuse."""
    return any(row.verdict is Verdict.MISSED for row in rows)


def table(rows: Sequence[Row]) -> str:
    """The rows for a terminal."""
    cells = [("what", "figure", "budget", ""), *((row.what, row.figure, row.budget, row.verdict) for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(3)]
    return "\n".join(
        f"{what:{widths[0]}}  {figure:{widths[1]}}  {budget:{widths[2]}}  {verdict}".rstrip()
        for what, figure, budget, verdict in cells
    )


_HEAD = """# Performance

Written by `python -m bench --write`, which measures all of it or the sections named to it: figure beside budget. Ratios
compare two things within one run. Times and throughput are of the machine that is named, with emulator, Lambda workers
and clients on the same cores; they say nothing of AWS. `MISSED` fails `make bench`; `slow` marks a figure over its
budget that depends on what else the machine does. How each is measured stands in the module of its section, under
`bench/`.
"""


def page(rows: Sequence[Row], day: str, before: str, order: Iterable[str]) -> str:
    """docs/performance.md: the sections of these rows anew, the others as they stood `before`, in this order."""
    sections = {section.partition("\n")[0]: section for section in before.split("\n## ")[1:]}
    sections |= {name: _section(name, list(found), day) for name, found in groupby(rows, lambda row: row.section)}
    return "\n## ".join([_HEAD, *(sections[name].rstrip() + "\n" for name in order if name in sections)])


def _section(name: str, rows: Sequence[Row], day: str) -> str:
    machine = f"{os.cpu_count()} cores of {platform.machine()}, Python {platform.python_version()}"
    lines = [
        name,
        "",
        f"`python -m bench {name}` on {day}: {machine}.",
        "",
        "| what | figure | budget | verdict |",
        "|---|---|---|---|",
        *(f"| {row.what} | {row.figure} | {row.budget} | {row.verdict} |" for row in rows),
    ]
    return "\n".join(lines)
