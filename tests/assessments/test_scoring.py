"""Scoring against hand-computed results, and the properties no panel may break."""

from fractions import Fraction as F

import pytest

from assessments.scoring import (
    ALGORITHM,
    Criterion,
    Exercise,
    Mark,
    Plan,
    Rules,
    ScoringError,
    by_competency,
    rounded,
    score,
)
from assessments.workings import explain

SAFETY = Criterion("safety", "Patient safety", "4.1", 40)
TEAM = Criterion("team", "Working within teams", "2.4", 35)
VISION = Criterion("vision", "Making decisions", "5.3", 25)
INTERVIEW = Exercise("panel", "Panel interview", (SAFETY, TEAM, VISION))
ST3 = Rules(minimum_value=2, low_value=3, allowed_low=2, minimum_total_percent=60)
PLAN = Plan((INTERVIEW,))
CRITERIA = ("safety", "team", "vision")


def marks(application, **by_member):
    """Marks in the order of the plan; None stands for not assessed."""
    return [
        Mark(member, application, criterion, value, is_not_assessed=value is None)
        for member, values in by_member.items()
        for criterion, value in zip(CRITERIA, values, strict=True)
    ]


def test_score_three_members_three_criteria_by_hand():
    result = score(PLAN, marks("a", ann=(4, 3, 5), bob=(5, 3, 2), cat=(4, 4, 3))).of("a")
    assert [(r.n, r.mean, r.minimum, r.maximum) for r in result.criteria] == [
        (3, F(13, 3), 4, 5),
        (3, F(10, 3), 3, 4),
        (3, F(10, 3), 2, 5),
    ]
    # (40 × 13/3 + 35 × 10/3 + 25 × 10/3) ÷ 100 = 1120/300
    assert result.total == F(56, 15)
    assert result.percent == F(224, 3)
    assert (result.hurdles, result.appointable, result.missing) == ((), True, ())


def test_score_recused_member_leaves_means_of_the_others():
    outcome = score(
        PLAN,
        marks("a", ann=(5, 5, 5), bob=(3, 3, 3)) + marks("b", bob=(3, 3, 3)),
        members=("ann", "bob"),
    )
    assert outcome.of("a").total == 4
    assert (outcome.of("b").total, outcome.of("b").of("team").values) == (3, (("bob", 3),))


def test_score_criterion_nobody_could_assess_gives_no_total():
    rules = Rules(minimum_value=2, low_value=3, allowed_low=0, minimum_total_percent=60)
    plan = Plan((INTERVIEW,), rules=rules)
    result = score(plan, marks("a", ann=(5, None, 5), bob=(5, None, 5))).of("a")
    assert (result.total, result.percent, result.missing) == (None, None, (TEAM,))
    assert result.of("team").not_assessed == ("ann", "bob")
    assert [(h.rule, h.passed) for h in result.hurdles] == [
        ("MINIMUM_VALUE", True),
        ("MINIMUM_VALUE", None),
        ("MINIMUM_VALUE", True),
        ("ALLOWED_LOW", None),
        ("MINIMUM_TOTAL_PERCENT", None),
    ]
    assert result.appointable is None


def test_score_failed_hurdle_is_certain_even_when_another_is_open():
    plan = Plan((INTERVIEW,), rules=Rules(minimum_value=2))
    assert score(plan, marks("a", ann=(1, None, 5))).of("a").appointable is False


def test_score_unmarked_application_is_not_appointable_and_not_ranked():
    outcome = score(PLAN, [], applications=("a",))
    assert (outcome.of("a").total, outcome.of("a").appointable) == (None, None)
    assert outcome.ranking == ()


def test_score_without_a_value_is_not_a_mark():
    result = score(PLAN, [Mark("ann", "a", "safety")]).of("a").of("safety")
    assert (result.n, result.mean, result.not_assessed) == (0, None, ())


@pytest.mark.parametrize(
    ("high", "value", "percent"), [(5, 3, 60), (10, 6, 60), (7, 7, 100), (4, 1, 25)]
)
def test_score_percent_is_a_share_of_the_maximum_mark(high, value, percent):
    plan = Plan((INTERVIEW,), high=high)
    assert score(plan, marks("a", ann=(value,) * 3)).of("a").percent == percent


def test_score_scale_from_zero_counts_a_zero_as_a_mark():
    plan = Plan((INTERVIEW,), low=0)
    result = score(plan, marks("a", ann=(0, 0, 0))).of("a")
    assert (result.total, result.missing) == (0, ())


ST3_PLAN = Plan(
    (Exercise("e", "Stations", tuple(Criterion(i, f"Area {i}", f"c{i}", 1) for i in range(8))),),
    rules=ST3,
)


