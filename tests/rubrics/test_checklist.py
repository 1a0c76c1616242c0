"""The structure checklist: each answer follows from the plan, and the unknown is never held."""

from dataclasses import replace

import pytest

from rubrics.checklist import QUESTIONS, Facts, State, checklist
from rubrics.scales import SCALES
from rubrics.texts import BlueprintText, CriterionText, ExerciseText

CODES = ("1", "2", "3", "4", "5")
NAMES = {code: f"Thing {code}" for code in CODES}
INTERVIEW = ExerciseText(
    "PANEL_INTERVIEW",
    "Interview",
    45,
    "",
    tuple(
        CriterionText(code, 20, "PAST_BEHAVIOUR" if code < "4" else "SITUATIONAL", None, code)
        for code in CODES
    ),
)
PLAN = BlueprintText("plan", "Plan", "small", "", (INTERVIEW,))
FULL = frozenset(range(1, 6))
UNKNOWN = (
    "Chosen from the job",
    "Nothing known beforehand",
    "The candidate's questions at the end",
    "Trained scorers",
)
ASKING = (
    "The same questions for all",
    "Little and equal prompting",
    "Questions that ask for behaviour",
    "Enough questions, with time to answer",
)


def facts(text=PLAN, **changes):
    found = Facts(text, NAMES, SCALES["1-5"], dict.fromkeys(CODES, FULL), frozenset(CODES))
    return replace(found, **changes)


def interview(**changes):
    return replace(PLAN, exercises=(replace(INTERVIEW, **changes),))


def states(given):
    return {component.name: component.state for component in checklist(given).components}


def names(components):
    return tuple(component.name for component in components)


def test_a_sound_plan_holds_eleven_and_four_cannot_be_told_from_any_plan():
    found = checklist(facts())
    assert (len(found.components), found.count) == (15, "11 of 15 hold")
    assert (names(found.failing), names(found.unknown)) == ((), UNKNOWN)
    assert len(QUESTIONS) == len({component.name for component in found.components})


@pytest.mark.parametrize(
    ("given", "failing"),
    [
        (
            facts(
                interview(criteria=(*INTERVIEW.criteria[:4], CriterionText("5", 20))),
            ),
            ASKING[:3] + ASKING[3:],
        ),
        (facts(probed=frozenset(CODES[:4])), ("Little and equal prompting",)),
        (
            facts(interview(criteria=INTERVIEW.criteria[:4])),
            ("Enough questions, with time to answer",),
        ),
        (facts(interview(minutes=24)), ("Enough questions, with time to answer",)),
        (facts(interview(minutes=25)), ()),
        (facts(anchored={**dict.fromkeys(CODES, FULL), "2": FULL - {4}}), ("Anchored scale",)),
        (facts(anchored={}), ("Anchored scale",)),
        (facts(scale=SCALES["0-5"]), ("Anchored scale",)),
        (facts(interview(scoring_seats=("CE",))), ("Several scorers",)),
        (facts(interview(scoring_seats=("CE", "MD"))), ()),
    ],
)
def test_what_the_plan_lacks_fails_and_nothing_else_does(given, failing):
    assert names(checklist(given).failing) == failing


def test_unasked_competency_is_named_in_the_evidence_with_what_to_do():
    bare = interview(criteria=(*INTERVIEW.criteria[:4], CriterionText("5", 20)))
    same = checklist(facts(bare)).components[1]
    assert same.text == ("The same questions for all: no question is chosen for 5 Thing 5.")
    assert same.mend == "Choose a question for each competency of the interview."


def test_additional_members_alone_cannot_be_counted_from_a_plan():
    found = states(facts(interview(scoring_seats=("ADDITIONAL",))))
    assert found["Several scorers"] == State.CANNOT_TELL


def test_a_plan_without_interview_cannot_tell_how_it_asks():
    found = checklist(facts(interview(kind="SHORTLISTING")))
    assert set(names(found.unknown)) == {*UNKNOWN, *ASKING}
    assert found.count == "7 of 15 hold"


def test_an_empty_plan_fails_what_needs_a_score_and_holds_only_what_is_built_in():
    found = checklist(facts(replace(PLAN, exercises=())))
    assert names(found.holding) == (
        "Notes",
        "The same scorers for all",
        "No discussion between interviews",
    )
    assert names(found.failing) == (
        "Each answer scored by itself",
        "Anchored scale",
        "Several scorers",
        "Combined by formula",
    )


def test_evidence_counts_kinds_and_minutes():
    found = {component.name: component.evidence for component in checklist(facts()).components}
    assert found["Questions that ask for behaviour"] == (
        "3 about what candidates did, 2 about what they would do."
    )
    assert found["Enough questions, with time to answer"] == "5 questions in 45 minutes."
