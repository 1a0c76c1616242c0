"""Totals, hurdles and ranks of one panel, computed exactly from locked marks.

Everything is done on integers and `fractions.Fraction`; nothing is rounded before a decision, and
`rounded` is the only place where a number is rounded for the eye. Missing is `None`, never zero: a
criterion that nobody could assess leaves the total, and whatever hangs on it, unknown.

The rules follow the physician specialty (ST3) interview scoring: no 1s, at most two 2s, and a total
of at least 60% of the maximum. There eight marks from 1 to 5 give 8 to 40 and the line is 24, a
mean of 3.0: so a percentage here is a share of the *maximum mark* (mean / high), not of the
distance between the lowest and the highest mark, which would put the same line at 50%.

A hurdle is applied to the *mean* of the members' marks on a criterion, not to one member's mark:
of eight members one stray mark must not decide alone. The low mark itself is still in the result
and shown. Likewise a criterion is "low" when its mean, unrounded, is below the low value.

What comes out is a finding for the committee. No total, hurdle or rank decides an appointment.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from math import lcm

ALGORITHM = "quorate-scoring/1"


class ScoringError(ValueError):
    """The plan or the marks contradict themselves, so no number may be computed from them."""


@dataclass(frozen=True)
class Criterion:
    """One competency as scored in one exercise; `minimum` overrides the plan's rule for it."""

    id: Hashable
    name: str
    competency: str
    weight: int
    minimum: int | None = None


@dataclass(frozen=True)
class Exercise:
    """A presentation, station or interview and the criteria scored in it."""

    id: Hashable
    name: str
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True)
class Rules:
    """When a candidate is appointable; a rule that is None is not applied."""

    minimum_value: int | None = None
    low_value: int | None = None
    allowed_low: int | None = None
    minimum_total_percent: int | None = None


@dataclass(frozen=True)
class Plan:
    """The frozen blueprint as scoring needs it: weighted criteria, scale, rules, tie-break order.

    `tie_break` names competency codes or criterion ids, most important first. Raises ScoringError
    where the plan contradicts itself.
    """

    exercises: tuple[Exercise, ...]
    low: int = 1
    high: int = 5
    rules: Rules = Rules()
    tie_break: tuple[str, ...] = ()

    def __post_init__(self):
        if not 0 <= self.low < self.high:
            raise ScoringError(f"The scale runs from {self.low} to {self.high}.")
        if repeated := [key for key, n in Counter(c.id for c in self.criteria).items() if n > 1]:
            raise ScoringError(f"The plan names criterion {repeated[0]} twice.")
        if any(c.weight < 0 for c in self.criteria) or not self.total_weight:
            raise ScoringError("Weights must not be negative and one at least must be above 0.")
        if (self.rules.low_value is None) != (self.rules.allowed_low is None):
            raise ScoringError("A rule on low marks needs a low value and a number allowed.")
        for key in self.tie_break:
            self.named(key)

    @cached_property
    def criteria(self) -> tuple[Criterion, ...]:
        """Every criterion in the order of the plan."""
        return tuple(c for exercise in self.exercises for c in exercise.criteria)

    @cached_property
    def total_weight(self) -> int:
        """The sum of the weights; it need not be 100."""
        return sum(c.weight for c in self.criteria)

    @cached_property
    def labels(self) -> dict[Hashable, str]:
        """Each criterion in words: "Patient safety (Panel interview)"."""
        return {c.id: f"{c.name} ({e.name})" for e in self.exercises for c in e.criteria}

    def minimum_of(self, criterion: Criterion) -> int | None:
        """The least mean this criterion needs, or None."""
        return self.rules.minimum_value if criterion.minimum is None else criterion.minimum

    def named(self, key: str) -> tuple[Criterion, ...]:
        """The criteria a tie-break entry stands for: one by its id, or all of one competency."""
        by_id = tuple(c for c in self.criteria if c.id == key or str(c.id) == key)
        by_competency = tuple(c for c in self.criteria if c.competency == key)
        if by_id and by_competency and by_id != by_competency:
            raise ScoringError(f"The tie-break {key} is both a criterion and a competency.")
        if not (by_id or by_competency):
            raise ScoringError(f"The tie-break {key} is neither a criterion nor a competency here.")
        return by_id or by_competency