@pytest.mark.parametrize(
    ("eight_marks", "appointable"),
    [
        ((3, 3, 3, 3, 3, 3, 3, 3), True),  # 24 of 40: on the line
        ((3, 3, 3, 3, 3, 3, 3, 2), False),  # 23 of 40
        ((2, 2, 4, 4, 3, 3, 3, 3), True),  # two 2s, 24
        ((2, 2, 2, 5, 5, 5, 5, 5), False),  # three 2s, though 31
        ((1, 5, 5, 5, 5, 5, 5, 5), False),  # one 1, though 36
    ],
)
def test_score_physician_specialty_rule(eight_marks, appointable):
    given_marks = [Mark("ann", "a", i, v) for i, v in enumerate(eight_marks)]
    assert score(ST3_PLAN, given_marks).of("a").appointable is appointable


def test_score_hurdle_is_on_the_mean_and_one_low_mark_stays_visible():
    plan = Plan((INTERVIEW,), rules=Rules(minimum_value=2))
    result = score(plan, marks("a", ann=(1, 4, 4), bob=(4, 4, 4), cat=(4, 4, 4))).of("a")
    assert (result.appointable, result.of("safety").minimum) == (True, 1)


def test_score_criterion_override_beats_the_rule():
    strict = Criterion("safety", "Patient safety", "4.1", 40, minimum=4)
    plan = Plan((Exercise("panel", "Panel interview", (strict, TEAM, VISION)),), rules=Rules(2))
    hurdles = score(plan, marks("a", ann=(3, 2, 2))).of("a").hurdles
    assert [h.passed for h in hurdles] == [False, True, True]
    assert hurdles[0].words == (
        "Patient safety (Panel interview) has a mean of 3.00, at least 4 is needed: not met."
    )


def test_hurdle_words_never_round_a_miss_onto_the_line():
    plan = Plan((INTERVIEW,), rules=Rules(minimum_value=3))
    near = [Mark(m, "a", c, 3) for m in range(399) for c in CRITERIA]
    near += [Mark(400, "a", "safety", 2), Mark(400, "a", "team", 3), Mark(400, "a", "vision", 3)]
    hurdle = score(plan, near).of("a").hurdles[0]
    # 1199/400 = 2.9975 would be drawn as 3.00
    assert (hurdle.passed, "mean of 2.998," in hurdle.finding) == (False, True)


def test_hurdle_words_of_low_marks_and_total():
    plan = Plan((INTERVIEW,), rules=ST3)
    words = [h.words for h in score(plan, marks("a", ann=(2, 2, 2))).of("a").hurdles][-2:]
    assert words == [
        "Criteria with a mean below 3: 3 of 3, at most 2 allowed: not met.",
        "Total as a share of the maximum mark is 40.0%, at least 60% is needed: not met.",
    ]


def ranks(outcome):
    return {p.application: (p.rank, p.is_shared, p.decided_by) for p in outcome.ranking}


def test_ranking_shares_a_rank_and_skips_the_next():
    outcome = score(
        PLAN,
        marks("d", ann=(2, 2, 2))
        + marks("b", ann=(4, 4, 4))
        + marks("c", ann=(4, 4, 4))
        + marks("a", ann=(5, 4, 4)),
    )
    assert ranks(outcome) == {
        "a": (1, False, ""),
        "b": (2, True, ""),
        "c": (2, True, ""),
        "d": (4, False, ""),
    }


def test_ranking_uses_the_tie_break_in_its_order():
    even = Exercise(
        "panel",
        "Panel interview",
        tuple(Criterion(c, c.title(), code, 1) for c, code in zip(CRITERIA, "xyz", strict=True)),
    )
    given_marks = marks("a", ann=(3, 4, 5)) + marks("b", ann=(4, 4, 4)) + marks("c", ann=(4, 5, 3))
    by_x_then_y = Plan((even,), tie_break=("x", "team"))
    assert ranks(score(by_x_then_y, given_marks)) == {
        "c": (1, False, "team"),
        "b": (2, False, "team"),
        "a": (3, False, "x"),
    }
    assert ranks(score(Plan((even,), tie_break=("z",)), given_marks)) == {
        "a": (1, False, "z"),
        "b": (2, False, "z"),
        "c": (3, False, "z"),
    }


