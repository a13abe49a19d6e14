"""Generates who may do what to whose data by asking the policies themselves: docs/access-matrix.md for people who read
the repository, web/src/features/access/matrix.json for the portal's page.

    python -m tools.access_matrix           writes them
    python -m tools.access_matrix --check   fails when they are not what the policies say

Each role is asked about each action on representative resources: one of the caller's own, one of somebody whom the
caller speaks for, treats or has broken the glass for, a visit with the caller, and one that the caller has nothing to
do with.
"""

import argparse
import json
import re
import sys
from functools import cache
from pathlib import Path
from typing import Any

from local import template

from kernel.access import Principal, Resource, policies, policy_folder
from tools.contract import APPS, apis

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "access-matrix.md"
PORTAL = ROOT / "web" / "src" / "features" / "access" / "matrix.json"

_SELF = "the-caller"
_OTHER = "somebody-else"
_ANY = "yes"
_NONE = "\N{EN DASH}"


def _waiting(id_: str, **relation: Any) -> Resource:
    """An entry of the waitlist that is not urgent."""
    nobodys = {"patient_id": _OTHER, "practitioner_id": _OTHER, "priority": "routine", "proxies": []}
    return Resource("WaitlistEntry", id_, nobodys | relation)


def _patient(id_: str, **relation: Any) -> Resource:
    return Resource("Patient", id_, {"patient_id": _OTHER, "proxies": []} | relation)


def _of_record(type_: str, id_: str, **relation: Any) -> Resource:
    """An encounter, or something that was written down in one."""
    more: dict[str, Any] = {"participants": []} if type_ == "Encounter" else {"author": _OTHER, "of_patient": False}
    nobodys: dict[str, Any] = {"patient_id": _OTHER, "practitioner_id": _OTHER}
    nobodys |= {"proxies": [], "carers": [], "emergency": []}
    return Resource(type_, id_, nobodys | more | relation)


def _document(id_: str, **relation: Any) -> Resource:
    """A document that the house put there, sent by somebody else."""
    nobodys: dict[str, Any] = {"patient_id": _OTHER, "author": _OTHER, "by_patient": False}
    nobodys |= {"proxies": [], "carers": [], "emergency": []}
    return Resource("Document", id_, nobodys | relation)


# Resource type -> relation of the caller to it -> such a resource. `yes`: there is no relation at all.
REPRESENTATIVES: dict[str, dict[str, Resource]] = {
    "Application": {_ANY: Resource("Application", "all")},
    "Patient": {
        "own": _patient("1", patient_id=_SELF),
        "family": _patient("2", proxies=[_SELF]),
        "own patients": _patient("3", carers=[_SELF]),
        "emergency": _patient("4", emergency=[_SELF]),
        _ANY: _patient("5"),
    },
    "Practitioner": {
        "own": Resource("Practitioner", "1", {"practitioner_id": _SELF}),
        _ANY: Resource("Practitioner", "2", {"practitioner_id": _OTHER}),
    },
    "Appointment": {
        "own": Resource("Appointment", "1", {"patient_id": _SELF, "practitioner_id": _OTHER, "proxies": []}),
        "family": Resource("Appointment", "2", {"patient_id": _OTHER, "practitioner_id": _OTHER, "proxies": [_SELF]}),
        "own visits": Resource("Appointment", "3", {"patient_id": _OTHER, "practitioner_id": _SELF, "proxies": []}),
        _ANY: Resource("Appointment", "4", {"patient_id": _OTHER, "practitioner_id": _OTHER, "proxies": []}),
    },
    "WaitlistEntry": {
        "own": _waiting("1", patient_id=_SELF),
        "family": _waiting("2", proxies=[_SELF]),
        "own visits": _waiting("3", practitioner_id=_SELF),
        _ANY: _waiting("4"),
    },
    "Encounter": {
        "own": _of_record("Encounter", "1", patient_id=_SELF),
        "family": _of_record("Encounter", "2", proxies=[_SELF]),
        "own patients": _of_record("Encounter", "3", carers=[_SELF]),
        "emergency": _of_record("Encounter", "4", emergency=[_SELF]),
        "own visits": _of_record("Encounter", "5", practitioner_id=_SELF),
        "taking part": _of_record("Encounter", "6", participants=[_SELF]),
        _ANY: _of_record("Encounter", "7"),
    },
    "Entry": {
        "own": _of_record("Entry", "1", patient_id=_SELF),
        "family": _of_record("Entry", "2", proxies=[_SELF]),
        "own patients": _of_record("Entry", "3", carers=[_SELF]),
        "own patients' lists": _of_record("Entry", "4", carers=[_SELF], of_patient=True),
        "emergency": _of_record("Entry", "5", emergency=[_SELF]),
        "own visits": _of_record("Entry", "6", practitioner_id=_SELF),
        "written by them": _of_record("Entry", "7", author=_SELF),
        _ANY: _of_record("Entry", "8"),
    },
    "Document": {
        "own": _document("1", patient_id=_SELF),
        "own uploads": _document("2", patient_id=_SELF, by_patient=True),
        "family": _document("3", proxies=[_SELF]),
        "family's uploads": _document("4", proxies=[_SELF], by_patient=True),
        "own patients": _document("5", carers=[_SELF]),
        "own patients' uploads": _document("6", carers=[_SELF], by_patient=True),
        "emergency": _document("7", emergency=[_SELF]),
        "sent by them": _document("8", author=_SELF),
        _ANY: _document("9"),
    },
    "Export": {
        "own": Resource("Export", "1", {"patient_id": _OTHER, "user_id": _SELF}),
        _ANY: Resource("Export", "2", {"patient_id": _OTHER, "user_id": _OTHER}),
    },
    "Erasure": {
        "own": Resource("Erasure", "1", {"patient_id": _OTHER, "requested_by": _SELF}),
        _ANY: Resource("Erasure", "2", {"patient_id": _OTHER, "requested_by": _OTHER}),
    },
    "EmergencyAccess": {
        "own": Resource("EmergencyAccess", "1", {"patient_id": _OTHER, "user_id": _SELF}),
        _ANY: Resource("EmergencyAccess", "2", {"patient_id": _OTHER, "user_id": _OTHER}),
    },
}
_WHAT = {
    "Application": "The house as a whole",
    "Patient": "A patient",
    "Practitioner": "A practitioner",
    "Appointment": "A visit, a series of them, or the hold of a time for one",
    "WaitlistEntry": "A place on the waitlist",
    "Encounter": "An encounter, and what is written down in it",
    "Entry": "Something that was written down",
    "Document": "A document, and the sending of its file",
    "EmergencyAccess": "That somebody broke the glass",
    "Erasure": "That a patient is to be erased",
    "Export": "All that is known of a patient, as a file",
}

