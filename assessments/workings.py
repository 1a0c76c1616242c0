"""The workings: how each number of an outcome came about, in words, opened down to single marks."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from assessments.scoring import Outcome, rounded


@dataclass(frozen=True)
class Step:
    """One link in how a number came about; `steps` are what it was made from."""

    label: str
    words: str
    value: Fraction | None = None
    steps: tuple["Step", ...] = ()


def explain(
    outcome: Outcome, application: Hashable, names: Mapping[Hashable, str] | None = None
) -> tuple[Step, ...]:
    """How an application's numbers came about, opened down to single marks.

    `names` puts words to member ids; without it the ids themselves are shown.
    """
    plan, result, names = outcome.plan, outcome.of(application), names or {}
    steps = [_total_step(plan, result, names)]
    if result.total is not None:
        words = f"{rounded(result.total)} ÷ {plan.high} = {rounded(result.percent, 1)}%"
        steps.append(Step("Share of the maximum mark", words, result.percent))
    steps += [Step("Hurdle", hurdle.words) for hurdle in result.hurdles]
    return (*steps, _verdict_step(result), _rank_step(plan, outcome.placing(application)))


def _total_step(plan, result, names):
    parts = tuple(_criterion_step(plan, r, names) for r in result.criteria)
    if result.total is None:
        lacking = ", ".join(plan.labels[c.id] for c in result.missing)
        return Step("Weighted total", f"None: nobody could assess {lacking}.", None, parts)
    counted = [r for r in result.criteria if r.criterion.weight]
    terms = " + ".join(f"{r.criterion.weight} × {rounded(r.mean)}" for r in counted)
    words = f"({terms}) ÷ {plan.total_weight} = {rounded(result.total)}"
    return Step("Weighted total", words, result.total, parts)


def _criterion_step(plan, result, names):
    marks = [Step(str(names.get(m, m)), str(v), Fraction(v)) for m, v in result.values]
    marks += [Step(str(names.get(m, m)), "not assessed") for m in result.not_assessed]
    label = f"{plan.labels[result.criterion.id]}, weight {result.criterion.weight}"
    if result.mean is None:
        return Step(label, "No mean: nobody could assess it.", None, tuple(marks))
    added = " + ".join(str(v) for _, v in result.values)
    return Step(
        label, f"({added}) ÷ {result.n} = {rounded(result.mean)}", result.mean, tuple(marks)
    )


def _verdict_step(result):
    words = {
        True: "Every hurdle is met.",
        False: "At least one hurdle is not met.",
        None: "Cannot tell: something is missing.",
    }[result.appointable]
    return Step("Appointable by the rule", f"{words} The committee decides, not the formula.")


def _rank_step(plan, placing):
    if placing is None:
        return Step("Rank", "Not ranked: only candidates known to be appointable are ranked.")
    words = f"{placing.rank}, by weighted total"
    if placing.decided_by:
        names = {c.name for c in plan.named(placing.decided_by)}
        words += f", the tie broken by {' and '.join(sorted(names))}"
    if placing.is_shared:
        words += ", shared: nothing in the plan separates them"
    return Step("Rank", f"{words}.", Fraction(placing.rank))
