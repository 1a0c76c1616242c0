"""What no panel's numbers may break, whatever the marks."""

from fractions import Fraction as F

from hypothesis import given
from hypothesis import strategies as st

from assessments.scoring import Criterion, Exercise, Mark, Plan, Rules, rounded, score

CRITERIA = ("safety", "team", "vision")
INTERVIEW = Exercise(
    "panel",
    "Panel interview",
    (
        Criterion("safety", "Patient safety", "4.1", 40),
        Criterion("team", "Working within teams", "2.4", 35),
        Criterion("vision", "Making decisions", "5.3", 25),
    ),
)
PLAN = Plan((INTERVIEW,))
ST3 = Rules(minimum_value=2, low_value=3, allowed_low=2, minimum_total_percent=60)


def marks(application, **by_member):
    """Marks in the order of the plan; None stands for not assessed."""
    return [
        Mark(member, application, criterion, value, is_not_assessed=value is None)
        for member, values in by_member.items()
        for criterion, value in zip(CRITERIA, values, strict=True)
    ]


def ranks(outcome):
    return {p.application: (p.rank, p.is_shared, p.decided_by) for p in outcome.ranking}


@given(st.fractions(), st.integers(0, 6))
def test_rounded_is_never_more_than_half_a_unit_away(number, places):
    away = abs(F(rounded(number, places)) - number)
    assert away <= F(1, 2 * 10**places)
    assert F(rounded(-number, places)) == -F(rounded(number, places))


values = st.one_of(st.none(), st.integers(1, 5))
sheets = st.dictionaries(
    st.sampled_from("abcd"),
    st.dictionaries(st.sampled_from("mnopq"), st.tuples(values, values, values), min_size=1),
    min_size=1,
)
RULED = Plan((INTERVIEW,), rules=ST3, tie_break=("5.3", "team"))


def all_marks(sheets):
    return [m for application, by in sheets.items() for m in marks(application, **by)]


@given(sheets, st.randoms(use_true_random=False))
def test_score_does_not_depend_on_order(sheets, random):
    given_marks = all_marks(sheets)
    shuffled = random.sample(given_marks, len(given_marks))
    who = {"applications": "abcd", "members": "mnopq"}
    assert score(RULED, shuffled, **who) == score(RULED, given_marks, **who)
    turned = score(RULED, shuffled, applications="dcba", members="qponm")
    assert ranks(turned) == ranks(score(RULED, given_marks, **who))


@given(sheets)
def test_score_does_not_depend_on_who_gave_which_mark(sheets):
    renamed = {
        a: dict(zip(sorted(by, reverse=True), [by[m] for m in sorted(by)], strict=True))
        for a, by in sheets.items()
    }
    before, after = score(RULED, all_marks(sheets)), score(RULED, all_marks(renamed))
    assert [r.total for r in before.applications] == [r.total for r in after.applications]
    assert ranks(before) == ranks(after)


@given(st.integers(1, 5), st.integers(1, 8))
def test_score_equal_marks_give_that_total(value, members):
    given_marks = [Mark(m, "a", c, value) for m in range(members) for c in CRITERIA]
    result = score(PLAN, given_marks).of("a")
    assert (result.total, result.percent) == (value, value * 20)


@given(sheets, st.integers(1, 1000))
def test_score_scaling_all_weights_changes_nothing(sheets, factor):
    heavy = Plan(
        (
            Exercise(
                "panel",
                "Panel interview",
                tuple(
                    Criterion(c.id, c.name, c.competency, c.weight * factor) for c in PLAN.criteria
                ),
            ),
        ),
        rules=ST3,
        tie_break=RULED.tie_break,
    )
    light, heavy = score(RULED, all_marks(sheets)), score(heavy, all_marks(sheets))
    assert [r.total for r in light.applications] == [r.total for r in heavy.applications]
    assert ranks(light) == ranks(heavy)


@given(
    st.lists(st.tuples(*[st.integers(1, 5)] * 3), min_size=1, max_size=5),
    st.data(),
)
def test_score_better_mark_never_lowers_anything(rows, data):
    row = data.draw(st.integers(0, len(rows) - 1))
    column = data.draw(st.integers(0, 2))
    better = [list(values) for values in rows]
    better[row][column] = data.draw(st.integers(rows[row][column], 5))
    before = score(RULED, marks("a", **{f"m{i}": r for i, r in enumerate(rows)})).of("a")
    after = score(RULED, marks("a", **{f"m{i}": r for i, r in enumerate(better)})).of("a")
    assert after.total >= before.total
    assert after.appointable >= before.appointable


@given(sheets)
def test_score_missing_never_equals_zero(sheets):
    plan = Plan((INTERVIEW,), low=0)
    outcome = score(plan, all_marks(sheets))
    for result in outcome.applications:
        assert (result.total is None) == bool(result.missing)
        assert result.total is None or result.total >= 1
        if result.missing:
            zeros = [Mark("zero", result.application, c.id, 0) for c in result.missing]
            filled = score(plan, all_marks(sheets) + zeros).of(result.application)
            assert filled.total is not None


@given(sheets)
def test_ranking_follows_totals_and_counts_those_ahead(sheets):
    outcome = score(Plan((INTERVIEW,)), all_marks(sheets))
    totals = [outcome.of(p.application).total for p in outcome.ranking]
    for placing in outcome.ranking:
        mine = outcome.of(placing.application).total
        assert placing.rank == 1 + sum(1 for total in totals if total > mine)
        assert placing.is_shared == (totals.count(mine) > 1)