@dataclass(frozen=True, slots=True)
class Mark:
    """One member's value for one application on one criterion, or that it could not be assessed."""

    member: Hashable
    application: Hashable
    criterion: Hashable
    value: int | None = None
    is_not_assessed: bool = False


@dataclass(frozen=True)
class CriterionResult:
    """What the members gave on one criterion; the mean is exact, and None without a mark."""

    criterion: Criterion
    values: tuple[tuple[Hashable, int], ...]
    not_assessed: tuple[Hashable, ...]
    mean: Fraction | None

    @property
    def n(self) -> int:
        return len(self.values)

    @property
    def minimum(self) -> int | None:
        return min((value for _, value in self.values), default=None)

    @property
    def maximum(self) -> int | None:
        return max((value for _, value in self.values), default=None)


@dataclass(frozen=True)
class Hurdle:
    """One rule applied to one application; `passed` is None where a missing mark leaves it open."""

    rule: str
    passed: bool | None
    finding: str
    criterion: Criterion | None = None

    @property
    def words(self) -> str:
        verdict = {True: "met", False: "not met", None: "cannot tell"}[self.passed]
        return f"{self.finding}: {verdict}."


@dataclass(frozen=True)
class ApplicationResult:
    """Everything the formula says about one application."""

    application: Hashable
    criteria: tuple[CriterionResult, ...]
    total: Fraction | None
    percent: Fraction | None
    hurdles: tuple[Hurdle, ...]
    appointable: bool | None

    @cached_property
    def missing(self) -> tuple[Criterion, ...]:
        """The criteria nobody could assess: why a total is None."""
        return tuple(r.criterion for r in self.criteria if not r.values)

    def of(self, criterion_id: Hashable) -> CriterionResult:
        """The result on one criterion."""
        return next(r for r in self.criteria if r.criterion.id == criterion_id)


@dataclass(frozen=True)
class Placing:
    """A rank among the appointable; `decided_by` names the tie-break used, if one was."""

    rank: int
    application: Hashable
    is_shared: bool
    decided_by: str


@dataclass(frozen=True)
class Outcome:
    """All applications in the order given, and the ranking of those who are appointable."""

    plan: Plan
    applications: tuple[ApplicationResult, ...]
    ranking: tuple[Placing, ...]
    algorithm: str = ALGORITHM

    @cached_property
    def _results(self) -> dict[Hashable, ApplicationResult]:
        return {result.application: result for result in self.applications}

    @cached_property
    def _placings(self) -> dict[Hashable, Placing]:
        return {placing.application: placing for placing in self.ranking}

    def of(self, application: Hashable) -> ApplicationResult:
        """The result of one application."""
        return self._results[application]

    def placing(self, application: Hashable) -> Placing | None:
        """The place of one application, or None where it is not ranked."""
        return self._placings.get(application)


def rounded(number: Fraction | int | None, places: int = 2) -> Decimal | None:
    """Round half up (away from zero) to `places` decimals, for the eye only; missing stays None."""
    if number is None:
        return None
    below = number.denominator
    whole = (2 * abs(number.numerator) * 10**places + below) // (2 * below)
    return Decimal(f"{-whole if number < 0 else whole}E-{places}")


