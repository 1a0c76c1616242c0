"""Trusts, people and roles: each change with its ledger row."""

from collections.abc import Collection
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.letters import send_password_letter
from accounts.models import Nation, Role, Trust, TrustKind, TrustRole, User
from accounts.policies import forget_roles
from audit import ledger


class OwnRoles(PermissionError):
    """A person tried to change what they may do themselves; somebody else has to."""


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
    known = User.objects.filter(email=email.strip().lower())
    user = known.first()
    if user is not None:
        return user
    try:
        with transaction.atomic():
            user = User.objects.create_user(email=email, name=name.strip())
    except IntegrityError:  # somebody else added them just now
        return known.get()
    ledger.record(chain="accounts", action="person.added", obj=user, by=by, at=at)
    return user


@transaction.atomic
def grant_role(*, user: User, trust: Trust, role: Role, by: User | None, at: datetime) -> TrustRole:
    """Give a person a role in a trust; granting it again changes nothing."""
    held, is_new = TrustRole.objects.get_or_create(
        user=user, trust=trust, role=role, defaults={"granted_at": at}
    )
    if is_new:
        forget_roles(user)
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
        forget_roles(user)
        ledger.record(
            chain=f"trust:{trust.pk}",
            action="role.revoked",
            obj=user,
            by=by,
            at=at,
            old={"role": role},
        )
    return bool(removed)


@transaction.atomic
def invite_staff(
    *,
    email: str,
    name: str,
    trust: Trust,
    roles: Collection[Role],
    by: User | None,
    at: datetime,
) -> User:
    """Give a person roles in a trust; one without a password is sent a link to choose theirs.

    Raises OwnRoles when the address is that of the person who asks.
    """
    user = add_person(email=email, name=name, by=by, at=at)
    _refuse_own(user, by)
    for role in roles:
        grant_role(user=user, trust=trust, role=role, by=by, at=at)
    if not user.has_usable_password():
        send_password_letter.enqueue(user.email)
    return user


@transaction.atomic
def change_roles(
    *, user: User, trust: Trust, roles: Collection[Role], by: User | None, at: datetime
) -> tuple[list[Role], list[Role]]:
    """Make these the roles a person holds in a trust; returns those granted and those revoked.

    Raises OwnRoles when a person changes their own.
    """
    _refuse_own(user, by)
    granted, revoked = [], []
    held = set(TrustRole.objects.filter(user=user, trust=trust).values_list("role", flat=True))
    for role in Role:
        if role in roles and role not in held:
            grant_role(user=user, trust=trust, role=role, by=by, at=at)
            granted.append(role)
        elif role in held and role not in roles:
            revoke_role(user=user, trust=trust, role=role, by=by, at=at)
            revoked.append(role)
    return granted, revoked


@transaction.atomic
def change_access(*, user: User, is_active: bool, by: User | None, at: datetime) -> bool:
    """Let a person sign in, or end their access at their next request; returns whether it changed.

    Raises OwnRoles when a person does it to themselves.
    """
    _refuse_own(user, by)
    if not User.objects.filter(pk=user.pk, is_active=not is_active).update(is_active=is_active):
        return False
    user.is_active = is_active
    action = "person.let_in" if is_active else "person.shut_out"
    ledger.record(chain="accounts", action=action, obj=user, by=by, at=at)
    return True


def _refuse_own(user: User, by: User | None) -> None:
    if by is not None and by.pk == user.pk:
        raise OwnRoles("Nobody changes their own roles. Ask another trust administrator.")
