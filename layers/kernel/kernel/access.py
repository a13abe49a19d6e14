"""Who may do what to whose data, decided by Cedar over the policies in `policies/<app>/`. Default deny.

The principal comes from the verified token's claims, relations (who speaks for a patient, whose visit it is) from
data, as attributes of the resource.
"""

import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import cedarpy

from kernel.errors import Unauthorized

type Attribute = str | bool | Iterable[str]

# Why a policy lets somebody in, as its `@because` says, closest to the patient first: where several do, the first
# counts. Each with the purpose of use that it stands for, in the codes of HL7's v3 PurposeOfUse.
PURPOSES: Mapping[str, str] = {
    "own-record": "PATRQT",
    "speaks-for": "FAMRQT",
    "care-team": "TREAT",
    "own-day": "TREAT",
    "clinic": "TREAT",
    "emergency": "BTG",
    "front-desk": "PATADMIN",
    "management": "HOPERAT",
    "oversight": "HCOMPL",
    "administration": "HSYSADMIN",
    "directory": "HDIRECT",
}


@dataclass(frozen=True, slots=True)
class Principal:
    """A signed-in person.

    Attributes:
        user_id: the subject of the token.
        roles: the person's groups.
        patient_id, practitioner_id: who the person is in the records, where they are somebody there.
    """

    user_id: str
    roles: frozenset[str]
    patient_id: str | None = None
    practitioner_id: str | None = None

    def entity(self) -> dict[str, Any]:
        ids = {"user_id": self.user_id, "patient_id": self.patient_id, "practitioner_id": self.practitioner_id}
        return {
            "uid": {"type": "User", "id": self.user_id},
            "attrs": {name: value for name, value in ids.items() if value},
            "parents": [{"type": "Role", "id": role} for role in sorted(self.roles)],
        }


@dataclass(frozen=True, slots=True)
class Resource:
    """What is acted upon: a Cedar entity type, an id and the attributes that the schema lists for it."""

    type: str
    id: str
    attributes: Mapping[str, Attribute] = field(default_factory=dict)

    def entity(self) -> dict[str, Any]:
        attrs = {
            name: value if isinstance(value, str | bool) else sorted(value) for name, value in self.attributes.items()
        }
        return {"uid": {"type": self.type, "id": self.id}, "attrs": attrs, "parents": []}


def principal_from_claims(claims: Mapping[str, str], client_id: str) -> Principal:
    """The principal of an ID token whose signature, issuer and expiry API Gateway has verified.

    The gateway checks neither the audience nor the kind of token, so both are checked here.

    Raises:
        Unauthorized: an access token, or a token made for another client.
    """
    if claims.get("token_use") != "id" or claims.get("aud") != client_id or not claims.get("sub"):
        raise Unauthorized("The token was not made for this service")
    return Principal(
        user_id=claims["sub"],
        roles=frozenset(parse_groups(claims.get("cognito:groups", ""))),
        patient_id=claims.get("custom:patient_id") or None,
        practitioner_id=claims.get("custom:practitioner_id") or None,
    )


