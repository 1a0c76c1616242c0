"""Frameworks and their versions, the question bank, and blueprints of an assessment."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Trust, User
from accounts.policies import trust_ids
from rubrics.scales import SCALES, Scale


class FrameworkQuerySet(models.QuerySet):
    """Frameworks by who may see them."""

    def visible_to(self, user: User) -> "FrameworkQuerySet":
        """Return those of the trusts in which a person holds a role."""
        return self.filter(trust__in=trust_ids(user))


class Framework(models.Model):
    """A set of competencies that a trust uses; its content lives in versions."""

    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="+")
    slug = models.SlugField(max_length=60)
    name = models.CharField(max_length=120)
    source = models.TextField(blank=True)
    licence_note = models.TextField(blank=True)

    objects = FrameworkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["trust", "slug"], name="framework_slug_once_per_trust")
        ]

    def __str__(self) -> str:
        return self.name


class VersionStatus(models.TextChoices):
    """Where a framework version stands: a published one never changes."""

    DRAFT = "DRAFT", "Draft"
    PUBLISHED = "PUBLISHED", "Published"
    RETIRED = "RETIRED", "Retired"


class FrameworkVersionQuerySet(models.QuerySet):
    """Framework versions by who may see them."""

    def visible_to(self, user: User) -> "FrameworkVersionQuerySet":
        """Return those of the trusts in which a person holds a role."""
        return self.filter(framework__trust__in=trust_ids(user))


class FrameworkVersion(models.Model):
    """One state of a framework; frozen when it is published."""

    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=VersionStatus, default=VersionStatus.DRAFT)
    scale_key = models.CharField(
        max_length=5, choices=[(key, key.replace("-", " to ")) for key in SCALES], default="1-5"
    )
    library_digest = models.CharField(
        max_length=64, blank=True, help_text="What was loaded from the library, if it came from it."
    )
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = FrameworkVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["framework", "number"], name="framework_version_number_once"
            ),
            models.CheckConstraint(
                condition=Q(status="DRAFT", published_at__isnull=True)
                | ~Q(status="DRAFT") & Q(published_at__isnull=False),
                name="framework_version_published_has_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number}"

    @property
    def scale(self) -> Scale:
        """The scale its competencies are scored on."""
        return SCALES[self.scale_key]


class DomainQuerySet(models.QuerySet):
    """Domains by who may see them."""

    def visible_to(self, user: User) -> "DomainQuerySet":
        """Return those of the trusts in which a person holds a role."""
        return self.filter(version__framework__trust__in=trust_ids(user))


class Domain(models.Model):
    """A group of competencies; its key stays the same in every version it is copied to."""

    key = models.UUIDField(default=uuid4, editable=False)
    version = models.ForeignKey(FrameworkVersion, on_delete=models.CASCADE, related_name="domains")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=10)
    name = models.CharField(max_length=120)
    summary = models.TextField(blank=True)

    objects = DomainQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="domain_code_once_per_version")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class CompetencyQuerySet(models.QuerySet):
    """Competencies by who may see them."""

    def visible_to(self, user: User) -> "CompetencyQuerySet":
        """Return those of the trusts in which a person holds a role."""
        return self.filter(domain__version__framework__trust__in=trust_ids(user))


class Competency(models.Model):
    """One thing that is assessed, in the trust's own words."""

    key = models.UUIDField(default=uuid4, editable=False)
    domain = models.ForeignKey(Domain, on_delete=models.CASCADE, related_name="competencies")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=10)
    name = models.CharField(max_length=120)
    summary = models.TextField(blank=True)
    tags = models.JSONField(default=dict, blank=True)

    objects = CompetencyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "competencies"
        constraints = [
            models.UniqueConstraint(fields=["domain", "code"], name="competency_code_once")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Level(models.Model):
    """One anchored point of the scale: the behaviour that earns this value."""

    competency = models.ForeignKey(Competency, on_delete=models.CASCADE, related_name="levels")
    value = models.PositiveSmallIntegerField()
    anchor = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["competency", "value"], name="level_value_once")
        ]

    def __str__(self) -> str:
        return f"{self.value}: {self.anchor[:40]}"


class QuestionKind(models.TextChoices):
    """What a question asks for."""

    PAST_BEHAVIOUR = "PAST_BEHAVIOUR", "Past behaviour"
    SITUATIONAL = "SITUATIONAL", "Situational"


class Difficulty(models.TextChoices):
    """How much a question asks of a good candidate."""

    STANDARD = "STANDARD", "Standard"
    STRETCH = "STRETCH", "Stretch"


class QuestionQuerySet(models.QuerySet):
    """Questions by who may see them."""

    def visible_to(self, user: User) -> "QuestionQuerySet":
        """Return those of the trusts in which a person holds a role."""
        return self.filter(competency__domain__version__framework__trust__in=trust_ids(user))


class Question(models.Model):
    """A question from the bank, tied to a competency."""

    key = models.UUIDField(default=uuid4, editable=False)
    competency = models.ForeignKey(Competency, on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=QuestionKind)
    difficulty = models.CharField(max_length=10, choices=Difficulty, default=Difficulty.STANDARD)
    text = models.TextField()
    probes = models.JSONField(default=list, blank=True)
    good_answer = models.TextField(blank=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["competency", "position"], name="question_position_once"
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]


