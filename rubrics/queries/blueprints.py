"""What the pages about blueprints and the score sheets ask of a blueprint."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Prefetch, QuerySet, Sum

from accounts.models import User
from rubrics import library
from rubrics.checklist import Checklist, Facts, checklist
from rubrics.matrix import Matrix, Rules, matrix_of, rules_in_words
from rubrics.models import (
    Blueprint,
    Competency,
    Criterion,
    Exercise,
    FrameworkVersion,
    Level,
    Question,
    RetiredQuestion,
    VersionStatus,
)
from rubrics.policies import edited_trust_ids
from rubrics.scales import Scale
from rubrics.seats import in_words
from rubrics.soundness import Place, Point, missing_parts, weak_points
from rubrics.texts import BlueprintText, CriterionText, ExerciseText, digest


@dataclass(frozen=True)
class ReadyPlan:
    """A ready plan and the published framework version of a trust on which it can stand."""

    text: BlueprintText
    version: FrameworkVersion


@dataclass(frozen=True)
class PlannedLevel:
    """One value a member may give, its word and the behaviour that earns it."""

    value: int
    word: str
    anchor: str


@dataclass(frozen=True)
class PlannedCriterion:
    """A criterion with all that its block on a score sheet shows."""

    criterion: Criterion
    competency: Competency
    question: Question | None
    levels: tuple[PlannedLevel, ...]

    @property
    def label(self) -> str:
        """The competency's code and name."""
        return str(self.competency)


@dataclass(frozen=True)
class PlannedExercise:
    """An exercise with its criteria in their order."""

    exercise: Exercise
    criteria: tuple[PlannedCriterion, ...]


@dataclass(frozen=True)
class Plan:
    """A whole blueprint: exercises > criteria > competency, levels and question."""

    blueprint: Blueprint
    version: FrameworkVersion
    scale: Scale
    exercises: tuple[PlannedExercise, ...]

    @property
    def criteria(self) -> tuple[PlannedCriterion, ...]:
        """Every criterion in the order of the plan."""
        return tuple(found for exercise in self.exercises for found in exercise.criteria)


@dataclass(frozen=True)
class Mend:
    """Something to mend in a blueprint, and the exercise it is about, if it is about one."""

    point: Point
    exercise: Exercise | None


@dataclass(frozen=True)
class ExerciseCard:
    """An exercise as the blueprint's page shows it."""

    exercise: Exercise
    criteria: tuple[PlannedCriterion, ...]
    scored_by: str
    seen: str
    can_go_up: bool
    can_go_down: bool


@dataclass(frozen=True)
class BlueprintPage:
    """A blueprint as its page shows it."""

    blueprint: Blueprint
    version: FrameworkVersion
    exercises: tuple[ExerciseCard, ...]
    order: str
    matrix: Matrix
    rules: Rules
    missing: tuple[Mend, ...]
    weak: tuple[Mend, ...]
    checklist: Checklist
    others: tuple[Blueprint, ...]


def visible_blueprints(user: User) -> QuerySet[Blueprint]:
    """Return the blueprints a person may see, each with its trust and framework version."""
    return Blueprint.objects.visible_to(user).select_related("trust", "version__framework")


def blueprint_list(user: User) -> QuerySet[Blueprint]:
    """Return the blueprints a person may see, by trust and name, newest first, with counts."""
    exercises = Exercise.objects.order_by("position").annotate(
        criterion_count=Count("criteria"), weight=Sum("criteria__weight", default=0)
    )
    return (
        visible_blueprints(user)
        .prefetch_related(Prefetch("exercises", exercises))
        .order_by("trust__name", "name", "-number")
    )


def ready_plans(user: User) -> tuple[ReadyPlan, ...]:
    """Return the ready plans for the newest published frameworks of the trusts a person edits."""
    versions = (
        FrameworkVersion.objects.filter(
            framework__trust__in=edited_trust_ids(user), status=VersionStatus.PUBLISHED
        )
        .select_related("framework__trust")
        .order_by("framework__trust__name", "number")
    )
    newest = {version.framework_id: version for version in versions}
    texts = library.read_blueprints().values() if newest else ()
    return tuple(
        ReadyPlan(text, version)
        for text in texts
        for version in newest.values()
        if text.framework == version.framework.slug
    )


def blueprint_plan(blueprint: Blueprint) -> Plan:
    """Return a blueprint with everything a score sheet needs: five queries, whatever its size."""
    version = FrameworkVersion.objects.select_related("framework").get(pk=blueprint.version_id)
    criteria = (
        Criterion.objects.order_by("position", "pk")
        .select_related("competency__domain", "question")
        .prefetch_related(Prefetch("competency__levels", Level.objects.order_by("value")))
    )
    exercises = blueprint.exercises.order_by("position").prefetch_related(
        Prefetch("criteria", criteria)
    )
    planned = tuple(
        PlannedExercise(
            exercise, tuple(_planned(found, version.scale) for found in exercise.criteria.all())
        )
        for exercise in exercises
    )
    return Plan(blueprint, version, version.scale, planned)


def blueprint_page(blueprint: Blueprint) -> BlueprintPage:
    """Return a blueprint's matrix, rules and weak points, in a fixed number of queries."""
    plan = blueprint_plan(blueprint)
    text, names = _text(plan), _names(plan)
    weak = (*_outdated(plan), *weak_points(text, names), *_retired_questions(plan))
    return BlueprintPage(
        blueprint=blueprint,
        version=plan.version,
        exercises=_cards(plan),
        order=order_seen([planned.exercise for planned in plan.exercises]),
        matrix=matrix_of(text, names),
        rules=rules_in_words(text, names, plan.scale),
        missing=_mends(plan, _missing(plan, text, names)),
        weak=_mends(plan, weak),
        checklist=checklist(_facts(plan, text, names)),
        others=tuple(
            Blueprint.objects.filter(trust=blueprint.trust_id, slug=blueprint.slug)
            .exclude(pk=blueprint.pk)
            .order_by("-number")
        ),
    )


