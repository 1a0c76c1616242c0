"""The exercises of an unfrozen blueprint: added, changed, moved and taken out.

Every change locks the blueprint, so that it takes turns with freezing, and says anew whether the
blueprint is ready. `seen` is the fingerprint of what the editor was shown; empty: nothing was.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from rubrics.models import Blueprint, Criterion, Exercise, ExerciseKind
from rubrics.queries import exercise_seen, order_seen
from rubrics.seats import in_order
from rubrics.services.blueprints import locked_plan, settle
from rubrics.services.drafts import PartChanged
from rubrics.services.frameworks import NameMissing


@dataclass(frozen=True)
class ExerciseWords:
    """What an exercise says about itself; no scoring seat: every member scores it."""

    kind: str
    name: str
    minutes: int
    instructions: str = ""
    scoring_seats: tuple[str, ...] = ()


class PlanRefused(Exception):
    """A value that a plan cannot have; the message says which."""


@transaction.atomic
def add_exercise(
    *, blueprint: Blueprint, words: ExerciseWords, by: User | None, at: datetime
) -> Exercise:
    """Add an exercise at the end; raises BlueprintFrozen, PartChanged, NameMissing, PlanRefused."""
    held = locked_plan(blueprint.pk)
    last = held.exercises.order_by("-position").first()
    exercise = Exercise(blueprint=held, position=last.position + 1 if last else 1)
    _describe(exercise, words)
    exercise.save(force_insert=True)
    _settle(held, "exercise.added", exercise, by, at)
    return exercise


@transaction.atomic
def update_exercise(
    *, exercise: Exercise, words: ExerciseWords, by: User | None, at: datetime, seen: str = ""
) -> Exercise:
    """Change what an exercise says about itself, and who scores it.

    Raises BlueprintFrozen, PartChanged, NameMissing and PlanRefused.
    """
    held, exercise = locked_exercise(exercise)
    check_seen(seen, exercise_seen(exercise))
    _describe(exercise, words)
    exercise.save(update_fields=["kind", "name", "minutes", "instructions", "scoring_seats"])
    _settle(held, "exercise.changed", exercise, by, at)
    return exercise


@transaction.atomic
def move_exercise(
    *, exercise: Exercise, step: int, by: User | None, at: datetime, seen: str = ""
) -> Exercise:
    """Move an exercise one place up (-1) or down (1); at the end nothing is moved or recorded.

    Raises BlueprintFrozen and PartChanged.
    """
    held, exercise = locked_exercise(exercise)
    exercises = list(held.exercises.order_by("position"))
    check_seen(seen, order_seen(exercises))
    here = exercises.index(exercise)
    if not 0 <= here + step < len(exercises):
        return exercise
    other = exercises[here + step]
    places = exercise.position, other.position
    # A position stands once in a blueprint, so the pair is exchanged by way of a free one.
    for row, position in (
        (exercise, exercises[-1].position + 1),
        (other, places[0]),
        (exercise, places[1]),
    ):
        row.position = position
        row.save(update_fields=["position"])
    _settle(held, "exercise.moved", exercise, by, at)
    return exercise


@transaction.atomic
def remove_exercise(
    *, exercise: Exercise, by: User | None, at: datetime, seen: str = ""
) -> Exercise:
    """Take an exercise out with its weights; what is scored nowhere else parts no tie any more.

    Raises BlueprintFrozen and PartChanged.
    """
    held, exercise = locked_exercise(exercise)
    check_seen(seen, exercise_seen(exercise))
    pk, position = exercise.pk, exercise.position
    exercise.delete()
    keep_tie_break_scored(held)
    new = {"exercise": f"exercise:{pk}", "position": position}
    settle(held, "exercise.removed", by=by, at=at, new=new)
    return exercise


def locked_exercise(exercise: Exercise) -> tuple[Blueprint, Exercise]:
    """Return an exercise as it stands with its blueprint, locked until the end."""
    held = locked_plan(exercise.blueprint_id)
    found = held.exercises.filter(pk=exercise.pk).first()
    if found is None:
        raise PartChanged
    return held, found


def check_seen(seen: str, stored: str) -> None:
    """Refuse a change made from another state than the stored one; raises PartChanged."""
    if seen and seen != stored:
        raise PartChanged


def keep_tie_break_scored(held: Blueprint) -> None:
    """Leave in the tie-break what is still scored."""
    scored = set(
        Criterion.objects.filter(exercise__blueprint=held).values_list(
            "competency__code", flat=True
        )
    )
    held.tie_break = [code for code in held.tie_break if code in scored]
    held.save(update_fields=["tie_break"])


def _settle(held: Blueprint, action: str, exercise: Exercise, by, at) -> None:
    new = {
        "exercise": f"exercise:{exercise.pk}",
        "position": exercise.position,
        "minutes": exercise.minutes,
        "scoring_seats": list(exercise.scoring_seats),
    }
    texts = {"name": exercise.name, "instructions": exercise.instructions}
    settle(held, action, by=by, at=at, new=new, texts=texts)


def _describe(exercise: Exercise, words: ExerciseWords) -> None:
    exercise.name, exercise.instructions = words.name.strip(), words.instructions.strip()
    exercise.kind, exercise.minutes = words.kind, words.minutes
    exercise.scoring_seats = in_order(words.scoring_seats)
    if not exercise.name:
        raise NameMissing("An exercise needs a name.")
    if words.kind not in ExerciseKind.values:
        raise PlanRefused("There is no such kind of exercise.")
    if not 1 <= words.minutes <= 600:
        raise PlanRefused("An exercise takes from 1 to 600 minutes.")
    if set(words.scoring_seats) != set(exercise.scoring_seats):
        raise PlanRefused("There is no such seat.")
