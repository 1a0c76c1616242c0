"""Everything the outcome page shows, read once everyone has locked."""

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from appointments.models import Application
from assessments.models import (
    Decision,
    OverallView,
    Recommendation,
    RecommendedCandidate,
    Score,
    ScoreSheet,
)
from assessments.reports.charts import ProfileRow, profile_chart
from assessments.scoring import (
    ApplicationResult,
    Criterion,
    Exercise,
    Mark,
    Outcome,
    Placing,
    Plan,
    Rules,
    by_competency,
    rounded,
    score,
)
from assessments.workings import Step, explain
from panels.models import Member, Panel
from rubrics.models import Blueprint
from rubrics.scales import Scale


class NotEverybodyLocked(Exception):
    """Somebody has not locked their scores, so nothing may be computed or shown."""


def is_everyone_locked(panel: Panel) -> bool:
    """Say whether scoring was opened and every sheet of the panel is locked."""
    states = list(ScoreSheet.objects.of_panel(panel).values_list("locked_at", flat=True))
    return bool(states) and all(states)


def plan_of(blueprint: Blueprint) -> Plan:
    """Return a blueprint as scoring needs it."""
    exercises = blueprint.exercises.order_by("position").prefetch_related("criteria__competency")
    scale = blueprint.version.scale
    return Plan(
        exercises=tuple(
            Exercise(
                exercise.pk,
                exercise.name,
                tuple(
                    Criterion(
                        criterion.pk,
                        criterion.competency.name,
                        criterion.competency.code,
                        criterion.weight,
                        criterion.minimum,
                    )
                    for criterion in sorted(exercise.criteria.all(), key=lambda c: c.position)
                ),
            )
            for exercise in exercises
        ),
        low=scale.low,
        high=scale.high,
        rules=Rules(
            minimum_value=blueprint.minimum_value,
            low_value=blueprint.low_value,
            allowed_low=blueprint.allowed_low,
            minimum_total_percent=blueprint.minimum_total_percent,
        ),
        tie_break=tuple(blueprint.tie_break),
    )


def locked_outcome(panel: Panel) -> Outcome:
    """Compute the outcome of a panel from its locked scores.

    Raises NotEverybodyLocked: the one gate that every page, export and report goes through.
    """
    if not is_everyone_locked(panel):
        raise NotEverybodyLocked("Not every member has locked their scores.")
    applications = assessed_applications(panel)
    marks = Score.objects.filter(sheet__in=ScoreSheet.objects.of_panel(panel)).values_list(
        "sheet__member_id", "sheet__application_id", "criterion_id", "value", "is_not_assessed"
    )
    members = sorted({mark[0] for mark in marks})
    return score(
        plan_of(panel.appointment.blueprint),
        (Mark(*mark) for mark in marks),
        applications=[application.pk for application in applications],
        members=members,
    )


def assessed_applications(panel: Panel) -> list[Application]:
    """Return the applications still standing for which there are score sheets, in their order."""
    return list(
        Application.objects.to_be_assessed()
        .filter(pk__in=ScoreSheet.objects.of_panel(panel).values("application"))
        .select_related("candidate", "appointment__blueprint__version")
        .order_by("position")
    )


class Row(NamedTuple):
    """One criterion's figures for the eye; None where nobody could assess it."""

    exercise: str
    name: str
    mean: Decimal | None
    lowest: int | None
    highest: int | None
    members: int


@dataclass(frozen=True)
class CandidateOutcome:
    """One candidate as the outcome page shows them."""

    application: Application
    result: ApplicationResult
    placing: Placing | None
    views: tuple[tuple[str, int], ...]
    concerns: tuple[str, ...]
    chart: str
    rows: tuple[Row, ...]
    workings: tuple[Step, ...]
    verdict: RecommendedCandidate | None

    @property
    def total(self):
        """The weighted total for the eye, or None."""
        return rounded(self.result.total)

    @property
    def percent(self):
        """The share of the highest mark for the eye, or None."""
        return rounded(self.result.percent, 1)

    @property
    def unmet(self) -> tuple:
        """The hurdles that are not met or cannot be told."""
        return tuple(hurdle for hurdle in self.result.hurdles if hurdle.passed is not True)

    @property
    def views_in_words(self) -> str:
        """How many members hold which overall view."""
        return ", ".join(f"{view} {count}" for view, count in self.views)