def missing_in(blueprint: Blueprint) -> tuple[Point, ...]:
    """Return what stands between a blueprint and its use, in a fixed number of queries."""
    plan = blueprint_plan(blueprint)
    return _missing(plan, _text(plan), _names(plan))


def order_seen(exercises: Iterable[Exercise]) -> str:
    """Return what tells two orders of a blueprint's exercises apart."""
    return digest([exercise.pk for exercise in exercises])


def exercise_seen(exercise: Exercise) -> str:
    """Return what tells two states of an exercise's own words apart."""
    return digest(
        [
            exercise.kind,
            exercise.name,
            exercise.minutes,
            exercise.instructions,
            list(exercise.scoring_seats),
        ]
    )


def _cards(plan: Plan) -> tuple[ExerciseCard, ...]:
    last = len(plan.exercises) - 1
    return tuple(
        ExerciseCard(
            exercise=planned.exercise,
            criteria=planned.criteria,
            scored_by=in_words(planned.exercise.scoring_seats),
            seen=exercise_seen(planned.exercise),
            can_go_up=place > 0,
            can_go_down=place < last,
        )
        for place, planned in enumerate(plan.exercises)
    )


def _mends(plan: Plan, points: Iterable[Point]) -> tuple[Mend, ...]:
    exercises = [planned.exercise for planned in plan.exercises]
    return tuple(
        Mend(point, None if point.exercise is None else exercises[point.exercise])
        for point in points
    )


def _missing(plan: Plan, text: BlueprintText, names: dict[str, str]) -> tuple[Point, ...]:
    is_published = plan.version.status == VersionStatus.PUBLISHED
    return missing_parts(text, names, plan.scale, is_published=is_published)


def _facts(plan: Plan, text: BlueprintText, names: dict[str, str]) -> Facts:
    return Facts(
        text=text,
        names=names,
        scale=plan.scale,
        anchored={
            found.competency.code: frozenset(
                level.value for level in found.levels if level.anchor.strip()
            )
            for found in plan.criteria
        },
        probed=frozenset(
            str(found.question.key)
            for found in plan.criteria
            if found.question and found.question.probes
        ),
    )


def _retired_questions(plan: Plan) -> Iterable[Point]:
    """Say which chosen questions the trust has since retired."""
    chosen = {found.question.key for found in plan.criteria if found.question}
    retired = set(
        RetiredQuestion.objects.filter(trust=plan.blueprint.trust_id, key__in=chosen).values_list(
            "key", flat=True
        )
    )
    for number, planned in enumerate(plan.exercises):
        for found in planned.criteria:
            if found.question and found.question.key in retired:
                yield Point(
                    f"{planned.exercise} asks a retired question about {found.label}.",
                    "The trust has put it aside, perhaps because candidates know it by now.",
                    Place.QUESTIONS,
                    number,
                )


def _planned(criterion: Criterion, scale: Scale) -> PlannedCriterion:
    levels = tuple(
        PlannedLevel(level.value, scale.word(level.value), level.anchor)
        for level in criterion.competency.levels.all()
        if level.value in scale.values
    )
    return PlannedCriterion(criterion, criterion.competency, criterion.question, levels)


def _text(plan: Plan) -> BlueprintText:
    blueprint = plan.blueprint
    return BlueprintText(
        slug=blueprint.slug,
        name=blueprint.name,
        framework=plan.version.framework.slug,
        summary=blueprint.summary,
        exercises=tuple(_exercise_text(planned) for planned in plan.exercises),
        minimum_value=blueprint.minimum_value,
        low_value=blueprint.low_value,
        allowed_low=blueprint.allowed_low,
        minimum_total_percent=blueprint.minimum_total_percent,
        tie_break=tuple(blueprint.tie_break),
    )


def _exercise_text(planned: PlannedExercise) -> ExerciseText:
    return ExerciseText(
        kind=planned.exercise.kind,
        name=planned.exercise.name,
        minutes=planned.exercise.minutes,
        instructions=planned.exercise.instructions,
        criteria=tuple(
            CriterionText(
                competency=found.competency.code,
                weight=found.criterion.weight,
                question_kind=found.question.kind if found.question else "",
                minimum=found.criterion.minimum,
                question_key=str(found.question.key) if found.question else "",
            )
            for found in planned.criteria
        ),
        scoring_seats=tuple(planned.exercise.scoring_seats),
    )


def _names(plan: Plan) -> dict[str, str]:
    """Return the names of the plan's competencies by code, in the framework's order."""
    competencies = sorted(
        {found.competency for found in plan.criteria},
        key=lambda found: (found.domain.position, found.position, found.pk),
    )
    return {found.code: found.name for found in competencies}


def _outdated(plan: Plan) -> Iterable[Point]:
    """Say when an unfrozen plan stands on a framework version that is no longer the newest."""
    if plan.blueprint.frozen_at is not None:
        return
    newest = (
        plan.version.framework.versions.filter(status=VersionStatus.PUBLISHED)
        .order_by("-number")
        .first()
    )
    if newest is not None and newest.number > plan.version.number:
        yield Point(
            f"It stands on {plan.version}; {newest} of the framework is published.",
            "Candidates are scored by the older words until the plan is moved.",
            Place.VERSION,
        )
