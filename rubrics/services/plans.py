"""Changes to an unfrozen blueprint: its words, weights, questions and rules.

Every change locks the blueprint, so that it takes turns with freezing, and says anew whether the
blueprint is ready. `seen` is the fingerprint of what the editor was shown; empty: nothing was.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from rubrics.models import (
    Blueprint,
    Competency,
    Criterion,
    Exercise,
    ExerciseKind,
    Question,
    RetiredQuestion,
)
from rubrics.queries import (
    details_seen,
    questions_seen,
    rules_seen,
    weights_of,
    weights_seen,
)
from rubrics.services.blueprints import locked_plan, settle
from rubrics.services.drafts import PartChanged
from rubrics.services.exercises import (
    PlanRefused,
    check_seen,
    keep_tie_break_scored,
    locked_exercise,
)
from rubrics.services.frameworks import NameMissing, NameTaken


@dataclass(frozen=True)
class Rules:
    """When a candidate is appointable; a rule that is None is not applied."""

    minimum_value: int | None = None
    low_value: int | None = None
    allowed_low: int | None = None
    minimum_total_percent: int | None = None
    tie_break: tuple[str, ...] = ()


@dataclass(frozen=True)
class Asked:
    """How one criterion is asked: by which question, and the least mean it needs."""

    criterion: int
    question: int | None = None
    minimum: int | None = None


@transaction.atomic
def update_blueprint(
    *,
    blueprint: Blueprint,
    name: str,
    summary: str,
    by: User | None,
    at: datetime,
    seen: str = "",
) -> Blueprint:
    """Change a blueprint's name and summary; every version of it keeps the name it has.

    Raises BlueprintFrozen, PartChanged, NameMissing, and NameTaken when another blueprint has it.
    """
    held = locked_plan(blueprint.pk)
    check_seen(seen, details_seen(held))
    held.name, held.summary = name.strip(), summary.strip()
    if not held.name:
        raise NameMissing("A blueprint needs a name.")
    others = Blueprint.objects.filter(trust=held.trust_id, name__iexact=held.name)
    if others.exclude(slug=held.slug).exists():
        raise NameTaken(f"There already is a blueprint called {held.name}.")
    held.save(update_fields=["name", "summary"])
    texts = {"name": held.name, "summary": held.summary}
    return settle(held, "blueprint.described", by=by, at=at, texts=texts)


@transaction.atomic
def weigh(
    *,
    blueprint: Blueprint,
    weights: dict[tuple[int, int], int | None],
    by: User | None,
    at: datetime,
    seen: str = "",
) -> Blueprint:
    """Set what each competency counts in each exercise, by the keys of both; None: not scored.

    Cells not named stay. A criterion that stays keeps its question and minimum; a new one in a
    panel interview begins with the first question on its competency that is asked nowhere else.
    What is no longer scored at all parts no tie any more.
    Raises BlueprintFrozen, PartChanged, and PlanRefused for a weight outside 1 to 100 or a cell
    that the plan does not have.
    """
    held = locked_plan(blueprint.pk)
    exercises = list(held.exercises.order_by("position").prefetch_related("criteria"))
    before = weights_of(exercises)
    check_seen(seen, weights_seen(exercises, before))
    _check_cells(held, exercises, weights)
    for exercise_pk, competency_pk in (cell for cell in before if weights.get(cell, 1) is None):
        Criterion.objects.filter(exercise=exercise_pk, competency=competency_pk).delete()
    for exercise in exercises:
        _reweigh(exercise, weights)
    _add_criteria(held, exercises, weights, before)
    keep_tie_break_scored(held)
    changed = {f"{e}/{c}": w for (e, c), w in weights.items() if before.get((e, c)) != w}
    return settle(held, "blueprint.weighed", by=by, at=at, new={"weights": changed})


@transaction.atomic
def choose_questions(
    *, exercise: Exercise, asked: tuple[Asked, ...], by: User | None, at: datetime, seen: str = ""
) -> Exercise:
    """Put an exercise's criteria in this order, each with its question and its own minimum.

    Raises BlueprintFrozen, PartChanged when `asked` names other criteria than there are, and
    PlanRefused for another competency's question or a minimum off the scale.
    """
    held, exercise = locked_exercise(exercise)
    criteria = list(exercise.criteria.order_by("position", "pk").select_related("competency"))
    check_seen(seen, questions_seen(criteria))
    of_pk = {criterion.pk: criterion for criterion in criteria}
    if [one.criterion for one in asked] != list(dict.fromkeys(one.criterion for one in asked)) or {
        one.criterion for one in asked
    } != set(of_pk):
        raise PartChanged
    questions = {q.pk: q for q in Question.objects.filter(pk__in=[one.question for one in asked])}
    for position, one in enumerate(asked, 1):
        criterion = of_pk[one.criterion]
        criterion.question = _question_for(criterion, one, questions)
        criterion.minimum = _on_scale(held, one.minimum)
        criterion.position = position
        criterion.save(update_fields=["question", "minimum", "position"])
    order = [one.criterion for one in asked]
    new = {"exercise": f"exercise:{exercise.pk}", "order": order}
    settle(held, "exercise.questions_chosen", by=by, at=at, new=new)
    return exercise


@transaction.atomic
def set_rules(
    *, blueprint: Blueprint, rules: Rules, by: User | None, at: datetime, seen: str = ""
) -> Blueprint:
    """Set when a candidate is appointable and what parts equal totals.

    Raises BlueprintFrozen, PartChanged, and PlanRefused for a value off the scale, half a rule on
    low scores, or a tie-break that is not scored or stands twice.
    """
    held = locked_plan(blueprint.pk)
    check_seen(seen, rules_seen(held))
    _check_rules(held, rules)
    fields = (
        "minimum_value",
        "low_value",
        "allowed_low",
        "minimum_total_percent",
    )
    for field in fields:
        setattr(held, field, getattr(rules, field))
    held.tie_break = list(rules.tie_break)
    held.save(update_fields=[*fields, "tie_break"])
    new = {field: getattr(held, field) for field in (*fields, "tie_break")}
    return settle(held, "blueprint.rules_set", by=by, at=at, new=new)


def _check_cells(held: Blueprint, exercises: list[Exercise], weights: dict) -> None:
    own = {exercise.pk for exercise in exercises}
    known = set(
        Competency.objects.filter(domain__version=held.version_id).values_list("pk", flat=True)
    )
    for (exercise, competency), weight in weights.items():
        if exercise not in own or competency not in known:
            raise PlanRefused("The plan has no such exercise or competency.")
        if weight is not None and not 1 <= weight <= 100:
            raise PlanRefused("A weight is a whole number from 1 to 100.")


def _reweigh(exercise: Exercise, weights: dict) -> None:
    for criterion in exercise.criteria.all():
        weight = weights.get((exercise.pk, criterion.competency_id), criterion.weight)
        if weight is not None and weight != criterion.weight:
            criterion.weight = weight
            criterion.save(update_fields=["weight"])


def _add_criteria(held: Blueprint, exercises: list[Exercise], weights: dict, before: dict) -> None:
    """Add what is newly weighed, in the framework's order, after what is there."""
    new = [cell for cell, weight in weights.items() if weight is not None and cell not in before]
    firsts = _first_questions(held, {competency for _, competency in new})
    order = list(
        Competency.objects.filter(pk__in={competency for _, competency in new})
        .order_by("domain__position", "position", "pk")
        .values_list("pk", flat=True)
    )
    made = []
    for exercise in exercises:
        last = max((c.position for c in exercise.criteria.all()), default=0)
        added = [pk for pk in order if (exercise.pk, pk) in new]
        for position, competency in enumerate(added, last + 1):
            is_asked = exercise.kind == ExerciseKind.PANEL_INTERVIEW and firsts.get(competency)
            made.append(
                Criterion(
                    exercise=exercise,
                    position=position,
                    competency_id=competency,
                    question_id=firsts[competency].pop(0) if is_asked else None,
                    weight=weights[exercise.pk, competency],
                )
            )
    Criterion.objects.bulk_create(made)


