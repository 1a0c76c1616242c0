"""A blueprint's score sheets as members will see them, and the same on paper."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from assessments.forms import NOT_ASSESSED
from assessments.models import OverallView
from assessments.queries.appointments import Standing
from assessments.queries.paper import PaperSheet, paper_exercises, paper_sheets
from assessments.queries.sheets import blocks_of
from assessments.reports.pdf import PdfError, render_pdf
from assessments.views.hub import standing_or_404
from assessments.views.sheets import as_saved
from rubrics.queries import visible_blueprints


@require_GET
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show each exercise's score sheet as a member will see it; nothing can be saved here."""
    blueprint = get_object_or_404(visible_blueprints(request.user), pk=pk)
    scale = blueprint.version.scale
    exercises = [
        (exercise, [as_saved(block) for block in blocks_of(exercise, scale, {})])
        for exercise in blueprint.exercises.order_by("position")
    ]
    context = {
        "blueprint": blueprint,
        "exercises": exercises,
        "not_assessed": NOT_ASSESSED,
        "overall_views": OverallView.choices,
        "is_locked": False,
    }
    return render(request, "assessments/preview.html", context)


def _sheets_or_403(standing: Standing) -> list[PaperSheet]:
    if not standing.is_staffing:
        raise PermissionDenied("Medical staffing print score sheets for the panel.")
    if standing.panel is None:
        raise PermissionDenied("Convene the panel first: paper sheets are printed per member.")
    return paper_sheets(standing.panel)


@require_GET
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """List the paper sheets of a panel: one document per member and candidate."""
    standing = standing_or_404(request, pk)
    context = {"sheets": _sheets_or_403(standing), "appointment": standing.appointment}
    return render(request, "assessments/paper.html", context)


@require_GET
def paper_pdf(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Draw one member's blank sheets for one candidate as PDF."""
    standing = standing_or_404(request, pk)
    found = [sheet for sheet in _sheets_or_403(standing) if sheet.code == code]
    if not found:
        raise Http404("There is no such paper sheet.")
    sheet, appointment = found[0], standing.appointment
    title = f"Score sheet {sheet.code}"
    html = render_to_string(
        "documents/score_sheet.html",
        {
            "sheet": sheet,
            "appointment": appointment,
            "exercises": paper_exercises(standing.panel, sheet.member),
            "overall_views": OverallView.choices,
            "printed_at": timezone.now(),
        },
    )
    try:
        content = render_pdf(html, title=title)
    except PdfError as error:
        return render(
            request,
            "assessments/paper.html",
            {"sheets": paper_sheets(standing.panel), "appointment": appointment, "problem": error},
            status=503,
        )
    name = f"score-sheet-{slugify(sheet.code)}.pdf"
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )
