"""Score sheets, scores, the recommendation, the employer's decision and candidate reports."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from appointments.models import Application, ApplicationStatus
from panels.access import SETTLED
from panels.models import Declaration, Member, MemberStatus, Panel
from rubrics.models import Criterion, Exercise


class OverallView(models.TextChoices):
    """A member's own view of a candidate, beside the scores and never part of the sum."""

    APPOINTABLE = "APPOINTABLE", "Appointable"
    BORDERLINE = "BORDERLINE", "Borderline"
    NOT_APPOINTABLE = "NOT_APPOINTABLE", "Not appointable"


class ScoreSheetQuerySet(models.QuerySet):
    """Score sheets by whose they are."""

    def counted(self) -> "ScoreSheetQuerySet":
        """Leave out members who stood down, candidates who withdrew, and scores recused since."""
        settled = Declaration.objects.filter(
            member=OuterRef("member"), application=OuterRef("application"), outcome__in=SETTLED
        )
        return self.filter(
            Exists(settled),
            member__status=MemberStatus.ACCEPTED,
            application__status=ApplicationStatus.SHORTLISTED,
        )

    def of_panel(self, panel: Panel) -> "ScoreSheetQuerySet":
        """Return the sheets of a panel that count."""
        return self.counted().filter(member__panel=panel)


class ScoreSheet(models.Model):
    """One member, one application, one exercise."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="+")
    exercise = models.ForeignKey(Exercise, on_delete=models.PROTECT, related_name="+")
    overall_view = models.CharField(max_length=16, choices=OverallView, blank=True)
    version = models.PositiveIntegerField(default=0)
    locked_at = models.DateTimeField(null=True, blank=True)

    objects = ScoreSheetQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "application", "exercise"], name="score_sheet_once"
            )
        ]

    def __str__(self) -> str:
        return f"score sheet {self.pk}"


class Score(models.Model):
    """One criterion on a sheet: a value, not assessed, or neither yet; missing is never zero."""

    sheet = models.ForeignKey(ScoreSheet, on_delete=models.PROTECT, related_name="scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    value = models.PositiveSmallIntegerField(null=True, blank=True)
    is_not_assessed = models.BooleanField(default=False)
    not_assessed_reason = models.CharField(max_length=200, blank=True)
    evidence = models.TextField(blank=True)
    is_concern = models.BooleanField(default=False)
    concern = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sheet", "criterion"], name="score_once_per_criterion"),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(is_not_assessed=False),
                name="score_value_or_not_assessed",
            ),
        ]

    def __str__(self) -> str:
        return f"score {self.pk}"


class Receipt(models.Model):
    """The reply to one change, kept so that the same change sent again gets the same reply."""

    sheet = models.ForeignKey(ScoreSheet, on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField()
    body_hash = models.CharField(max_length=64)
    reply = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sheet", "key"], name="receipt_key_once_per_sheet")
        ]

    def __str__(self) -> str:
        return f"receipt {self.key}"


class Recommendation(models.Model):
    """What the panel recommends; sealed when it is made."""

    panel = models.OneToOneField(Panel, on_delete=models.PROTECT, related_name="+")
    reasons = models.TextField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    algorithm = models.CharField(max_length=40)
    content_hash = models.CharField(max_length=64)
    code = models.CharField(max_length=12, unique=True)

    def __str__(self) -> str:
        return f"recommendation {self.code}"


class Verdict(models.TextChoices):
    """What the panel says of one candidate."""

    RECOMMENDED = "RECOMMENDED", "Recommended for appointment"
    RESERVE = "RESERVE", "Suitable; reserve"
    SUITABLE = "SUITABLE", "Suitable; not recommended"
    NOT_SUITABLE = "NOT_SUITABLE", "Not suitable"


class RecommendedCandidate(models.Model):
    """The panel's verdict on one candidate, with the order of preference where there is one."""

    recommendation = models.ForeignKey(
        Recommendation, on_delete=models.PROTECT, related_name="candidates"
    )
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=16, choices=Verdict)
    preference = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["recommendation", "application"], name="verdict_once_per_candidate"
            ),
            models.UniqueConstraint(
                fields=["recommendation", "preference"], name="preference_once"
            ),
            models.CheckConstraint(
                condition=Q(verdict__in=["RECOMMENDED", "RESERVE"], preference__isnull=False)
                | Q(verdict__in=["SUITABLE", "NOT_SUITABLE"], preference__isnull=True),
                name="preference_with_verdict",
            ),
        ]

    def __str__(self) -> str:
        return f"verdict {self.pk}"


class Decision(models.Model):
    """What the employer does with the recommendation; the chief executive decides."""

    recommendation = models.OneToOneField(
        Recommendation, on_delete=models.PROTECT, related_name="decision"
    )
    is_accepted = models.BooleanField()
    reason = models.TextField(blank=True)
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_accepted=True) | ~Q(reason=""), name="decision_decline_has_reason"
            )
        ]

    def __str__(self) -> str:
        return f"decision {self.pk}"


class CandidateReport(models.Model):
    """What the candidate reads: the texts an officer reviewed, and the PDF made from them."""

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="+")
    strengths = models.TextField(blank=True)
    next_steps = models.TextField(blank=True)
    evidence = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=0)
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    pdf = models.FileField(upload_to="reports/", blank=True)
    pdf_problem = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(released_at__isnull=True, released_by__isnull=True)
                | Q(released_at__isnull=False, released_by__isnull=False),
                name="report_released_by_someone",
            )
        ]

    def __str__(self) -> str:
        return f"report {self.pk}"
