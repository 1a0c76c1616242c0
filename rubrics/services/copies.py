"""Blueprints that start from nothing or from another one, numbered on, and taken away unused."""

from collections.abc import Iterable
from datetime import datetime
from itertools import count

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.text import slugify

from accounts.models import Trust, User
from audit import ledger
from rubrics.models import (
    Blueprint,
    Competency,
    Criterion,
    Exercise,
    FrameworkVersion,
    Question,
    VersionStatus,
)
from rubrics.services.blueprints import BlueprintDoesNotFit, locked_plan, next_number, settle
from rubrics.services.frameworks import NameMissing, NameTaken, VersionNotPublished


class BlueprintInUse(Exception):
    """Something stands on the blueprint or on a part of it, so that cannot be taken away."""


@transaction.atomic
def start_blueprint(
    *,
    trust: Trust,
    version: FrameworkVersion,
    name: str,
    summary: str = "",
    by: User | None,
    at: datetime,
) -> Blueprint:
    """Return a new empty blueprint of a trust.

    Raises VersionNotPublished, BlueprintDoesNotFit when the version is another trust's,
    NameMissing, and NameTaken when the trust has a blueprint of this name.
    """
    version = _standing(trust, version)
    name, slug = _own_name(trust, name)
    blueprint = Blueprint.objects.create(
        trust=trust, slug=slug, name=name, summary=summary.strip(), version=version
    )
    new = {"number": 1, "version": ledger.reference(version)}
    return settle(blueprint, "blueprint.started", by=by, at=at, new=new, texts={"name": name})


@transaction.atomic
def copy_blueprint(
    *,
    blueprint: Blueprint,
    name: str,
    version: FrameworkVersion,
    by: User | None,
    at: datetime,
) -> Blueprint:
    """Return an unfrozen copy under a name of its own, on a published version of its framework.

    What the version lacks is left out, as in renew_blueprint.
    Raises VersionNotPublished, BlueprintDoesNotFit, NameMissing and NameTaken.
    """
    version = _standing(blueprint.trust, version, blueprint)
    name, slug = _own_name(blueprint.trust, name)
    return _copied(blueprint, version, slug, name, 1, "blueprint.copied", by, at)


@transaction.atomic
def renew_blueprint(
    *, blueprint: Blueprint, version: FrameworkVersion, by: User | None, at: datetime
) -> Blueprint:
    """Return the next version of a blueprint: an unfrozen copy on a published framework version.

    Competencies and questions are known again by their keys; a criterion whose competency the
    version lacks is left out, and so is a question that it lacks. The old blueprint stays as it is.
    Raises VersionNotPublished, and BlueprintDoesNotFit for a version of another framework.
    """
    version = _standing(blueprint.trust, version, blueprint)
    number = next_number(blueprint.trust, blueprint.slug)
    slug, name = blueprint.slug, blueprint.name
    return _copied(blueprint, version, slug, name, number, "blueprint.renewed", by, at)


@transaction.atomic
def remove_blueprint(*, blueprint: Blueprint, by: User | None, at: datetime) -> None:
    """Take an unfrozen blueprint away for good.

    Raises BlueprintFrozen, PartChanged when it is gone, BlueprintInUse when an appointment uses it.
    """
    held = locked_plan(blueprint.pk)
    named, place = ledger.reference(held), {"slug": held.slug, "number": held.number}
    try:
        held.delete()
    except ProtectedError as error:
        raise BlueprintInUse(
            f"{held} cannot be removed: an appointment is planned with it."
        ) from error
    ledger.record(
        chain=f"trust:{held.trust_id}",
        action="blueprint.removed",
        obj=named,
        by=by,
        at=at,
        old=place,
    )


def _standing(
    trust: Trust, version: FrameworkVersion, blueprint: Blueprint | None = None
) -> FrameworkVersion:
    """Return the version as it stands now, with the trust locked until the end."""
    Trust.objects.select_for_update().get(pk=trust.pk)
    version = FrameworkVersion.objects.select_related("framework").get(pk=version.pk)
    if version.framework.trust_id != trust.pk:
        raise BlueprintDoesNotFit(["The framework belongs to another trust."])
    if blueprint and version.framework_id != blueprint.version.framework_id:
        raise BlueprintDoesNotFit(["The version belongs to another framework."])
    if version.status != VersionStatus.PUBLISHED:
        raise VersionNotPublished(version)
    return version


