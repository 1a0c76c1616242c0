"""What pages ask about trusts and people."""

from django.db.models import Prefetch, QuerySet

from accounts.models import Role, Trust, TrustRole, User
from accounts.policies import trust_ids


def trust_of(user: User) -> Trust | None:
    """Return the first trust in which a person holds a role, read once and kept on the instance."""
    if not hasattr(user, "_trust"):
        user._trust = Trust.objects.filter(pk__in=trust_ids(user)[:1]).first()
    return user._trust


def active_user(email: str) -> User | None:
    """Return the person with this e-mail address who may still sign in."""
    return User.objects.filter(email=email.strip().lower(), is_active=True).first()


def member_who_gets_codes(email: str) -> User | None:
    """Return the invited member with this e-mail address, in one query whoever it belongs to."""
    return User.objects.filter(
        email=email.strip().lower(), is_active=True, trust_roles__isnull=True
    ).first()


def administered_trusts(user: User) -> QuerySet[Trust]:
    """Return the trusts whose roles a person manages."""
    return Trust.objects.filter(pk__in=trust_ids(user, Role.TRUST_ADMINISTRATOR)).order_by("name")


def staff_of(trust: Trust) -> QuerySet[User]:
    """Return everyone with a role in a trust, by name, each with those roles as `held`."""
    held = TrustRole.objects.filter(trust=trust).order_by("role")
    return (
        User.objects.filter(pk__in=held.values("user"))
        .prefetch_related(Prefetch("trust_roles", queryset=held, to_attr="held"))
        .order_by("name", "pk")
    )
