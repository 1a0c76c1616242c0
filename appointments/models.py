"""Appointments, candidates and their applications, and the grants that let members see them."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from guardian.models import UserObjectPermissionBase
from guardian.shortcuts import get_objects_for_user

from accounts.models import Role, Trust, User
from accounts.policies import trust_ids
from appointments.stages import WORDS, Stage
from rubrics.models import Blueprint

OFFICE = (Role.MEDICAL_STAFFING, Role.CHIEF_EXECUTIVE, Role.MEDICAL_DIRECTOR)
"""Roles that see every appointment of their trust with its candidates."""

STAGES = [(stage.value, words) for stage, words in WORDS.items()]


def granted(user: User, codename: str, klass: models.QuerySet) -> models.QuerySet:
    """Return the rows on which a person holds this grant itself; nobody passes as a superuser."""
    return get_objects_for_user(
        user, codename, klass, use_groups=False, accept_global_perms=False, with_superuser=False
    )


class AppointmentQuerySet(models.QuerySet):
    """Appointments by who may see them."""

    def visible_to(self, user: User, *, at: datetime) -> "AppointmentQuerySet":
        """Return those of the person's trust, by role, and those they sit on, while it lasts."""
        mine = granted(user, "view_appointment", self.model._default_manager.all())
        return self.filter(
            Q(trust__in=trust_ids(user, *OFFICE, Role.AUDITOR))
            | Q(pk__in=mine.values("pk"))
            & (Q(members_leave_at__isnull=True) | Q(members_leave_at__gt=at))
        )

    def run_by(self, user: User) -> "AppointmentQuerySet":
        """Return those whose trust the person works for in medical staffing."""
        return self.filter(trust__in=trust_ids(user, Role.MEDICAL_STAFFING))

    def listed_for(self, user: User) -> "AppointmentQuerySet":
        """Return those of the trusts whose appointments the person oversees."""
        return self.filter(trust__in=trust_ids(user, *OFFICE, Role.AUDITOR))


class Appointment(models.Model):
    """One recruitment round: one post title, one or more posts, one panel."""

    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=30)
    post_title = models.CharField(max_length=160)
    specialty = models.CharField(max_length=80)
    site = models.CharField(max_length=80, blank=True)
    posts = models.PositiveSmallIntegerField(default=1)
    has_substantial_teaching = models.BooleanField(default=False)
    is_dental = models.BooleanField(default=False)
    rule_set_key = models.CharField(max_length=60)
    blueprint = models.ForeignKey(Blueprint, on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    aac_at = models.DateTimeField()
    place = models.CharField(max_length=120, blank=True)
    stage = models.CharField(max_length=20, choices=STAGES, default=Stage.DRAFTED)
    members_leave_at = models.DateTimeField(null=True, blank=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        permissions = [("chair_appointment", "Can chair the panel of this appointment")]
        constraints = [
            models.UniqueConstraint(
                fields=["trust", "reference"], name="appointment_reference_once_per_trust"
            ),
            models.CheckConstraint(
                condition=Q(posts__gte=1), name="appointment_posts_at_least_one"
            ),
        ]

    def __str__(self) -> str:
        return self.post_title

    @property
    def chain(self) -> str:
        """The key of this appointment's chain in the ledger."""
        return f"appointment:{self.pk}"


class Candidate(models.Model):
    """A person who applies to a trust."""

    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    email = models.EmailField()
    gmc_number = models.CharField(max_length=7)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["trust", "gmc_number"], name="candidate_gmc_number_once_per_trust"
            )
        ]

    def __str__(self) -> str:
        return self.name


class ApplicationStatus(models.TextChoices):
    """How far an application has come."""

    RECEIVED = "RECEIVED", "Received"
    SHORTLISTED = "SHORTLISTED", "Shortlisted"
    REJECTED = "REJECTED", "Not shortlisted"
    WITHDRAWN = "WITHDRAWN", "Withdrawn"


class ApplicationQuerySet(models.QuerySet):
    """Applications by who may see them."""

    def visible_to(self, user: User, *, at: datetime) -> "ApplicationQuerySet":
        """Return those of the person's trust, by role, and those opened to them as a member.

        Whoever sits on a panel sees a candidate only once their declaration is settled, whatever
        other role they hold; medical staffing, who run it, see everybody. A candidate who is no
        longer shortlisted leaves the members' sight at once.
        """
        mine = granted(user, "view_application", self.model._default_manager.all())
        panels = granted(user, "view_appointment", Appointment._default_manager.all())
        is_over = Q(appointment__members_leave_at__lte=at)
        sits = Q(appointment__in=panels.values("pk")) & ~is_over
        return self.filter(
            Q(appointment__trust__in=trust_ids(user, Role.MEDICAL_STAFFING))
            | Q(appointment__trust__in=trust_ids(user, *OFFICE)) & ~sits
            | Q(pk__in=mine.values("pk"), status=ApplicationStatus.SHORTLISTED) & ~is_over
        )

    def scored_by(self, user: User, *, at: datetime) -> "ApplicationQuerySet":
        """Return those that a person scores as a member, while their access lasts."""
        mine = granted(user, "score_application", self.model._default_manager.all())
        return self.filter(
            Q(appointment__members_leave_at__isnull=True) | Q(appointment__members_leave_at__gt=at),
            pk__in=mine.values("pk"),
            status=ApplicationStatus.SHORTLISTED,
        )

    def run_by(self, user: User) -> "ApplicationQuerySet":
        """Return those to the appointments that the person runs in medical staffing."""
        return self.filter(appointment__trust__in=trust_ids(user, Role.MEDICAL_STAFFING))

    def to_be_assessed(self) -> "ApplicationQuerySet":
        """Return those that the panel sees."""
        return self.filter(status=ApplicationStatus.SHORTLISTED)


class Application(models.Model):
    """One person's application to one appointment."""

    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, related_name="applications"
    )
    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="applications")
    position = models.PositiveSmallIntegerField()
    status = models.CharField(
        max_length=12, choices=ApplicationStatus, default=ApplicationStatus.RECEIVED
    )
    registration = models.CharField(max_length=120, blank=True)
    present_post = models.CharField(max_length=160, blank=True)
    status_reason = models.TextField(blank=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        permissions = [("score_application", "Can score this application")]
        constraints = [
            models.UniqueConstraint(
                fields=["appointment", "candidate"], name="application_once_per_candidate"
            ),
            models.UniqueConstraint(
                fields=["appointment", "position"], name="application_position_once"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["RECEIVED", "SHORTLISTED"]) | ~Q(status_reason=""),
                name="application_ends_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"application {self.pk}"


class AppointmentUserObjectPermission(UserObjectPermissionBase):
    """A grant on one appointment; `panels/access.py` alone writes these."""

    content_object = models.ForeignKey(Appointment, on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        indexes = [
            models.Index(fields=["user", "permission", "content_object"], name="appointment_grant")
        ]


class ApplicationUserObjectPermission(UserObjectPermissionBase):
    """A grant on one application; `panels/access.py` alone writes these."""

    content_object = models.ForeignKey(Application, on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        indexes = [
            models.Index(fields=["user", "permission", "content_object"], name="application_grant")
        ]
