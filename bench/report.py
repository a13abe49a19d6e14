"""Figures beside their budgets."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


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


def page(rows: Sequence[Row], day: str) -> str:
    """docs/performance.md."""
    lines = [
        "# Performance",
        "",
        f"Written by `python -m bench --write` on {day}, on {os.cpu_count()} cores of {platform.machine()} with Python",
        f"{platform.python_version()}. Ratios compare two things within one run. Times and throughput are of this",
        "machine, with emulator, Lambda workers and clients on the same cores; they say nothing of AWS. `MISSED` fails",
        "`make bench`; `slow` marks a figure over its budget that depends on what else the machine does.",
        "",
        "| what | figure | budget | verdict | command |",
        "|---|---|---|---|---|",
        *(
            f"| {row.what} | {row.figure} | {row.budget} | {row.verdict} | `python -m bench {row.section}` |"
            for row in rows
        ),
        "",
        "How each is measured stands in the module of its section, under `bench/`.",
        "",
    ]
    return "\n".join(lines)