def score(
    plan: Plan,
    marks: Iterable[Mark],
    *,
    applications: Iterable[Hashable] | None = None,
    members: Iterable[Hashable] | None = None,
) -> Outcome:
    """Compute the outcome of one panel.

    `applications` fixes who appears and in which order (else as they come in the marks); `members`
    are those who score, and the order in which their marks are listed. A recused member simply has
    no marks for that application. Raises ScoringError for a mark twice, off the scale, or by, for
    or on something unknown.
    """
    members = None if members is None else dict.fromkeys(members)
    cells = _cells(plan, marks, members)
    marked = dict.fromkeys(application for application, _ in cells)
    wanted = marked if applications is None else dict.fromkeys(applications)
    if strangers := [a for a in marked if a not in wanted]:
        raise ScoringError(f"There are marks for application {strangers[0]}, which is not listed.")
    results = tuple(_application(plan, a, cells, members) for a in wanted)
    return Outcome(plan, results, _ranking(plan, results))


def _cells(plan, marks, members):
    """Group marks as {(application, criterion): {member: value, or None where not assessed}}."""
    known = {c.id for c in plan.criteria}
    cells = defaultdict(dict)
    for mark in marks:
        _check(mark, plan, known, members)
        cell = cells[mark.application, mark.criterion]
        if mark.member in cell:
            raise ScoringError(f"{mark.member} has two marks on {mark.criterion}.")
        if mark.is_not_assessed or mark.value is not None:
            cell[mark.member] = mark.value
    return cells


def _check(mark, plan, known, members):
    """Refuse one mark that is off the scale, or by or on something unknown."""
    if mark.criterion not in known:
        raise ScoringError(f"The plan has no criterion {mark.criterion}.")
    if members is not None and mark.member not in members:
        raise ScoringError(f"{mark.member} does not score on this panel.")
    if mark.value is None:
        return
    if mark.is_not_assessed:
        raise ScoringError(f"{mark.member} gave a mark and also 'not assessed'.")
    if type(mark.value) is not int or not plan.low <= mark.value <= plan.high:
        raise ScoringError(f"{mark.value!r} is not a mark from {plan.low} to {plan.high}.")


def _criterion(criterion, cell, members):
    order = cell if members is None else [member for member in members if member in cell]
    values = tuple([(member, cell[member]) for member in order if cell[member] is not None])
    not_assessed = tuple([member for member in order if cell[member] is None])
    mean = Fraction(sum([value for _, value in values]), len(values)) if values else None
    return CriterionResult(criterion, values, not_assessed, mean)


def _application(plan, application, cells, members):
    results = [_criterion(c, cells.get((application, c.id), {}), members) for c in plan.criteria]
    total = _weighted_mean(results)
    percent = None if total is None else total * 100 / plan.high
    hurdles = tuple(_hurdles(plan, results, percent))
    verdicts = {hurdle.passed for hurdle in hurdles}
    unknown = None in verdicts or total is None
    appointable = False if False in verdicts else (None if unknown else True)
    return ApplicationResult(application, tuple(results), total, percent, hurdles, appointable)