class BlueprintQuerySet(models.QuerySet):
    """Blueprints by who may see them."""

    def visible_to(self, user: User) -> "BlueprintQuerySet":
        """Return those of the trusts in which a person holds a role."""
        return self.filter(trust__in=trust_ids(user))


class Blueprint(models.Model):
    """The plan of one assessment: exercises, criteria, weights, rules; frozen at first score."""

    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="+")
    slug = models.SlugField(max_length=60)
    name = models.CharField(max_length=120)
    number = models.PositiveIntegerField(default=1)
    summary = models.TextField(blank=True)
    version = models.ForeignKey(
        FrameworkVersion, on_delete=models.PROTECT, related_name="blueprints"
    )
    minimum_value = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="No criterion's mean may be below this."
    )
    low_value = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="A criterion whose mean is below this counts as low."
    )
    allowed_low = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="How many low criteria a suitable candidate may have."
    )
    minimum_total_percent = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="The least weighted total, as a share of the highest mark."
    )
    tie_break = models.JSONField(
        default=list, blank=True, help_text="Competency codes that part equal totals, in order."
    )
    is_ready = models.BooleanField(
        default=False, help_text="Whether nothing is missing, so that an appointment may use it."
    )
    frozen_at = models.DateTimeField(null=True, blank=True)

    objects = BlueprintQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["trust", "slug", "number"], name="blueprint_number_once"
            ),
            models.CheckConstraint(
                condition=Q(minimum_total_percent__isnull=True) | Q(minimum_total_percent__lte=100),
                name="blueprint_percent_to_100",
            ),
            models.CheckConstraint(
                condition=Q(low_value__isnull=True, allowed_low__isnull=True)
                | Q(low_value__isnull=False, allowed_low__isnull=False),
                name="blueprint_low_rule_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, version {self.number}"


class ExerciseKind(models.TextChoices):
    """What happens in an exercise."""

    SHORTLISTING = "SHORTLISTING", "Shortlisting"
    PRESENTATION = "PRESENTATION", "Presentation"
    STATION = "STATION", "Station"
    PANEL_INTERVIEW = "PANEL_INTERVIEW", "Panel interview"
    STAKEHOLDER_GROUP = "STAKEHOLDER_GROUP", "Stakeholder group"


class Exercise(models.Model):
    """One part of an assessment, scored on its own sheet."""

    blueprint = models.ForeignKey(Blueprint, on_delete=models.CASCADE, related_name="exercises")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=ExerciseKind)
    name = models.CharField(max_length=80)
    minutes = models.PositiveSmallIntegerField()
    scoring_seats = models.JSONField(
        default=list, blank=True, help_text="Codes of the seats that score it; none: every member."
    )
    instructions = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["blueprint", "position"], name="exercise_position_once")
        ]

    def __str__(self) -> str:
        return self.name


class Criterion(models.Model):
    """One competency as scored in one exercise."""

    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="criteria")
    position = models.PositiveSmallIntegerField()
    competency = models.ForeignKey(Competency, on_delete=models.PROTECT, related_name="criteria")
    question = models.ForeignKey(
        Question, null=True, blank=True, on_delete=models.PROTECT, related_name="criteria"
    )
    weight = models.PositiveSmallIntegerField()
    minimum = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "criteria"
        constraints = [
            models.UniqueConstraint(
                fields=["exercise", "competency"], name="criterion_once_per_exercise"
            ),
            models.CheckConstraint(
                condition=Q(weight__gte=1, weight__lte=100), name="criterion_weight_1_to_100"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.exercise_id}/{self.competency_id}"


class DraftSnapshot(models.Model):
    """A draft's whole content as it was before one change, so that the change can be undone."""

    version = models.ForeignKey(
        FrameworkVersion, on_delete=models.CASCADE, related_name="snapshots"
    )
    content = models.JSONField()
    change = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    def __str__(self) -> str:
        return f"before: {self.change}"


class RetiredQuestion(models.Model):
    """A question that a trust asks no more, in whatever version it stands."""

    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField()
    reason = models.CharField(max_length=200, blank=True)
    retired_at = models.DateTimeField()
    retired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["trust", "key"], name="question_retired_once")
        ]

    def __str__(self) -> str:
        return f"retired {self.key}"


class QuestionUse(models.Model):
    """One time a question was asked: for which post, in which specialty, when."""

    trust = models.ForeignKey(Trust, on_delete=models.PROTECT, related_name="+")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="uses")
    reference = models.CharField(max_length=30)
    post_title = models.CharField(max_length=160)
    specialty = models.CharField(max_length=80)
    used_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["trust", "question", "reference"], name="question_use_once_per_appointment"
            )
        ]
        indexes = [models.Index(fields=["trust", "specialty", "used_on"], name="question_use_when")]

    def __str__(self) -> str:
        return f"{self.reference} {self.used_on}"
