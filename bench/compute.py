"""CPU of our own code: warm bookings and cold starts, as ratios to what nobody can do without.

Both sides run in turn within one run, and CPU time is counted, not the clock, so that the machine's other work cancels
out as far as it can. DynamoDB is a stand-in in a process of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from local import build, template
from local.settings import APPS, ROOT

from bench import units
from bench.events import CLIENT_ID, event
from bench.probes.warm import PATIENT, PRACTITIONER
from bench.report import Row

MOST_WARM, MOST_COLD = 1.3, 1.5
WARM_ROUNDS, COLD_ROUNDS = 400, 9
_PROBES = Path(__file__).parent / "probes"
_BOOKING = {
    "practitioner_id": PRACTITIONER,
    "patient_id": PATIENT,
    "start": "2000-01-01T09:00:00Z",
}
# What is likely to be a function's first event.
FIRST = {
    "CareAuditApi": event("GET", "/v1/audit/seals", roles="auditor"),
    "CareDocumentsApi": event("GET", "/v1/patients/{patient_id}/documents", roles="patient", patient_id=PATIENT),
    "CareFhirApi": event("GET", "/fhir/R4/metadata"),
    "CareIdentityApi": event("GET", "/v1/me"),
    "CarePatientsApi": event("GET", "/v1/patients/{patient_id}", patient_id=PATIENT),
    "CarePractitionersApi": event("GET", "/v1/practitioners/{practitioner_id}", practitioner_id=PRACTITIONER),
    "CarePrivacyApi": event("GET", "/v1/patients/{patient_id}/legal-hold", roles="manager", patient_id=PATIENT),
    "CareRecordsApi": event("GET", "/v1/patients/{patient_id}/summary", roles="doctor", patient_id=PATIENT),
    "CareSchedulingApi": event("POST", "/v1/appointments", _BOOKING),
    "ResearchAuditApi": event("GET", "/v1/audit/seals", roles="compliance-auditor"),
    "ResearchIdentityApi": event("GET", "/v1/me"),
}


def warm() -> list[Row]:
    """CPU of a booking in a function that has served before."""
    with build.built(), _endpoint() as variables:
        taken = _probe("warm", [str(WARM_ROUNDS)], "care", "CareSchedulingApi", variables)
    bare, read = median(taken["write"]), median(taken["read"])
    booking = median(taken["booking"])
    own = booking - read
    return [
        Row(
            "warm",
            "CPU of a warm booking, to the bare TransactWriteItems call",
            f"{own / bare:.2f} x ({own * 1000:.2f} to {bare * 1000:.2f} ms)",
            f"at most {MOST_WARM} x",
            own / bare <= MOST_WARM,
        ),
        Row("warm", "… with the read before it", f"{booking / bare:.2f} x", "-", None),
    ]


def access() -> list[Row]:
    """CPU of what a call on personal data does besides its work: ask for relations, decide, tell the trail."""
    with build.built(), _endpoint() as variables:
        taken = _probe("access", [str(WARM_ROUNDS)], "care", "CareSchedulingApi", variables)
    whole = median(taken.pop("whole"))
    rows = [Row("access", "CPU of looking up a relative's visit", f"{whole * 1000:.2f} ms", "-", None)]
    for step, without in taken.items():
        spent = max(0.0, whole - median(without))
        rows.append(Row("access", f"… of it the {step}", f"{spent * 1000:.2f} ms ({spent / whole:.0%})", "-", None))
    return [*rows, *units.access()]


def cold() -> list[Row]:
    """CPU of import and first event of every HTTP function."""
    functions = dict(http_functions())
    taken: dict[str, list[float]] = {name: [] for name in ["", *functions]}
    packages = sysconfig.get_path("purelib")
    with build.built(), _endpoint() as variables, tempfile.TemporaryDirectory() as directory:
        for number in range(COLD_ROUNDS + 1):
            taken[""].append(_run("reference", [packages], variables)["seconds"])
            for name, (app, handler) in functions.items():
                wanted = Path(directory) / name
                wanted.write_text(json.dumps([handler, FIRST[name]]))
                answer = _probe("cold", [str(wanted)], app, name, variables)
                if answer["status"] >= 500:
                    raise RuntimeError(f"{name} answers {answer['status']}")
                taken[name].append(answer["seconds"])
            if number == 0:  # only the first run finds files that nobody has read and byte code that nobody has kept
                taken = {name: [] for name in taken}
    bare = median(taken.pop(""))
    rows = [Row("cold", "CPU of a client and one conditional put", f"{bare * 1000:.0f} ms", "-", None)]
    for name, seconds in taken.items():
        ratio = median(seconds) / bare
        figure = f"{ratio:.2f} x ({median(seconds) * 1000:.0f} ms)"
        rows.append(Row("cold", f"cold start of {name}", figure, f"at most {MOST_COLD} x", ratio <= MOST_COLD))
    return rows


def http_functions() -> Iterator[tuple[str, tuple[str, str]]]:
    """Name, application and handler of every function behind an API."""
    for app in APPS:
        for name, resource in template.load(ROOT / "stacks" / f"{app}.yaml")["Resources"].items():
            if resource["Type"] == "AWS::Serverless::Function" and name.endswith("Api"):
                yield name, (app, resource["Properties"]["Handler"])


@contextmanager
def _endpoint() -> Iterator[dict[str, str]]:
    """The environment of a function whose DynamoDB is the stand-in."""
    stub = subprocess.Popen(
        [sys.executable, "-I", str(_PROBES.parent / "stub.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert stub.stdin is not None
    assert stub.stdout is not None
    try:
        yield {
            "PATH": os.environ.get("PATH", os.defpath),
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{stub.stdout.readline().strip()}",
            "AWS_ACCESS_KEY_ID": "bench",
            "AWS_SECRET_ACCESS_KEY": "bench",
            "AWS_SESSION_TOKEN": "bench" * 60,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_REGION": "us-east-1",
            "USER_POOL_CLIENT_ID": CLIENT_ID,
        }
    finally:
        stub.stdin.close()
        stub.wait()
        stub.stdout.close()


def _probe(name: str, arguments: list[str], app: str, function: str, variables: dict[str, str]) -> Any:
    """Run a probe on a function's code and layers, in the order in which Lambda looks."""
    built = build.template(app).parent
    paths = [built / function, built / "KernelLayer" / "python", built / "DependenciesLayer" / "python"]
    own = _variables(app, function) | variables | {"LAMBDA_TASK_ROOT": str(built / function)}
    return _run(name, [*arguments, *map(str, paths)], own)


def _variables(app: str, function: str) -> dict[str, str]:
    """A function's environment, with a name in place of what only a deployed stack knows."""
    stack = template.load(ROOT / "stacks" / f"{app}.yaml")
    places = stack["Globals"]["Function"], stack["Resources"][function]["Properties"]
    given = {key: value for place in places for key, value in place.get("Environment", {}).get("Variables", {}).items()}
    return {key: value if isinstance(value, str) else "bench" for key, value in given.items()}


def _run(name: str, arguments: list[str], variables: dict[str, str]) -> Any:
    with tempfile.NamedTemporaryFile() as result:
        command = [sys.executable, "-I", "-S", str(_PROBES / f"{name}.py"), result.name, *arguments]
        done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{' '.join(command[:4])}: {done.stderr[-2000:]}")
        return json.loads(Path(result.name).read_text())
