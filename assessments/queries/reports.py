"""What a candidate's report is made from, and what an officer reviews before it is released."""

from collections import defaultdict

from django.utils import timezone

from appointments.models import Application
from assessments.models import CandidateReport, Recommendation, Score, ScoreSheet, Verdict
from assessments.queries.outcome import assessed_applications, locked_outcome
from assessments.reports.tables import (
    CandidateReportInput,
    ReportCriterion,
    ReportExercise,
    nearest_level,
)
from assessments.scoring import CompetencyResult, by_competency
from assessments.workings import explain
from panels.composition import RuleSet
from panels.models import Panel
from panels.queries import panel_of
from panels.rulesets import load
from rubrics.models import Competency, Level

OUTCOMES = {
    (Verdict.RECOMMENDED, True): "The panel recommended you for appointment, and the trust accepted"
    " the recommendation.",
    (Verdict.RECOMMENDED, False): "The panel recommended you for appointment. The trust has not"
    " accepted the recommendation; medical staffing will explain.",
    (Verdict.RESERVE, True): "The panel found you suitable for appointment and named you as a"
    " reserve.",
    (Verdict.SUITABLE, True): "The panel found you suitable for appointment. Another appointment"
    " was recommended.",
    (Verdict.NOT_SUITABLE, True): "The panel did not find you suitable for this post this time.",
}
RETENTION = (
    "The trust keeps the record of this assessment for 12 months after the outcome, or longer where"
    " the law asks for it, and then destroys it."
)


def reports_of(panel: Panel) -> list[CandidateReport]:
    """Return a panel's reports in the order of its candidates."""
    return list(
        CandidateReport.objects.filter(application__appointment=panel.appointment)
        .select_related("application__candidate", "released_by")
        .order_by("application__position")
    )


def suggested_evidence(report: CandidateReport) -> dict[str, str]:
    """Return the members' notes per competency code, without names, for an officer to review.

    What was saved in the report comes first; the notes only fill a report nobody has edited yet.
    """
    if report.version:
        return {code: "\n".join(lines) for code, lines in report.evidence.items()}
    notes = defaultdict(list)
    for code, text in (
        Score.objects.filter(sheet__in=ScoreSheet.objects.counted())
        .filter(sheet__application=report.application)
        .exclude(evidence="")
        .order_by("criterion__exercise__position", "criterion__position", "sheet__member__position")
        .values_list("criterion__competency__code", "evidence")
    ):
        line = " ".join(text.split())
        if line and line not in notes[code]:
            notes[code].append(line)
    return {code: "\n".join(lines) for code, lines in notes.items()}


def report_input(report: CandidateReport) -> CandidateReportInput:
    """Gather everything a report may draw on, from locked scores and reviewed texts only."""
    application = report.application
    panel = panel_of(application.appointment)
    outcome = locked_outcome(panel)
    appointment, rule_set = panel.appointment, load(panel.appointment.rule_set_key)
    blueprint = appointment.blueprint
    result = outcome.of(application.pk)
    gathered = by_competency(result)
    anchors, summaries = _texts(blueprint.version_id)
    recommendation = Recommendation.objects.select_related("decision").get(panel=panel)
    return CandidateReportInput(
        trust_name=appointment.trust.name,
        post_title=appointment.post_title,
        panel_term=rule_set.panel_term,
        assessed_on=timezone.localdate(appointment.aac_at),
        candidate_name=application.candidate.name,
        scale=blueprint.version.scale,
        exercises=tuple(
            ReportExercise(exercise.name, exercise.minutes)
            for exercise in blueprint.exercises.order_by("position")
        ),
        criteria=tuple(_criterion(one, anchors, summaries, report.evidence) for one in gathered),
        strengths=_lines(report.strengths),
        next_steps=_lines(report.next_steps),
        outcome=outcome_words(recommendation, application),
        contact=f"Medical staffing, {appointment.trust.name}: {appointment.officer.name},"
        f" {appointment.officer.email}.",
        retention=RETENTION,
        others=_others(panel, application),
        workings=tuple(step.words for step in explain(outcome, application.pk)),
        seal_code=recommendation.code,
        override_note=_override_note(panel, rule_set),
    )


def outcome_words(recommendation: Recommendation, application: Application) -> str:
    """Say the outcome to the candidate in one or two sentences."""
    verdict = Verdict(recommendation.candidates.get(application=application).verdict)
    is_accepted = recommendation.decision.is_accepted or verdict != Verdict.RECOMMENDED
    return OUTCOMES[verdict, is_accepted]


def _criterion(
    one: CompetencyResult,
    anchors: dict[tuple[str, int], str],
    summaries: dict[str, str],
    evidence: dict[str, list[str]],
) -> ReportCriterion:
    level = nearest_level(one.mean)
    values = [value for r in one.criteria for _, value in r.values]
    return ReportCriterion(
        code=one.code,
        name=one.name,
        summary=summaries[one.code],
        level=level,
        anchor=anchors.get((one.code, level), ""),
        members=one.members,
        questions=sum(bool(r.values) for r in one.criteria),
        evidence=tuple(evidence.get(one.code, ())),
        mean=one.mean,
        minimum=min(values, default=None),
        maximum=max(values, default=None),
    )


def _texts(version_pk: int) -> tuple[dict[tuple[str, int], str], dict[str, str]]:
    """Return the anchors by competency code and level, and the summaries by code."""
    levels = Level.objects.filter(competency__domain__version=version_pk)
    anchors = {
        (code, value): anchor
        for code, value, anchor in levels.values_list("competency__code", "value", "anchor")
    }
    competencies = Competency.objects.filter(domain__version=version_pk)
    return anchors, dict(competencies.values_list("code", "summary"))


def _others(panel: Panel, application: Application) -> tuple[str, ...]:
    members = panel.members.values_list("person__name", flat=True)
    rest = (one.candidate.name for one in assessed_applications(panel) if one.pk != application.pk)
    return (*members, *rest)


def _override_note(panel: Panel, rule_set: RuleSet) -> str:
    if not panel.override_reason:
        return ""
    return (
        f"The {rule_set.panel_term} was opened although not every rule on its composition was met;"
        f" the reason given was: {panel.override_reason}"
    )


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())
