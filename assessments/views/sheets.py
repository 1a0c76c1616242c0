"""The score sheet: read it, save one criterion by fetch, save it all as a plain form, lock it."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.sessions import extend_idle
from assessments.forms import (
    NOT_ASSESSED,
    ChangeForm,
    OverallViewForm,
    fresh_key,
    prefix_of,
    saved_choice,
)
from assessments.models import OverallView, ScoreSheet
from assessments.queries.sheets import Block, SheetPage, own_sheet, review_of, sheet_page
from assessments.services import sheets as service
from assessments.views.hub import standing_or_404

STATUS = {
    service.SheetLocked: 403,
    service.ScoringClosed: 403,
    service.ChangedElsewhere: 409,
    service.KeyReused: 422,
    service.CannotSave: 422,
}
TOO_LONG_IDLE_MINUTES = 60


@dataclass(frozen=True)
class Shown:
    """One criterion as the page draws it: what is saved, or what was just refused."""

    block: Block
    prefix: str
    key: str
    version: int
    choice: str
    evidence: str
    not_assessed_reason: str
    is_concern: bool
    concern: str
    errors: tuple[str, ...] = ()
    elsewhere: dict | None = None


def _sheet_or_404(request: HttpRequest, pk: int) -> ScoreSheet:
    try:
        return own_sheet(request.user, pk, at=timezone.now())
    except ScoreSheet.DoesNotExist as error:
        raise Http404("There is no such score sheet of yours.") from error


@require_http_methods(["GET", "POST"])
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a member's own sheet; without JavaScript it is saved as one plain form."""
    extend_idle(request, minutes=TOO_LONG_IDLE_MINUTES)
    mine = _sheet_or_404(request, pk)
    page = sheet_page(mine)
    if request.method == "GET":
        return _render(request, page, [as_saved(block) for block in page.blocks])
    refused = {block.criterion.pk: _save_block(request, page, block) for block in page.blocks}
    view_error = _save_view(request, mine)
    if view_error or any(refused.values()):
        page = sheet_page(_sheet_or_404(request, pk))
        shown = [refused[block.criterion.pk] or as_saved(block) for block in page.blocks]
        return _render(request, page, shown, view_error=view_error, status=422)
    messages.success(request, "Your scores on this sheet are saved.")
    return redirect("assessments:sheet", _next_pk(request, page))


def _next_pk(request: HttpRequest, page: SheetPage) -> int:
    """Return the sheet to go to after saving: the next candidate's, where that was asked for."""
    pks = [one.pk for one in page.candidates]
    following = pks.index(page.sheet.pk) + 1
    return pks[following] if "next" in request.POST and following < len(pks) else page.sheet.pk


@require_POST
def save_criterion(request: HttpRequest, pk: int, criterion_pk: int) -> JsonResponse:
    """Save one criterion and say at which version and when, or why not."""
    extend_idle(request, minutes=TOO_LONG_IDLE_MINUTES)
    mine = _sheet_or_404(request, pk)
    criterion = mine.exercise.criteria.filter(pk=criterion_pk).first()
    if criterion is None:
        raise Http404("This criterion is not on this sheet.")
    scale = mine.exercise.blueprint.version.scale
    form = ChangeForm(request.POST, scale=scale, prefix=prefix_of(criterion_pk))
    if not form.is_valid():
        return _refusal(" ".join(_form_errors(form)), 422)
    try:
        reply = service.save_score(
            sheet=mine,
            criterion=criterion,
            key=form.cleaned_data["key"],
            version=form.cleaned_data["version"],
            change=form.change(),
            by=request.user,
            at=timezone.now(),
        )
    except service.CannotSave as error:
        return _refusal(str(error), STATUS[type(error)], getattr(error, "saved", None))
    return JsonResponse(reply)


@require_POST
def save_overall(request: HttpRequest, pk: int) -> JsonResponse:
    """Save the overall view and say at which version and when, or why not."""
    extend_idle(request, minutes=TOO_LONG_IDLE_MINUTES)
    mine = _sheet_or_404(request, pk)
    form = OverallViewForm(request.POST, prefix="overall")
    if not form.is_valid():
        return _refusal("Choose appointable, borderline or not appointable.", 422)
    try:
        reply = service.save_overall_view(
            sheet=mine, by=request.user, at=timezone.now(), **form.cleaned_data
        )
    except service.CannotSave as error:
        return _refusal(str(error), STATUS[type(error)], getattr(error, "saved", None))
    return JsonResponse(reply)