def _first_questions(held: Blueprint, competencies: set[int]) -> dict[int, list[int]]:
    """Return each competency's questions that are neither retired nor asked in the plan already."""
    asked = Criterion.objects.filter(exercise__blueprint=held, question__isnull=False)
    retired = RetiredQuestion.objects.filter(trust=held.trust_id).values_list("key", flat=True)
    free = (
        Question.objects.filter(competency__in=competencies)
        .exclude(pk__in=list(asked.values_list("question", flat=True)))
        .exclude(key__in=list(retired))
        .order_by("position")
    )
    found: dict[int, list[int]] = {}
    for question in free:
        found.setdefault(question.competency_id, []).append(question.pk)
    return found


def _question_for(criterion: Criterion, one: Asked, questions: dict) -> Question | None:
    question = questions.get(one.question)
    if one.question is not None and (
        question is None or question.competency_id != criterion.competency_id
    ):
        raise PlanRefused(f"That question is not about {criterion.competency}.")
    return question


def _on_scale(held: Blueprint, value: int | None) -> int | None:
    scale = held.version.scale
    if value is not None and value not in scale.values:
        raise PlanRefused(f"{value} is not on the scale {scale.ends}.")
    return value


def _check_rules(held: Blueprint, rules: Rules) -> None:
    _on_scale(held, rules.minimum_value)
    _on_scale(held, rules.low_value)
    if (rules.low_value is None) != (rules.allowed_low is None):
        raise PlanRefused("Say both from which value a score is low and how many are allowed.")
    if rules.minimum_total_percent is not None and not 1 <= rules.minimum_total_percent <= 100:
        raise PlanRefused("The least total is a share from 1% to 100%.")
    scored = set(
        Criterion.objects.filter(exercise__blueprint=held).values_list(
            "competency__code", flat=True
        )
    )
    if not set(rules.tie_break) <= scored or len(set(rules.tie_break)) != len(rules.tie_break):
        raise PlanRefused("Only what is scored can part equal totals, each once.")
