"""Who holds which role in which trust, read once per request."""

from collections.abc import Iterable

from accounts.models import Role, Trust, TrustRole, User


def roles_of(user: User) -> frozenset[tuple[int, str]]:
    """Return the (trust id, role) pairs of a person, read once and kept on the instance."""
    if not user.is_authenticated:
        return frozenset()
    if not hasattr(user, "_roles"):
        user._roles = frozenset(TrustRole.objects.filter(user=user).values_list("trust_id", "role"))
    return user._roles


def forget_roles(user: User) -> None:
    """Have the roles of a person read again: they were just changed."""
    user.__dict__.pop("_roles", None)


def is_staff(user: User) -> bool:
    """Say whether a person holds any role in any trust, and so needs a second factor."""
    return bool(roles_of(user))


def has_role(user: User, trust: Trust | int, *roles: Role) -> bool:
    """Say whether a person holds one of the roles in this trust."""
    trust_id = trust if isinstance(trust, int) else trust.pk
    return any((trust_id, role) in roles_of(user) for role in roles)


def trust_ids(user: User, *roles: Role) -> list[int]:
    """Return the trusts in which a person holds one of the roles, or any when none is named."""
    wanted: Iterable[str] = roles or tuple(Role)
    return sorted({trust_id for trust_id, role in roles_of(user) if role in wanted})