def _own_name(trust: Trust, name: str) -> tuple[str, str]:
    """Return a name that no blueprint of the trust has, with a slug to go with it."""
    name = name.strip()
    if not name:
        raise NameMissing("A blueprint needs a name.")
    others = Blueprint.objects.filter(trust=trust)
    if others.filter(name__iexact=name).exists():
        raise NameTaken(f"{trust} already has a blueprint called {name}.")
    taken = set(others.values_list("slug", flat=True))
    wanted = slugify(name)[:50] or "blueprint"
    numbered = (f"{wanted}-{number}" for number in count(2))
    return name, wanted if wanted not in taken else next(s for s in numbered if s not in taken)


def _copied(blueprint, version, slug, name, number, action, by, at) -> Blueprint:
    competencies, questions = _matches(blueprint, version)
    codes = {old.code: new.code for old, new in competencies.values()}
    copy = Blueprint.objects.create(
        trust=blueprint.trust,
        slug=slug,
        name=name,
        number=number,
        summary=blueprint.summary,
        version=version,
        minimum_value=blueprint.minimum_value,
        low_value=blueprint.low_value,
        allowed_low=blueprint.allowed_low,
        minimum_total_percent=blueprint.minimum_total_percent,
        tie_break=[codes[code] for code in blueprint.tie_break if code in codes],
    )
    lost = _copy_exercises(blueprint, copy, competencies, questions)
    new = {
        "from": ledger.reference(blueprint),
        "lost": lost,
        "number": number,
        "version": ledger.reference(version),
    }
    return settle(copy, action, by=by, at=at, new=new)


def _matches(
    blueprint: Blueprint, version: FrameworkVersion
) -> tuple[dict[int, tuple[Competency, Competency]], dict[int, Question]]:
    """Return old and new competency, and the new question, by what the criteria name now."""
    criteria = Criterion.objects.filter(exercise__blueprint=blueprint).select_related(
        "competency", "question"
    )
    of_keys = {c.key: c for c in Competency.objects.filter(domain__version=version)}
    asked = {q.key: q for q in Question.objects.filter(competency__domain__version=version)}
    competencies, questions = {}, {}
    for criterion in criteria:
        old = criterion.competency
        if old.key in of_keys:
            competencies[old.pk] = (old, of_keys[old.key])
        found = asked.get(criterion.question.key) if criterion.question else None
        if found and old.key in of_keys and found.competency_id == of_keys[old.key].pk:
            questions[criterion.question_id] = found
    return competencies, questions


def _copy_exercises(blueprint: Blueprint, copy: Blueprint, competencies, questions) -> int:
    """Copy every exercise with the criteria that can stand; return how many could not."""
    exercises = list(blueprint.exercises.order_by("position").prefetch_related("criteria"))
    made = Exercise.objects.bulk_create(
        Exercise(
            blueprint=copy,
            position=position,
            kind=old.kind,
            name=old.name,
            minutes=old.minutes,
            scoring_seats=list(old.scoring_seats),
            instructions=old.instructions,
        )
        for position, old in enumerate(exercises, 1)
    )
    old_criteria = [(c, new) for old, new in zip(exercises, made, strict=True) for c in _of(old)]
    kept = [
        Criterion(
            exercise=new,
            position=c.position,
            competency=competencies[c.competency_id][1],
            question=questions.get(c.question_id),
            weight=c.weight,
            minimum=c.minimum,
        )
        for c, new in old_criteria
        if c.competency_id in competencies
    ]
    Criterion.objects.bulk_create(kept)
    return len(old_criteria) - len(kept)


def _of(exercise: Exercise) -> Iterable[Criterion]:
    return sorted(exercise.criteria.all(), key=lambda criterion: criterion.position)
