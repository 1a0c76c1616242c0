"""Candidate reports: reviewed, released, read as a page and downloaded as PDF."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Role
from accounts.policies import has_role
from accounts.stepup import confirmed_recently
from assessments.forms import ReviewReportForm
from assessments.models import CandidateReport
from assessments.queries.appointments import visible_reports
from assessments.queries.reports import report_input, suggested_evidence
from assessments.reports.tables import ReportError, candidate_report, report_problems
from assessments.services import reports as service


def _report_or_404(request: HttpRequest, pk: int) -> CandidateReport:
    return get_object_or_404(visible_reports(request.user), pk=pk)


def _check_staffing(request: HttpRequest, report: CandidateReport) -> None:
    trust = report.application.appointment.trust_id
    if not has_role(request.user, trust, Role.MEDICAL_STAFFING):
        raise PermissionDenied("Medical staffing review and release candidate reports.")


@require_GET
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a report as the candidate reads it; this page is the version of record."""
    shown = _report_or_404(request, pk)
    given = report_input(shown)
    try:
        content, problems = candidate_report(given), []
    except ReportError as error:
        content, problems = None, error.problems
    context = {
        "shown": shown,
        "is_waiting": bool(shown.released_at and not shown.pdf and not shown.pdf_problem),
        "report": content,
        "problems": problems,
        "appointment": shown.application.appointment,
        "can_review": has_role(
            request.user, shown.application.appointment.trust_id, Role.MEDICAL_STAFFING
        )
        and shown.released_at is None,
    }
    return render(request, "assessments/report.html", context)


@require_http_methods(["GET", "POST"])
def review_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Let an officer review the texts before the report is released."""
    shown = _report_or_404(request, pk)
    _check_staffing(request, shown)
    if shown.released_at:
        raise PermissionDenied("This report has been released, so its text no longer changes.")
    given = report_input(shown)
    form = ReviewReportForm(
        request.POST or None,
        criteria=given.criteria,
        initial={
            "version": shown.version,
            "strengths": shown.strengths,
            "next_steps": shown.next_steps,
        },
        evidence=suggested_evidence(shown),
    )
    if request.method == "POST" and form.is_valid():
        try:
            service.review_report(
                report=shown,
                version=form.cleaned_data["version"],
                strengths=form.cleaned_data["strengths"],
                next_steps=form.cleaned_data["next_steps"],
                evidence=form.evidence(),
                by=request.user,
                at=timezone.now(),
            )
        except (service.ReportChangedElsewhere, service.ReportReleased) as error:
            form.add_error(None, str(error))
        else:
            problems = report_problems(report_input(shown))
            for problem in problems:
                messages.warning(request, problem)
            messages.success(request, "The report is saved. Read it before you release it.")
            return redirect("assessments:report", pk)
    context = {"form": form, "shown": shown, "appointment": shown.application.appointment}
    return render(request, "assessments/review_report.html", context)


@require_POST
@confirmed_recently
def release_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Release a reviewed report; its PDF is drawn in the background."""
    shown = _report_or_404(request, pk)
    _check_staffing(request, shown)
    try:
        service.release_report(report=shown, by=request.user, at=timezone.now())
    except ReportError as error:
        for problem in error.problems:
            messages.error(request, problem)
    except service.ReportReleased as error:
        messages.info(request, str(error))
    else:
        messages.success(request, "The report is released. Its PDF is being drawn.")
    return redirect("assessments:report", pk)


@require_GET
def report_pdf(request: HttpRequest, pk: int) -> FileResponse:
    """Send a released report as PDF."""
    shown = _report_or_404(request, pk)
    if not shown.pdf:
        raise Http404("The PDF of this report is not ready.")
    name = f"Assessment report {shown.application.candidate.name}.pdf"
    return FileResponse(
        shown.pdf.open("rb"), as_attachment=True, filename=name, content_type="application/pdf"
    )