@dataclass(frozen=True)
class OutcomePage:
    """The whole outcome of one panel."""

    panel: Panel
    outcome: Outcome
    candidates: tuple[CandidateOutcome, ...]
    recommendation: Recommendation | None
    decision: Decision | None

    @property
    def ranked(self) -> tuple[CandidateOutcome, ...]:
        """The appointable first in their order, then the others in the order of the day."""
        last = len(self.candidates) + 1
        return tuple(sorted(self.candidates, key=lambda c: c.placing.rank if c.placing else last))


def outcome_page(panel: Panel) -> OutcomePage:
    """Read the outcome page in a fixed number of queries; raises NotEverybodyLocked."""
    outcome = locked_outcome(panel)
    recommendation = (
        Recommendation.objects.filter(panel=panel)
        .select_related("made_by", "decision__decided_by")
        .prefetch_related("candidates__application__candidate")
        .first()
    )
    verdicts = (
        {one.application_id: one for one in recommendation.candidates.all()}
        if recommendation
        else {}
    )
    names = dict(Member.objects.filter(panel=panel).values_list("pk", "person__name"))
    views, concerns = _views(panel), _concerns(panel)
    scale = panel.appointment.blueprint.version.scale
    candidates = tuple(
        CandidateOutcome(
            application=application,
            result=outcome.of(application.pk),
            placing=outcome.placing(application.pk),
            views=views.get(application.pk, ()),
            concerns=tuple(concerns.get(application.pk, ())),
            chart=_chart(outcome, application, scale),
            rows=_rows(outcome.plan, outcome.of(application.pk)),
            workings=explain(outcome, application.pk, names),
            verdict=verdicts.get(application.pk),
        )
        for application in assessed_applications(panel)
    )
    decision = getattr(recommendation, "decision", None) if recommendation else None
    return OutcomePage(panel, outcome, candidates, recommendation, decision)


def _rows(plan: Plan, result: ApplicationResult) -> tuple[Row, ...]:
    """Return the table under a chart, exercise by exercise."""
    return tuple(
        Row(exercise.name, r.criterion.name, rounded(r.mean), r.minimum, r.maximum, r.n)
        for exercise in plan.exercises
        for r in (result.of(criterion.id) for criterion in exercise.criteria)
    )


def _chart(outcome: Outcome, application: Application, scale: Scale) -> str:
    rows = []
    for one in by_competency(outcome.of(application.pk)):
        values = [value for r in one.criteria for _, value in r.values]
        lowest, highest = min(values, default=None), max(values, default=None)
        rows.append(ProfileRow(one.name, one.mean, lowest, highest, one.members))
    return profile_chart(rows, scale, title=f"Competency profile of {application.candidate.name}")


def _views(panel: Panel) -> dict[int, tuple[tuple[str, int], ...]]:
    """Count the members' overall views of each application, each by their latest exercise."""
    latest: dict[tuple[int, int], str] = {}
    rows = ScoreSheet.objects.of_panel(panel).order_by("exercise__position")
    for application, member, view in rows.values_list(
        "application_id", "member_id", "overall_view"
    ):
        latest[application, member] = view
    counted: dict[int, tuple[tuple[str, int], ...]] = {}
    for application in {application for application, _ in latest}:
        views = [view for (one, _), view in latest.items() if one == application]
        counted[application] = tuple(
            (label, views.count(view)) for view, label in OverallView.choices if view in views
        )
    return counted


def _concerns(panel: Panel) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = Score.objects.filter(
        sheet__in=ScoreSheet.objects.of_panel(panel), is_concern=True
    ).values_list("sheet__application_id", "criterion__competency__name", "concern")
    for application, competency, concern in rows.order_by("pk"):
        found.setdefault(application, []).append(f"{competency}: {concern}")
    return found
