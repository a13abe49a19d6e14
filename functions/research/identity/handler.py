"""HTTP routes of identity: who am I, and is the service there."""

from dataclasses import dataclass

from kernel.access import Resource, policies
from kernel.config import load
from kernel.http import Api, Call
from research.identity.schemas import HealthAnswer, MeAnswer

api = Api("research")


@dataclass(frozen=True)
class _Environment:
    stage: str


@api.get("/v1/health", action=None, answer=HealthAnswer)
def health(_call: Call) -> HealthAnswer:
    """Tell that the service answers."""
    return HealthAnswer(status="ok", stage=load(_Environment).stage)


@api.get("/v1/me", action="ReadMe", answer=MeAnswer)
def me(call: Call) -> MeAnswer:
    """Tell who the caller is and what they may do."""
    call.authorize(Resource("Application", "research"))
    caller = call.principal
    return MeAnswer(
        user_id=caller.user_id,
        roles=sorted(caller.roles),
        permissions=policies("research").permissions(caller),
    )


handler = api.handler
