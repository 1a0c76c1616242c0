"""What pages ask about trusts and people."""

from accounts.models import Trust, User
from accounts.policies import trust_ids


def trust_of(user: User) -> Trust | None:
    """Return the first trust in which a person holds a role, read once and kept on the instance."""
    if not hasattr(user, "_trust"):
        user._trust = Trust.objects.filter(pk__in=trust_ids(user)[:1]).first()
    return user._trust
