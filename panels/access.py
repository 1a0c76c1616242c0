"""The only writer of grants: what each member of a panel may see and do, as a diff.

What is due follows from memberships and declarations alone, so the same call made twice changes
nothing and `manage.py check_access` can tell at any time whether what is held is what is due.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import Permission
from django.db.models import Prefetch, QuerySet
from guardian.models import UserObjectPermissionBase

from appointments.models import (
    ApplicationUserObjectPermission,
    Appointment,
    AppointmentUserObjectPermission,
)
from panels.models import Declaration, DeclarationOutcome, Member, MemberStatus, Panel

APPOINTMENT, APPLICATION = "appointment", "application"
TABLES = {
    APPOINTMENT: AppointmentUserObjectPermission,
    APPLICATION: ApplicationUserObjectPermission,
}
SETTLED = (DeclarationOutcome.NONE, DeclarationOutcome.STAYS)
"""Outcomes of a declaration after which a member sees the candidate's file."""


@dataclass(frozen=True, order=True)
class Grant:
    """One person's leave to do one thing with one appointment or application."""

    user_id: int
    kind: str
    codename: str
    object_id: int

    def __str__(self) -> str:
        return f"user:{self.user_id} {self.codename} {self.kind}:{self.object_id}"


def sync_grants(panel: Panel) -> tuple[list[Grant], list[Grant]]:
    """Bring one panel's grants in line with its members; return those given and those taken."""
    due = grants_due(Member.objects.filter(panel=panel))
    held = grants_held(Appointment.objects.filter(pk=panel.appointment_id))
    return _write(due, held)


def find_drift() -> tuple[list[Grant], list[Grant]]:
    """Return the grants that are due and missing, and those that are held and not due."""
    due, held = grants_due(Member.objects.all()), grants_held(Appointment.objects.all())
    return sorted(due - held), sorted(held - due)


def mend_drift() -> tuple[list[Grant], list[Grant]]:
    """Bring every panel's grants in line; return those given and those taken."""
    return _write(grants_due(Member.objects.all()), grants_held(Appointment.objects.all()))


def grants_due(members: QuerySet[Member]) -> set[Grant]:
    """Return what these members' standing and declarations entitle them to."""
    settled = Declaration.objects.filter(outcome__in=SETTLED)
    rows = (
        members.sitting()
        .filter(person__user__isnull=False)
        .select_related("person", "panel")
        .prefetch_related(Prefetch("declarations", queryset=settled, to_attr="settled"))
    )
    return {grant for member in rows for grant in _due(member)}


def _due(member: Member) -> Iterable[Grant]:
    """Yield one sitting member's grants: who has not accepted yet sees enough to answer."""
    user_id, appointment_id = member.person.user_id, member.panel.appointment_id
    yield Grant(user_id, APPOINTMENT, "view_appointment", appointment_id)
    if member.status != MemberStatus.ACCEPTED:
        return
    if member.is_chair:
        yield Grant(user_id, APPOINTMENT, "chair_appointment", appointment_id)
    for declaration in member.settled:
        yield Grant(user_id, APPLICATION, "view_application", declaration.application_id)
        if member.scores:
            yield Grant(user_id, APPLICATION, "score_application", declaration.application_id)


def grants_held(appointments: QuerySet[Appointment]) -> set[Grant]:
    """Return every grant on these appointments and on their applications."""
    on_appointments = AppointmentUserObjectPermission.objects.filter(
        content_object__in=appointments
    )
    on_applications = ApplicationUserObjectPermission.objects.filter(
        content_object__appointment__in=appointments
    )
    return {
        Grant(user_id, kind, codename, object_id)
        for kind, rows in ((APPOINTMENT, on_appointments), (APPLICATION, on_applications))
        for user_id, codename, object_id in rows.values_list(
            "user_id", "permission__codename", "content_object_id"
        )
    }


def _write(due: set[Grant], held: set[Grant]) -> tuple[list[Grant], list[Grant]]:
    given, taken = sorted(due - held), sorted(held - due)
    for kind, table in TABLES.items():
        _give(table, [grant for grant in given if grant.kind == kind])
    for grant in taken:
        TABLES[grant.kind].objects.filter(
            user_id=grant.user_id,
            permission__codename=grant.codename,
            content_object_id=grant.object_id,
        ).delete()
    return given, taken


def _give(table: type[UserObjectPermissionBase], grants: list[Grant]) -> None:
    if not grants:
        return
    permissions = dict(
        Permission.objects.filter(
            content_type__app_label="appointments",
            codename__in={grant.codename for grant in grants},
        ).values_list("codename", "pk")
    )
    rows = [
        table(
            user_id=grant.user_id,
            permission_id=permissions[grant.codename],
            content_object_id=grant.object_id,
        )
        for grant in grants
    ]
    table.objects.bulk_create(rows, ignore_conflicts=True)
