"""What counts as a miss, and what only as slow."""

from bench.report import Row, Verdict, missed, page, table


def row(*, met: bool | None, exact: bool) -> Row:
    return Row("units", "write units", "12", "at most 10", met, exact)


def test_only_a_missed_exact_figure_fails_the_run() -> None:
    assert row(met=False, exact=True).verdict is Verdict.MISSED
    assert row(met=False, exact=False).verdict is Verdict.SLOW
    assert missed([row(met=True, exact=True), row(met=False, exact=True)])
    assert not missed([row(met=True, exact=True), row(met=False, exact=False), row(met=None, exact=True)])


def test_every_figure_stands_beside_its_budget_and_its_command() -> None:
    rows = [row(met=True, exact=True)]
    assert table(rows).splitlines()[1].split() == ["write", "units", "12", "at", "most", "10", "met"]
    assert "| write units | 12 | at most 10 | met | `python -m bench units` |" in page(rows, "2026-11-21")
