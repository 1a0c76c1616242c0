"""The panel: who sits, in which seat, under which rules, with which conflicts."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from accounts.models import Nation, Role, Trust, User
from accounts.policies import trust_ids
from appointments.models import Application, Appointment
from rubrics.models import Criterion


class PersonQuerySet(models.QuerySet):
    """People of the directory by who may see them."""

    def run_by(self, user: User) -> "PersonQuerySet":
        """Return those of the trusts the person works for in medical staffing."""
        return self.filter(trust__in=trust_ids(user, Role.MEDICAL_STAFFING))


class Person(models.Model):
    """Someone who may sit on a trust's panels, with what the rules ask about them.

    An unknown attribute is empty: the composition check then says that it cannot tell.
    """

    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(max_length=120)
    email = models.EmailField()
    job_title = models.CharField(max_length=120, blank=True)
    employer = models.CharField(max_length=120, blank=True)
    specialty = models.CharField(max_length=80, blank=True)
    college = models.CharField(max_length=120, blank=True)
    works_in = models.CharField(max_length=20, choices=Nation, blank=True)
    is_doctor = models.BooleanField(null=True, blank=True)
    is_dentist = models.BooleanField(null=True, blank=True)
    is_consultant = models.BooleanField(null=True, blank=True)
    is_employed_by_trust = models.BooleanField(null=True, blank=True)
    is_employed_in_nhs = models.BooleanField(null=True, blank=True)
    is_board_member = models.BooleanField(null=True, blank=True)
    is_board_level = models.BooleanField(null=True, blank=True)
    is_trust_chair = models.BooleanField(null=True, blank=True)
    is_chief_executive = models.BooleanField(null=True, blank=True)
    is_medical_director = models.BooleanField(null=True, blank=True)
    training_expires_on = models.DateField(null=True, blank=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "people"
        constraints = [
            models.UniqueConstraint("trust", Lower("email"), name="person_email_once_per_trust")
        ]

    def __str__(self) -> str:
        return self.name


class Panel(models.Model):
    """The Advisory Appointments Committee of one appointment."""

    appointment = models.OneToOneField(Appointment, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(null=True, blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    has_no_local_consultant = models.BooleanField(default=False)
    composition = models.JSONField(default=list, blank=True)
    override_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True, opened_by__isnull=True)
                | Q(opened_at__isnull=False, opened_by__isnull=False),
                name="panel_opened_by_someone",
            )
        ]

    def __str__(self) -> str:
        return f"panel {self.pk}"


class PutForwardBy(models.TextChoices):
    """Who named a member, where the rules ask."""

    BODY = "BODY", "The trust or board itself"
    COLLEGE = "COLLEGE", "The college or faculty"
    UNIVERSITY = "UNIVERSITY", "The university"
    ACADEMY = "ACADEMY", "The Scottish Academy’s list"


class MemberStatus(models.TextChoices):
    """Whether a member sits."""

    INVITED = "INVITED", "Invited"
    ACCEPTED = "ACCEPTED", "Sits on the panel"
    DECLINED = "DECLINED", "Declined"
    STOOD_DOWN = "STOOD_DOWN", "Stood down"


SITTING = (MemberStatus.INVITED, MemberStatus.ACCEPTED)


class MemberQuerySet(models.QuerySet):
    """Members by whether they sit."""

    def sitting(self) -> "MemberQuerySet":
        """Return those invited or accepted, neither declined nor stood down."""
        return self.filter(status__in=SITTING)

    def accepted(self) -> "MemberQuerySet":
        """Return those who said that they will sit."""
        return self.filter(status=MemberStatus.ACCEPTED)

    def held_by(self, user: User, appointment: Appointment) -> "MemberQuerySet":
        """Return a person's own place on the panel of an appointment while they sit."""
        return self.sitting().filter(panel__appointment=appointment, person__user_id=user.pk)


class Member(models.Model):
    """One person on one panel, in a seat of the rule set or as an additional member."""

    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="members")
    seat = models.CharField(max_length=20, blank=True)
    position = models.PositiveSmallIntegerField()
    is_deputy = models.BooleanField(default=False)
    is_chair = models.BooleanField(default=False)
    scores = models.BooleanField(default=True)
    put_forward_by = models.CharField(max_length=12, choices=PutForwardBy, blank=True)
    has_specialty_accepted = models.BooleanField(default=False)
    status = models.CharField(max_length=12, choices=MemberStatus, default=MemberStatus.INVITED)
    invited_at = models.DateTimeField()
    responded_at = models.DateTimeField(null=True, blank=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["panel", "person"], name="member_once_per_panel"),
            models.UniqueConstraint(
                fields=["panel", "seat"],
                condition=~Q(seat="") & Q(status__in=["INVITED", "ACCEPTED"]),
                name="member_one_per_seat",
            ),
            models.UniqueConstraint(
                fields=["panel"],
                condition=Q(is_chair=True, status__in=["INVITED", "ACCEPTED"]),
                name="member_one_chair",
            ),
        ]

    def __str__(self) -> str:
        return f"member {self.pk}"


class DeclarationOutcome(models.TextChoices):
    """What follows from a declaration; the chair decides where an interest is declared."""

    NONE = "NONE", "No interest"
    STAYS = "STAYS", "Declared; stays"
    DOES_NOT_SCORE = "DOES_NOT_SCORE", "Does not score this candidate"
    STANDS_DOWN = "STANDS_DOWN", "Stands down from the panel"


class Declaration(models.Model):
    """A member's statement on conflicts of interest with one candidate."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="declarations")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="+")
    has_interest = models.BooleanField()
    statement = models.TextField(blank=True)
    declared_at = models.DateTimeField()
    outcome = models.CharField(max_length=16, choices=DeclarationOutcome, blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "application"], name="declaration_once_per_candidate"
            ),
            models.CheckConstraint(
                condition=Q(has_interest=False, outcome="NONE")
                | Q(has_interest=True) & ~Q(statement="") & ~Q(outcome="NONE"),
                name="declaration_interest_is_stated_and_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"declaration {self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether it can still be decided: whoever left the panel has nothing more to settle."""
        return self.member.status in SITTING


class QuestionAssignment(models.Model):
    """Who asks about one criterion: a line of the interview plan."""

    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="question_assignments")
    criterion = models.ForeignKey(Criterion, on_delete=models.CASCADE, related_name="+")
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="question_assignments"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["panel", "criterion"], name="question_assigned_once_per_panel"
            )
        ]

    def __str__(self) -> str:
        return f"assignment {self.pk}"