def _weighted_mean(results) -> Fraction | None:
    """Sum of weight × mean over sum of weights; None where a mean that counts is missing."""
    counted = [r for r in results if r.criterion.weight]
    if not counted or any(r.mean is None for r in counted):
        return None
    common = lcm(*(r.mean.denominator for r in counted))
    terms = (r.criterion.weight * r.mean.numerator * common // r.mean.denominator for r in counted)
    return Fraction(sum(terms), common * sum(r.criterion.weight for r in counted))


def _hurdles(plan, results, percent):
    for result in results:
        minimum = plan.minimum_of(result.criterion)
        if minimum is not None:
            yield _minimum_hurdle(plan, result, minimum)
    if plan.rules.low_value is not None:
        yield _low_hurdle(plan.rules, results)
    needed = plan.rules.minimum_total_percent
    if needed is not None:
        passed = None if percent is None else percent >= needed
        shown = "unknown" if percent is None else f"{_shown(percent, needed, places=1)}%"
        finding = f"Total as a share of the maximum mark is {shown}, at least {needed}% is needed"
        yield Hurdle("MINIMUM_TOTAL_PERCENT", passed, finding)


def _minimum_hurdle(plan, result, minimum):
    label = plan.labels[result.criterion.id]
    if result.mean is None:
        finding = f"{label} was not assessed by anyone, a mean of at least {minimum} is needed"
        return Hurdle("MINIMUM_VALUE", None, finding, result.criterion)
    finding = f"{label} has a mean of {_shown(result.mean, minimum)}, at least {minimum} is needed"
    return Hurdle("MINIMUM_VALUE", result.mean >= minimum, finding, result.criterion)


def _low_hurdle(rules, results):
    low = sum(1 for r in results if r.values and r.mean < rules.low_value)
    missing = sum(1 for r in results if not r.values)
    certain = low > rules.allowed_low or low + missing <= rules.allowed_low
    passed = low <= rules.allowed_low if certain else None
    finding = f"Criteria with a mean below {rules.low_value}: {low} of {len(results)}"
    if missing:
        finding += f" ({missing} not assessed by anyone)"
    return Hurdle("ALLOWED_LOW", passed, f"{finding}, at most {rules.allowed_low} allowed")


def _shown(number, threshold, places=2):
    """Round for the eye, with as many places as it takes not to look equal to a line it misses."""
    shown = rounded(number, places)
    while shown == threshold != number and places < 9:
        places += 1
        shown = rounded(number, places)
    return shown


def _ranking(plan, results) -> tuple[Placing, ...]:
    """Standard competition ranking (1, 1, 3) of the appointable; never by id or order of input."""
    totals = {r.application: r.total for r in results if r.appointable}
    groups = [(group, "") for group in _split([r for r in results if r.appointable], totals)]
    for key in plan.tie_break:
        criteria = {c.id for c in plan.named(key)}
        groups = [part for group, via in groups for part in _broken(group, via, key, criteria)]
    placings, rank = [], 1
    for group, via in groups:
        placings += [Placing(rank, r.application, len(group) > 1, via) for r in group]
        rank += len(group)
    return tuple(placings)


def _split(group, value_of):
    """Parts of a group with equal values, the highest value first."""
    parts = defaultdict(list)
    for result in group:
        parts[value_of[result.application]].append(result)
    return [parts[value] for value in sorted(parts, reverse=True)]


def _broken(group, via, key, criteria):
    """Break one tie by one entry of the order; a missing value for anyone leaves it whole."""
    if len(group) == 1:
        return [(group, via)]
    values = {r.application: tie_break_value(r, criteria) for r in group}
    if None in values.values():
        return [(group, via)]
    parts = _split(group, values)
    return [(part, key if len(parts) > 1 else via) for part in parts]


def tie_break_value(result: ApplicationResult, criteria: set) -> Fraction | None:
    """The weighted mean over some criteria; the plain mean where none of them carries weight."""
    chosen = [r for r in result.criteria if r.criterion.id in criteria]
    if any(not r.values for r in chosen):
        return None
    if any(r.criterion.weight for r in chosen):
        return _weighted_mean(chosen)
    return sum(r.mean for r in chosen) / len(chosen)


@dataclass(frozen=True)
class CompetencyResult:
    """What one competency came to over every criterion that asked for it."""

    code: str
    name: str
    mean: Fraction | None
    criteria: tuple[CriterionResult, ...]

    @property
    def members(self) -> int:
        return len({member for r in self.criteria for member, _ in r.values})


def by_competency(result: ApplicationResult) -> tuple[CompetencyResult, ...]:
    """Gather an application's criteria by competency, in the order of the plan.

    The mean is weighted like the total, over the criteria that somebody could assess; it describes
    a candidate in a report and decides nothing. None where nobody could assess any of them.
    """
    gathered: dict[str, list[CriterionResult]] = {}
    for one in result.criteria:
        gathered.setdefault(one.criterion.competency, []).append(one)
    return tuple(
        CompetencyResult(
            code,
            parts[0].criterion.name,
            _weighted_mean([r for r in parts if r.values]),
            tuple(parts),
        )
        for code, parts in gathered.items()
    )