def test_ranking_leaves_a_tie_where_someone_lacks_the_tie_break():
    observed = Criterion("vision", "Making decisions", "5.3", 0)
    plan = Plan(
        (Exercise("panel", "Panel interview", (SAFETY, TEAM, observed)),), tie_break=("5.3",)
    )
    tied = marks("a", ann=(4, 4, None)) + marks("b", ann=(4, 4, 1))
    assert ranks(score(plan, tied)) == {"a": (1, True, ""), "b": (1, True, "")}
    told = marks("a", ann=(4, 4, 3)) + marks("b", ann=(4, 4, 1))
    assert ranks(score(plan, told)) == {"a": (1, False, "5.3"), "b": (2, False, "5.3")}


def test_ranking_leaves_out_those_who_are_not_appointable():
    plan = Plan((INTERVIEW,), rules=Rules(minimum_value=2))
    given_marks = (
        marks("a", ann=(1, 5, 5)) + marks("b", ann=(3, 3, 3)) + marks("c", ann=(5, None, 5))
    )
    assert ranks(score(plan, given_marks)) == {"b": (1, False, "")}


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ([Mark("ann", "a", "safety", 6)], "6 is not a mark from 1 to 5"),
        ([Mark("ann", "a", "safety", 0)], "0 is not a mark from 1 to 5"),
        ([Mark("ann", "a", "safety", 3.7)], "3.7 is not a mark"),
        ([Mark("ann", "a", "safety", True)], "True is not a mark"),
        ([Mark("ann", "a", "safety", 3, True)], "also 'not assessed'"),
        ([Mark("ann", "a", "safety", 3)] * 2, "two marks on safety"),
        ([Mark("ann", "a", "tennis", 3)], "no criterion tennis"),
        ([Mark("eve", "a", "safety", 3)], "eve does not score"),
        ([Mark("ann", "z", "safety", 3)], "application z, which is not listed"),
    ],
)
def test_score_refuses_marks_that_cannot_be_right(bad, words):
    with pytest.raises(ScoringError, match=words):
        score(PLAN, bad, applications=("a",), members=("ann",))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"low": 5, "high": 5}, "scale runs"),
        ({"low": -1}, "scale runs"),
        ({"exercises": (INTERVIEW, INTERVIEW)}, "criterion safety twice"),
        ({"exercises": ()}, "one at least must be above 0"),
        ({"exercises": (Exercise(1, "e", (Criterion(1, "c", "c", -1),)),)}, "not be negative"),
        ({"rules": Rules(low_value=2)}, "both|number allowed"),
        ({"tie_break": ("9.9",)}, "neither a criterion nor a competency"),
    ],
)
def test_plan_refuses_to_contradict_itself(fields, words):
    with pytest.raises(ScoringError, match=words):
        Plan(**({"exercises": (INTERVIEW,)} | fields))


def test_plan_refuses_a_tie_break_with_two_meanings():
    both = (Criterion("4.1", "One", "2.4", 1), Criterion("b", "Two", "4.1", 1))
    with pytest.raises(ScoringError, match="both a criterion and a competency"):
        Plan((Exercise(1, "e", both),), tie_break=("4.1",))


@pytest.mark.parametrize(
    ("number", "places", "shown"),
    [
        (F(1, 8), 2, "0.13"),
        (F(25, 1000), 2, "0.03"),
        (F(-1, 8), 2, "-0.13"),
        (F(2, 3), 2, "0.67"),
        (F(199, 2), 0, "100"),
        (F(-1, 1000), 2, "0.00"),
        (4, 1, "4.0"),
        (F(10**40, 3), 1, "3" * 40 + ".3"),
    ],
)
def test_rounded_half_up(number, places, shown):
    assert str(rounded(number, places)) == shown


def test_rounded_keeps_missing_missing():
    assert rounded(None) is None


def test_explain_opens_a_total_down_to_single_marks():
    plan = Plan((INTERVIEW,), rules=Rules(minimum_total_percent=60), tie_break=("5.3",))
    given_marks = marks("a", ann=(4, 3, 5), bob=(5, 3, None)) + marks("b", ann=(4, 4, 4))
    steps = explain(score(plan, given_marks), "a", names={"ann": "Ann Price"})
    # (40 × 4.5 + 35 × 3 + 25 × 5) ÷ 100 = 4.10
    assert [(s.label, s.words) for s in steps] == [
        ("Weighted total", "(40 × 4.50 + 35 × 3.00 + 25 × 5.00) ÷ 100 = 4.10"),
        ("Share of the maximum mark", "4.10 ÷ 5 = 82.0%"),
        (
            "Hurdle",
            "Total as a share of the maximum mark is 82.0%, at least 60% is needed: met.",
        ),
        (
            "Appointable by the rule",
            "Every hurdle is met. The committee decides, not the formula.",
        ),
        ("Rank", "1, by weighted total."),
    ]
    vision = steps[0].steps[2]
    assert (vision.label, vision.words, vision.value) == (
        "Making decisions (Panel interview), weight 25",
        "(5) ÷ 1 = 5.00",
        5,
    )
    assert [(s.label, s.words) for s in vision.steps] == [
        ("Ann Price", "5"),
        ("bob", "not assessed"),
    ]