def parse_groups(claim: str) -> list[str]:
    """The groups in a claim, which reaches a function as `[a, b]`, `[a b]` or `a,b`, depending on the gateway."""
    return claim.strip("[]").replace(",", " ").split()


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy as it is written.

    Attributes:
        text: all of it.
        because: why it lets somebody in, as it says of itself.
        actions: those that its scope names; none where it speaks of every action.
    """

    text: str
    because: str
    actions: frozenset[str]


# A policy with its annotation, and its scope; no word in ours has a semicolon.
_POLICY = re.compile(r'(?:@because\("([^"]*)"\)\s*)?\b(?:permit|forbid)\s*\(([^)]*)\)[^;]*;')


class Policies:
    """The policies of one application. Those that speak of an action are parsed when it is first asked for: Cedar looks
    at each policy it is given, and no decision needs those that speak of other actions.

    Attributes:
        written: each policy, in the order in which they stand.
        actions: those that the schema declares.
        personal: those that it declares on something of a patient's: on an entity with a `patient_id`.
    """

    def __init__(self, folder: Path) -> None:
        text = re.sub(r"//.*", "", "\n".join(path.read_text() for path in sorted(folder.glob("*.cedar"))))
        self.written = [
            Policy(found[0], found[1] or "", frozenset(re.findall(r'Action::"([^"]*)"', found[2])))
            for found in _POLICY.finditer(text)
        ]
        self._on: dict[str, tuple[cedarpy.PolicySet, dict[str, str]]] = {}
        self._could: dict[tuple[Principal, str], bool] = {}
        schema = re.sub(r"//.*", "", (folder / "schema.cedarschema").read_text())
        patients = set(re.findall(r"\bentity\s+(?!User\b)(\w+)[^;{]*\{[^}]*\bpatient_id\b", schema))
        declared = {
            name.strip(): {type_.strip() for type_ in types.split(",")}
            for names, types in re.findall(
                r"\baction\s+([^;]+?)\s+appliesTo\s*\{[^}]*\bresource:\s*\[([^\]]*)\]", schema
            )
            for name in names.split(",")
        }
        self.actions = frozenset(declared)
        self.personal = frozenset(name for name, types in declared.items() if types & patients)

    def permissions(self, principal: Principal) -> list[str]:
        """The actions that the principal may do to something."""
        return sorted(action for action in self.actions if self.could_allow(principal, action))

    def allows(self, principal: Principal, action: str, resource: Resource) -> bool:
        return self.because(principal, action, resource) is not None

    def because(self, principal: Principal, action: str, resource: Resource) -> str | None:
        """Why the principal may do it, one of `PURPOSES`; None where they may not."""
        request = {
            "principal": {"type": "User", "id": principal.user_id},
            "action": {"type": "Action", "id": action},
            "resource": {"type": resource.type, "id": resource.id},
        }
        entities = json.dumps([principal.entity(), resource.entity()])
        policies, because = self._that_speak_of(action)
        answer = cedarpy.is_authorized(request, policies, entities)
        if not answer.allowed:
            return None
        reasons = {because[policy] for policy in answer.diagnostics.reasons}
        return next((reason for reason in PURPOSES if reason in reasons), "")

    def could_allow(self, principal: Principal, action: str) -> bool:
        """Whether some resource may exist to which the principal may do it.

        Only ever used to refuse earlier; what is let in is decided by `because`.
        """
        # Policies compare a person's ids with a resource's alone: of whom nothing else is known but roles and which ids
        # they have, the answer is the same, and worth remembering.
        anybody = Principal("?", principal.roles, principal.patient_id and "?", principal.practitioner_id and "?")
        if (anybody, action) not in self._could:
            self._could[anybody, action] = self._partially_allows(anybody, action)
        return self._could[anybody, action]

    def _partially_allows(self, principal: Principal, action: str) -> bool:
        """Cedar's partial evaluation, the resource unknown."""
        request = {
            "principal": f"User::{_quoted(principal.user_id)}",
            "action": f"Action::{_quoted(action)}",
            "context": {},
        }
        # To partial evaluation an entity that is not listed is unknown too.
        roles = [{"uid": {"type": "Role", "id": role}, "attrs": {}, "parents": []} for role in principal.roles]
        actions = [{"uid": {"type": "Action", "id": action}, "attrs": {}, "parents": []}]
        entities = json.dumps([principal.entity(), *roles, *actions])
        policies, _ = self._that_speak_of(action)
        answer = cedarpy.is_authorized_partial(request, policies, entities)
        return answer.decision is not cedarpy.Decision.Deny

    def _that_speak_of(self, action: str) -> tuple[cedarpy.PolicySet, dict[str, str]]:
        """The policies on an action, and why each lets somebody in, by the name that Cedar gives it."""
        if action not in self._on:
            found = [policy for policy in self.written if not policy.actions or action in policy.actions]
            # Cedar names policies `policy0`, `policy1`, … in the order in which they stand.
            because = {f"policy{number}": policy.because for number, policy in enumerate(found)}
            self._on[action] = cedarpy.PolicySet.from_str("\n".join(policy.text for policy in found)), because
        return self._on[action]


def _quoted(text: str) -> str:
    """A text as Cedar writes it: like JSON, but with other escapes for letters beyond ASCII, which need none."""
    return json.dumps(text, ensure_ascii=False)


def policy_folder(app: str) -> Path:
    """Where an application's policies lie: beside the code in Lambda, at the top of the repository elsewhere."""
    task = os.environ.get("LAMBDA_TASK_ROOT")
    if task and (Path(task) / "policies" / app).is_dir():
        return Path(task) / "policies" / app
    return Path(__file__).parents[3] / "policies" / app


@cache
def policies(app: str) -> Policies:
    """The policies of `app` (`care` or `research`)."""
    return Policies(policy_folder(app))
