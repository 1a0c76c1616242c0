"""Blueprints: made from a ready plan, settled after every change, frozen before the first score."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from accounts.models import Trust, User
from audit import ledger
from rubrics import library
from rubrics.models import (
    Blueprint,
    Competency,
    Criterion,
    Exercise,
    FrameworkVersion,
    Question,
    VersionStatus,
)
from rubrics.queries import missing_in
from rubrics.scales import Scale
from rubrics.services.drafts import PartChanged
from rubrics.services.frameworks import VersionNotPublished


class UnknownBlueprint(Exception):
    """The library has no ready blueprint of this slug."""


class BlueprintDoesNotFit(Exception):
    """The ready blueprint cannot stand on this framework version; `problems` says why."""

    def __init__(self, problems: list[str]):
        self.problems = tuple(problems)
        super().__init__(" ".join(problems))


class BlueprintFrozen(Exception):
    """Scoring by the blueprint has begun, so nothing in it may change."""

    def __init__(self, blueprint: Blueprint):
        super().__init__(
            f"{blueprint} is frozen, because scoring by it has begun. Make a new version of it to"
            " plan differently."
        )


@transaction.atomic
def create_blueprint(
    *, trust: Trust, slug: str, version: FrameworkVersion, by: User | None, at: datetime
) -> Blueprint:
    """Return a trust's own blueprint made from the ready one of this slug, numbered on.

    Raises UnknownBlueprint, VersionNotPublished when the version could still change,
    BlueprintDoesNotFit when it is not the trust's, or lacks what the plan names, and
    library.LibraryError when the plan itself is wrong (its weights do not sum to 100).
    """
    text = _ready(slug)
    Trust.objects.select_for_update().get(pk=trust.pk)
    version = FrameworkVersion.objects.select_related("framework").get(pk=version.pk)
    if version.status != VersionStatus.PUBLISHED:
        raise VersionNotPublished(version)
    competencies = {c.code: c for c in Competency.objects.filter(domain__version=version)}
    questions = _first_questions(version)
    if problems := _problems(trust, text, version, competencies, questions):
        raise BlueprintDoesNotFit(problems)
    blueprint = _write(trust, text, version, competencies, questions)
    new = {"number": blueprint.number, "ready": slug, "version": ledger.reference(version)}
    return settle(blueprint, "blueprint.created", by=by, at=at, new=new)


@transaction.atomic
def freeze_blueprint(*, blueprint: Blueprint, by: User | None, at: datetime) -> Blueprint:
    """Freeze a blueprint for ever when scoring by it begins; a frozen one is left as it is."""
    is_new = Blueprint.objects.filter(pk=blueprint.pk, frozen_at__isnull=True).update(frozen_at=at)
    if is_new:
        ledger.record(
            chain=f"trust:{blueprint.trust_id}",
            action="blueprint.frozen",
            obj=blueprint,
            by=by,
            at=at,
            new={"number": blueprint.number, "version": f"frameworkversion:{blueprint.version_id}"},
        )
    blueprint.refresh_from_db(fields=["frozen_at"])
    return blueprint


def locked_plan(pk: int) -> Blueprint:
    """Return a blueprint locked until the end, so that editing and freezing take turns.

    Raises PartChanged when it was removed meanwhile and BlueprintFrozen.
    """
    blueprint = (
        Blueprint.objects.select_for_update(of=("self",))
        .select_related("trust", "version__framework")
        .filter(pk=pk)
        .first()
    )
    if blueprint is None:
        raise PartChanged
    if blueprint.frozen_at is not None:
        raise BlueprintFrozen(blueprint)
    return blueprint


def settle(
    blueprint: Blueprint,
    action: str,
    *,
    by: User | None,
    at: datetime,
    new: dict | None = None,
    texts: dict[str, str] | None = None,
) -> Blueprint:
    """Say anew whether a changed blueprint is ready, and write the change into the ledger."""
    blueprint.is_ready = not missing_in(blueprint)
    blueprint.save(update_fields=["is_ready"])
    ledger.record(
        chain=f"trust:{blueprint.trust_id}",
        action=action,
        obj=blueprint,
        by=by,
        at=at,
        new={**(new or {}), "is_ready": blueprint.is_ready},
        texts=texts,
    )
    return blueprint


def next_number(trust: Trust, slug: str) -> int:
    """Return the number of the next blueprint of this slug; the trust is locked already."""
    earlier = Blueprint.objects.filter(trust=trust, slug=slug)
    return (earlier.aggregate(last=Max("number"))["last"] or 0) + 1


def _ready(slug: str) -> library.BlueprintText:
    ready = library.read_blueprints()
    if slug not in ready:
        raise UnknownBlueprint(f"There is no ready blueprint {slug}: choose {', '.join(ready)}.")
    return ready[slug]


def _first_questions(version: FrameworkVersion) -> dict[tuple[str, str], Question]:
    """Return the first question of each kind by the competency's code."""
    found = {}
    asked = Question.objects.filter(competency__domain__version=version)
    for question in asked.select_related("competency").order_by("position"):
        found.setdefault((question.competency.code, question.kind), question)
    return found


def _problems(trust, text, version, competencies, questions) -> list[str]:
    problems = []
    if version.framework.trust_id != trust.pk:
        problems.append("The framework belongs to another trust.")
    if version.framework.slug != text.framework:
        problems.append(f"The plan is made for the framework {text.framework}.")
    for criterion in text.criteria:
        if criterion.competency not in competencies:
            problems.append(f"The framework has no competency {criterion.competency}.")
        elif criterion.question_kind and _key(criterion) not in questions:
            problems.append(
                f"Competency {criterion.competency} has no question of the kind"
                f" {criterion.question_kind}."
            )
    return problems + _off_scale(text, version.scale)


def _off_scale(text: library.BlueprintText, scale: Scale) -> list[str]:
    named = {"minimum_value": text.minimum_value, "low_value": text.low_value}
    named |= {f"minimum of {c.competency}": c.minimum for c in text.criteria}
    return [
        f"The {key} is {value}, which is not on the scale {scale.low} to {scale.high}."
        for key, value in named.items()
        if value is not None and value not in scale.values
    ]


def _key(criterion: library.CriterionText) -> tuple[str, str]:
    return criterion.competency, criterion.question_kind


def _write(trust, text, version, competencies, questions) -> Blueprint:
    blueprint = Blueprint.objects.create(
        trust=trust,
        slug=text.slug,
        name=text.name,
        number=next_number(trust, text.slug),
        summary=text.summary,
        version=version,
        minimum_value=text.minimum_value,
        low_value=text.low_value,
        allowed_low=text.allowed_low,
        minimum_total_percent=text.minimum_total_percent,
        tie_break=list(text.tie_break),
    )
    exercises = Exercise.objects.bulk_create(
        Exercise(
            blueprint=blueprint,
            position=number,
            kind=exercise.kind,
            name=exercise.name,
            minutes=exercise.minutes,
            instructions=exercise.instructions,
        )
        for number, exercise in enumerate(text.exercises, 1)
    )
    Criterion.objects.bulk_create(
        Criterion(
            exercise=row,
            position=number,
            competency=competencies[criterion.competency],
            question=questions.get(_key(criterion)),
            weight=criterion.weight,
            minimum=criterion.minimum,
        )
        for row, exercise in zip(exercises, text.exercises, strict=True)
        for number, criterion in enumerate(exercise.criteria, 1)
    )
    return blueprint
