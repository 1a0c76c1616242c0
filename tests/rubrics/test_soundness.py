"""What a blueprint lacks, and what makes it weak: one table row for each."""

from dataclasses import replace

import pytest

from rubrics.scales import SCALES
from rubrics.soundness import Place, missing_parts, weak_points
from rubrics.texts import BlueprintText, CriterionText, ExerciseText

NAMES = {"1": "Listening", "2": "Judging", "3": "Leading"}
TALK = ExerciseText(
    "PRESENTATION", "Talk", 20, "", (CriterionText("1", 20), CriterionText("3", 20))
)
INTERVIEW = ExerciseText(
    "PANEL_INTERVIEW",
    "Interview",
    45,
    "",
    (
        CriterionText("3", 30, "SITUATIONAL", 3, "key-3"),
        CriterionText("1", 30, "PAST_BEHAVIOUR", None, "key-1"),
    ),
)
PLAN = BlueprintText(
    slug="plan",
    name="Plan",
    framework="small",
    summary="",
    exercises=(TALK, INTERVIEW),
    minimum_value=2,
    low_value=3,
    allowed_low=1,
    minimum_total_percent=60,
    tie_break=("3", "1"),
)


def with_talk(**changes):
    return replace(PLAN, exercises=(replace(TALK, **changes), INTERVIEW))


def with_interview(**changes):
    return replace(PLAN, exercises=(TALK, replace(INTERVIEW, **changes)))


def asking(*criteria, minutes=45):
    return with_interview(criteria=criteria, minutes=minutes)


def found(points):
    return [(point.text, point.place, point.exercise) for point in points]


def lacking(plan, is_published=True):
    return found(missing_parts(plan, NAMES, SCALES["1-5"], is_published=is_published))


def test_a_whole_plan_lacks_nothing_and_has_no_weak_point():
    assert (lacking(PLAN), found(weak_points(PLAN, NAMES))) == ([], [])


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        (replace(PLAN, exercises=(), tie_break=()), [("It has no exercise.", "EXERCISES", None)]),
        (
            with_talk(minutes=0),
            [("Talk has no time.", "EXERCISE", 0)],
        ),
        (
            with_talk(criteria=()),
            [
                ("Talk scores no competency.", "WEIGHTS", None),
                ("The weights sum to 60, not 100.", "WEIGHTS", None),
            ],
        ),
        (
            with_talk(criteria=(CriterionText("1", 41),)),
            [("The weights sum to 101, not 100.", "WEIGHTS", None)],
        ),
        (
            replace(PLAN, minimum_value=0, low_value=6),
            [
                ("The least mean is 0, which is not on the scale.", "RULES", None),
                ("The value for low is 6, which is not on the scale.", "RULES", None),
            ],
        ),
        (
            asking(CriterionText("3", 60, "SITUATIONAL", 6)),
            [("The minimum of 3 in Interview is 6, which is not on the scale.", "QUESTIONS", 1)],
        ),
        (
            replace(PLAN, tie_break=("3", "2", "9")),
            [
                (
                    "Equal totals are parted by 2 Judging and 9, which nobody scores.",
                    "RULES",
                    None,
                )
            ],
        ),
    ],
)
def test_missing_parts_are_each_named_with_their_place(plan, expected):
    assert lacking(plan) == expected


def test_a_version_that_is_not_published_is_missing():
    assert lacking(PLAN, is_published=False) == [
        ("The version of the framework under it is not published.", Place.VERSION, None)
    ]


