"""Candidate reports: reviewed by an officer and released once."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from accounts.models import User
from assessments.models import CandidateReport
from assessments.queries.reports import report_input
from assessments.reports.tables import ReportError, report_problems
from assessments.tasks import draw_report
from audit import ledger


class ReportChangedElsewhere(Exception):
    """Somebody saved this report since the page was opened; nothing was overwritten."""


class ReportReleased(Exception):
    """The report was released, so its text no longer changes."""


@transaction.atomic
def review_report(
    *,
    report: CandidateReport,
    version: int,
    strengths: str,
    next_steps: str,
    evidence: Mapping[str, str],
    by: User,
    at: datetime,
) -> CandidateReport:
    """Save an officer's review of the texts; `evidence` has one text per competency code.

    Raises ReportChangedElsewhere and ReportReleased.
    """
    held = CandidateReport.objects.select_for_update().get(pk=report.pk)
    if held.released_at:
        raise ReportReleased("This report has been released, so its text no longer changes.")
    if held.version != version:
        raise ReportChangedElsewhere(
            "Somebody else saved this report a moment ago. Nothing was overwritten: open it again"
            " to see theirs."
        )
    report.strengths, report.next_steps = strengths.strip(), next_steps.strip()
    report.evidence = {
        code: [line.strip() for line in text.splitlines() if line.strip()]
        for code, text in evidence.items()
    }
    report.version = version + 1
    report.save(update_fields=["strengths", "next_steps", "evidence", "version"])
    ledger.record(
        chain=report.application.appointment.chain,
        action="report.reviewed",
        obj=report,
        by=by,
        at=at,
        new={"version": report.version},
        texts={"strengths": strengths, "next_steps": next_steps},
    )
    return report


@transaction.atomic
def release_report(*, report: CandidateReport, by: User, at: datetime) -> CandidateReport:
    """Release a reviewed report and ask the worker for its PDF, in the same transaction.

    Raises ReportError with every problem in its texts, and ReportReleased the second time.
    """
    held = CandidateReport.objects.select_for_update().get(pk=report.pk)
    if held.released_at:
        raise ReportReleased("This report has been released already.")
    problems = report_problems(report_input(held))
    if not held.strengths or not held.next_steps:
        problems.append("Give at least one strength and one next step before releasing the report.")
    if problems:
        raise ReportError(problems)
    report.released_at, report.released_by = at, by
    report.save(update_fields=["released_at", "released_by"])
    ledger.record(
        chain=report.application.appointment.chain,
        action="report.released",
        obj=report,
        by=by,
        at=at,
        new={"version": report.version},
    )
    draw_report.enqueue(report.pk)
    return report
