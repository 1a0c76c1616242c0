"""What a blueprint lacks before it can be used, and what makes it weak, each with its reason.

The thresholds are rules of thumb, said as such: about five minutes for one question with its
probes, and no single criterion above two fifths of the whole.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from rubrics.scales import Scale
from rubrics.seats import in_words
from rubrics.texts import BlueprintText, ExerciseText

WHOLE = 100
MINUTES_A_CRITERION = 5
LARGEST_WEIGHT = 40
INTERVIEW = "PANEL_INTERVIEW"
UNTIMED = ("SHORTLISTING",)

WHY_SEEN_ONCE = (
    "One exercise is one sample of what somebody does. Seen in a second one, a lucky or unlucky"
    " moment decides less."
)


class Place(StrEnum):
    """Where in a blueprint something is mended."""

    EXERCISES = "EXERCISES"
    EXERCISE = "EXERCISE"
    WEIGHTS = "WEIGHTS"
    QUESTIONS = "QUESTIONS"
    RULES = "RULES"
    VERSION = "VERSION"


@dataclass(frozen=True)
class Point:
    """Something to mend: what it is, why it matters, where; `exercise` counts from 0."""

    text: str
    why: str
    place: Place
    exercise: int | None = None


def missing_parts(
    text: BlueprintText, names: Mapping[str, str], scale: Scale, *, is_published: bool
) -> tuple[Point, ...]:
    """Return what stands between a blueprint and its use; nothing: it is ready."""
    return (
        *_unpublished(is_published),
        *_empty(text),
        *_wrong_sum(text),
        *_off_scale(text, scale),
        *_unscored_tie_break(text, names),
    )


def weak_points(text: BlueprintText, names: Mapping[str, str]) -> tuple[Point, ...]:
    """Return what makes a blueprint weak; none of it forbids using it."""
    return (
        *_seen_once(text, names),
        *_single_seats(text),
        *_short_of_time(text),
        *_heavy(text, names),
        *_unasked(text, names),
        *_asked_twice(text, names),
        *_of_one_kind(text),
        *_no_hurdle(text),
        *_short_tie_break(text, names),
    )


def label(code: str, names: Mapping[str, str]) -> str:
    """Return a competency's code with its name, if that is known."""
    return f"{code} {names.get(code, '')}".strip()


def _unpublished(is_published: bool) -> Iterable[Point]:
    if not is_published:
        yield Point(
            "The version of the framework under it is not published.",
            "Only a published version stays word for word as it is.",
            Place.VERSION,
        )


def _empty(text: BlueprintText) -> Iterable[Point]:
    if not text.exercises:
        yield Point("It has no exercise.", "Nobody would score anything.", Place.EXERCISES)
    for number, exercise in enumerate(text.exercises):
        if not exercise.criteria:
            yield Point(
                f"{exercise.name} scores no competency.",
                "Give it a weight for at least one, or take the exercise out.",
                Place.WEIGHTS,
            )
        if exercise.minutes < 1:
            yield Point(
                f"{exercise.name} has no time.",
                "Nobody could plan the day around it.",
                Place.EXERCISE,
                number,
            )


def _wrong_sum(text: BlueprintText) -> Iterable[Point]:
    total = sum(criterion.weight for criterion in text.criteria)
    if text.criteria and total != WHOLE:
        yield Point(
            f"The weights sum to {total}, not {WHOLE}.",
            f"Out of {WHOLE}, everybody can see what each competency counts.",
            Place.WEIGHTS,
        )


def _off_scale(text: BlueprintText, scale: Scale) -> Iterable[Point]:
    why = f"Members score from {scale.low} to {scale.high}, so the rule would mean nothing."
    rules = {"The least mean": text.minimum_value, "The value for low": text.low_value}
    for name, value in rules.items():
        if value is not None and value not in scale.values:
            yield Point(f"{name} is {value}, which is not on the scale.", why, Place.RULES)
    for number, exercise in enumerate(text.exercises):
        for criterion in exercise.criteria:
            if criterion.minimum is not None and criterion.minimum not in scale.values:
                yield Point(
                    f"The minimum of {criterion.competency} in {exercise.name} is"
                    f" {criterion.minimum}, which is not on the scale.",
                    why,
                    Place.QUESTIONS,
                    number,
                )


def _unscored_tie_break(text: BlueprintText, names: Mapping[str, str]) -> Iterable[Point]:
    scored = {criterion.competency for criterion in text.criteria}
    if unscored := [label(code, names) for code in text.tie_break if code not in scored]:
        yield Point(
            f"Equal totals are parted by {_list(unscored)}, which nobody scores.",
            "A tie can only be broken by something that has a score.",
            Place.RULES,
        )