_HEADER = f"""\
# Who may do what

Generated from `policies/` by `make contract`; do not edit. Find the action in a row and the role in a column; the cell
says to whose data the role may do it: **yes** - anybody's; **own** - data of which the caller is the patient, hours of
which the caller is the practitioner, an emergency access that was the caller's, an erasure or export they asked for;
**family** - data of a patient whom the caller speaks for; **own patients** - data of a patient whom the caller treats:
who has a visit or an encounter with them, or was received by them as a nurse, within thirty days; **emergency** - data
of a patient for whom the caller has broken the glass within the hour; **own visits** - visits and encounters with the
caller as practitioner; **taking part** - encounters in which the caller takes part; **own uploads**, **family's
uploads**, **own patients' uploads** - documents that came from the patient's side; **sent by them** - documents whose
newest file the caller sent; **{_NONE}** - nobody's.
Several roles add up. Whatever no policy permits is denied, and who has no role at all is refused everywhere.
"""


@cache
def roles(app: str) -> list[str]:
    """The roles of an application: the groups of its user pool."""
    resources = template.load(ROOT / "stacks" / f"{app}.yaml")["Resources"].values()
    return [found["Properties"]["GroupName"] for found in resources if found["Type"] == "AWS::Cognito::UserPoolGroup"]


def actions(app: str) -> dict[str, list[str]]:
    """Resource type -> the actions that its schema declares on it, in the schema's order."""
    schema = re.sub(r"//.*", "", (policy_folder(app) / "schema.cedarschema").read_text())
    found: dict[str, list[str]] = {}
    for names, types in re.findall(r"\baction\s+([^;]+?)\s+appliesTo\s*\{[^}]*\bresource:\s*\[([^\]]*)\]", schema):
        for type_ in types.split(","):
            found.setdefault(type_.strip(), []).extend(name.strip() for name in names.split(","))
    return found


def allowed(app: str, role: str, action: str, type_: str) -> list[str]:
    """The relations to a resource of this type in which the role may do the action to it."""
    caller = Principal(_SELF, frozenset({role}), patient_id=_SELF, practitioner_id=_SELF)
    rules = policies(app)
    return [name for name, resource in REPRESENTATIVES[type_].items() if rules.allows(caller, action, resource)]


def cell(app: str, role: str, action: str, type_: str) -> str:
    """To whose data of this type the role may do the action."""
    found = allowed(app, role, action, type_)
    if _ANY not in found:
        return ", ".join(found) or _NONE
    refused = [relation for relation in REPRESENTATIVES[type_] if relation not in found]
    return f"yes, but not {', '.join(refused)}" if refused else _ANY


def page() -> str:
    """The page as it should be."""
    parts = [_HEADER]
    for app in APPS:
        parts.append(f"## {app}\n")
        columns = roles(app)
        for type_, names in actions(app).items():
            parts.append(f"### {_WHAT[type_]}\n")
            parts.append(
                _table(["", *columns], [[name, *(cell(app, r, name, type_) for r in columns)] for name in names])
            )
        parts.append("### The calls behind the actions\n")
        parts.append(_table(["action", "calls"], _calls(app)))
    return "\n".join(parts)


def portal() -> str:
    """care's matrix as the portal's page reads it: the kinds of things with the caller's possible relations to one, and
    for each action those in which a role may do it. Roles that may not are left out."""
    things = {type_: list(REPRESENTATIVES[type_]) for type_ in actions("care")}
    who = [
        {
            "action": name,
            "thing": type_,
            "who": {role: found for role in roles("care") if (found := allowed("care", role, name, type_))},
        }
        for type_, names in actions("care").items()
        for name in names
    ]
    lines = ",\n".join(json.dumps(entry) for entry in who)
    return f'{{"roles": {json.dumps(roles("care"))},\n"things": {json.dumps(things)},\n"actions": [\n{lines}\n]}}\n'


def _calls(app: str) -> list[list[str]]:
    found: dict[str, list[str]] = {}
    for api in apis(app).values():
        for route in api.routes:
            found.setdefault(route.action or "", []).append(f"`{route.method} {route.path}`")
    return [[action or "none: open to everybody", ", ".join(sorted(calls))] for action, calls in sorted(found.items())]


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; fail on drift")
    check = parser.parse_args().check
    for path, wanted in ((PAGE, page()), (PORTAL, portal())):
        if not check:
            path.write_text(wanted)
        elif not path.exists() or path.read_text() != wanted:
            sys.exit(f"{path.relative_to(ROOT)} is not what the policies say: run 'make contract'")


if __name__ == "__main__":
    main()