@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Show all of a member's own scores for one appointment and what is missing; lock them."""
    extend_idle(request, minutes=TOO_LONG_IDLE_MINUTES)
    standing = standing_or_404(request, pk)
    if not standing.is_member:
        raise Http404("You do not sit on this panel.")
    member = standing.member
    page = review_of(member)
    if not page.sheets:
        raise Http404("You have no score sheets for this appointment.")
    if request.method == "POST":
        try:
            service.lock_sheets(member=member, by=request.user, at=timezone.now())
        except service.Incomplete:
            messages.error(request, "Nothing was locked: some scores are still missing.")
        except service.ScoringClosed as error:
            raise PermissionDenied(str(error)) from error
        else:
            messages.success(request, "Your scores are locked. Thank you.")
        return redirect("assessments:review", pk)
    return render(
        request, "assessments/review.html", {"page": page, "appointment": standing.appointment}
    )


def _save_block(request: HttpRequest, page: SheetPage, block: Block) -> Shown | None:
    """Save one criterion of the plain form, if it changed; return how to draw a refused one."""
    prefix = prefix_of(block.criterion.pk)
    form = ChangeForm(request.POST, scale=page.scale, prefix=prefix)
    is_valid = form.is_valid()
    version = form.cleaned_data.get("version", 0)
    if not is_valid:
        return _as_typed(request, block, version, tuple(_form_errors(form)))
    change = form.change()
    if {"version": version, **vars(change)} == service.saved_score(block.score):
        return None
    try:
        service.save_score(
            sheet=page.sheet,
            criterion=block.criterion,
            key=form.cleaned_data["key"],
            version=version,
            change=change,
            by=request.user,
            at=timezone.now(),
        )
    except service.ChangedElsewhere as error:
        return _as_typed(request, block, version, (str(error),), elsewhere=error.saved)
    except service.CannotSave as error:
        return _as_typed(request, block, version, (str(error),))
    return None


def _save_view(request: HttpRequest, mine: ScoreSheet) -> str:
    """Save the overall view of the plain form, if it changed; return what went wrong."""
    form = OverallViewForm(request.POST, prefix="overall")
    if not form.is_valid():
        return "Choose appointable, borderline or not appointable."
    if (form.cleaned_data["view"], form.cleaned_data["version"]) == (
        mine.overall_view,
        mine.version,
    ):
        return ""
    try:
        service.save_overall_view(
            sheet=mine, by=request.user, at=timezone.now(), **form.cleaned_data
        )
    except service.ChangedElsewhere as error:
        return (
            f"{error} Saved there: {_view_words(error.saved['view'])}. You chose here:"
            f" {_view_words(form.cleaned_data['view'])}. Choose again to keep yours."
        )
    except service.CannotSave as error:
        return str(error)
    return ""


def _view_words(view: str) -> str:
    return OverallView(view).label if view else "nothing yet"


def as_saved(block: Block) -> Shown:
    """Return a block as the page draws what is saved."""
    saved = service.saved_score(block.score)
    return Shown(
        block=block,
        prefix=prefix_of(block.criterion.pk),
        key=fresh_key(),
        version=saved["version"],
        choice=saved_choice(block),
        evidence=saved["evidence"],
        not_assessed_reason=saved["not_assessed_reason"],
        is_concern=saved["is_concern"],
        concern=saved["concern"],
    )


def _as_typed(
    request: HttpRequest,
    block: Block,
    version: int,
    errors: tuple[str, ...],
    elsewhere: dict | None = None,
) -> Shown:
    """Draw a refused block with what was typed, and beside it what is saved now.

    It keeps the version it was typed on until the newer one has been shown.
    """
    prefix = prefix_of(block.criterion.pk)
    typed = {
        name: request.POST.get(f"{prefix}-{name}", "")
        for name in ("choice", "evidence", "not_assessed_reason", "concern")
    }
    return Shown(
        block=block,
        prefix=prefix,
        key=fresh_key(),
        version=elsewhere["version"] if elsewhere else version,
        is_concern=f"{prefix}-is_concern" in request.POST,
        errors=errors,
        elsewhere=elsewhere,
        **typed,
    )


def _render(
    request: HttpRequest,
    page: SheetPage,
    shown: list[Shown],
    view_error: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "page": page,
        "shown": shown,
        "not_assessed": NOT_ASSESSED,
        "overall_views": OverallView.choices,
        "overall_key": fresh_key(),
        "view_error": view_error,
        "is_locked": page.sheet.locked_at is not None,
        "has_errors": bool(view_error) or any(one.errors for one in shown),
    }
    return render(request, "assessments/sheet.html", context, status=status)


def _refusal(words: str, status: int, saved: dict | None = None) -> JsonResponse:
    body = {"error": words} if saved is None else {"error": words, "saved": saved}
    return JsonResponse(body, status=status)


def _form_errors(form: ChangeForm) -> list[str]:
    return [error for errors in form.errors.values() for error in errors]
