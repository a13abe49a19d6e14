"""A relative's visit looked up, turn by turn: as it is, and without one of the steps that say who may and who did.

`python -I -S access.py <file of the result> <rounds> <path>…` writes the CPU seconds of each turn, under `whole` and
under the step that was left out.
"""

import json
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

PRACTITIONER = "prc_" + "a1b2c3d4" * 4
PATIENT = "pat_" + "0192f0c1" * 4
RELATIVE = "pat_" + "77aa88bb" * 4
WARMING = 25


def main() -> None:
    sys.path[0:0] = sys.argv[3:]
    sys.path.append(str(Path(__file__).parents[2]))
    from bench.events import Context, event
    from care.scheduling.handler import handler
    from kernel.access import Policies

    # What stands in the place of each step when it is left out.
    stand_ins: dict[str, dict[str, Any]] = {
        "whole": {},
        "decision": {
            "kernel.access.Policies.because": _remembering(Policies.because),
            "kernel.access.Policies.could_allow": _remembering(Policies.could_allow),
        },
        "relation": {"kernel.relations._failed": lambda *_: ()},
        "trail": {"kernel.http._keep": lambda *_: None},
    }

    def ask(request: dict[str, Any]) -> dict[str, Any]:
        answer = handler(request, Context())
        if answer["statusCode"] >= 300:
            raise RuntimeError(answer["body"])
        body: dict[str, Any] = json.loads(answer["body"])
        return body

    weekly = [{"weekday": number, "start": "06:00", "end": "20:00"} for number in range(7)]
    week = {"time_zone": "UTC", "slot_minutes": 30, "weekly": weekly, "valid_from": "2026-01-01"}
    ask(event("PUT", "/v1/practitioners/{practitioner_id}/schedule", week, practitioner_id=PRACTITIONER))
    start = (datetime.now(UTC) + timedelta(days=7)).replace(hour=9, minute=0, second=0, microsecond=0)
    wish = {"practitioner_id": PRACTITIONER, "patient_id": PATIENT, "start": start.isoformat()}
    visit = ask(event("POST", "/v1/appointments", wish))["appointment_id"]

    taken: dict[str, list[float]] = {name: [] for name in stand_ins}
    for _ in range(int(sys.argv[2]) + WARMING):
        for name, places in stand_ins.items():
            request = event("GET", "/v1/appointments/{appointment_id}", roles="patient", appointment_id=visit)
            request["requestContext"]["authorizer"]["claims"]["custom:patient_id"] = RELATIVE
            with ExitStack() as left_out:
                for place, stand_in in places.items():
                    left_out.enter_context(patch(place, stand_in))
                begun = time.process_time()
                ask(request)
                taken[name].append(time.process_time() - begun)
    Path(sys.argv[1]).write_text(json.dumps({name: seconds[WARMING:] for name, seconds in taken.items()}))


def _remembering(decide: Callable[..., Any]) -> Callable[..., Any]:
    """Answers as `decide` has answered the same before."""
    known: dict[str, Any] = {}

    def again(rules: Any, *asked: Any) -> Any:
        said = repr(asked)
        if said not in known:
            known[said] = decide(rules, *asked)
        return known[said]

    return again


if __name__ == "__main__":
    main()
