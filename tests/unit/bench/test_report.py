"""What counts as a miss, and what only as slow."""

from bench.report import Row, Verdict, missed, page, table


def row(*, met: bool | None, exact: bool) -> Row:
    return Row("units", "write units", "12", "at most 10", met, exact)


def test_only_a_missed_exact_figure_fails_the_run() -> None:
    assert row(met=False, exact=True).verdict is Verdict.MISSED
    assert row(met=False, exact=False).verdict is Verdict.SLOW
    assert missed([row(met=True, exact=True), row(met=False, exact=True)])
    assert not missed([row(met=True, exact=True), row(met=False, exact=False), row(met=None, exact=True)])


def test_every_figure_stands_beside_its_budget_under_its_command() -> None:
    rows = [row(met=True, exact=True)]
    assert table(rows).splitlines()[1].split() == ["write", "units", "12", "at", "most", "10", "met"]
    written = page(rows, "2026-11-21", "", ["units"])
    assert "`python -m bench units` on 2026-11-21" in written
    assert "| write units | 12 | at most 10 | met |" in written


def test_what_was_not_measured_again_stays_as_it_was_and_what_is_measured_no_more_goes() -> None:
    http, gone = Row("http", "bookings", "60", "-", None), Row("old", "forgotten", "1", "-", None)
    first = page([http, row(met=False, exact=True), gone], "2026-11-20", "", ["http", "units", "old"])
    second = page([row(met=True, exact=True)], "2026-11-21", first, ["http", "units"])
    assert "`python -m bench http` on 2026-11-20" in second
    assert "| bookings | 60 |" in second
    assert "| met |" in second
    assert "MISSED |" not in second
    assert "forgotten" not in second
    assert page([row(met=True, exact=True)], "2026-11-21", second, ["http", "units"]) == second
