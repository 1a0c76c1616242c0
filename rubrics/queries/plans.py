"""What the pages that change a blueprint ask."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from accounts.models import User
from rubrics.models import (
    Blueprint,
    Competency,
    Criterion,
    Domain,
    Exercise,
    FrameworkVersion,
    Question,
    RetiredQuestion,
    VersionStatus,
)
from rubrics.policies import edited_trust_ids
from rubrics.texts import digest


@dataclass(frozen=True)
class WeightsPage:
    """Every competency of the framework by every exercise, with the weights there are."""

    exercises: tuple[Exercise, ...]
    domains: tuple[tuple[Domain, tuple[Competency, ...]], ...]
    weights: dict[tuple[int, int], int]

    @property
    def seen(self) -> str:
        """What tells two states of the weights apart."""
        return weights_seen(self.exercises, self.weights)


@dataclass(frozen=True)
class CriterionChoices:
    """One criterion and the questions that could be asked for it."""

    criterion: Criterion
    questions: tuple[Question, ...]
    retired: frozenset[int]


@dataclass(frozen=True)
class MoveChoice:
    """A published version a plan could stand on, and what would be lost on it."""

    version: FrameworkVersion
    is_same: bool
    lost: tuple[Competency, ...]
    lost_weight: int
    lost_questions: int
    has_other_scale: bool


def visible_exercises(user: User) -> QuerySet[Exercise]:
    """Return the exercises a person may see, each with its blueprint and framework version."""
    return Exercise.objects.filter(blueprint__in=Blueprint.objects.visible_to(user)).select_related(
        "blueprint__trust", "blueprint__version__framework"
    )


def versions_to_plan_on(user: User) -> QuerySet[FrameworkVersion]:
    """Return the published versions on which a person may start a blueprint."""
    return (
        FrameworkVersion.objects.filter(
            framework__trust__in=edited_trust_ids(user), status=VersionStatus.PUBLISHED
        )
        .select_related("framework__trust")
        .order_by("framework__trust__name", "framework__name", "-number")
    )


def weights_page(blueprint: Blueprint) -> WeightsPage:
    """Return what the matrix of weights shows, in three queries."""
    competencies = Competency.objects.order_by("position", "pk")
    domains = blueprint.version.domains.order_by("position").prefetch_related(
        Prefetch("competencies", competencies)
    )
    exercises = tuple(blueprint.exercises.order_by("position").prefetch_related("criteria"))
    return WeightsPage(
        exercises=exercises,
        domains=tuple((domain, tuple(domain.competencies.all())) for domain in domains),
        weights=weights_of(exercises),
    )


def weights_of(exercises: Iterable[Exercise]) -> dict[tuple[int, int], int]:
    """Return the weights by exercise and competency; the criteria are read already."""
    return {
        (exercise.pk, criterion.competency_id): criterion.weight
        for exercise in exercises
        for criterion in exercise.criteria.all()
    }


def scored_competencies(blueprint: Blueprint) -> tuple[Competency, ...]:
    """Return the competencies a blueprint scores: those of the tie-break first, in its order."""
    found = (
        Competency.objects.filter(criteria__exercise__blueprint=blueprint)
        .distinct()
        .order_by("domain__position", "position", "pk")
    )
    order = {code: place for place, code in enumerate(blueprint.tie_break)}
    return tuple(sorted(found, key=lambda competency: order.get(competency.code, len(order))))


def criterion_choices(exercise: Exercise) -> tuple[CriterionChoices, ...]:
    """Return the criteria of an exercise in their order, each with the questions to choose from.

    A retired question is offered only where it is chosen already.
    """
    questions = Question.objects.order_by("position")
    criteria = (
        exercise.criteria.order_by("position", "pk")
        .select_related("competency")
        .prefetch_related(Prefetch("competency__questions", questions))
    )
    retired = set(
        RetiredQuestion.objects.filter(trust=exercise.blueprint.trust_id).values_list(
            "key", flat=True
        )
    )
    return tuple(_choices(criterion, retired) for criterion in criteria)


def move_choices(blueprint: Blueprint) -> tuple[MoveChoice, ...]:
    """Return the published versions of a blueprint's framework, newest first, in four queries."""
    versions = list(
        FrameworkVersion.objects.filter(
            framework=blueprint.version.framework_id, status=VersionStatus.PUBLISHED
        )
        .select_related("framework")
        .order_by("-number")
    )
    criteria = list(
        Criterion.objects.filter(exercise__blueprint=blueprint)
        .select_related("competency", "question")
        .order_by("exercise__position", "position")
    )
    held = _held(Competency, "domain__version", versions, [c.competency.key for c in criteria])
    asked = _held(
        Question,
        "competency__domain__version",
        versions,
        [c.question.key for c in criteria if c.question],
    )
    return tuple(_move_choice(blueprint, version, criteria, held, asked) for version in versions)


def details_seen(blueprint: Blueprint) -> str:
    """Return what tells two states of a blueprint's name and summary apart."""
    return digest([blueprint.name, blueprint.summary])


def rules_seen(blueprint: Blueprint) -> str:
    """Return what tells two states of a blueprint's rules apart."""
    return digest(
        [
            blueprint.minimum_value,
            blueprint.low_value,
            blueprint.allowed_low,
            blueprint.minimum_total_percent,
            list(blueprint.tie_break),
        ]
    )


def weights_seen(exercises: Iterable[Exercise], weights: dict[tuple[int, int], int]) -> str:
    """Return what tells two states of a blueprint's weights apart."""
    cells = sorted([*cell, weight] for cell, weight in weights.items())
    return digest([sorted(exercise.pk for exercise in exercises), cells])


def questions_seen(criteria: Iterable[Criterion]) -> str:
    """Return what tells two states of an exercise's questions, minimums and order apart."""
    return digest([[c.pk, c.position, c.question_id, c.minimum] for c in criteria])


def _choices(criterion: Criterion, retired_keys: set) -> CriterionChoices:
    questions = list(criterion.competency.questions.all())
    retired = frozenset(question.pk for question in questions if question.key in retired_keys)
    offered = [q for q in questions if q.pk not in retired or q.pk == criterion.question_id]
    return CriterionChoices(criterion, tuple(offered), retired)


def _held(model, path: str, versions: list[FrameworkVersion], keys: list) -> set[tuple]:
    """Return which of these keys each version has, as pairs of version and key."""
    found = model.objects.filter(**{f"{path}__in": versions}, key__in=keys)
    return set(found.values_list(path, "key"))


def _move_choice(blueprint, version, criteria, held: set, asked: set) -> MoveChoice:
    gone = [c for c in criteria if (version.pk, c.competency.key) not in held]
    kept = [c for c in criteria if c not in gone and c.question]
    return MoveChoice(
        version=version,
        is_same=version.pk == blueprint.version_id,
        lost=tuple(dict.fromkeys(c.competency for c in gone)),
        lost_weight=sum(c.weight for c in gone),
        lost_questions=sum((version.pk, c.question.key) not in asked for c in kept),
        has_other_scale=version.scale_key != blueprint.version.scale_key,
    )
