"""How work is told."""

from bench.network import Work


def test_work_is_told_in_units_of_reads_and_writes() -> None:
    assert str(Work(2.5, 0)) == "2.5 RRU"
    assert str(Work(1, 12)) == "1 RRU + 12 WRU"
    assert Work(1, 12).units == 13
