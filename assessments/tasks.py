"""Background work of an assessment."""

from accounts.background import task
from assessments.services.drawing import draw_pdf


@task()
def draw_report(report_pk: int) -> None:
    """Draw one released candidate report as PDF."""
    draw_pdf(report_pk=report_pk)