def _seen_once(text: BlueprintText, names: Mapping[str, str]) -> Iterable[Point]:
    if not text.criteria:
        return
    if len(text.exercises) == 1:
        yield Point(
            f"Everything rests on one exercise, {text.exercises[0].name}: no competency is seen"
            " twice.",
            WHY_SEEN_ONCE,
            Place.EXERCISES,
        )
        return
    times = Counter(criterion.competency for criterion in text.criteria)
    once = [
        f"{label(criterion.competency, names)} ({exercise.name})"
        for exercise in text.exercises
        for criterion in exercise.criteria
        if times[criterion.competency] == 1
    ]
    if once:
        yield Point(f"Seen in one exercise only: {_list(once)}.", WHY_SEEN_ONCE, Place.WEIGHTS)


def _single_seats(text: BlueprintText) -> Iterable[Point]:
    for number, exercise in enumerate(text.exercises):
        # Additional members may be several; every other seat holds one person.
        if len(exercise.scoring_seats) == 1 and "ADDITIONAL" not in exercise.scoring_seats:
            yield Point(
                f"{exercise.name} is scored by one person: {in_words(exercise.scoring_seats)}.",
                "One person's strictness or mood is then the whole result, and if they cannot"
                " score a candidate nobody does.",
                Place.EXERCISE,
                number,
            )


def _short_of_time(text: BlueprintText) -> Iterable[Point]:
    for number, exercise in enumerate(text.exercises):
        needed = MINUTES_A_CRITERION * len(exercise.criteria)
        if exercise.kind not in UNTIMED and exercise.minutes < needed:
            things = "questions" if exercise.kind == INTERVIEW else "competencies"
            yield Point(
                f"{exercise.name} has {exercise.minutes} minutes for {len(exercise.criteria)}"
                f" {things}.",
                f"At about {MINUTES_A_CRITERION} minutes each it needs {needed}, and more to open"
                " and close. Rushed answers are hard to score.",
                Place.EXERCISE,
                number,
            )


def _heavy(text: BlueprintText, names: Mapping[str, str]) -> Iterable[Point]:
    for exercise in text.exercises:
        for criterion in exercise.criteria:
            if criterion.weight > LARGEST_WEIGHT and len(text.criteria) > 1:
                yield Point(
                    f"{label(criterion.competency, names)} in {exercise.name} counts"
                    f" {criterion.weight} of {WHOLE}.",
                    "One answer then decides most of the order, and the others hardly matter.",
                    Place.WEIGHTS,
                )


def _unasked(text: BlueprintText, names: Mapping[str, str]) -> Iterable[Point]:
    for number, exercise in _interviews(text):
        unasked = [label(c.competency, names) for c in exercise.criteria if not c.question_kind]
        if unasked:
            yield Point(
                f"{exercise.name} has no question for {_list(unasked)}.",
                "Without one each candidate is asked something else, and the answers cannot be"
                " compared.",
                Place.QUESTIONS,
                number,
            )


def _asked_twice(text: BlueprintText, names: Mapping[str, str]) -> Iterable[Point]:
    seen: set[str] = set()
    for number, exercise in enumerate(text.exercises):
        for criterion in exercise.criteria:
            if criterion.question_key and criterion.question_key in seen:
                yield Point(
                    f"{exercise.name} asks the same question about"
                    f" {label(criterion.competency, names)} as an exercise before it.",
                    "The second answer is a rehearsed first one.",
                    Place.QUESTIONS,
                    number,
                )
            seen.add(criterion.question_key)


def _of_one_kind(text: BlueprintText) -> Iterable[Point]:
    for number, exercise in _interviews(text):
        kinds = [c.question_kind for c in exercise.criteria if c.question_kind]
        if len(kinds) > 2 and set(kinds) == {"SITUATIONAL"}:
            yield Point(
                f"{exercise.name} asks only what candidates would do, never what they did.",
                "A good plan on the day is not the same as having done it. Past behaviour is the"
                " better guide for people with years of experience.",
                Place.QUESTIONS,
                number,
            )


def _no_hurdle(text: BlueprintText) -> Iterable[Point]:
    rules = (text.minimum_value, text.low_value, text.minimum_total_percent)
    own = [c.minimum for c in text.criteria if c.minimum is not None]
    if text.criteria and not own and all(rule is None for rule in rules):
        yield Point(
            "No hurdle is set.",
            "A brilliant presentation could then buy back a dangerous answer on safety: the best"
            " total would be appointable whatever is in it.",
            Place.RULES,
        )


def _short_tie_break(text: BlueprintText, names: Mapping[str, str]) -> Iterable[Point]:
    scored = dict.fromkeys(criterion.competency for criterion in text.criteria)
    left_out = [label(code, names) for code in scored if code not in text.tie_break]
    if not left_out:
        return
    why = "What parts two equal candidates should be settled before anybody knows who they are."
    if text.tie_break:
        text_ = f"The order that parts equal totals leaves out {_list(left_out)}."
    else:
        text_ = "Nothing parts equal totals."
    yield Point(text_, why, Place.RULES)


def _interviews(text: BlueprintText) -> Iterable[tuple[int, ExerciseText]]:
    return [(n, e) for n, e in enumerate(text.exercises) if e.kind == INTERVIEW]


def _list(things: list[str]) -> str:
    if len(things) < 2:
        return "".join(things)
    return f"{', '.join(things[:-1])} and {things[-1]}"
