"""`python -m bench [--write] [section…]`: measure the budgets, all of them unless some are named.

Prints figure beside budget. Exits with 1 when a figure is missed that no noise can excuse: double bookings, request
units, items, sizes. `--write` also renews what docs/performance.md says of them.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, datetime

from local.settings import ROOT, LocalError

from bench import artefacts, compute, fhir, http, lists, names, records, start, units
from bench.report import Row, missed, page, table


def _network() -> list[Row]:
    from bench import network  # stands on the functions' own code, which most sections do without

    return network.measure()


def _timeline() -> list[Row]:
    from bench import timeline  # likewise

    return timeline.measure()


SECTIONS: dict[str, Callable[[], list[Row]]] = {
    "http": http.measure,
    "units": units.measure,
    "lists": lists.measure,
    "records": records.measure,
    "timeline": _timeline,
    "fhir": fhir.measure,
    "names": names.measure,
    "network": _network,
    "warm": compute.warm,
    "access": compute.access,
    "cold": compute.cold,
    "artefacts": artefacts.measure,
    "start": start.measure,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="section", help=", ".join(SECTIONS))
    parser.add_argument("--write", action="store_true", help="renew docs/performance.md")
    asked = parser.parse_args()
    unknown = set(asked.sections) - set(SECTIONS)
    if unknown:
        parser.error(f"there is no section {', '.join(unknown)}")
    rows: list[Row] = []
    try:
        for name in asked.sections or SECTIONS:
            sys.stderr.write(f"measuring {name}\n")
            found = SECTIONS[name]()
            rows += found
            if asked.write:  # at once, lest what took long is lost by what comes after it
                _write(found)
    except LocalError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    finally:
        sys.stdout.write(table(rows) + "\n")
    return 1 if missed(rows) else 0


def _write(rows: list[Row]) -> None:
    written = ROOT / "docs" / "performance.md"
    written.write_text(page(rows, datetime.now(UTC).date().isoformat(), written.read_text(), SECTIONS))


if __name__ == "__main__":
    sys.exit(main())
