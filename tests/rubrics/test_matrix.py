"""A blueprint read aloud: totals and rules."""

from dataclasses import replace

from rubrics.library import BlueprintText, CriterionText, ExerciseText
from rubrics.matrix import Cell, Column, Row, matrix_of, rules_in_words
from rubrics.scales import SCALES

NAMES = {"1": "Listening", "2": "Judging", "3": "Leading"}
TALK = ExerciseText("PRESENTATION", "Talk", 20, "", (CriterionText("1", 30),))
INTERVIEW = ExerciseText(
    "PANEL_INTERVIEW",
    "Interview",
    45,
    "",
    (CriterionText("3", 30, "SITUATIONAL", 3), CriterionText("1", 40, "PAST_BEHAVIOUR")),
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


def test_matrix_lays_competencies_by_exercises_with_totals():
    matrix = matrix_of(PLAN, NAMES)
    assert matrix.rows == (
        Row("1", "Listening", (Cell("Talk", 30), Cell("Interview", 40))),
        Row("3", "Leading", (Cell("Talk"), Cell("Interview", 30, 3))),
    )
    assert [row.total for row in matrix.rows] == [70, 30]
    assert [row.seen_in for row in matrix.rows] == [("Talk", "Interview"), ("Interview",)]
    assert matrix.columns == (Column("Talk", 20, 30), Column("Interview", 45, 70))
    assert (matrix.total, matrix.minutes) == (100, 65)


def test_rules_are_said_with_the_words_of_the_scale():
    rules = rules_in_words(PLAN, NAMES, SCALES["1-5"])
    assert rules.hurdles == (
        "The mean of every criterion is at least 2 (Area for concern).",
        "At most 1 of the criteria has a mean below 3 (Satisfactory).",
        "The weighted total is at least 60% of the highest mark.",
        "3 Leading in Interview has a mean of at least 3 (Satisfactory).",
    )
    assert rules.ranking == (
        "Candidates who pass are ranked by the weighted mean of all criteria, highest first."
    )
    assert rules.tie_break == ("3 Leading", "1 Listening")


def test_rules_allowing_no_or_several_low_criteria_are_said_so():
    strict = replace(PLAN, exercises=(TALK,), minimum_value=None, minimum_total_percent=None)
    none = rules_in_words(replace(strict, allowed_low=0), NAMES, SCALES["1-5"])
    assert none.hurdles == ("No criterion has a mean below 3 (Satisfactory).",)
    two = rules_in_words(replace(strict, allowed_low=2), NAMES, SCALES["1-5"])
    assert two.hurdles == ("At most 2 of the criteria have a mean below 3 (Satisfactory).",)


def test_rules_of_a_plan_without_hurdles_are_empty():
    bare = BlueprintText("plan", "Plan", "small", "", (TALK,))
    rules = rules_in_words(bare, NAMES, SCALES["1-5"])
    assert (rules.hurdles, rules.tie_break) == ((), ())


def test_rules_name_a_tie_break_that_is_not_scored_by_its_code():
    rules = rules_in_words(replace(PLAN, tie_break=("9",)), NAMES, SCALES["1-5"])
    assert rules.tie_break == ("9",)