@pytest.mark.parametrize("value", [1, 5])
def test_rules_at_the_ends_of_the_scale_are_on_it(value):
    assert lacking(replace(PLAN, minimum_value=value, low_value=value)) == []


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        (
            with_talk(criteria=(CriterionText("1", 20), CriterionText("2", 20))),
            [
                (
                    "Seen in one exercise only: 2 Judging (Talk) and 3 Leading (Interview).",
                    "WEIGHTS",
                    None,
                ),
                (
                    "The order that parts equal totals leaves out 2 Judging.",
                    "RULES",
                    None,
                ),
            ],
        ),
        (
            replace(PLAN, exercises=(INTERVIEW,)),
            [
                (
                    "Everything rests on one exercise, Interview: no competency is seen twice.",
                    "EXERCISES",
                    None,
                )
            ],
        ),
        (
            with_talk(scoring_seats=("CE",)),
            [("Talk is scored by one person: Chief executive.", "EXERCISE", 0)],
        ),
        (with_talk(scoring_seats=("ADDITIONAL",)), []),
        (with_talk(scoring_seats=("CE", "MD")), []),
        (with_talk(minutes=10), []),
        (
            with_talk(minutes=9),
            [("Talk has 9 minutes for 2 competencies.", "EXERCISE", 0)],
        ),
        (
            with_interview(minutes=9),
            [("Interview has 9 minutes for 2 questions.", "EXERCISE", 1)],
        ),
        (with_talk(kind="SHORTLISTING", minutes=1), []),
        (
            asking(CriterionText("3", 41, "SITUATIONAL"), CriterionText("1", 19, "PAST_BEHAVIOUR")),
            [("3 Leading in Interview counts 41 of 100.", "WEIGHTS", None)],
        ),
        (
            asking(CriterionText("3", 40, "SITUATIONAL"), CriterionText("1", 20, "PAST_BEHAVIOUR")),
            [],
        ),
        (
            asking(CriterionText("3", 30), CriterionText("1", 30, "PAST_BEHAVIOUR")),
            [("Interview has no question for 3 Leading.", "QUESTIONS", 1)],
        ),
        (
            with_talk(
                criteria=(CriterionText("1", 20, "PAST_BEHAVIOUR", None, "key-1"), TALK.criteria[1])
            ),
            [
                (
                    "Interview asks the same question about 1 Listening as an exercise before it.",
                    "QUESTIONS",
                    1,
                )
            ],
        ),
        (
            replace(PLAN, minimum_value=None, low_value=None, minimum_total_percent=None),
            [],
        ),
        (
            replace(PLAN, tie_break=()),
            [("Nothing parts equal totals.", "RULES", None)],
        ),
    ],
)
def test_weak_points_are_each_named_with_their_place(plan, expected):
    assert found(weak_points(plan, NAMES)) == expected


def test_a_plan_without_any_hurdle_is_weak_and_one_minimum_is_a_hurdle():
    bare = asking(CriterionText("3", 30, "SITUATIONAL"), CriterionText("1", 30, "PAST_BEHAVIOUR"))
    bare = replace(bare, minimum_value=None, low_value=None, minimum_total_percent=None)
    assert found(weak_points(bare, NAMES)) == [("No hurdle is set.", "RULES", None)]


def test_an_interview_that_asks_only_what_candidates_would_do_is_weak():
    kinds = [CriterionText(code, 20, "SITUATIONAL") for code in ("1", "2", "3")]
    talk = replace(TALK, criteria=tuple(CriterionText(c, 1) for c in ("1", "2", "3")))
    interview = replace(INTERVIEW, criteria=tuple(kinds))
    plan = replace(PLAN, exercises=(talk, interview), tie_break=("1", "2", "3"))
    assert found(weak_points(plan, NAMES)) == [
        (
            "Interview asks only what candidates would do, never what they did.",
            "QUESTIONS",
            1,
        )
    ]
    mixed = replace(interview, criteria=(*kinds[:2], CriterionText("3", 20, "PAST_BEHAVIOUR")))
    assert found(weak_points(replace(plan, exercises=(talk, mixed)), NAMES)) == []


def test_every_point_says_why_it_matters():
    plan = with_talk(minutes=0, scoring_seats=("CE",), criteria=(CriterionText("2", 90),))
    points = (
        *missing_parts(plan, NAMES, SCALES["1-5"], is_published=False),
        *weak_points(plan, NAMES),
    )
    assert len(points) == 8
    assert all(len(point.why.split()) > 4 and point.why.endswith(".") for point in points)
