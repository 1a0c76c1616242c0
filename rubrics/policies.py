"""Who may see and who may change the frameworks and blueprints of a trust."""

from accounts.models import Role, Trust, User
from accounts.policies import has_role, trust_ids


def can_see_frameworks(user: User, trust: Trust | int) -> bool:
    """Say whether a person holds any role in this trust."""
    return has_role(user, trust, *Role)


def can_edit_frameworks(user: User, trust: Trust | int) -> bool:
    """Say whether a person edits the frameworks of this trust."""
    return has_role(user, trust, Role.FRAMEWORK_EDITOR)


def edited_trust_ids(user: User) -> list[int]:
    """Return the trusts whose frameworks a person edits."""
    return trust_ids(user, Role.FRAMEWORK_EDITOR)