def test_explain_says_what_is_missing():
    steps = explain(score(PLAN, marks("a", ann=(4, None, 4))), "a")
    assert [(s.label, s.words) for s in steps] == [
        (
            "Weighted total",
            "None: nobody could assess Working within teams (Panel interview).",
        ),
        (
            "Appointable by the rule",
            "Cannot tell: something is missing. The committee decides, not the formula.",
        ),
        ("Rank", "Not ranked: only candidates known to be appointable are ranked."),
    ]
    assert steps[0].steps[1].words == "No mean: nobody could assess it."


def test_explain_names_the_tie_break_and_a_shared_rank():
    plan = Plan((INTERVIEW,), tie_break=("5.3",))
    tied = marks("a", ann=(4, 4, 4)) + marks("b", ann=(4, 4, 4))
    assert explain(score(plan, tied), "b")[-1].words == (
        "1, by weighted total, shared: nothing in the plan separates them."
    )
    even = Exercise("panel", "Panel", tuple(Criterion(c, c, c, 1) for c in CRITERIA))
    plan = Plan((even,), tie_break=("vision",))
    broken = marks("a", ann=(4, 4, 1)) + marks("b", ann=(1, 4, 4))
    assert explain(score(plan, broken), "b")[-1].words == (
        "1, by weighted total, the tie broken by vision."
    )


def test_outcome_names_its_algorithm():
    assert score(PLAN, []).algorithm == ALGORITHM == "quorate-scoring/1"


@pytest.mark.parametrize(
    ("values", "low", "passed"),
    [
        ((3, 3, 3), 0, True),  # the mean is exactly the low value: not low
        ((3, 3, 2), 1, False),  # 8/3, just below it: low
        ((4, 3, 2), 0, True),  # exactly 3 again, from unequal marks
        ((5, 2, 2), 0, True),  # two members were below it, their mean is not
        ((2, 2, 4), 1, False),
    ],
)
def test_low_hurdle_mean_exactly_at_the_low_value_is_not_low(values, low, passed):
    plan = Plan((Exercise("x", "X", (SAFETY,)),), rules=Rules(low_value=3, allowed_low=0))
    given = [Mark(f"m{n}", "a", "safety", value) for n, value in enumerate(values)]
    (hurdle,) = score(plan, given).of("a").hurdles
    assert (hurdle.passed, hurdle.finding) == (
        passed,
        f"Criteria with a mean below 3: {low} of 1, at most 0 allowed",
    )


TALK = Exercise("talk", "Talk", (Criterion("safety-talk", "Patient safety", "4.1", 10),))
TWICE = Plan((INTERVIEW, TALK))


def test_by_competency_gathers_the_criteria_of_every_exercise_in_the_order_of_the_plan():
    given = [
        Mark("ann", "a", "safety", 4),
        Mark("bob", "a", "safety", 5),
        Mark("ann", "a", "team", 3),
        Mark("ann", "a", "vision", None, is_not_assessed=True),
        Mark("bob", "a", "safety-talk", 2),
        Mark("cat", "a", "safety-talk", 3),
    ]
    result = score(TWICE, given).of("a")
    assert [(c.code, c.name, c.mean, c.members) for c in by_competency(result)] == [
        # (40 × 9/2 + 10 × 5/2) ÷ 50
        ("4.1", "Patient safety", F(41, 10), 3),
        ("2.4", "Working within teams", F(3), 1),
        ("5.3", "Making decisions", None, 0),
    ]
    assert [r.criterion.id for r in by_competency(result)[0].criteria] == ["safety", "safety-talk"]


def test_by_competency_leaves_out_a_criterion_nobody_could_assess():
    given = [
        Mark("ann", "a", "safety", 4),
        Mark("ann", "a", "safety-talk", None, is_not_assessed=True),
    ]
    safety = by_competency(score(TWICE, given).of("a"))[0]
    assert (safety.mean, safety.members, len(safety.criteria)) == (F(4), 1, 2)


def test_by_competency_one_criterion_each_equals_the_criterion_means():
    result = score(PLAN, marks("a", ann=(4, 3, 5), bob=(5, 3, 2))).of("a")
    assert [c.mean for c in by_competency(result)] == [r.mean for r in result.criteria]
