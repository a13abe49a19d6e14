"""The audit trail: kept by whoever answers about patients, changed by nobody."""

from __future__ import annotations

from tests.architecture.rules.access import grants, listed, reaches
from tests.architecture.stack import Stack
from tools.contract import apis

from kernel.access import policies

# The table of the audit trail, and what nobody may do to it.
TRAIL = "AuditTable"
CHANGES = {
    f"dynamodb:{name}" for name in ("UpdateItem", "DeleteItem", "BatchWriteItem", "PartiQLUpdate", "PartiQLDelete")
}


def what_answers_about_patients_keeps_the_trail(stack: Stack) -> list[str]:
    """Functions with personal routes may put records; nobody may change or remove any, whatever a role will say."""
    if TRAIL not in stack.resources:
        return []
    trail = stack.arns()[TRAIL]
    may_put = {
        grant.role
        for grant in grants(stack)
        if "dynamodb:PutItem" in grant.actions and any(reaches(stack, pattern, trail) for pattern in grant.resources)
    }
    problems = []
    for domain, api in apis(stack.app).items():
        function = f"{stack.app.title()}{domain.title()}Api"
        personal = any(route.personal or route.action in policies(stack.app).personal for route in api.routes)
        names = stack.properties(function)["Environment"]["Variables"]
        if personal and (f"{function}Role" not in may_put or names.get("AUDIT_TABLE_NAME") != f"${{{TRAIL}}}"):
            problems.append(f"{function} cannot keep the trail")
    denied = {
        action
        for boundary in stack.of("AWS::IAM::ManagedPolicy").values()
        for statement in boundary["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Deny" and any(reaches(stack, one, trail) for one in listed(statement["Resource"]))
        for action in listed(statement["Action"])
    }
    return problems + [f"a role may come to {action} the trail" for action in sorted(CHANGES - denied)]
