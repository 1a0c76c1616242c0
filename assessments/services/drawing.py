"""Draw a released report as PDF: what the worker does."""

from django.core.files.base import ContentFile
from django.template.loader import render_to_string

from assessments.models import CandidateReport
from assessments.queries.reports import report_input
from assessments.reports.pdf import PdfError, render_pdf
from assessments.reports.tables import candidate_report


def report_html(report: CandidateReport) -> str:
    """Return a report as the HTML document that the PDF is drawn from."""
    content = candidate_report(report_input(report))
    return render_to_string("documents/candidate_report.html", {"report": content})


def draw_pdf(*, report_pk: int) -> CandidateReport:
    """Draw a released report as PDF and keep it; drawing it again leaves one file.

    What cannot be drawn is said on the report's page, which is the version of record.
    """
    report = CandidateReport.objects.select_related(
        "application__appointment__trust", "application__candidate"
    ).get(pk=report_pk)
    name = report.application.candidate.name
    try:
        content = render_pdf(report_html(report), title=f"Assessment report: {name}")
    except PdfError as error:
        report.pdf_problem = str(error)[:200]
        report.save(update_fields=["pdf_problem"])
        return report
    storage, former = report.pdf.storage, report.pdf.name
    report.pdf_problem = ""
    report.pdf.save(f"report-{report.pk}.pdf", ContentFile(content), save=False)
    report.save(update_fields=["pdf", "pdf_problem"])
    if former:
        storage.delete(former)
    return report
