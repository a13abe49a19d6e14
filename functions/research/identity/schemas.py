"""Wire shapes of identity."""

from kernel.http import Wire


class MeAnswer(Wire):
    """Who the caller is. `permissions` are the actions that the caller may do to something, own or anybody's."""

    user_id: str
    roles: list[str]
    permissions: list[str]


class HealthAnswer(Wire):
    """That the service answers, and where it is deployed."""

    status: str
    stage: str
