"""The application's user directory: an Amazon Cognito user pool. E-mail address is the sign-in name, groups are roles.

Each function is safe to repeat, so that a saga can be resumed or undone from any step.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kernel import aws
from kernel.config import load
from kernel.errors import Conflict, Fault, FieldError, Invalid


@dataclass(frozen=True)
class _Environment:
    user_pool_id: str


class AccountExists(Conflict):
    slug, title = "account-exists", "There is an account with this e-mail address"


def _pool() -> str:
    environment: _Environment = load(_Environment)
    return environment.user_pool_id


def create_user(email: str, attributes: Mapping[str, str]) -> str:
    """Create an account that cannot sign in until it gets a password; no message is sent, see `invite`.

    Returns:
        the user id (`sub`).

    Raises:
        AccountExists: the address has an account.
        Invalid: Cognito refuses the address.
    """
    client = aws.cognito()
    try:
        answer = client.admin_create_user(
            UserPoolId=_pool(),
            Username=email,
            MessageAction="SUPPRESS",
            UserAttributes=[{"Name": name, "Value": value} for name, value in {"email": email, **attributes}.items()],
        )
    except client.exceptions.UsernameExistsException:
        raise AccountExists from None
    except client.exceptions.InvalidParameterException:
        raise Invalid(
            "", FieldError(Fault.NOT_ALLOWED, "this address cannot be used to sign in", pointer="/email")
        ) from None
    return {pair["Name"]: pair.get("Value", "") for pair in answer["User"]["Attributes"]}["sub"]


def invite(email: str) -> None:
    """Have Cognito send the user a temporary password, which they must change at their first sign-in.

    For an account that has had no password of the user's own; each invitation makes the one before void.
    """
    aws.cognito().admin_create_user(
        UserPoolId=_pool(), Username=email, MessageAction="RESEND", DesiredDeliveryMediums=["EMAIL"]
    )


def attributes_of(user: str) -> dict[str, str] | None:
    """The attributes of the user with this e-mail address or user id; None where there is no such user."""
    client = aws.cognito()
    try:
        answer = client.admin_get_user(UserPoolId=_pool(), Username=user)
    except client.exceptions.UserNotFoundException:
        return None
    return {pair["Name"]: pair.get("Value", "") for pair in answer["UserAttributes"]}


def set_attributes(user: str, attributes: Mapping[str, str]) -> None:
    """Set these attributes of the user; tokens issued from now on carry them."""
    aws.cognito().admin_update_user_attributes(
        UserPoolId=_pool(),
        Username=user,
        UserAttributes=[{"Name": name, "Value": value} for name, value in attributes.items()],
    )


def set_password(user: str, password: str, *, permanent: bool, pointer: str = "/password") -> None:
    """Let the user sign in with this password; unless permanent, they must choose another at once.

    Raises:
        Invalid: the password does not meet the pool's rules; names the input at `pointer`.
    """
    client = aws.cognito()
    try:
        client.admin_set_user_password(UserPoolId=_pool(), Username=user, Password=password, Permanent=permanent)
    except (client.exceptions.InvalidPasswordException, client.exceptions.InvalidParameterException):
        raise Invalid(
            "",
            FieldError(
                Fault.WEAK_PASSWORD,
                "a password has at least 12 characters, among them upper and lower case letters, digits and symbols",
                pointer=pointer,
            ),
        ) from None


def add_roles(user: str, roles: Iterable[str]) -> None:
    for role in roles:
        aws.cognito().admin_add_user_to_group(UserPoolId=_pool(), Username=user, GroupName=role)


def set_roles(user: str, roles: Iterable[str]) -> None:
    """Make these the user's roles; tokens issued from now on carry them."""
    client = aws.cognito()
    wanted = set(roles)
    groups = client.admin_list_groups_for_user(UserPoolId=_pool(), Username=user)["Groups"]
    present = {group["GroupName"] for group in groups}
    add_roles(user, sorted(wanted - present))
    for role in sorted(present - wanted):
        client.admin_remove_user_from_group(UserPoolId=_pool(), Username=user, GroupName=role)


def disable_user(user: str) -> None:
    """Refuse sign-in and refresh from now on; ID tokens already issued run out within five minutes."""
    client = aws.cognito()
    client.admin_disable_user(UserPoolId=_pool(), Username=user)
    client.admin_user_global_sign_out(UserPoolId=_pool(), Username=user)


def enable_user(user: str) -> None:
    """Let the user sign in again."""
    aws.cognito().admin_enable_user(UserPoolId=_pool(), Username=user)


def delete_user(user: str) -> None:
    """Remove the account; no error where there is none."""
    client = aws.cognito()
    try:
        client.admin_delete_user(UserPoolId=_pool(), Username=user)
    except client.exceptions.UserNotFoundException:
        return
