"""Trusts, people and roles: each change with its ledger row."""

from datetime import datetime

from django.db import transaction

from accounts.models import Nation, Role, Trust, TrustKind, TrustRole, User
from audit import ledger


@transaction.atomic
def create_trust(
    *, name: str, slug: str, nation: Nation, kind: TrustKind, by: User | None, at: datetime
) -> Trust:
    """Create an employing body."""
    trust = Trust.objects.create(name=name, slug=slug, nation=nation, kind=kind)
    ledger.record(
        chain=f"trust:{trust.pk}",
        action="trust.created",
        obj=trust,
        by=by,
        at=at,
        new={"nation": nation, "kind": kind},
    )
    return trust


@transaction.atomic
def add_person(*, email: str, name: str, by: User | None, at: datetime) -> User:
    """Return the person with this e-mail address, made if there is none yet."""
    user = User.objects.filter(email__iexact=email.strip()).first()
    if user is None:
        user = User.objects.create_user(email=email, name=name)
        ledger.record(chain="accounts", action="person.added", obj=user, by=by, at=at)
    return user


@transaction.atomic
def grant_role(*, user: User, trust: Trust, role: Role, by: User | None, at: datetime) -> TrustRole:
    """Give a person a role in a trust; granting it again changes nothing."""
    held, is_new = TrustRole.objects.get_or_create(
        user=user, trust=trust, role=role, defaults={"granted_at": at}
    )
    if is_new:
        ledger.record(
            chain=f"trust:{trust.pk}",
            action="role.granted",
            obj=user,
            by=by,
            at=at,
            new={"role": role},
        )
    return held


@transaction.atomic
def revoke_role(*, user: User, trust: Trust, role: Role, by: User | None, at: datetime) -> bool:
    """Take a role from a person; returns whether they held it."""
    removed, _ = TrustRole.objects.filter(user=user, trust=trust, role=role).delete()
    if removed:
        ledger.record(
            chain=f"trust:{trust.pk}",
            action="role.revoked",
            obj=user,
            by=by,
            at=at,
            old={"role": role},
        )
    return bool(removed)
